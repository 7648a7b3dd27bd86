"""The INT8 scales of tensors: from a calibration cache, or from quantize nodes."""

from __future__ import annotations

import math
import re
import struct
from typing import TYPE_CHECKING

from measure.check.folding import is_quantization
from measure.check.view import unwritten
from measure.errors import UserError
from measure.printable import safe

if TYPE_CHECKING:
    from measure.check.folding import Folding
    from measure.check.view import NetworkView
    from measure.onnx_file.model import Graph

CACHE_HEADER = re.compile(r"TRT-\w+-\w*Calibration\w*")
"""First line of a calibration cache: the TensorRT version and the calibrator that wrote it."""

LIMIT_BYTES = 1 << 26
"""A cache has a line for each tensor; this is enough for a million."""

_SCALE = re.compile(r"(?P<tensor>.+): (?P<scale>[0-9a-fA-F]{1,8})")


def read_calibration_cache(path: str) -> dict[str, float]:
    """Return the scale of each tensor in a calibration cache.

    Each line behind the first holds a tensor and the bits of a 32-bit float in hexadecimal
    digits; the range of the tensor is that scale times the largest 8-bit integer.
    """
    lines = _text(path).split("\n")
    if not CACHE_HEADER.fullmatch(lines[0].strip()):
        raise UserError(
            f"{path} is no calibration cache: its first line should name TensorRT and the "
            "calibrator, as in TRT-8602-EntropyCalibration2"
        )
    scales = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        match = _SCALE.fullmatch(line.rstrip())
        scale = _float_of_bits(match["scale"]) if match else math.nan
        if match is None or not math.isfinite(scale):
            raise UserError(
                f"{path} line {number} is not a tensor, a colon and a scale: {safe(line)!r}"
            )
        scales[match["tensor"]] = scale
    return scales


def _text(path: str) -> str:
    """Return what a file holds that may be a calibration cache."""
    try:
        with open(path, "rb") as stream:
            content = stream.read(LIMIT_BYTES + 1)
        if len(content) <= LIMIT_BYTES:
            return content.decode("utf-8-sig")
        reason = "it is larger than any"
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        reason = "it is not text"
    raise UserError(f"{path} is no calibration cache: {reason}")


def scales_from_nodes(graph: Graph, folding: Folding) -> dict[str, float]:
    """Return the scales that quantize and dequantize nodes give the tensors around them."""
    scales: dict[str, float] = {}
    for node in graph.nodes:
        if not is_quantization(node) or len(node.inputs) < 2:
            continue
        if node.inputs[0] in folding.static or node.inputs[1] not in folding.static:
            continue
        value = graph.tensor(node.inputs[1]).value()
        if value is not None and value.size == 1:
            source = folding.resolve(node.inputs[0])
            for name in (source, node.inputs[0], *node.outputs):
                scales.setdefault(name, float(value.reshape(-1)[0]))
    return scales


def without_scale(
    view: NetworkView, folding: Folding, on_dla: list[bool], scales: dict[str, float]
) -> list[str]:
    """Return the tensors that DLA nodes read or write and that have no scale.

    What a node hands to an activation that runs in one step with it needs none.
    """
    inner = unwritten(view, folding, on_dla)
    names: dict[str, None] = {}
    for place, own in enumerate(on_dla):
        if own:
            names.update(dict.fromkeys(view.reads[place] + view.writes[place]))
    return [name for name in names if name not in scales and name not in inner]


def _float_of_bits(digits: str) -> float:
    """Return the 32-bit float whose bits are written in hexadecimal digits."""
    return float(struct.unpack(">f", bytes.fromhex(digits.zfill(8)))[0])
