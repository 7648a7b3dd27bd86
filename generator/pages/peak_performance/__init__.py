"""Peak TOPS of GPU and DLA in each power mode, and the DLA's share of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.builder import PageBuilder
from generator.facts.published import SPARSE_GAIN, Published, mode_label
from generator.markup import UNKNOWN, Cell, Column
from generator.pages.peak_performance.charts import share_chart, tops_chart
from generator.words import counted, fixed, listing, percent, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page

CLAIMED_SHARES = ("38", "74")
"""Range of the DLA's share in percent that NVIDIA's document puts above its table."""


class Mode(NamedTuple):
    """The peak rates of one power mode and what follows from them; all but the key may lack."""

    key: str
    gpu: Record | None
    dla: Record | None
    total: Record | None
    share: Record | None

    @property
    def label(self) -> str:
        """The mode as NVIDIA's tables write it."""
        return mode_label(self.key)

    @property
    def sum(self) -> float | None:
        """TOPS of GPU and DLA added up."""
        return self.gpu["tops"] + self.dla["tops"] if self.gpu and self.dla else None

    @property
    def share_of_total(self) -> float | None:
        """The DLA's part of the printed total."""
        return self.dla["tops"] / self.total["tops"] if self.dla and self.total else None

    @property
    def share_of_sum(self) -> float | None:
        """The DLA's part of the sum of both engines."""
        return self.dla["tops"] / self.sum if self.dla and self.sum else None

    @property
    def gap(self) -> float:
        """By how much the printed total misses the sum."""
        return self.total["tops"] - self.sum if self.total and self.sum is not None else 0.0


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    published = Published(atlas)
    page = PageBuilder(
        atlas,
        "peak-performance.md",
        "Peak performance",
        "Peak INT8 TOPS of the GPU and the DLA cores of Jetson AGX Orin in each power mode.",
    )
    modes = [
        Mode(
            key,
            published.tops.get((key, "gpu")),
            published.tops.get((key, "dla")),
            published.tops.get((key, "total")),
            published.shares.get(key),
        )
        for key in published.modes
    ]
    first, last = modes[0], modes[-1]
    yield page.build(
        "peak_performance.md.jinja",
        module=published.module["name"],
        cores=counted(published.cores, "DLA core"),
        first=first,
        last=last,
        shares=[(mode.label, _share(page, mode)) for mode in modes],
        dla_ahead=listing([mode_label(mode) for mode in published.dla_ahead()]),
        falls=_falls(page, published),
        claim=span(*CLAIMED_SHARES),
        recomputed=_recomputed(modes),
        gaps=[_gap(page, mode) for mode in modes if mode.gap],
        reasons=_reasons(page, modes),
        tops_chart=page.chart(tops_chart(page, published)),
        share_chart=page.chart(share_chart(page, published)),
        table=_table(page, modes),
        recomputed_table=_recomputed_table(page, modes),
        split=listing(
            [
                record["name"]
                for record in atlas.modules.values()
                if record["gpu_sparse_int8_tops"] and record["dla_sparse_int8_tops"]
            ]
        ),
        comparable=_comparable(page),
        clocks=_clocks(page, published),
        figure=page.figure,
        gpu_falls=bool(first.gpu and first.dla and last.gpu and last.dla),
    )


def _share(page: PageBuilder, mode: Mode) -> Markup:
    return page.figure(mode.share, "share_percent") if mode.share else UNKNOWN


def _falls(page: PageBuilder, published: Published) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for mode in published.modes[1:]:
        gpu, dla = published.tops_kept(mode, "gpu"), published.tops_kept(mode, "dla")
        if gpu is not None and dla is not None:
            rows.append({"mode": mode_label(mode), "gpu": percent(gpu), "dla": percent(dla)})
    return rows


def _recomputed(modes: list[Mode]) -> dict[str, str]:
    of_total = [mode.share_of_total for mode in modes if mode.share_of_total]
    of_sum = [mode.share_of_sum for mode in modes if mode.share_of_sum]
    wrong = [
        mode.label
        for mode in modes
        if mode.share
        and mode.share_of_total
        and abs(100 * mode.share_of_total - mode.share["share_percent"]) > 0.5
    ]
    return {
        "of_total": span(percent(min(of_total), 1), percent(max(of_total), 1)),
        "of_sum": span(percent(min(of_sum), 1), percent(max(of_sum), 1)),
        "wrong": listing(wrong),
    }


