"""Shapes: fixed by the user, inferred, or unknown when inference is in trouble."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import onnx
import pytest
from onnx import helper

from measure.errors import UserError
from measure.onnx_file import inference, inference_worker, read_model
from measure.onnx_file.inference import InferenceProcess
from tests.measure.onnx_file.examples import FLOAT, INT64, integers, known, value, weights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.measure.onnx_file.conftest import WriteModel


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[InferenceProcess]:
    """Return a process of the test's own, in place of the one that is kept."""
    own = InferenceProcess()
    monkeypatch.setattr("measure.onnx_file.shapes.PROCESS", own)
    monkeypatch.setattr("measure.onnx_file.read.PROCESS", own)
    yield own
    own.stop()


@pytest.fixture
def dynamic(write_model: WriteModel) -> Path:
    """Return the path of a model with open sizes."""
    return write_model(
        [helper.make_node("Shape", ["x"], ["s"]), helper.make_node("Relu", ["x"], ["y"])],
        [value("x", ["batch", 3, None])],
        [value("s", None, INT64), value("y", None)],
    )


def test_open_sizes_stay_open(dynamic: Path) -> None:
    """Symbols are kept, and a shape that is not fixed is no constant."""
    graph = read_model(dynamic).graph

    assert graph.tensor("y").shape == (None, 3, None)
    assert graph.tensor("y").dim_params[:2] == ("batch", None)
    assert not graph.tensor("s").constant


def test_sizes_of_the_user(dynamic: Path) -> None:
    """Open sizes can be fixed; then the shape is known while building."""
    graph = read_model(dynamic, {"x": [8, 3, 5]}).graph

    assert graph.tensor("y").shape == (8, 3, 5)
    assert graph.tensor("s").constant
    assert known(graph, "s").tolist() == [8, 3, 5]


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ({"z": [1]}, "has no input 'z'; it has x"),
        ({"x": [8, 4, 5]}, "cannot have shape"),
        ({"x": [8, 3]}, "cannot have shape"),
        ({"x": [8, 3, 0]}, "cannot have shape"),
    ],
)
def test_sizes_that_do_not_fit(shapes: dict[str, list[int]], words: str, dynamic: Path) -> None:
    """What the model fixes cannot be changed."""
    with pytest.raises(UserError, match=words):
        read_model(dynamic, shapes)


@pytest.mark.parametrize("stated", [[2, 3], [7], [1, 3, 4]])
def test_stated_shapes_that_are_wrong(stated: list[int], write_model: WriteModel) -> None:
    """Shapes that a tool left behind do not count where the operators say another."""
    path = write_model(
        [helper.make_node("Relu", ["x"], ["m"]), helper.make_node("Relu", ["m"], ["y"])],
        [value("x", [1, 3])],
        [value("y", stated)],
        value_info=[value("m", stated)],
    )

    graph = read_model(path).graph

    assert (graph.tensor("m").shape, graph.tensor("y").shape) == ((1, 3), (1, 3))


def test_stated_shapes_that_help(write_model: WriteModel) -> None:
    """Where nothing can be inferred what the file states counts, also for what follows."""
    path = write_model(
        [
            helper.make_node("NonZero", ["x"], ["m"]),
            helper.make_node("Cast", ["m"], ["f"], to=FLOAT),
            helper.make_node("Relu", ["f"], ["y"]),
        ],
        [value("x", [1, 3])],
        [value("y", None)],
        value_info=[value("m", [2, 5], INT64)],
    )

    assert read_model(path).graph.tensor("y").shape == (2, 5)


def test_sizes_that_are_computed(write_model: WriteModel) -> None:
    """Shape arithmetic with floats, as exporters write for upsampling, is worked out."""
    nodes = []
    for step in range(3):
        reads = f"x{step}"
        nodes += [
            helper.make_node("Shape", [reads], [f"s{step}"]),
            helper.make_node("Cast", [f"s{step}"], [f"f{step}"], to=FLOAT),
            helper.make_node("Mul", [f"f{step}", "two"], [f"m{step}"]),
            helper.make_node("Floor", [f"m{step}"], [f"r{step}"]),
            helper.make_node("Cast", [f"r{step}"], [f"z{step}"], to=INT64),
            helper.make_node("Resize", [reads, "", "", f"z{step}"], [f"x{step + 1}"]),
        ]
    path = write_model(
        nodes,
        [value("x0", [1, 3, 4, 5])],
        [value("x3", None)],
        [helper.make_tensor("two", FLOAT, [4], [1.0, 1.0, 2.0, 2.0])],
    )

    assert read_model(path).graph.tensor("x3").shape == (1, 3, 32, 40)


