"""The page of each operator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import answer, part, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, Pages, RawRows, ReadPage, RenderPages


@pytest.fixture(scope="module")
def pages(atlas: Atlas, render_pages: RenderPages) -> Pages:
    return render_pages("operators", atlas)


@pytest.fixture(scope="module")
def page(pages: Pages, read_page: ReadPage) -> Callable[[str], BeautifulSoup]:
    """Return a function that reads the page of an operator."""
    return lambda operator: read_page(pages[f"operators/{operator.lower()}.md"])


def section(soup: BeautifulSoup, identifier: str) -> str:
    """Return the words from a heading to the next one of its rank."""
    heading = soup.find(id=identifier)
    assert heading, f"no section {identifier}"
    texts = []
    for element in heading.find_next_siblings():
        if element.name == "h2":
            break
        texts.append(" ".join(element.get_text(" ").split()))
    return " ".join(texts)


def lines(soup: BeautifulSoup) -> dict[str, list[str]]:
    """Return the states of each line of the timeline, in order."""
    return {
        name.get_text(): [
            " ".join(item.get_text(" ").split())
            for item in name.find_next("ol").select("li")  # type: ignore[union-attr]
        ]
        for name in soup.select(".op-lines > p")
    }


def test_every_operator_has_a_page(pages: Pages, raw_rows: RawRows) -> None:
    """One page each, under the operator's name in lower case."""
    expected = {f"operators/{row['operator'].lower()}.md" for row in raw_rows("operators")}

    assert expected == set(pages) - {
        "operators/index.md",
        "operators/rules.md",
        "operators/messages.md",
    }


def test_all_pages_are_whole(pages: Pages, read_page: ReadPage, raw_rows: RawRows) -> None:
    """Each page has an answer, a timeline, facts and a command; nothing is left unfilled."""
    for row in raw_rows("operators"):
        soup = read_page(pages[f"operators/{row['operator'].lower()}.md"])
        text = words(soup)
        assert row["operator"] in answer(soup)
        assert set(lines(soup)) == {
            "Jetson, Orin",
            "Jetson, Xavier",
            "DRIVE OS, Orin",
            "In DLA software",
        }
        assert "python3 -m measure check MODEL.onnx --release jetpack-6.2.3 --soc orin" in text
        assert soup.find("a", href=row["specification"])
        assert not re.search(r"\{[a-z_]+\}|\bNone\b", text), row["operator"]


def test_ceil_is_in_dla_software_only(page: Callable[[str], BeautifulSoup]) -> None:
    """TensorRT refuses it in every release, and the page says that the other layer has it."""
    soup = page("Ceil")

    assert "falls back to the GPU" in answer(soup)
    assert "The DLA's own software has it" in answer(soup)
    assert lines(soup)["Jetson, Orin"] == [
        "refused TensorRT 8.4.0 to 10.3.0; JetPack 5.0 DP to 6.2.3",
        "no DLA TensorRT 10.16.2; JetPack 7.2",
        "refused TensorRT 11.4.1; JetPack 7.2.2",
    ]
    assert [text.split()[0] for text in lines(soup)["In DLA software"]] == ["refused", "native"]


@pytest.mark.parametrize("operator", ["Div", "Pow"])
def test_conflict_names_both_sides(page: Callable[[str], BeautifulSoup], operator: str) -> None:
    """Documents that allow it, documents that do not, and the line a device printed."""
    box = part(page(operator), "#conflict")

    assert "Conflicting on Orin with JetPack 6.2.3." in box
    assert "limited: TensorRT 10.3 operator page of the ElementWise layer" in box
    assert "refused: Headers of TensorRT 10.3" in box
    assert f"DLA cores do not support {operator.upper()} ElementWise operation." in box
    assert "Orin, TensorRT 10.3.0.30" in box
    assert "Other sources contradict that" in answer(page(operator))


def test_global_average_pool_offers_average_pool(page: Callable[[str], BeautifulSoup]) -> None:
    """Refused, as devices were seen to do; an AveragePool within its window is the way."""
    soup = page("GlobalAveragePool")
    instead = section(soup, "instead")

    assert "does not run on the DLA" in answer(soup)
    assert "Builds on devices agree." in answer(soup)
    assert "AveragePool with a window of the height and width of the input" in instead
    assert "Window height and width lie between 1 and 8." in instead
    assert "input shape 1×2048×7×7" in section(soup, "seen")
    assert "DLA cores do not support AVG Reduce operation." in section(soup, "seen")


