"""The functions that compute the parameters which rules ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from measure.errors import UserError

if TYPE_CHECKING:
    from measure.rules.values import Values
    from measure.rules.view import NodeView

Parameter = Callable[["NodeView"], "Values"]

PARAMETERS: dict[str, Parameter] = {}
"""Parameter's name in the rules table: its function."""


def parameter(name: str) -> Callable[[Parameter], Parameter]:
    """Register the function of a parameter.

    The function returns a list of values, or None where the parameter doesn't apply to the
    node, and raises `Unknown` where the model or the case doesn't tell.
    """

    def register(function: Parameter) -> Parameter:
        PARAMETERS[name] = function
        return function

    return register


def function_of(name: str) -> Parameter:
    """Return the function of a parameter."""
    if name not in PARAMETERS:
        raise UserError(f"operators/rules: no function computes the parameter {name!r}")
    return PARAMETERS[name]
