"""Runs made by hand on a faulty device, then imported."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.fake_jetson.jetson import wait_until
from tests.fake_jetson.tiny import NAME
from tests.measure.faults.measuring import Bench, Measured, check_outcome, proves

if TYPE_CHECKING:
    from pathlib import Path

MODULE = "jetson-agx-orin-64gb"


def record(bench: Bench) -> tuple[Path, Path]:
    """Build and run by hand while tegrastats runs; return both logs."""
    trtexec = str(bench.fake.path("/usr/src/tensorrt/bin/trtexec"))
    model, engine = bench.models.parent / f"{NAME}.onnx", bench.folder / "e"
    build = [f"--onnx={model}", f"--saveEngine={engine}", "--int8", "--fp16", "--useDLACore=0"]
    subprocess.run([trtexec, *build, "--skipInference"], check=True, capture_output=True)
    watched, log = bench.folder / "power.log", bench.folder / "run.log"
    with open(watched, "w", encoding="ascii") as power, open(log, "w", encoding="ascii") as out:
        tegrastats = subprocess.Popen(
            [str(bench.fake.path("/usr/bin/sudo")), "tegrastats", "--interval", "20"], stdout=power
        )
        assert wait_until(lambda: watched.read_text().count("\n") > 10)
        run = ["--useDLACore=0", "--warmUp=50", "--duration=0.6", "--iterations=1"]
        subprocess.run([trtexec, f"--loadEngine={engine}", *run], check=True, stdout=out)
        lines = watched.read_text().count("\n")
        assert wait_until(lambda: watched.read_text().count("\n") > lines + 10)
        tegrastats.kill()
        tegrastats.wait()
    return log, watched


def imported(bench: Bench, mode: str) -> Measured:
    """Import what was recorded, as of a power mode."""
    log, watched = record(bench)
    words = ["--module", MODULE, "--power-mode", mode, "--batch", "1"]
    return bench.call("import", "--trtexec", str(log), "--tegrastats", str(watched), *words)


@proves("tegrastats_without_root")
def test_a_log_of_a_plain_user_gives_power_without_clocks(tmp_path: Path) -> None:
    """The rails are there without root; what is not there stays unknown."""
    with Bench(tmp_path, tegrastats_plain=True) as bench:
        measured = imported(bench, "MAXN")
        (row,) = bench.results

    check_outcome("tegrastats_without_root", measured.code, measured.err)
    assert float(row["load_power_w"]) > 10
    assert (row["dla_mhz"], row["gpu_mhz"]) == ("", "")


@proves("mode_never_was_in_force_by_hand")
def test_a_log_that_contradicts_its_mode_is_refused(tmp_path: Path) -> None:
    """A run called 30W by someone whose board stayed as in 50W: twelve CPUs are online."""
    with Bench(tmp_path, mode="MODE_30W", mode_in_truth="MODE_50W") as bench:
        measured = imported(bench, "30W")
        results = bench.results

    check_outcome("mode_never_was_in_force_by_hand", measured.code, measured.err)
    assert not results
