"""Models that several tests check."""

from __future__ import annotations

import warnings
from pathlib import Path

import onnx
import pytest
from onnx.backend.test.loader import load_model_tests


@pytest.fixture(scope="session")
def bundled_models() -> list[Path]:
    """Return the models that the onnx package holds."""
    return sorted(Path(onnx.__file__).parent.rglob("*.onnx"))


@pytest.fixture(scope="session")
def node_tests() -> list[tuple[str, onnx.ModelProto]]:
    """Return the models of all node tests, by name."""
    with warnings.catch_warnings():
        # Some of them compute infinities on purpose.
        warnings.simplefilter("ignore")
        return [(case.name, case.model) for case in load_model_tests(kind="node") if case.model]
