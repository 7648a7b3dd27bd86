"""The exceptions that a user is meant to see."""

from __future__ import annotations

from typing import ClassVar

CANNOT_READ = 2
"""Exit code when the input cannot be used."""

CONDITION = 3
"""Exit code when a condition of the measurement does not hold."""

BUSY = 4
"""Exit code when another run holds the device."""

SOME_FAILED = 5
"""Exit code of a run that finished with jobs that failed or are invalid."""

INTERRUPTED = 130
"""Exit code that shells use where the user broke a command off."""


class UserError(Exception):
    """What the user gave cannot be used; the text is one line that says what to do.

    A command prints it to standard error and ends with its exit code.
    """

    exit_code: ClassVar[int] = CANNOT_READ

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class ConditionError(UserError):
    """A condition of the measurement does not hold: a precondition, or a refused row."""

    exit_code: ClassVar[int] = CONDITION


class DeviceBusy(UserError):  # noqa: N818 - the name says what is the matter
    """Another run holds the device or the journal."""

    exit_code: ClassVar[int] = BUSY
