"""The layers of a network on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

NETWORKS = ["resnet-50", "ssd-mobilenet-v1", "retinanet-resnet-34"]


@pytest.fixture(scope="module")
def soups(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> dict[str, BeautifulSoup]:
    pages = render_pages("networks", atlas)
    return {key: read_page(pages[f"networks/{key}.md"]) for key in NETWORKS}


@pytest.mark.parametrize("network", NETWORKS)
def test_every_layer_is_there(
    soups: dict[str, BeautifulSoup], raw_rows: RawRows, network: str
) -> None:
    """One row a layer in the order of the data, with sizes, operations and bytes."""
    expected = [row for row in raw_rows("network-layers") if row["network"] == network]
    shown = rows_of(soups[network], "layers")

    assert len(shown) == len(expected)
    for cells, row in zip(shown, expected, strict=True):
        assert (cells["layer"], cells["name"]) == (row["layer"], row["name"])
        sides = (row["channels_out"], row["height_out"], row["width_out"])
        assert cells["output"] == " × ".join(sides)
        assert cells["weights"] == row["weight_bytes"]
        assert int(cells["activations"]) == int(row["input_bytes"]) + int(row["output_bytes"])
        if row["shares_weights_with"]:
            assert cells["parameters"] == f"as {row['shares_weights_with']}"
        else:
            assert cells["parameters"] == row["parameters"]
        if row["macs"] != "0":
            assert float(cells["macs"]) == pytest.approx(int(row["macs"]) / 1e6, abs=0.05)
        else:
            assert cells["macs"] == "–"


@pytest.mark.parametrize("network", NETWORKS)
def test_tables_are_folded(soups: dict[str, BeautifulSoup], network: str) -> None:
    """A hundred rows do not stand in the way of what comes after them."""
    for table in ("layers", "network-files"):
        box = soups[network].find(id=f"tbl-{table}")
        assert box is not None
        assert box.find_parent("details") is not None


def test_totals_follow_the_data(
    soups: dict[str, BeautifulSoup],
    change_cell: ChangeCell,
    render_pages: RenderPages,
    read_page: ReadPage,
) -> None:
    """The sentence is made of the row of totals; another row, another sentence."""
    before = words(soups["resnet-50"])
    assert "72 layers, 54 of them convolutions, and one output" in before
    assert "4.09 GMAC; there are 25.53 million parameters" in before
    assert "weights are 25.5 MB" in before

    changed = change_cell("network-totals.resnet-50", "parameters", "26000000")
    pages = render_pages("networks", changed)

    assert "26.00 million parameters" in words(read_page(pages["networks/resnet-50.md"]))


def test_files_have_their_digests(soups: dict[str, BeautifulSoup], raw_rows: RawRows) -> None:
    """Whoever builds a network can hold the file against the page."""
    rows = [row for row in raw_rows("network-files") if row["network"] == "resnet-50"]
    shown = rows_of(soups["resnet-50"], "network-files")

    assert [cells["sha256"] for cells in shown] == [row["sha256"] for row in rows]
    assert [cells["bytes"] for cells in shown] == [row["bytes"] for row in rows]
    assert "python3 -m measure networks --network resnet-50" in words(soups["resnet-50"])


def test_network_without_layers_has_no_such_part(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A network that nobody builds gets no empty heading."""
    changed = change_cell("network-totals.resnet-50", "network", "resnet-34-backbone")
    page = read_page(render_pages("networks", changed)["networks/resnet-50.md"])

    assert page.find(id="layers") is None
    assert "As built here" not in words(page)
