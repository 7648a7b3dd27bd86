"""What a model is made of: tensors, nodes and the graph that joins them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Iterable, Optional, Sequence, Tuple

from measure.onnx_file.data_types import bits_of

if TYPE_CHECKING:
    import numpy as np

VALUE_LIMIT = 65536
"""Elements of the largest constant whose value is read: shape arithmetic needs far less."""

Shape = Optional[Tuple[Optional[int], ...]]


@dataclass
class Tensor:
    """A value that flows along an edge, or a constant.

    Parameters
    ----------
    shape
        ``None`` when the rank is unknown; ``None`` in it for a dimension that is.
    dim_params
        For each dimension the symbol the model gives it, or ``None``.
    data_type
        ``float32``, ``int64``, ``bool``…, ``None`` when unknown.
    constant
        Whether it is known while building: an initializer, or computed from constants only.
    load
        Reads the value; called when it is first asked for.
    type_proto
        The type as the file spells it, for sequences, maps and optional values only.
    sparse
        Whether the file holds it as indices and values.
    """

    name: str
    shape: Shape = None
    dim_params: tuple[str | None, ...] = ()
    data_type: str | None = None
    constant: bool = False
    load: Callable[[], np.ndarray | None] | None = field(default=None, repr=False)
    type_proto: bytes | None = field(default=None, repr=False)
    sparse: bool = field(default=False, repr=False)
    _value: np.ndarray | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def rank(self) -> int | None:
        """Return the number of dimensions, ``None`` when unknown."""
        return None if self.shape is None else len(self.shape)

    @property
    def n_elements(self) -> int | None:
        """Return the number of elements, ``None`` when a dimension is unknown."""
        if self.shape is None:
            return None
        product = 1
        for size in self.shape:
            if size is None:
                return None
            product *= size
        return product

    @property
    def n_bytes(self) -> int | None:
        """Return the bytes that the elements take, ``None`` when size or type is unknown."""
        n_elements, bits = self.n_elements, bits_of(self.data_type)
        if n_elements is None or bits is None:
            return None
        return (n_elements * bits + 7) // 8

    def value(self) -> np.ndarray | None:
        """Return the value of a small constant; ``None`` when it is large or unknown.

        It is read from the file at the first call and kept.
        """
        n_elements = self.n_elements
        too_large = n_elements is not None and n_elements > VALUE_LIMIT
        if self._value is None and self.load is not None and not too_large:
            self._value = self.load()
        return self._value


@dataclass(eq=False)
class Node:
    """One operator of a graph.

    Parameters
    ----------
    opset
        Version of the operator set its domain has in the model, 0 for a domain it does not import.
    inputs, outputs
        Names of tensors, ``""`` where an optional one is left out.
    attributes
        Python numbers, texts and lists; `Tensor` for tensors, `Graph` for graphs.
    index
        Position in the order in which the nodes run.
    overload
        Which of the model's own functions of the same name it calls; they are inlined.
    """

    name: str
    op_type: str
    domain: str = ""
    opset: int = 0
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    index: int = 0
    overload: str = ""

    @property
    def subgraphs(self) -> list[Graph]:
        """Return the graphs that the node holds: branches of If, bodies of Loop and Scan."""
        found: list[Graph] = []
        for value in self.attributes.values():
            if isinstance(value, Graph):
                found.append(value)
            elif isinstance(value, list):
                found += [item for item in value if isinstance(item, Graph)]
        return found


@dataclass(eq=False)
class Graph:
    """Nodes in the order in which they run, and the tensors between them.

    Parameters
    ----------
    inputs
        What the user feeds: graph inputs that no initializer gives a value.
    producer
        Tensor name: the node that writes it; graph inputs and initializers have none.
    consumers
        Tensor name: the nodes that read it, once each; also where a node's subgraph reads it.
    parent
        The graph around a subgraph, whose tensors its nodes may read.
    outer
        Names that its nodes read and that the graphs around it have to know.
    """

    nodes: list[Node] = field(default_factory=list)
    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    producer: dict[str, Node] = field(default_factory=dict, repr=False)
    consumers: dict[str, list[Node]] = field(default_factory=dict, repr=False)
    name: str = ""
    parent: Graph | None = field(default=None, repr=False)
    outer: list[str] = field(default_factory=list, repr=False)

    def tensor(self, name: str) -> Tensor:
        """Return the tensor of that name, one of which nothing is known if there is none."""
        graph: Graph | None = self
        while graph is not None:
            if name in graph.tensors:
                return graph.tensors[name]
            graph = graph.parent
        return Tensor(name)


@dataclass
class Model:
    """A model as its file describes it.

    Parameters
    ----------
    opsets
        Domain (``""`` is ai.onnx): version.
    weight_bytes
        Bytes of all initializers, read or not.
    notes
        What could not be done, one sentence each, e.g. that shape inference failed.
    """

    path: str
    graph: Graph
    ir_version: int = 0
    opsets: dict[str, int] = field(default_factory=dict)
    producer: str = ""
    weight_bytes: int = 0
    notes: list[str] = field(default_factory=list)


def names_read(node: Node) -> list[str]:
    """Return the tensors a node reads, once each, with those that its subgraphs read."""
    names = dict.fromkeys(node.inputs)
    for graph in node.subgraphs:
        names.update(dict.fromkeys(graph.outer))
    names.pop("", None)
    return list(names)


def make_graph(
    nodes: Sequence[Node],
    tensors: Iterable[Tensor] = (),
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    name: str = "",
    nested: bool = False,
) -> Graph:
    """Return the graph of nodes that are given in the order in which they run.

    Parameters
    ----------
    tensors
        What is known of the tensors; those that no one describes are added as unknown.
    inputs, outputs
        Names of the tensors that the user feeds and gets.
    nested
        Whether it is the subgraph of a node, which may read what the graph around it knows.
    """
    graph = Graph(nodes=list(nodes), name=name)
    graph.tensors = {tensor.name: tensor for tensor in tensors}
    for index, node in enumerate(graph.nodes):
        node.index = index
        for subgraph in node.subgraphs:
            subgraph.parent = graph
        for read in names_read(node):
            graph.consumers.setdefault(read, []).append(node)
        for written in filter(None, node.outputs):
            graph.producer.setdefault(written, node)
    known = {text for text, tensor in graph.tensors.items() if tensor.constant}
    known.update(graph.producer, inputs)
    graph.outer = [
        text for text in dict.fromkeys([*graph.consumers, *outputs]) if text not in known
    ]
    for text in [*graph.producer, *inputs, *([] if nested else graph.outer)]:
        graph.tensors.setdefault(text, Tensor(text))
    graph.inputs = [graph.tensors[text] for text in inputs]
    graph.outputs = [graph.tensors.get(text) or Tensor(text) for text in outputs]
    return graph
