"""Recognise what TensorRT prints by the patterns of the messages table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from measure.errors import UserError
from measure.tables import read_table

REFUSAL = "refusal"
FAILURE = "failure"

NOTHING_ON_DLA = "m3"
"""Key of the message that no layer at all qualifies."""

_LONGEST = 1024
"""Characters of a line that are compared: messages are short, lists of layers are not."""

_BEGINS_WITH_NAME = ("(?P<layer>", "(?:(?P<layer>")
"""How a pattern begins that takes everything before a text as the name of a layer.

It can match nowhere if it does not at the start, and trying would take quadratic time.
"""


@dataclass(frozen=True)
class Message:
    """One row of the table."""

    key: str
    title: str
    level: str
    rule: str
    meaning: str
    what_to_do: str
    regex: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        """Look for the message in a text."""
        if self.regex.pattern.startswith(_BEGINS_WITH_NAME):
            return self.regex.match(text)
        return self.regex.search(text)


@dataclass(frozen=True)
class Match:
    """A message found in a line; layer and type are empty where it names none."""

    message: Message
    text: str
    layer: str
    layer_type: str


@lru_cache(maxsize=1)
def load_messages() -> tuple[Message, ...]:
    """Return the messages in the order of the table."""
    return tuple(_message(row) for row in read_table("operators/messages"))


def _message(row: dict[str, str]) -> Message:
    """Turn a row into a message."""
    try:
        regex = re.compile(row["regex"])
    except re.error as error:
        raise UserError(f"operators/messages {row['message']}: regex: {error}") from None
    return Message(
        row["message"],
        row["title"],
        row["level"],
        row["rule"],
        row["meaning"],
        row["what_to_do"],
        regex,
    )


def match_message(text: str) -> Match | None:
    """Return the first message of the table that the text holds."""
    text = " ".join(text[:_LONGEST].split())
    for message in load_messages():
        found = message.search(text)
        if found:
            layer = found.groupdict().get("layer") or ""
            return Match(message, text, layer, _type_in_brackets(found))
    return None


def _type_in_brackets(found: re.Match[str]) -> str:
    """Return the layer's type as in "Layer 'x' (REDUCE)"; another word may be a type as well."""
    kind = found.groupdict().get("type") or ""
    return kind if kind and f" ({kind})" in found.group() else ""
