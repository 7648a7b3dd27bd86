"""ONNX models as graphs, read without their weights."""
