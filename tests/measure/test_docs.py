"""What the page on the checker shows is what the checker prints."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from measure.__main__ import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "check.md"
_OUTPUT = re.compile(r"```text\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"python3? -m measure (\w+)")


def save_classifier(folder: Path) -> None:
    """Write the small classifier of the page."""

    def weights(name: str, *shape: int) -> TensorProto:
        return numpy_helper.from_array(np.zeros(shape, np.float32), name)

    nodes = [
        helper.make_node(
            "Conv", ["image", "w1"], ["a"], "stem", kernel_shape=[3, 3], strides=[2, 2],
            pads=[1, 1, 1, 1],
        ),
        helper.make_node("Relu", ["a"], ["b"], "stem_relu"),
        helper.make_node(
            "MaxPool", ["b"], ["c"], "pool", kernel_shape=[9, 9], pads=[4, 4, 4, 4]
        ),
        helper.make_node(
            "Conv", ["c", "w2"], ["d"], "body", kernel_shape=[3, 3], pads=[1, 1, 1, 1]
        ),
        helper.make_node("Div", ["d", "two"], ["e"], "scale"),
        helper.make_node("GlobalAveragePool", ["e"], ["f"], "average"),
        helper.make_node("Conv", ["f", "w3"], ["scores"], "classes"),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "classifier",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 14, 14])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 10, 1, 1])],
        [
            weights("w1", 32, 3, 3, 3),
            weights("w2", 64, 32, 3, 3),
            weights("w3", 10, 64, 1, 1),
            numpy_helper.from_array(np.array(2, np.float32), "two"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    onnx.save(model, str(folder / "classifier.onnx"))


def test_the_page_shows_the_real_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever runs the command sees the page's text."""
    save_classifier(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    assert main(["check", "classifier.onnx"]) == 1

    found = _OUTPUT.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[1].strip() == capsys.readouterr().out.strip()


def test_the_page_names_commands_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command and option of the page is known to the command line."""
    text = PAGE.read_text(encoding="utf-8")
    helps = []
    for command in sorted(set(_COMMAND.findall(text))):
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        helps.append(capsys.readouterr().out)

    own = set(re.findall(r"(?<![-\w`])`?(--[a-z]+)", _OUTPUT.sub("", text))) - {"--verbose"}
    assert [option for option in sorted(own) if not any(option in text for text in helps)] == []
