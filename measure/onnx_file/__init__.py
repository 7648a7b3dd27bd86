"""ONNX models as graphs, read without their weights."""

from __future__ import annotations

from measure.onnx_file.read import read_model

__all__ = ["read_model"]