def test_types_of_sequences_are_kept(write_model: WriteModel) -> None:
    """What is no tensor has no shape, and does not keep others from having one."""
    path = write_model(
        [
            helper.make_node("SequenceConstruct", ["x", "x"], ["q"]),
            helper.make_node("SequenceAt", ["q", "i"], ["y"]),
        ],
        [value("x", [1, 3])],
        [value("y", None)],
        [helper.make_tensor("i", INT64, [], [1])],
    )

    graph = read_model(path).graph

    assert graph.tensor("q").shape is None
    assert graph.tensor("y").shape == (1, 3)


def test_weights_do_not_travel(write_model: WriteModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy that is inferred holds small values only."""
    sent = []
    ask = InferenceProcess.infer

    def note(process: InferenceProcess, model: bytes) -> bytes:
        sent.append(model)
        return ask(process, model)

    monkeypatch.setattr(InferenceProcess, "infer", note)
    constant = helper.make_node("Constant", [], ["v"], value=weights("v", 1000, 1000))
    path = write_model(
        [
            constant,
            helper.make_node("MatMul", ["x", "w"], ["m"]),
            helper.make_node("MatMul", ["m", "v"], ["r"]),
            helper.make_node("Reshape", ["r", "s"], ["y"]),
        ],
        [value("x", [1, 1000])],
        [value("y", None)],
        [weights("w", 1000, 1000), integers("s", 10, -1)],
    )

    graph = read_model(path).graph

    assert graph.tensor("y").shape == (10, 100)
    assert [len(model) < 2000 for model in sent] == [True]


def simple(write_model: WriteModel) -> Path:
    """Return the path of a model whose output has a stated size."""
    return write_model(
        [helper.make_node("Relu", ["x"], ["y"])], [value("x", [1, 3])], [value("y", [1, 3])]
    )


def replace_worker(process: InferenceProcess, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the process run other code than inference."""
    monkeypatch.setattr(inference, "COMMAND", [sys.executable, "-c", code])


def test_inference_that_crashes(
    write_model: WriteModel, process: InferenceProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file states is still there, and a note says what is not."""
    replace_worker(process, monkeypatch, "import os; os.abort()")

    model = read_model(simple(write_model))

    assert model.graph.tensor("y").shape == (1, 3)
    assert ["onnx crashed" in note for note in model.notes] == [True]


def test_inference_that_hangs(
    write_model: WriteModel, process: InferenceProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ended after a while."""
    replace_worker(process, monkeypatch, "import time; time.sleep(600)")
    monkeypatch.setattr(inference, "TIME_LIMIT_S", 0.2)

    model = read_model(simple(write_model))

    assert ["took more than" in note for note in model.notes] == [True]


def test_inference_starts_again(write_model: WriteModel, process: InferenceProcess) -> None:
    """After a crash the next model is inferred as ever."""
    path = write_model(
        [helper.make_node("Relu", ["x"], ["y"])], [value("x", [3])], [value("y", None)]
    )
    for _ in range(2):
        assert read_model(path).graph.tensor("y").shape == (3,)
        process.stop()


def test_without_onnx(
    write_model: WriteModel, process: InferenceProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says how to get it."""
    worker = inference_worker.__name__
    code = "import runpy, sys; sys.modules['onnx'] = None; "
    code += f"runpy.run_module({worker!r}, run_name='__main__')"
    replace_worker(process, monkeypatch, code)

    with pytest.raises(UserError, match="pip install onnx"):
        read_model(simple(write_model))


def test_what_onnx_cannot_do(write_model: WriteModel, process: InferenceProcess) -> None:
    """A failure of the library as a whole is a note with its reason."""
    with pytest.raises(inference.InferenceError, match="proto"):
        process.infer(b"no model")


def test_inference_that_fills_memory(process: InferenceProcess) -> None:
    """The process may take some gigabytes, not all there are."""
    answer = process.infer(
        onnx.helper.make_model(helper.make_graph([], "g", [], [])).SerializeToString()
    )

    assert onnx.load_from_string(answer).graph.name == "g"
    with open(f"/proc/{process.pid}/limits", encoding="ascii") as file:
        limits = {line[:26].strip(): line[26:].split()[0] for line in file}
    assert int(limits["Max address space"]) < 16 << 30
