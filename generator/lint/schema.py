"""The Table Schema's constraints, validated by pandera.

Why pandera: it runs on the frames the lint has anyway, reports all failures of a table at once
with their positions, and stays flat in memory for a million rows. Its own reader of Table Schema
(``pandera.io.pandas_io.from_frictionless_schema``, tried in 0.35) is not used: it needs a second
validator, frictionless, installed beside it; it skips foreign keys and formats; an integer column
with an empty cell is an error to it; and it coerces, so that `` 2`` passes as 2 and ``no`` as true.
The constraints are mapped to pandera's checks here instead, each named by the rule it holds.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from generator.lint.collect import Layer

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandera.pandas as pa

    from generator.descriptor import Field, Table
    from generator.lint.sheet import Sheet

RULES = {
    "schema.required": "A required cell is not empty.",
    "schema.enum": "A cell is one of the values its column allows.",
    "schema.minimum": "A number or date is not below its column's minimum.",
    "schema.maximum": "A number or date is not above its column's maximum.",
    "schema.pattern": "A text matches its column's pattern.",
    "schema.minLength": "A text is not shorter than its column allows.",
    "schema.maxLength": "A text is not longer than its column allows.",
    "schema.unique": "A value stands once in a column of unique values.",
}
CONSTRAINTS = frozenset(rule.removeprefix("schema.") for rule in RULES)


def check_schema(sheet: Sheet) -> None:
    """Report cells that break a constraint of their column.

    Parameters
    ----------
    sheet
        The table; mistaken cells count as missing in it and are reported already.
    """
    schema = build_schema(sheet.table, tuple(sheet.frame.columns))
    if not schema.columns or not len(sheet.frame):
        return
    from pandera.errors import SchemaErrors

    try:
        schema.validate(sheet.frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            check = getattr(error.check, "name", None)
            rule = check or "schema.required"
            column = sheet.table.field(error.schema.name)
            _report(sheet, column, rule, np.asarray(error.failure_cases["index"], dtype=int))


def build_schema(table: Table, columns: tuple[str, ...]) -> pa.DataFrameSchema:
    """Return the pandera schema of those columns of a table that have constraints.

    Parameters
    ----------
    table
        The table as the descriptor declares it.
    columns
        The columns that are there; what is missing is not pandera's to say.
    """
    import pandera.pandas as pa

    schema = {}
    for column in table.fields:
        if column.name not in columns:
            continue
        checks = [
            _CHECKS[name](pa.Check, column, value)
            for name, value in column.constraints.items()
            if name in _CHECKS
        ]
        required = column.required or column.name in table.primary_key
        if checks or required:
            schema[column.name] = pa.Column(checks=checks, nullable=not required, name=column.name)
    return pa.DataFrameSchema(schema)


def _enum(check: Any, column: Field, value: list) -> pa.Check:
    return check.isin([_comparable(column, entry) for entry in value], name="schema.enum")


def _minimum(check: Any, column: Field, value: Any) -> pa.Check:
    return check.ge(_comparable(column, value), name="schema.minimum")


def _maximum(check: Any, column: Field, value: Any) -> pa.Check:
    return check.le(_comparable(column, value), name="schema.maximum")


def _pattern(check: Any, _: Field, value: str) -> pa.Check:
    return check(lambda cells: _by_category(cells, "fullmatch", value), name="schema.pattern")


def _min_length(check: Any, _: Field, value: int) -> pa.Check:
    return check(lambda cells: cells.str.len() >= value, name="schema.minLength")


def _max_length(check: Any, _: Field, value: int) -> pa.Check:
    return check(lambda cells: cells.str.len() <= value, name="schema.maxLength")


def _unique(check: Any, _: Field, value: bool) -> pa.Check:
    return check(lambda cells: ~(cells.duplicated() & value), name="schema.unique")


_CHECKS: dict[str, Callable[[Any, Field, Any], pa.Check]] = {
    "enum": _enum,
    "minimum": _minimum,
    "maximum": _maximum,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
    "unique": _unique,
}


def _by_category(cells: pd.Series, method: str, value: Any) -> pd.Series:
    return getattr(cells.str, method)(value).astype(bool)


def _comparable(column: Field, value: Any) -> Any:
    """Return a value of the descriptor as it stands in a typed frame."""
    if column.type in ("integer", "number"):
        return float(value)
    return pd.Timestamp(value) if column.type == "date" else value


def _report(sheet: Sheet, column: Field, rule: str, positions: np.ndarray) -> None:
    limit = column.constraints.get(rule.removeprefix("schema."))
    unit = f" {column.unit}" if column.unit else ""
    fixed = {
        "schema.required": ("the cell is empty", "fill it in"),
        "schema.minimum": (f"it is below {limit}{unit}", "check the unit and the decimal point"),
        "schema.maximum": (f"it is above {limit}{unit}", "check the unit and the decimal point"),
        "schema.pattern": (f"it doesn't match {limit}", "write it in this form"),
        "schema.minLength": (f"it is shorter than {limit} characters", "write it out"),
        "schema.maxLength": (f"it is longer than {limit} characters", "shorten it"),
        "schema.unique": ("the column has it already", "make it unique"),
    }
    if rule != "schema.enum":
        sheet.report(positions, column.name, rule, *fixed[rule], Layer.SCHEMA)
        return
    for position in positions:
        choices = [str(choice) for choice in limit or ()]
        near = difflib.get_close_matches(sheet.cell(position, column.name).lower(), choices, n=1)
        remedy = f"write {near[0]!r}" if near else f"write one of {', '.join(choices)}"
        sheet.report(
            [position], column.name, rule, "the column has no such value", remedy, Layer.SCHEMA
        )
