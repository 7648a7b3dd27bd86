"""Files that can be read to an end, and once more."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from measure.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


def check_regular(path: str | Path) -> None:
    """Refuse a pipe, a socket or a device; what is missing or a folder is left to the reader.

    Raises
    ------
    UserError
        When reading it might never end, or give something else the second time.
    """
    try:
        kind = os.stat(path).st_mode
    except (OSError, ValueError):
        return
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise UserError(f"{path}: is not a regular file; save it to a file first and give that")
