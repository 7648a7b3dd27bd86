"""Real ONNX models that break the conditions of the DLA, and what has to be said of them."""
