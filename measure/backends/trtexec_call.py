"""One call of trtexec, from its start to what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Sequence

from measure.backends.child import Child, wait_for
from measure.backends.failures import why

if TYPE_CHECKING:
    from pathlib import Path

    from measure.backends.base import Problem
    from measure.backends.child import Wait
    from measure.run.rig import Rig
    from measure.run.settings import Settings


@dataclass(frozen=True)
class RunPlace:
    """Where and how a run calls trtexec."""

    rig: Rig
    folder: Path
    """Of the run: logs and times go there."""
    settings: Settings
    """Limits of time."""
    wait: Wait
    """Waits some seconds; raises when the user wants the end."""


def run_to_end(
    rig: Rig, words: Sequence[str], log: Path, limit_s: float, wait: Wait
) -> Problem | None:
    """Run trtexec to its end and return what went wrong; None if nothing did.

    Parameters
    ----------
    log
        Where all that it prints goes.
    limit_s
        Seconds after which it is killed, with all that it started.
    wait
        Waits some seconds; raises when the user wants the end.
    """
    child = Child([str(rig.tensorrt.trtexec), *words], rig.machine.environment(), log, _ignore)
    try:
        child.go()
        if not wait_for(lambda: not child.running, limit_s, wait):
            child.kill()
            return why(child.code, log, hung_s=limit_s)
        child.close()
    except BaseException:
        child.kill()
        raise
    return why(child.code, log, version=rig.tensorrt.version)


def _ignore(line: str, stamp: int) -> None:
    """Leave a line to the log."""
