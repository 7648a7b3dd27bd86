"""Cases for the tests."""

from __future__ import annotations

from typing import Any

from measure.one_operator.case import OWN, OperatorCase
from measure.one_operator.plan import targets_of
from measure.target import PRECISIONS, Target

TARGETS = (
    ("8.5.2", "xavier"),
    ("8.5.2", "orin"),
    ("10.3.0.30", "orin"),
    ("11.4.1", "orin"),
)
"""A version of each grammar of logs, on the SoCs that have it."""


def a_case(operator: str, precision: str = "int8", **parameters: Any) -> OperatorCase:
    """Return a case of one's own."""
    return OperatorCase("own.2", OWN, operator, parameters, precision)


def both(tensorrt: str, soc: str) -> dict[str, Target]:
    """Return a device by precision."""
    return targets_of(tensorrt, soc, PRECISIONS)
