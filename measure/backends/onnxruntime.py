"""Run networks on the CPU through ONNX Runtime, on any machine."""

from __future__ import annotations

import os
from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Mapping

from measure.backends.base import Build, BuildError, Instance, LoadOutcome, Problem
from measure.backends.worker import Worker
from measure.device.clock import now_ns
from measure.journal.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from measure.backends.child import Wait
    from measure.backends.engine_cache import EngineCache
    from measure.backends.worker import Answer
    from measure.networks.model_file import ModelFile
    from measure.run.jobs import Job
    from measure.run.settings import Settings

NAME = "onnxruntime"


def usable_threads() -> int:
    """Return the CPUs that this process may use."""
    return len(os.sched_getaffinity(0))


class OnnxRuntimeBackend:
    """One child process holds the model of the job that is being measured.

    Parameters
    ----------
    folder
        Of the run: logs and stamps go there.
    settings
        Limits of time.
    wait
        Waits some seconds; raises when the user wants the end.
    seed
        Of the input.
    """

    name = NAME

    def __init__(
        self, folder: Path, settings: Settings, wait: Wait, seed: int = 0, threads: int = 0
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.threads = threads or usable_threads()
        self._wait = wait
        self._seed = seed
        self._worker: Worker | None = None
        self._held = ""
        """Build whose model the child holds."""
        self._shapes: dict[str, Mapping[str, tuple[int, ...]]] = {}
        """Shapes of the inputs that a model leaves open, by build."""

    def build(self, job: Job, model: ModelFile, engines: EngineCache) -> tuple[Build, ...]:
        """Load the model; there is no engine file but the model itself."""
        sizes = ("x".join(map(str, shape)) for shape in model.left_open.values())
        shapes = (f"{name}={size}" for name, size in zip(model.left_open, sizes))
        words = (f"threads={self.threads}", f"seed={self._seed}", *shapes)
        key = engines.key(model.sha256, words)
        self._shapes[key] = model.left_open
        build = Build(
            "cpu",
            key,
            "built",
            model.path,
            command=(NAME, model.path.name, *words),
            onnx_sha256=model.sha256,
            placement="cpu",
            placement_basis="backend",
        )
        began = now_ns()
        answer = self._open(build)
        build = replace(
            build, seconds=round((now_ns() - began) / 1e9, 3), log=self._relative(self._log(build))
        )
        if "failure" in answer:
            raise BuildError(build.failed(Problem(answer["failure"], answer["error"])))
        return (build,)

    def load(
        self,
        job: Job,
        builds: tuple[Build, ...],
        seconds: float,
        warmup_s: float,
        period_s: float = 0.0,
    ) -> LoadOutcome:
        """Run the model for a time."""
        command = {
            "do": "run",
            "seconds": seconds,
            "warmup_s": warmup_s,
            "period_s": period_s,
        }
        return self._timed(job, builds[0], command, seconds + warmup_s)

    def host(
        self, job: Job, builds: tuple[Build, ...], query_s: float, seconds: float
    ) -> LoadOutcome:
        """Have the child sleep in place of queries."""
        command = {"do": "host", "query_s": query_s, "seconds": seconds}
        return self._timed(job, builds[0], command, seconds)

    def checksum(self, job: Job, builds: tuple[Build, ...]) -> str | None:
        """Return the sha256 of the outputs for the seeded input."""
        if "failure" in self._open(builds[0]):
            return None
        found = self._ask({"do": "checksum"}, self.settings.start_timeout_s).get("checksum")
        return str(found) if found else None

    def close(self) -> None:
        """End the child."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _open(self, build: Build) -> Answer:
        """Have a child that holds the model, or none; the one of another job is ended."""
        if self._worker is not None and self._worker.running and self._held == build.build:
            return {}
        self.close()
        self._worker = Worker(self._log(build), self._wait)
        self._held = build.build
        model = str(build.engine_path)
        command = {
            "do": "open",
            "model": model,
            "threads": self.threads,
            "seed": self._seed,
            "shapes": self._shapes.get(build.build, {}),
        }
        answer = self._worker.ask(command, self.settings.start_timeout_s)
        if "failure" in answer:
            self.close()
        return answer

    def _ask(self, command: Mapping[str, Any], seconds: float) -> Answer:
        assert self._worker is not None
        return self._worker.ask(command, seconds)

    def _timed(
        self, job: Job, build: Build, command: Mapping[str, Any], seconds: float
    ) -> LoadOutcome:
        """Have queries run and read their stamps."""
        times = self.folder / "raw" / f"{job.job}-{now_ns()}.times"
        times.parent.mkdir(parents=True, exist_ok=True)
        answer = self._open(build)
        start_ns = now_ns()
        if "failure" not in answer:
            answer = self._ask({**command, "times": str(times)}, seconds + self.settings.hang_s)
        end_ns = now_ns()
        if "failure" in answer:
            problem = Problem(answer["failure"], f"ONNX Runtime: {answer['error']}")
            return LoadOutcome((), start_ns, end_ns, (problem,))
        stamps = array("q")
        stamps.frombytes(times.read_bytes())
        instance = Instance(
            "cpu",
            None,
            build.command,
            self._relative(self._log(build)),
            "",
            self._relative(times),
            sha256_of(times),
            stamps[0],
            stamps[-1],
            stamps[1::2],
            [(stop - start) / 1e6 for start, stop in zip(stamps[::2], stamps[1::2])],
            job.batch,
        )
        return LoadOutcome((instance,), start_ns, end_ns)

    def _log(self, build: Build) -> Path:
        return self.folder / "logs" / f"onnxruntime-{build.build[:16]}.log"

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()
