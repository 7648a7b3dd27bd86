"""What a check finds out about a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from measure.rules import DLA, GPU
from measure.target import UNKNOWN as NOT_KNOWN

if TYPE_CHECKING:
    from measure.rules import Reason
    from measure.target import Target


@dataclass
class NodeResult:
    """Where one node runs.

    Parameters
    ----------
    reasons
        Every rule that keeps the node off the DLA, or why its place is unknown.
    notes
        Rules that do not move the node.
    layer
        Key of the TensorRT layer the parser makes of it.
    build_time
        Why the node never runs: constant, unused, removed, folded, scales; empty if it does.
    into
        Name of the node that does the work of a folded one, or runs in one step with this one.
    subgraph
        Number of its DLA subgraph, counted from one.
    banks
        Banks of the convolution buffer that its data and weights take.
    """

    name: str
    op_type: str
    domain: str
    index: int
    placement: str
    reasons: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    layer: str = ""
    build_time: str = ""
    into: str = ""
    subgraph: int | None = None
    macs: int | None = None
    banks: int | None = None


@dataclass
class Group:
    """Nodes that one rule keeps off the DLA.

    Parameters
    ----------
    values
        What the nodes have instead of what the rule allows, each once.
    evidence
        Keys of the device observations that agree with the rule and that contradict it.
    """

    rule: str
    parameter: str
    message: str
    fix: str
    source: str
    source_title: str
    severity: str
    placement: str
    nodes: list[NodeResult] = field(default_factory=list)
    macs: int = 0
    values: list[str] = field(default_factory=list)
    evidence: dict[str, list[str]] = field(default_factory=dict)

    @property
    def op_types(self) -> list[str]:
        """Return the operators, the most frequent first."""
        counts: dict[str, int] = {}
        for node in self.nodes:
            counts[node.op_type] = counts.get(node.op_type, 0) + 1
        return sorted(counts, key=lambda op_type: -counts[op_type])


@dataclass
class Subgraph:
    """Nodes that run on the DLA as one loadable.

    Parameters
    ----------
    on_dla
        Whether it is within the number of loadables; the others run on the GPU.
    batch
        Product of the dimensions before channels, height and width; ``None`` when unknown.
    internal_bytes
        Bytes of the tensors between its nodes that are alive at once, at most.
    weight_bytes
        Bytes of its weights in the precision it runs in.
    """

    number: int
    nodes: list[NodeResult]
    batch: int | None
    macs: int
    internal_bytes: int
    weight_bytes: int
    on_dla: bool = True


@dataclass(frozen=True)
class Crossing:
    """A tensor that enters or leaves a DLA subgraph."""

    tensor: str
    shape: tuple[int | None, ...] | None
    precision: str
    n_bytes: int | None


@dataclass
class Border:
    """All that goes one way between two parts: input, output, gpu, dla-1 and so on."""

    source: str
    destination: str
    tensors: list[Crossing] = field(default_factory=list)

    @property
    def n_bytes(self) -> int | None:
        """Return the bytes of all tensors, ``None`` when one is unknown."""
        sizes = [crossing.n_bytes for crossing in self.tensors]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None


@dataclass(frozen=True)
class EndFormat:
    """How a network input or output is best handed over.

    Parameters
    ----------
    side
        Who reads or writes it: dla, gpu or both.
    format
        As trtexec wants it: int8:chw32.
    reformat
        Whether TensorRT converts a plain array that is handed over instead.
    """

    name: str
    direction: str
    side: str
    format: str
    reformat: bool
    why: str


@dataclass(frozen=True)
class Notice:
    """What a user should know besides the placement."""

    kind: str
    message: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Advice:
    """The change that brings most, of all nodes that break a rule or of all of an operator.

    Parameters
    ----------
    nodes, macs
        How many more nodes and operations run on the DLA with it.
    subgraphs
        How many subgraphs there are with it.
    """

    message: str
    rule: str
    op_type: str
    nodes: int
    macs: int
    subgraphs: int


@dataclass
class Standalone:
    """What stands in the way of a loadable that runs without TensorRT."""

    requested: bool
    obstacles: list[Reason]


@dataclass(frozen=True)
class Source:
    """Where a rule or figure comes from."""

    key: str
    title: str
    address: str


@dataclass
class Report:
    """All that a check finds out.

    Parameters
    ----------
    limit
        How many loadables a core takes; ``None`` when the data have no rule for the target.
    network
        Rules about the whole network that it does not meet.
    scale_source
        calibration_cache, quantize_nodes, or none.
    """

    model: str
    target: Target
    nodes: list[NodeResult] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    subgraphs: list[Subgraph] = field(default_factory=list)
    limit: int | None = None
    network: list[Reason] = field(default_factory=list)
    borders: list[Border] = field(default_factory=list)
    formats: list[EndFormat] = field(default_factory=list)
    banks_limit: int | None = None
    dynamic: list[str] = field(default_factory=list)
    scale_source: str = "none"
    without_scale: list[str] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    advice: Advice | None = None
    standalone: Standalone | None = None
    command: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)

    def count(self, placement: str) -> int:
        """Return how many nodes have a placement."""
        return sum(node.placement == placement for node in self.nodes)

    def macs(self, placement: str | None = None) -> int:
        """Return the multiply-accumulate operations of the nodes with a placement, or of all."""
        return sum(
            node.macs or 0
            for node in self.nodes
            if placement is None or node.placement == placement
        )

    @property
    def layers(self) -> int:
        """Return how many nodes run, on whatever."""
        return sum(not node.build_time for node in self.nodes)

    @property
    def all_on_dla(self) -> bool:
        """Say whether every node that runs does so on the DLA, and the whole builds.

        Nobody knows where the release is not known to have a usable DLA.
        """
        if self.target.dla == NOT_KNOWN:
            return False
        blocking = any(reason.effect in ("falls_back", "build_fails") for reason in self.network)
        placed = all(node.placement not in (GPU, "unknown") for node in self.nodes)
        return placed and not blocking and (self.count(DLA) > 0 or self.layers == 0)
