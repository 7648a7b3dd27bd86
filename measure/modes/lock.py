"""One run at a time on a device."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
from typing import TYPE_CHECKING

from measure.device.clock import utc_now
from measure.errors import ConditionError, DeviceBusy

if TYPE_CHECKING:
    from types import TracebackType

    from measure.device.machine import Machine

LOCK = "/run/lock/dla-measure.lock"

_MOST_BYTES = 4096


class DeviceLock:
    """Hold a device while the context lasts; the kernel lets go when the process ends.

    What is written in the file only tells others who holds it, so a file left behind does no
    harm. It is never removed, as another run may have it open already.

    Parameters
    ----------
    machine
        The device.

    Raises
    ------
    DeviceBusy
        When another run holds the device; the text says which process, since when.
    ConditionError
        When the lock can't be made.
    """

    def __init__(self, machine: Machine) -> None:
        self._path = machine.path(LOCK)
        self._descriptor: int | None = None

    def __enter__(self) -> DeviceLock:
        """Take the lock or say who has it."""
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(descriptor)
            os.close(descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise DeviceBusy(
                    f"another run holds the device{holder}; wait for it or end it ({self._path})"
                ) from None
            raise ConditionError(f"{self._path} cannot be locked: {error.strerror}") from None
        self._descriptor = descriptor
        self._write(json.dumps({"pid": os.getpid(), "since": utc_now()}) + "\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go."""
        assert self._descriptor is not None
        self._write("")
        os.close(self._descriptor)
        self._descriptor = None

    def _open(self) -> int:
        """Open the file; one that another user made can be locked, if not written."""
        flags = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        try:
            return os.open(str(self._path), os.O_RDWR | os.O_CREAT | flags, 0o644)
        except PermissionError:
            with contextlib.suppress(OSError):
                return os.open(str(self._path), os.O_RDONLY | flags)
            raise ConditionError(
                f"{self._path} cannot be opened: no rights; run as a user who may write to "
                f"{self._path.parent}"
            ) from None
        except OSError as error:
            raise ConditionError(f"{self._path} cannot be opened: {error.strerror}") from None

    def _write(self, text: str) -> None:
        """Replace what the file says of its holder; that it can't be said is no reason to stop."""
        assert self._descriptor is not None
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode("ascii"), 0)


def _holder(descriptor: int) -> str:
    """Return what the file says of its holder; empty when it says nothing of use."""
    try:
        told = json.loads(os.pread(descriptor, _MOST_BYTES, 0))
        return f": process {int(told['pid'])}, since {str(told['since'])[:20]}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
