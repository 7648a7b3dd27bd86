from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "index.md"
MODULE = "jetson-agx-orin-64gb"


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("home", atlas)[PATH])


def test_the_case_is_made_in_four_charts(soup: BeautifulSoup) -> None:
    """Share of the peak, throughput held, perf/W and accuracy, each with a figure's address."""
    charts = [figure["id"] for figure in soup.find_all("figure")]

    assert charts == ["fig-dla-share", "fig-held", "fig-range-ratio", "fig-accuracy-kept"]


def test_takeaways_agree_with_an_independent_count(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Ranges of ratios, of kept throughput and of speed-ups are those of the tables."""
    ratios = [float(row["ratio"]) for row in raw_rows("perf-per-watt")]
    rate = {
        (row["network"], row["power_mode"]): float(row["images_per_second"])
        for row in raw_rows("throughput")
        if row["weights"] == "dense"
    }
    kept = [100 * rate[network, "30w"] / rate[network, "maxn"] for network, _ in rate]
    speedups = [row["printed_speedup"] for row in raw_rows("throughput") if row["printed_speedup"]]
    text = words(soup)

    assert f"{min(ratios)} to {max(ratios)} times the GPU's images per second per watt" in text
    assert f"At 30W the DLA keeps {min(kept):.0f} % to {max(kept):.0f} % of its MAXN" in text
    assert f"give {min(speedups)} to {max(speedups)} times the dense throughput" in text
    outside = sum(not 3 <= ratio <= 5 for ratio in ratios)
    assert f"{outside} of 40 published ratios lie outside that range" in text


def test_accuracy_names_what_lies_below_the_line(soup: BeautifulSoup) -> None:
    """The corrected ResNet-50 is named with its share and the date of the correction."""
    text = words(soup)

    assert "INT8 on the DLA keeps 98.8–99.6 % of FP32's accuracy in the two networks" in text
    assert "ResNet-50 is at 98.8 %, below MLPerf's line of 99 %, since NVIDIA corrected" in text
    assert "on 2024-06-10" in text


def test_caveats_come_from_the_data(soup: BeautifulSoup) -> None:
    """Releases, modules without a DLA and the sum of the cores are stated from the tables."""
    text = words(soup)

    assert "without conditions is 6.2.3 (TensorRT 10.3.0)" in text
    assert "TensorRT 10.8 to 11.3 does not run it at all." in text
    assert "JetPack 7.2.2 with TensorRT 11.4.1 runs it again, under conditions." in text
    assert (
        "Jetson Orin Nano 8GB, Jetson Orin Nano 4GB, Jetson AGX Thor and DRIVE AGX Thor have no DLA"
    ) in text


@pytest.mark.parametrize(
    ("record", "column", "cell", "expected"),
    [
        ("releases.jetpack.6.2.3", "dla", "not_usable", "without conditions is 6.2.2"),
        ("tensorrt-versions.11.3", "dla", "usable", "TensorRT 10.8 to 11.1 does not run it"),
        ("modules.jetson-agx-thor", "dla_cores", "1", "4GB and DRIVE AGX Thor have no DLA"),
        (f"tops-dla-share.{MODULE}.maxn", "share_percent", "39", "39–74 %"),
        (f"tops.{MODULE}.50w.dla.sparse", "tops", "120", "In 50W, 30W and 15W the DLA is"),
        (
            "accuracy.resnet-50.dla.dla-sw-readme-2024-06",
            "value",
            "76.40",
            "No network lies below MLPerf's line of 99 %.",
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
    """A changed cell changes the sentences that rest on it."""
    changed = change_cell(record, column, cell)

    assert expected in words(read_page(render_pages("home", changed)[PATH]))
