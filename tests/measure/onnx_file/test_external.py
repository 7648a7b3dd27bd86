"""Weights in files of their own: never needed, and never taken from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import helper

from measure.errors import UserError
from measure.onnx_file import read_model
from tests.measure.onnx_file.examples import FLOAT, INT64, value

if TYPE_CHECKING:
    from pathlib import Path

    from tests.measure.onnx_file.conftest import WriteModel


def external(name: str, kind: int, dims: list[int], **entries: object) -> onnx.TensorProto:
    """Return an initializer whose data are elsewhere."""
    tensor = onnx.TensorProto(name=name, data_type=kind, dims=dims)
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, entry in entries.items():
        tensor.external_data.add(key=key, value=str(entry))
    return tensor


def reshape(write_model: WriteModel, tensor: onnx.TensorProto) -> Path:
    """Return the path of a model whose shapes hang on a tensor named ``s``."""
    return write_model(
        [helper.make_node("Reshape", ["x", "s"], ["y"])],
        [value("x", [4, 6])],
        [value("y", None)],
        [tensor],
    )


def test_small_values_are_read_where_they_are_needed(write_model: WriteModel) -> None:
    """A shape that is stored outside of the model decides other shapes all the same."""
    path = reshape(
        write_model, external("s", INT64, [2], location="model.data", offset=8, length=16)
    )
    (path.parent / "model.data").write_bytes(np.array([99, 3, 8, 99], "<i8").tobytes())

    model = read_model(path)

    assert model.graph.tensor("y").shape == (3, 8)
    assert model.notes == []


def test_folder_below_the_model(write_model: WriteModel) -> None:
    """Data may lie deeper, and be reached by a link that stays inside."""
    path = reshape(write_model, external("s", INT64, [2], location="deep/./link"))
    (path.parent / "deep").mkdir()
    (path.parent / "data").write_bytes(np.array([3, 8], "<i8").tobytes())
    (path.parent / "deep" / "link").symlink_to(path.parent / "data")

    assert read_model(path).graph.tensor("y").shape == (3, 8)


def test_missing_data_are_a_note(write_model: WriteModel) -> None:
    """Without its weights a model can be checked; what hangs on a value is unknown."""
    path = reshape(write_model, external("s", INT64, [2], location="model.data"))

    model = read_model(path)

    assert model.graph.tensor("s").value() is None
    assert model.graph.tensor("s").shape == (2,)
    assert model.graph.tensor("y").n_elements is None
    assert ["model.data" in note for note in model.notes] == [True]


@pytest.mark.parametrize(("offset", "length"), [(0, 16), (8, 8), (0, 4), (2**63, 16)])
def test_data_that_are_too_short(offset: int, length: int, write_model: WriteModel) -> None:
    """A file that ends before the value, or a length that is not the value's, gives none."""
    path = reshape(
        write_model,
        external("s", INT64, [2], location="model.data", offset=offset, length=length),
    )
    (path.parent / "model.data").write_bytes(bytes(15))

    assert read_model(path).graph.tensor("s").value() is None


@pytest.mark.parametrize(
    "location",
    [
        "../secret",
        "/etc/passwd",
        "deep/../../secret",
        "..\\secret",
        "C:\\secret",
        "link",
        "folder/secret",
    ],
)
def test_data_outside_of_the_folder_are_refused(location: str, write_model: WriteModel) -> None:
    """No spelling reads a file that the model's folder does not hold."""
    path = reshape(write_model, external("s", INT64, [2], location=location))
    outside = path.parent.parent / f"{path.parent.name}-outside"
    outside.mkdir()
    (outside / "secret").write_bytes(bytes(16))
    (path.parent / "link").symlink_to(outside / "secret")
    (path.parent / "folder").symlink_to(outside)

    with pytest.raises(UserError, match="lies outside of the model's folder"):
        read_model(path)


@pytest.mark.parametrize("location", ["", ".", "./", "nul\0byte"])
def test_data_without_a_file_name(location: str, write_model: WriteModel) -> None:
    """External data have to be somewhere."""
    path = reshape(write_model, external("s", INT64, [2], location=location))

    with pytest.raises(UserError, match="is not the name of a file"):
        read_model(path)


@pytest.mark.parametrize("word", ["-1", "1e3", "a\nb", "٣", "9" * 30])
def test_offset_that_is_no_number(word: str, write_model: WriteModel) -> None:
    """Offsets are whole numbers from 0 on."""
    path = reshape(write_model, external("s", INT64, [2], location="model.data", offset=word))

    with pytest.raises(UserError, match="is not a number of bytes"):
        read_model(path)


def test_more_than_two_gigabytes(write_model: WriteModel) -> None:
    """Large external weights count, and are not touched."""
    count = 1 << 30
    path = write_model(
        [helper.make_node("Add", ["x", "w"], ["y"])],
        [value("x", [1])],
        [value("y", None)],
        [external("w", FLOAT, [count], location="model.data")],
    )
    with (path.parent / "model.data").open("wb") as file:
        file.truncate(4 * count)

    model = read_model(path)

    assert model.weight_bytes == 4 * count
    assert model.graph.tensor("y").shape == (count,)
    assert model.graph.tensor("w").value() is None
