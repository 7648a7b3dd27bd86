"""A row of the rules table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Mapping, Union

from measure.errors import UserError
from measure.versions import in_range

if TYPE_CHECKING:
    from measure.target import Target

Number = Union[int, float]

BLOCKING = ("falls_back", "build_fails")
"""Effects that keep a node off the DLA."""


@dataclass(frozen=True)
class Rule:
    """One condition that the DLA sets."""

    rule: str
    layer: str
    scope: str
    parameter: str
    relation: str
    minimum: Number | None
    maximum: Number | None
    allowed: tuple[str, ...]
    bound_parameter: str
    applies_when: tuple[tuple[str, str], ...]
    soc: str
    precision: str
    version_kind: str
    since: str
    until: str
    severity: str
    effect: str
    sentence: str
    remedy: str
    source: str
    locator: str

    def holds_for(self, target: Target) -> bool:
        """Say whether the rule is in force on a target."""
        return (
            self.soc in ("any", target.soc)
            and self.precision in ("any", target.precision)
            and self.version_kind in ("any", target.version_kind)
            and in_range(target.tensorrt, self.since, self.until)
        )

    @property
    def is_blocking(self) -> bool:
        """Say whether a node that doesn't meet the rule leaves the DLA."""
        return self.effect in BLOCKING

    def text(self, template: str, value: str) -> str:
        """Fill the sentence or the remedy with the rule's bounds and a node's value."""
        return template.format(
            minimum=number_text(self.minimum),
            maximum=number_text(self.maximum),
            allowed=", ".join(self.allowed),
            bound_parameter=self.bound_parameter.replace("_", " "),
            value=value,
        )


def rule_from_row(row: Mapping[str, str]) -> Rule:
    """Return the rule of a row."""
    try:
        conditions = tuple(_condition(text) for text in row["applies_when"].split())
        return Rule(
            rule=row["rule"],
            layer=row["layer"],
            scope=row["scope"],
            parameter=row["parameter"],
            relation=row["relation"],
            minimum=_number(row["minimum"]),
            maximum=_number(row["maximum"]),
            allowed=tuple(row["allowed"].split()),
            bound_parameter=row["bound_parameter"],
            applies_when=conditions,
            soc=row["soc"],
            precision=row["precision"],
            version_kind=row["version_kind"],
            since=row["since"],
            until=row["until"],
            severity=row["severity"],
            effect=row["effect"],
            sentence=row["sentence"],
            remedy=row["remedy"],
            source=row["source"],
            locator=row["locator"],
        )
    except (KeyError, ValueError) as error:
        raise UserError(f"operators/rules, rule {row.get('rule')}: {error}") from None


def number_text(number: Number | None) -> str:
    """Write a bound as a person would: without a point where it is whole."""
    return "" if number is None else f"{number:g}" if number < 1e6 else str(number)


def _number(text: str) -> Number | None:
    """Read a bound; whole numbers stay whole."""
    if not text:
        return None
    value = float(text)
    return int(value) if value.is_integer() else value


def _condition(text: str) -> tuple[str, str]:
    """Read one parameter=value pair."""
    name, separator, value = text.partition("=")
    if not separator:
        raise ValueError(f"{text!r} in applies_when is no parameter=value")
    return name, value
