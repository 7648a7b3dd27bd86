"""The tables of operators against ONNX itself, and the messages against lines as printed."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import onnx.defs
import pytest

from generator.facts.versions import in_range

if TYPE_CHECKING:
    from .conftest import RawRows

LINES = {
    "m1": "[W] [TRT] Layer '/head/Constant_4' (CONSTANT): Unsupported on DLA. Switching this "
    "layer's device type to GPU.",
    "m2": "WARNING: Default DLA is enabled but layer upsample_2 is not running on DLA, falling "
    "back to GPU.",
    "m3": "[W] setDefaultDeviceType was called but no layer in the network can run on DLA.",
    "m4": "[W] [TRT] Validation failed for DLA layer: /neck/Conv_3. Switching to GPU fallback.",
    "m5": "[W] Splitting DLA subgraph at: /neck/Conv_3 because DLA validation failed for this "
    "layer.",
    "m6": "[W] /head/Div: DLA cores do not support DIV ElementWise operation.",
    "m7": "[W] /pool/Mean: DLA cores do not support AVG Reduce operation.",
    "m8": "[W] /act/HardSigmoid: Activation type: HARD_SIGMOID is not supported on DLA.",
    "m8b": "ActivationLayer (with ActivationType = LEAKY_RELU) not supported for DLA.",
    "m9": "[W] /head/Concat: DLA only supports concatenation on the C dimension.",
    "m9b": "WARNING: route_9: Concatenation on DLA requires at least two inputs.",
    "m10": "[W] /head/Slice: DLA only supports slicing 4 dimensional tensors.",
    "m11": "[W] /head/Tile: DLA does not support out-of-bounds slice operation. Set slice mode",
    "m12": "[W] Input tensor has less than 4 dimensions for /fc/Gemm. At least one shuffle layer "
    "will be inserted which cannot run on DLA.",
    "m13": "This version of DLA does not support reshape layers directly connected to Slice or "
    "Concat",
    "m14": "[E] DLA does not support dynamic shape tensor: images",
    "m14b": "[E] DLA Layer /stem/Conv does not support dynamic shapes in any dimension.",
    "m15": "[W] DLA LAYER: Batch size (combined volume except for CHW dimensions) 64 for layer "
    "attention scores exceeds max batch size allowed of 32.",
    "m16": "DLA supports only 8 subgraphs per DLA core. Switching to GPU for layer conv_41",
    "m17": "For bilinear resize, DLA only supports kHALF_PIXEL coordinate transformation with "
    "resize selector: kFORMULA or kUPPER but kALIGN_CORNERS was found.",
    "m18": "DLA only supports FP16 and Int8 precision type. Switching /fc/Cast device type to GPU.",
    "m19": "[E] Error[4]: (BuilderFlag::kDIRECT_IO specified but no conformant implementation "
    "exists)",
    "m19b": "[W] No implementation conforms with I/O format restrictions; at least 2 reformatting "
    "nodes are needed.",
    "m20": "[E] Safe DLA is enabled but not all layers are running on DLA.",
    "m20b": "[E] Safety certified DLA should only have one graph for the whole network.",
    "m21": "[E] Cannot create DLA engine, 0 not available",
    "m22": "[E] Could not find any implementation for node {ForeignNode[/a/Conv.../b/Relu]}.",
    "m23": "[E] [TRT] dlaExecuteRunner.cpp (71) - DLA Error in submit: 7",
    "m23b": "NVMEDIA_DLA : 1599, ERROR: a task could not be sent",
    "m23c": "[E] 1: [nvdlaUtils.cpp] Error Code 1: DLA (Failure to submit program to DLA engine.)",
    "m23d": "Assertion context.dlaContext != nullptr failed.",
    "m24": "[W] MatMul is unsupported on DLA, relax constraints or use Convolution layer instead.",
    "m25": "[W] Unary operation: ISNAN is not supported on DLA.",
    "m26": "[W] Segmenting subgraph due to mismatched batch size. Layers",
    "f1": "Internal Error (Assertion allowGPUFallback failed. Layer '12' is not supported on DLA "
    "but GPU fallback is not enabled.)",
    "f2": "[E] DLA validation failed for layer: /fc/Gemm",
    "f3": "[E] Engine could not be created from network",
    "f4": "[E] Cannot deserialize serialized engine built with EngineCapability::kDLA_STANDALONE",
    "f5": "Assertion Error in operator(): 0 (et.region->getType() == RegionType::kNVM)",
    "f6": "[E] [nvmRegionOptimizer.cpp::forceToUseNvmIO::175] Internal Error (Assertion failed.)",
    "i1": "[I] [TRT] [GpuLayer] SHUFFLE: /head/Reshape",
    "i2": "[V] Number of DLA node candidates offloaded : 3 out of 9",
    "i3": "[I] DLA Memory Pool Sizes: Managed SRAM = 0.5 MiB, Local DRAM = 1024 MiB, Global DRAM "
    "= 512 MiB",
}
"""A line for each message, written for this test."""


def test_operators_are_those_of_onnx(raw_rows: RawRows) -> None:
    """Names, opsets and deprecation are those of the newest opset of the installed ONNX."""
    schemas: dict[str, list[onnx.defs.OpSchema]] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        if schema.domain == "":
            schemas.setdefault(schema.name, []).append(schema)
    expected = set()
    for name, versions in schemas.items():
        opsets = [schema.since_version for schema in versions]
        newest = versions[opsets.index(max(opsets))]
        deprecated = "yes" if newest.deprecated else "no"
        expected.add((name, str(min(opsets)), str(max(opsets)), deprecated))

    columns = ("operator", "since_opset", "last_changed_opset", "deprecated")

    assert expected == {tuple(row[name] for name in columns) for row in raw_rows("operators")}


def state_of(raw_rows: RawRows, operator: str, kind: str, soc: str, version: str) -> list[str]:
    """Return each state of an operator that holds for a version."""
    return [
        row["state"] + (f", {row['disputed_state']} says another" if row["disputed_state"] else "")
        for row in raw_rows("operator-states")
        if (row["operator"], row["version_kind"]) == (operator, kind)
        and row["soc"] in ("any", soc)
        and in_range(version, row["since"], row["until"])
    ]


@pytest.mark.parametrize(
    ("operator", "kind", "soc", "version", "state"),
    [
        ("Ceil", "tensorrt-jetson", "orin", "8.5.2", "refused"),
        ("Ceil", "tensorrt-jetson", "orin", "10.3.0.30", "refused"),
        ("Ceil", "dla-software", "orin", "3.12.1", "refused"),
        ("Ceil", "dla-software", "orin", "3.14.1", "native"),
        ("Div", "tensorrt-jetson", "orin", "8.6.2", "refused"),
        ("Div", "tensorrt-jetson", "orin", "10.3.0.30", "limited, refused says another"),
        ("Div", "tensorrt-drive", "orin", "8.6.12.4", "limited"),
        ("Pow", "tensorrt-jetson", "orin", "10.3.0.30", "limited, refused says another"),
        ("GlobalAveragePool", "tensorrt-jetson", "orin", "10.3.0.30", "refused"),
        ("GlobalMaxPool", "tensorrt-jetson", "orin", "8.6.2", "reconstruction"),
        ("ReduceMax", "tensorrt-jetson", "orin", "10.3.0.30", "limited"),
        ("Softmax", "tensorrt-jetson", "xavier", "8.5.2", "refused"),
        ("Softmax", "tensorrt-jetson", "orin", "8.5.2", "limited"),
        ("DequantizeLinear", "tensorrt-jetson", "orin", "10.3.0.30", "reconstruction"),
        ("DequantizeLinear", "tensorrt-jetson", "orin", "11.4.1", "limited"),
        ("Constant", "tensorrt-jetson", "orin", "10.3.0.30", "build_time"),
        ("LeakyRelu", "tensorrt-jetson", "xavier", "8.2.1", "refused"),
        ("LeakyRelu", "tensorrt-jetson", "xavier", "8.4.0", "limited"),
        ("ArgMax", "tensorrt-jetson", "orin", "10.3.0.30", "unknown"),
    ],
)
def test_state(
    raw_rows: RawRows, operator: str, kind: str, soc: str, version: str, state: str
) -> None:
    """Exactly one state holds, and it is the documented one."""
    assert [state] == state_of(raw_rows, operator, kind, soc, version)


def test_each_message_has_a_line(raw_rows: RawRows) -> None:
    """No expression is shipped untried."""
    assert set(LINES) == {row["message"] for row in raw_rows("messages")}


@pytest.mark.parametrize("message", LINES)
def test_a_line_is_found_by_its_message_alone(raw_rows: RawRows, message: str) -> None:
    """A line leads to one message."""
    found = [
        row["message"] for row in raw_rows("messages") if re.search(row["regex"], LINES[message])
    ]

    assert [message] == found


@pytest.mark.parametrize(
    ("message", "layer"),
    [
        ("m1", "/head/Constant_4"),
        ("m2", "upsample_2"),
        ("m7", "/pool/Mean"),
        ("m9", "/head/Concat"),
        ("m9b", "route_9"),
        ("m15", "attention scores"),
        ("m22", "{ForeignNode[/a/Conv.../b/Relu]}"),
        ("f1", "12"),
        ("i1", "SHUFFLE: /head/Reshape"),
    ],
)
def test_the_layer_of_a_line(raw_rows: RawRows, message: str, layer: str) -> None:
    """The name of the layer is a group of the expression."""
    regex = next(row["regex"] for row in raw_rows("messages") if row["message"] == message)
    match = re.search(regex, LINES[message])

    assert match is not None
    assert layer == match["layer"]


HOSTILE = ["-" * 100_000, "x" * 100_000, "[a] " * 25_000, "a: " * 33_000, "{ForeignNode[" * 8_000]


def test_no_expression_is_slow_on_a_long_line(raw_rows: RawRows) -> None:
    """A mutilated log takes no longer than a sound one of its size."""
    expressions = [re.compile(row["regex"]) for row in raw_rows("messages")]
    lines = HOSTILE + [line.replace(" ", " " * 200) * 20 for line in LINES.values()]

    started = time.process_time()
    for line in lines:
        for expression in expressions:
            expression.search(line)

    assert time.process_time() - started < 10
