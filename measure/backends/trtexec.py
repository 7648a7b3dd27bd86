"""Measure on a Jetson through NVIDIA's trtexec."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Mapping, Sequence

from measure.backends.base import Build, Instance, LoadOutcome, Problem
from measure.backends.outputs import Outputs
from measure.backends.trtexec_build import DLA, GPU, EngineBuilder
from measure.backends.trtexec_call import RunPlace
from measure.backends.trtexec_run import Instances, Start
from measure.backends.worker import Worker
from measure.device.clock import now_ns
from measure.journal.files import make_folder
from measure.trtexec.commands import Timing, measure_words

if TYPE_CHECKING:
    from pathlib import Path

    from measure.backends.child import Wait
    from measure.backends.engine_cache import EngineCache
    from measure.networks.model_file import ModelFile
    from measure.run.jobs import Job
    from measure.run.rig import Rig
    from measure.run.settings import Settings

NAME = "trtexec"
GPU_LAYERS = "gpu_layers"


class TrtexecBackend:
    """Builds and runs engines on GPU and DLA.

    Parameters
    ----------
    rig
        The machine.
    folder
        Of the run: logs and times go there.
    settings
        Limits of time.
    wait
        Waits some seconds; raises when the user wants the end.
    """

    name = NAME

    def __init__(self, rig: Rig, folder: Path, settings: Settings, wait: Wait) -> None:
        self._place = place = RunPlace(rig, folder, settings, wait)
        self._builder = EngineBuilder(place)
        self._instances = Instances(place)
        self._outputs = Outputs(self._instances, rig.tensorrt.version)
        self._query_s: dict[str, float] = {}
        """Seconds of a query at the full rate, by job."""
        self._shapes: dict[str, Mapping[str, Sequence[int]]] = {}
        """Shapes of the inputs that the model leaves open, by job."""

    def build(self, job: Job, model: ModelFile, engines: EngineCache) -> tuple[Build, ...]:
        """Return the engines of a job: for the DLA, for the GPU, or for both."""
        self._shapes[job.job] = model.left_open
        kinds = list(dict.fromkeys(engine for engine, _ in job.instances))
        return tuple(self._builder.build(kind, job, model, engines) for kind in kinds)

    def load(
        self,
        job: Job,
        builds: tuple[Build, ...],
        seconds: float,
        warmup_s: float,
        period_s: float = 0.0,
    ) -> LoadOutcome:
        """Run all instances of a job for a time; with pauses if a period is given."""
        pause_s = max(period_s - self._query_s.get(job.job, 0.0), 0.0) if period_s else 0.0
        timing = Timing(seconds, warmup_s, idle_ms=pause_s * 1000)
        outcome = self._instances.run(self._starts(job, builds, timing), seconds, warmup_s)
        if not period_s and outcome.instances:
            self._query_s[job.job] = _mean_period_s(outcome.instances)
        gpu_layers = any(build.engine == DLA and build.gpu_layers for build in builds)
        return replace(outcome, flags=(GPU_LAYERS,)) if gpu_layers else outcome

    def host(
        self, job: Job, builds: tuple[Build, ...], query_s: float, seconds: float
    ) -> LoadOutcome:
        """Sleep in place of queries, in as many processes as there are instances."""
        stem = f"{job.job}-{now_ns()}-host"
        make_folder(self._place.folder / "raw")
        workers: list[Worker] = []
        command = {"do": "host", "query_s": query_s, "seconds": seconds}
        try:
            for number, _ in enumerate(job.instances):
                log = self._place.folder / "logs" / f"{stem}-{number}.log"
                workers.append(Worker(log, self._place.wait))
            start_ns = now_ns()
            for number, worker in enumerate(workers):
                times = self._place.folder / "raw" / f"{stem}-{number}.times"
                worker.send({**command, "times": str(times)})
            limit_s = seconds + self._place.settings.hang_s
            answers = [worker.answer(limit_s) for worker in workers]
        finally:
            for worker in workers:
                worker.close()
        problems = tuple(
            Problem(answer["failure"], f"host: {answer['error']}")
            for answer in answers
            if "failure" in answer
        )
        return LoadOutcome((), start_ns, now_ns(), problems)

    def checksum(self, job: Job, builds: tuple[Build, ...]) -> str | None:
        """Return the sha256 of the outputs of all instances; None where one's can't be had."""
        digest = hashlib.sha256()
        for start in self._starts(job, builds, Timing(0, 0), "output"):
            found = self._outputs.sha256(start)
            if found is None:
                return None
            digest.update(found.encode())
        return digest.hexdigest()

    def close(self) -> None:
        """Do nothing: no process outlives its segment."""

    def _starts(
        self, job: Job, builds: tuple[Build, ...], timing: Timing, kind: str = "run"
    ) -> list[Start]:
        """Return a process for each instance of a job."""
        by_engine = {build.engine: build for build in builds}
        return [
            self._start(job, by_engine[engine], core if engine == DLA else None, timing, kind)
            for engine, core in job.instances
        ]

    def _start(self, job: Job, build: Build, core: int | None, timing: Timing, kind: str) -> Start:
        where = GPU if core is None else f"{DLA}{core}"
        stem = f"{job.job}-{now_ns()}-{kind}-{where}"
        times = self._place.folder / "raw" / f"{stem}.times.json"
        words = measure_words(
            str(build.engine_path),
            self._place.rig.tensorrt.version,
            timing,
            dla_core=core,
            times=str(times),
            shapes=self._shapes.get(job.job),
            soc=self._place.rig.board.soc or "orin",
        )
        return Start(
            engine=build.engine,
            dla_core=core,
            words=tuple(words),
            shown=(NAME, *(self._shown(word) for word in words)),
            log=self._place.folder / "logs" / f"{stem}.log",
            times=times,
            images_per_query=job.batch,
        )

    def _shown(self, word: str) -> str:
        """Return a word without the folder of all runs, which names a user of this machine."""
        return word.replace(f"{self._place.folder.parent}/", "")


def _mean_period_s(instances: Sequence[Instance]) -> float:
    """Return the mean time from query to query."""
    seconds = [(one.last_ns - one.first_ns) / 1e9 / len(one.ends_ns) for one in instances]
    return sum(seconds) / len(seconds)
