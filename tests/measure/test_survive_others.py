"""Whatever `placement` and `score` are given: an answer, or one clear line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import measure.build_log
from measure.rules.cases import graph_from_case
from measure.score.cases import REQUIRED, Case
from measure.score.scoring import score
from tests.measure.surviving import Answer, ask, ask_measured

if TYPE_CHECKING:
    from collections.abc import Sequence

LOG = Path(__file__).parent / "corpus" / "logs" / "trt103_verbose.log"
WHOLE = LOG.read_bytes()
PLUGINS = b"".join(
    b"[01/01/2025-00:00:00] [V] [TRT] Registered plugin creator - ::X%d version 1\n" % number
    for number in range(1000)
)
LOG_SCHEMA = json.loads(
    (Path(measure.build_log.__file__).parent / "schema.json").read_text("utf-8")
)

LOGS: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 2),
    "zeros": (bytes(100_000), 2),
    "binary": (random.Random(0).randbytes(100_000), 2),
    "text": (b"no log\n" * 100, 2),
    "empty lines": (b"\n" * 100_000, 2),
    "byte order mark": (b"\xff\xfe", 2),
    "zip": (b"PK\x03\x04" + bytes(100), 2),
    "gzip without content": (gzip.compress(b""), 2),
    "gzip of nothing": (b"\x1f\x8b", 2),
    "one word": (b"x" * 5_000_000, 2),
    "one line": (b"[V] [TRT] " + b"{ForeignNode[a...b]} " * 300_000, 1),
    "escapes": (WHOLE.replace(b"Conv", b"\x1b[31m\x07\xe2\x80\xae<b>Conv"), 1),
    "runs": (WHOLE * 200, 1),
    "runs without end": (WHOLE.partition(b"\n")[0] + b"\n" + WHOLE * 3, 1),
}


@pytest.mark.parametrize("name", LOGS)
def test_odd_logs(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is read or refused, in text and for programs."""
    content, code = LOGS[name]
    path = tmp_path / "build.log"
    path.write_bytes(content)
    text = ask(capsys, "placement", path)
    found = ask(capsys, "placement", path, "--json")

    assert (text.code, found.code) == (code, code)
    if code != 2:
        jsonschema.Draft202012Validator(LOG_SCHEMA).validate(json.loads(found.out))


