"""A machine that is no Jetson has the same keeper, which does nothing."""

from __future__ import annotations

import inspect

from measure.modes.keeper import ModeKeeper
from measure.modes.none import NoModes
from measure.modes.outcome import Restored


def test_does_nothing() -> None:
    """Any mode is in force, and nothing is left behind."""
    keeper = NoModes()

    keeper.check_idle()
    original = keeper.save("run-1")
    applied = keeper.apply("", "dvfs")
    keeper.running("job-1")

    assert (original.mode, applied.ok, applied.clock_policy) == ("", True, "dvfs")
    keeper.resume(progress=0)
    assert keeper.restore(reason="interrupted") == Restored(
        restored=True, mode="", clocks=True, reason="interrupted"
    )
    assert (keeper.state, keeper.run) == ("IDLE", "")


def test_has_the_same_interface() -> None:
    """Whoever calls one may call the other."""
    for name in ("check_idle", "save", "apply", "running", "restore", "resume"):
        parameters = [
            list(inspect.signature(getattr(kind, name)).parameters)
            for kind in (ModeKeeper, NoModes)
        ]

        assert parameters[0] == parameters[1]
