"""From the path of an ONNX file to a model with shapes and constants."""

from __future__ import annotations

import os
from typing import Mapping, Sequence

from measure.errors import UserError
from measure.onnx_file.file_kinds import is_text, kind_by_signature
from measure.onnx_file.functions import Inliner
from measure.onnx_file.inference import PROCESS
from measure.onnx_file.link import link
from measure.onnx_file.model import Graph, Model
from measure.onnx_file.reader import Function, Reader
from measure.onnx_file.shapes import fix_shapes, infer_shapes
from measure.onnx_file.wire import LENGTH_DELIMITED, VARINT, MappedFile, signed

NEWEST_IR_VERSION = 14
"""The newest version of the format whose fields are known here."""

FIRST_IR_WITH_OPSETS = 3


def read_structure(path: str | os.PathLike[str]) -> Model:
    """Return a model as its file describes it: joined and in order, nothing inferred.

    Raises
    ------
    UserError
        When the file is no ONNX model, is damaged, or describes no graph that can run.
    """
    file = MappedFile.open(os.fspath(path))
    kind = kind_by_signature(file)
    if kind is not None:
        raise UserError(f"{file.path}: is {kind}")
    try:
        return _read(file)
    except UserError:
        if is_text(file):
            raise UserError(f"{file.path}: is text, not an ONNX model") from None
        raise


def _read(file: MappedFile) -> Model:
    reader = Reader(file)
    model = Model(file.path, Graph())
    graph_place = None
    functions: list[Function] = []
    version = ""
    for number, wire_type, first, last in file.fields(0, file.size):
        if number == 1 and wire_type == VARINT:
            model.ir_version = signed(first)
        elif wire_type != LENGTH_DELIMITED:
            continue
        elif number == 2:
            model.producer = file.text(first, last)
        elif number == 3:
            version = file.text(first, last)
        elif number == 7:
            graph_place = first, last
        elif number == 8:
            model.opsets.update([reader.opset(first, last)])
        elif number == 25:
            functions.append(reader.function(first, last))
    if graph_place is None:
        raise UserError(f"{file.path}: holds no graph; it is no ONNX model, or its end is missing")
    model.producer = f"{model.producer} {version}".strip()
    graph = reader.graph(*graph_place)
    _check_opsets(model)
    Inliner(file.path, functions).inline(graph, model.opsets)
    model.graph = link(file.path, graph)
    model.weight_bytes = sum(
        tensor.n_bytes or 0 for tensor in model.graph.tensors.values() if tensor.constant
    )
    if model.ir_version > NEWEST_IR_VERSION:
        model.notes.append(
            f"The model's format version {model.ir_version} is newer than "
            f"{NEWEST_IR_VERSION}, the newest known here; what is new in it is not read."
        )
    for location in reader.external.missing():
        model.notes.append(
            f"External data file {location!r} is missing; the values in it are unknown."
        )
    for location in reader.external.cut_off():
        model.notes.append(
            f"External data file {location!r} ends before the data of the model do; it was cut "
            "off or belongs to another model."
        )
    return model


def _check_opsets(model: Model) -> None:
    if not model.opsets and model.ir_version < FIRST_IR_WITH_OPSETS:
        model.opsets[""] = 1
    if not model.opsets:
        raise UserError(
            f"{model.path}: names no operator set version (opset_import), so its operators "
            "cannot be told apart; export the model again"
        )
    for domain, version in model.opsets.items():
        if version < 1:
            raise UserError(
                f"{model.path}: operator set {domain or 'ai.onnx'!r} has version {version}; "
                "versions start at 1"
            )


def read_model(
    path: str | os.PathLike[str], shapes: Mapping[str, Sequence[int]] | None = None
) -> Model:
    """Return a model with the shapes of its tensors, and the constants among them marked.

    Parameters
    ----------
    shapes
        Sizes for dynamic inputs, by name.

    Raises
    ------
    UserError
        When the file is no ONNX model or is damaged, its nodes do not fit together, or `shapes`
        does not fit its inputs.
    """
    PROCESS.start()
    model = read_structure(path)
    fix_shapes(model, shapes or {})
    infer_shapes(model)
    return model
