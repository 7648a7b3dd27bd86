"""How much memory a DLA subgraph takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from measure.check.packing import ELEMENT_BYTES, channel_pack, packed_bytes

if TYPE_CHECKING:
    from measure.check.folding import Folding
    from measure.check.view import NetworkView


def internal_bytes(
    view: NetworkView, members: Sequence[int], inner: set[str], precisions: Sequence[str]
) -> int:
    """Return the bytes of the tensors inside a subgraph that are alive at once, at most.

    What enters or leaves the subgraph is not counted, nor a tensor of unknown size.

    Parameters
    ----------
    members
        Positions of the subgraph's nodes, in running order.
    inner
        Tensors that are never written, as the nodes around them run in one step.
    """
    own = set(members)
    given = set(view.outputs.values())
    packs = {precision: channel_pack(precision) for precision in set(precisions)}
    alive = most = 0
    freed: dict[int, int] = {}
    for place in members:
        precision = precisions[place]
        for name in view.writes[place]:
            readers = view.readers.get(name, [])
            if name in given or name in inner or not readers or not own.issuperset(readers):
                continue
            size = packed_bytes(view.graph.tensor(name).shape, precision, packs[precision]) or 0
            alive += size
            freed[max(readers)] = freed.get(max(readers), 0) + size
        most = max(most, alive)
        alive -= freed.pop(place, 0)
    return most


def weight_bytes(
    view: NetworkView, folding: Folding, members: Sequence[int], precisions: Sequence[str]
) -> int:
    """Return the bytes of a subgraph's weights in the precision they are kept in."""
    sizes: dict[str, int] = {}
    for place in members:
        for name in view.nodes[place].inputs:
            if name in folding.static:
                elements = view.graph.tensor(name).n_elements or 0
                sizes[name] = elements * ELEMENT_BYTES[precisions[place]]
    return sum(sizes.values())
