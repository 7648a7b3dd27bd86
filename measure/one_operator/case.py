"""One operator with its parameters, to be built for the DLA."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, Iterable, Mapping

from measure.errors import UserError

RULES, CONFORMANCE, OWN = "rules", "onnx", "own"
"""Where cases come from: rules and their bounds, ONNX's own tests, a file of the user's."""

INSIDE, OUTSIDE = "inside", "outside"

RECORD = "operator_case"
"""Type of the journal's record of a case that was built."""


class CannotBuildError(UserError):
    """A case states too little for a network, or what no static network can have."""


@dataclass(frozen=True)
class OperatorCase:
    """What a network of one operator is made from.

    Parameters
    ----------
    case
        Its name.
    parameters
        Attributes and shapes by their ONNX names, as evidence states them.
    precision
        What it is built for: int8 (with FP16 allowed where types are options) or fp16; empty as
        long as it is meant for any.
    rule, side
        The rule it was made for, and whether it lies inside its bound or outside.
    also
        Names of further cases that have the same network.
    """

    case: str
    origin: str
    operator: str
    parameters: Mapping[str, Any]
    precision: str = ""
    rule: str = ""
    side: str = ""
    also: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """Name of the case with its precision."""
        return f"{self.case}.{self.precision}"

    @property
    def content(self) -> tuple[str, str, str]:
        """What makes two cases the same network."""
        stated = json.dumps(self.parameters, sort_keys=True)
        return self.operator, stated, self.precision

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        return {
            "case": self.case,
            "origin": self.origin,
            "operator": self.operator,
            "parameters": dict(self.parameters),
            "precision": self.precision,
            "rule": self.rule,
            "side": self.side,
            "also": list(self.also),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> OperatorCase:
        """Return the case that the journal stored."""
        return cls(**{**stored, "also": tuple(stored["also"])})


def once_each(cases: Iterable[OperatorCase]) -> list[OperatorCase]:
    """Return each network once; the first case that has it names it."""
    found: dict[tuple[str, str, str], OperatorCase] = {}
    for case in cases:
        first = found.setdefault(case.content, case)
        if first is not case:
            found[case.content] = replace(first, also=(*first.also, case.case))
    return list(found.values())