def _gap(page: PageBuilder, mode: Mode) -> dict[str, object]:
    assert mode.total
    assert mode.sum is not None
    return {
        "mode": mode.label,
        "total": page.figure(mode.total, "tops"),
        "sum": fixed(mode.sum),
        "gap": fixed(abs(mode.gap)),
    }


def _reasons(page: PageBuilder, modes: list[Mode]) -> list[str]:
    """Return why printed totals miss the sum of their parts, each reason once."""
    return list(
        dict.fromkeys(
            str(exception["reason"])
            for mode in modes
            if mode.gap and mode.total
            for exception in page.atlas.exceptions(mode.total)
        )
    )


def _table(page: PageBuilder, modes: list[Mode]) -> Markup:
    columns = [
        Column("power_mode", "Power mode", filter="select"),
        Column("gpu", "GPU", numeric=True),
        Column("dla", "DLA, all cores", numeric=True),
        Column("total", "Total as printed", numeric=True),
        Column("share", "DLA's share as printed, %", numeric=True),
        Column("per_core", "One DLA core (derived)", numeric=True),
        Column("dense", "DLA, dense weights (derived)", numeric=True),
    ]
    rows = []
    for mode in modes:
        dla = mode.dla
        per_core = dla["tops"] / dla["engines_counted"] if dla else None
        dense = dla["tops"] / SPARSE_GAIN if dla else None
        rows.append(
            [
                Cell(mode.label, mode.key),
                _tops(page, mode.gpu),
                _tops(page, dla),
                _tops(page, mode.total),
                page.figure_cell(mode.share, "share_percent") if mode.share else Cell(UNKNOWN, ""),
                _derived(page, dla, "tops", per_core, "per-core"),
                _derived(page, dla, "tops", dense, "dense"),
            ]
        )
    return page.table("tops", "Peak sparse INT8 performance in TOPS by power mode", columns, rows)


def _recomputed_table(page: PageBuilder, modes: list[Mode]) -> Markup:
    columns = [
        Column("power_mode", "Power mode"),
        Column("total", "Total as printed", numeric=True),
        Column("sum", "GPU + DLA (derived)", numeric=True),
        Column("share", "DLA's share as printed, %", numeric=True),
        Column("share_of_total", "of the printed total, % (derived)", numeric=True),
        Column("share_of_sum", "of GPU + DLA, % (derived)", numeric=True),
    ]
    rows = [
        [
            Cell(mode.label, mode.key),
            _tops(page, mode.total),
            _derived(page, mode.total, "tops", mode.sum, "sum", 0),
            page.figure_cell(mode.share, "share_percent") if mode.share else Cell(UNKNOWN, ""),
            _derived(page, mode.share, "share_percent", _hundred(mode.share_of_total), "of-total"),
            _derived(page, mode.share, "share_percent", _hundred(mode.share_of_sum), "of-sum"),
        ]
        for mode in modes
    ]
    return page.table(
        "recomputed",
        "Totals in TOPS and the DLA's share of them, printed and derived",
        columns,
        rows,
    )


def _tops(page: PageBuilder, record: Record | None) -> Cell:
    return page.figure_cell(record, "tops") if record else Cell(UNKNOWN, "")


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _derived(
    page: PageBuilder,
    record: Record | None,
    field: str,
    value: float | None,
    name: str,
    digits: int = 1,
) -> Cell:
    if record is None or value is None:
        return Cell(UNKNOWN, "")
    return page.figure_cell(record, field, fixed(value, digits), derived=name)


def _comparable(page: PageBuilder) -> list[tuple[Markup, str]]:
    """Return the modules whose note says which power mode of another module they equal."""
    return [
        (page.link(f"modules/{key}/", record["name"]), record["note"])
        for key, record in page.atlas.modules.items()
        if record["note"] and "NVIDIA compares" in record["note"]
    ]


def _clocks(page: PageBuilder, published: Published) -> dict[str, object] | None:
    """Return the modes that share a DLA clock cap though their printed TOPS differ."""
    by_cap: dict[float, list[str]] = {}
    for mode in published.modes:
        clock = published.clock(mode, "dla0_core")
        if clock and clock["cap_mhz"] is not None:
            by_cap.setdefault(clock["cap_mhz"], []).append(mode)
    for modes in by_cap.values():
        tops = [published.tops[mode, "dla"] for mode in modes if (mode, "dla") in published.tops]
        if len({record["tops"] for record in tops}) > 1:
            clock = published.clock(modes[0], "dla0_core")
            assert clock
            return {
                "modes": listing([mode_label(mode) for mode in modes]),
                "cap": page.figure(clock, "cap_mhz"),
                "tops": listing([page.figure(record, "tops") for record in tops]),
            }
    return None
