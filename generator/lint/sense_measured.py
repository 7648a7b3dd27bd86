"""Sense of measured rows: intervals, conditions and sums that must fit together."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERVALS = (
    "images_per_second",
    "load_power_w",
    "module_delta_w",
    "rail_delta_w",
    "marginal_j",
    "images_per_s_per_w_a",
    "images_per_s_per_w_b",
)
"""Columns of a result whose interval is given by the columns with low and high."""

_CLOSE = 0.005
"""How far figures of one row may be from each other, as a share: each is rounded."""

_PER_WATT = (
    ("images_per_s_per_w_a", "module_delta_w"),
    ("images_per_s_per_w_b", "rail_delta_w"),
)
_PER_WATT_CLOSE = 0.05
"""Perf/W is a mean over pairs of segments, not the ratio of two means; they stay near."""

_ENDURANCE = (
    "endurance_s",
    "endurance_images_per_second",
    "endurance_end_images_per_second",
)

_PUBLISHED = {
    "throughput": (
        *("network", "module", "power_mode", "weights", "dla_cores"),
        "images_per_second",
    ),
    "perf-per-watt": ("network", "module", "power_mode", "weights", "ratio"),
}
"""Tables that figures are compared with: their keys, and the figure last."""

_CLOCK = 1.01
"""A clock may read so much above its cap."""


@rule("measured.interval", "interval_basis", tables=("results",))
def check_interval(view: View) -> Iterator[Flag]:
    """A figure lies within its interval, and an interval has two ends."""
    for name in _INTERVALS:
        figure, low, high = (view.column(_end(name, end)) for end in ("", "_low", "_high"))
        yield Flag(
            (low > figure) | (high < figure),
            name,
            "it lies outside its interval",
            "derive it again",
        )
        alone = np.isnan(low) != np.isnan(high)
        yield Flag(alone, name, "its interval has one end only", "derive it again")
    has_none = view.equals("interval_basis", "none")
    problem = "there is an interval, but it rests on nothing"
    known = ~np.isnan(view.column("images_per_second_low"))
    yield Flag(has_none & known, "interval_basis", problem, "say what it rests on")


@rule("measured.quick", "run", "engine", tables=("results",))
def check_quick(view: View) -> Iterator[Flag]:
    """A quick run gives no result of an accelerator."""
    quick = {run for run, is_quick in view.other("runs", "run", "quick") if is_quick}
    wrong = view.map_rows(("run", "engine"), lambda row: row[0] in quick and row[1] != "cpu")
    problem = "a quick run is for a first look and gives no figure of a DLA or GPU"
    yield Flag(wrong == 1, "run", problem, "measure in full: make measure ARGS=--full")


@rule("measured.custom", "flags", "engine", tables=("results",))
def check_custom(view: View) -> Iterator[Flag]:
    """A result of an accelerator has the durations and limits of the protocol."""
    wrong = view.map_rows(
        ("flags", "engine"),
        lambda row: "custom_settings" in (row[0] or "").split() and row[1] != "cpu",
    )
    problem = "its settings are not the protocol's, so no figure of a DLA or GPU is like it"
    yield Flag(wrong == 1, "flags", problem, "measure without DLA_MEASURE_SETTINGS")


@rule("measured.cpu", "engine", "module", "power_mode", tables=("results",))
def check_cpu(view: View) -> Iterator[Flag]:
    """A result on a CPU has no module, no power mode and no DLA core."""
    on_cpu = view.equals("engine", "cpu")
    for name in ("module", "power_mode"):
        stated = ~view.is_missing(name)
        problem = "the figure is a CPU's, which no accelerator's may be taken for"
        yield Flag(on_cpu & stated, name, problem, "leave it empty, or mend the engine")


@rule("measured.cores", "engine", "dla_cores", tables=("results",))
def check_cores(view: View) -> Iterator[Flag]:
    """The number of DLA cores fits the engine and the module."""
    cores = view.column("dla_cores")
    uses = view.equals("engine", "dla", "gpu+dla")
    problem = "the engine and the number of DLA cores exclude each other"
    yield Flag(uses != (cores > 0), "dla_cores", problem, "mend one of them")
    held = view.look_up(("module",), "modules", ("module",), "dla_cores")
    yield Flag(cores > held, "dla_cores", "the module has fewer DLA cores", "mend one of them")


@rule("measured.segments", "segments_valid", "segments_total", tables=("results",))
def check_segments(view: View) -> Iterator[Flag]:
    """A result rests on valid segments, of which there are no more than segments."""
    valid, total = view.column("segments_valid"), view.column("segments_total")
    wrong = (valid < 1) | (valid > total)
    yield Flag(wrong, "segments_valid", "no result can rest on so many", "derive it again")


@rule("measured.endurance", *_ENDURANCE, tables=("results",))
def check_endurance(view: View) -> Iterator[Flag]:
    """A long load has all its figures, which are those of a valid segment."""
    figures = [view.column(name) for name in _ENDURANCE]
    known = np.count_nonzero(~np.isnan(figures), axis=0)
    alone = (known == 0) & ~np.isnan(view.column("endurance_power_w"))
    problem = "the long load has some of its figures only"
    partly = alone | ((known > 0) & (known < len(figures)))
    yield Flag(partly, "endurance_s", problem, "derive it again")
    columns = ("result", "role", "valid", "images_per_second")
    rates = {
        result: rate
        for result, role, is_valid, rate in view.other("segments", *columns)
        if role == "endurance" and is_valid
    }
    seen = view.map_rows(("result",), lambda row: rates.get(row[0], np.nan))
    close = np.isclose(figures[1], seen, rtol=_CLOSE)
    problem = "no valid endurance segment has this throughput"
    wrong = ~np.isnan(figures[1]) & ~close
    yield Flag(wrong, "endurance_images_per_second", problem, "derive it again")


@rule("measured.power", "load_power_w", "idle_power_w", tables=("results",))
def check_power(view: View) -> Iterator[Flag]:
    """Power at load is above power at idle, and perf/W is throughput over power."""
    load, idle = view.column("load_power_w"), view.column("idle_power_w")
    below = (load < idle) & ~_is_within(view, "load_power_w", idle)
    yield Flag(below, "load_power_w", "it is below power at idle", "check the windows")
    rate = view.column("images_per_second")
    for name, watts in _PER_WATT:
        with np.errstate(divide="ignore", invalid="ignore"):
            product = view.column(name) * view.column(watts)
            off = np.abs(product / rate - 1) > _PER_WATT_CLOSE
            # Pairs that scatter so much part the two means, and so does a load without a pair.
            off &= ~_is_within(view, name, rate / view.column(watts))
            off &= ~_is_within(view, "images_per_second", product)
        yield Flag(off, name, f"it is not images_per_second over {watts}", "derive it again")


@rule("measured.clock", "module", "power_mode", "dla_mhz", "gpu_mhz", tables=("results",))
def check_clock(view: View) -> Iterator[Flag]:
    """No clock was above what the power mode allows: then the mode was not applied."""
    caps: dict[tuple[object, ...], float] = {}
    rows = view.other("power-mode-clocks", "module", "mode", "domain", "cap_mhz")
    for *key, cap in rows:
        # Configurations of a module differ; what none of them allows is wrong in all.
        highest = max(caps.get(tuple(key), 0.0), np.inf if cap is None else cap)
        caps[tuple(key)] = highest
    for column, domain in (("dla_mhz", "dla0_core"), ("gpu_mhz", "gpu")):
        cap = view.map_rows(
            ("module", "power_mode"),
            lambda row, domain=domain: caps.get((*row, domain), np.nan),  # type: ignore[misc]
        )
        problem = "the power mode caps this clock lower, so the mode was not applied"
        wrong = view.column(column) > _CLOCK * cap
        yield Flag(wrong, column, problem, "withdraw the run, or mend its power mode")


@rule("measured.kind", "kind", "source", "device", tables=("runs",))
def check_kind(view: View) -> Iterator[Flag]:
    """A run read from logs names their source, and a measured one its device."""
    imported = view.equals("kind", "imported")
    problem = "somebody made these logs; the row does not say who"
    yield Flag(imported & view.is_missing("source"), "source", problem, "name a source")
    problem = "a measured run has the random id of its device"
    yield Flag(~imported & view.is_missing("device"), "device", problem, "derive it again")


@rule("measured.valid", "valid", "reasons", tables=("segments",))
def check_valid(view: View) -> Iterator[Flag]:
    """A segment that does not count says why, and one that counts has no reason not to."""
    valid, silent = view.column("valid") == 1, view.is_missing("reasons")
    yield Flag(~valid & silent, "reasons", "the segment does not count, but why?", "say why")
    yield Flag(valid & ~silent, "reasons", "the segment counts all the same", "mend one of them")


@rule("measured.rate", "images", "seconds", "images_per_second", tables=("segments",))
def check_rate(view: View) -> Iterator[Flag]:
    """Images over seconds are the images per second."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = view.column("images") / view.column("seconds")
        off = np.abs(rate / view.column("images_per_second") - 1) > _CLOSE
    yield Flag(off, "images_per_second", "it is not images over seconds", "derive it again")