@pytest.mark.parametrize("kind", ["log", "gzip"])
def test_large_logs_take_little_memory(kind: str, tmp_path: Path) -> None:
    """A hundred megabytes of plugins, as verbose logs have, change neither answer nor memory."""
    path = tmp_path / "build.log"
    with ExitStack() as opened:
        stream: BinaryIO = opened.enter_context(path.open("wb"))
        if kind == "gzip":
            packed = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1)
            stream = cast("BinaryIO", opened.enter_context(packed))
        half = WHOLE.index(b"\n", len(WHOLE) // 2) + 1
        stream.write(WHOLE[:half])
        for _ in range((100 << 20) // len(PLUGINS)):
            stream.write(PLUGINS)
        stream.write(WHOLE[half:])
    answer, peak = ask_measured("placement", path)
    short, _ = ask_measured("placement", LOG)

    assert answer.out.splitlines()[1:] == short.out.splitlines()[1:]
    assert peak < 64 << 20


@pytest.mark.parametrize("words", [["placement"], ["score", "--cases"]])
def test_what_is_no_file(words: list[str], tmp_path: Path) -> None:
    """Missing files, folders and endless devices are refused."""
    for path in (tmp_path / "missing", tmp_path, "/dev/zero", "/dev/null"):
        answer, _ = ask_measured(*words, path)

        assert answer.code == 2


def cases(*rows: Sequence[str], head: Sequence[str] = REQUIRED) -> str:
    """Return a file of cases."""
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue()


def case(**cells: str) -> list[str]:
    """Return a case, as it should be where nothing else is said."""
    usual = {"onnx_op": "Conv", "parameters": "{}", "soc": "orin", "trt_version": "10.3"}
    return [{**usual, "precision": "INT8", "runs_on_dla": "yes", **cells}[key] for key in REQUIRED]


CASES: dict[str, tuple[str, int]] = {
    "empty": ("", 2),
    "no cases": (cases(), 0),
    "other columns": (cases(["1", "2"], head=["a", "b"]), 2),
    "short row": (cases(["Conv"]), 2),
    "long row": (cases([*case(), "x", "y"]), 0),
    "quote without end": (cases() + '"Conv,{},orin', 2),
    "no JSON": (cases(case(parameters="{")), 2),
    "a list": (cases(case(parameters="[]")), 2),
    "nested": (cases(case(parameters='{"a":' * 5000 + "1" + "}" * 5000)), 2),
    "huge": (cases(case(parameters=json.dumps({"pads": [1] * 100_000}))), 2),
    "no numbers": (cases(case(parameters='{"kernel_shape": [NaN, Infinity], "group": NaN}')), 0),
    "long number": (cases(case(parameters=f'{{"kernel_shape": [{"9" * 4000}, 1]}}')), 0),
    "longer number": (cases(case(parameters=f'{{"group": {"9" * 9000}}}')), 2),
    "many inputs": (cases(case(onnx_op="Concat", parameters='{"n_inputs": 1000000000}')), 0),
    "many dimensions": (cases(case(parameters='{"rank": 1000000000}')), 0),
    "unknown operator": (cases(case(onnx_op="\x1b[31m<b>")), 0),
    "unknown SoC": (cases(case(soc="nano")), 0),
    "no DLA": (cases(case(soc="thor")), 0),
    "no version": (cases(case(trt_version="abc")), 0),
    "odd versions": (cases(case(trt_version="0.0.0"), case(trt_version="99.1")), 0),
    "no such version": (cases(case(trt_version="1.2.3.4.5.6.7.8")), 2),
    "maybe": (cases(case(runs_on_dla="maybe")), 2),
}


@pytest.mark.parametrize("name", CASES)
def test_odd_cases(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file is scored or refused, in text and for programs."""
    content, code = CASES[name]
    path = tmp_path / "cases.csv"
    path.write_text(content, "utf-8")
    for form in ([], ["--json"]):
        answer = ask(capsys, "score", "--cases", path, *form)

        assert answer.code == code
        assert code != 2 or str(path) in answer.err


@pytest.mark.parametrize("content", [b"\x93\x00" * 100, "onnx_op".encode("utf-16")])
def test_cases_that_are_no_text(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The encoding is named."""
    (tmp_path / "cases.csv").write_bytes(content)

    assert "UTF-8" in ask(capsys, "score", "--cases", tmp_path / "cases.csv").err


def test_thousands_of_cases(tmp_path: Path) -> None:
    """Ten thousand cases are scored in the time that a command is given."""
    rows = [
        case(
            onnx_op=("Conv", "Add", "MaxPool", "Softmax", "Resize")[number % 5],
            parameters=json.dumps(
                {"kernel_shape": [number % 40, 3], "input_shape": [1, number + 1, 9, 9]}
            ),
        )
        for number in range(10_000)
    ]
    (tmp_path / "cases.csv").write_text(cases(*rows), "utf-8")
    answer: Answer = ask_measured("score", "--cases", tmp_path / "cases.csv")[0]

    assert answer.code == 0


KEYS = [
    *("kernel_shape", "strides", "pads", "dilations", "group", "axis", "axes", "perm", "mode"),
    *("alpha", "scales", "sizes", "starts", "ends", "steps", "size", "keepdims", "transB"),
    *("input_shape", "input_shapes", "output_shape", "weight_shape", "rank", "rank_not"),
    *("axis_not", "n_inputs", "constant_inputs", "constant_B", "data_type", "slope", "split"),
]
OPERATORS = [
    *("Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "Resize"),
    *("Softmax", "Concat", "Slice", "Split", "Reshape", "Transpose", "Gemm", "MatMul", "Add"),
    *("Div", "Clip", "PRelu", "LRN", "ReduceMax", "BatchNormalization", "Pad", "Cast"),
]
WORDS = st.sampled_from(["linear", "nearest", "C", "scalar", "int8", "", "x", "1x3", "not"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(SCALARS, st.lists(st.integers(-9, 9000), max_size=5)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=8,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    operator=st.sampled_from(OPERATORS),
    parameters=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5),
    soc=st.sampled_from(["", "orin", "xavier"]),
)
def test_parameters_of_any_kind(operator: str, parameters: dict[str, Any], soc: str) -> None:
    """What cannot be understood is not judged."""
    one = Case("key", operator, parameters, soc, "8.5.2", "int8", True, "source", "")

    assert score([one]).total.n == 1


def test_the_usual_case_is_understood() -> None:
    """The strategies above are about cases that the rules can look at."""
    graph, node = graph_from_case("Conv", {"kernel_shape": [3, 3], "input_shape": [1, 8, 9, 9]})

    assert graph.tensor(node.inputs[0]).shape == (1, 8, 9, 9)
