"""All that is read of the device while a segment runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, Mapping, Sequence

from measure.backends.base import Problem
from measure.device import gates
from measure.device.ceilings import ceilings_of
from measure.device.state import DeviceState, Reading, read_state, readings_in
from measure.device.thermal import hottest
from measure.device.watch import Watch
from measure.journal.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.power_mode import PowerMode
    from measure.power.integrate import RailMean
    from measure.run.jobs import Job
    from measure.run.rig import Rig
    from measure.run.settings import Settings
    from measure.run.windows import Window

    Means = Dict[str, RailMean]


class Observer:
    """Reads state, clocks, temperatures and power from `start` to `stop`."""

    def __init__(self, rig: Rig, settings: Settings, samples: Path, seed: int) -> None:
        self._rig = rig
        self._settings = settings
        self._samples = samples
        self._seed = seed
        self._watch = Watch(rig.machine, settings.watch_period_s)
        self._sampler: Any = None
        self.before = DeviceState()
        self.after = DeviceState()
        self.readings: Sequence[Reading] = ()

    def start(self) -> None:
        """Read the state, and begin to watch."""
        self.before = read_state(self._rig.machine)
        if self._rig.has_power:
            # numpy is only needed, and only loaded, where there is power to read.
            from measure.power.sampler import Sampler

            self._samples.parent.mkdir(parents=True, exist_ok=True)
            self._sampler = Sampler(
                self._rig.machine,
                self._rig.rails,
                self._samples,
                period_s=self._settings.sampler_period_s,
                jitter_s=self._settings.sampler_jitter_s,
                seed=self._seed,
            )
            self._sampler.start()
        self._watch.start()

    def stop(self) -> None:
        """End watching, and read the state again."""
        self.readings = self._watch.stop()
        if self._sampler is not None:
            self._sampler.stop()
        self.after = read_state(self._rig.machine)

    def power(self, window: Window) -> tuple[dict[str, Any], list[Problem], list[str]]:
        """Return the record of power in a window, what spoils it, and flags."""
        if self._sampler is None:
            return {}, [], []
        means, halves = self._means(window)
        lsb = {rail.name: rail.lsb_w for rail in self._rig.rails}
        record = {
            "power_window_ns": list(window),
            "power": _power_record(means, lsb),
            "power_halves": [_power_record(half, lsb) for half in halves],
            "sampler": {
                "median_gap_ms": _finite(max(mean.median_gap_ms for mean in means.values())),
                "max_gap_ms": _finite(max(mean.max_gap_ms for mean in means.values())),
                "coverage": _finite(min(mean.coverage for mean in means.values())),
            },
            "samples": self._samples.name,
            "samples_sha256": sha256_of(self._samples),
        }
        problems: list[Problem] = []
        flags: list[str] = []
        if self._sampler.problem:
            problems.append(Problem("sampler_ended", self._sampler.problem))
        for name in self._needed_rails():
            problems += self._rail_problems(name, means[name])
            flags += ["rail_stuck"] if means[name].stuck else []
        return record, problems, flags

    def _means(self, window: Window) -> tuple[Means, list[Means]]:
        """Return the mean power of each rail in a window and in each half of it."""
        from measure.power.integrate import mean_power
        from measure.power.samples import read_samples

        samples = read_samples(self._samples)
        middle = (window.start_ns + window.end_ns) // 2
        spans = (window, (window.start_ns, middle), (middle, window.end_ns))
        whole, *halves = (
            {rail.name: mean_power(samples, rail.name, *span) for rail in self._rig.rails}
            for span in spans
        )
        return whole, halves

    def _needed_rails(self) -> list[str]:
        rails = self._rig.rail_map
        assert rails is not None
        names = [*rails.total, *(name for name in (rails.gpu, rails.dla) if name)]
        return list(dict.fromkeys(names))

    def _rail_problems(self, name: str, mean: RailMean) -> list[Problem]:
        """Return why a rail's mean cannot be used."""
        limits = self._settings
        if not math.isfinite(mean.mean_w):
            return [Problem("rail_lost", f"{name} could not be read ({mean.lost} reads failed)")]
        if mean.absurd:
            text = f"{name}: {mean.absurd} readings are beyond what its monitor can give"
            return [Problem("rail_absurd", text)]
        gaps = (
            (mean.median_gap_ms > limits.sampler_median_gap_ms, "median", mean.median_gap_ms),
            (mean.max_gap_ms > limits.sampler_max_gap_ms, "longest", mean.max_gap_ms),
        )
        found = [
            Problem("sampler_gap", f"{name}: the {word} gap between samples was {gap:.0f} ms")
            for is_wide, word, gap in gaps
            if is_wide
        ]
        if mean.coverage < limits.sampler_coverage:
            text = f"{name}: samples cover {mean.coverage:.1%} of the window"
            found.append(Problem("sampler_coverage", text))
        return found

    def checked(
        self, job: Job, mode: PowerMode | None, uses_gpu: bool, ran: Window | None
    ) -> tuple[list[Problem], list[str]]:
        """Return which conditions did not hold, and what could not be checked.

        Parameters
        ----------
        job, mode
            What was measured, and the power mode it belongs to.
        uses_gpu
            Whether the engine for the DLA has work for the GPU.
        ran
            When the engine ran; None where it didn't, so that an idle core's clock doesn't count.
        """
        cores = job.cores if ran else ()
        reasons = gates.check(
            self.before,
            self.after,
            self.readings,
            mode,
            job.engine,
            cores=cores,
            gpu_allowed=uses_gpu,
            ceilings=ceilings_of(self._rig.board.module),
            window=ran,
        )
        problems = [Problem(reason.code, reason.text) for reason in reasons]
        if job.engine == "cpu":
            return problems, []
        return problems, gates.flags(self.before, self.after, self.readings, job.engine, cores)

    def as_record(self, ran: Window | None) -> dict[str, Any]:
        """Return what the journal stores of temperatures, clocks and states.

        Parameters
        ----------
        ran
            When the engine ran, so that clocks and temperatures are those under load.
        """
        readings = readings_in(self.readings, ran)
        around: list[DeviceState | Reading] = [self.before, *self.readings, self.after]
        dla = [one.dla_mhz for one in readings if one.dla_mhz]
        dla = dla or [one.dla_mhz for one in around if one.dla_mhz]
        temperatures = (hottest(one.temperatures) for one in readings)
        known = [temperature for temperature in temperatures if temperature is not None]
        return {
            "tj_mean_c": round(sum(known) / len(known), 2) if known else None,
            "clocks": {
                "gpu_mhz": _median([one.gpu_mhz for one in readings]),
                "dla0_mhz": _median([clocks.get(0) for clocks in dla]),
                "dla1_mhz": _median([clocks.get(1) for clocks in dla]),
                "emc_mhz": self.after.emc_mhz,
                "cpus_online": self.after.cpus_online,
            },
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
        }


def _median(values: Sequence[float | None]) -> float | None:
    known = sorted(value for value in values if value is not None)
    return known[len(known) // 2] if known else None


def _power_record(means: Means, lsb_w: Mapping[str, float | None]) -> dict[str, Any]:
    return {name: _rail_record(mean, lsb_w[name]) for name, mean in means.items()}


def _rail_record(mean: RailMean, lsb_w: float | None) -> dict[str, Any]:
    return {
        "mean_w": _finite(mean.mean_w),
        "codes": mean.codes,
        "samples": mean.samples,
        "lost": mean.lost,
        "lsb_w": lsb_w,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
