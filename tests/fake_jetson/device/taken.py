"""Which operators the fake's DLA takes, in networks that are about one of them.

The table is the fake's own, coarse, and on purpose not made from the rules that `measure` has: a
device may do other than they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.fake_jetson.device import common

if TYPE_CHECKING:
    from tests.fake_jetson.device.onnx_names import Network

SUBJECT = "subject"
"""Name of the node that such a network is about."""

LARGEST, LARGEST_BATCH = 8192, 4096


class Kind(NamedTuple):
    """What TensorRT makes of an operator.

    Parameters
    ----------
    layer
        Type of the layer.
    since
        Version from which the DLA takes it; none where it never does.
    reason
        What is printed before the refusal, behind the name of the layer.
    """

    layer: str
    since: tuple[int, ...] | None
    reason: str = ""


_ALWAYS = (0,)
_KINDS = {
    **dict.fromkeys(("Conv", "Gemm"), Kind("CONVOLUTION", _ALWAYS)),
    "ConvTranspose": Kind("DECONVOLUTION", _ALWAYS),
    **dict.fromkeys(("MaxPool", "AveragePool"), Kind("POOLING", _ALWAYS)),
    **dict.fromkeys(("Relu", "Sigmoid", "Tanh", "Clip", "LeakyRelu"), Kind("ACTIVATION", _ALWAYS)),
    **{
        name: Kind("ACTIVATION", None, f": Activation type: {shown} is not supported on DLA.")
        for name, shown in (("HardSigmoid", "HARD_SIGMOID"), ("Elu", "ELU"))
    },
    **dict.fromkeys(("Add", "Mul", "Max", "Min", "Sub"), Kind("ELEMENTWISE", _ALWAYS)),
    "Div": Kind("ELEMENTWISE", None, ": DLA cores do not support DIV ElementWise operation."),
    "Pow": Kind("ELEMENTWISE", None, ": DLA cores do not support POW ElementWise operation."),
    **dict.fromkeys(("Equal", "Greater", "Less"), Kind("ELEMENTWISE", (8, 6))),
    "Abs": Kind("UNARY", _ALWAYS),
    **dict.fromkeys(("Sin", "Cos"), Kind("UNARY", (8, 6))),
    "BatchNormalization": Kind("SCALE", _ALWAYS),
    "Concat": Kind("CONCATENATION", _ALWAYS),
    "LRN": Kind("LRN", _ALWAYS),
    "PRelu": Kind("PARAMETRIC_RELU", (8, 4)),
    "Resize": Kind("RESIZE", _ALWAYS),
    "Slice": Kind("SLICE", (8, 4)),
    "Softmax": Kind("SOFTMAX", (8, 4)),
    "ReduceMax": Kind("REDUCE", (8, 4)),
    "ReduceMean": Kind("REDUCE", None, ": DLA cores do not support AVG Reduce operation."),
    **dict.fromkeys(("Reshape", "Transpose"), Kind("SHUFFLE", (8, 5))),
    "Cast": Kind("CAST", _ALWAYS),
}
_OTHER = Kind("PLUGIN_V2", None)


def kind_of(operator: str) -> Kind:
    """Return what becomes of an operator; the scenario may change whether the DLA takes it."""
    kind = _KINDS.get(operator, _OTHER)
    taken = common.knob("takes", {}).get(operator)
    if taken is None:
        return kind
    return kind._replace(since=_ALWAYS if taken else None)


def refused(network: Network, version: tuple[int, ...]) -> dict[str, Kind]:
    """Return the nodes that the DLA does not take; none in a network of the usual kind."""
    if all(name != SUBJECT for name, _ in network.nodes):
        return {}
    found = {}
    for name, operator in network.nodes:
        kind = kind_of(operator)
        too_old = kind.since is None or version < kind.since
        if too_old or (name == SUBJECT and _too_large(network)):
            found[name] = kind
    return found


def _too_large(network: Network) -> bool:
    return any(
        max(shape[1:], default=0) > LARGEST or (shape and shape[0] > LARGEST_BATCH)
        for shape in network.inputs.values()
    )
