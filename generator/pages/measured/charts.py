"""Charts of the page of measured figures, a panel for each network."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Series
from generator.facts.measured import conditions, is_part
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


def against_published(page: PageBuilder, measured: Measured, follows: str) -> Markup | str:
    """Return measured throughput beside the published one of the nearest conditions."""
    charts = []
    of_networks = by_network(measured, [row for row, _ in measured.compared])
    for place, (name, results) in enumerate(of_networks):
        labels = labels_of(measured, results)
        published = []
        for label, row in zip(labels, results, strict=True):
            record = page.atlas.record(measured.comparisons[row["result"]]["published_record"])
            mark = published_mark(page, label, record, "images_per_second", keys_of(row))
            published.append(mark)
        charts.append(
            Chart(
                f"measured-published-{place}",
                name,
                f"Images per second of {name} as measured, beside those published.",
                "Conditions of the measurement",
                _RATE,
                [
                    Series("Measured", _rates(page, labels, results), palette.MEASURED),
                    Series(PUBLISHED, published, palette.REFERENCE),
                ],
                horizontal=True,
                follows=follows,
            )
        )
    return panels(
        page,
        "measured-published",
        "Measured beside published throughput",
        "Images per second of every result for which a figure is published, beside that figure, "
        "with the interval of the measurement.",
        charts,
        note="A published figure may hold under other conditions; the table names the first.",
        follows=follows,
    )


def throughput(
    page: PageBuilder, measured: Measured, results: Sequence[Record], identifier: str, title: str
) -> Markup | str:
    """Return the throughput of results with their intervals; one of two cores is in their sum."""
    charts = [
        Chart(
            f"{identifier}-{place}",
            name,
            f"Images per second of {name} under each set of conditions, with the interval.",
            "Conditions",
            _RATE,
            [Series("Measured", _rates(page, labels_of(measured, rows), rows), palette.MEASURED)],
            horizontal=True,
            follows=identifier,
        )
        for place, (name, rows) in enumerate(
            by_network(measured, [row for row in results if not is_part(row)])
        )
    ]
    return panels(
        page,
        identifier,
        title,
        f"{title}: images per second of each result with its interval.",
        charts,
        follows=identifier,
    )


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


def _rates(page: PageBuilder, labels: Sequence[str], results: Sequence[Record]) -> list[Mark]:
    return [
        measured_mark(page, label, row, "images_per_second", keys_of(row))
        for label, row in zip(labels, results, strict=True)
    ]
