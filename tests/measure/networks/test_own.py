"""Models of one's own: what an entry may say, and which files it takes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import onnx
import pytest
from onnx import TensorProto, helper

from measure.errors import UserError
from measure.networks.own import OwnModel, model_file_of, read_entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DIGEST = "0" * 64

FULL = f"""\
# Two models.
[[model]]
name = "yolo-v8.n"
path = "nets/yolo.onnx"
sha256 = "{DIGEST}"
address = "https://example.org/yolo.onnx"
batch = 2
form = "qdq"
weights = "sparse"

[model.inputs]
"image:0" = [2, 3, 640, 640]

[[model]]
name = "mine"
path = "/opt/mine.onnx"
"""


def write(folder: Path, text: str) -> Path:
    """Write a models file."""
    path = folder / "models.toml"
    path.write_text(text, encoding="utf-8")
    return path


def save(
    path: Path,
    shape: Sequence[int | str | None] = (1, 3, 8, 8),
    kind: int = TensorProto.FLOAT,
    operator: str = "Relu",
) -> str:
    """Write a model of one node and return its digest."""
    inputs = ["x", "scale"] if operator == "QuantizeLinear" else ["x"]
    scale = helper.make_tensor("scale", TensorProto.FLOAT, [], [1.0])
    graph = helper.make_graph(
        [helper.make_node(operator, inputs, ["y"])],
        "one",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", kind, None)],
        [scale] if len(inputs) > 1 else [],
    )
    data = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]).SerializeToString()
    path.write_bytes(data)
    return sha256(data).hexdigest()


def test_half_precision_inside(tmp_path: Path) -> None:
    """A converter may leave single precision at the ends; the layers tell what is computed."""
    path = tmp_path / "mixed.onnx"
    weight = helper.make_tensor("w", TensorProto.FLOAT16, [4, 3, 1, 1], [0.5] * 12)
    nodes = [
        helper.make_node("Cast", ["x"], ["half"], to=TensorProto.FLOAT16),
        helper.make_node("Conv", ["half", "w"], ["made"]),
        helper.make_node("Cast", ["made"], ["y"], to=TensorProto.FLOAT),
    ]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, 8, 8])
        for name, channels in (("x", 3), ("y", 4))
    ]
    graph = helper.make_graph(nodes, "mixed", ends[:1], ends[1:], [weight])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), path)

    assert model_file_of(OwnModel("mixed", path)).form == "fp16"


def test_entries_are_read(tmp_path: Path) -> None:
    """Paths are relative to the file; what an entry leaves out has a default."""
    first, second = read_entries(write(tmp_path, FULL))

    assert first == OwnModel(
        "yolo-v8.n",
        tmp_path / "nets/yolo.onnx",
        DIGEST,
        "https://example.org/yolo.onnx",
        {"image:0": (2, 3, 640, 640)},
        2,
        "qdq",
        "sparse",
    )
    assert (second.name, str(second.path), second.batch, second.form, second.weights) == (
        "mine",
        "/opt/mine.onnx",
        None,
        "",
        "dense",
    )
    assert second.place.endswith("models.toml line 14")


def test_file_without_entries(tmp_path: Path) -> None:
    """An empty file names no models; that is no error."""
    assert read_entries(write(tmp_path, "# nothing yet\n")) == []
    (tmp_path / "models.toml").write_bytes(b"\xef\xbb\xbf# saved by an editor with a mark\n")
    assert read_entries(tmp_path / "models.toml") == []


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('name = "a"\n', 1, "'name' is not [[model]], of which this file is made"),
        ('[model]\nname = "a"\n', 1, "'model' is not [[model]]"),
        ('[[model]]\npath = "a"\n', 1, "the model has no name"),
        ('[[model]]\nname = "A b"\npath = "a"\n', 2, "name 'A b' is not small letters"),
        ('[[model]]\nname = "a"\n', 1, "a has no path; name the ONNX file"),
        ('[[model]]\nname = "a"\npath = 3\n', 3, "path is to be a string"),
        ('[[model]]\nname = "a"\npath = "a"\nbatch = true\n', 4, "batch is to be an integer"),
        ('[[model]]\nname = "a"\npath = "a"\nbatch = 0\n', 4, "a batch of 0; it takes"),
        ('[[model]]\nname = "a"\npath = "a"\nsha = "b"\n', 4, "'sha' is none of name, path, sha"),
        ('[[model]]\nname = "a"\npath = "a"\nsha256 = "AB"\n', 4, "sha256 'AB' is not 64 hexa"),
        ('[[model]]\nname = "a"\npath = "a"\naddress = "ftp:x"\n', 4, "address 'ftp:x' is not"),
        (
            '[[model]]\nname = "a"\npath = "a"\naddress = "https://x.org"\n',
            4,
            "a has an address but no sha256 of its file",
        ),
        ('[[model]]\nname = "a"\npath = "a"\nform = "int8"\n', 4, "form 'int8' is none of fp32"),
        ('[[model]]\nname = "a"\npath = "a"\ninputs = 1\n', 4, "inputs is to be a table"),
        (
            '[[model]]\nname = "a"\npath = "a"\n[model.inputs]\nx = [1, "3"]\n',
            5,
            "the shape of 'x' is no list of sizes, as in [1, 3, 224, 224]",
        ),
        ('[[model]]\nname = "a"\npath = "a"\n[model.inputs]\nx = [0]\n', 5, "the shape of 'x'"),
        (
            '[[model]]\nname = "a"\npath = "a"\n[[model]]\nname = "a"\npath = "b"\n',
            4,
            "another entry has the name 'a'; choose another",
        ),
        (
            '[[model]]\nname = "resnet-50"\npath = "a"\n',
            1,
            "a reference network has the name 'resnet-50'; choose another",
        ),
    ],
)
def test_what_is_no_entry(tmp_path: Path, text: str, line: int, reason: str) -> None:
    """Each mistake is one line that names the file, the line and what is wanted."""
    path = write(tmp_path, text)
    with pytest.raises(UserError) as caught:
        read_entries(path)

    assert str(caught.value).startswith(f"{path} line {line}: {reason}")


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A models file that is not there, a folder, binary or huge is named with the reason."""
    path = tmp_path / "models.toml"
    with pytest.raises(UserError, match="there is no such file"):
        read_entries(path)
    with pytest.raises(UserError, match="Is a directory"):
        read_entries(tmp_path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="it is not text in UTF-8"):
        read_entries(path)
    path.write_bytes(b"#" * (1 << 21))
    with pytest.raises(UserError, match="larger than any models file"):
        read_entries(path)


