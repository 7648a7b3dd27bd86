"""Write the files of a fake Jetson: device tree, /etc, /sys, /dev and /proc."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

from tests.fake_jetson.modes import configuration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from tests.fake_jetson.boards import Board, Rail, Release
    from tests.fake_jetson.layout import Layout
    from tests.fake_jetson.modes import Mode

FOLDERS = (
    "dev",
    "etc/systemd/system",
    "etc/sudoers.d",
    "home",
    "proc/self",
    "run/lock",
    "tmp",
    "usr/bin",
    "usr/local/bin",
    "usr/local/sbin",
    "usr/sbin",
    "usr/src/tensorrt/bin",
    "var/lib/nvpmodel",
    "var/lib/dla-measure",
)
HOTTEST_CPU_C = 99.0
HOT_SURFACE_C = 70.0


class Tree:
    """The files of a device that do not move while something runs."""

    def __init__(self, root: Path, board: Board, release: Release, layout: Layout) -> None:
        self.root, self.board, self.release, self.layout = root, board, release, layout

    def put(self, absolute: str, text: str | int) -> None:
        """Write one file of the device, numbers with the line end that sysfs gives them."""
        path = self.root / absolute.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n" if isinstance(text, int) else text, encoding="utf-8")

    def link(self, absolute: str, target: str) -> None:
        """Write a link inside the device, relative so that the folder can be anywhere."""
        path = self.root / absolute.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        aim = self.root / target.lstrip("/")
        path.symlink_to(os.path.relpath(aim, path.parent))

    def write(self, modes: list[Mode], default: int, knobs: Mapping[str, Any]) -> None:
        """Write them all."""
        for folder in FOLDERS:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        self._identity(knobs)
        conf = configuration(self.board, self.layout, modes, default)
        text = knobs.get("nvpmodel_conf", conf)
        if text is not None:
            self.put("/etc/nvpmodel.conf", text)
        self._cpus()
        self._gpu_and_emc()
        self._dla()
        self._thermal()
        self._rails(knobs)
        self._processes(knobs)

    def _identity(self, knobs: Mapping[str, Any]) -> None:
        names = knobs.get("compatible", self.board.compatible)
        compatible = (*names, f"nvidia,{self.board.soc}")
        self.put("/proc/device-tree/model", knobs.get("model", self.board.model) + "\0")
        self.put("/proc/device-tree/compatible", "\0".join(compatible) + "\0")
        major, _, revision = self.release.l4t.partition(".")
        ending = f"BOARD: {self.release.board}, EABI: aarch64, DATE: Mon Jan  6 10:00:00 UTC 2025"
        lines = [f"# R{major} (release), REVISION: {revision}, GCID: 10000001, {ending}"]
        if int(major) >= 36:
            lines += ["# KERNEL_VARIANT: oot", "TARGET_USERSPACE_LIB_DIR=nvidia"]
        self.put("/etc/nv_tegra_release", "\n".join(lines) + "\n")
        self.put("/proc/sys/kernel/random/boot_id", f"{uuid.uuid4()}\n")
        self.put("/proc/loadavg", "0.08 0.05 0.01 1/412 2210\n")
        self.put("/proc/uptime", "812.40 9301.77\n")
        self.put("/proc/cpuinfo", "processor\t: 0\nmodel name\t: ARMv8 Processor rev 1 (v8l)\n")
        for node in self.layout.nodes:
            if not (knobs.get("no_dla_nodes") and "nvdla" in node):
                self.put(node, "")

    def _cpus(self) -> None:
        top = "/sys/devices/system/cpu"
        last = self.board.cpus - 1
        for name in ("present", "possible", "online"):
            self.put(f"{top}/{name}", f"0-{last}\n")
        for cpu in range(self.board.cpus):
            folder = f"{top}/cpu{cpu}"
            self.put(f"{folder}/online", 1)
            self.put(f"{folder}/cpufreq/scaling_governor", "schedutil\n")
            steps = (729600, 1190400, 1497600, self.board.cpu_khz)
            text = " ".join(map(str, steps))
            self.put(f"{folder}/cpufreq/scaling_available_frequencies", text + " \n")
            self.put(f"{folder}/cpufreq/cpuinfo_max_freq", self.board.cpu_khz)
            self.put(f"{folder}/cpufreq/scaling_max_freq", self.board.cpu_khz)
            self.put(f"{folder}/cpufreq/scaling_min_freq", 729600)
            self.put(f"{folder}/cpufreq/scaling_cur_freq", 729600)

    def _gpu_and_emc(self) -> None:
        folder, board = self.layout.devfreq, self.board
        self.put(f"{folder}/available_frequencies", f"306000000 612000000 {board.gpu_hz}\n")
        self.put(f"{folder}/governor", "nvhost_podgov\n")
        self.put(f"{folder}/max_freq", board.gpu_hz)
        self.put(f"{folder}/min_freq", 306000000)
        self.put(f"{folder}/cur_freq", 306000000)
        self.put(f"{self.layout.gpu}/load", 0)
        self.put(f"{self.layout.gpu}/tpc_pg_mask", 0)
        self.put(f"{self.layout.gpu}/power/control", "auto\n")
        self.put(f"{self.layout.gpu}/railgate_enable", 1)
        self.link("/sys/devices/gpu.0", self.layout.gpu)
        self.link(f"/sys/class/devfreq/{folder.rpartition('/')[2]}", folder)
        self.put(self.layout.emc_cap, 0)
        for name in ("bpmp/debug/clk/emc", "clk/emc"):
            debug = f"/sys/kernel/debug/{name}"
            rate = "rate" if name.startswith("bpmp") else "clk_rate"
            self.put(f"{debug}/{rate}", board.emc_hz)
            self.put(f"{debug}/max_rate", board.emc_hz)
            self.put(f"{debug}/min_rate", 204000000)

    def _dla(self) -> None:
        for core, folder in enumerate(self.layout.nvdla):
            self.put(f"{folder}/power/runtime_status", "suspended\n")
            self.put(f"{folder}/power/control", "auto\n")
            for kind, ceiling in (("core", self.board.dla_hz), ("falcon", self.board.falcon_hz)):
                debug = f"/sys/kernel/debug/clk/dla{core}_{kind}"
                self.put(f"{debug}/clk_rate", ceiling)
                self.put(f"{debug}/clk_max_rate", ceiling)
                self.put(f"{debug}/clk_min_rate", 0)
                self.put(f"{debug}/clk_enable_count", 1)
            nafll = f"/sys/kernel/debug/bpmp/debug/clk/nafll_dla{core}_core"
            self.put(f"{nafll}/rate", self.board.dla_hz)
            self.put(f"{nafll}/max_rate", self.board.dla_hz)
        for path in self.layout.caps.values():
            self.put(path, 0)

    def _thermal(self) -> None:
        top = "/sys/class/thermal"
        for number, name in enumerate(self.layout.zones):
            self.put(f"{top}/thermal_zone{number}/type", name + "\n")
            # A gated CV sensor answers "try again"; an empty file is as near as a folder gets.
            gated = name.lower().startswith("cv")
            self.put(f"{top}/thermal_zone{number}/temp", "" if gated else 48000)
            # Both trips are passive, as on an Orin; what sets in at the second one only warns.
            trips = ((HOTTEST_CPU_C, "cooling_device3"), (HOT_SURFACE_C, "cooling_device5"))
            for trip, (celsius, device) in enumerate(trips):
                self.put(f"{top}/thermal_zone{number}/trip_point_{trip}_type", "passive\n")
                self.put(f"{top}/thermal_zone{number}/trip_point_{trip}_temp", int(celsius * 1000))
                self.put(f"{top}/thermal_zone{number}/cdev{trip}_trip_point", trip)
                self.link(f"{top}/thermal_zone{number}/cdev{trip}", f"{top}/{device}")
        devices: tuple[str, ...] = (
            "pwm-fan",
            "cpufreq-cpu0",
            self.layout.devfreq.rpartition("/")[2],
        )
        devices += ("cpu-throttle-alert", "gpu-throttle-alert", "hot-surface-alert")
        for number, name in enumerate(devices):
            self.put(f"{top}/cooling_device{number}/type", name + "\n")
            self.put(f"{top}/cooling_device{number}/cur_state", 1 if name == "pwm-fan" else 0)
            self.put(f"{top}/cooling_device{number}/max_state", 10)
        self.put("/sys/class/hwmon/hwmon0/name", "pwmfan\n")
        self.put("/sys/class/hwmon/hwmon0/pwm1", 66)
        self.put("/sys/class/hwmon/hwmon2/name", "soctherm_oc\n")
        for number in (1, 2, 3):
            self.put(f"/sys/class/hwmon/hwmon2/oc{number}_event_cnt", 0)
            self.put(f"/sys/class/hwmon/hwmon2/oc{number}_throt_en", 1)

    def _rails(self, knobs: Mapping[str, Any]) -> None:
        renamed = knobs.get("rails_renamed", {})
        for number, (address, rails) in enumerate(self.board.chips.items()):
            device = f"{self.layout.i2c}/i2c-{address[0]}/{address}"
            self.put(f"{device}/name", "ina3221\n")
            driver = "ina3221x" if self.layout.uses_iio else "ina3221"
            self.link(f"/sys/bus/i2c/devices/{address}", device)
            self.link(f"/sys/bus/i2c/drivers/{driver}/{address}", device)
            for channel, rail in enumerate(rails):
                label = rail.label if rail else "NC"
                if label in knobs.get("rails_missing", ()):
                    continue
                write = self._iio_channel if self.layout.uses_iio else self._hwmon_channel
                write(device, number, channel, rail, renamed.get(label, label))
            if not self.layout.uses_iio:
                folder = f"{device}/hwmon/hwmon{number + 3}"
                self.put(f"{folder}/name", "ina3221\n")
                self.put(f"{folder}/in7_label", "sum of shunt voltages\n")
                self.put(f"{folder}/in7_input", 4)
                self.put(f"{folder}/samples", 1)
                self.put(f"{folder}/update_interval", 6)
                self.link(f"/sys/class/hwmon/hwmon{number + 3}", folder)

    def _hwmon_channel(
        self, device: str, number: int, channel: int, rail: Rail | None, label: str
    ) -> None:
        folder, one = f"{device}/hwmon/hwmon{number + 3}", channel + 1
        self.put(f"{folder}/in{one}_label", label + "\n")
        self.put(f"{folder}/in{one}_input", round(rail.volts * 1000) if rail else 0)
        self.put(f"{folder}/in{one}_enable", 1)
        self.put(f"{folder}/curr{one}_input", _codes(rail) if rail else 0)
        self.put(f"{folder}/shunt{one}_resistor", rail.shunt_micro_ohm if rail else 0)
        for name, value in (("crit", 32760), ("max", 32760), ("crit_alarm", 0), ("max_alarm", 0)):
            self.put(f"{folder}/curr{one}_{name}", value)

    def _iio_channel(
        self, device: str, number: int, channel: int, rail: Rail | None, label: str
    ) -> None:
        folder = f"{device}/iio:device{number}"
        current = _codes(rail) if rail else 0
        volts = round(rail.volts * 1000) if rail else 0
        self.put(f"{folder}/name", "ina3221x\n")
        self.put(f"{folder}/rail_name_{channel}", label + "\n")
        self.put(f"{folder}/in_voltage{channel}_input", volts)
        self.put(f"{folder}/in_current{channel}_input", current)
        self.put(f"{folder}/in_power{channel}_input", volts * current // 1000)

    def _processes(self, knobs: Mapping[str, Any]) -> None:
        self.put("/proc/1/comm", "systemd\n")
        (self.root / "proc/1/fd").mkdir(parents=True)
        # As on every Ubuntu: it only waits.
        waits = "unattended-upgrade-shutdown"
        self.put("/proc/812/comm", waits[:15] + "\n")
        path = f"/usr/share/unattended-upgrades/{waits}"
        self.put("/proc/812/cmdline", f"/usr/bin/python3\0{path}\0--wait-for-signal\0")
        (self.root / "proc/812/fd").mkdir()
        for pid, (name, node) in enumerate(knobs.get("other_users", ()), start=4242):
            self.put(f"/proc/{pid}/comm", name + "\n")
            fd = self.root / f"proc/{pid}/fd"
            fd.mkdir(parents=True)
            (fd / "7").symlink_to(node)


def _codes(rail: Rail) -> int:
    """Return what flows when nothing runs, in mA, as the monitor's steps allow."""
    step = 40000 // rail.shunt_micro_ohm
    return int(rail.idle_w / rail.volts * 1000 // step) * step
