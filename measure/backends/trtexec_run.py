"""Run an engine with trtexec: one process for each instance, all let go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Sequence

from measure.backends.base import Instance, LoadOutcome, Problem
from measure.backends.child import Child, wait_for
from measure.backends.failures import GARBAGE, HUNG, why
from measure.device.clock import now_ns
from measure.errors import UserError
from measure.journal.files import sha256_of
from measure.trtexec.times import read_times
from measure.versions import in_range

if TYPE_CHECKING:
    from pathlib import Path

    from measure.backends.trtexec_call import RunPlace
    from measure.run.rig import Rig

_STARTING = "Starting inference"
"""What trtexec prints right before the clock of its times starts."""
_DROPS_WARMUP = "8.5"
"""First version whose times are without the warm-up."""


@dataclass(frozen=True)
class Start:
    """One process to start.

    Parameters
    ----------
    words
        Of trtexec, with paths.
    shown
        The same as the journal stores them, without paths of this machine.
    """

    engine: str
    dla_core: int | None
    words: tuple[str, ...]
    shown: tuple[str, ...]
    log: Path
    times: Path
    images_per_query: int
    folder: Path | None = None
    """Where it runs; None for where this process does."""


class _Running:
    """A process that was started."""

    def __init__(self, start: Start, rig: Rig) -> None:
        self.start = start
        self.anchor_ns = 0
        words = [str(rig.tensorrt.trtexec), *start.words]
        environment = rig.machine.environment()
        self.child = Child(words, environment, start.log, self._on_line, start.folder)

    def _on_line(self, line: str, stamp: int) -> None:
        if _STARTING in line and not self.anchor_ns:
            self.anchor_ns = stamp


class Instances:
    """Runs several processes at once.

    Parameters
    ----------
    place
        Where and how the run calls trtexec.
    """

    def __init__(self, place: RunPlace) -> None:
        self._place = place

    def run(self, starts: Sequence[Start], seconds: float, warmup_s: float) -> LoadOutcome:
        """Let all processes go, wait for their ends and read their times."""
        for start in starts:
            start.times.parent.mkdir(parents=True, exist_ok=True)
        running: list[_Running] = []
        try:
            for start in starts:
                running.append(_Running(start, self._place.rig))
            start_ns = now_ns()
            for one in running:
                one.child.go()
            hung = self._wait_for_ends(running, seconds + warmup_s)
        finally:
            for one in running:
                one.child.kill()
        end_ns = now_ns()
        problems: list[Problem] = []
        instances: list[Instance] = []
        for one in running:
            found = self._read(one, warmup_s, hung)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                instances.append(found)
        if problems:
            # One that failed ends the others: their end by a signal is no news.
            return LoadOutcome((), start_ns, end_ns, _causes(problems))
        return LoadOutcome(tuple(instances), start_ns, end_ns)

    def _wait_for_ends(self, running: Sequence[_Running], seconds: float) -> float | None:
        """Wait until all have ended; return the seconds after which one was found hanging."""
        began_s = self._place.settings.start_timeout_s

        def over() -> bool:
            ended = [one for one in running if not one.child.running]
            return len(ended) == len(running) or any(one.child.code for one in ended)

        def started() -> bool:
            return over() or all(one.anchor_ns for one in running)

        if not wait_for(started, began_s, self._place.wait):
            return began_s
        limit_s = seconds + self._place.settings.hang_s
        return None if wait_for(over, limit_s, self._place.wait) else limit_s

    def _read(self, one: _Running, warmup_s: float, hung_s: float | None) -> Instance | Problem:
        """Return what a process did, or why that is unknown."""
        start = one.start
        was_killed = hung_s is not None and one.child.code < 0
        problem = why(
            one.child.code,
            start.log,
            version=self._place.rig.tensorrt.version,
            hung_s=hung_s if was_killed else None,
        )
        if problem is not None:
            return problem
        if not one.anchor_ns:
            return Problem(GARBAGE, f"trtexec never said {_STARTING!r}")
        try:
            times = read_times(str(start.times))
        except UserError as error:
            return Problem(GARBAGE, f"no times: {error}")
        if times.holds_warmup or not in_range(self._place.rig.tensorrt.version, _DROPS_WARMUP, ""):
            times = times.without_warmup(warmup_s * 1000)
        if not len(times):
            return Problem(GARBAGE, f"{start.times.name} holds no query after the warm-up")
        ends = sorted(one.anchor_ns + int(end * 1e6) for end in times.ends_ms)
        return Instance(
            engine=start.engine,
            dla_core=start.dla_core,
            command=start.shown,
            log=start.log.relative_to(self._place.folder).as_posix(),
            log_sha256=sha256_of(start.log),
            times=start.times.relative_to(self._place.folder).as_posix(),
            times_sha256=sha256_of(start.times),
            first_ns=one.anchor_ns + int(min(times.starts_ms) * 1e6),
            last_ns=ends[-1],
            ends_ns=ends,
            latencies_ms=times.latency_ms,
            images_per_query=start.images_per_query,
        )


def _causes(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems that are not the consequence of another one."""
    causes = [one for one in problems if one.code not in ("killed", HUNG)]
    return tuple(dict.fromkeys(causes or problems))
