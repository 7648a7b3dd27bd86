"""Sense of measured ratios: what they are of, and that they follow from it."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAME = ("run", "network", "module", "power_mode", "weights", "precision")
"""What a ratio and both its results have in common."""

_CLOSE = 0.05
"""A ratio is a mean over the pairs of both results, which each are a mean over more; they stay
near, or within what the ratio scatters."""

_REMEDY = "derive it again"


@rule("measured.ratio-of", "dla_result", "gpu_result", *_SAME, tables=("ratios",))
def check_results(view: View) -> Iterator[Flag]:
    """A ratio is of a result on the DLA and one on the GPU, of one run and the same conditions."""
    known = {row[0]: row[1:] for row in view.other("results", "result", "engine", *_SAME)}
    for column, engine in (("dla_result", "dla"), ("gpu_result", "gpu")):
        wrong = view.map_rows(
            (column,),
            lambda row, engine=engine: row[0] in known and known[row[0]][0] != engine,  # type: ignore[misc]
        )
        yield Flag(wrong == 1, column, f"its engine is not {engine}", _REMEDY)
        apart = view.map_rows(
            (column, *_SAME), lambda row: row[0] in known and known[row[0]][1:] != row[1:]
        )
        problem = "it is of another run or other conditions than the ratio"
        yield Flag(apart == 1, column, problem, _REMEDY)
    cores = view.look_up(("dla_result",), "results", ("result",), "dla_cores")
    other = ~np.isnan(cores) & (cores != view.column("dla_cores"))
    yield Flag(other, "dla_cores", "the result is of another number of cores", _REMEDY)


@rule("measured.ratio", "ratio", "definition", "dla_result", "gpu_result", tables=("ratios",))
def check_ratio(view: View) -> Iterator[Flag]:
    """A ratio is the DLA's perf/W over the GPU's by one definition, and within its interval."""
    ratio, low, high = (view.column(f"ratio{end}") for end in ("", "_low", "_high"))
    yield Flag((low > ratio) | (high < ratio), "ratio", "it lies outside its interval", _REMEDY)
    ends = np.isnan(low).astype(int) + np.isnan(high)
    alone = view.column("pairs") < 2
    yield Flag(ends == 1, "ratio", "its interval has one end only", _REMEDY)
    yield Flag(alone & (ends == 0), "pairs", "one pair has no interval", _REMEDY)
    for definition in ("a", "b"):
        above, below = (
            view.look_up((column,), "results", ("result",), f"images_per_s_per_w_{definition}")
            for column in ("dla_result", "gpu_result")
        )
        allowed = np.fmax(_CLOSE, (high - low) / 2 / ratio)
        mine = view.equals("definition", definition)
        missing = mine & (np.isnan(above) | np.isnan(below))
        problem = "a result of it has no perf/W by this definition"
        yield Flag(missing, "definition", problem, _REMEDY)
        off = mine & (np.abs(ratio * below / above - 1) > allowed)
        yield Flag(off, "ratio", "it is not the perf/W of one result over the other's", _REMEDY)
