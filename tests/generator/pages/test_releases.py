from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.facts.releases import Releases, minor_version, release_span
from tests.generator.pages.reading import answer, part, rows_of

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "releases.md"
NEWEST_FOR = "the newest JetPack of which that holds for"


@pytest.fixture(scope="module")
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("releases", atlas)[PATH])


def number(version: str) -> tuple[int, ...]:
    """Return a version of JetPack so that newer ones compare greater."""
    return tuple(int(part) for part in version.split()[0].split("."))


def test_the_newest_usable_jetpack_comes_first(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The answer names the highest usable JetPack of each chip, found here by number."""
    for chip in ("orin", "xavier"):
        newest = max(
            (
                row
                for row in raw_rows("releases")
                if row["product"] == "JetPack"
                and chip in row["socs"].split()
                and row["dla"] == "usable"
            ),
            key=lambda row: number(row["release"]),
        )

        assert f"On {chip.capitalize()}, JetPack {newest['release']} is the newest" in answer(soup)
        assert f"({newest['tensorrt']})" in answer(soup)


def test_what_to_avoid_is_named(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """A JetPack for a chip with a DLA that cannot use it is warned of in the first paragraph."""
    refused = [row for row in raw_rows("releases") if row["dla"] == "not_usable"]

    assert refused
    for row in refused:
        assert f"JetPack {row['release']}" in answer(soup)
        assert f"TensorRT {row['tensorrt']}" in answer(soup)


def test_versions_without_a_dla_are_a_range(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The strip names the first and the last TensorRT without a DLA."""
    refused = [
        row["tensorrt"] for row in raw_rows("tensorrt-versions") if row["dla"] == "not_usable"
    ]
    figures = [figure.get_text() for figure in soup.select(".atlas-answer dd:not(.note)")]

    assert f"{refused[0]} to {refused[-1]}" in figures


def test_every_release_is_a_row_with_its_state(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The table has all releases with product, TensorRT and the state as a filter value."""
    shown = {row["release"]: row for row in rows_of(soup, "releases")}
    states = [cell["data-value"] for cell in soup.select("#tbl-releases tbody td:nth-child(2)")]

    rows = raw_rows("releases")
    assert len(shown) == len(rows)
    assert sorted(states) == sorted(row["dla"] for row in rows)
    for row in rows:
        cells = shown[f"{row['product']} {row['release']}"]
        assert cells["product"] == row["product"]
        assert cells["tensorrt"] == (row["tensorrt"] or "unknown")
        assert cells["dla"] == row["dla"].replace("_", " ").replace("dla", "DLA")
        assert cells["consequence"].endswith(".")


@pytest.mark.parametrize(
    ("product", "release", "sentence"),
    [
        (
            "JetPack",
            "6.2.3",
            f"The DLA of Orin runs through TensorRT 10.3.0; {NEWEST_FOR} Orin.",
        ),
        ("JetPack", "5.1.1", "The DLA of Xavier and Orin runs through TensorRT 8.5.2."),
        (
            "JetPack",
            "7.2",
            "TensorRT 10.16.2.10 builds nothing for the DLA; stay with JetPack 6.2.3 for Orin.",
        ),
        ("JetPack", "7.0", "Thor has no DLA: everything runs on the GPU."),
        ("JetPack", "7.2 EA", "No source states its TensorRT: whether the DLA runs is unknown."),
        (
            "JetPack",
            "7.2.2",
            "The DLA of Orin runs only under the conditions in the note.",
        ),
        (
            "DRIVE OS",
            "6.0.9.0",
            "The DLA of Orin runs through TensorRT 8.6.12, a version that no JetPack ships.",
        ),
    ],
)
def test_consequence(atlas: Atlas, product: str, release: str, sentence: str) -> None:
    """Each state has its consequence in one sentence."""
    record = atlas.find("releases", product=product, release=release)
    assert record is not None

    assert Releases(atlas).consequence(record) == sentence


def test_versions_of_drive_are_said_to_be_on_no_jetson(
    soup: BeautifulSoup, raw_rows: RawRows
) -> None:
    """TensorRT of DRIVE OS that no JetPack has is named as such."""
    rows = raw_rows("releases")
    jetson = {row["tensorrt_min"] for row in rows if row["product"] == "JetPack"}
    drive = {
        row["tensorrt_min"] for row in rows if row["product"] == "DRIVE OS" and row["tensorrt"]
    }
    takeaways = part(soup, ".atlas-takeaways")

    assert {"8.6.10", "8.6.11", "8.6.12"} <= drive - jetson
    assert "8.6.10, 8.6.11 and 8.6.12 belong to DRIVE OS; no JetPack ships them" in takeaways


def test_the_answer_follows_the_data(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """When a newer JetPack turns out to run the DLA, it is the answer and no warning is left."""
    changed = change_cell("releases.jetpack.7.2", "dla", "usable")

    text = answer(read_page(render_pages("releases", changed)[PATH]))

    assert "On Orin, JetPack 7.2 is the newest" in text
    assert "stay away" not in text


def test_no_usable_release_is_no_error(
    change_cell: ChangeCell, atlas: Atlas, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A chip of which nothing usable is known has an unknown answer."""
    changed = atlas
    for record in atlas.records("releases", dla="usable"):
        if "xavier" in record["socs"]:
            changed = change_cell(record.id, "dla", "unknown")

    assert "On Xavier, JetPack unknown is the newest" in answer(
        read_page(render_pages("releases", changed)[PATH])
    )


def test_matrix_says_no_hardware_for_a_chip_without_a_dla(soup: BeautifulSoup) -> None:
    """A JetPack for Orin and Thor is two cells: what TensorRT does, and that Thor has no DLA."""
    (row,) = (row for row in rows_of(soup, "matrix") if row["tensorrt"] == "10.16")

    assert row["orin"] == "not usableJetPack 7.2"
    assert row["xavier"] == "–"
    assert row["thor"] == "no DLA hardwareJetPack 7.2"


@pytest.mark.parametrize(
    ("version", "minor"),
    [
        ("8.5.2", "8.5"),
        ("10.3.0.30", "10.3"),
        ("8.4 EA", "8.4"),
        ("9.x", "9.x"),
        (None, ""),
        ("", ""),
    ],
)
def test_minor_version(version: str | None, minor: str) -> None:
    """The minor version is what releases are grouped by."""
    assert minor_version(version) == minor


def test_release_span(atlas: Atlas) -> None:
    """Several releases are named by the first and the last, one by itself."""
    releases = atlas.records("releases", tensorrt="8.5.2")

    assert release_span(releases) == "5.1 to 5.1.6"
    assert release_span(releases[:1]) == "5.1"
    assert release_span([]) == ""
