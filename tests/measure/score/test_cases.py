"""Reading files of observed placements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.errors import UserError
from measure.score.cases import read_cases

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "id,onnx_op,parameters,soc,trt_version,precision,runs_on_dla,message,source_url,extra"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """Write a case file."""
    path = folder / "cases.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_reads_what_people_write(tmp_path: Path) -> None:
    """Versions with remarks, precisions with a plus, SoCs in capitals, columns nobody asked for."""
    path = write(
        tmp_path,
        'P1,Conv,"{""group"": 1}",Orin,8.4 (inferred from the log),INT8+FP16,yes,m,https://a,x',
        "P2,Relu,{},any,,,no,,https://b,",
    )

    first, second = read_cases(path)

    assert (
        first.soc,
        first.tensorrt,
        first.precision,
        first.runs_on_dla,
        first.source,
    ) == ("orin", "8.4", "int8", True, "https://a")
    assert first.parameters == {"group": 1}
    assert (
        second.soc,
        second.tensorrt,
        second.precision,
        second.runs_on_dla,
    ) == ("", "", "", False)


def test_an_open_case_asks_every_target(tmp_path: Path) -> None:
    """Without SoC, release and precision all of them may be meant."""
    (case,) = read_cases(write(tmp_path, "P2,Relu,{},any,,,no,,https://b,"))

    targets = case.targets()

    assert {"orin", "xavier"} == {target.soc for target in targets}
    assert {"int8", "fp16"} == {target.precision for target in targets}
    assert len({target.tensorrt for target in targets}) > 5


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("P1,Conv,{},orin,10.3,int8,maybe,,,", "line 2: runs_on_dla is 'maybe'"),
        ("P1,,{},orin,10.3,int8,yes,,,", "line 2: onnx_op is empty"),
        ("P1,Conv,kernel,orin,10.3,int8,yes,,,", "line 2: parameters is no JSON"),
        ("P1,Conv,[1],orin,10.3,int8,yes,,,", "line 2: parameters is no JSON object"),
        ("P1,Conv," + "[" * 100000 + ",orin,10.3,int8,yes,,,", "line 2: parameters is no JSON"),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, row: str, said: str) -> None:
    """The message names the file, the line and the cell."""
    with pytest.raises(UserError, match=said):
        read_cases(write(tmp_path, row))


def test_names_the_columns_that_lack(tmp_path: Path) -> None:
    """A table of something else is refused as a whole."""
    with pytest.raises(UserError, match="no column parameters, soc"):
        read_cases(write(tmp_path, header="onnx_op,trt_version,precision,runs_on_dla"))


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    """No traceback for a path that isn't there."""
    with pytest.raises(UserError, match="cannot be read"):
        read_cases(tmp_path / "nothing.csv")
