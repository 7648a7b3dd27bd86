"""Pages on operators say what this project's program measured, on which release, in which run."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from generator.facts.operators import CONFLICTING, JETSON, MEASURED, Operators
from generator.package import load_package
from tests.generator.conftest import DATA
from tests.generator.measured_data import DLA_RUN, TABLES, write_measured
from tests.generator.pages.reading import answer, words

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup

    from tests.generator.conftest import Pages, ReadPage, RenderPages

OTHER_RUN = "20260104-trtexec-abcdef"
ROW = {
    "soc": "orin",
    "trt_version": "10.3.0.30",
    "trt_version_basis": "stated",
    "platform": "jetson",
    "precision": "int8+fp16",
    "runs_on_dla": "yes",
    "message": "{ForeignNode[subject]}",
    "message_id": "i2",
    "kind": "measured",
    "basis": "direct",
    "source": "dla-atlas-operators",
    "run": DLA_RUN,
}
REFUSAL = {"runs_on_dla": "no", "message": "Layer 'subject' is refused.", "message_id": "m1"}
NOTE = "The rules had said that it is refused: unary.more."
SEEN = (
    {"id": "d001", "onnx_op": "Abs", "parameters": '{"input_shape": [1, 8, 4, 4]}'},
    {
        **REFUSAL,
        "id": "d002",
        "onnx_op": "Abs",
        "parameters": '{"input_shape": [1, 8193, 4, 4]}',
        "rule": "gen.dims",
    },
    {"id": "d003", "onnx_op": "Abs", "parameters": "{}", "run": OTHER_RUN},
    {"id": "d004", "onnx_op": "Exp", "parameters": "{}", "note": NOTE},
    {**REFUSAL, "id": "d005", "onnx_op": "LRN", "parameters": "{}"},
)
"""What was seen of operators that documents call native, refused and native."""


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Return the shipped data with two runs of operators, one on a release that is not known."""
    data = tmp_path_factory.mktemp("measured") / "data"
    shutil.copytree(DATA, data)
    other = {**TABLES["runs"][0], "run": OTHER_RUN, "product": "", "release": "", "l4t": ""}
    write_measured(data, {**TABLES, "runs": [*TABLES["runs"], other]})
    add_evidence(data)
    return Atlas(load_package(data))


def add_evidence(data: Path) -> None:
    """Append the rows to the table."""
    descriptor = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    (table,) = (one for one in descriptor["resources"] if one["name"] == "evidence")
    columns = [field["name"] for field in table["schema"]["fields"]]
    with (data / table["path"]).open("a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writerows({**ROW, "operator": row["onnx_op"], **row} for row in SEEN)


@pytest.fixture(scope="module")
def pages(atlas: Atlas, render_pages: RenderPages) -> Pages:
    return render_pages("operators", atlas)


def verdict_of(atlas: Atlas, operator: str) -> tuple[str, list[str]]:
    operators = Operators(atlas)
    verdict = operators.verdict(operator, JETSON, "10.3.0", "orin")
    return verdict.basis, operators.releases(verdict.measured)


def test_what_was_measured_is_known_from_there(atlas: Atlas) -> None:
    """A refusal that a general condition explains contradicts nothing; a bare one does."""
    assert verdict_of(atlas, "Abs") == (MEASURED, ["JetPack 6.2", "TensorRT 10.3.0.30"])
    assert verdict_of(atlas, "Exp") == (CONFLICTING, ["JetPack 6.2"])
    assert verdict_of(atlas, "LRN")[0] == CONFLICTING
    operators = Operators(atlas)
    assert operators.verdict("Abs", JETSON, "8.5.2", "orin").basis != MEASURED
    assert operators.verdict("Abs", JETSON, "10.3.0", "orin").measured


def test_the_matrix_says_on_which_release(pages: Pages, read_page: ReadPage) -> None:
    """In the column of the chosen release, and in what scripts read."""
    soup = read_page(pages["operators/index.md"])
    (row,) = (
        row for row in soup.select("#tbl-matrix tbody tr") if words(row.select("th")[0]) == "Abs"
    )

    known = row.select("td")[1]
    assert words(known) == "measured on JetPack 6.2 and TensorRT 10.3.0.30"
    assert known["data-value"] == MEASURED
    packed = [str(cell["data-now"]).split()[1] for cell in row.select("[data-now]")]
    assert "measured:JetPack_6.2_and_TensorRT_10.3.0.30" in packed
    assert any("measured on JetPack 6.2" in words(cell) for cell in row.select(".op-measured"))
    assert soup.select(f'[data-basis="{MEASURED}"]')


def page_of(pages: Pages, read_page: ReadPage, operator: str) -> BeautifulSoup:
    return read_page(pages[f"operators/{operator}.md"])


def test_the_page_counts_and_links_the_run(pages: Pages, read_page: ReadPage) -> None:
    """How many networks there were, how many the DLA took, and each row with its run."""
    soup = page_of(pages, read_page, "abs")

    assert (
        "Measured on JetPack 6.2 and TensorRT 10.3.0.30: of three networks with this operator "
        "alone, the DLA took 2."
    ) in answer(soup)
    seen = soup.select_one("#tbl-seen")
    assert seen is not None
    assert "measured on JetPack 6.2" in words(seen)
    links = [str(link["href"]) for link in seen.select("a") if words(link) == "run"]
    assert any(link.endswith(f"#runs.{DLA_RUN}") for link in links)
    (lines,) = soup.select(".op-lines")
    assert "measured on" in words(lines)


def test_a_conflict_of_documents_and_device_is_shown(pages: Pages, read_page: ReadPage) -> None:
    """The box has both sides, the device's with its release and run."""
    soup = page_of(pages, read_page, "exp")

    box = soup.select_one("#conflict")
    assert box is not None
    assert "measured on JetPack 6.2" in words(box)
    assert "refused" in words(box)
    assert NOTE in words(box)
    assert "Measured on JetPack 6.2: of one network with this operator alone" in answer(soup)


def test_its_record_is_marked_as_measured(atlas: Atlas) -> None:
    """The table as a whole is reported by others; these rows are not."""
    kinds = {row["id"]: atlas.evidence(row) for row in atlas.records("evidence")}

    assert kinds["d001"] == MEASURED
    assert kinds["p001"] == "reported"
