from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from generator.facts.mlperf import FAMILIES, Results, explained
from generator.record_ids import record_id
from tests.generator.pages.reading import answer, cell, rows_of, words

if TYPE_CHECKING:
    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

VALUES = ("samples_per_second", "latency_ms", "streams")
USES = {"yes": "GPU + 2 DLA", "no": "no DLA", "unknown": "unknown"}


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("mlperf", atlas)["mlperf.md"])


def test_every_official_result_is_in_the_table(
    soup: BeautifulSoup, atlas: Atlas, raw_rows: RawRows
) -> None:
    """Each result stands in a cell with the address of its record, with its unit."""
    table = atlas.package.tables["mlperf-results"]
    rows = raw_rows("mlperf-results")

    assert len(rows_of(soup, "mlperf")) == len(rows) == 464
    for row in rows:
        field = next(name for name in VALUES if row[name])
        shown = cell(soup, f"{record_id(table, row)}.{field}")

        assert shown == f"{row[field]} {table.field(field).unit}"


def test_page_says_first_that_no_result_is_dla_only(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The first sentence warns, the second counts."""
    rows = raw_rows("mlperf-results")
    used = sum(row["uses_dla"] == "yes" for row in rows)

    assert answer(soup).startswith(
        f"No MLPerf result ran on the DLA alone. Of {len(rows)} official results of Jetson "
        f"systems, {used} used the DLA, always together with the GPU."
    )


@pytest.mark.parametrize("scenario", ["SingleStream", "MultiStream", "Offline"])
def test_use_of_the_dla_is_counted_by_scenario(
    soup: BeautifulSoup, raw_rows: RawRows, scenario: str
) -> None:
    """The table and the summary count alike, independently."""
    rows = [row for row in raw_rows("mlperf-results") if row["scenario"] == scenario]
    counts = Counter(USES[row["uses_dla"]] for row in rows)
    shown = Counter(
        row["uses_dla"] for row in rows_of(soup, "mlperf") if row["scenario"] == scenario
    )

    assert shown == counts
    assert f"{scenario} with DLA{counts['GPU + 2 DLA']} of {len(rows)}" in words(soup).replace(
        "DLA " + str(counts["GPU + 2 DLA"]), "DLA" + str(counts["GPU + 2 DLA"])
    )


def test_gain_over_settings_agrees_with_an_independent_division(
    atlas: Atlas, raw_rows: RawRows
) -> None:
    """Only full-power closed Offline results of NVIDIA with a stated GPU rate count."""
    expected = sorted(
        float(row["samples_per_second"]) / float(row["config_gpu_only_samples_per_second"])
        for row in raw_rows("mlperf-results")
        if row["scenario"] == "Offline"
        and row["uses_dla"] == "yes"
        and row["submitter"] == "NVIDIA"
        and row["division"] == "closed"
        and row["system"] in FAMILIES
        and row["config_gpu_only_samples_per_second"]
    )
    records = Results(atlas).against_settings

    assert expected == sorted(
        row["samples_per_second"] / row["config_gpu_only_samples_per_second"] for row in records
    )


def test_networks_submitted_both_ways_are_found(soup: BeautifulSoup) -> None:
    """RetinaNet ran without the DLA in one round and with it in the next."""
    text = words(soup)

    assert "RetinaNet ResNeXt-50 on Orin_TRT was submitted both ways: 59.9622 samples/s" in text
    assert "92.4048 with it (v3.0), 1.54×" in text


def test_wall_power_is_never_called_comparable(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The chart of wall perf/W stands below its warning, with every result in the table."""
    section = soup.find(id="perfw-at-the-wall")
    assert section
    notice = section.find_next(class_="atlas-notice--warning")
    figure = section.find_next("figure")
    assert notice
    assert figure

    assert "Not comparable with the accelerator-only perf/W" in notice.get_text()
    assert figure["id"] == "fig-wall"
    assert (
        figure.sourceline is None
        or notice.sourceline is None
        or (notice.sourceline <= figure.sourceline)
    )
    assert len(rows_of(soup, "wall")) == len(raw_rows("mlperf-perf-per-watt"))


def test_plausibility_is_labelled_and_recomputed(soup: BeautifulSoup, atlas: Atlas) -> None:
    """The sum of published and stated rates is set against results with the DLA only."""
    shares = {
        (row["network"], row["round"]): explained(row)
        for row in atlas.records("mlperf-plausibility")
    }

    assert "Inference, not a measurement" in words(soup)
    assert shares["resnet-50", "v3.0"] == pytest.approx((2037 + 4500) / 6438.1)
    assert shares["retinanet-resnext-50", "v2.1"] is None
    assert "78 images/s published: DLA figure and GPU setting add up to 155 % (v3.0)" in words(soup)


def test_counts_follow_a_changed_cell(
    atlas: Atlas, change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """One result fewer on the DLA changes the first sentence and the summary."""
    record = Results(atlas).with_dla[-1]
    before = len(Results(atlas).with_dla)
    changed = change_cell(record.id, "uses_dla", "no")
    text = answer(read_page(render_pages("mlperf", changed)["mlperf.md"]))

    assert f", {before - 1} used the DLA" in text


def test_table_stays_light(atlas: Atlas, render_pages: RenderPages) -> None:
    """The markup of the page's slots stays below a megabyte and ten columns a table."""
    page = render_pages("mlperf", atlas)["mlperf.md"]
    soup = BeautifulSoup(page.whole(), "html.parser")

    assert len(page.whole()) < 600_000
    assert all(len(box.select("thead th")) <= 10 for box in soup.select(".atlas-table"))
