"""Make a fake Jetson, start it, reboot it."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure.root.grant import UNIT, Grant
from measure.tables import read_table
from measure.versions import in_range
from tests.fake_jetson.boards import BOARDS, Board, release_of
from tests.fake_jetson.device import common, power
from tests.fake_jetson.layout import Layout, layout_of
from tests.fake_jetson.modes import modes_of
from tests.fake_jetson.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = Path(__file__).resolve().parents[2]
ROOT_PROGRAM = REPOSITORY / "measure" / "root" / "dla_measure_priv.py"

PROGRAMS = {
    "usr/src/tensorrt/bin/trtexec": ("trtexec", "main"),
    "usr/sbin/nvpmodel": ("nvpmodel", "main"),
    "usr/bin/jetson_clocks": ("jetson_clocks", "main"),
    "usr/bin/tegrastats": ("tegrastats", "main"),
    "usr/bin/dpkg-query": ("small", "dpkg_query"),
    "usr/bin/systemctl": ("small", "systemctl"),
    "usr/sbin/reboot": ("small", "reboot"),
    "usr/bin/python3": ("small", "python3"),
    "usr/bin/sudo": ("rights", "sudo"),
}
SCRIPT = """#!{python} -IS
import sys
sys.path.insert(0, {repository!r})
from tests.fake_jetson.device import common
common.ROOT = {root!r}
from tests.fake_jetson.device.{module} import {function}
sys.exit({function}(sys.argv[1:]))
"""
SHORT = {
    "load_s": 0.4,
    "idle_s": 0.2,
    "host_s": 0.2,
    "rate_s": 0.3,
    "endurance_s": 0.6,
    "settle_s": 0.05,
    "tail_s": 0.05,
    "warmup_s": 0.1,
    "soak_max_s": 0.2,
    "soak_window_s": 0.1,
    "soak_change_c": 5.0,
    "min_pairs": 2,
    "max_pairs": 3,
    "target_half_width": 0.9,
    "host_pairs": 1,
    "rate_fractions": [0.5, 1.0],
    "watch_period_s": 0.05,
    "block_s": 0.1,
    "sampler_median_gap_ms": 2000.0,
    "sampler_max_gap_ms": 60_000.0,
    "sampler_coverage": 0.2,
    "common_window_min": 0.05,
    "build_timeout_s": 60.0,
    "start_timeout_s": 60.0,
    "hang_s": 60.0,
}
"""Settings that make a run as short as its statistics allow, on a machine that is busy, too.

