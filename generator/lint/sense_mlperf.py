"""Sense of MLPerf results and of what is derived from them."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMN_OF_METRIC = {"samples_per_second": "samples_per_second", "streams": "streams"}
_RESULT = ("round", "division", "submitter", "system", "model", "scenario")
_HIGH_PERCENTILES = ("latency_stat_p90", "latency_stat_p99", "latency_p90", "latency_p99")
_VALUES = ("samples_per_second", "latency_ms", "streams")
_METRICS = {
    "Offline": ("samples_per_second",),
    "SingleStream": ("latency",),
    "MultiStream": ("latency", "streams"),
}
_LATENCY_MS = (0.05, 600_000.0)
_AT_A_TIME = (0.9, 500.0)
_WALL_POWER_W = (3.0, 200.0)
_TOLERANCE = 0.002
_POINTS = 0.02


@rule("mlperf.one-value", "metric", *_VALUES)
def check_one_value(view: View) -> Iterator[Flag]:
    """A result has exactly one value, in the column its metric names."""
    filled = {name: ~np.isnan(view.column(name)) for name in _VALUES}
    count = np.sum(list(filled.values()), axis=0)
    problem = "no value column is filled"
    yield Flag(count == 0, "metric", problem, "fill in the one the metric names")
    for name in _VALUES:
        expected = view.map_rows(("metric",), lambda row, name=name: _column_of(row[0]) == name)  # type: ignore[misc]
        problem = "the metric is another one"
        yield Flag(filled[name] & (expected == 0), name, problem, "move it to the metric's column")


@rule("mlperf.scenario", "scenario", "metric", tables=("mlperf-results",))
def check_scenario(view: View) -> Iterator[Flag]:
    """A scenario is scored by its own metric."""
    fits = view.map_rows(("scenario", "metric"), lambda row: _fits(str(row[0]), str(row[1])))
    yield Flag(fits == 0, "metric", "the scenario is not scored by it", "check scenario and metric")


@rule("mlperf.latency", "scenario", "latency_ms")
def check_latency(view: View) -> Iterator[Flag]:
    """A latency is between 50 microseconds and ten minutes."""
    latency = view.column("latency_ms")
    wrong = (latency < _LATENCY_MS[0]) | (latency > _LATENCY_MS[1])
    yield Flag(wrong, "latency_ms", "no Jetson is this fast or slow", "convert it to milliseconds")


@rule("mlperf.offline", *_RESULT, "samples_per_second", "latency_ms")
def check_offline(view: View) -> Iterator[Flag]:
    """Offline throughput is between that of one stream and 500 times as much."""
    key = [name for name in _RESULT if name != "scenario"]
    single = view.partner(key, view.equals("scenario", "SingleStream"))
    latency = np.where(single >= 0, view.column("latency_ms")[single], np.nan)
    at_a_time = view.column("samples_per_second") * latency / 1000
    wrong = (at_a_time < _AT_A_TIME[0]) | (at_a_time > _AT_A_TIME[1])
    yield Flag(
        wrong & view.equals("scenario", "Offline"),
        "samples_per_second",
        lambda position: f"a single stream takes {latency[position]:g} ms for a sample",
        "check the units of both",
    )


@rule("mlperf.percentile", "latency_ms", "log_scenario", *_RESULT)
def check_percentile(view: View) -> Iterator[Flag]:
    """A higher percentile of one run's latency is not below a lower one."""
    run = (*_RESULT, "log_scenario")
    low = view.partner(run, view.equals("metric", "latency_stat_p50"))
    latency = view.column("latency_ms")
    median = np.where(low >= 0, latency[low], np.nan)
    high = view.equals(
        "metric", "latency_stat_p90", "latency_stat_p99", "latency_p90", "latency_p99"
    )
    yield Flag(
        high & (latency < median),
        "latency_ms",
        lambda position: f"the median of the run is {median[position]:g}",
        "check the unit and the percentile",
    )


@rule("mlperf.wall-power", "wall_power_w")
def check_wall_power(view: View) -> Iterator[Flag]:
    """A Jetson draws between 3 and 200 W at the wall."""
    power = view.column("wall_power_w")
    wrong = (power < _WALL_POWER_W[0]) | (power > _WALL_POWER_W[1])
    yield Flag(wrong, "wall_power_w", "no Jetson draws that", "check the unit")


