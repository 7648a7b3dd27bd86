"""What a run has the root program do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from measure.device.machine import ROOT_PROGRAM
from measure.errors import ConditionError

if TYPE_CHECKING:
    from measure.device.machine import Machine
    from measure.device.power_mode import PowerMode
    from measure.device.process import Finished

_REBOOT = re.compile(r"reboot required", re.IGNORECASE)
_REFUSED = re.compile(
    r"^sudo: (a password|a terminal|no tty|sorry, you must have a tty|The .no new privileges"
    r"|effective uid is not 0|.*command not found)"
    r"|is not allowed to execute|may not run sudo|is not in the sudoers file",
    re.MULTILINE,
)
_USAGE = re.compile(r"^usage: dla-measure-priv", re.MULTILINE)
_OWN_ERROR = re.compile(r"^(dla-measure-priv: .*|this program works as .*)", re.MULTILINE)
_SAID = re.compile(r"Error\b")
_HOW = "`python3 -m measure rights` says how to set it up"


class RootVerbs:
    """The verbs of the root program; each raises ConditionError when it can't be done.

    Parameters
    ----------
    machine
        The device.
    timeout_s
        Seconds that a verb may take.
    """

    def __init__(self, machine: Machine, timeout_s: float = 30.0) -> None:
        self._machine = machine
        self._timeout_s = timeout_s

    def set_mode(self, mode: PowerMode, *, reboot: bool = False) -> bool:
        """Ask nvpmodel for a mode and return whether it says that a reboot is required.

        Its exit code proves nothing, as taking CPUs away fails it, so the mode must be read back.

        Parameters
        ----------
        mode
            The mode.
        reboot
            The answer to the question whether to reboot now.
        """
        words = ["reboot-yes"] if reboot else []
        finished = self._run("set-mode", str(mode.id), *words)
        return bool(_REBOOT.search(finished.output))

    def store_clocks(self) -> None:
        """Store clocks and fan as they are before the measurement."""
        self._must("clocks-store")

    def restore_clocks(self) -> None:
        """Put clocks and fan back to what was stored."""
        self._must("clocks-restore")

    def pin(self) -> None:
        """Pin clocks and fan at their highest in the mode in force."""
        self._must("clocks-on")

    def let_go(self) -> None:
        """Take back what pin did; nothing if it did nothing since the board booted."""
        self._must("clocks-off")

    def enable_unit(self) -> None:
        """Have the run resumed after the next boot."""
        self._must("unit-enable")

    def disable_unit(self) -> None:
        """Have nothing resumed any more."""
        self._must("unit-disable")

    def _must(self, verb: str) -> None:
        """Run a verb whose exit code and output can be trusted."""
        finished = self._run(verb)
        if not finished.ok or _SAID.search(finished.output):
            lines = finished.output.strip().splitlines()
            named = [line for line in lines if _SAID.search(line)]
            said = [*named, *lines[-1:], f"exit code {finished.code}"]
            raise ConditionError(f"{verb} failed: {said[0]}")

    def _run(self, verb: str, *words: str) -> Finished:
        """Run a verb; that it was run at all is certain afterwards."""
        finished = self._machine.privileged(verb, *words, timeout=self._timeout_s)
        own = _OWN_ERROR.search(finished.output)
        if finished.missing and not self._machine.path(ROOT_PROGRAM).is_file():
            raise ConditionError(f"the root program {ROOT_PROGRAM} is not installed; {_HOW}")
        if finished.missing or _REFUSED.search(finished.output):
            raise ConditionError(f"sudo does not run {ROOT_PROGRAM} without a password; {_HOW}")
        if finished.timed_out:
            raise ConditionError(f"{verb} did not end within {self._timeout_s:g} s")
        if _USAGE.search(finished.output):
            raise ConditionError(f"the installed {ROOT_PROGRAM} does not know {verb}; {_HOW}")
        if own:
            raise ConditionError(f"{verb} failed: {own.group()}")
        return finished