Limits of time are far away: a fault that something hangs has limits of its own.
"""


class FakeJetson:
    """A device in a folder; use it as a context to let its rails and clocks move."""

    def __init__(self, root: Path, settings: Mapping[str, Any] | None = None) -> None:
        self.root = root
        self.settings = {**SHORT, **(settings or {})}
        self._plant: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> FakeJetson:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start what moves the rails and clocks."""
        if self._plant is None:
            self._plant = subprocess.Popen([str(self.root / ".fake" / "plant")])

    def stop(self) -> None:
        """Stop it, and whatever still runs on the device."""
        self.kill_all()
        if self._plant is not None:
            self._plant.kill()
            self._plant.wait()
            self._plant = None
        self.path(common.TICK).unlink(missing_ok=True)

    def kill_all(self) -> None:
        """End all programs that run on the accelerators."""
        common.ROOT = str(self.root)
        for pid, *_ in common.loads():
            os.kill(pid, signal.SIGKILL)

    def running(self) -> list[int]:
        """Return the processes that run on the accelerators."""
        common.ROOT = str(self.root)
        return [pid for pid, *_ in common.loads()]

    def path(self, absolute: str) -> Path:
        """Return where a path of the device lies."""
        return self.root / absolute.lstrip("/")

    def env(self, runs: Path | None = None) -> dict[str, str]:
        """Return the environment in which measure sees this device and short durations."""
        settings = self.root / ".fake" / "settings.json"
        settings.write_text(json.dumps(self.settings), encoding="utf-8")
        return {
            "DLA_MEASURE_ROOT": str(self.root),
            "DLA_MEASURE_SETTINGS": str(settings),
            "DLA_MEASURE_RUNS": str(runs or self.root.parent / f"{self.root.name}-runs"),
        }

    @property
    def state(self) -> dict[str, Any]:
        """What the device remembers: mode, clocks, units."""
        common.ROOT = str(self.root)
        return common.state()

    def knobs(self, **changes: Any) -> None:
        """Break or mend something while the device runs; the plant starts anew."""
        path = self.root / ".fake" / "scenario.json"
        scenario = json.loads(path.read_text(encoding="utf-8"))
        scenario["knobs"].update(changes)
        path.write_text(json.dumps(scenario), encoding="utf-8")
        if self._plant is not None:
            self._plant.kill()
            self._plant.wait()
            self._plant = None
            self.start()

    @property
    def mode(self) -> str:
        """The name of the power mode the device is in."""
        common.ROOT = str(self.root)
        mode = power.mode_by_id(common.state()["mode"])
        return str(mode["name"]) if mode else ""

    @property
    def wants_reboot(self) -> bool:
        """Whether a program asked for a reboot."""
        return (self.root / ".fake" / "reboot-requested").exists()

    def reboot(self) -> None:
        """Come up again: a new boot id, the pending mode, empty counters, clocks let go."""
        self.stop()
        (self.root / ".fake" / "reboot-requested").unlink(missing_ok=True)
        common.ROOT = str(self.root)
        stays = common.knob("reboot_keeps_mode")

        def boot(state: dict[str, Any]) -> None:
            if state["pending"] is not None and not stays:
                state["mode"] = state["pending"]
            state.update(pending=None, pinned=False, boots=state["boots"] + 1)

        state = common.change(boot)
        common.write("/proc/sys/kernel/random/boot_id", f"{uuid.uuid4()}\n")
        shutil.rmtree(self.path("/run"))
        self.path("/run/lock").mkdir(parents=True)
        for number in (1, 2, 3):
            common.write(f"/sys/class/hwmon/hwmon2/oc{number}_event_cnt", "0\n")
        power.apply_mode(state["mode"])
        self.start()

    def calls(self, what: str) -> int:
        """Return how often something was called: trtexec-build, trtexec-load."""
        common.ROOT = str(self.root)
        return common.counted(what)


