"""Files of the reference networks, built when they are first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from measure.networks.model_file import ModelFile


def model_file(
    network: str,
    form: str = "fp32",
    weights: str = "dense",
    batch: Optional[int] = None,
    folder: Path = Path("runs/networks"),
) -> ModelFile:
    """Return the ONNX file of a reference network, built unless it is in the folder."""
    raise NotImplementedError
