"""Models of one's own, named in a small TOML file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from measure.networks.model_file import FORMS, WEIGHTS, ModelFile

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class OwnModel:
    """An entry of a models file.

    Parameters
    ----------
    path
        The ONNX file.
    sha256
        Of the file, in hexadecimal digits; empty when the entry doesn't bind it.
    address
        Where the file can be downloaded; empty when it is local.
    inputs
        Name: sizes to fix dynamic inputs at.
    """

    name: str
    path: Path
    sha256: str = ""
    address: str = ""
    inputs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    batch: int = 1
    form: str = FORMS[0]
    weights: str = WEIGHTS[0]


def read_entries(path: str | Path) -> list[OwnModel]:
    """Return the entries of a models file."""
    raise NotImplementedError


def model_file_of(entry: OwnModel) -> ModelFile:
    """Return the file of an entry, checked."""
    raise NotImplementedError
