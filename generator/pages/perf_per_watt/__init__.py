"""Images per second per watt of the DLA relative to the GPU, and what claims it bears out."""

from __future__ import annotations

from collections import Counter
from statistics import mean
from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.measured import Measured
from generator.facts.published import Published, mode_label
from generator.markup import Cell, Column
from generator.pages.measured.place import place_address, place_title
from generator.pages.perf_per_watt.charts import (
    CLAIMED_HIGH,
    CLAIMED_LOW,
    TABLE,
    mean_chart,
    network_panels,
)
from generator.words import capital, counted, fixed, listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page

FALLS, RISES, MIXED, SAME = "falls", "rises", "mixed", "unchanged"
"""How a network's ratio moves from dense to sparse weights over the power modes."""


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    published = Published(atlas)
    page = PageBuilder(
        atlas,
        "perf-per-watt.md",
        "Perf/W",
        "Images per second per watt of the DLA relative to the GPU of Jetson AGX Orin, by network "
        "and power mode.",
    )
    records = list(published.ratios.values())
    ratios = len(atlas.records("ratios"))
    yield page.build(
        "perf_per_watt.md.jinja",
        module=published.module["name"],
        measured=capital(counted(ratios, "ratio")) if ratios else "",
        one_measured=ratios == 1,
        measured_on=listing(_measured_on(page)),
        **summary(page, published),
        modes=_by_mode(page, published),
        extremes=_extremes(published),
        moves=_moves(page, published),
        claim_low=str(CLAIMED_LOW),
        claim_high=str(CLAIMED_HIGH),
        panels=page.panels(
            "perf-per-watt",
            "Perf/W of the DLA over that of the GPU",
            "Ratio by power mode, one panel for each network, dense and sparse.",
            network_panels(page, published),
            note=f"INT8 on {published.module['name']}; a ratio of 1 means as efficient as the GPU.",
            follows=TABLE,
            panel_title="Network",
        ),
        means=page.chart(mean_chart(published)),
        table=page.table(
            TABLE,
            "DLA's images/s per watt over the GPU's (×), accelerator power only as NVIDIA calls it",
            _COLUMNS,
            [_row(page, published, record) for record in atlas.records("perf-per-watt")],
        ),
        batches=listing(
            list(
                dict.fromkeys(
                    published.name(record["network"])
                    for record in records
                    if record["dla_batch"] != record["gpu_batch"]
                )
            )
        ),
        software=listing(
            list(dict.fromkeys(f"{record['product']} {record['release']}" for record in records))
        ),
    )


def summary(page: PageBuilder, published: Published) -> dict[str, object]:
    """Return the range and mean of all ratios and how many leave the claimed range."""
    records = list(published.ratios.values())
    low = min(records, key=_ratio)
    high = max(records, key=_ratio)
    below = sum(_ratio(record) < CLAIMED_LOW for record in records)
    above = sum(_ratio(record) > CLAIMED_HIGH for record in records)
    return {
        "count": len(records),
        "low": page.figure(low, "ratio"),
        "high": page.figure(high, "ratio"),
        "low_where": _where(published, _ratio(low)),
        "high_where": _where(published, _ratio(high)),
        "mean": fixed(mean(map(_ratio, records)), 2),
        "mean_inside": CLAIMED_LOW <= mean(map(_ratio, records)) <= CLAIMED_HIGH,
        "below": below,
        "above": above,
        "outside": below + above,
    }


def _ratio(record: Record) -> float:
    return float(record["ratio"])


def _where(published: Published, ratio: float) -> str:
    return "; ".join(
        f"{published.name(network)}, {weights}, {mode_label(mode)}"
        for (network, mode, weights), record in published.ratios.items()
        if record["ratio"] == ratio
    )


def _in_mode(published: Published, mode: str, weights: str = "") -> list[Record]:
    return [
        record
        for (_, here, kind), record in published.ratios.items()
        if here == mode and weights in ("", kind)
    ]


def _by_mode(page: PageBuilder, published: Published) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for mode in published.modes:
        records = _in_mode(published, mode)
        if not records:
            continue
        average = mean(map(_ratio, records))
        rows.append(
            {
                "mode": mode_label(mode),
                "mean": fixed(average, 2),
                "low": page.figure(min(records, key=_ratio), "ratio"),
                "high": page.figure(max(records, key=_ratio), "ratio"),
                "inside": CLAIMED_LOW <= average <= CLAIMED_HIGH,
                "outside": sum(
                    not CLAIMED_LOW <= _ratio(record) <= CLAIMED_HIGH for record in records
                ),
                "count": len(records),
            }
        )
    return rows


