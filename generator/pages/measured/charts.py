"""Charts of the page of measured figures, a panel for each network."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Series
from generator.facts.measured_words import conditions, is_part
from generator.pages import palette
from generator.words import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.facts.measured import Measured
    from generator.package import Record

    Keys = dict[str, str]

PUBLISHED = "Published, nearest conditions"
"""Name of the series of published figures beside measured ones."""

_RATE = "Throughput (images/s)"
_OTHER_CONDITIONS = (
    "A published figure may hold under other conditions; the page Measured names the first."
)


def throughput(
    page: PageBuilder, measured: Measured, results: Sequence[Record], identifier: str, title: str
) -> Markup | str:
    """Return the throughput of results, beside the published one where there is one.

    One of two cores is in their sum.
    """
    charts = [
        Chart(
            f"{identifier}-{place}",
            name,
            f"Images per second of {name} under each set of conditions, with the interval.",
            "Conditions",
            _RATE,
            _series(page, measured, rows),
            horizontal=True,
            follows=identifier,
        )
        for place, (name, rows) in enumerate(
            by_network(measured, [row for row in results if not is_part(row)])
        )
    ]
    with_published = any(len(chart.series) > 1 for chart in charts)
    return panels(
        page,
        identifier,
        title,
        f"{title}: images per second of each result with its interval"
        + (", beside the published figure where there is one." if with_published else "."),
        charts,
        note=_OTHER_CONDITIONS if with_published else "",
        follows=identifier,
    )


def _series(page: PageBuilder, measured: Measured, results: Sequence[Record]) -> list[Series]:
    ours, published = [], []
    for label, row in zip(labels_of(measured, results), results, strict=True):
        keys = keys_of(row)
        ours.append(measured_mark(page, label, row, "images_per_second", keys))
        comparison = measured.comparisons.get(row["result"])
        if comparison:
            record = page.atlas.record(comparison["published_record"])
            published.append(published_mark(page, label, record, "images_per_second", keys))
    series = [Series("Measured", ours, palette.MEASURED)]
    return [*series, Series(PUBLISHED, published, palette.REFERENCE)] if published else series


def panels(
    page: PageBuilder,
    identifier: str,
    title: str,
    description: str,
    charts: Sequence[Chart],
    *,
    note: str = "",
    follows: str,
) -> Markup | str:
    """Return charts as panels of one figure; nothing where there is none."""
    if not charts:
        return ""
    return page.panels(
        identifier, title, description, charts, note=note, follows=follows, panel_title="Network"
    )


def by_network(measured: Measured, results: Iterable[Record]) -> Iterable[tuple[str, list[Record]]]:
    """Return the results of each network by its name, in the order in which they come."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for row in results:
        groups[measured.name(row)].append(row)
    return groups.items()


def labels_of(measured: Measured, results: Sequence[Record]) -> list[str]:
    """Return the conditions of each result of a network, and whatever else tells them apart."""
    labels = [conditions(row) for row in results]
    for tell in (measured.module, _release, _run, _result):
        values: dict[str, set[str]] = defaultdict(set)
        for label, row in zip(labels, results, strict=True):
            values[label].add(tell(row))
        labels = [
            f"{label}, {tell(row)}" if len(values[label]) > 1 else label
            for label, row in zip(labels, results, strict=True)
        ]
    return labels


def keys_of(row: Record) -> Keys:
    """Return what the filters of the tables know a mark of a result by."""
    return {
        "network": row["network"] or row["model"],
        "engine": row["engine"],
        "power_mode": row["power_mode"] or "",
        "run": row["run"],
    }


def _release(row: Record) -> str:
    return f"{row['product']} {row['release']}" if row["release"] else "unknown release"


def _run(row: Record) -> str:
    return f"run {row['run']}"


def _result(row: Record) -> str:
    return str(row["result"])


def measured_mark(page: PageBuilder, label: str, row: Record, field: str, keys: Keys) -> Mark:
    """Return the mark of a measured figure with its interval."""
    return Mark(
        label,
        row[field],
        row[f"{field}_low"],
        row[f"{field}_high"],
        text=rounded(row[field]),
        href=page.url(page.atlas.record_url(row)),
        keys=keys,
    )


def published_mark(page: PageBuilder, label: str, row: Record, field: str, keys: Keys) -> Mark:
    """Return the mark of the published figure that a measured one is compared with."""
    return Mark(label, row[field], href=page.url(page.atlas.record_url(row)), keys=keys)
