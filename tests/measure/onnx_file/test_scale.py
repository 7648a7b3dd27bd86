"""Large models: work in proportion to the graph, none to the weights."""

from __future__ import annotations

import cProfile
import pstats
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from onnx import helper

from measure.onnx_file import encode, read_model
from tests.measure.onnx_file.examples import value, weights

if TYPE_CHECKING:
    from pathlib import Path

    from tests.measure.onnx_file.conftest import WriteModel


def chain(write_model: WriteModel, length: int) -> Path:
    """Return the path of a model of convolutions and activations, one after the other."""
    nodes = []
    for index in range(0, length, 2):
        nodes.append(
            helper.make_node("Conv", [f"t{index}", "w"], [f"t{index + 1}"], kernel_shape=[1, 1])
        )
        nodes.append(helper.make_node("Relu", [f"t{index + 1}"], [f"t{index + 2}"]))
    return write_model(
        nodes, [value("t0", [1, 8, 4, 4])], [value(f"t{length}", None)], [weights("w", 8, 8, 1, 1)]
    )


def calls(path: Path) -> int:
    """Return how many functions are called while a model is read."""
    profile = cProfile.Profile()
    profile.runcall(read_model, path)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_work_grows_with_the_nodes(write_model: WriteModel) -> None:
    """Twice the nodes are twice the work."""
    counts = [calls(chain(write_model, length)) for length in (500, 1000, 2000)]

    assert pytest.approx((counts[2] - counts[1]) / (counts[1] - counts[0]), rel=0.02) == 2


def test_fifty_thousand_nodes(write_model: WriteModel) -> None:
    """A graph of that size is read whole, with every shape."""
    graph = read_model(chain(write_model, 50_000)).graph

    assert len(graph.nodes) == 50_000
    assert graph.outputs[0].shape == (1, 8, 4, 4)


def test_weights_stay_on_disk(tmp_path: Path) -> None:
    """Of half a gigabyte of weights almost nothing comes into memory."""
    count, n_bytes = 125, 1 << 22
    path = tmp_path / "model.onnx"
    length = count * n_bytes
    graph = b""
    parts: list[bytes] = []
    for index in range(count):
        node = helper.make_node("MatMul", [f"t{index}", f"w{index}"], [f"t{index + 1}"])
        graph += encode.block(1, node.SerializeToString())
        head = encode.integers(1, [1024, 1024]) + encode.integer(2, 1) + encode.text(8, f"w{index}")
        head += encode.varint(9 << 3 | 2) + encode.varint(n_bytes)
        parts.append(encode.varint(5 << 3 | 2) + encode.varint(len(head) + n_bytes) + head)
    graph += encode.block(11, value("t0", [1, 1024]).SerializeToString())
    graph += encode.block(12, value(f"t{count}", None).SerializeToString())
    length += len(graph) + sum(map(len, parts))
    with path.open("wb") as file:
        file.write(encode.integer(1, 8) + encode.block(8, encode.integer(2, 17)))
        file.write(encode.varint(7 << 3 | 2) + encode.varint(length) + graph)
        for part in parts:
            file.write(part)
            file.seek(n_bytes, 1)
        file.truncate(file.tell())
    # The peak of the process itself; what getrusage tells includes that of the one that started it.
    code = (
        "import sys; from measure.onnx_file import read_model; "
        "graph = read_model(sys.argv[1]).graph; assert graph.outputs[0].shape == (1, 1024); "
        "print(*(line.split()[1] for line in open('/proc/self/status') if 'VmHWM' in line))"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )

    assert int(answer.stdout) < 100 << 10
