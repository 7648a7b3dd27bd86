"""The score of the shipped cases as tables of the data package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

from measure.tables import data_folder, read_table, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from measure.score.scoring import Prediction, Score, Tally

SCORE = "operators/score"
DISAGREEMENTS = "operators/score-disagreements"
SCORE_COLUMNS = (
    "group",
    "key",
    "n",
    "distinct",
    "unknown",
    "true_positive",
    "false_positive",
    "false_negative",
    "true_negative",
    "precision",
    "precision_low",
    "precision_high",
    "recall",
    "recall_low",
    "recall_high",
    "f1",
    "source",
)
DISAGREEMENT_COLUMNS = (
    "case",
    "operator",
    "predicted",
    "observed",
    "rules",
    "explanation",
    "source",
)
OWN_SOURCE = "dla-atlas-score"
"""Key of the source that stands for figures this command works out."""


def score_rows(result: Score) -> list[dict[str, str]]:
    """Return the rows of the table of scores."""
    rows = [
        _score_row("total", "rules", result.total),
        _score_row("total", "operator list alone", result.listed),
    ]
    for group, tallies in (
        ("source", result.by_source),
        ("operator", result.by_operator),
        ("rule", result.by_rule),
    ):
        rows += [_score_row(group, key, tally) for key, tally in tallies.items()]
    return rows


def disagreement_rows(result: Score) -> list[dict[str, str]]:
    """Return the rows of what devices contradict or the rules leave open.

    Explanations are written by hand; those of the present table are kept.
    """
    explanations = {row["case"]: row["explanation"] for row in _present(DISAGREEMENTS)}
    return [
        {
            "case": one.case.key,
            "operator": one.case.operator,
            "predicted": one.placement,
            "observed": "dla" if one.case.runs_on_dla else "gpu",
            "rules": " ".join(one.rules),
            "explanation": explanations.get(one.case.key, ""),
            "source": OWN_SOURCE,
        }
        for one in _open(result)
    ]


def write_score(result: Score) -> list[Path]:
    """Write both tables and return their paths; each file is replaced in one step."""
    return [
        _write(SCORE, SCORE_COLUMNS, score_rows(result)),
        _write(DISAGREEMENTS, DISAGREEMENT_COLUMNS, disagreement_rows(result)),
    ]


def _open(result: Score) -> list[Prediction]:
    return [one for one in result.predictions if not one.agrees]


def _present(name: str) -> Sequence[Mapping[str, str]]:
    return read_table(name) if (data_folder() / f"{name}.csv").exists() else ()


def _score_row(group: str, key: str, tally: Tally) -> dict[str, str]:
    figures = tally.as_dict()
    for name in ("precision", "recall"):
        low, high = figures[f"{name}_interval"] or (None, None)
        figures[f"{name}_low"], figures[f"{name}_high"] = low, high
    figures.update(group=group, key=key, source=OWN_SOURCE)
    return {name: _cell(figures[name]) for name in SCORE_COLUMNS}


def _cell(value: Any) -> str:
    """Return a value as a cell: shares with four digits, nothing for what isn't known."""
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _write(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Path:
    path = data_folder() / f"{name}.csv"
    write_table(path, columns, rows)
    return path