@pytest.mark.parametrize(
    ("kind", "operator", "form"),
    [
        (TensorProto.FLOAT, "Relu", "fp32"),
        (TensorProto.FLOAT16, "Relu", "fp16"),
        (TensorProto.FLOAT, "QuantizeLinear", "qdq"),
    ],
)
def test_file_is_checked(tmp_path: Path, kind: int, operator: str, form: str) -> None:
    """Digest, inputs and form come from the file itself."""
    path = tmp_path / "one.onnx"
    digest = save(path, (4, 3, 8, 8), kind, operator)

    found = model_file_of(OwnModel("one", path, digest))

    assert (found.network, found.path, found.sha256) == ("one", path, digest)
    assert (found.inputs, found.form, found.batch) == ({"x": (4, 3, 8, 8)}, form, 4)


def test_other_file_is_refused(tmp_path: Path) -> None:
    """A file whose digest differs is never measured under the entry's name."""
    path = tmp_path / "one.onnx"
    digest = save(path)

    with pytest.raises(UserError, match=f"has the SHA-256 {digest}, not {DIGEST}"):
        model_file_of(OwnModel("one", path, DIGEST, place="models.toml line 3"))
    with pytest.raises(UserError, match="is fp32, not fp16"):
        model_file_of(OwnModel("one", path, form="fp16"))