@rule("measured.comparison", "published_record", "published_value", tables=("comparisons",))
def check_comparison(view: View) -> Iterator[Flag]:
    """A comparison names a published figure, and holds the ratio to what it was then."""
    published = {
        ".".join([table, *(f"{part:g}" if isinstance(part, float) else part for part in key)]): (
            figure
        )
        for table, columns in _PUBLISHED.items()
        for *key, figure in view.whole(table, *columns)
    }
    known = view.map_rows(
        ("published_table", "published_record"),
        lambda row: published.get(row[1], np.nan) if row[1].startswith(f"{row[0]}.") else np.nan,
    )
    remedy = "write the comparisons again: python3 -m measure compare --write"
    missing = np.isnan(known)
    yield Flag(missing, "published_record", "there is no such published figure", remedy)
    is_ratio = view.equals("metric", "perf_per_watt_ratio")
    measured = np.where(
        is_ratio,
        view.look_up(("result", "definition"), "ratios", ("dla_result", "definition"), "ratio"),
        view.look_up(("result",), "results", ("result",), "images_per_second"),
    )
    of_ratios = view.equals("published_table", "perf-per-watt")
    problem = "the metric and the published table exclude each other"
    yield Flag(is_ratio != of_ratios, "metric", problem, remedy)
    stray = is_ratio == view.is_missing("definition")
    problem = "a ratio has a definition of power, and throughput has none"
    yield Flag(stray, "definition", problem, remedy)
    off = np.abs(measured / view.column("published_value") / view.column("ratio") - 1) > _CLOSE
    yield Flag(off, "ratio", "it is not measured over published", remedy)


def _is_within(view: View, name: str, value: np.ndarray) -> np.ndarray:
    """Say where a value lies within the interval of a figure."""
    return (view.column(_end(name, "_low")) <= value) & (value <= view.column(_end(name, "_high")))


def _end(name: str, end: str) -> str:
    """Return the column of an end of an interval; the unit of power stays last."""
    return f"{name[:-2]}{end}_w" if name.endswith("_w") else f"{name}{end}"
