"""Values of a node's parameters, and what to say when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence, Union


class Unknown(Exception):  # noqa: N818 - it is an answer, not an error
    """The model or the case doesn't tell the parameter; the text names what is missing."""


@dataclass(frozen=True)
class Labelled:
    """Values with a name for each, such as the axis it belongs to."""

    values: Sequence[Any]
    labels: Sequence[str]
    missing: str = ""
    """What isn't known beside these values: they may break a rule, but can't meet it."""


@dataclass(frozen=True)
class Except:
    """A case states only which values the parameter doesn't have."""

    values: Sequence[Any]


Values = Union[Sequence[Any], Labelled, Except, None]
"""What a parameter function returns; None where the parameter doesn't apply to the node."""


def plain(values: Values) -> Sequence[Any]:
    """Return the values without their labels, none for a parameter that doesn't apply."""
    if values is None:
        return []
    return values.values if isinstance(values, (Labelled, Except)) else values