def make_jetson(
    folder: Path,
    *,
    board: str = "jetson-agx-orin-64gb",
    trt: str = "10.3.0",
    mode: str = "",
    settings: Mapping[str, Any] | None = None,
    **knobs: Any,
) -> FakeJetson:
    """Write a fake Jetson into a folder.

    Parameters
    ----------
    folder
        Where; it must be empty or not there.
    board
        Key of reference/modules.
    trt
        The TensorRT that is installed, which also decides the release of Jetson Linux.
    mode
        The name of the power mode it is in; the board's default without one.
    settings
        Settings of a run that differ from the short ones.
    knobs
        What is broken; see `tests.fake_jetson.faults`.
    """
    made, release = BOARDS[board], release_of(trt)
    layout = layout_of(made, release.l4t)
    modes, default = modes_of(made)
    folder = folder.absolute()
    for name in (".fake/load", ".fake/root"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    Tree(folder, made, release, layout).write(modes, default, knobs)
    has_dla = not (in_range(trt, "10.8", "11.3") or made.soc == "tegra264")
    described = dataclasses.asdict(made)
    described.pop("chips")
    scenario = {
        "board": described | {"cpus": made.cpus},
        "layout": dataclasses.asdict(layout),
        "rails": _rails(made, layout, knobs),
        "modes": [dataclasses.asdict(each) for each in modes],
        "tensorrt": _full(trt),
        "packages": _packages(trt, release.l4t, release.jetpack, release.cuda),
        "flags": _flags(trt),
        "dla_cores": knobs.get("dla_cores", made.dla_cores if has_dla else 0),
        "knobs": knobs,
    }
    (folder / ".fake/scenario.json").write_text(json.dumps(scenario), encoding="utf-8")
    wanted = next((each.id for each in modes if each.name == mode), default)
    state: dict[str, Any] = {"mode": wanted, "pending": None, "pinned": False}
    state |= {"units": [], "boots": 1}
    (folder / ".fake/state.json").write_text(json.dumps(state), encoding="utf-8")
    _write_programs(folder, knobs)
    common.ROOT = str(folder)
    really = next((each.id for each in modes if each.name == knobs.get("mode_in_truth")), wanted)
    power.apply_mode(really)
    return FakeJetson(folder, settings)


def _write_programs(folder: Path, knobs: Mapping[str, Any]) -> None:
    """Write the scripts that start the programs."""
    for place, (module, function) in {**PROGRAMS, ".fake/plant": ("plant", "main")}.items():
        if place.rpartition("/")[2] in knobs.get("programs_missing", ()):
            continue
        path = folder / place
        path.write_text(
            SCRIPT.format(
                python=sys.executable,
                repository=str(REPOSITORY),
                root=str(folder),
                module=module,
                function=function,
            ),
            encoding="utf-8",
        )
        path.chmod(0o755)
    if ROOT_PROGRAM.exists() and "dla-measure-priv" not in knobs.get("programs_missing", ()):
        path = folder / "usr/local/sbin/dla-measure-priv"
        _, _, text = ROOT_PROGRAM.read_text(encoding="utf-8").partition("\n")
        path.write_text(f"#!{sys.executable} -IS\n{text}", encoding="utf-8")
        path.chmod(0o755)
        unit = Grant("owner", str(REPOSITORY), sys.executable).unit
        (folder / UNIT.lstrip("/")).write_text(unit, encoding="utf-8")


def _rails(board: Board, layout: Layout, knobs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say where the values of each rail lie."""
    found = []
    for number, (address, rails) in enumerate(board.chips.items()):
        for channel, rail in enumerate(rails):
            if rail is None or rail.label in knobs.get("rails_missing", ()):
                continue
            device = f"{layout.i2c}/i2c-{address[0]}/{address}"
            if layout.uses_iio:
                folder = f"{device}/iio:device{number}"
                names = [f"{folder}/in_{kind}{channel}_input" for kind in ("voltage", "current")]
                power_file = f"{folder}/in_power{channel}_input"
            else:
                folder = f"{device}/hwmon/hwmon{number + 3}"
                names = [f"{folder}/{kind}{channel + 1}_input" for kind in ("in", "curr")]
                power_file = ""
            paths = {"voltage": names[0], "current": names[1], "power": power_file}
            found.append(dataclasses.asdict(rail) | paths)
    return found


def _full(trt: str) -> str:
    """Return the version with its build, as the package has it."""
    return {"10.3.0": "10.3.0.30", "8.5.2": "8.5.2.2", "8.6.2": "8.6.2.3"}.get(trt, f"{trt}.1")


def _packages(trt: str, l4t: str, jetpack: str, cuda: str) -> dict[str, str]:
    """Return the packages that are installed."""
    major = trt.partition(".")[0]
    version = f"{_full(trt)}-1+cuda{cuda}"
    names = ("tensorrt", f"libnvinfer{major}", "libnvinfer-bin", f"libnvonnxparsers{major}")
    packages = dict.fromkeys(names, version)
    packages["nvidia-l4t-core"] = f"{l4t}-20250107174145"
    packages["nvidia-jetpack"] = jetpack
    packages[f"cuda-toolkit-{cuda.replace('.', '-')}"] = f"{cuda}.11-1"
    return packages


def _flags(trt: str) -> list[str]:
    """Return the options that this version's trtexec parses."""
    return sorted(
        row["flag"]
        for row in read_table("reference/trtexec-flags")
        if in_range(trt, row["parsed_since"], "")
        and not (row["gone_in"] and in_range(trt, row["gone_in"], ""))
    )


def wait_until(holds: Any, seconds: float = 60.0) -> bool:
    """Wait until something holds; say whether it did in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.005)
    return bool(holds())
