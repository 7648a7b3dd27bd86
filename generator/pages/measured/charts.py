"""Charts of the page of measured figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Series
from generator.facts.measured import conditions
from generator.pages import palette
from generator.words import shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.builder import PageBuilder
    from generator.facts.measured import Measured
    from generator.package import Record

MEASURED, PUBLISHED = palette.MEASURED, palette.REFERENCE
_RATE = "Throughput (images/s)"


def against_published(page: PageBuilder, measured: Measured, follows: str) -> Chart | None:
    """Return measured throughput beside the published one of the nearest conditions."""
    pairs = measured.compared
    if not pairs:
        return None
    labels = _labels(measured, [row for row, _ in pairs])
    published = []
    for label, (row, comparison) in zip(labels, pairs, strict=True):
        record = page.atlas.record(comparison["published_record"])
        href = page.url(page.atlas.record_url(record))
        published.append(Mark(label, record["images_per_second"], href=href, keys=_keys(row)))
    return Chart(
        "measured-published",
        "Measured beside published throughput",
        "Images per second of every result for which a figure is published, beside that figure, "
        "with the interval of the measurement.",
        "Network and conditions of the measurement",
        _RATE,
        [
            Series("Measured", _marks(page, labels, [row for row, _ in pairs]), MEASURED),
            Series("Published, nearest conditions", published, PUBLISHED),
        ],
        note="A published figure may hold under other conditions; the table names the first.",
        follows=follows,
        horizontal=True,
    )


def throughput(
    page: PageBuilder, measured: Measured, results: Sequence[Record], identifier: str, title: str
) -> Chart | None:
    """Return the throughput of results with their intervals."""
    if not results:
        return None
    return Chart(
        identifier,
        title,
        f"{title}: images per second of each result with its interval.",
        "Network and conditions",
        _RATE,
        [Series("Measured", _marks(page, _labels(measured, results), results), MEASURED)],
        follows=identifier,
        horizontal=True,
    )


def _marks(page: PageBuilder, labels: Sequence[str], results: Sequence[Record]) -> list[Mark]:
    return [
        Mark(
            label,
            row["images_per_second"],
            row["images_per_second_low"],
            row["images_per_second_high"],
            text=shortest(row["images_per_second"]),
            href=page.url(page.atlas.record_url(row)),
            keys=_keys(row),
        )
        for label, row in zip(labels, results, strict=True)
    ]


def _labels(measured: Measured, results: Sequence[Record]) -> list[str]:
    """Return a label for each result; results that share one get the run's name."""
    plain = [f"{measured.name(row)}, {conditions(row)}" for row in results]
    return [
        label if plain.count(label) == 1 else f"{label} ({row['result']})"
        for label, row in zip(plain, results, strict=True)
    ]


def _keys(row: Record) -> dict[str, str]:
    return {
        "network": row["network"] or row["model"],
        "engine": row["engine"],
        "power_mode": row["power_mode"] or "",
    }
