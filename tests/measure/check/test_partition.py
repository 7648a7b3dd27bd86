"""DLA subgraphs are as few as the order of the nodes allows."""

from __future__ import annotations

from graphlib import TopologicalSorter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.check.partition import partition

DLA, GPU = "dla", None


@pytest.mark.parametrize(
    ("labels", "predecessors", "expected"),
    [
        pytest.param([], [], [], id="no nodes"),
        pytest.param([DLA, DLA], [[], [0]], [0, 0], id="chain"),
        pytest.param([DLA, GPU, DLA], [[], [0], [1]], [0, None, 1], id="cut by one GPU node"),
        pytest.param(
            [DLA, GPU, DLA, DLA], [[], [0], [0], [1, 2]], [0, None, 0, 1], id="diamond re-entry"
        ),
        pytest.param(
            [DLA, DLA, DLA, DLA], [[], [0], [0], [1, 2]], [0, 0, 0, 0], id="whole diamond"
        ),
        pytest.param([DLA, DLA], [[], []], [0, 1], id="two networks side by side"),
        pytest.param(
            [GPU, DLA, DLA], [[], [], [0, 1]], [None, 0, 0], id="branch read by one subgraph only"
        ),
        pytest.param(
            [GPU, DLA, DLA, GPU],
            [[], [], [0, 1], [1]],
            [None, 0, 1, None],
            id="branch read by the GPU too",
        ),
        pytest.param(["1", "1", "8", "8"], [[], [0], [1], [2]], [0, 0, 1, 1], id="batch changes"),
        pytest.param(
            ["1", "8", "1"], [[], [0], [0, 1]], [0, 1, 2], id="batch changes there and back"
        ),
    ],
)
def test_known_networks(
    labels: list[str | None], predecessors: list[list[int]], expected: list[int | None]
) -> None:
    """The division of small networks is the one drawn by hand."""
    assert expected == partition(labels, predecessors)


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[str | None], list[list[int]]]:
    """Return labels and predecessors of a random network."""
    labels = draw(st.lists(st.sampled_from([GPU, "one", "two"]), max_size=14))
    predecessors = [
        draw(st.lists(st.integers(0, node - 1), unique=True, max_size=3)) if node else []
        for node in range(len(labels))
    ]
    return labels, predecessors


@given(networks())
def test_subgraphs_can_run_as_one_piece(network: tuple[list[str | None], list[list[int]]]) -> None:
    """With each subgraph drawn together the network has no cycle, and labels stay apart."""
    labels, predecessors = network
    subgraphs = partition(labels, predecessors)
    pieces = [("gpu", n) if s is None else ("dla", s) for n, s in enumerate(subgraphs)]
    before: dict[tuple[str, int], set[tuple[str, int]]] = {piece: set() for piece in pieces}
    for node, others in enumerate(predecessors):
        before[pieces[node]] |= {pieces[other] for other in others} - {pieces[node]}
    seen: dict[int, set[str | None]] = {}
    for label, subgraph in zip(labels, subgraphs, strict=True):
        assert (label is None) == (subgraph is None)
        if subgraph is not None:
            seen.setdefault(subgraph, set()).add(label)

    list(TopologicalSorter(before).static_order())
    assert all(len(own) == 1 for own in seen.values())


@given(networks())
def test_without_gpu_nodes_connected_nodes_stay_together(
    network: tuple[list[str | None], list[list[int]]],
) -> None:
    """A network that is all of one label is divided only where it is not connected."""
    _, predecessors = network
    subgraphs = partition([DLA] * len(predecessors), predecessors)

    assert all(
        subgraphs[node] == subgraphs[other]
        for node, others in enumerate(predecessors)
        for other in others
    )
