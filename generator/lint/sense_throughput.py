"""Sense of throughput and perf/W."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONDITIONS = (
    "network",
    "module",
    "power_mode",
    "engine",
    "precision",
    "batch",
    "input_width",
    "input_height",
    "product",
    "release",
    "quantization",
    "run",
)
_CORES_OF_A_SINGLE_FIGURE = 1
_LARGEST_SHARE_OF_ONE_CORE = 0.8
"""One of two cores reaches half of their sum; with this much it is likely the sum itself."""
_RATIO = (0.1, 20.0)
_STREAMS = (0.2, 64.0)


@rule("throughput.dla-cores", "module", "dla_cores")
def check_dla_cores(view: View) -> Iterator[Flag]:
    """An observation uses no more DLA cores than its module has."""
    if view.name != "modules":
        cores = view.look_up(("module",), "modules", ("module",), "dla_cores")
        wrong = view.column("dla_cores") > cores
        if view.has("engine"):
            wrong &= cores > 0  # with none at all, the engine is what is wrong
        yield Flag(
            wrong,
            "dla_cores",
            lambda position: f"the module has {cores[position]:g} DLA core(s)",
            "check the module and the number of cores",
        )


@rule("tops.dla-cores", "module", "engine", "engines_counted", tables=("tops",))
def check_engines(view: View) -> Iterator[Flag]:
    """A peak figure counts no more DLA cores than its module has."""
    cores = view.look_up(("module",), "modules", ("module",), "dla_cores")
    wrong = view.equals("engine", "dla") & (view.column("engines_counted") > cores)
    problem = "the module has fewer DLA cores"
    yield Flag(wrong, "engines_counted", problem, "check the module and the number of cores")


@rule("throughput.no-dla", "module")
def check_no_dla(view: View) -> Iterator[Flag]:
    """Nothing runs on the DLA of a module that has none."""
    for column, values in (
        ("engine", ("dla", "dla_and_gpu", "concurrent")),
        ("uses_dla", ("yes",)),
    ):
        if view.has(column):
            cores = view.look_up(("module",), "modules", ("module",), "dla_cores")
            wrong = view.equals(column, *values) & (cores == 0)
            yield Flag(
                wrong, column, "the module has no DLA core", "check the module or the engine"
            )


@rule("throughput.aggregation", "aggregation", "dla_cores")
def check_aggregation(view: View) -> Iterator[Flag]:
    """A sum is over two cores, and a single figure is one core's."""
    cores = view.column("dla_cores")
    problem = "a sum needs two cores"
    wrong = view.equals("aggregation", "sum") & (cores == _CORES_OF_A_SINGLE_FIGURE)
    yield Flag(wrong, "aggregation", problem, "write 'single', or mend dla_cores")
    problem = "a single figure is one core's"
    wrong = view.equals("aggregation", "single") & (cores > _CORES_OF_A_SINGLE_FIGURE)
    yield Flag(wrong, "aggregation", problem, "write 'sum', or mend dla_cores")


@rule(
    "throughput.factor-two",
    *("network", "aggregation", "images_per_second"),
    tables=("throughput",),
)
def check_factor_two(view: View) -> Iterator[Flag]:
    """One core's printed figure is about half the sum of two under the same conditions."""
    same = [name for name in (*_CONDITIONS, "weights") if view.has(name)]
    partner = view.partner(same, view.equals("aggregation", "sum"))
    rate = view.column("images_per_second")
    total = np.where(partner >= 0, rate[partner], np.nan)
    wrong = view.equals("aggregation", "single") & (rate > _LARGEST_SHARE_OF_ONE_CORE * total)
    yield Flag(
        wrong,
        "images_per_second",
        lambda position: f"the sum of two cores is {total[position]:g}",
        "halve it, or write 'sum'",
    )


@rule(
    "throughput.sparse-below-dense",
    *("network", "weights", "images_per_second"),
    tables=("throughput", "user-reports"),
)
def check_sparse(view: View) -> Iterator[Flag]:
    """Printed sparse throughput is not below dense under the same conditions."""
    dense = _dense_rate(view)
    wrong = view.equals("weights", "sparse") & (view.column("images_per_second") < dense)
    yield Flag(
        wrong,
        "images_per_second",
        lambda position: f"dense it is {dense[position]:g}",
        "check which of the two is which",
    )


@rule("throughput.speedup", "network", "weights", "images_per_second", "printed_speedup")
def check_speedup(view: View) -> Iterator[Flag]:
    """The printed speed-up is the quotient of the printed figures, to its last digit."""
    rate, dense = view.column("images_per_second"), _dense_rate(view)
    quotient = np.divide(rate, dense, out=np.full(len(rate), np.nan), where=dense > 0)
    quotient[(rate < dense) | view.equals("weights", "dense")] = np.nan
    wrong = view.off_by_rounding("printed_speedup", quotient)
    yield Flag(
        wrong,
        "printed_speedup",
        lambda position: f"the printed figures give {quotient[position]:.4f}",
        "check the three figures, or explain it in exceptions.csv",
    )