@rule("mlperf.accuracy-target", "accuracy_value", "accuracy_target")
def check_target(view: View) -> Iterator[Flag]:
    """A valid result reaches the accuracy its benchmark asks for."""
    value, target = view.column("accuracy_value"), view.column("accuracy_target")
    wrong = (view.equals("division", "closed")) & (value < target)
    yield Flag(
        wrong,
        "accuracy_value",
        lambda position: f"the target is {view.cell(position, 'accuracy_target')}",
        "check that both have the same unit",
    )


@rule("mlperf.soc", "module", "soc")
def check_soc(view: View) -> Iterator[Flag]:
    """A result names the SoC of its module."""
    if view.name == "modules":
        return
    known = dict(view.other("modules", "module", "soc"))
    wrong = view.map_rows(("module", "soc"), lambda row: known.get(row[0], row[1]) != row[1])
    yield Flag(wrong == 1, "soc", "the module has another SoC", "look it up in modules.csv")


@rule(
    "mlperf.per-joule", "samples_per_second", "wall_power_w", "samples_per_joule", "mj_per_sample"
)
def check_per_joule(view: View) -> Iterator[Flag]:
    """Samples per joule are the throughput divided by the power, and mJ per sample the inverse."""
    rate = view.column("samples_per_second") / np.maximum(view.column("wall_power_w"), 1e-9)
    printed = view.column("samples_per_joule")
    wrong = np.abs(printed - rate) > _TOLERANCE * rate
    yield _recomputed(wrong, "samples_per_joule", rate)
    inverse = 1000 / np.maximum(printed, 1e-9)
    off = ~wrong & (np.abs(view.column("mj_per_sample") - inverse) > _TOLERANCE * inverse)
    yield _recomputed(off, "mj_per_sample", inverse)


@rule("mlperf.copy", "samples_per_second", "wall_power_w", tables=("mlperf-perf-per-watt",))
def check_copy(view: View) -> Iterator[Flag]:
    """Throughput and power beside perf/W are those of the result."""
    for name in ("samples_per_second", "wall_power_w"):
        original = view.look_up(_RESULT, "mlperf-results", _RESULT, name)
        value = view.column(name)
        yield _recomputed(np.abs(value - original) > 1e-3 * np.abs(original), name, original)


@rule("mlperf.plausibility", "offline_minus_published_dla", "published_dla_share_of_offline")
def check_plausibility(view: View) -> Iterator[Flag]:
    """What is derived from an Offline result and a published figure follows from the two."""
    offline = view.column("mlperf_offline_samples_per_second")
    published = view.column("published_two_dla_images_per_second")
    one, gpu = (
        view.column(f"config_{name}_samples_per_second") for name in ("one_dla", "gpu_only")
    )
    two = view.column("config_two_dla_samples_per_second")
    for name, computed, limit in (
        ("config_two_dla_samples_per_second", 2 * one, 0.01),
        ("config_sum_samples_per_second", gpu + two, 0.01),
        ("offline_minus_config_gpu", offline - gpu, 0.011),
        ("offline_minus_published_dla", offline - published, 0.011),
        ("published_dla_share_of_offline", published / offline, 0.0001),
    ):
        yield _recomputed(np.abs(view.column(name) - computed) > limit, name, computed)


@rule("accuracy.dla-inference", "implied_dla_accuracy_percent", "dla_share")
def check_inference(view: View) -> Iterator[Flag]:
    """The accuracy implied for the DLA follows from the mixed run, the GPU's and the share."""
    mixed, gpu = view.column("mixed_accuracy_percent"), view.column("gpu_accuracy_percent")
    share = view.column("dla_share")
    implied = gpu + (mixed - gpu) / np.maximum(share, 1e-9)
    printed = view.column("implied_dla_accuracy_percent")
    limit = _POINTS + np.abs(implied - gpu) * 0.01
    wrong = np.abs(printed - implied) > limit
    yield _recomputed(wrong, "implied_dla_accuracy_percent", implied)
    minus = printed - gpu
    points = view.column("implied_dla_minus_gpu_points")
    off = ~wrong & (np.abs(points - minus) > 0.0015)
    yield _recomputed(off, "implied_dla_minus_gpu_points", minus)


def _recomputed(wrong: np.ndarray, column: str, computed: np.ndarray) -> Flag:
    return Flag(
        wrong,
        column,
        lambda position: f"the other figures give {computed[position]:.6g}",
        "compute it again",
    )


def _column_of(metric: object) -> str:
    return _COLUMN_OF_METRIC.get(str(metric), "latency_ms")


def _fits(scenario: str, metric: str) -> bool:
    return metric.startswith(_METRICS.get(scenario, ("",)))
