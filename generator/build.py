"""Build the site beside the old one and put it in place in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def build_site(config_file: Path, out: Path, data_dir: Path | None = None) -> None:
    """Build the site strictly into `out`.

    The old site stays whole until the new one is; a build that fails or is killed leaves it.

    Parameters
    ----------
    config_file
        The ``mkdocs.yml``.
    out
        Folder of the site; replaced.
    data_dir
        Data package to use instead of the one the configuration names.

    Raises
    ------
    mkdocs.exceptions.MkDocsException
        The configuration, the data or a page is refused.
    """
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(out)
    partial = Path(tempfile.mkdtemp(prefix=_prefix(out, os.getpid()), dir=out.parent))
    try:
        partial.chmod(0o755)
        config = load_config(str(config_file), site_dir=str(partial), strict=True)
        if data_dir:
            config.extra["data_dir"] = str(data_dir.resolve())
        config.plugins.on_startup(command="build", dirty=False)
        mkdocs_build(config)
        config.plugins.on_shutdown()
        replace_folder(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def replace_folder(new: Path, old: Path) -> None:
    """Let `new` take the place of `old`; what was there is at `new` afterwards, if anything.

    On Linux the two are exchanged in one step. Elsewhere there is an instant between two
    renames in which `old` is missing.
    """
    if not old.exists():
        new.rename(old)
    elif not _exchange(new, old):
        aside = new.with_name(new.name + "-old")
        old.rename(aside)
        new.rename(old)
        aside.rename(new)


def _exchange(one: Path, other: Path) -> bool:
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    result = libc.renameat2(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    )
    if result == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # not on this file system
        return False
    raise OSError(code, os.strerror(code), str(other))


def _prefix(out: Path, process: int | str) -> str:
    return f".{out.name}-{process}-"


def _remove_leftovers(out: Path) -> None:
    for leftover in out.parent.glob(_prefix(out, "*") + "*"):
        process = leftover.name.removeprefix(f".{out.name}-").partition("-")[0]
        if process.isdecimal() and not _is_running(int(process)):
            shutil.rmtree(leftover, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
