"""The Table Schema's constraints, validated by pandera.

Why pandera: it works on columns as the lint has them, and reports all failures of a column at once
with their positions. It is given each different value of columns with the same constraints once,
so its cost grows neither with repeated values nor with repeated columns. Its own reader of Table
Schema (``pandera.io.pandas_io.from_frictionless_schema``, tried in 0.35) is not used: it needs a
second validator, frictionless, installed beside it; it skips foreign keys and formats; an integer
column with an empty cell is an error to it; and it coerces, so that `` 2`` passes as 2 and ``no``
as true. The constraints are mapped to pandera's checks here, each named by the rule it holds.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from generator.lint.collect import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandera.pandas as pa

    from generator.descriptor import Field
    from generator.lint.column import Column
    from generator.lint.sheet import Sentence, Sheet

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


def check_schema(sheets: Iterable[Sheet]) -> None:
    """Report cells that break a constraint of their column.

    Parameters
    ----------
    sheets
        The tables; mistaken cells count as missing in them and are reported already.
    """
    alike: dict[tuple[str, bool], list[tuple[Sheet, Column]]] = defaultdict(list)
    for sheet in sheets:
        for name, column in sheet.columns.items():
            required = column.field.required or name in sheet.table.primary_key
            constraints = f"{column.field.type} {dict(column.field.constraints)}"
            alike[constraints, required].append((sheet, column))
            if column.field.constraints.get("unique"):
                _report(sheet, column, "schema.unique", _doubles(column))
    for (_, required), columns in alike.items():
        _check_alike(columns, required=required)


def build_schema(field: Field, *, required: bool) -> pa.SeriesSchema:
    """Return the pandera schema of a column.

    Parameters
    ----------
    field
        The column as the descriptor declares it.
    required
        Whether a cell may not be empty; a key may not, even where the field doesn't say so.
    """
    import pandera.pandas as pa

    checks = [
        _CHECKS[name](pa.Check, field, value)
        for name, value in field.constraints.items()
        if name in _CHECKS
    ]
    return pa.SeriesSchema(checks=checks, nullable=not required)


def _check_alike(columns: list[tuple[Sheet, Column]], *, required: bool) -> None:
    """Report cells of columns with the same constraints, each different value looked at once."""
    schema = build_schema(columns[0][1].field, required=required)
    pieces = [_values(column) for _, column in columns]
    starts = np.cumsum([0, *map(len, pieces)])
    values = pd.Series(np.concatenate(pieces))
    if not len(values) or not (schema.checks or required):
        return
    for rule, wrong in _failures(schema, values):
        owners = np.searchsorted(starts, wrong, side="right") - 1
        for owner in np.unique(owners):
            sheet, column = columns[owner]
            codes = wrong[owners == owner] - starts[owner]
            codes[codes == len(column.known)] = -1
            _report(sheet, column, rule, np.flatnonzero(np.isin(column.codes, codes)))


def _values(column: Column) -> np.ndarray:
    """Return the different values of a column, and a missing one at the end if there is any."""
    if not column.is_missing.any():
        return column.known
    missing = {"string": None, "date": np.datetime64("NaT", "s")}.get(column.field.type, np.nan)
    return np.append(column.known, np.array([missing], dtype=column.known.dtype))


def _failures(schema: pa.SeriesSchema, values: pd.Series) -> Iterator[tuple[str, np.ndarray]]:
    """Return rules and the positions of values that break them."""
    from pandera.errors import SchemaErrors

    try:
        schema.validate(values, lazy=True, inplace=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            rule = getattr(error.check, "name", None) or "schema.required"
            yield rule, np.asarray(error.failure_cases["index"], dtype=int)


def _doubles(column: Column) -> np.ndarray:
    return np.flatnonzero(pd.Series(column.codes).duplicated() & ~column.is_missing)


def _enum(check: Any, field: Field, value: list) -> pa.Check:
    return check.isin([_comparable(field, entry) for entry in value], name="schema.enum")


def _minimum(check: Any, field: Field, value: Any) -> pa.Check:
    return check.ge(_comparable(field, value), name="schema.minimum")


def _maximum(check: Any, field: Field, value: Any) -> pa.Check:
    return check.le(_comparable(field, value), name="schema.maximum")


def _pattern(check: Any, _: Field, value: str) -> pa.Check:
    return check(lambda texts: texts.str.fullmatch(value).astype(bool), name="schema.pattern")


def _min_length(check: Any, _: Field, value: int) -> pa.Check:
    return check(lambda texts: texts.str.len() >= value, name="schema.minLength")


def _max_length(check: Any, _: Field, value: int) -> pa.Check:
    return check(lambda texts: texts.str.len() <= value, name="schema.maxLength")


_CHECKS: dict[str, Callable[[Any, Field, Any], pa.Check]] = {
    "enum": _enum,
    "minimum": _minimum,
    "maximum": _maximum,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
}


def _comparable(field: Field, value: Any) -> Any:
    """Return a value of the descriptor as a typed column has it."""
    if field.type in ("integer", "number"):
        return float(value)
    return pd.Timestamp(value) if field.type == "date" else value


def _report(sheet: Sheet, column: Column, rule: str, positions: np.ndarray) -> None:
    field = column.field
    limit = field.constraints.get(rule.removeprefix("schema."))
    unit = f" {field.unit}" if field.unit else ""
    choices = [str(choice) for choice in limit] if isinstance(limit, list) else []

    def nearest(position: int) -> str:
        cell = sheet.cell(position, field.name).lower()
        near = difflib.get_close_matches(cell, choices, n=1)
        return f"write {near[0]!r}" if near else f"write one of {', '.join(choices)}"

    sentences: dict[str, tuple[str, Sentence]] = {
        "schema.required": ("the cell is empty", "fill it in"),
        "schema.enum": ("the column has no such value", nearest),
        "schema.minimum": (f"it is below {limit}{unit}", "check the unit and the decimal point"),
        "schema.maximum": (f"it is above {limit}{unit}", "check the unit and the decimal point"),
        "schema.pattern": (f"it doesn't match {limit}", "write it in this form"),
        "schema.minLength": (f"it is shorter than {limit} characters", "write it out"),
        "schema.maxLength": (f"it is longer than {limit} characters", "shorten it"),
        "schema.unique": ("the column has it already", "make it unique"),
    }
    sheet.report(positions, field.name, rule, *sentences[rule], Layer.SCHEMA)
