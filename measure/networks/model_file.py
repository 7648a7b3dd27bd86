"""What a run gets to measure: an ONNX file and what it takes to run it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ("fp32", "fp16", "qdq")
"""Types of a network: single precision, half precision, or explicit INT8 quantization."""

WEIGHTS = ("dense", "sparse")
"""Weights as they come, or two zeros in every four input channels."""


@dataclass(frozen=True)
class ModelFile:
    """An ONNX file on disk.

    Parameters
    ----------
    network
        Key of a reference network, or the name of a model of one's own.
    sha256
        Of the file, in hexadecimal digits.
    inputs
        Name: static shape, batch first.
    left_open
        The same of those inputs whose sizes the file leaves open.
    """

    network: str
    path: Path
    sha256: str
    inputs: dict[str, tuple[int, ...]]
    form: str = FORMS[0]
    weights: str = WEIGHTS[0]
    batch: int = 1
    left_open: dict[str, tuple[int, ...]] = field(default_factory=dict)
