"""The journal of a run: what is acknowledged stays, whatever happens to the program."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from typing import TYPE_CHECKING, Any, Mapping

from measure.device.clock import now_ns, utc_now
from measure.device.machine import Machine
from measure.errors import DeviceBusy, UserError
from measure.journal.files import make_folder, reason, sweep, sync_folder
from measure.journal.lines import Record, Tail, decode, encode

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_BOOT_ID = "/proc/sys/kernel/random/boot_id"
_READ_AT_ONCE = 1 << 24


class Journal:
    """An append-only file of records, one line each, held by one process at a time.

    Once `append` returns, its record is on the disk. Whatever else happened, the file holds only
    whole lines after the next `open`.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.records: list[Record] = []
        """What the journal holds, in order."""
        self._descriptor = descriptor
        self._tail = Tail()
        self._broken = ""
        self._boot = (Machine.here().read(_BOOT_ID) or "")[:8]

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Open a journal, make it if there is none, and take hold of it.

        A torn last line is cut off; so are files beside the journal that were left half written.

        Parameters
        ----------
        path
            The journal's file; its folder is made if need be.

        Raises
        ------
        DeviceBusy
            When another process holds it.
        UserError
            Naming the line when it is damaged elsewhere; when it can't be opened.
        """
        try:
            make_folder(path.parent)
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            descriptor = os.open(str(path), flags, 0o644)
        except OSError as error:
            raise UserError(f"{path}: {reason(error)}") from None
        journal = cls(path, descriptor)
        try:
            journal._take_hold()
            journal._load()
        except OSError as error:
            journal.close()
            raise UserError(f"{path}: {reason(error)}") from None
        except BaseException:
            journal.close()
            raise
        return journal

    def append(self, record: Mapping[str, Any]) -> int:
        """Write a record to the disk and return its number.

        Parameters
        ----------
        record
            What to keep; has a "type". Numbers are finite, bytes are not allowed.

        Raises
        ------
        UserError
            When the record is no JSON, or the disk did not take it; the journal is as before.
        """
        if self._broken:
            raise UserError(self._broken)
        before = self._tail
        own = {
            "seq": before.seq + 1,
            "chain": before.chain,
            "at": utc_now(),
            "t_ns": now_ns(),
            "boot": self._boot,
        }
        line = encode(record, own)
        count = len(self.records)
        self._check_untouched()
        try:
            if os.write(self._descriptor, line) < len(line):
                raise OSError(errno.ENOSPC, "")
            os.fsync(self._descriptor)
            self.records.append(json.loads(line.decode("ascii")))
            self._tail = before.after(line)
        except BaseException as error:
            # Also when a signal breaks in: the caller is told nothing, so nothing may be there.
            del self.records[count:]
            self._tail = before
            self._take_back()
            if isinstance(error, OSError):
                raise UserError(f"{self.path}: {reason(error)}") from None
            raise
        return before.seq + 1

    def close(self) -> None:
        """Let go of the journal."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            self._broken = f"{self.path} is closed"

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _take_hold(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeviceBusy(
                f"{self.path} is held by another run; wait for its end, or stop it"
            ) from None

    def _load(self) -> None:
        """Read what is there, cut a torn end off and see that the file itself is on the disk."""
        self.records, self._tail = decode(_read_all(self._descriptor), str(self.path))
        if self._length() > self._tail.length:
            os.ftruncate(self._descriptor, self._tail.length)
        os.fsync(self._descriptor)
        sync_folder(self.path.parent)
        sweep(self.path.parent)

    def _check_untouched(self) -> None:
        """Raise UserError if somebody changed, moved or deleted the file meanwhile."""
        if not self._is_in_place():
            raise UserError(f"{self.path} was moved or deleted while it was in use")
        if self._length() != self._tail.length:
            raise UserError(f"{self.path} was changed by another program while it was in use")

    def _is_in_place(self) -> bool:
        try:
            there = os.stat(str(self.path))
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(self._descriptor))

    def _take_back(self) -> None:
        """Cut off what was written of a record that is not acknowledged."""
        try:
            os.ftruncate(self._descriptor, self._tail.length)
            os.fsync(self._descriptor)
        except OSError as error:
            self._broken = f"{self.path} can't be written any more: {reason(error)}"

    def _length(self) -> int:
        return os.fstat(self._descriptor).st_size


def read_journal(path: Path) -> list[Record]:
    """Return the records of a journal, also of one that a run holds; a torn end is left out.

    Parameters
    ----------
    path
        The journal's file.

    Raises
    ------
    UserError
        When it can't be read, or naming the line that is damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {reason(error)}") from None
    return decode(data, str(path))[0]


def _read_all(descriptor: int) -> bytes:
    parts: list[bytes] = []
    position = 0
    while True:
        part = os.pread(descriptor, _READ_AT_ONCE, position)
        if not part:
            return b"".join(parts)
        parts.append(part)
        position += len(part)