def test_softmax_by_soc_and_axis(page: Callable[[str], BeautifulSoup]) -> None:
    """On Orin only, in FP16, along axes up to a length that depends on the others."""
    soup = page("Softmax")
    conditions = section(soup, "conditions")

    assert [text.split()[0] for text in lines(soup)["Jetson, Xavier"]] == ["refused"]
    assert [text.split()[0] for text in lines(soup)["Jetson, Orin"]] == ["limited", "no", "limited"]
    assert "runs on the DLA of orin only" in conditions
    assert "The axis is one of C, H, W." in conditions
    assert "the axis is at most 8192 long" in conditions
    assert "the axis is at most 1024 long" in conditions


def test_dequantize_by_tensorrt(page: Callable[[str], BeautifulSoup]) -> None:
    """Folded into scales up to TensorRT 10, and asked for from 11.4.1 on."""
    jetson = lines(page("DequantizeLinear"))["Jetson, Orin"]

    assert jetson[0].startswith("reconstruction TensorRT 8.4.0 to 10.3.0")
    assert jetson[1].startswith("no DLA TensorRT 10.16.2")
    assert jetson[2].startswith("limited TensorRT 11.4.1")


def test_conditions_are_those_in_force(
    page: Callable[[str], BeautifulSoup], raw_rows: RawRows
) -> None:
    """Every rule of an operator stands once; those of other releases stand apart."""
    soup = page("Conv")
    rules = {row["rule"] for row in raw_rows("rule-operators") if row["operator"] == "Conv"}
    shown = [
        str(link["href"]).partition("#")[2]
        for link in soup.select(".op-rules a[href*='/rules/#']")
        if "records" not in str(link["href"])
    ]

    assert sorted(shown) == sorted(rules)
    assert "Kernel height and width lie between 1 and 32." in section(soup, "conditions")


def test_evidence_is_listed_with_its_lines(
    page: Callable[[str], BeautifulSoup], raw_rows: RawRows
) -> None:
    """All rows of an operator's evidence are there, refusals first, linked to their records."""
    for operator in ("Conv", "MatMul", "Add"):
        rows = [row for row in raw_rows("evidence") if row["operator"] == operator]
        soup = page(operator)
        links = [str(link["href"]) for link in soup.select("#tbl-seen td:nth-child(2) a")]
        outcomes = [cell["data-value"] for cell in soup.select("#tbl-seen td:first-child")]

        assert sorted(link.partition("#")[2] for link in links) == sorted(
            f"evidence.{row['id']}" for row in rows
        )
        assert outcomes == sorted(outcomes)


def test_history_of_the_entry(page: Callable[[str], BeautifulSoup], raw_rows: RawRows) -> None:
    """Each change of NVIDIA's list is told, also of an entry that was written over."""
    entry = section(page("Pow"), "entry")

    assert entry.count("2024-06-10") == sum(
        row["operator"] == "Pow" and row["date"] == "2024-06-10"
        for row in raw_rows("operator-history")
    )
    assert "removed, was native from 3.14.0" in entry


def test_examples_show_a_node_that_runs_and_one_that_does_not(
    page: Callable[[str], BeautifulSoup], raw_rows: RawRows
) -> None:
    """Made-up nodes stand with the condition that decides."""
    soup = page("MaxPool")
    assert soup.select("#tbl-examples a[href^='../rules/#pool.']")

    limited = {row["operator"] for row in raw_rows("operator-states") if row["state"] == "limited"}
    for operator in limited:
        cells = page(operator).select("#tbl-examples td:first-child")
        outcomes = {cell.get_text() for cell in cells}
        assert "meets the condition" in outcomes, operator
        assert outcomes - {"meets the condition"}, operator


def test_operator_nobody_lists_is_unknown(page: Callable[[str], BeautifulSoup]) -> None:
    """No source, no verdict."""
    for operator, more in (
        ("Einsum", "TensorRT makes the layer Einsum of it, which is none of the DLA's"),
        ("AffineGrid", "TensorRT's parser does not read it"),
    ):
        text = answer(page(operator))
        assert "is not in NVIDIA's list: nobody states whether the DLA takes it." in text
        assert more in text


def test_conflict_box_follows_the_data(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """Without dispute and without the device's refusal there is nothing to warn of."""
    record = "operator-states.div.tensorrt-jetson.any.2"
    change_cell(record, "disputed_source", "")
    change_cell("evidence.n001", "trt_version", "8.6.2")
    changed = change_cell(record, "disputed_state", "")
    soup = read_page(render_pages("operators", changed)["operators/div.md"])

    assert soup.find(id="conflict") is None
    assert "That is what documents say" in answer(soup)
