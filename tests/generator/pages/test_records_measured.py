"""Records of runs lead to each other, to the files of the run and to what their flags mean."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from generator.atlas import Atlas
from generator.package import load_package
from generator.record_ids import slug
from tests.generator.conftest import DATA
from tests.generator.measured_data import DLA_RUN, LOG_PATH, TABLES, write_measured
from tests.generator.pages.reading import words

if TYPE_CHECKING:
    from generator.page import Page
    from tests.generator.conftest import RenderPages


FILE = f"data/measured/files/{LOG_PATH}"
RUN = f"records/runs/#runs.{DLA_RUN}"
BOTH, GPU = (f"records/results/{DLA_RUN}/#results.{name}" for name in ("dla-both", "gpu"))
BUILD = f"builds.{DLA_RUN}.b1"
PUBLISHED = "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2"
TABLE = {
    "results.dla-both": {
        "Run": [RUN],
        "Build": [f"records/builds/{DLA_RUN}/#{BUILD}"],
        "Log": [FILE],
    },
    "results.gpu": {"Flags": ["protocol/#wide_ci", "protocol/#shared_rail"]},
    BUILD: {"Run": [RUN], "Log": [FILE]},
    "ratios.dla-both.b": {
        "Run": [RUN],
        "Result of the DLA": [BOTH],
        "Result of the GPU": [GPU],
    },
    f"segments.{DLA_RUN}.dla-both.9": {
        "Run": [RUN],
        "Result": [BOTH],
        "Reasons": ["protocol/#thermal", "protocol/#gpu_leak"],
    },
    f"segments.{DLA_RUN}.refused.1": {"Run": [RUN], "Result": []},
    "comparisons.dla-both.images-per-second": {
        "Result": [BOTH],
        "Record": [f"records/throughput/#{PUBLISHED}"],
    },
    "comparisons.gpu.images-per-second": {"Result": [GPU], "Record": []},
    f"files.{slug(LOG_PATH)}": {"Run": [RUN], "Path": [FILE]},
}
"""Where conditions of a record lead, by their titles; nothing for those that lead nowhere."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, render_pages: RenderPages) -> list[Page]:
    """Return the pages of records with made-up measurements."""
    copy = tmp_path_factory.mktemp("records") / "data"
    shutil.copytree(DATA, copy)
    results = [dict(row) for row in TABLES["results"]]
    results[0] |= {"log": LOG_PATH, "u_sys_rel": "0.02"}
    alone = {**TABLES["segments"][0], "result": "refused", "segment": "1"}
    gone = {
        **TABLES["comparisons"][2], "result": "gpu", "published_record": "throughput.gone"
    }  # fmt: skip
    write_measured(
        copy,
        {
            **TABLES,
            "results": results,
            "segments": [*TABLES["segments"], alone],
            "comparisons": [*TABLES["comparisons"], gone],
        },
    )
    rendered = render_pages("records", Atlas(load_package(copy, check=False))).values()
    groups = ("results", "runs", "builds", "ratios", "segments", "comparisons", "files")
    return [page for page in rendered if page.url.split("/")[1] in groups]


@pytest.fixture(scope="module")
def articles(pages: list[Page]) -> dict[str, Tag]:
    """Return the articles by their ids, with links from the site's root."""
    found = {}
    for page in pages:
        for html in page.slots.values():
            for article in BeautifulSoup(html, "html.parser").select("article.atlas-record"):
                for link in article.select("a[href]"):
                    link["href"] = urljoin(f"/{page.url}", str(link["href"])).lstrip("/")
                found[str(article["id"])] = article
    return found


@pytest.mark.parametrize("identifier", TABLE)
def test_a_record_leads_on(articles: dict[str, Tag], identifier: str) -> None:
    terms = articles[identifier].select(".atlas-record__conditions dt")
    found = {
        term.get_text(): [link["href"] for link in term.find_next_siblings("dd")[0].select("a")]
        for term in terms
    }

    assert {title: found[title] for title in TABLE[identifier]} == TABLE[identifier]


def test_a_result_is_called_by_what_ran(articles: dict[str, Tag]) -> None:
    titles = {name: words(article.h2) for name, article in articles.items() if article.h2}

    result = "ResNet-50, DLA, two cores, INT8, batch 2, MAXN"
    assert titles["results.dla-both"] == f"Results: {result}"
    assert f" · {result} · 9 " in titles[f"segments.{DLA_RUN}.dla-both.9"]


def test_figures_with_an_interval_lead(articles: dict[str, Tag]) -> None:
    """The ends of an interval stand behind the figure, and are no figures of their own."""
    spans = articles["results.dla-both"].select(".atlas-record__figure > span")
    figures = [words(span) for span in spans]

    assert figures[0] == "2036.2 images/s Images per second (2030.1 to 2042.3)"
    assert "15.1 W Power at load (14.9 to 15.3)" in figures
    assert "70 layers Layers on the DLA" in figures
    assert [text for text in figures if ", low" in text or ", high" in text] == []
    having = [text.endswith(")") for text in figures]
    assert having == sorted(having, reverse=True)


def test_a_figure_without_an_interval_has_no_brackets(articles: dict[str, Tag]) -> None:
    figures = articles["results.cpu"].select_one(".atlas-record__figure")

    assert figures
    assert "(31.1 to 31.9)" in words(figures)
    assert "()" not in words(figures)


def test_the_citation_has_the_interval(articles: dict[str, Tag]) -> None:
    cite = articles["results.dla-both"].select_one("[data-cite]")

    assert cite
    assert "images per second 2036.2 images/s (2030.1 to 2042.3)" in cite.get_text()
    assert "DLA subgraphs 1 subgraphs" in cite.get_text()


def test_a_share_has_no_unit(articles: dict[str, Tag]) -> None:
    figures = [words(span) for span in articles["results.dla-both"].select("span")]

    assert "0.02 Systematic uncertainty" in figures
