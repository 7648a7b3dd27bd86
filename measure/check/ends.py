"""In which format network inputs and outputs are best handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from measure.check.packing import IMAGE, channel_packed, formats
from measure.check.report import EndFormat
from measure.rules.shapes import DLA_RANK
from measure.versions import in_range

if TYPE_CHECKING:
    from measure.check.view import NetworkView
    from measure.onnx_file.model import Node, Tensor
    from measure.target import Target

_TYPES = {
    "float16": "fp16",
    "bfloat16": "bf16",
    "int8": "int8",
    "uint8": "uint8",
    "int32": "int32",
    "bool": "bool",
}
"""Element type: trtexec's name for it; all others are handed over as 32-bit floats."""

LONG_SINCE = "10.0"
"""First TensorRT version with 64-bit integers; before they are narrowed."""


def end_formats(
    view: NetworkView,
    subgraphs: Sequence[int | None],
    precisions: Sequence[str],
    target: Target,
    image_groups: int | None,
) -> list[EndFormat]:
    """Return the format for each network input and output, in the order of the model.

    Parameters
    ----------
    subgraphs
        For each node that runs the number of its DLA subgraph; ``None`` on the GPU.
    precisions
        For each node the precision it computes in on the DLA.
    image_groups
        Most groups of a convolution that reads an image format; ``None`` for no bound.
    """
    ends = []
    given = set(view.outputs.values())
    for name in view.inputs:
        tensor = view.graph.tensor(name)
        readers = view.readers.get(name, [])
        side = _side([subgraphs[reader] is not None for reader in readers], name in given, tensor)
        packed = channel_packed(target, "input", precisions[readers[0]]) if readers else None
        if side != "dla" or packed is None:
            ends.append(_of_gpu(tensor, name, "input", side, target))
            continue
        precision = precisions[readers[0]]
        nodes = [view.nodes[reader] for reader in readers]
        image = _takes_image(tensor, nodes, precision, target, image_groups)
        layout = IMAGE if image else packed
        why = "an image, read by convolutions only" if image else "read by the DLA only"
        ends.append(EndFormat(name, "input", side, f"{precision}:{layout}", True, why))
    for name, source in view.outputs.items():
        maker = view.maker.get(source)
        tensor = view.graph.tensor(source)
        on_dla = maker is not None and subgraphs[maker] is not None
        side = _side([on_dla], False, tensor)
        precision = target.precision if maker is None else precisions[maker]
        packed = channel_packed(target, "output", precision)
        if side != "dla" or packed is None:
            ends.append(_of_gpu(tensor, name, "output", side, target))
            continue
        why = "written by the DLA"
        ends.append(EndFormat(name, "output", side, f"{precision}:{packed}", True, why))
    return ends


def _side(on_dla: list[bool], passes_through: bool, tensor: Tensor) -> str:
    """Say who reads or writes a network input or output."""
    if not any(on_dla) or (tensor.rank is not None and tensor.rank < DLA_RANK):
        return "gpu"
    return "dla" if all(on_dla) and not passes_through else "both"


def _of_gpu(tensor: Tensor, name: str, direction: str, side: str, target: Target) -> EndFormat:
    """Return the plain format of an input or output that the GPU reads or writes too."""
    if tensor.data_type == "int64":
        kind = "int64" if in_range(target.tensorrt, LONG_SINCE, "") else "int32"
    else:
        kind = _TYPES.get(tensor.data_type or "", "fp32")
    why = "used on the GPU" if side == "gpu" else "used on the DLA as a plain array"
    if side == "both":
        why = "used on the GPU and the DLA"
    return EndFormat(name, direction, side, f"{kind}:chw", side != "gpu", why)


def _takes_image(
    tensor: Tensor, readers: list[Node], precision: str, target: Target, groups: int | None
) -> bool:
    """Say whether a tensor can be handed over as an image, channels innermost."""
    channels = tensor.shape[-DLA_RANK + 1] if tensor.shape else None
    fits = any(
        row["trtexec"] == IMAGE and str(channels) in row["channels"].split()
        for row in formats(target, "input", precision)
    )
    return fits and all(
        node.op_type == "Conv"
        and not node.domain
        and (groups is None or node.attributes.get("group", 1) <= groups)
        for node in readers
    )
