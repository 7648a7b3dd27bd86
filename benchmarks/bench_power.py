"""The reading of tegrastats against splitting its lines; what the power sampler takes."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result
from measure.device.machine import Machine
from measure.power.rails import Rail
from measure.power.sampler import Sampler
from measure.tegrastats.log import read_log

if TYPE_CHECKING:
    from collections.abc import Callable

LINES, ROUNDS = 20_000, 7
LINES_PER_SECOND = 100_000
TIMES_SPLITTING = 4
"""How often splitting the same lines into words may fit into reading what they say."""

RAILS, SECONDS = 4, 20.0
CORE_SHARE = 1.0


def results() -> list[Result]:
    """Return the speed of reading a log, and the sampler's share of a core."""
    with tempfile.TemporaryDirectory() as name:
        return [*_reading(Path(name)), _sampling(Path(name))]


def _reading(folder: Path) -> list[Result]:
    path = folder / "tegrastats.log"
    path.write_text("".join(_line(number) for number in range(LINES)), encoding="utf-8")
    pairs = [
        (_seconds(lambda: read_log(path)), _seconds(lambda: _split(path))) for _ in range(ROUNDS)
    ]
    speed = LINES / statistics.median(ours for ours, _ in pairs)
    ratio = statistics.median(ours / peer for ours, peer in pairs)
    detail = f"{LINES} lines of AGX Orin with rights, median of {ROUNDS}, time of the processor"
    return [
        Result("tegrastats read", speed, LINES_PER_SECOND, "lines/s", detail, at_least=True),
        Result("tegrastats read / lines split into words", ratio, TIMES_SPLITTING, "x", detail),
    ]


def _split(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8") as stream:
        return [line.split() for line in stream]


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _line(number: int) -> str:
    """Return a line in which all that may change does."""
    loads = [(number * step) % 101 for step in range(3, 15)]
    cores = ",".join(f"{load}%@{729 + load}" for load in loads)
    sensors = " ".join(
        f"{name}@{40 + (number * place) % 977 / 50:.2f}C"
        for place, name in enumerate(("cpu", "soc2", "soc0", "gpu", "tj", "soc1"), 1)
    )
    rails = " ".join(
        f"{name} {4000 + 399 * (number % 9)}mW/{3000 + number % 2000}mW"
        for name in ("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0")
    )
    return (
        f"03-14-2026 10:{number // 600 % 60:02}:{number // 10 % 60:02} "
        f"RAM {4000 + number % 800}/62841MB (lfb 87x4MB) SWAP 0/31421MB (cached 0MB) "
        f"CPU [{cores}] EMC_FREQ {loads[0]}%@3199 GR3D_FREQ {loads[1]}%@[305,{305 + loads[2]}] "
        f"NVENC off NVDEC off NVJPG off NVJPG1 off VIC off OFA off NVDLA0 {loads[3]}%@1369 "
        f"NVDLA1 off PVA0_FREQ off APE 174 {sensors} {rails}\n"
    )


def _sampling(folder: Path) -> Result:
    rails = [_rail(folder, number) for number in range(RAILS)]
    begin = time.perf_counter()
    with Sampler(Machine(folder, ()), rails, folder / "samples") as sampler:
        time.sleep(SECONDS)
        used = _cpu_seconds(sampler.pid)
        wall = time.perf_counter() - begin
    return Result(
        "power sampler, share of a core",
        100 * used / wall,
        CORE_SHARE,
        "%",
        f"{RAILS} rails every 20 ms for {wall:.0f} s, its start included",
    )


def _rail(folder: Path, number: int) -> Rail:
    paths = [f"/{quantity}{number}" for quantity in ("in", "curr")]
    for path, text in zip(paths, ("19800\n", "160\n"), strict=True):
        (folder / path.lstrip("/")).write_text(text, encoding="utf-8")
    voltage, current = paths
    return Rail(f"VDD_{number}", "1-0040", number, voltage, current, None, None, "hwmon")


def _cpu_seconds(pid: int | None) -> float:
    """Return what a process has taken of the processor, by the scheduler's account."""
    nanoseconds, *_ = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()
    return int(nanoseconds) / 1e9
