"""Sense of a printed figure among its siblings: the same conditions in the other power modes.

Measured figures may differ from each other as they do; what is wrong there shows in their journal.
"""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FEWEST = 4
_RANGE = (0.65, 1.55)
"""Siblings differ by up to a fifth; half or twice as much is a sum taken for one core's figure."""
_CONDITIONS = ("network", "module", "weights", "engine", "dla_cores", "aggregation", "precision")


@rule(
    "throughput.siblings",
    *("network", "module", "power_mode", "weights", "images_per_second"),
    tables=("throughput",),
)
def check_throughput(view: View) -> Iterator[Flag]:
    """Images per second for each DLA TOPS are of one size in all power modes."""
    rows = view.other("tops", "module", "power_mode", "engine", "weights", "tops")
    peak = {row[:2]: row[4] for row in rows if row[2:4] == ("dla", "sparse")}
    tops = view.map_rows(("module", "power_mode"), lambda row: peak.get(row, np.nan))
    per_tops = view.column("images_per_second") / tops
    yield from _flags(view, "images_per_second", _CONDITIONS, per_tops)


@rule(
    "perf-per-watt.siblings",
    *("network", "module", "power_mode", "weights", "ratio"),
    tables=("perf-per-watt",),
)
def check_ratio(view: View) -> Iterator[Flag]:
    """A network's perf/W ratio is of one size in all power modes, next to the modes' medians."""
    modes, _ = view.sheet.groups(("module", "power_mode"))
    ratio = view.column("ratio")
    relative = ratio / pd.Series(ratio).groupby(modes).transform("median").to_numpy()
    yield from _flags(view, "ratio", _CONDITIONS, relative)


def _flags(
    view: View, column: str, conditions: Sequence[str], values: np.ndarray
) -> Iterator[Flag]:
    groups, _ = view.sheet.groups([name for name in conditions if view.has(name)])
    others = median_of_others(groups, values)
    low, high = _RANGE
    yield Flag(
        (values < low * others) | (values > high * others),
        column,
        lambda position: (
            f"its power mode makes it {values[position] / others[position]:.2f} x its siblings"
        ),
        "check the figure and whether it is a sum",
    )


def median_of_others(groups: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return for each value the median of the other values of its group.

    NaN where the value is NaN or its group has fewer than four.

    Parameters
    ----------
    groups
        A number for each value.
    values
        Floats.
    """
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.lexsort((values[known], groups[known]))]
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    start, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    rank = np.arange(len(order)) - start
    # In the sorted group without this value, those at its rank and above move down by one.
    below, above = (size - 2) // 2, (size - 1) // 2
    sorted_values = values[order]
    result = np.full(len(values), np.nan)
    is_enough = size >= _FEWEST
    lower = (start + below + (below >= rank))[is_enough]
    upper = (start + above + (above >= rank))[is_enough]
    result[order[is_enough]] = (sorted_values[lower] + sorted_values[upper]) / 2
    return result
