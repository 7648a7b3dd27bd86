from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup, Tag

from generator.record_article import EVIDENCE, READ_FROM_LOGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, Pages, RenderPages

RATE = "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2"
CORRECTED = "accuracy.resnet-50.dla.dla-sw-readme-2024-06"
EXCEPTION = "tops.jetson-agx-orin-64gb.maxn.total.sparse"


@pytest.fixture(scope="module")
def pages(atlas: Atlas, render_pages: RenderPages) -> Pages:
    return render_pages("records", atlas)


@pytest.fixture(scope="module")
def articles(pages: Pages) -> Mapping[str, Tag]:
    """Return every article of every page by its id."""
    return {
        str(article["id"]): article
        for page in pages.values()
        for html in page.slots.values()
        for article in BeautifulSoup(html, "html.parser").select("article.atlas-record")
    }


def text(article: Tag) -> str:
    return " ".join(article.get_text(" ").split())


def test_every_row_has_an_article_at_its_address(
    pages: Pages, articles: Mapping[str, Tag], atlas: Atlas
) -> None:
    """Each record of each table is shown once, on the page its address names."""
    expected = {record.id: record for rows in atlas.package.rows.values() for record in rows}

    assert set(articles) == set(expected)
    for record in expected.values():
        assert f"{atlas.record_page(record)}index.md" in pages


def test_every_article_holds_the_raw_row(articles: Mapping[str, Tag], atlas: Atlas) -> None:
    """The cells of the CSV can be read back from the page, all of them, as they are."""
    for rows in atlas.package.rows.values():
        for record in rows:
            raw = articles[record.id].select_one(".atlas-record__raw pre")
            assert raw is not None
            header, cells = csv.reader(io.StringIO(raw.get_text()))
            assert dict(zip(header, cells, strict=True)) == record.raw


def test_every_article_names_source_and_date(articles: Mapping[str, Tag], atlas: Atlas) -> None:
    """Publisher, title and the date of reading of each source stand beside the figure."""
    for rows in atlas.package.rows.values():
        for record in rows:
            if record.table == "sources" or not record.raw.get("source"):
                continue
            shown = text(articles[record.id])
            for key in (record.raw["source"], *record.raw.get("more_sources", "").split()):
                source = atlas.sources[key]
                assert " ".join(str(source["title"]).split()) in shown
                assert source.raw["read_on"] in shown


def test_every_article_says_its_kind_of_evidence(articles: Mapping[str, Tag], atlas: Atlas) -> None:
    """The badge is that of the table; what somebody else ran is not called measured here."""
    imported = {run["run"] for run in atlas.records("runs", kind="imported")}
    read = {row["result"] for row in atlas.records("results") if row["run"] in imported}
    for name, rows in atlas.package.rows.items():
        kind = atlas.package.tables[name].evidence
        for record in rows:
            (badge,) = articles[record.id].select(".evidence")
            theirs = record.raw.get("run") in imported or (
                name == "comparisons" and record["result"] in read
            )
            assert badge.get_text() == (READ_FROM_LOGS if theirs else EVIDENCE[kind])
            assert f"evidence--{kind}" in badge["class"]


def test_figure_with_its_unit(articles: Mapping[str, Tag]) -> None:
    """The figure leads, with unit and meaning."""
    figure = articles[RATE].select_one(".atlas-record__figure")

    assert figure is not None
    assert text(figure) == "2037 images/s Images per second"


def test_history_of_a_corrected_figure(articles: Mapping[str, Tag]) -> None:
    """A figure that was corrected tells from what and when."""
    history = articles[CORRECTED].select_one(".atlas-record__history")

    assert history is not None
    assert "2024-06-10" in text(history)
    assert "76.34" in text(history)


def test_known_deviation_is_explained(articles: Mapping[str, Tag], atlas: Atlas) -> None:
    """What the lint lets pass for a reason says so at the figure."""
    (exception,) = atlas.records("exceptions", record=EXCEPTION)

    assert exception["reason"] in text(articles[EXCEPTION])


def test_citation_is_one_line_to_paste(articles: Mapping[str, Tag]) -> None:
    """It names address, figure, publisher, document and date."""
    cite = articles[RATE].select_one("[data-cite]")

    assert cite is not None
    line = cite.get_text()
    assert "\n" not in line
    for part in (f"records/throughput/#{RATE}", "2037 images/s", "NVIDIA", "read 2026-11-20"):
        assert part in line


def test_large_tables_are_spread_over_pages(pages: Pages, atlas: Atlas) -> None:
    """MLPerf's results have a page for each round."""
    rounds = {record["round"] for record in atlas.package.records("mlperf-results")}

    found = {path for path in pages if path.startswith("records/mlperf-results/")}
    assert found == {f"records/mlperf-results/{name}/index.md" for name in rounds}


@pytest.mark.parametrize(
    "cell",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        '=HYPERLINK("http://a")',
        "</pre></details></article>",
        "a,b;c",
        "&lt;b&gt;",
    ],
)
def test_a_hostile_cell_is_text(
    change_cell: ChangeCell, render_pages: RenderPages, cell: str
) -> None:
    """Markup, formulas and separators in a cell are shown, and the raw row reads back."""
    changed = change_cell(RATE, "note", cell)
    page = render_pages("records", changed)["records/throughput/index.md"]
    soup = BeautifulSoup("".join(page.slots.values()), "html.parser")

    assert not soup.select("script, img")
    assert len(soup.select("article")) == len(changed.package.records("throughput"))
    article = soup.find(id=RATE)
    assert isinstance(article, Tag)
    raw = article.select_one(".atlas-record__raw pre")
    assert raw is not None
    header, cells = csv.reader(io.StringIO(raw.get_text()))
    assert dict(zip(header, cells, strict=True))["note"] == cell
    assert cell in article.get_text()
