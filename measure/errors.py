"""The one exception that a user is meant to see."""

from __future__ import annotations


class UserError(Exception):
    """What the user gave cannot be used; the text is one line that says what to do.

    A command prints it to standard error and ends with exit code 2.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
