"""What is known of a board that a run has changed, kept such that a power cut can't lose it."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Mapping

from measure.device.clock import utc_now
from measure.errors import ConditionError, UserError
from measure.modes.outcome import PINNED, Original

if TYPE_CHECKING:
    from pathlib import Path

STATE_FOLDER = "/var/lib/dla-measure"
STATE_FILE = "state.json"
VERSION = 1

IDLE, SAVED, SWITCHING = "IDLE", "SAVED", "SWITCHING"
READY, RUNNING, RESTORING = "READY", "RUNNING", "RESTORING"
CHANGED = (SAVED, SWITCHING, READY, RUNNING, RESTORING)
"""States that a file can hold; IDLE is that there is none."""

_LARGEST = 1 << 20


@dataclass(frozen=True)
class Resume:
    """A start of the run after the board had booted."""

    boot_id: str
    at: float
    """Seconds of the wall clock, which may jump."""
    progress: int
    """How many results the journal held."""


@dataclass(frozen=True)
class BoardRecord:
    """How far a run is with the board, and how the board was before."""

    state: str
    original: Original
    run: str = ""
    """The run that changes the board."""
    allow_reboot: bool = False
    target: str = ""
    """Name of the mode that is wanted."""
    clock_policy: str = PINNED
    reboot_from: str = ""
    """Boot in which the reboot into the target was asked for; empty if none was."""
    attempt: int = 0
    """How many reboots into the target were asked for."""
    restore_from: str = ""
    """Boot in which the reboot into the original mode was asked for; empty if none was."""
    touched: bool = False
    """Whether nvpmodel was ever asked to change the mode."""
    unit: bool = False
    """Whether the unit that resumes after a boot may be enabled."""
    job: str = ""
    resumes: tuple[Resume, ...] = ()
    problems: tuple[str, ...] = ()
    """Why restoring failed so far."""
    at: str = ""
    """When this was written."""

    def as_dict(self) -> dict[str, Any]:
        """Return what the file stores."""
        return {"version": VERSION, **asdict(self)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> BoardRecord:
        """Return what a file stored.

        Raises
        ------
        ValueError, KeyError, TypeError
            When it isn't what as_dict returns.
        """
        values = dict(stored)
        if values.pop("version") != VERSION:
            raise ValueError("written by another version")
        record = cls(
            **{
                **values,
                "original": Original(**values["original"]),
                "resumes": tuple(Resume(**each) for each in values["resumes"]),
                "problems": tuple(values["problems"]),
            }
        )
        plain = cls(SAVED, record.original)
        for each in fields(cls):
            value = getattr(record, each.name)
            if type(value) is not type(getattr(plain, each.name)):
                raise ValueError(f"{each.name} is {value!r}")
        if record.state not in CHANGED:
            raise ValueError(f"state is {record.state!r}")
        if not (isinstance(record.original.mode, str) and record.original.mode):
            raise ValueError(f"the original mode is {record.original.mode!r}")
        return record


class StateFile:
    """The file that holds the record; without one the board is as its owner left it.

    Parameters
    ----------
    folder
        Where it lies.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / STATE_FILE
        self._new = folder / f"{STATE_FILE}.new"

    def load(self) -> BoardRecord | None:
        """Return the record; None when the board is idle.

        Raises
        ------
        UserError
            When the file can't be read or isn't what this version writes.
        """
        try:
            with open(str(self.path), encoding="utf-8") as file:
                return BoardRecord.from_dict(json.loads(file.read(_LARGEST)))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UserError(f"{self.path} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UserError(
                f"{self.path} is damaged or not this version's ({error}), so what a run changed "
                "is not known; look at the board with `nvpmodel -q`, set your mode with "
                "`sudo nvpmodel -m NUMBER`, then type `python3 -m measure restore --forget`"
            ) from None

    def write(self, record: BoardRecord) -> BoardRecord:
        """Replace the file, such that after a power cut it holds the old or the new record.

        Raises
        ------
        ConditionError
            When it can't be written.
        """
        record = replace(record, at=utc_now())
        data = json.dumps(record.as_dict(), indent=1).encode("ascii") + b"\n"
        try:
            os.makedirs(str(self.path.parent), exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(str(self._new), flags, 0o644)
            try:
                with open(descriptor, "wb", closefd=False) as file:
                    file.write(data)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.replace(str(self._new), str(self.path))
            self._sync_folder()
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(str(self._new))
            raise self._cannot("written", error) from None
        return record

    def remove(self) -> None:
        """Make the board idle.

        Raises
        ------
        ConditionError
            When the file can't be removed.
        """
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(str(self.path))
                self._sync_folder()
        except OSError as error:
            raise self._cannot("removed", error) from None

    def _sync_folder(self) -> None:
        """Make a change of names in the folder durable."""
        descriptor = os.open(str(self.path.parent), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _cannot(self, what: str, error: OSError) -> ConditionError:
        """Return the error that tells what can't be done with the file."""
        return ConditionError(
            f"{self.path} cannot be {what}: {error.strerror}; the folder must be yours and have "
            "space left, `python3 -m measure rights` says how to set it up"
        )
