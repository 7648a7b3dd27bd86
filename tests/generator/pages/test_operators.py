"""The matrix of operators."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import answer, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "operators/index.md"
FIRST_COLUMNS = ["operator", "state", "known", "precision", "layer"]


@pytest.fixture(scope="module")
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("operators", atlas)[PATH])


def rows(soup: BeautifulSoup) -> dict[str, Tag]:
    """Return the rows of the matrix by operator."""
    return {words(row.select("th")[0]): row for row in soup.select("#tbl-matrix tbody tr")}


def width(cell: Tag) -> int:
    """Return how many columns a cell fills."""
    return int(str(cell.get("colspan") or "1"))


def chosen(row: Tag) -> list[str]:
    """Return what a row says of the chosen release: state, basis and precision."""
    return [" ".join(cell.get_text().split()) for cell in row.select("td")[:3]]


def by_version(soup: BeautifulSoup, operator: str, kind: str = "data-now") -> dict[str, str]:
    """Return what the cell of each version says, as scripts read it."""
    versions = [head.contents[0] for head in soup.select("th[data-step]")]
    cells = []
    for cell in rows(soup)[operator].select("[data-now]"):
        text = str(cell.get(kind, cell["data-now"]))
        cells += [text] * width(cell)
    return dict(zip(map(str, versions), cells, strict=True))


def test_every_operator_is_a_row_with_all_columns(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Each operator of the specification has a row; its cells fill the columns exactly."""
    names = [row["operator"] for row in raw_rows("operators")]
    heads = soup.select("#tbl-matrix thead tr")[1].select("th")

    assert list(rows(soup)) == names
    for row in rows(soup).values():
        assert sum(map(width, row.select("th, td"))) == len(heads)
    assert [head["data-column"] for head in heads[:5]] == FIRST_COLUMNS


def test_counts_of_the_answer_are_those_of_the_rows(soup: BeautifulSoup) -> None:
    """The strip counts what the matrix shows for the chosen release."""
    shown = Counter(chosen(row)[0] for row in rows(soup).values())
    stated = {
        box.dt.get_text(): int(box.dd.get_text())
        for box in soup.select(".atlas-answer dl > div")
        if box.dt and box.dd
    }
    text = answer(soup)

    assert {state: shown[state] for state in stated} == stated
    assert sum(stated.values()) == len(rows(soup))
    assert f"let {shown['native'] + shown['limited']} of {len(rows(soup))} ONNX operators" in text
    assert "With JetPack 6.2.3 (TensorRT 10.3.0), the newest that runs the DLA of Orin" in text
    assert "TensorRT 10.8 to 11.3 has no DLA" in text


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("Conv", ["limited", "seen on a device", "FP16, INT8"]),
        ("Div", ["limited", "conflicting", "FP16, INT8"]),
        ("Pow", ["limited", "conflicting", "FP16, INT8"]),
        ("Ceil", ["refused", "documents only", ""]),
        ("GlobalAveragePool", ["refused", "seen on a device", ""]),
        ("Constant", ["build time", "documents only", ""]),
        ("DequantizeLinear", ["reconstruction", "documents only", ""]),
        ("Einsum", ["unknown", "no source", ""]),
    ],
)
def test_newest_release_is_shown_without_scripts(
    soup: BeautifulSoup, operator: str, expected: list[str]
) -> None:
    """State, basis and precision stand in words for the newest usable Jetson release."""
    assert chosen(rows(soup)[operator]) == expected


def test_layers_of_software_stand_apart(soup: BeautifulSoup) -> None:
    """Ceil is refused through TensorRT in every release, and native in newer DLA software."""
    groups = [head.get_text() for head in soup.select("#tbl-matrix thead tr:first-child th")]
    ceil = rows(soup)["Ceil"]
    software = [cell.get_text() for cell in ceil.select("td.op-step:not([data-now])")]

    assert groups[0].startswith("Through TensorRT in JetPack 6.2.3")
    assert groups[1:] == [
        "In DLA software, by its own version",
        "Through TensorRT on Jetson, by version",
        "On DRIVE OS",
    ]
    assert software == ["refused", "native"]
    assert {text.split()[0] for text in by_version(soup, "Ceil").values()} == {"refused"}


