from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import cell, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "throughput.md"
MODULE = "jetson-agx-orin-64gb"


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("throughput", atlas)[PATH])


def record_id(row: dict[str, str]) -> str:
    key = ("network", "module", "power_mode", "weights", "dla_cores")
    return ".".join(["throughput", *(row[name] for name in key)])


def rates(raw_rows: RawRows) -> dict[tuple[str, str, str], float]:
    return {
        (row["network"], row["power_mode"], row["weights"]): float(row["images_per_second"])
        for row in raw_rows("throughput")
    }


def test_every_published_figure_is_on_the_page(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """All rates and printed speed-ups stand in cells with the address of their record."""
    rows = raw_rows("throughput")

    assert len(rows) == 40
    assert len(rows_of(soup, "throughput")) == 40
    for row in rows:
        assert cell(soup, f"{record_id(row)}.images_per_second") == row["images_per_second"]
        if row["weights"] == "sparse":
            assert cell(soup, f"{record_id(row)}.printed_speedup") == row["printed_speedup"]


def test_one_core_is_half_and_marked_as_derived(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The per-core column is half the sum, italic, and hidden until the switch is used."""
    for row in raw_rows("throughput"):
        address = f"{record_id(row)}.images_per_second.per-core"
        (half,) = soup.select(f'[id="{address}"]')

        assert float(half.get_text()) == float(row["images_per_second"]) / 2
        assert half["data-cores"] == "single"
        assert "atlas-off" in half["class"]
        assert len(half.select("a.figure--derived")) == 1


def test_cameras_are_whole_ones(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The number of cameras is the rate over 30 images/s, rounded down, for the sum and a core."""
    for row in raw_rows("throughput"):
        rate = float(row["images_per_second"])
        address = f"{record_id(row)}.images_per_second.cameras"

        assert cell(soup, f"{address}-sum") == str(int(rate / 30))
        assert cell(soup, f"{address}-single") == str(int(rate / 2 / 30))


def test_recomputed_speedups_agree_with_the_rates(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The derived speed-up is sparse over dense."""
    rate = rates(raw_rows)
    for row in raw_rows("throughput"):
        if row["weights"] == "sparse":
            key = (row["network"], row["power_mode"])
            expected = rate[*key, "sparse"] / rate[*key, "dense"]

            shown = cell(soup, f"{record_id(row)}.printed_speedup.recomputed")

            assert shown == f"{expected:.2f}"


def test_share_of_the_peak_follows_from_operations(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Two operations for each multiply-accumulate over the dense peak of the mode."""
    gmacs = {row["network"]: float(row["gmacs"]) for row in raw_rows("networks")}
    tops = {
        row["power_mode"]: float(row["tops"]) for row in raw_rows("tops") if row["engine"] == "dla"
    }
    for row in raw_rows("throughput"):
        peak = tops[row["power_mode"]] / (2 if row["weights"] == "dense" else 1)
        reached = 2 * gmacs[row["network"]] * float(row["images_per_second"]) / (1000 * peak)

        shown = cell(soup, f"{record_id(row)}.images_per_second.utilisation")

        assert shown == f"{100 * reached:.0f}"


@pytest.mark.parametrize("mode", ["50w", "30w", "15w"])
def test_what_a_mode_keeps_stands_beside_the_tops(
    soup: BeautifulSoup, raw_rows: RawRows, mode: str
) -> None:
    """The range over the dense networks and the ratio of TOPS are stated for each mode."""
    rate = rates(raw_rows)
    dense = {network for network, _, weights in rate if weights == "dense"}
    kept = [rate[network, mode, "dense"] / rate[network, "maxn", "dense"] for network in dense]
    tops = {
        row["power_mode"]: float(row["tops"]) for row in raw_rows("tops") if row["engine"] == "dla"
    }
    text = words(soup)

    assert (
        f"{mode.upper()}: {100 * min(kept):.0f} % to {100 * max(kept):.0f} % of the dense "
        f"throughput in MAXN, with {100 * tops[mode] / tops['maxn']:.0f} % of the DLA's peak TOPS"
    ) in text


def test_statements_hold_for_the_shipped_data(soup: BeautifulSoup) -> None:
    """The claims of the source stand beside what the figures say."""
    text = words(soup)

    assert "run SSD-MobileNetV1 at 2664 images/s and RetinaNet ResNeXt-50" in text
    assert (
        "at 15W, 4 of 4 do, the slowest (SSD-ResNet-34 and RetinaNet ResNeXt-50) with 36." in text
    )
    assert "On one core it is 1 of 4 (ResNet-34 backbone)." in text
    assert "3 of the printed speed-ups differ in the last digit" in text
    assert "the rounding of both rates explains all of them" in text
    assert "108 instead of 285 images/s (38 %)" in text
    assert "JetPack 5.1.1 with TensorRT 8.5.2" in text


def test_a_reader_who_measured_half_is_told_why(soup: BeautifulSoup) -> None:
    """Reports of one core stand beside half of the published sum, marked as reported."""
    text = words(soup)

    assert len(rows_of(soup, "halves")) == 5
    assert list(rows_of(soup, "halves")[0].values())[1:] == ["78", "39", "39", "100.0"]
    assert "Users saw the same on one core: 98 % to 100 % of half the printed sum" in text
    assert soup.select_one(".evidence--reported")


def test_charts_follow_the_table_and_the_switch(soup: BeautifulSoup) -> None:
    """Both sets of panels know the table's filters; only the published one is on at the start."""
    boxes = {box["data-cores"]: box for box in soup.select("div[data-cores]")}

    assert set(boxes) == {"sum", "single"}
    assert "atlas-off" in boxes["single"]["class"]
    assert not boxes["sum"].get("class")
    for box in boxes.values():
        figure = box.select("figure")[0]
        assert figure["data-follows"] == "throughput"
        assert len(figure.select("[data-network]")) >= 6
    names = [
        str(field.select("input")[0]["name"]) for field in soup.select("fieldset[data-switch]")
    ]
    assert len(set(names)) == len(names) == 2


@pytest.mark.parametrize(
    ("record", "column", "cell", "expected"),
    [
        ("ssd-resnet-34.{}.15w.dense.2", "images_per_second", "29", "at 15W, 3 of 4 do"),
        (
            "ssd-resnet-34.{}.maxn.sparse.2",
            "printed_speedup",
            "1.60",
            "explains all but 1 of them",
        ),
        (
            "resnet-50.{}.maxn.dense.2",
            "images_per_second",
            "3000",
            "run ResNet-50 at 3000 images/s",
        ),
        ("resnet-50.{}.30w.dense.2", "images_per_second", "500", "5 of 6 networks keep more"),
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
    changed = change_cell(f"throughput.{record.format(MODULE)}", column, cell)

    assert expected in words(read_page(render_pages("throughput", changed)[PATH]))


def test_a_row_of_another_module_joins_the_table_only(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """Figures of a second module get a column; statements stay with the reference module."""
    changed = change_cell(
        f"throughput.resnet-50.{MODULE}.50w.dense.2", "module", "jetson-agx-orin-32gb"
    )
    soup = read_page(render_pages("throughput", changed)[PATH])
    modules = {row["module"] for row in rows_of(soup, "throughput")}

    assert modules == {"Jetson AGX Orin 64GB", "Jetson AGX Orin 32GB"}
    assert "50W: 91 % to 94 %" in words(soup)
