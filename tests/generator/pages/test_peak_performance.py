from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import cell, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "peak-performance.md"
MODULE = "jetson-agx-orin-64gb"


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("peak_performance", atlas)[PATH])


def test_every_printed_figure_is_on_the_page(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """All TOPS and shares stand in cells with the address of their record."""
    for row in raw_rows("tops"):
        key = f"tops.{row['module']}.{row['power_mode']}.{row['engine']}.{row['weights']}.tops"

        assert cell(soup, key) == row["tops"]
    for row in raw_rows("tops-dla-share"):
        key = f"tops-dla-share.{row['module']}.{row['power_mode']}.share_percent"

        assert cell(soup, key) == row["share_percent"]


def test_derived_columns_follow_from_the_printed_ones(
    soup: BeautifulSoup, raw_rows: RawRows
) -> None:
    """Sums, shares, the single core and the dense peak agree with an independent count."""
    tops = {(row["power_mode"], row["engine"]): float(row["tops"]) for row in raw_rows("tops")}
    modes = list(dict.fromkeys(mode for mode, _ in tops))
    recomputed = [
        "|".join((row["sum"], row["share_of_total"], row["share_of_sum"]))
        for row in rows_of(soup, "recomputed")
    ]
    halves = [(row["per_core"], row["dense"]) for row in rows_of(soup, "tops")]

    assert recomputed == [
        f"{tops[mode, 'gpu'] + tops[mode, 'dla']:.0f}"
        f"|{100 * tops[mode, 'dla'] / tops[mode, 'total']:.1f}"
        f"|{100 * tops[mode, 'dla'] / (tops[mode, 'gpu'] + tops[mode, 'dla']):.1f}"
        for mode in modes
    ]
    assert halves == [(f"{tops[mode, 'dla'] / 2:.1f}",) * 2 for mode in modes]


def test_statements_hold_for_the_shipped_data(soup: BeautifulSoup) -> None:
    """The page says which engine is larger where, and what each keeps of its peak."""
    text = words(soup)

    assert "two DLA cores hold 38 % of the printed peak INT8 performance in MAXN and 74 %" in text
    assert "The DLA is the larger engine in 30W and 15W." in text
    assert "30W: of its MAXN peak the DLA keeps 86 %, the GPU 24 %." in text
    assert "MAXN: printed 275 TOPS, the parts add up to 276, a difference of 1." in text
    assert "every printed percentage is that quotient, rounded" in text
    assert "caps the DLA at 1369.6 MHz in 50W and 30W alike, yet the table prints 92 and 90" in text


def test_modules_that_are_compared_are_named(soup: BeautifulSoup) -> None:
    """DRIVE Orin and Orin NX stand with the power modes NVIDIA compares them with."""
    compared = [term.get_text(strip=True) for term in soup.select(".atlas-facts dt")]

    assert compared == ["Jetson Orin NX 16GB", "DRIVE AGX Orin"]


@pytest.mark.parametrize(
    ("record", "cell", "expected"),
    [
        ("50w.dla.sparse", "120", "The DLA is the larger engine in 50W, 30W and 15W."),
        ("maxn.total.sparse", "276", "50W: printed 200 TOPS"),
        ("15w.gpu.sparse", "71", "The GPU drops from 171 to 71 TOPS"),
    ],
)
def test_statements_follow_the_data(
    record: str,
    cell: str,
    expected: str,
    change_cell: ChangeCell,
    render_pages: RenderPages,
    read_page: ReadPage,
) -> None:
    """A changed figure changes the sentences that rest on it."""
    changed = change_cell(f"tops.{MODULE}.{record}", "tops", cell)
    text = words(read_page(render_pages("peak_performance", changed)[PATH]))

    assert expected in text
    assert ("MAXN: printed" in text) == (record != "maxn.total.sparse")


def test_a_wrong_share_is_named(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A printed share that is not the quotient of the printed TOPS is pointed out."""
    changed = change_cell(f"tops-dla-share.{MODULE}.50w", "share_percent", "48")
    text = words(read_page(render_pages("peak_performance", changed)[PATH]))

    assert "the printed percentage is off in 50W." in text
