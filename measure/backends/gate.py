"""Wait for the word to go, then become the program; run as a file, without site packages.

``python -I -S gate.py PARENT PROGRAM WORDS…`` reads one line and replaces itself by the program.
PARENT is the number of the process that starts it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
GO = b"go\n"
GONE = 75
"""Exit code where nobody said go."""


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, also after an exec."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        return


def main(words: list[str]) -> int:
    """Wait and replace this process."""
    parent, *words = words
    die_with_parent()
    # One that died before the call above kills nobody, and may have said go.
    if os.getppid() != int(parent):
        return GONE
    # Byte by byte: what follows is for the program.
    if b"".join(os.read(0, 1) for _ in GO) != GO:
        return GONE
    try:
        os.execv(words[0], words)
    except OSError as error:
        print(f"{words[0]}: {error.strerror}", flush=True)
    return 127


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