def test_states_by_version(soup: BeautifulSoup) -> None:
    """Softmax differs by SoC, DequantizeLinear by TensorRT, Div by platform."""
    orin, xavier = by_version(soup, "Softmax"), by_version(soup, "Softmax", "data-xavier")
    assert orin["8.5.2"].startswith("limited")
    assert xavier["8.5.2"].startswith("refused")
    assert "Xavier: refused" in rows(soup)["Softmax"].get_text()

    quantized = by_version(soup, "DequantizeLinear")
    assert quantized["10.3.0"].startswith("reconstruction")
    assert quantized["11.4.1"].startswith("limited")

    division = by_version(soup, "Div")
    assert division["8.6.12"].startswith("limited document_only")
    assert division["8.6.2"].startswith("refused")
    assert division["10.3.0"].startswith("limited conflicting")


def test_a_state_links_to_its_row(soup: BeautifulSoup) -> None:
    """The state of the chosen release and those of other versions name the same record."""
    href = rows(soup)["Div"].select_one("a.state")["href"]  # type: ignore[index]

    assert str(href) == (
        "../records/operator-states/tensorrt-jetson/#operator-states.div.tensorrt-jetson.any.2"
    )
    assert str(href) in by_version(soup, "Div")["10.3.0"]


def test_every_release_can_be_chosen(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Each JetPack and DRIVE OS is an option with its TensorRT; those without a DLA say so."""
    options = {
        str(option["value"]): option for option in soup.select("select[name=release] option")
    }
    notices = {str(item["data-release"]): words(item) for item in soup.select("[data-release]")}
    for row in raw_rows("releases"):
        key = f"{row['product']}-{row['release']}".lower().replace(" ", "-")
        option = options[key]
        assert row["tensorrt_min"].removesuffix(".30")[:4] in option.get_text()
        if row["dla"] == "usable" and row["tensorrt"]:
            assert option.has_attr("data-step"), key
        elif row["dla"] in ("not_usable", "no_dla_hardware"):
            assert not option.has_attr("data-step"), key
            assert notices[key]
    assert "It has no DLA: every layer runs on the GPU." in notices["tensorrt-11.1"]
    assert "strongly typed networks only" in notices["jetpack-7.2.2"]
    assert options["jetpack-6.2.3"].has_attr("selected")


def test_conflicts_are_listed(soup: BeautifulSoup) -> None:
    """The operators on which sources contradict each other are named under the matrix."""
    conflicting = [name for name, row in rows(soup).items() if chosen(row)[1] == "conflicting"]
    text = words(soup)

    assert {"Div", "Pow"} <= set(conflicting)
    listed = f"{', '.join(conflicting[:-1])} and {conflicting[-1]}"
    assert f"Conflicting with JetPack 6.2.3 on Orin: {listed}." in text


def test_the_matrix_follows_the_data(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A state that changes in the data changes in the row, the strip and the versions."""
    changed = change_cell("operator-states.ceil.tensorrt-jetson.any.1", "state", "native")
    soup = read_page(render_pages("operators", changed)[PATH])

    assert chosen(rows(soup)["Ceil"])[0] == "native"
    assert by_version(soup, "Ceil")["8.0.1"].startswith("native")


def test_device_that_ran_a_refused_operator_is_a_conflict(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """One build that shows the contrary turns what documents say into a conflict."""
    changed = change_cell("evidence.p031", "runs_on_dla", "yes")
    soup = read_page(render_pages("operators", changed)[PATH])

    assert chosen(rows(soup)["GlobalAveragePool"])[:2] == ["refused", "conflicting"]
