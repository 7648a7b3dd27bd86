"""The operators that shapes are computed with, on small constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.onnx_file.folding.arithmetic import ARITHMETIC
from measure.onnx_file.folding.moving import MOVING
from measure.onnx_file.folding.values import CannotFoldError, Values
from measure.onnx_file.tensors import PLAIN_TYPES

if TYPE_CHECKING:
    import numpy as np

    from measure.onnx_file.model import Node

OPERATORS = {**MOVING, **ARITHMETIC}
"""Operator: what computes its outputs."""


def fold(node: Node, values: Values) -> list[np.ndarray]:
    """Return what a node computes from constants.

    Raises
    ------
    CannotFoldError
        When the operator is not one of shape arithmetic, or the result is large.
    """
    import numpy as np

    if node.domain or node.op_type not in OPERATORS:
        raise CannotFoldError(node.op_type)
    try:
        with np.errstate(all="ignore"):
            results = [np.asarray(result) for result in OPERATORS[node.op_type](node, values)]
    # A node that is wrong in itself, for which numpy has errors of many classes.
    except Exception as error:
        raise CannotFoldError(str(error)) from error
    if any(result.dtype.name not in PLAIN_TYPES for result in results):
        raise CannotFoldError("result without numbers")
    return results
