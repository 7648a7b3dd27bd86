"""What the root program answers is told in words that help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from measure.device.machine import Machine
from measure.device.power_mode import PowerMode
from measure.device.process import Finished
from measure.errors import ConditionError
from measure.modes.root_verbs import RootVerbs

if TYPE_CHECKING:
    from pathlib import Path

MODE = PowerMode(2, "MODE_30W", "30w")


@dataclass(frozen=True)
class Answering(Machine):
    """A machine whose root program always answers the same."""

    answer: Finished
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def privileged(self, verb: str, *words: str, timeout: float = 30) -> Finished:
        """Answer."""
        self.asked.append((verb, *words, timeout))
        return self.answer


def answering(root: Path, code: int, output: str = "", **more: Any) -> Answering:
    """Return a machine on which the root program is installed."""
    program = root / "usr/local/sbin/dla-measure-priv"
    program.parent.mkdir(parents=True)
    program.write_text("")
    return Answering(root, (), Finished((), code, output, 0.0, **more))


def test_words(tmp_path: Path) -> None:
    """Each verb is asked for by its name and may take as long as the keeper allows."""
    machine = answering(tmp_path, 0)
    verbs = RootVerbs(machine, timeout_s=7.0)

    verbs.store_clocks()
    verbs.restore_clocks()
    verbs.pin()
    verbs.let_go()
    verbs.enable_unit()
    verbs.disable_unit()
    verbs.set_mode(MODE)
    verbs.set_mode(MODE, reboot=True)

    assert machine.asked == [
        ("clocks-store", 7.0),
        ("clocks-restore", 7.0),
        ("clocks-on", 7.0),
        ("clocks-off", 7.0),
        ("unit-enable", 7.0),
        ("unit-disable", 7.0),
        ("set-mode", "2", 7.0),
        ("set-mode", "2", "reboot-yes", 7.0),
    ]


@pytest.mark.parametrize(
    ("output", "needs"),
    [
        ("NVPM WARN: Reboot required for changing to this power mode: 2\n", True),
        ("NVPM WARN: REBOOT REQUIRED\n", True),
        ("NVPM ERROR: failed to set power mode!\n", False),
        ("sudo: unable to resolve host board: Name or service not known\n", False),
        ("", False),
    ],
)
def test_set_mode(output: str, needs: bool, tmp_path: Path) -> None:
    """What counts is whether nvpmodel asks for a reboot, not its exit code."""
    assert RootVerbs(answering(tmp_path, 255, output)).set_mode(MODE) is needs


@pytest.mark.parametrize(
    ("code", "output", "text"),
    [
        (1, "sudo: a password is required\n", "sudo does not run .* without a password.*rights"),
        (1, "sudo: a terminal is required to read", "sudo does not run"),
        (1, "sudo: sorry, you must have a tty to run sudo\n", "sudo does not run"),
        (1, 'sudo: The "no new privileges" flag is set, which prevents', "sudo does not run"),
        (1, "sudo: effective uid is not 0, is sudo installed setuid root?", "sudo does not run"),
        (1, "Sorry, user ann is not allowed to execute '/usr/l", "sudo does not run"),
        (1, "ann is not in the sudoers file.  This incident", "sudo does not run"),
        (1, "sudo: /usr/local/sbin/dla-measure-priv: command not found", "sudo does not run"),
        (2, "usage: dla-measure-priv VERB", "does not know clocks-on; .*rights"),
        (1, "dla-measure-priv: [Errno 2] no jetson_clocks", "clocks-on failed: dla-measure-priv:"),
        (1, "this program works as x only", "clocks-on failed: this program works as x only"),
        (1, "Error: Unknown GPU Type!\n", "clocks-on failed: Error: Unknown GPU Type!"),
        (0, "Error: Failed to max GPU frequency!", "clocks-on failed: Error: Failed to max"),
        (0, "Restoring\nError: Failed to restore /sys/a\n255\n", "failed: Error: .*/sys/a$"),
        (3, "what now\n", "clocks-on failed: what now"),
        (3, "", "clocks-on failed: exit code 3"),
    ],
)
def test_failures(code: int, output: str, text: str, tmp_path: Path) -> None:
    """Each says what is wrong and, where rights are, how to mend it."""
    with pytest.raises(ConditionError, match=text):
        RootVerbs(answering(tmp_path, code, output)).pin()


def test_timeout(tmp_path: Path) -> None:
    """A program that hangs is told with the time it had."""
    verbs = RootVerbs(answering(tmp_path, 124, timed_out=True), timeout_s=0.5)

    with pytest.raises(ConditionError, match=r"set-mode did not end within 0\.5 s"):
        verbs.set_mode(MODE)


def test_sudo_is_missing(tmp_path: Path) -> None:
    """Without sudo there is no way."""
    with pytest.raises(ConditionError, match="sudo does not run"):
        RootVerbs(answering(tmp_path, 127, missing=True)).pin()


def test_program_is_missing(tmp_path: Path) -> None:
    """A program that isn't installed is told with the way to install it."""
    machine = Answering(tmp_path, (), Finished((), 127, "", 0.0, missing=True))

    with pytest.raises(ConditionError, match=r"dla-measure-priv is not installed; .*rights"):
        RootVerbs(machine).pin()
