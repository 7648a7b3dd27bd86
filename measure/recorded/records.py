"""The journal of recorded runs: the same records as of a run of our own."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from measure.recorded.figures import figures_of
from measure.recorded.subject import engine_of, precision_of, quantization_of, timing_of
from measure.run.code_version import code_version
from measure.trtexec.log import DISAGREES

if TYPE_CHECKING:
    from measure.recorded.observed import Observed
    from measure.recorded.request import Request
    from measure.recorded.subject import Recorded

BACKEND = "recorded"
PROTOCOL = "dla-ppw/1"
LOAD = "load"
REFUSED = "refused"
MODE_CONTRADICTED = "mode_contradicted"


@dataclass(frozen=True)
class Stored:
    """A file of the run's folder."""

    path: str = ""
    sha256: str = ""


_NO_FILE = Stored()
_FOLDERS = re.compile(r"[^\s=]*/")
"""Where the files lay on the importing machine, which is nobody's business."""


class Records:
    """Makes the records of one import, in their order.

    Parameters
    ----------
    run
        Name of the run.
    request
        What was asked for.
    recorded
        The runs of the log; those alike are segments of one job.
    observed
        What tegrastats saw, if it was asked.
    files
        The stored files by the name of their option.
    flags
        Of all the runs.
    """

    def __init__(
        self,
        run: str,
        request: Request,
        recorded: Sequence[Recorded],
        observed: Observed | None,
        files: dict[str, Stored],
        flags: Sequence[str],
    ) -> None:
        self._run = run
        self._request = request
        self._recorded = recorded
        self._observed = observed
        self._files = files
        self._flags = list(flags)
        self.refusals: list[str] = []
        """Why runs were refused, a sentence each; known once all records are made."""

    def all(self, date: str) -> Iterator[dict[str, Any]]:
        """Yield the records from the first to the last."""
        yield self._run_record(date)
        jobs = {one.job.job: one.as_job_record() for one in self._recorded}
        yield {"type": "plan", "jobs": list(jobs.values()), "settings": {}}
        if self._request.power_mode is not None:
            yield self._mode_record()
        yield from self._build_records()
        segments: Counter[str] = Counter()
        for one in self._recorded:
            key = one.job.job
            segments[key] += 1
            segment = self._segment(one, key, segments[key])
            yield segment
            if not segment["valid"]:
                text = segment["reasons"][0]["text"]
                yield {"type": "stop", "job": key, "why": REFUSED, "text": text}
            self.refusals += [reason["text"] for reason in segment["reasons"]]
        yield {"type": "end", "outcome": "failed" if self.refusals else "complete"}

    def _run_record(self, date: str) -> dict[str, Any]:
        request, first = self._request, self._recorded[0].run
        module, release = request.module or {}, request.release or {}
        has_power = self._observed is not None and self._observed.steady is not None
        return {
            "type": "run",
            "run": self._run,
            "date": date,
            "protocol": PROTOCOL,
            "backend": BACKEND,
            "quick": False,
            "device": "",
            "module": module.get("module", ""),
            "soc": module.get("soc", "") or first.run.settings.soc,
            "product": release.get("product", ""),
            "jetpack": release.get("release", ""),
            "tensorrt": first.version,
            "runtime_version": first.version,
            "command": ["python", "-m", "measure", *(_FOLDERS.sub("", w) for w in sys.argv[1:])],
            "code_version": code_version(),
            "power_source": "tegrastats" if has_power else "none",
            "rails": self._observed.rails if self._observed else [],
            "clock_policy": request.clock_policy,
            "source": request.source,
            "locator": request.locator,
            "note": request.note,
        }

    def _mode_record(self) -> dict[str, Any]:
        mode = self._request.power_mode
        assert mode is not None
        seen = self._observed
        return {
            "type": "mode",
            "mode_id": mode.id,
            "mode": mode.name,
            "key": mode.key,
            "applied": None,
            "readback": seen.clocks() if seen else {},
            "contradictions": seen.contradictions if seen else [],
            "clock_policy": self._request.clock_policy,
        }

    def _build_records(self) -> Iterator[dict[str, Any]]:
        """Yield the build of each job, so far as anything is known of it."""
        known = {one.job.job: one for one in self._recorded if one.build or one.info}
        for key, one in known.items():
            build = one.build
            log = self._files.get("build_log") or self._files["trtexec"]
            info = self._files.get("layer_info", _NO_FILE)
            yield {
                "type": "build",
                "job": key,
                "build": key,
                "outcome": "built",
                "network": one.job.network,
                "engine": engine_of(one),
                "dla_core": one.run.run.settings.dla_core,
                "precision": precision_of(build),
                "quantization": quantization_of(build),
                "weights": one.job.weights,
                "batch": one.run.batch.size,
                "command": build.run.settings.command.split() if build else [],
                "seconds": build.summary.built_s if build else None,
                **one.placement,
                "log": log.path if build else "",
                "log_sha256": log.sha256 if build else "",
                "layer_info": info.path,
                "layer_info_sha256": info.sha256,
            }

    def _segment(self, one: Recorded, key: str, number: int) -> dict[str, Any]:
        """Return one run as a segment under load."""
        seen = self._observed
        figures = figures_of(one.run, one.times)
        reasons = self._reasons(one)
        tegrastats = self._files.get("tegrastats", _NO_FILE)
        profile = self._files.get("profile", _NO_FILE)
        return {
            "type": "segment",
            "job": key,
            "segment": number,
            "pair": number,
            "role": LOAD,
            **figures,
            "instances": [self._instance(one, figures)],
            "settings": timing_of(one.run),
            "log_line": one.run.run.first_line,
            **(seen.power() if seen else {}),
            "clocks": seen.clocks() if seen else {},
            "tj_mean_c": seen.conditions.tj_c if seen else None,
            "tegrastats": tegrastats.path,
            "tegrastats_sha256": tegrastats.sha256,
            "profile": profile.path,
            "profile_sha256": profile.sha256,
            "checksum": None,
            "valid": not reasons,
            "reasons": reasons,
            "flags": sorted({*one.flags(), *self._flags}),
        }

    def _instance(self, one: Recorded, figures: dict[str, Any]) -> dict[str, Any]:
        log, times = self._files["trtexec"], self._files.get("times", _NO_FILE)
        return {
            "engine": engine_of(one),
            "dla_core": one.run.run.settings.dla_core,
            "queries": figures["latency_ms"]["queries"],
            "images": figures["images"],
            "command": one.run.run.settings.command.split(),
            "log": log.path,
            "log_sha256": log.sha256,
            "times": times.path,
            "times_sha256": times.sha256,
        }

    def _reasons(self, one: Recorded) -> list[dict[str, str]]:
        """Return why a run does not count."""
        found = self._observed.contradictions if self._observed else []
        reasons = [{"code": MODE_CONTRADICTED, "text": text} for text in found]
        if DISAGREES in one.run.warnings:
            text = next(note for note in one.run.notes if "queries and time" in note)
            reasons.append({"code": DISAGREES, "text": text})
        return reasons
