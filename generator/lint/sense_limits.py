"""What the hardware allows at most: throughput against peak operations a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, UnavailableError, View, rule
from generator.lint.sense_throughput import parse_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RATES = ("images_per_second", "samples_per_second")
_ROUNDING = 1.01


@rule("throughput.above-tops", "network", "module")
def check_peak(view: View) -> Iterator[Flag]:
    """Throughput times a network's operations is not above the peak of the engine it ran on."""
    rates = [name for name in _RATES if view.has(name)]
    if not rates:
        return
    giga_ops = 2 * _giga_macs(view)
    peak = view.map_rows(*_peaks(view))
    for name in rates:
        tera_ops = view.column(name) * giga_ops / 1000
        yield Flag(
            tera_ops > _ROUNDING * peak,
            name,
            lambda position, tera_ops=tera_ops: (  # type: ignore[misc]
                f"it takes {tera_ops[position]:.3g} TOPS, at most {peak[position]:.3g} are there"
            ),
            "check the figure, its unit and its cores",
        )


def _giga_macs(view: View) -> np.ndarray:
    """Return the multiply-accumulates of one image, scaled to the input's size."""
    macs = view.look_up(("network",), "networks", ("network",), "gmacs")
    net_area = view.look_up(("network",), "networks", ("network",), "input_width")
    net_area = net_area * view.look_up(("network",), "networks", ("network",), "input_height")
    if view.has("input_width", "input_height"):
        area = view.column("input_width") * view.column("input_height")
    elif view.has("input"):
        area = view.map_rows(("input",), _area_of)
    else:
        area = net_area
    return macs * area / net_area


def _area_of(row: tuple) -> float:
    size = parse_size(row[0])
    return float(size[0] * size[1]) if size else np.nan


def _peaks(view: View) -> tuple[tuple[str, ...], Callable[[tuple], float]]:
    """Return columns that decide about the peak, and the peak as a function of them."""
    by_mode, by_module = _peaks_by_mode(view), _peaks_by_module(view)
    cores_of = dict(view.other("modules", "module", "dla_cores"))
    wanted = ("module", "power_mode", "engine", "weights", "dla_cores", "aggregation")
    columns = tuple(name for name in wanted if view.has(name))

    def peak(row: tuple) -> float:
        known = dict(zip(columns, row, strict=True))
        engine = known.get("engine")
        engine = engine if engine in ("dla", "gpu") else "total"
        module = known["module"]
        tops = by_mode.get((module, known.get("power_mode"), engine))
        tops = tops or by_module.get((module, engine)) or np.nan
        if known.get("weights") == "dense":
            tops /= 2  # 2:4 sparsity doubles the peak
        used, cores = known.get("dla_cores"), cores_of.get(module)
        if known.get("aggregation") == "single":
            used = 1
        return tops * min(1, used / cores) if engine == "dla" and used and cores else tops

    return columns, peak


def _peaks_by_mode(view: View) -> dict[tuple, float]:
    """Return sparse INT8 TOPS by module, power mode and engine."""
    columns = ("module", "power_mode", "engine", "tops", "weights")
    try:
        rows = view.other("tops", *columns)
    except UnavailableError:
        return {}
    return {tuple(key): tops for *key, tops, weights in rows if weights == "sparse"}


def _peaks_by_module(view: View) -> dict[tuple, float | None]:
    """Return sparse INT8 TOPS by module and engine, twice the dense where only they are known."""
    names = ("total_sparse_int8_tops", "gpu_sparse_int8_tops", "dla_sparse_int8_tops")
    peaks: dict[tuple, float | None] = {}
    for module, total, gpu, dla, dense in view.other(
        "modules", "module", *names, "dla_dense_int8_tops"
    ):
        peaks[module, "total"] = total
        peaks[module, "gpu"] = gpu
        peaks[module, "dla"] = dla or (2 * dense if dense else None)
    return peaks
