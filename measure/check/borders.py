"""What crosses between DLA subgraphs and everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, Sequence

from measure.check.packing import channel_pack, packed_bytes
from measure.check.report import Border, Crossing

if TYPE_CHECKING:
    from measure.check.view import NetworkView

INPUT, OUTPUT, GPU_PART = "input", "output", "gpu"


def find_borders(
    view: NetworkView,
    subgraphs: Sequence[int | None],
    precisions: Sequence[str],
    images: Mapping[str, int],
) -> list[Border]:
    """Return each way on which tensors enter or leave a DLA subgraph, in running order.

    Parameters
    ----------
    subgraphs
        For each node that runs the number of its DLA subgraph; ``None`` on the GPU.
    precisions
        For each node the precision it computes in on the DLA.
    images
        Network inputs that are handed over as images, with their bytes.
    """
    packs = {precision: channel_pack(precision) for precision in dict.fromkeys(precisions)}
    given = set(view.outputs.values())
    borders: dict[tuple[str, str], Border] = {}
    for name in [*view.inputs, *view.maker]:
        maker = view.maker.get(name)
        readers = view.readers.get(name, [])
        source = INPUT if maker is None else part(subgraphs[maker])
        parts = {part(subgraphs[reader]): reader for reader in reversed(readers)}
        destinations = [*reversed(list(parts)), *([OUTPUT] if name in given else [])]
        for destination in destinations:
            if destination == source or not _has_dla(source, destination):
                continue
            on_dla = maker if maker is not None and source != GPU_PART else parts.get(destination)
            assert on_dla is not None
            precision = precisions[on_dla]
            shape = view.graph.tensor(name).shape
            packed = packed_bytes(shape, precision, packs[precision])
            size = images.get(name, packed) if source == INPUT else packed
            key = (source, destination)
            border = borders.setdefault(key, Border(*key))
            border.tensors.append(Crossing(name, shape, precision, size))
    return list(borders.values())


def part(subgraph: int | None) -> str:
    """Return the name of the part of a network that a node belongs to."""
    return GPU_PART if subgraph is None else f"dla-{subgraph}"


def _has_dla(*parts: str) -> bool:
    """Say whether one of two parts is a DLA subgraph."""
    return any(name.startswith("dla-") for name in parts)