def _rows(published: Published) -> dict[tuple[str, str], list[Record]]:
    """Return the ratios of each network and kind of weights, in the order of the modes."""
    rows: dict[tuple[str, str], list[Record]] = {}
    for (network, _, weights), record in published.ratios.items():
        rows.setdefault((network, weights), []).append(record)
    return rows


def _extremes(published: Published) -> dict[str, object]:
    """Return in which mode the ratio is highest and lowest, and for how many rows."""
    rows = _rows(published).values()
    highest = Counter(mode for records in rows for mode in _modes_of(records, max))
    lowest = Counter(mode for records in rows for mode in _modes_of(records, min))
    last = published.modes[-1]
    [(top, top_count)] = highest.most_common(1)
    [(bottom, bottom_count)] = lowest.most_common(1)
    return {
        "rows": len(rows),
        "last": mode_label(last),
        "last_highest": highest[last],
        "top": mode_label(top),
        "top_count": top_count,
        "bottom": mode_label(bottom),
        "bottom_count": bottom_count,
    }


def _modes_of(records: list[Record], pick: Callable[[Iterable[float]], float]) -> list[str]:
    edge = pick(map(_ratio, records))
    return [record["power_mode"] for record in records if _ratio(record) == edge]


def move(published: Published, network: str) -> str | None:
    """Return whether a network's ratio falls or rises with sparse weights, None if unknown."""
    changes = [
        _ratio(sparse) - _ratio(dense)
        for mode in published.modes
        if (sparse := published.ratios.get((network, mode, "sparse")))
        and (dense := published.ratios.get((network, mode, "dense")))
    ]
    if not changes:
        return None
    if all(change < 0 for change in changes):
        return FALLS
    if all(change > 0 for change in changes):
        return RISES
    return MIXED if any(changes) else SAME


def _moves(page: PageBuilder, published: Published) -> dict[str, object]:
    known = {
        network: found
        for network in published.atlas.networks
        if (found := move(published, network)) is not None
    }
    columns = [Column("network", "Network")]
    columns += [Column(mode, mode_label(mode), numeric=True) for mode in published.modes]
    columns.append(Column("move", "Ratio with sparse weights"))
    rows = []
    for network, found in known.items():
        cells = [Cell(published.name(network), network)]
        for mode in published.modes:
            sparse = published.ratios.get((network, mode, "sparse"))
            dense = published.ratios.get((network, mode, "dense"))
            if sparse and dense:
                change = _ratio(sparse) - _ratio(dense)
                cells.append(page.figure_cell(sparse, "ratio", f"{change:+.1f}", derived="change"))
            else:
                cells.append(Cell("–", ""))
        rows.append([*cells, Cell(found)])
    return {
        "count": len(known),
        "kinds": [
            (kind, [published.name(network) for network in known if known[network] == kind])
            for kind in (FALLS, RISES, MIXED, SAME)
            if kind in known.values()
        ],
        "table": page.table(
            "sparse-change",
            "Sparse ratio minus dense ratio (derived), by power mode",
            columns,
            rows,
        ),
    }


_COLUMNS = [
    Column("network", "Network", filter="select"),
    Column("power_mode", "Power mode", filter="select"),
    Column("weights", "Weights", filter="select"),
    Column("ratio", "DLA over GPU, ×", numeric=True),
    Column("dla_batch", "Batch on the DLA", numeric=True),
    Column("gpu_batch", "Batch on the GPU", numeric=True),
    Column("input", "Input, pixel", sortable=False),
]


def _row(page: PageBuilder, published: Published, record: Record) -> Sequence[Cell]:
    key = record["network"]
    return [
        Cell(page.link(f"networks/{key}/", published.name(key)), key),
        Cell(mode_label(record["power_mode"]), record["power_mode"]),
        Cell(record["weights"]),
        page.figure_cell(record, "ratio"),
        Cell(record.raw["dla_batch"]),
        Cell(record.raw["gpu_batch"]),
        Cell(f"{record.raw['input_width']}×{record.raw['input_height']}"),
    ]


def _measured_on(page: PageBuilder) -> list[Markup]:
    """Return a link to the measured ratios of each module that there are any of."""
    measured = Measured(page.atlas)
    results = (measured.by_key[row["dla_result"]] for row in measured.ratios)
    return [
        page.link(
            f"{place_address(place)}#perfw-of-the-dla-over-the-gpu",
            place_title(page.atlas, place),
        )
        for place in dict.fromkeys(measured.place_of(result) for result in results)
    ]
