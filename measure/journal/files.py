"""Files that are either there as a whole or not at all, also after a crash."""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Iterable, Iterator

from measure.errors import UserError

_LEFT_OVER = re.compile(r".+\.tmp\.(\d+)")
_BLOCK = 1 << 20


def store_file(folder: Path, name: str, content: bytes | Path) -> tuple[str, str]:
    """Keep a file for good and return its path in the folder and its SHA-256.

    It is on the disk before this returns, so that a journal may name it. A file that stands there
    already with other content stays; the new one gets a number behind its name.

    Parameters
    ----------
    folder
        The run's folder.
    name
        Path in it, with slashes.
    content
        What to keep, or the file to copy.
    """
    target = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise UserError(f"{name} is not a path in {folder}")
    with _as_user_error(target):
        make_folder(target.parent)
        temporary = _temporary(target)
        try:
            digest = _write(temporary, content)
            target = _free(target, digest)
            os.replace(str(temporary), str(target))
        except BaseException:
            _remove(temporary)
            raise
        sync_folder(target.parent)
    return target.relative_to(folder).as_posix(), digest


def write_whole(path: Path, content: bytes | Path | Iterable[bytes]) -> str:
    """Write a file such that a reader, also after a crash, sees the old one or the new one.

    Parameters
    ----------
    content
        What to write, a file to copy, or parts of which only one at a time is in memory.

    Returns
    -------
    str
        The file's SHA-256.

    Raises
    ------
    UserError
        When something else than a file stands there, or the disk doesn't take it.
    """
    if os.path.lexists(str(path)) and not os.path.isfile(str(path)):
        # The new file takes the place of what is there, and nobody means a device by that.
        raise UserError(f"{path} cannot be written: it is not a regular file; name another")
    with _as_user_error(path):
        make_folder(path.parent)
        temporary = _temporary(path)
        try:
            digest = _write(temporary, content)
            os.replace(str(temporary), str(path))
        except BaseException:
            _remove(temporary)
            raise
        sync_folder(path.parent)
    return digest


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, on the disk."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync_folder(new.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's list of files to the disk."""
    descriptor = os.open(str(folder), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> int:
    """Delete what writers that are gone left half written; return how many files."""
    swept = 0
    for path in sorted(folder.rglob("*.tmp.*")):
        left_over = _LEFT_OVER.fullmatch(path.name)
        if left_over and not _runs(int(left_over.group(1))) and _remove(path):
            swept += 1
    return swept


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = sha256()
    with _as_user_error(path), path.open("rb") as stream:
        for block in iter(lambda: stream.read(_BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()


def reason(error: OSError) -> str:
    """Return what is wrong with a disk and what to do, in a few words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; make room and start again, nothing that was kept is lost"
    if error.errno == errno.EROFS:
        return "the file system is read-only; choose another folder with DLA_MEASURE_RUNS"
    return error.strerror or str(error)


@contextmanager
def _as_user_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: {reason(error)}") from None


def _temporary(path: Path) -> Path:
    return path.with_name(f"{path.name}.tmp.{os.getpid()}")


def _write(path: Path, content: bytes | Path | Iterable[bytes]) -> str:
    """Write a new file to the disk and return its SHA-256."""
    digest = sha256()
    with path.open("wb") as out:
        for block in _blocks(content):
            digest.update(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _blocks(content: bytes | Path | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    if not isinstance(content, Path):
        yield from content
        return
    with content.open("rb") as stream:
        yield from iter(lambda: stream.read(_BLOCK), b"")


def _free(path: Path, digest: str) -> Path:
    """Return the path, or with a number the first that is free or holds the same content."""
    number, candidate = 1, path
    while candidate.exists() and sha256_of(candidate) != digest:
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _runs(process: int) -> bool:
    """Whether another process of this number runs."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except OverflowError:
        return False
    except OSError as error:
        return error.errno == errno.EPERM
    return True
