"""Charts of measured figures: what they are named by, what order they stand in."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from generator.facts.measured import Measured
from generator.package import load_package
from tests.generator.conftest import DATA
from tests.generator.measured_data import CPU_RUN, TABLES, write_measured
from tests.generator.pages.reading import measured_pages, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bs4 import BeautifulSoup

    from tests.generator.conftest import ReadPage

    WithResults = Callable[[Sequence[Mapping[str, str]]], Atlas]


ALL, ORIN = "measured/index.md", "measured/jetson-agx-orin-64gb.md"


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
        ({"product": "JetPack", "release": "5.1.1"}, "JetPack 5.1.1"),
        ({"run": CPU_RUN}, f"run {CPU_RUN}"),
        ({}, "more"),
    ],
    ids=["release", "run", "nothing"],
)
def test_results_under_the_same_conditions_are_told_apart(
    with_results: WithResults, read_page: ReadPage, changes: dict[str, str], said: str
) -> None:
    """By what differs between them, and by nothing that does not."""
    pages = measured_pages(with_results(more(**changes)), read_page)

    labels = words(pages[ORIN], "#fig-accelerated .heading")
    alike = [label for label in labels if label.startswith("DLA, two cores, INT8, batch 2, MAXN,")]
    assert len(alike) == 2
    assert [label for label in alike if label.endswith(said)] != []
    assert "DLA, one core, INT8, batch 2, MAXN" in labels


def test_each_board_has_a_chart_of_its_own(tmp_path: Path, read_page: ReadPage) -> None:
    """With the published figure where there is one; the one table of all names the board."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    comparison = {**TABLES["comparisons"][0], "result": "more"}
    write_measured(
        copy,
        {
            **TABLES,
            "results": more(module="jetson-agx-orin-32gb"),
            "comparisons": [*TABLES["comparisons"], comparison],
        },
    )

    pages = measured_pages(Atlas(load_package(copy, check=False)), read_page)

    one, two, gpu = (f"{engine}, INT8, batch 2, MAXN" for engine in (
        "DLA, one core", "DLA, two cores", "GPU"
    ))  # fmt: skip
    for module, labels in (("64gb", [two, one, gpu]), ("32gb", [two])):
        page = pages[f"measured/jetson-agx-orin-{module}.md"]
        assert words(page, "#fig-accelerated .heading") == labels
        assert words(page, "#fig-accelerated .atlas-legend li") == [
            "Measured", "Published, nearest conditions"
        ]  # fmt: skip
        values = words(page, "#fig-accelerated .value")
        assert values.count("2037") == sum("DLA" in label for label in labels)
    assert [row["module"] for row in rows_of(pages[ALL], "compared")] == [
        "Jetson AGX Orin 32GB", "Jetson AGX Orin 64GB", "Jetson AGX Orin 64GB"
    ]  # fmt: skip


def test_processors_are_told_apart_in_the_one_chart_of_cpus(
    tmp_path: Path, read_page: ReadPage
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    run = {**TABLES["runs"][1], "run": "20260103-onnxruntime-abcdef", "cpu_model": "Another one"}
    result = {**TABLES["results"][-1], "result": "cpu-2", "run": run["run"]}
    tables = {"runs": [*TABLES["runs"], run], "results": [*TABLES["results"], result]}
    write_measured(copy, {**TABLES, **tables})

    pages = measured_pages(Atlas(load_package(copy, check=False)), read_page)

    labels = words(pages["measured/cpu.md"], "#fig-on-cpu .heading")
    assert labels == [
        "CPU, FP32, batch 1, A processor of four cores", "CPU, FP32, batch 1, Another one"
    ]  # fmt: skip


def test_a_chart_without_published_figures_speaks_of_none(
    with_results: WithResults, read_page: ReadPage
) -> None:
    page = measured_pages(with_results(TABLES["results"]), read_page)["measured/cpu.md"]

    assert words(page, "#fig-on-cpu .heading")
    assert "ublished" not in " ".join(words(page, "#fig-on-cpu"))


def test_one_of_two_cores_is_in_charts_and_counts_within_their_sum(
    with_results: WithResults, read_page: ReadPage
) -> None:
    part = {"dla_cores": "2", "aggregation": "per_core"}
    results = [{**row, **part} if row["result"] == "dla-one" else row for row in TABLES["results"]]

    pages = measured_pages(with_results(results), read_page)

    assert "DLA, one of two cores" in " ".join(words(pages[ORIN], "#tbl-accelerated"))
    for page in pages.values():
        assert "DLA, one of two cores" not in " ".join(words(page, ".heading, #tbl-compared"))
    assert "1 of 1 measured figures" in " ".join(words(pages[ALL], ".atlas-answer"))


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

    soup = measured_pages(Atlas(load_package(copy, check=False)), read_page)[ORIN]

    labels = words(soup, "#fig-measured-ratios .heading")
    assert [label.rpartition(", ")[2] for label in labels] == ["dla-both", "more"]
    assert "Published" not in " ".join(words(soup, "#fig-measured-ratios .atlas-legend"))


def test_a_ratio_by_each_definition_stands_beside_the_published_one(
    with_results: WithResults, read_page: ReadPage
) -> None:
    page = measured_pages(with_results(TABLES["results"]), read_page)[ORIN]

    legend = words(page, "#fig-measured-ratios .atlas-legend li")
    assert legend == ["B, rail delta", "A, module delta", "Published, nearest conditions"]