def test_missing_file_is_never_downloaded(tmp_path: Path) -> None:
    """Where there is an address the command to get the file is given."""
    path = tmp_path / "my net.onnx"
    with pytest.raises(UserError, match="is missing; correct the path or put the file there"):
        model_file_of(OwnModel("one", path))
    with pytest.raises(UserError) as caught:
        model_file_of(OwnModel("one", path, DIGEST, "https://example.org/a?b&c"))

    command = f"curl --location --fail --output '{path}' 'https://example.org/a?b&c'"
    assert command in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "entry", "expected"),
    [
        (("n", 3, 8, 8), {"batch": 4}, (4, 3, 8, 8)),
        (("n", 3, None, "w"), {"inputs": {"x": (2, 3, 5, 6)}}, (2, 3, 5, 6)),
        (("n", 3, None, "w"), {"inputs": {"x": (2, 3, 5, 6)}, "batch": 2}, (2, 3, 5, 6)),
        ((1, 3, 8, 8), {"inputs": {"x": (1, 3, 8, 8)}}, (1, 3, 8, 8)),
        (None, {"inputs": {"x": (1, 7)}}, (1, 7)),
    ],
)
def test_open_sizes_come_from_the_entry(
    tmp_path: Path,
    shape: Sequence[int],
    entry: dict[str, Any],
    expected: tuple[int, ...],
) -> None:
    """What the model leaves open the entry fixes."""
    path = tmp_path / "one.onnx"
    save(path, shape)

    found = model_file_of(OwnModel("one", path, **entry))

    assert (found.inputs, found.batch) == ({"x": expected}, expected[0])


@pytest.mark.parametrize(
    ("shape", "entry", "reason"),
    [
        (("n", 3, 8, 8), {}, "has the shape ?x3x8x8; give all its sizes under [model.inputs]"),
        (("n", 3, "h", 8), {"batch": 1}, "has the shape ?x3x?x8; give all its sizes"),
        ((1, 3, 8, 8), {"batch": 2}, "has a batch of 1, the entry says 2"),
        ((1, 3, 8, 8), {"inputs": {"x": (1, 3, 9, 8)}}, "the shape 1x3x8x8, not 1x3x9x8 as"),
        ((1, 3, 8, 8), {"inputs": {"x": (1, 3, 8)}}, "the input 'x' has the shape 1x3x8x8"),
        ((1, 3, 8, 8), {"inputs": {"z": (1,)}}, "the model has no input 'z'; it has x"),
        (None, {}, "has the shape unknown; give all its sizes"),
    ],
)
def test_sizes_that_do_not_fit(
    tmp_path: Path,
    shape: Sequence[int],
    entry: dict[str, Any],
    reason: str,
) -> None:
    """A shape that stays open or contradicts the model is an error that shows the model's."""
    path = tmp_path / "one.onnx"
    save(path, shape)

    with pytest.raises(UserError) as caught:
        model_file_of(OwnModel("one", path, place="models.toml line 1", **entry))

    assert str(caught.value).startswith("models.toml line 1: ")
    assert reason in str(caught.value)


def test_weights_in_other_files_are_refused(tmp_path: Path) -> None:
    """The digest would not bind them."""
    weights = helper.make_tensor("w", TensorProto.FLOAT, [64, 3, 3, 3], [0.0] * 1728)
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in "xy"]
    node = helper.make_node("Conv", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "one", ends[:1], ends[1:], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    weights = model.graph.initializer[0]
    weights.raw_data = b"".join([bytes(4)] * 1728)
    weights.ClearField("float_data")
    path = tmp_path / "one.onnx"
    onnx.save(model, path, save_as_external_data=True, location="w", size_threshold=0)

    with pytest.raises(UserError, match="keeps weights in files beside it"):
        model_file_of(OwnModel("one", path))
