"""One job: build, soak, pairs of idle and load until there are enough, then the long load."""

from __future__ import annotations

import random
from statistics import geometric_mean
from typing import TYPE_CHECKING, Any, NamedTuple

from measure.backends.base import BuildError
from measure.results.pairs import ENDURANCE, HOST, IDLE, LOAD, RATE, stopping_values
from measure.run.durations import durations
from measure.run.job_records import FAILED, INTERRUPTED, REFUSED, JobRecords
from measure.run.segments import Place, SegmentRunner
from measure.run.soak import soak
from measure.statistics.stopping import CAP, CONTINUE, decide

if TYPE_CHECKING:
    from measure.backends.base import Build
    from measure.backends.engine_cache import EngineCache
    from measure.networks.model_file import ModelFile
    from measure.run.jobs import Extras, Job
    from measure.run.segments import Tools

MOST_ALIKE = 3
"""Loads that may fail in a row, each for the same reason, before the job is given up."""
MOST_ENDURANCES = 2
"""Long loads that are measured until one of them counts."""
_SHORTEST_SLEEP_S = 1e-6
MODE_CONTRADICTED = "mode_contradicted"


class Enough(NamedTuple):
    """Why a job needs no more pairs."""

    why: str
    text: str
    half_width: float | None = None


class JobRun(JobRecords):
    """Measures one job; what is done already is read from the journal.

    Parameters
    ----------
    tools
        Of the run.
    job
        What to measure.
    extras
        What to measure besides the pairs.
    """

    def __init__(self, tools: Tools, job: Job, extras: Extras) -> None:
        super().__init__(tools.journal, job, extras)
        self._tools = tools
        rig = tools.rig
        self._durations = durations(tools.settings, rig.backend, rig.has_power, extras)
        self._builds: tuple[Build, ...] = ()
        self._runner: SegmentRunner | None = None
        self._follows_idle = False
        """Whether the segment before was an idle one of this job, just now."""
        self._broke_off = True
        """Whether the device did something else since the last segment of this job."""

    @property
    def left_s(self) -> float:
        """Return the seconds that the rest of the job is expected to take."""
        expected = self._durations
        if not self.is_left:
            return 0.0
        left_s = 0.0 if self._builds else expected.build_s
        if self.stop_record is None:
            pairs = max(expected.least_pairs - len(self.of_role(LOAD, valid=True)), 0)
            left_s += expected.ends_s + pairs * expected.pair_s
            left_s += 0.0 if self._runner else expected.soak_s
        return left_s + expected.endurance_s

    def build(self, model: ModelFile, engines: EngineCache) -> bool:
        """Build the engines; say whether there are any."""
        tools, backend = self._tools, self._tools.backend
        try:
            self._builds = backend.build(self.job, model, engines)
        except BuildError as error:
            tools.journal.append(self._build_record(error.build))
            self.give_up(FAILED, error.build.failure_text or error.build.failure)
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
        self._runner = self._make_runner()
        record = soak(tools, self.job, self._builds)
        tools.journal.append({**record, "checksum": self._runner.checksum})
        if record["problems"]:
            self.stop(FAILED, record["problems"][0]["text"])
            return False
        return True

    def _make_runner(self) -> SegmentRunner:
        """Return what runs the segments, with the checksum that they had so far."""
        checksum = next((one["checksum"] for one in self.segments if one.get("checksum")), None)
        if checksum is None:
            checksum = self._tools.backend.checksum(self.job, self._builds)
        return SegmentRunner(self._tools, self.job, self._builds, checksum)

    @property
    def next_pair(self) -> int:
        """Return the first number that no pair of the job has."""
        return 1 + max((one["pair"] for one in self.of_role(LOAD)), default=0)

    def pair(self, number: int) -> bool:
        """Measure one more pair; say whether another is needed."""
        if self._is_enough() is None:
            self._between_idle(number, LOAD, self._tools.settings.load_s)
        enough = self._is_enough()
        if enough is None:
            return True
        if enough.why not in (FAILED, REFUSED):
            self._host()
            self._rates()
        return self.stop(enough.why, enough.text, enough.half_width)

    def endurance(self) -> None:
        """Measure the long load, and once more if it does not count."""
        segments = self._runner or self._make_runner()
        while self.wants_endurance and len(self.endurances) < MOST_ENDURANCES:
            # The idle segment before it belongs to others.
            self.leave()
            place = self._place(len(self.endurances) + 1, ENDURANCE)
            segments.load(place, self._tools.settings.endurance_s)
        if self.wants_endurance:
            self.give_up(FAILED, self.endurances[-1]["reasons"][0]["text"])

    def leave(self) -> None:
        """Say that the device does something else before the next pair."""
        self._follows_idle = False
        self._broke_off = True

    def _between_idle(self, pair: int, role: str, amount: float) -> None:
        """Measure a load or the host, where power is read between two idle segments.

        The one behind it stands before the next, unless another job comes between.
        """
        segments = self._runner
        assert segments is not None
        has_power = self._tools.rig.has_power
        if has_power and not self._follows_idle:
            segments.idle(self._place(pair, IDLE))
        self._follows_idle = False
        measure = segments.load if role == LOAD else segments.host
        measure(self._place(pair, role), amount)
        if has_power:
            segments.idle(self._place(pair, IDLE))
            self._follows_idle = True

    def _place(self, pair: int, role: str, fraction: float | None = None) -> Place:
        """Return the next place; a gap in the numbers says that something else came between."""
        last = max((one["segment"] for one in self.segments), default=0)
        step = 2 if last and self._broke_off else 1
        self._broke_off = False
        return Place(last + step, pair, role, fraction)

    def _is_enough(self) -> Enough | None:
        """Return why there are enough pairs; None while another is needed."""
        settings = self._tools.settings
        loads = self.of_role(LOAD)
        if not loads:
            return None
        last = [{reason["code"] for reason in one["reasons"]} for one in loads[-MOST_ALIKE:]]
        if MODE_CONTRADICTED in last[-1]:
            return Enough(REFUSED, _text(loads[-1], MODE_CONTRADICTED))
        alike = set.intersection(*last) - {INTERRUPTED}
        if len(last) == MOST_ALIKE and alike:
            return Enough(FAILED, _text(loads[-1], min(alike)))
        values = stopping_values(self.segments, self._tools.rig.rail_map)
        found = decide(values, settings.min_pairs, settings.max_pairs, settings.target_half_width)
        if found.why != CONTINUE:
            return Enough(found.why, "", found.half_width)
        if len(loads) < settings.max_pairs + settings.min_pairs:
            return None
        if not self.of_role(LOAD, valid=True):
            return Enough(FAILED, "no segment is valid")
        return Enough(CAP, "", found.half_width)

    def _host(self) -> None:
        """Measure the host's part of the power."""
        if not self._tools.rig.has_power:
            return
        load = self.of_role(LOAD, valid=True)[-1]
        for pair in self._missing(HOST, self._tools.settings.host_pairs):
            self._between_idle(pair, HOST, max(_query_s(load), _SHORTEST_SLEEP_S))

    def _rates(self) -> None:
        """Measure at parts of the full rate, each twice, in an order by chance."""
        tools = self._tools
        if not self.extras.marginal or not tools.rig.has_power:
            return
        assert self._runner is not None
        full_s = _query_s(self.of_role(LOAD, valid=True)[-1])
        order = [fraction for fraction in tools.settings.rate_fractions for _ in range(2)]
        random.Random(tools.seed).shuffle(order)
        for pair in self._missing(RATE, len(order)):
            fraction = order[pair - 1]
            period_s = full_s / fraction if fraction < 1 else 0.0
            self._runner.load(self._place(pair, RATE, fraction), tools.settings.rate_s, period_s)

    def _missing(self, role: str, wanted: int) -> list[int]:
        """Return the numbers of the segments of a role of which none counts yet."""
        done = {one["pair"] for one in self.of_role(role, valid=True)}
        return [pair for pair in range(1, wanted + 1) if pair not in done]

    def give_up(self, why: str, text: str) -> None:
        """Write down why nothing more can be measured; figures that there are stay."""
        if self.stop_record is None:
            self.stop(why, text)
        else:
            record = {"type": ENDURANCE, "job": self.job.job, "why": why, "text": text}
            self._tools.journal.append(record)

    def stop(self, why: str, text: str = "", half_width: float | None = None) -> bool:
        """Write down that the pairs are over; return that no more are needed."""
        rates = [one["images_per_second"] for one in self.of_role(LOAD, valid=True)]
        self._tools.journal.append(
            {
                "type": "stop",
                "job": self.job.job,
                "why": why,
                "text": text,
                "segments_valid": len(rates),
                "images_per_second": round(geometric_mean(rates), 6) if rates else None,
                "half_width": half_width,
            }
        )
        return False


def _text(load: dict[str, Any], code: str) -> str:
    return str(next(one["text"] for one in load["reasons"] if one["code"] == code))


def _query_s(load: dict[str, Any]) -> float:
    """Return the mean time from query to query of one instance."""
    instances = load["instances"]
    queries = sum(one["queries"] for one in instances)
    return float(load["seconds"]) * len(instances) / max(queries, 1)
