from __future__ import annotations

import shutil
from statistics import mean
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from generator.package import load_package
from generator.pages import perf_per_watt
from tests.generator.conftest import DATA
from tests.generator.measured_data import write_measured
from tests.generator.pages.reading import cell, rows_of, words

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup

    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "perf-per-watt.md"
MODULE = "jetson-agx-orin-64gb"


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("perf_per_watt", atlas)[PATH])


def ratios(raw_rows: RawRows) -> dict[tuple[str, str, str], float]:
    return {
        (row["network"], row["weights"], row["power_mode"]): float(row["ratio"])
        for row in raw_rows("perf-per-watt")
    }


def test_every_published_ratio_is_on_the_page(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """All ratios stand as printed in cells with the address of their record."""
    rows = raw_rows("perf-per-watt")

    assert len(rows) == 40
    assert len(rows_of(soup, "perf-per-watt")) == 40
    for row in rows:
        key = ".".join(row[name] for name in ("network", "module", "power_mode", "weights"))
        assert cell(soup, f"perf-per-watt.{key}.ratio") == row["ratio"]


def test_range_and_mean_are_computed(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The claim of 3 to 5 stands beside the range, the mean and the number of cells outside."""
    values = list(ratios(raw_rows).values())
    below, above = sum(value < 3 for value in values), sum(value > 5 for value in values)
    text = words(soup)

    assert f"delivers {min(values)} to {max(values)} times the GPU's images per second" in text
    assert f"{mean(values):.2f} on average over {len(values)} combinations" in text
    assert (
        f"{below + above} of 40 cells lie outside the claimed range: {below} below 3 and "
        f"{above} above 5"
    ) in text


@pytest.mark.parametrize("mode", ["maxn", "50w", "30w", "15w"])
def test_mean_of_each_mode_is_computed(soup: BeautifulSoup, raw_rows: RawRows, mode: str) -> None:
    """Each mode has its mean, and whether that is inside the claimed range."""
    values = [value for (_, _, here), value in ratios(raw_rows).items() if here == mode]
    inside = "inside" if 3 <= mean(values) <= 5 else "outside"
    outside = sum(not 3 <= value <= 5 for value in values)

    assert (
        f"{mode.upper()}: mean {mean(values):.2f}, {inside} the claimed range; {outside} of 10"
    ) in words(soup)


def test_sparse_against_dense_is_computed(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Each network falls, rises or does both, as the differences say."""
    ratio = ratios(raw_rows)
    shown = {row["network"]: list(row.values())[1:] for row in rows_of(soup, "sparse-change")}
    names = {row["network"]: row["name"] for row in raw_rows("networks")}
    for network in {network for network, weights, _ in ratio if weights == "sparse"}:
        changes = [
            ratio[network, "sparse", mode] - ratio[network, "dense", mode]
            for mode in ("maxn", "50w", "30w", "15w")
        ]
        expected = "rises" if min(changes) > 0 else "falls" if max(changes) < 0 else "mixed"

        assert shown[names[network]] == [*(f"{change:+.1f}" for change in changes), expected]
    text = words(soup)
    assert "falls in every mode for 2 (RetinaNet ResNet-34, ResNet-34 backbone)" in text
    assert "rises in every mode for 1 (RetinaNet ResNeXt-50)" in text
    assert "moves both ways for 1 (SSD-ResNet-34)" in text
    assert "Neither the claim nor its opposite can be read off this table." in text


def test_best_and_worst_mode_are_computed(soup: BeautifulSoup) -> None:
    """Of the ten rows, each is counted for the mode with its highest and its lowest ratio."""
    text = words(soup)

    assert "15W has the highest ratio in 10 of 10 rows." in text
    assert "The lowest ratio is at 30W for 10 of 10 rows" in text


def test_the_missing_method_is_stated(soup: BeautifulSoup) -> None:
    """The page warns that rails and method are unpublished and that MLPerf is another scale."""
    warning = soup.select_one(".atlas-notice--warning")

    assert warning is not None
    assert "no watts are given" in warning.get_text()
    assert "must never share an axis" in warning.get_text()


@pytest.mark.parametrize(
    ("record", "cell", "expected"),
    [
        ("resnet-50.{}.30w.dense", "1.9", "delivers 1.9 to 5.6 times"),
        ("resnet-50.{}.maxn.dense", "9.5", "2 above 5"),
        ("resnet-50.{}.maxn.dense", "9.5", "15W has the highest ratio in 9 of 10 rows."),
        ("ssd-resnet-34.{}.maxn.sparse", "3.9", "rises in every mode for 2 (SSD-ResNet-34"),
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
    """A changed ratio changes the sentences that rest on it."""
    changed = change_cell(f"perf-per-watt.{record.format(MODULE)}", "ratio", cell)

    assert expected in words(read_page(render_pages("perf_per_watt", changed)[PATH]))


def test_measured_ratios_are_linked_once_there_are_any(
    soup: BeautifulSoup, tmp_path: Path, read_page: ReadPage
) -> None:
    """The published table says that our own stand elsewhere, and how many."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    write_measured(copy)
    (page,) = perf_per_watt.render(Atlas(load_package(copy, check=False)))

    said = words(read_page(page))

    assert "Two ratios of our own" in said
    assert "of our own" not in words(soup)
