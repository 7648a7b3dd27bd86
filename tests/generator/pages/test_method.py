from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.lint.catalogue import catalogue
from tests.generator.pages.reading import answer, part, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "method.md"


@pytest.fixture(scope="module")
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("method", atlas)[PATH])


def test_figures_are_counted_by_kind(soup: BeautifulSoup, atlas: Atlas, raw_rows: RawRows) -> None:
    """The counts are those of filled cells in columns that state a figure."""
    counts: dict[str, int] = {}
    for table in atlas.package.tables.values():
        columns = [column.name for column in table.fields if column.role == "figure"]
        filled = sum(row[name] != "" for row in raw_rows(table.name) for name in columns)
        if table.evidence != "reference":
            counts[table.evidence] = counts.get(table.evidence, 0) + filled

    assert answer(soup).startswith(f"{sum(counts.values())} figures from ")
    shown = [row["figures"] for row in rows_of(soup, "evidence")]
    assert shown == [
        str(counts["published"]),
        str(counts["benchmark"]),
        str(counts["reported"]),
        str(counts["inferred"]),
        "–",
        str(counts.get("measured", 0)),
    ]


def test_says_what_was_measured_here(soup: BeautifulSoup) -> None:
    """The first paragraph tells what ran on a Jetson here; see ``test_measured_origins.py``."""
    assert "measured on a Jetson here" in answer(soup)


def test_every_kind_of_evidence_has_its_mark(soup: BeautifulSoup) -> None:
    """The table shows the same badges as the pages."""
    kinds = [
        name.removeprefix("evidence--")
        for badge in soup.select("#tbl-evidence .evidence")
        for name in badge["class"]
        if name.startswith("evidence--")
    ]

    assert kinds == ["published", "benchmark", "reported", "inferred", "reference", "measured"]


def test_rules_are_those_of_the_lint(soup: BeautifulSoup) -> None:
    """The list is made from the registered rules, each with its sentence."""
    rules = catalogue()
    rows = rows_of(soup, "rules")

    assert len(rows) == len(rules) > 50
    assert {row["rule"]: row["sentence"] for row in rows} == {
        rule: " ".join(sentence.split()) for rule, sentence in rules.items()
    }
    assert f"{len(rules)} rules look at every table" in words(soup)


def test_derived_figures_have_an_example(soup: BeautifulSoup) -> None:
    """Each computation is shown on a figure of the data."""
    rows = {row["what"]: row["example"].replace("\u202f", " ") for row in rows_of(soup, "derived")}

    assert rows["Throughput per core"] == f"SSD-MobileNetV1, MAXN: {2664 / 2:g}"
    assert rows["Cameras"] == f"SSD-MobileNetV1, MAXN: {2664 // 30}"
    assert rows["Dense peak"] == f"MAXN: {105 / 2} TOPS"
    assert rows["Share of FP32's accuracy"] == f"ResNet-50: {100 * 75.54 / 76.46:.1f} %"


def test_examples_follow_the_data(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """Change the figure, and its example changes."""
    record = "throughput.ssd-mobilenet-v1.jetson-agx-orin-64gb.maxn.dense.2"
    soup = read_page(render_pages("method", change_cell(record, "images_per_second", "3000"))[PATH])

    assert "SSD-MobileNetV1, MAXN: 1500" in part(soup, "#tbl-derived")
