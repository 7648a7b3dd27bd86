"""One job: build, soak, pairs of idle and load until there are enough."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from measure.backends.base import BuildError
from measure.results.pairs import stopping_values
from measure.run.segments import HOST, IDLE, LOAD, RATE, Place, SegmentRunner
from measure.run.soak import soak
from measure.statistics.stopping import CONTINUE, decide

if TYPE_CHECKING:
    from measure.backends.base import Build
    from measure.networks.model_file import ModelFile
    from measure.run.engines import EngineCache
    from measure.run.jobs import Job
    from measure.run.progress import Progress
from measure.run.segments import Tools

FAILED, REFUSED, INTERRUPTED = "failed", "refused", "interrupted"

MOST_ALIKE = 3
"""Loads that may fail in a row, each for the same reason, before the job is given up."""
MODE_CONTRADICTED = "mode_contradicted"


class JobRun:
    """Measures one job; what is done already is read from the journal.

    Parameters
    ----------
    tools
        Of the run.
    job
        What to measure.
    marginal
        Whether to measure at several rates too, for energy per image.
    """

    def __init__(self, tools: Tools, job: Job, marginal: bool) -> None:
        self.job = job
        self._tools = tools
        self._marginal = marginal and tools.rig.has_power
        self._builds: tuple[Build, ...] = ()
        self._segments: SegmentRunner | None = None
        self._follows_idle = False
        """Whether the segment before was an idle one of this job, just now."""
        self._broke_off = True
        """Whether the device did something else since the last segment of this job."""

    @property
    def _own(self) -> list[dict[str, Any]]:
        """Segments of the job so far."""
        return [
            one
            for one in self._tools.journal.records
            if one["type"] == "segment" and one["job"] == self.job.job
        ]

    @property
    def stop_record(self) -> dict[str, Any] | None:
        """How the job ended; None while something is left to do."""
        records = self._tools.journal.records
        stops = (one for one in records if one["type"] == "stop" and one["job"] == self.job.job)
        return next(stops, None)

    def build(self, model: ModelFile, engines: EngineCache) -> bool:
        """Build the engines; say whether there are any."""
        tools, backend = self._tools, self._tools.backend
        try:
            self._builds = backend.build(self.job, model, engines)
        except BuildError as error:
            tools.journal.append(self._build_record(error.build))
            self.stop(FAILED, error.build.failure_text or error.build.failure)
            return False
        for build in self._builds:
            tools.journal.append(self._build_record(build))
        return True

    def _build_record(self, build: Build) -> dict[str, Any]:
        job = self.job
        return {
            "type": "build",
            "job": job.job,
            "network": job.network,
            "precision": job.precision,
            "quantization": job.quantization,
            "weights": job.weights,
            "batch": job.batch,
            **build.as_record(),
        }

    def prepare(self) -> bool:
        """Take the checksum of the outputs and soak; say whether the job can be measured."""
        tools = self._tools
        checksum = next((one["checksum"] for one in self._own if one.get("checksum")), None)
        if checksum is None:
            checksum = tools.backend.checksum(self.job, self._builds)
        self._segments = SegmentRunner(tools, self.job, self._builds, checksum)
        record = soak(tools, self.job, self._builds)
        tools.journal.append({**record, "checksum": checksum})
        if record["problems"]:
            self.stop(FAILED, record["problems"][0]["text"])
            return False
        return True

    def pair(self) -> bool:
        """Measure one more pair; say whether another is needed."""
        pair = max((one["pair"] for one in self._own if one["role"] == LOAD), default=0) + 1
        has_power = self._tools.rig.has_power
        if has_power and not self._follows_idle:
            self._idle(pair)
        self._load(pair)
        if has_power:
            # It closes this pair and opens the next, unless another job comes between.
            self._idle(pair)
            self._follows_idle = True
        return self._goes_on()

    def leave(self) -> None:
        """Say that the device does something else before the next pair."""
        self._follows_idle = False
        self._broke_off = True

    def _load(self, pair: int) -> None:
        assert self._segments is not None
        self._segments.load(self._place(pair, LOAD), self._tools.settings.load_s)

    def _idle(self, pair: int) -> None:
        assert self._segments is not None
        self._segments.idle(self._place(pair, IDLE))

    def _place(self, pair: int, role: str, fraction: float | None = None) -> Place:
        """Return the next place; a gap in the numbers says that something else came between."""
        last = max((one["segment"] for one in self._own), default=0)
        step = 2 if last and self._broke_off else 1
        self._broke_off = False
        return Place(last + step, pair, role, fraction)

    def _loads(self, *, valid: bool) -> list[dict[str, Any]]:
        loads = [one for one in self._own if one["role"] == LOAD]
        return [one for one in loads if one["valid"]] if valid else loads

    def _goes_on(self) -> bool:
        """Decide whether there are enough pairs; write down why if so."""
        settings = self._tools.settings
        loads = self._loads(valid=False)
        last = [{reason["code"] for reason in one["reasons"]} for one in loads[-MOST_ALIKE:]]
        if MODE_CONTRADICTED in last[-1]:
            return self.stop(REFUSED, _text(loads[-1], MODE_CONTRADICTED))
        alike = set.intersection(*last) - {"interrupted"}
        if len(last) == MOST_ALIKE and alike:
            return self.stop(FAILED, _text(loads[-1], min(alike)))
        values = stopping_values(self._own, self._tools.rig.rail_map)
        found = decide(values, settings.min_pairs, settings.max_pairs, settings.target_half_width)
        if found.why == CONTINUE and len(loads) < settings.max_pairs + settings.min_pairs:
            return True
        if not self._loads(valid=True):
            return self.stop(FAILED, "no segment is valid")
        self._host()
        self._rates()
        why = "cap" if found.why == CONTINUE else found.why
        return self.stop(why, "", found.half_width)

    def _host(self) -> None:
        """Measure the host's part of the power."""
        tools = self._tools
        if not tools.rig.has_power or not tools.settings.host_pairs:
            return
        assert self._segments is not None
        load = self._loads(valid=True)[-1]
        instances = load["instances"]
        query_s = max(load["seconds"] * len(instances) / sum(o["queries"] for o in instances), 1e-6)
        for pair in range(1, tools.settings.host_pairs + 1):
            self._segments.host(self._place(pair, HOST), query_s)
            self._segments.idle(self._place(pair, IDLE))

    def _rates(self) -> None:
        """Measure at parts of the full rate, each twice, in an order by chance."""
        tools = self._tools
        if not self._marginal:
            return
        assert self._segments is not None
        load = self._loads(valid=True)[-1]
        full_s = load["seconds"] * len(load["instances"]) / load["latency_ms"]["queries"]
        order = [fraction for fraction in tools.settings.rate_fractions for _ in range(2)]
        random.Random(tools.seed).shuffle(order)
        for pair, fraction in enumerate(order, start=1):
            period_s = full_s / fraction if fraction < 1 else 0.0
            self._segments.load(self._place(pair, RATE, fraction), tools.settings.rate_s, period_s)

    def stop(self, why: str, text: str = "", half_width: float | None = None) -> bool:
        """Write down that the job is over; return that no more is needed."""
        rates = [one["images_per_second"] for one in self._loads(valid=True)]
        self._tools.journal.append(
            {
                "type": "stop",
                "job": self.job.job,
                "why": why,
                "text": text,
                "segments_valid": len(rates),
                "images_per_second": sum(rates) / len(rates) if rates else None,
                "half_width": half_width,
            }
        )
        return False


def _text(load: dict[str, Any], code: str) -> str:
    return str(next(one["text"] for one in load["reasons"] if one["code"] == code))


def measure_group(runs: list[JobRun], progress: Progress) -> None:
    """Measure jobs on one network in turn, each second round backwards: G D, D G, G D.

    So that their ratio shares temperature and input voltage.
    """
    active = []
    for run in runs:
        progress.step(f"warming up {run.job.title}")
        if run.prepare():
            active.append(run)
    last: JobRun | None = None
    forwards = True
    while active:
        for run in active[:] if forwards else active[::-1]:
            if last is not None and last is not run:
                last.leave()
            last = run
            progress.step(run.job.title)
            if not run.pair():
                active.remove(run)
        forwards = not forwards
