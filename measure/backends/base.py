"""What the runner asks of a backend, and what it gets back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, Sequence

if TYPE_CHECKING:
    from pathlib import Path

    from measure.backends.engine_cache import EngineCache
    from measure.networks.model_file import ModelFile
    from measure.run.jobs import Job


@dataclass(frozen=True)
class Problem:
    """Why a segment or a build cannot be used."""

    code: str
    """crashed, hung, garbage, out_of_memory, device_lost, no_dla, no_common_window, …"""
    text: str


@dataclass(frozen=True)
class Build:
    """An engine that is ready to run, or the record of why there is none."""

    engine: str
    """dla, gpu or cpu."""
    build: str
    """Key: sha256 of the model, the words of the command without paths, and the software."""
    outcome: str
    """built, cached or failed."""
    engine_path: Path | None
    command: tuple[str, ...] = ()
    seconds: float = 0.0
    failure: str = ""
    """Class of the failure, from the log."""
    failure_text: str = ""
    onnx_sha256: str = ""
    engine_sha256: str = ""
    engine_bytes: int = 0
    dla_layers: int | None = None
    gpu_layers: int | None = None
    dla_subgraphs: int | None = None
    reformats: int | None = None
    refusals: int | None = None
    placement: str = "unknown"
    """dla, gpu, mixed, cpu or unknown."""
    placement_basis: str = ""
    """What in the log or the layer info the placement was read from."""
    log: str = ""
    log_sha256: str = ""
    layer_info: str = ""

    @property
    def uses_gpu(self) -> bool:
        """Say whether the engine itself has work for the GPU: layers, or reformats at its ends."""
        return self.placement in ("gpu", "mixed") or bool(self.reformats)

    def failed(self, problem: Problem) -> Build:
        """Return the record of why there is no engine."""
        return replace(
            self,
            outcome="failed",
            engine_path=None,
            failure=problem.code,
            failure_text=problem.text,
        )

    def as_record(self) -> dict[str, Any]:
        """Return what the journal stores."""
        record = asdict(self)
        record["command"] = list(self.command)
        del record["engine_path"]
        return record


@dataclass(frozen=True)
class Instance:
    """What one process did during a segment; stamps are of the one monotonic clock."""

    engine: str
    dla_core: int | None
    command: tuple[str, ...]
    log: str
    log_sha256: str
    times: str
    """File with the stamps of the queries."""
    times_sha256: str
    first_ns: int
    """When the first query counted started."""
    last_ns: int
    """When the last query ended."""
    ends_ns: Sequence[int]
    """When each query ended."""
    latencies_ms: Sequence[float]
    images_per_query: int


@dataclass(frozen=True)
class LoadOutcome:
    """What all processes of a segment did."""

    instances: tuple[Instance, ...]
    start_ns: int
    """When they were let go."""
    end_ns: int
    """When the last had ended."""
    problems: tuple[Problem, ...] = ()
    flags: tuple[str, ...] = ()


class BuildError(Exception):
    """No engine could be built; the record says why."""

    def __init__(self, build: Build) -> None:
        super().__init__(build.failure_text or build.failure)
        self.build = build


class Backend(Protocol):
    """Builds engines and puts load on them."""

    name: str

    def build(self, job: Job, model: ModelFile, engines: EngineCache) -> tuple[Build, ...]:
        """Return an engine for each kind of engine that the job runs on.

        Raises
        ------
        BuildError
            When an engine cannot be built.
        """

    def load(
        self,
        job: Job,
        builds: tuple[Build, ...],
        seconds: float,
        warmup_s: float,
        period_s: float = 0.0,
    ) -> LoadOutcome:
        """Run all instances of a job for a time; one query each period if one is given."""

    def host(
        self, job: Job, builds: tuple[Build, ...], query_s: float, seconds: float
    ) -> LoadOutcome:
        """Run the host's part alone, each query replaced by a sleep."""

    def checksum(self, job: Job, builds: tuple[Build, ...]) -> str | None:
        """Return the sha256 of the output for a fixed input; None where it cannot be had."""

    def close(self) -> None:
        """End all processes."""
