from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.generator.conftest import DATA
from tests.generator.pages.reading import part, rows_of, words

if TYPE_CHECKING:
    from generator.atlas import Atlas
    from tests.generator.conftest import Pages, RawRows, ReadPage, RenderPages

INDEX = "data/index.md"


@pytest.fixture(scope="module")
def pages(atlas: Atlas, render_pages: RenderPages) -> Pages:
    return render_pages("data", atlas)


@pytest.fixture(scope="module")
def resources() -> list[dict[str, object]]:
    resources: list[dict[str, object]] = json.loads((DATA / "datapackage.json").read_text())[
        "resources"
    ]
    return resources


def test_index_offers_every_table_twice(
    pages: Pages, read_page: ReadPage, resources: list[dict[str, object]]
) -> None:
    """Each table is a row with links to its dictionary, its CSV and its JSON."""
    soup = read_page(pages[INDEX])
    links = {str(anchor["href"]) for anchor in soup.select("#tbl-tables a")}

    assert len(rows_of(soup, "tables")) == len(resources)
    for resource in resources:
        path = str(resource["path"])
        assert {f"{resource['name']}/", path, path.replace(".csv", ".json")} <= links


def test_index_counts_rows_and_sources(
    pages: Pages, read_page: ReadPage, resources: list[dict[str, object]], raw_rows: RawRows
) -> None:
    """The strip on top counts tables, rows and sources."""
    soup = read_page(pages[INDEX])
    rows = sum(len(raw_rows(str(resource["name"]))) for resource in resources)

    shown = [figure.get_text() for figure in soup.select(".atlas-answer dd:not(.note)")]
    assert shown == [str(len(resources)), str(rows), str(len(raw_rows("sources")))]


def test_index_lists_every_source(pages: Pages, read_page: ReadPage, raw_rows: RawRows) -> None:
    """With publisher, date of reading and address."""
    shown = {row["source"]: row for row in rows_of(read_page(pages[INDEX]), "sources")}

    sources = raw_rows("sources")
    assert len(shown) == len({row["title"] for row in sources})
    for row in sources:
        assert shown[row["title"]]["publisher"] == row["publisher"]
        assert shown[row["title"]]["read"] == row["read_on"]


def test_licence_and_citation(pages: Pages, read_page: ReadPage) -> None:
    """The licence of the descriptor is linked, and there is a line to cite the whole."""
    soup = read_page(pages[INDEX])
    descriptor = json.loads((DATA / "datapackage.json").read_text())

    assert soup.select(f'a[href="{descriptor["licenses"][0]["path"]}"]')
    assert f"{descriptor['title']}, version {descriptor['version']}" in part(soup, "blockquote")


def test_dictionary_has_every_column(
    pages: Pages, read_page: ReadPage, resources: list[dict[str, object]]
) -> None:
    """Name, type and unit of each column stand as the schema has them."""
    for resource in resources:
        rows = rows_of(read_page(pages[f"data/{resource['name']}.md"]), "columns")
        fields = resource["schema"]["fields"]  # type: ignore[index]
        assert [(row["column"], row["type"], row["unit"]) for row in rows] == [
            (field["name"], field["type"], field.get("unit", "")) for field in fields
        ]


def test_dictionary_says_constraints_and_keys(pages: Pages, read_page: ReadPage) -> None:
    """Ranges, allowed values, parts of the key and other tables are in words."""
    rows = {
        row["column"]: row["constraints"]
        for row in rows_of(read_page(pages["data/throughput.md"]), "columns")
    }

    assert "part of the key; key of networks" in rows["network"]
    assert "one of dense, sparse" in rows["weights"]
    assert "never empty; a stated figure" in rows["images_per_second"]
    assert "minimum" in rows["batch"]


def test_dictionary_links_the_records(pages: Pages, read_page: ReadPage) -> None:
    """A table spread over pages links each of them."""
    soup = read_page(pages["data/mlperf-results.md"])

    assert soup.select('a[href="../../records/mlperf-results/v3.0/"]')
    assert "Columns of MLPerf results" in words(soup)
