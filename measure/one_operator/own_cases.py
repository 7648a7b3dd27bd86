"""Cases of the user's own: a CSV like the one of ``measure score``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.errors import UserError
from measure.one_operator.case import OWN, OperatorCase
from measure.score.cases import parse_parameters
from measure.tables import read_csv

if TYPE_CHECKING:
    from pathlib import Path

_REQUIRED = ("onnx_op", "parameters")


def own_cases(path: Path) -> list[OperatorCase]:
    """Return the cases of a file: one node a row, in the columns onnx_op and parameters.

    Raises
    ------
    UserError
        When the file cannot be read, lacks a column, or parameters are no JSON object.
    """
    cases = []
    for line, row in enumerate(read_csv(path), start=2):
        lacking = [name for name in _REQUIRED if not row.get(name)]
        if lacking:
            raise UserError(f"{path} row {line}: {', '.join(lacking)} must be there, in each row")
        parameters = parse_parameters(row["parameters"], f"{path} row {line}")
        cases.append(OperatorCase(f"own.{line}", OWN, row["onnx_op"].strip(), parameters))
    if not cases:
        raise UserError(f"{path} holds no case")
    return cases
