"""Random models of real operators, and real models with random damage, through the whole check."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from measure.__main__ import main
from tests.measure import hostile_parts
from tests.measure.surviving import VALIDATOR, Answer, hold, hold_page

if TYPE_CHECKING:
    from collections.abc import Sequence

BUNDLED = sorted(Path(onnx.__file__).parent.rglob("*.onnx"))
SMALL = [path.read_bytes() for path in BUNDLED if path.stat().st_size < 100_000]

SCHEMAS = [schema for schema in onnx.defs.get_all_schemas() if not schema.domain]
OPERATORS = sorted({schema.name for schema in SCHEMAS})
COMMON = [
    *("Conv", "ConvTranspose", "MaxPool", "AveragePool", "Gemm", "MatMul", "Add", "Concat"),
    *("Softmax", "Resize", "Slice", "Split", "Reshape", "Transpose", "BatchNormalization"),
    *("QuantizeLinear", "DequantizeLinear", "Constant", "Shape", "Clip", "PRelu", "LRN", "Pad"),
]
ATTRIBUTES = sorted({name for schema in SCHEMAS for name in schema.attributes})
RELEASES = [[], ["--tensorrt", "7.1"], ["--tensorrt", "8.5.2", "--soc", "xavier"]]
RELEASES += [["--precision", "fp16", "--standalone"], ["--tensorrt", "11.4.1"]]

INTEGERS = st.one_of(
    st.integers(-3, 9), st.sampled_from([33, 8193, 2**31, 2**63 - 1, -(2**63), 10**6])
)
SIZES = st.one_of(st.integers(0, 9), INTEGERS, st.none(), st.sampled_from(["N", "height"]))
SHAPES = st.one_of(
    st.just([1, 8, 16, 16]), st.none(), st.lists(SIZES, max_size=6), st.just([2, 3, 4])
)
FLOATS = st.floats(width=32)
TEXTS = st.one_of(
    st.sampled_from(["linear", "nearest", "SAME_UPPER", "NOTSET", "asymmetric", "ij,jk->ik"]),
    st.text(max_size=5),
)
ARRAYS = st.one_of(
    st.lists(st.integers(-9, 99), max_size=5).map(lambda numbers: np.array(numbers, "int64")),
    st.lists(FLOATS, max_size=5).map(lambda numbers: np.array(numbers, "float32")),
    st.just(np.zeros((8, 8, 3, 3), "float32")),
    st.just(np.zeros((8, 8), "int8")),
    st.just(np.float32(1).reshape(())),
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    INTEGERS.filter(lambda number: abs(number) < 2**63),
    st.lists(st.integers(-3, 40), min_size=1, max_size=6),
    FLOATS,
    st.lists(FLOATS, min_size=1, max_size=4),
    TEXTS,
    st.lists(TEXTS, min_size=1, max_size=3),
    ARRAYS.map(numpy_helper.from_array),
    st.just(hostile_parts.subgraph([hostile_parts.relu("x", "inner")], [], "inner")),
)
TYPES = st.sampled_from(
    [TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64, TensorProto.BOOL, 9, 99]
)


@st.composite
def models(draw: st.DrawFn) -> bytes:
    """Return a model of a few nodes with attributes of right and wrong types."""
    names = ["x", "z", "w"]
    inputs = [
        onnx.ValueInfoProto(name=name, type=_type(draw(TYPES), draw(SHAPES))) for name in names[:2]
    ]
    weights = numpy_helper.from_array(draw(ARRAYS), "w")
    nodes = []
    for number in range(draw(st.integers(1, 6))):
        operator = draw(st.sampled_from(COMMON) | st.sampled_from(OPERATORS))
        schema = onnx.defs.get_schema(operator)
        own = sorted(schema.attributes) or ATTRIBUTES
        keys = st.sampled_from(own) | st.sampled_from(ATTRIBUTES)
        attributes = draw(st.dictionaries(keys, VALUES, max_size=4))
        sources = draw(st.lists(st.sampled_from([*names, ""]), max_size=5))
        outputs = [f"t{number}_{k}" for k in range(draw(st.integers(1, 2)))]
        nodes.append(helper.make_node(operator, sources, outputs, **attributes))
        names += outputs
    outputs = draw(st.lists(st.sampled_from(names[3:]), min_size=1, max_size=3, unique=True))
    model = hostile_parts.model_of(
        nodes,
        inputs,
        [hostile_parts.info(name, None) for name in outputs],
        initializers=[weights],
        opset=draw(st.sampled_from([1, 7, 9, 11, 13, 17, 21, 28])),
    )
    return model.SerializeToString()


def _type(kind: int, shape: Sequence[int | str | None] | None) -> onnx.TypeProto:
    """Return the type of a tensor, whatever its sizes."""
    made = onnx.TypeProto()
    made.tensor_type.elem_type = kind
    if shape is not None:
        made.tensor_type.shape.SetInParent()
        for size in shape:
            dim = made.tensor_type.shape.dim.add()
            if isinstance(size, str):
                dim.dim_param = size
            elif size is not None:
                dim.dim_value = size
    return made


def check(content: bytes, words: Sequence[str]) -> None:
    """Check a model in all three forms of output, and see that each is sound."""
    with tempfile.TemporaryDirectory() as folder:
        path, page = Path(folder, "model.onnx"), Path(folder, "report.html")
        path.write_bytes(content)
        for form in ([], ["--json"], ["--html", str(page)]):
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(["check", str(path), *words, *form])
            hold(Answer(code, out.getvalue(), err.getvalue()))
            if code == 2:
                return
            if form == ["--json"]:
                VALIDATOR.validate(json.loads(out.getvalue()))
        hold_page(page)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(models(), st.sampled_from(RELEASES))
def test_random_models(content: bytes, words: list[str]) -> None:
    """Operators in any company, with any attributes, on any release."""
    check(content, words)


@settings(max_examples=80)
@given(
    st.sampled_from(SMALL),
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4), st.integers(0, 4)),
        min_size=1,
        max_size=6,
    ),
)
def test_damaged_models(content: bytes, edits: list[tuple[float, bytes, int]]) -> None:
    """Bytes of real models changed, lost or put in."""
    damaged = bytearray(content)
    for place, new, lost in edits:
        position = int(place * len(damaged))
        damaged[position : position + lost] = new
    check(bytes(damaged), [])
