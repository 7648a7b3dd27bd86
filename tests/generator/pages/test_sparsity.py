from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import cell, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "sparsity.md"
MODULE = "jetson-agx-orin-64gb"
MODES = ("maxn", "50w", "30w", "15w")


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("sparsity", atlas)[PATH])


def test_every_published_figure_is_on_the_page(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Sparse and dense rates, printed speed-ups and both accuracies have their cells."""
    for row in raw_rows("throughput"):
        if row["weights"] == "sparse":
            key = f"throughput.{row['network']}.{MODULE}.{row['power_mode']}.sparse.2"
            assert cell(soup, f"{key}.images_per_second") == row["images_per_second"]
            assert cell(soup, f"{key}.printed_speedup") == row["printed_speedup"]
    for row in raw_rows("sparsity-accuracy"):
        key = f"sparsity-accuracy.{row['network']}.{row['weights']}"
        assert cell(soup, f"{key}.value") == row["value"]


def test_operations_per_byte_follow_from_tops_and_memory(
    soup: BeautifulSoup, raw_rows: RawRows
) -> None:
    """Half the sparse TOPS over the bandwidth, which a cap of the memory clock lowers."""
    module = next(row for row in raw_rows("modules") if row["module"] == MODULE)
    tops = {
        row["power_mode"]: float(row["tops"]) for row in raw_rows("tops") if row["engine"] == "dla"
    }
    expected = {}
    for row in raw_rows("power-mode-clocks"):
        if row["module"] == MODULE and row["domain"] == "emc":
            bandwidth = float(module["dram_bandwidth_gb_per_s_max"])
            if row["cap"] == "capped":
                bandwidth = float(row["cap_mhz"]) * int(module["memory_bus_bits"]) / 8 * 2 / 1000
            expected[row["mode"].upper()] = f"{tops[row['mode']] / 2 * 1000 / bandwidth:.0f}"

    assert {row["power_mode"]: row["ratio"] for row in rows_of(soup, "speedup")} == expected


def test_speedups_and_their_bounds_are_recomputed(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The quotient of the rates stands with the interval that their rounding allows."""
    rate = {
        (row["network"], row["power_mode"], row["weights"]): float(row["images_per_second"])
        for row in raw_rows("throughput")
    }
    names = {row["name"]: row["network"] for row in raw_rows("networks")}
    rows = rows_of(soup, "speedup")

    assert len(rows) == 16
    for row in rows:
        key = (names[row["network"]], row["power_mode"].lower())
        sparse, dense = rate[*key, "sparse"], rate[*key, "dense"]
        assert row["recomputed"] == f"{sparse / dense:.3f}"
        low, high = (sparse - 0.5) / (dense + 0.5), (sparse + 0.5) / (dense - 0.5)
        assert row["bounds"] == f"{low:.3f}–{high:.3f}"


def test_statements_hold_for_the_shipped_data(soup: BeautifulSoup) -> None:
    """Range, trend and case study are stated as the data have them."""
    text = words(soup)

    assert "give 1.24 to 1.47 times the dense throughput of two DLA cores" in text
    assert "accuracy went from 44.7 to 44.8 mAP" in text
    assert "rises from each power mode to the next lower one for 4 of 4 networks" in text
    assert "the ratio falls at every step" in text
    assert "Of 12 steps, 5 (MAXN to 50W and 50W to 30W) are smaller than the rounding" in text
    assert "the difference is +0.1 points" in text
    assert "at least 65" in text
    assert "--sparsity=force" in text
    assert "not for ResNet-50 and SSD-MobileNetV1" in text


@pytest.mark.parametrize(
    ("record", "column", "cell", "expected"),
    [
        (
            f"throughput.ssd-resnet-34.{MODULE}.15w.sparse.2",
            "images_per_second",
            "40",
            "for 3 of 4 networks (not for SSD-ResNet-34)",
        ),
        (f"tops.{MODULE}.30w.dla.sparse", "tops", "99", "the ratio does not fall at every step"),
        ("sparsity-accuracy.retinanet-resnet-34.sparse", "value", "43.1", "is -1.6 points"),
        (
            f"throughput.ssd-resnet-34.{MODULE}.maxn.sparse.2",
            "printed_speedup",
            "1.01",
            "give 1.01 to 1.47 times",
        ),
    ],
)
def test_statements_follow_the_data(
    record: str,
    column: str,
    cell: str,
    expected: str,
    change_cell: ChangeCell,
    render_pages: RenderPages,
    read_page: ReadPage,
) -> None:
    """A changed figure changes the sentences that rest on it."""
    changed = change_cell(record, column, cell)

    assert expected in words(read_page(render_pages("sparsity", changed)[PATH]))


def test_a_lower_memory_clock_raises_the_ratio(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """The bandwidth of a mode follows from its memory clock."""
    changed = change_cell(f"power-mode-clocks.{MODULE}.jp5.15w.emc", "cap_mhz", "665")
    soup = read_page(render_pages("sparsity", changed)[PATH])

    assert {row["ratio"] for row in rows_of(soup, "speedup") if row["power_mode"] == "15W"} == {
        "470"
    }
    assert MODES[-1].upper() + ": 40 sparse TOPS and 42.6 GB/s" in words(soup)
