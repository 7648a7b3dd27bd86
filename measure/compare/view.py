"""Comparisons as text, as JSON and as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping

from measure.compare.comparison import (
    INSIDE,
    NO_INTERVAL,
    OUTSIDE,
    RATIO,
    Comparison,
)
from measure.compare.conditions import PER_CORE
from measure.compare.ratio_conditions import DEFINITION_NAMES
from measure.printable import safe
from measure.results.cells import number

if TYPE_CHECKING:
    from measure.compare.conditions import Difference

SCHEMA = "dla-atlas/comparison/1"
TABLE = "measured/comparisons"
OWN_SOURCE = "dla-atlas-comparison"
"""Key of the source that stands for figures this command works out."""

COLUMNS = (
    "result",
    "metric",
    "definition",
    "published_table",
    "published_record",
    "published_value",
    "verdict",
    "ratio",
    "first_difference",
    "certain",
    "detail",
    "differences",
    "source",
)
NOTHING_DIFFERS = "none"

_VERDICTS = {
    INSIDE: "inside the interval",
    OUTSIDE: "outside the interval",
    NO_INTERVAL: "no interval to judge by",
}


def rows_of(comparisons: Iterable[Comparison]) -> list[dict[str, str]]:
    """Return the rows of the table of comparisons, with the columns COLUMNS.

    A result for which nobody published a figure has none.
    """
    return [_row(one) for one in comparisons if one.published is not None]


def _row(one: Comparison) -> dict[str, str]:
    first = one.first_difference
    return {
        "result": one.result,
        "metric": one.metric.name,
        "definition": one.definition,
        "published_table": one.metric.table,
        "published_record": one.published_record,
        "published_value": one.published_value,
        "verdict": one.verdict,
        "ratio": number(one.ratio),
        "first_difference": first.code if first else NOTHING_DIFFERS,
        "certain": "" if first is None else "yes" if first.certain else "no",
        "detail": first.text if first else "",
        "differences": " ".join(difference.code for difference in one.differences),
        "source": OWN_SOURCE,
    }


def as_dict(comparisons: Iterable[Comparison]) -> dict[str, Any]:
    """Return comparisons for JSON."""
    return {"schema": SCHEMA, "comparisons": [_dict(one) for one in comparisons]}


def _dict(one: Comparison) -> dict[str, Any]:
    first, name = one.first_difference, one.metric.name
    return {
        "result": one.result,
        "metric": name,
        "definition": one.definition or None,
        name: one.measured,
        f"{name}_low": one.low,
        f"{name}_high": one.high,
        "published_record": one.published_record or None,
        "published": float(one.published_value) if one.published else None,
        "verdict": one.verdict,
        "ratio": one.ratio,
        "first_difference": _difference(first) if first else None,
        "differences": [_difference(difference) for difference in one.differences],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "condition": difference.code,
        "text": difference.text,
        "certain": difference.certain,
    }


def as_text(comparisons: Iterable[Comparison], rows: Mapping[str, Mapping[str, str]]) -> str:
    """Return comparisons for a reader in a hurry.

    Parameters
    ----------
    rows
        The measured rows by their keys.
    """
    return "\n\n".join(_paragraph(one, rows[one.result]) for one in comparisons)


def _paragraph(one: Comparison, row: Mapping[str, str]) -> str:
    head, same = f"{title(row)}: {_figure(one)} images/s", "engine"
    if one.metric is RATIO:
        definition = DEFINITION_NAMES[one.definition]
        head = f"{title(row)}: {_figure(one)} times the GPU's perf/W, by {definition}"
        same = "weights"
    if one.published is None or one.ratio is None:
        return f"{head}; no figure is published for this network, module and {same}"
    verdict = (
        f"{head}; published {one.published_value}: {_VERDICTS[one.verdict]}, {one.ratio:.3g} of it"
    )
    first = one.first_difference
    if one.verdict == INSIDE or first is None:
        return verdict if one.verdict == INSIDE else f"{verdict}\n  No known condition differs."
    kind = "First difference" if first.certain else "Possible difference"
    lines = [verdict, f"  {kind}: {first.text}"]
    rest = [difference.text for difference in one.differences if difference is not first]
    lines += [f"  Also: {text}" for text in rest]
    return "\n".join(lines)


def title(row: Mapping[str, str]) -> str:
    """Return what was measured, in a few words."""
    words = [
        row["network"] or row["model"],
        f"on {row['engine'].upper()}{_cores(row)}",
        row["precision"].upper(),
        f"batch {row['batch'] or 'unknown'}",
        row["module"],
        row["power_mode"],
    ]
    return safe(" ".join(filter(None, words)))


def _cores(row: Mapping[str, str]) -> str:
    """Return the number of DLA cores in brackets; nothing where none ran."""
    if row["dla_cores"] in ("", "0"):
        return ""
    if row["aggregation"] == PER_CORE:
        return f" (one of {row['dla_cores']} cores)"
    return f" ({row['dla_cores']} {'core' if row['dla_cores'] == '1' else 'cores'})"


def _figure(one: Comparison) -> str:
    if one.low is None or one.high is None:
        return f"{one.measured:g}"
    return f"{one.measured:g} ({one.low:g} to {one.high:g})"
