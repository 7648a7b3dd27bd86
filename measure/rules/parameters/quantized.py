"""Floating-point tensors that TensorRT keeps as INT8 between quantize and dequantize nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph

_FUSED = frozenset(
    ("Add", "BatchNormalization", "Clip", "LeakyRelu", "PRelu", "Relu", "Sigmoid", "Sum", "Tanh")
)
"""Operators that TensorRT computes together with the layer before them."""


def is_kept_as_int8(name: str, graph: Graph) -> bool:
    """Say whether a tensor is dequantized, or quantized before any layer of its own reads it.

    Between a dequantize and a quantize node TensorRT computes in INT8, also through operators
    that it fuses with the layer before them.
    """
    producer = graph.producer.get(name)
    if producer is not None and producer.op_type == "DequantizeLinear":
        return True
    outputs = {tensor.name for tensor in graph.outputs}
    seen = set()
    while name not in outputs and name not in seen:
        seen.add(name)
        readers = graph.consumers.get(name, [])
        if readers and all(reader.op_type == "QuantizeLinear" for reader in readers):
            return True
        if len(readers) != 1 or readers[0].op_type not in _FUSED:
            return False
        name = readers[0].outputs[0]
    return False