@rule("throughput.speedup-of-dense", "weights", "printed_speedup")
def check_speedup_of_dense(view: View) -> Iterator[Flag]:
    """Only sparse rows have a speed-up."""
    wrong = view.equals("weights", "dense") & ~np.isnan(view.column("printed_speedup"))
    problem = "the row is the dense one a speed-up is relative to"
    yield Flag(wrong, "printed_speedup", problem, "move it to the sparse row")


@rule("throughput.input-size", "network", "input_width", "input_height")
def check_input_size(view: View) -> Iterator[Flag]:
    """The input of a published figure has the width and height of its network."""
    if view.name == "networks":
        return
    width, height = view.column("input_width"), view.column("input_height")
    net_width = view.look_up(("network",), "networks", ("network",), "input_width")
    net_height = view.look_up(("network",), "networks", ("network",), "input_height")
    swapped = (width == net_height) & (height == net_width) & (width != height)
    problem = "width and height are swapped"
    yield Flag(swapped, "input_width", problem, "swap input_width and input_height")
    for name, value, expected in (
        ("input_width", width, net_width),
        ("input_height", height, net_height),
    ):
        yield Flag(
            ~swapped & (np.abs(value - expected) > 0),
            name,
            lambda position, expected=expected: f"the network has {expected[position]:g} here",  # type: ignore[misc]
            "check the network and the input",
        )


@rule("throughput.batch", "network", tables=("throughput", "perf-per-watt"))
def check_batch(view: View) -> Iterator[Flag]:
    """The batch of a published figure is the one its network is published with."""
    for name, expected in (
        ("batch", "dla_batch"),
        ("dla_batch", "dla_batch"),
        ("gpu_batch", "gpu_batch"),
    ):
        if view.has(name):
            known = view.look_up(("network",), "networks", ("network",), expected)
            yield Flag(
                np.abs(view.column(name) - known) > 0,
                name,
                lambda position, known=known: f"the network has {known[position]:g} here",  # type: ignore[misc]
                "check the network and the batch",
            )


@rule("throughput.latency", "images_per_second", "latency_ms")
def check_latency(view: View) -> Iterator[Flag]:
    """Throughput and latency of a row agree about its unit."""
    batch = np.nan_to_num(view.column("batch"), nan=1.0)
    in_flight = view.column("images_per_second") * view.column("latency_ms") / 1000 / batch
    low, high = _STREAMS
    yield Flag(
        (in_flight < low) | (in_flight > high),
        "latency_ms",
        lambda position: (
            f"with the throughput it means {in_flight[position]:.3g} batches at a time"
        ),
        "check the units of both",
    )


@rule("perf-per-watt.ratio", "ratio", "power_scope")
def check_ratio(view: View) -> Iterator[Flag]:
    """The perf/W of one engine is between a tenth and twenty times the other's."""
    ratio = view.column("ratio")
    wrong = (ratio < _RATIO[0]) | (ratio > _RATIO[1])
    problem = f"a ratio outside {_RATIO[0]:g} to {_RATIO[1]:g} is not plausible"
    yield Flag(wrong, "ratio", problem, "check the decimal point")


@rule("observations.duplicate", "source")
def check_duplicate(view: View) -> Iterator[Flag]:
    """No observation stands twice under different keys."""
    key = view.sheet.table.primary_key
    numbers = [column.name for column in view.sheet.table.fields if column.type == "number"]
    if view.sheet.table.group == "reference" or len(key) != 1 or not any(map(view.has, numbers)):
        return
    apart = {*key, "locator", "more_sources"}
    groups, firsts = view.sheet.groups([n for n in view.sheet.columns if n not in apart])
    wrong = np.ones(len(groups), dtype=bool)
    wrong[firsts] = False
    if wrong.any():
        yield Flag(
            wrong,
            key[0],
            lambda position: (
                f"line {view.sheet.line(int(firsts[groups[position]]))} has the same observation"
            ),
            "delete one of the two",
        )


def _dense_rate(view: View) -> np.ndarray:
    same = [name for name in (*_CONDITIONS, "aggregation", "dla_cores") if view.has(name)]
    partner = view.partner(same, view.equals("weights", "dense"))
    rate = view.column("images_per_second")
    return np.where(partner >= 0, rate[partner], np.nan)


def parse_size(text: object) -> tuple[int, int] | None:
    """Return width and height of an input written like 1280x768."""
    size = re.fullmatch(r"(\d{2,5})x(\d{2,5})", str(text))
    return (int(size[1]), int(size[2])) if size else None
