"""Hand out what a command found, and take it well when nobody wants it."""

from __future__ import annotations

import contextlib
import os
import sys

from measure.errors import UserError


def write_out(text: str) -> None:
    """Write to standard output what its encoding has, the rest as escapes.

    A reader that stops early, as head does, is no error.

    Raises
    ------
    UserError
        When standard output is closed or its disk is full.
    """
    try:
        if sys.stdout is None:
            raise UserError("standard output is closed")
        encoding = sys.stdout.encoding or "utf-8"
        data = text.encode(encoding, "backslashreplace")
        if hasattr(sys.stdout, "buffer"):
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
        else:
            sys.stdout.write(data.decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        forget()
    except OSError as error:
        forget()
        raise UserError(f"standard output cannot be written: {error.strerror}") from None


def tell(text: str) -> None:
    """Say on standard error what goes on; nothing depends on whether anybody can read it."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


def forget() -> None:
    """Let what is left in the buffer of standard output go nowhere when the program ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
