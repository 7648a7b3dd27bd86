"""Shapes of all tensors, inferred by the onnx library on a copy without weights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence

from measure.errors import UserError
from measure.onnx_file.constants import mark_constants, shape_inputs
from measure.onnx_file.graph_copy import copied_nodes, copy_model
from measure.onnx_file.inference import PROCESS, InferenceError
from measure.onnx_file.reader import ATTRIBUTE_FIELDS, Reader
from measure.onnx_file.wire import LENGTH_DELIMITED, MappedFile

if TYPE_CHECKING:
    import numpy as np

    from measure.onnx_file.model import Graph, Model, Tensor

ROUNDS = 16
"""Each round may find values of shape arithmetic that let the next one infer further."""


def infer_shapes(model: Model) -> None:
    """Fill in the shapes and types that can be inferred, and mark what is constant.

    What the file states of intermediate tensors counts only where nothing can be inferred: TensorRT
    does not read it, and tools that edit models leave it behind. What cannot be inferred stays
    unknown; when inference fails as a whole a note says so.
    """
    stated = _set_aside(model.graph)
    values: dict[str, np.ndarray] = {}
    try:
        for _ in range(ROUNDS):
            _infer_once(model, values)
            mark_constants(model.graph)
            found = shape_inputs(model.graph)
            news = found.keys() - values.keys() or _take_back(model.graph, stated)
            if not news:
                break
            values.update(found)
    except InferenceError as error:
        reason = str(error).strip().splitlines()
        model.notes.append(
            f"Shape inference failed ({reason[0] if reason else 'no reason given'}); "
            "shapes that the file does not state are unknown."
        )
    _take_back(model.graph, stated)
    mark_constants(model.graph)


def _set_aside(graph: Graph) -> dict[str, Tensor]:
    """Forget what the file states of the results of ONNX's operators, and return it."""
    stated = {}
    for name, node in graph.producer.items():
        tensor = graph.tensors[name]
        if not node.domain and tensor.type_proto is None:
            stated[name] = replace(tensor)
            tensor.shape, tensor.dim_params, tensor.data_type = None, (), None
    return stated


def _take_back(graph: Graph, stated: dict[str, Tensor]) -> bool:
    """Use, once, what the file states where nothing was inferred; tell whether that helped."""
    helped = False
    for name, before in stated.items():
        tensor = graph.tensors[name]
        tensor.data_type = tensor.data_type or before.data_type
        if before.shape is None or tensor.n_elements is not None:
            continue
        inferred = (None,) * len(before.shape) if tensor.shape is None else tensor.shape
        if len(inferred) == len(before.shape):
            merged = tuple(
                size if size is not None else other for size, other in zip(inferred, before.shape)
            )
            helped = helped or merged != tensor.shape
            tensor.shape, tensor.dim_params = merged, tensor.dim_params or before.dim_params
    stated.clear()
    return helped


def fix_shapes(model: Model, shapes: Mapping[str, Sequence[int]]) -> None:
    """Give dynamic inputs the sizes that the user names.

    Raises
    ------
    UserError
        When there is no such input, or the model fixes another size.
    """
    inputs = {tensor.name: tensor for tensor in model.graph.inputs}
    for name, sizes in shapes.items():
        if name not in inputs:
            raise UserError(f"{model.path}: has no input {name!r}; it has {', '.join(inputs)}")
        known = inputs[name].shape or (None,) * len(sizes)
        agrees = len(known) == len(sizes) and all(
            size in (None, wanted) for size, wanted in zip(known, sizes)
        )
        if not agrees or min(sizes, default=1) < 1:
            raise UserError(
                f"{model.path}: input {name!r} cannot have shape {list(sizes)}; "
                f"the model says {['?' if size is None else size for size in known]}"
            )
        inputs[name].shape = tuple(sizes)
        inputs[name].dim_params = (None,) * len(sizes)


def _infer_once(model: Model, values: dict[str, np.ndarray]) -> None:
    answer = MappedFile(model.path, PROCESS.infer(copy_model(model, values)))
    for number, wire_type, start, end in answer.fields(0, answer.size):
        if number == 7 and wire_type == LENGTH_DELIMITED:
            _take_over(model.graph, Reader(answer), start, end, values)


def _take_over(
    graph: Graph, reader: Reader, start: int, end: int, values: dict[str, np.ndarray]
) -> None:
    """Give the tensors of a graph the shapes that an inferred GraphProto has."""
    nodes = iter(copied_nodes(graph, values))
    for number, wire_type, first, last in reader.file.fields(start, end):
        if wire_type != LENGTH_DELIMITED:
            continue
        if number == 1:
            subgraphs = next(nodes).subgraphs
            places = _subgraph_places(reader.file, first, last) if subgraphs else []
            for subgraph, place in zip(subgraphs, places):
                _take_over(subgraph, reader, *place, {})
        elif number in (12, 13):
            inferred = reader.value_info(first, last)
            if inferred.name in graph.tensors:
                _merge(graph.tensors[inferred.name], inferred)


def _subgraph_places(file: MappedFile, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the GraphProtos of a NodeProto lie."""
    for number, wire_type, first, last in file.fields(start, end):
        if number == 5 and wire_type == LENGTH_DELIMITED:
            for inner in file.fields(first, last):
                if inner[0] in (ATTRIBUTE_FIELDS[5], ATTRIBUTE_FIELDS[10]):
                    yield inner[2], inner[3]


def _merge(tensor: Tensor, inferred: Tensor) -> None:
    tensor.data_type = tensor.data_type or inferred.data_type
    tensor.type_proto = tensor.type_proto or inferred.type_proto
    if inferred.shape is not None:
        tensor.shape, tensor.dim_params = inferred.shape, inferred.dim_params
