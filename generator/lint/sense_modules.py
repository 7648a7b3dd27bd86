"""Sense of modules, peak performance and releases."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_GENERATION = {"xavier": 1.0, "orin": 2.0}
_WITHOUT_DLA = ((10, 8), (11, 3))
"""First and last TensorRT that supports no DLA."""


@rule("modules.range", "module", tables=("modules",))
def check_range(view: View) -> Iterator[Flag]:
    """A minimum is not above its maximum."""
    for name in view.sheet.columns:
        if "_min" in name and view.has(name.replace("_min", "_max")):
            high = view.column(name.replace("_min", "_max"))
            problem = "the minimum is above the maximum"
            yield Flag(view.column(name) > high, name, problem, "swap or mend the two")


@rule("modules.dla-generation", "soc", "dla_cores", "dla_generation", tables=("modules",))
def check_generation(view: View) -> Iterator[Flag]:
    """Thor has no DLA; Xavier has the first generation and Orin the second."""
    cores, generation = view.column("dla_cores"), view.column("dla_generation")
    on_thor = view.equals("soc", "thor") & (cores > 0)
    yield Flag(on_thor, "dla_cores", "Thor has no DLA", "write 0")
    expected = view.map_rows(("soc",), lambda row: _GENERATION.get(row[0], np.nan))
    wrong = (cores > 0) & ~np.isnan(expected) & (generation != expected)
    yield Flag(wrong, "dla_generation", "its SoC has another generation", "look up the SoC")
    yield Flag(
        (cores == 0) & ~np.isnan(generation),
        "dla_generation",
        "the module has no DLA core",
        "leave the cell empty",
    )


@rule("modules.dla-figures", "dla_cores", tables=("modules",))
def check_dla_figures(view: View) -> Iterator[Flag]:
    """A module without a DLA has no DLA figures."""
    without = view.column("dla_cores") == 0
    for name in ("dla_max_mhz", "dla_sparse_int8_tops", "dla_dense_int8_tops"):
        wrong = without & (view.column(name) > 0)
        yield Flag(wrong, name, "the module has no DLA core", "leave the cell empty")


@rule("modules.tops", "total_sparse_int8_tops", tables=("modules",))
def check_module_tops(view: View) -> Iterator[Flag]:
    """The parts of a module's TOPS add up to its total, within the rounding of three figures."""
    total = view.column("total_sparse_int8_tops")
    parts = view.column("gpu_sparse_int8_tops") + view.column("dla_sparse_int8_tops")
    problem = "GPU and DLA don't add up to it"
    wrong = np.abs(total - parts) > 1.5
    yield Flag(wrong, "total_sparse_int8_tops", problem, "look the three up in one source")


@rule("tops.total", "module", "power_mode", "engine", "weights", "tops", tables=("tops",))
def check_total(view: View) -> Iterator[Flag]:
    """The printed total is the sum of GPU and DLA as printed, to its last digit."""
    parts = _tops_of(view, "gpu") + _tops_of(view, "dla")
    total = view.equals("engine", "total")
    wrong = total & view.off_by_rounding("tops", np.where(total, parts, view.column("tops")))
    yield Flag(
        wrong,
        "tops",
        lambda position: f"GPU and DLA add up to {parts[position]:g}",
        "check the three figures, or explain it in exceptions.csv",
    )


@rule("tops.share", "module", "power_mode", "share_percent")
def check_share(view: View) -> Iterator[Flag]:
    """The printed share is the DLA's part of the printed total, to its last digit."""
    rows = view.other("tops", "module", "power_mode", "engine", "tops", "weights")
    tops = {tuple(key): value for *key, value, weights in rows if weights == "sparse"}
    nan = float("nan")
    share = view.map_rows(
        ("module", "power_mode"),
        lambda row: 100 * tops.get((*row, "dla"), nan) / tops.get((*row, "total"), nan),
    )
    yield Flag(
        view.off_by_rounding("share_percent", share),
        "share_percent",
        lambda position: f"the printed TOPS give {share[position]:.2f} %",
        "check it against tops.csv, or explain it in exceptions.csv",
    )


@rule("tops.dense-above-sparse", "module", "power_mode", "engine", "weights", "tops")
def check_tops_order(view: View) -> Iterator[Flag]:
    """Dense peak performance is not above sparse."""
    partner = view.partner(("module", "power_mode", "engine"), view.equals("weights", "sparse"))
    tops = view.column("tops")
    sparse = np.where(partner >= 0, tops[partner], np.nan)
    wrong = view.equals("weights", "dense") & (tops > sparse)
    yield Flag(wrong, "tops", "it is above the sparse figure", "check which of the two is which")


@rule("releases.dla", "socs", "dla", "tensorrt_min", tables=("releases",))
def check_release(view: View) -> Iterator[Flag]:
    """Whether a release can use the DLA agrees with its SoCs and its TensorRT."""
    has_dla = view.map_rows(
        ("socs",), lambda row: bool({"orin", "xavier"} & set(str(row[0]).split()))
    )
    says_none = view.equals("dla", "no_dla_hardware")
    problem = "none of its SoCs has a DLA"
    yield Flag((has_dla == 0) & ~says_none, "dla", problem, "write 'no_dla_hardware'")
    problem = "Orin and Xavier have a DLA"
    yield Flag((has_dla == 1) & says_none, "dla", problem, "say whether it can be used")
    yield _tensorrt_flag(view, "tensorrt_min")


@rule("tensorrt.dla", "tensorrt", "dla", tables=("tensorrt-versions",))
def check_tensorrt(view: View) -> Iterator[Flag]:
    """A TensorRT without DLA support can't use it."""
    yield _tensorrt_flag(view, "tensorrt")


def _tensorrt_flag(view: View, column: str) -> Flag:
    without = view.map_rows((column,), lambda row: _lacks_dla(str(row[0])))
    wrong = (without == 1) & view.equals("dla", "usable", "usable_with_conditions")
    first, last = (".".join(map(str, version)) for version in _WITHOUT_DLA)
    problem = f"TensorRT {first} to {last} supports no DLA"
    return Flag(wrong, "dla", problem, "write 'not_usable'")


def _lacks_dla(version: str) -> bool:
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if not numbers:
        return False
    return _WITHOUT_DLA[0] <= (int(numbers[1]), int(numbers[2])) <= _WITHOUT_DLA[1]


def _tops_of(view: View, engine: str) -> np.ndarray:
    partner = view.partner(("module", "power_mode", "weights"), view.equals("engine", engine))
    return np.where(partner >= 0, view.column("tops")[partner], np.nan)
