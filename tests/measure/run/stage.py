"""A machine without rails and a backend that does as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure.backends.base import Build, BuildError, Instance, LoadOutcome, Problem
from measure.device.board import Board
from measure.device.clock import now_ns
from measure.device.machine import Machine
from measure.device.release import Release
from measure.device.tensorrt import TensorRT
from measure.journal.journal import Journal
from measure.networks.model_file import ModelFile
from measure.run.jobs import Job
from measure.run.rig import Rig
from measure.run.segments import Tools
from measure.run.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from measure.backends.engine_cache import EngineCache
    from measure.run.interrupt import Interrupt

SHORT = Settings(
    load_s=0.02,
    idle_s=0.01,
    settle_s=0.0,
    tail_s=0.0,
    warmup_s=0.0,
    soak_window_s=0.01,
    soak_max_s=0.05,
    min_pairs=2,
    max_pairs=3,
    watch_period_s=0.01,
    block_s=0.01,
)
MODEL = ModelFile("net", Path("net.onnx"), "0" * 64, {"x": (1, 3, 8, 8)})


def job(name: str = "net", **changes: Any) -> Job:
    """Return a job on the CPU."""
    made = Job(name, (1, 3, 8, 8), "cpu", (), "fp32", "none", "fp32", clock_policy="dvfs")
    return replace(made, **changes).keyed()


def instance(
    ends_s: list[float], first_s: float = 0.0, images: int = 1, **changes: Any
) -> Instance:
    """Return an instance whose queries ended at some seconds."""
    ends = [int(end * 1e9) for end in ends_s]
    starts = [int(first_s * 1e9), *ends[:-1]]
    latencies = [(end - start) / 1e6 for start, end in zip(starts, ends, strict=False)]
    made = Instance(
        "cpu", None, ("run",), "", "", "", "", starts[0], ends[-1], ends, latencies, images
    )
    return replace(made, **changes)


@dataclass
class Told:
    """A backend whose loads give the rates and problems it is told, one after the other."""

    rates: list[float | Problem] = field(default_factory=lambda: [100.0])
    build_problem: Problem | None = None
    sums: list[str | None] = field(default_factory=lambda: ["aa"])
    loads: list[tuple[str, float]] = field(default_factory=list)
    on_load: Callable[[], None] = lambda: None
    closed: bool = False
    name: str = "told"

    def build(self, job: Job, model: ModelFile, engines: EngineCache) -> tuple[Build, ...]:
        """Return an engine, or fail as told."""
        build = Build("cpu", "b" * 32, "built", model.path, placement="cpu")
        if self.build_problem is not None:
            problem = self.build_problem
            failed = replace(
                build, outcome="failed", failure=problem.code, failure_text=problem.text
            )
            raise BuildError(failed)
        return (build,)

    def load(
        self,
        job: Job,
        builds: tuple[Build, ...],
        seconds: float,
        warmup_s: float,
        period_s: float = 0.0,
    ) -> LoadOutcome:
        """Return a load of one second at the next rate."""
        self.on_load()
        start = now_ns()
        if warmup_s or seconds == SHORT.soak_window_s:
            return LoadOutcome((), start, now_ns())
        self.loads.append((job.network, period_s))
        rate = self.rates[min(len(self.loads), len(self.rates)) - 1]
        if isinstance(rate, Problem):
            return LoadOutcome((), start, now_ns(), (rate,))
        ends = [number / rate for number in range(1, int(rate) + 1)]
        return LoadOutcome((instance(ends),), start, now_ns())

    def host(
        self, job: Job, builds: tuple[Build, ...], query_s: float, seconds: float
    ) -> LoadOutcome:
        """Return that nothing was wrong."""
        return LoadOutcome((), now_ns(), now_ns())

    def checksum(self, job: Job, builds: tuple[Build, ...]) -> str | None:
        """Return the next checksum."""
        return self.sums.pop(0) if len(self.sums) > 1 else self.sums[0]

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


def rig(folder: Path, backend: str = "onnxruntime") -> Rig:
    """Return a machine that holds nothing."""
    machine = Machine(folder / "root", ())
    board, release = Board("", (), "", "", None), Release("", "", "")
    return Rig(machine, backend, board, release, TensorRT("", "", None), 0, None, (), None)


def tools(folder: Path, backend: Told, interrupt: Interrupt, settings: Settings = SHORT) -> Tools:
    """Return what a run works with."""
    journal = Journal.open(folder / "run" / "journal.jsonl")
    return Tools(rig(folder), backend, journal, settings, interrupt, folder / "run", 1)


def of(tools: Tools, kind: str) -> list[dict[str, Any]]:
    """Return the records of one type."""
    return [record for record in tools.journal.records if record["type"] == kind]
