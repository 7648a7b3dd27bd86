"""Numbers of the fields of ONNX's messages, as both reading and writing use them."""

from __future__ import annotations

# ModelProto.
IR_VERSION, PRODUCER, PRODUCER_VERSION, GRAPH, OPSET, FUNCTION = 1, 2, 3, 7, 8, 25

# OperatorSetIdProto.
DOMAIN, VERSION = 1, 2

# GraphProto.
NODE, GRAPH_NAME, INITIALIZER, INPUT, OUTPUT, VALUE_INFO, SPARSE = 1, 2, 5, 11, 12, 13, 15

# NodeProto.
NODE_INPUT, NODE_OUTPUT, NODE_NAME, OP_TYPE, ATTRIBUTE, NODE_DOMAIN, OVERLOAD = 1, 2, 3, 4, 5, 7, 8

# AttributeProto.
ATTRIBUTE_NAME, ATTRIBUTE_TYPE, REFERENCE = 1, 20, 21
