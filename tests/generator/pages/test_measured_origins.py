"""Pages tell apart what was measured on a Jetson, read from logs of others, and run on a CPU."""

from __future__ import annotations

import shutil
from itertools import chain, combinations
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from generator.package import load_package
from tests.generator.conftest import DATA
from tests.generator.measured_data import CPU_RUN, DLA_RUN, TABLES, write_measured
from tests.generator.pages.reading import answer, part, rows_of, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.generator.conftest import ReadPage, RenderPages

IMPORTED_RUN = "20260103-recorded-abcdef"
KINDS = ("device", "imported", "cpu")
CLAUSES = {
    "device": "three results were measured on a Jetson",
    "imported": "one result was read from logs of runs that others made",
    "cpu": "one result was measured on a CPU, which says nothing about a DLA",
}
COMBINATIONS = list(chain.from_iterable(combinations(KINDS, size) for size in range(4)))
RUNS = {"device": DLA_RUN, "imported": IMPORTED_RUN, "cpu": CPU_RUN}


def rows_with(kinds: tuple[str, ...]) -> dict[str, list[dict[str, str]]]:
    """Return the made-up tables with results of these origins alone."""
    runs = {row["run"]: dict(row) for row in TABLES["runs"]}
    runs[IMPORTED_RUN] = {
        **runs[DLA_RUN], "run": IMPORTED_RUN, "kind": "imported", "backend": "recorded",
        "device": "",
    }  # fmt: skip
    results = [dict(row) for row in TABLES["results"]]
    one = next(row for row in results if row["result"] == "gpu")
    results.append({**one, "result": "gpu-imported", "run": IMPORTED_RUN, "build": ""})
    kept = {RUNS[kind] for kind in kinds}
    keys = {row["result"] for row in results if row["run"] in kept}
    tables = {name: [dict(row) for row in rows] for name, rows in TABLES.items()}
    tables["runs"] = [row for key, row in runs.items() if key in kept]
    tables["results"] = [row for row in results if row["run"] in kept]
    tables["comparisons"] = [row for row in tables["comparisons"] if row["result"] in keys]
    for name in ("builds", "ratios", "segments", "files"):
        tables[name] = [row for row in tables[name] if row["run"] in kept]
    return tables


@pytest.fixture(scope="module")
def with_kinds(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, ...]], Atlas]:
    """Return a function that loads the data with results of some origins."""
    copy: Path = tmp_path_factory.mktemp("origins") / "data"
    shutil.copytree(DATA, copy)

    def load(kinds: tuple[str, ...]) -> Atlas:
        write_measured(copy, rows_with(kinds))
        return Atlas(load_package(copy, check=False))

    return load


@pytest.mark.parametrize("kinds", COMBINATIONS, ids="+".join)
def test_each_page_says_what_there_is(
    kinds: tuple[str, ...],
    with_kinds: Callable[[tuple[str, ...]], Atlas],
    render_pages: RenderPages,
    read_page: ReadPage,
) -> None:
    """Home, method, FAQ and the page itself name the origins there are, and no other."""
    atlas = with_kinds(kinds)
    texts = {
        name: words(read_page(render_pages(name, atlas)[f"{path}.md"]))
        for name, path in (
            ("home", "index"),
            ("method", "method"),
            ("faq", "faq"),
            ("measured", "measured/index"),
        )
    }

    for text in texts.values():
        assert {kind for kind, clause in CLAUSES.items() if clause in text} == set(kinds)
    assert (". In all, " in texts["measured"]) == bool(kinds)
    nothing = {
        "home": "Nothing here was measured",
        "method": "None of them was measured",
        "faq": "Not yet: every figure" if not kinds else "Not on a Jetson;",
    }
    for name, sentence in nothing.items():
        assert (sentence in texts[name]) == ("device" not in kinds), name
    assert ("Nothing here was measured on a Jetson" in texts["home"]) == (
        bool(kinds) and "device" not in kinds
    )
    assert ("No throughput and no power of a DLA" in texts["method"]) == ("device" not in kinds)


def test_a_network_has_its_results_beside_the_published_ones(
    with_kinds: Callable[[tuple[str, ...]], Atlas], render_pages: RenderPages, read_page: ReadPage
) -> None:
    """With verdict, origin and the command; those of CPUs are a line with a link."""
    pages = render_pages("networks", with_kinds(KINDS))
    soup = read_page(pages["networks/resnet-50.md"])

    rows = rows_of(soup, "measured")
    assert [row["engine"] for row in rows] == [
        "DLA, two cores", "DLA, one core", "GPU", "GPU"
    ]  # fmt: skip
    assert [row["verdict"] for row in rows] == ["inside", "outside", "–", "–"]
    assert [row["origin"] for row in rows] == ["measured", "measured", "measured", "imported"]
    assert rows[0]["published"] == "2037"
    assert "One result of CPUs, kept apart" in words(soup)
    assert "--loadEngine=resnet-50.engine --useDLACore=0" in words(soup)
    assert "no Jetson was at hand" not in part(soup, ".atlas-reproduce")


def test_a_network_nobody_measured_says_how(
    with_kinds: Callable[[tuple[str, ...]], Atlas], render_pages: RenderPages, read_page: ReadPage
) -> None:
    pages = render_pages("networks", with_kinds(KINDS))
    soup = read_page(pages["networks/ssd-resnet-34.md"])

    assert not soup.select("#tbl-measured")
    assert "python3 -m measure run --networks ssd-resnet-34" in words(soup)
    assert "of CPUs" not in words(soup)


def test_the_method_counts_no_import_as_measured_on_a_jetson(
    with_kinds: Callable[[tuple[str, ...]], Atlas], render_pages: RenderPages, read_page: ReadPage
) -> None:
    soup = read_page(render_pages("method", with_kinds(("imported",)))["method.md"])

    assert "on a Jetson here; with this project's program one result was read" in answer(soup)
