"""What the lint has to say: one finding is one line."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_VALUE = 60


@dataclass(frozen=True, order=True)
class Finding:
    """One mistake in the data, where it stands, and how to mend it."""

    file: str
    line: int
    column: str
    value: str
    rule: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return ``file:line: column: 'value': rule: problem; remedy`` in one line."""
        text = (
            f"{self.file}:{self.line}: {self.column or '-'}: {quote(self.value)}: "
            f"{self.rule}: {self.problem}; {self.remedy}"
        )
        return escape(text)

    def as_dict(self) -> dict[str, str | int]:
        """Return the finding as JSON has it."""
        return dataclasses.asdict(self)


class DataError(Exception):
    """The data package is refused; ``findings`` says why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: Sequence[Finding] = sorted(set(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


def quote(value: object) -> str:
    """Return a value between quotes, shortened, its control characters escaped."""
    text = str(value)
    if len(text) > LONGEST_VALUE:
        text = text[: LONGEST_VALUE - 1] + "…"
    return f"'{escape(text)}'"


def escape(text: str) -> str:
    """Return text in which each unprintable character is written as its escape."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )
