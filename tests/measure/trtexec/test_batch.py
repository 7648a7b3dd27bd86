"""What a query is."""

from __future__ import annotations

from typing import Any

import pytest

from measure.trtexec.batch import Batch, batch_of

IMAGES: dict[str, tuple[int, ...]] = {"x": (4, 3, 8, 8)}
ONE_IMAGE: dict[str, tuple[int, ...]] = {"x": (3, 8, 8)}


def _batch(
    command: str = "",
    tensorrt: str = "",
    inputs: dict[str, tuple[int, ...]] | None = None,
    caller: int | None = None,
    **options: str,
) -> Batch:
    named = {key.replace("_", " "): value for key, value in options.items()}
    sections: dict[str, Any] = {"Inference Options": named} if named else {}
    return batch_of(sections, command, tensorrt, inputs or {}, caller)


@pytest.mark.parametrize(
    ("given", "kind", "size", "basis"),
    [
        ({}, "unknown", None, ""),
        ({"caller": 3}, "explicit", 3, "caller"),
        ({"Batch": "Explicit"}, "explicit", None, ""),
        ({"Batch": "Explicit", "caller": 3}, "explicit", 3, "caller"),
        ({"Batch": "Explicit", "inputs": IMAGES, "caller": 3}, "explicit", 4, "binding"),
        ({"Batch": "7"}, "implicit", 7, "option"),
        ({"Batch": "7", "inputs": ONE_IMAGE, "caller": 3}, "implicit", 7, "option"),
        ({"Batch": "0"}, "unknown", None, ""),
        # A loaded engine of 8.x prints one whatever its batch is.
        ({"Batch": "1", "command": "trtexec --loadEngine=e"}, "unknown", None, ""),
        ({"Batch": "1", "command": "trtexec --loadEngine=e", "caller": 3}, "explicit", 3, "caller"),
        (
            {"Batch": "1", "command": "trtexec --loadEngine=e", "inputs": IMAGES},
            "explicit",
            4,
            "binding",
        ),
        (
            {"Batch": "1", "command": "trtexec --loadEngine=e", "inputs": ONE_IMAGE},
            "implicit",
            1,
            "option",
        ),
        ({"Batch": "5", "command": "trtexec --loadEngine=e --batch=5"}, "implicit", 5, "option"),
        # Without the option dump the command and the version have to tell.
        ({"command": "trtexec --loadEngine=e", "tensorrt": "10.3.0"}, "explicit", None, ""),
        (
            {"command": "trtexec --onnx=m --shapes=x:9x3x8x8", "tensorrt": "8.5.2"},
            "explicit",
            9,
            "shapes",
        ),
        ({"command": "trtexec --onnx=m --explicitBatch"}, "explicit", None, ""),
        ({"command": "trtexec --deploy=m --batch=6", "tensorrt": "8.2.1"}, "implicit", 6, "option"),
        ({"command": "trtexec --deploy=m", "tensorrt": "7.1.3"}, "implicit", 1, "option"),
        ({"command": "trtexec --onnx=m", "tensorrt": "8.6.1"}, "explicit", None, ""),
        # An ONNX model may have a batch of its own, and the version is not known.
        ({"command": "trtexec --onnx=m"}, "unknown", None, ""),
        ({"command": "trtexec --onnx=m --batch=4"}, "implicit", 4, "option"),
    ],
)
def test_kind_and_size(given: dict[str, Any], kind: str, size: int | None, basis: str) -> None:
    """The log has the word; the caller fills in what it leaves open."""
    batch = _batch(**given)

    assert (kind, size, basis) == (batch.kind, batch.size, batch.basis)


@pytest.mark.parametrize(
    ("given", "images"),
    [
        ({}, None),
        ({"Batch": "Explicit"}, None),
        ({"Batch": "Explicit", "caller": 3}, 3),
        ({"Batch": "7"}, 1),
    ],
)
def test_images_per_query(given: dict[str, Any], images: int | None) -> None:
    """An implicit batch is never multiplied, an unknown one gives nothing."""
    assert _batch(**given).images_per_query == images


def test_shapes_of_the_dump() -> None:
    """Shapes that agree are one batch; those that do not leave it to the caller."""
    agree = _batch(Batch="Explicit", Input_inference_shape="left=2x3x8x8, right=2x3x8x8")
    differ = _batch(Batch="Explicit", Input_inference_shape="left=2x3x8x8, right=5x3x8x8")

    assert (agree.size, agree.basis) == (2, "shapes")
    assert differ.size is None


def test_inputs_that_disagree() -> None:
    """Two batches of images are no batch, unless the caller says what counts."""
    inputs = {"x": (4, 3, 8, 8), "y": (2, 3, 8, 8), "scale": (1,)}

    assert _batch(Batch="Explicit", inputs=inputs).size is None
    assert _batch(Batch="Explicit", inputs=inputs, caller=4).basis == "caller"


def test_batch_given_twice() -> None:
    """A batch beside an engine that has one makes the count worthless."""
    batch = _batch(Batch="4096", command="trtexec --loadEngine=e --batch=4096", inputs=IMAGES)

    assert batch.images_per_query is None
    assert "--batch=4096" in batch.note
