from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.facts import reported as compare
from generator.record_ids import record_id
from tests.generator.pages.reading import answer, cell, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("reported", atlas)["reported.md"])


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        ("user-reports", ("images_per_second", "latency_ms", "power_w")),
        ("user-accuracy", ("value",)),
    ],
)
def test_every_reported_figure_is_on_the_page(
    soup: BeautifulSoup, atlas: Atlas, raw_rows: RawRows, table: str, fields: tuple[str, ...]
) -> None:
    """Each reported figure stands in a cell with the address of its record."""
    for row in raw_rows(table):
        key = record_id(atlas.package.tables[table], row)
        for field in fields:
            if row[field]:
                assert cell(soup, f"{key}.{field}") == row[field]


def test_page_keeps_reports_apart(soup: BeautifulSoup) -> None:
    """The badge stands in the first sentence and the warning right below the answer."""
    badge = soup.select_one(".atlas-answer .evidence--reported")
    notice = soup.select_one(".atlas-notice--warning")
    assert badge
    assert notice

    assert badge.get_text() == "Reported by users"
    assert "Nobody has checked these figures." in notice.get_text()


def test_one_core_is_half_of_the_published_sum(atlas: Atlas, raw_rows: RawRows) -> None:
    """Each report of one core is set against the sum published for the same conditions."""
    published = {
        row["network"]: float(row["images_per_second"])
        for row in raw_rows("throughput")
        if row["power_mode"] == "maxn" and row["weights"] == "dense"
    }
    pairs = compare.one_core(atlas)

    assert len(pairs) == 5
    for pair in pairs:
        share = pair.one["images_per_second"] / published[pair.one["network"]]
        assert pair.factor == pytest.approx(share)
        assert 0.49 < share <= 0.5


def test_dla_is_compared_with_the_gpu_of_the_same_report(atlas: Atlas) -> None:
    """Twins share source, network, input, batch, device, precision and power mode."""
    pairs = compare.against_gpu(atlas.records("user-reports"))
    twins = {pair.one["report"]: pair.other["report"] for pair in pairs}
    factors = {pair.one["report"]: pair.factor for pair in pairs}
    expected = {
        "m062": ("m060", 17.7344 / 1.0293),
        "m065": ("m064", 1.27832 / 1.01367),
        "m067": ("m066", 1.31665 / 1.43555),
        "m046": ("m047", 3.82 / 1.82),
        "m108": ("m107", 405.3 / 132.7),
    }

    for report, (twin, factor) in expected.items():
        assert twins[report] == twin
        assert factors[report] == pytest.approx(factor)
    assert "m104" not in twins  # its precision is not known


def test_half_precision_is_compared_on_the_same_engine(atlas: Atlas) -> None:
    """FP16 over INT8 time on the DLA is far larger than on the GPU."""
    reports = atlas.records("user-reports")
    on_dla = [pair.factor for pair in compare.half_precision(reports, compare.ON_DLA)]
    on_gpu = [pair.factor for pair in compare.half_precision(reports, ("gpu",))]

    assert max(on_dla) == pytest.approx(17.7344 / 1.2783)
    assert min(on_dla) > max(on_gpu)


def test_engines_at_once_reach_less_than_their_sum(atlas: Atlas) -> None:
    """The sum of what GPU and DLA reach alone counts every core that was busy."""
    found = {
        entry.report["report"]: entry for entry in compare.together(atlas.records("user-reports"))
    }

    assert found["m070"].alone == pytest.approx(983.875 + 2 * 778.805)
    assert found["m069"].share == pytest.approx(1351.527 / (2 * 778.805))
    assert found["m109"].share == pytest.approx(229.2 / 405.3)
    assert all(entry.share < 1 for entry in found.values())


def test_power_at_another_rate_is_left_out(atlas: Atlas) -> None:
    """Perf/W is computed only where power was taken at the rate of the same row."""
    pairs = compare.against_gpu(atlas.records("user-reports"))
    found = {entry.pair.one["report"]: entry for entry in compare.efficiency(atlas, pairs)}

    assert set(found) == {"m065", "m067"}
    assert found["m065"].pair.factor == pytest.approx((778.805 / 15.089) / (983.875 / 29.596))
    assert found["m065"].published is not None


def test_statements_hold_for_the_shipped_data(soup: BeautifulSoup) -> None:
    """The page counts what it compares."""
    text = answer(soup)

    assert "Users who ran one DLA core got 49.1 % to 50.0 % of NVIDIA's published" in text
    assert "slower than the GPU in 12 of 12 reports with everything on the DLA" in text
    assert "11 of 12 with GPU fallback, up to 30.0×" in text
    assert "ResNet-50 (torchvision) drops from 0.762 to 0.017" in words(soup)


def test_statement_follows_a_changed_cell(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A slower report with fallback changes the count."""
    atlas = change_cell("user-reports.m067", "latency_ms", "2.5")
    text = answer(read_page(render_pages("reported", atlas)["reported.md"]))

    assert "12 of 12 with GPU fallback" in text


def test_page_stands_without_comparable_reports(
    atlas: Atlas, change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """Reports that fit no other still have their rows."""
    changed = atlas
    for record in atlas.records("user-reports"):
        if record["engine"] == "gpu":
            changed = change_cell(record.id, "engine", "unknown")
    soup = read_page(render_pages("reported", changed)["reported.md"])

    assert "slower than the GPU" not in answer(soup)
    assert len(rows_of(soup, "reports")) == len(atlas.records("user-reports"))
