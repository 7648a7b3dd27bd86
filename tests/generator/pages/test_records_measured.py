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

if TYPE_CHECKING:
    from tests.generator.conftest import RenderPages

    Leads = dict[str, dict[str, list[str]]]

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
def leads(tmp_path_factory: pytest.TempPathFactory, render_pages: RenderPages) -> Leads:
    """Return where the conditions of made-up measurements lead, by record and title."""
    copy = tmp_path_factory.mktemp("records") / "data"
    shutil.copytree(DATA, copy)
    results = [dict(row) for row in TABLES["results"]]
    results[0]["log"] = LOG_PATH
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
    return {
        str(article["id"]): {
            term.get_text(): _addresses(page.url, term.find_next_sibling("dd"))
            for term in article.select(".atlas-record__conditions dt")
        }
        for page in render_pages("records", Atlas(load_package(copy, check=False))).values()
        for html in page.slots.values()
        for article in BeautifulSoup(html, "html.parser").select("article.atlas-record")
    }


def _addresses(page: str, condition: Tag | None) -> list[str]:
    """Return where the links of a condition lead, below the site's root."""
    assert condition
    return [urljoin(f"/{page}", str(a["href"])).lstrip("/") for a in condition.select("a")]


@pytest.mark.parametrize("identifier", TABLE)
def test_a_record_leads_on(leads: Leads, identifier: str) -> None:
    expected = TABLE[identifier]

    assert {title: leads[identifier][title] for title in expected} == expected
