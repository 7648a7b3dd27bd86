"""Charts of measured figures: what they are named by, what order they stand in."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from generator.facts.measured import Measured
from generator.package import load_package
from generator.pages import measured
from tests.generator.conftest import DATA
from tests.generator.measured_data import CPU_RUN, TABLES, write_measured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bs4 import BeautifulSoup

    from tests.generator.conftest import ReadPage

    WithResults = Callable[[Sequence[Mapping[str, str]]], Atlas]


@pytest.fixture
def with_results(tmp_path: Path) -> WithResults:
    """Return a function that loads the made-up measurements with other results."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)

    def load(results: Sequence[Mapping[str, str]]) -> Atlas:
        write_measured(copy, {**TABLES, "results": results})
        return Atlas(load_package(copy, check=False))

    return load


def more(**changes: str) -> list[Mapping[str, str]]:
    """Return the made-up results, and the first once more with changes."""
    return [*TABLES["results"], {**TABLES["results"][0], "result": "more", **changes}]


def words(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(element.get_text(" ").split()) for element in soup.select(selector)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"module": "jetson-agx-orin-32gb"}, "Jetson AGX Orin 32GB"),
        ({"product": "JetPack", "release": "5.1.1"}, "JetPack 5.1.1"),
        ({"run": CPU_RUN}, f"run {CPU_RUN}"),
        ({}, "more"),
    ],
    ids=["module", "release", "run", "nothing"],
)
def test_results_under_the_same_conditions_are_told_apart(
    with_results: WithResults, read_page: ReadPage, changes: dict[str, str], said: str
) -> None:
    """By what differs between them, and by nothing that does not."""
    (page,) = measured.render(with_results(more(**changes)))

    labels = words(read_page(page), "#fig-accelerated .heading")
    alike = [label for label in labels if label.startswith("DLA, two cores, INT8, batch 2, MAXN,")]
    assert len(alike) == 2
    assert [label for label in alike if label.endswith(said)] != []
    assert "DLA, one core, INT8, batch 2, MAXN" in labels


def test_one_of_two_cores_is_in_charts_and_counts_within_their_sum(
    with_results: WithResults, read_page: ReadPage
) -> None:
    part = {"dla_cores": "2", "aggregation": "per_core"}
    results = [{**row, **part} if row["result"] == "dla-one" else row for row in TABLES["results"]]

    (page,) = measured.render(with_results(results))

    soup = read_page(page)
    assert "DLA, one of two cores" in " ".join(words(soup, "#tbl-accelerated"))
    assert "DLA, one of two cores" not in " ".join(words(soup, ".heading, #tbl-compared"))
    assert "1 of 1 measured figures" in " ".join(words(soup, ".atlas-answer"))


def test_results_of_a_network_stand_together(with_results: WithResults) -> None:
    """By network, power mode from the largest, engine and cores, wherever they are in the file."""
    first = TABLES["results"][0]
    other = {"network": "ssd-mobilenet-v1", "model": "ssd-mobilenet-v1"}
    results = [
        {**first, "result": "low", "power_mode": "15w"},
        {**first, "result": "other", **other},
        *TABLES["results"][::-1],
        {**first, "result": "middle", "power_mode": "50w"},
        {**first, "result": "own", "network": "", "model": "a-model"},
    ]

    rows = Measured(with_results(results)).accelerated

    names = [row["result"] for row in rows]
    assert names == ["dla-both", "dla-one", "gpu", "middle", "low", "other", "own"]


def test_a_ratio_without_a_comparison_has_no_published_mark(
    tmp_path: Path, read_page: ReadPage
) -> None:
    """Two ratios that share their conditions are told apart by their results."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    write_measured(
        copy,
        {
            **TABLES,
            "results": more(),
            "ratios": [TABLES["ratios"][0], {**TABLES["ratios"][0], "dla_result": "more"}],
            "comparisons": TABLES["comparisons"][:1],
        },
    )

    (page,) = measured.render(Atlas(load_package(copy, check=False)))

    soup = read_page(page)
    labels = words(soup, "#fig-measured-ratios .heading")
    assert [label.rpartition(", ")[2] for label in labels] == ["dla-both", "more"]
    assert "Published" not in " ".join(words(soup, "#fig-measured-ratios .atlas-legend"))


def test_a_ratio_by_each_definition_stands_beside_the_published_one(
    with_results: WithResults, read_page: ReadPage
) -> None:
    (page,) = measured.render(with_results(TABLES["results"]))

    legend = words(read_page(page), "#fig-measured-ratios .atlas-legend li")
    assert legend == ["B, rail delta", "A, module delta", "Published, nearest conditions"]
