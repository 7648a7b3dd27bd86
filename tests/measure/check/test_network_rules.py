"""Every rule about a whole network is asked, and answered rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from measure.check.network_rules import PARAMETERS, SCOPES
from measure.rules.book import load_rules
from measure.target import Target, resolve_target
from tests.measure.check.checking import check
from tests.measure.check.networks import Network

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph
    from measure.rules.rule import Rule

RULES = [rule for rule in load_rules().rules.values() if rule.scope in SCOPES]

BEFORE_TODAY = {"gen.loadables.tr7": "7.1.3", "gen.loadables.84ea": "8.4.0"}
"""Rules of old releases: a version in which each is in force."""


def target_for(rule: Rule) -> Target:
    """Return a target on which a rule is in force."""
    tensorrt = BEFORE_TODAY.get(rule.rule) or (rule.since if rule.since == "11.4.1" else "10.3.0")
    return resolve_target(
        tensorrt=tensorrt,
        soc="xavier" if tensorrt.startswith("7") else "orin",
        precision="int8",
        standalone=("standalone", "yes") in rule.applies_when,
    )


def chain(links: int, gpu_links: int) -> Graph:
    """Return convolutions, behind each of the first a node for the GPU."""
    network = Network()
    name = network.input()
    for number in range(links):
        name = network.conv(name, f"conv{number}")
        if number < gpu_links:
            name = network.gpu(name, f"gpu{number}")
    return network.graph(name)


def side_by_side(count: int) -> Graph:
    """Return networks that have nothing to do with each other."""
    network = Network()
    return network.graph(
        *(network.conv(network.input(f"x{number}"), f"y{number}") for number in range(count))
    )


def with_batches(*batches: int) -> Graph:
    """Return layers of which each has the next batch size."""
    network = Network()
    name = network.input(shape=(batches[0], 8, 16, 16))
    for number, batch in enumerate(batches):
        name = network.add(
            "MaxPool", [name], f"pool{number}", (batch, 8, 16, 16), kernel_shape=[1, 1]
        )
    return network.graph(name)


def with_weights(mib: int) -> Graph:
    """Return convolutions whose weights take so many MiB in eight-bit precision."""
    network = Network()
    name = network.input(shape=(1, 1024, 4, 4))
    for number in range(mib):
        weights = network.weights(f"w{number}", 1024, 1024, 1, 1)
        name = network.add(
            "Conv", [name, weights], f"y{number}", (1, 1024, 4, 4), kernel_shape=[1, 1]
        )
    return network.graph(name)


def with_tensors(channels: int) -> Graph:
    """Return a network inside which a tensor of sixteen million pixels is alive."""
    network = Network()
    shape = (1, channels, 8000, 2048)
    a = network.add("MaxPool", [network.input(shape=shape)], "a", shape, kernel_shape=[1, 1])
    return network.graph(network.add("MaxPool", [a], "b", shape, kernel_shape=[1, 1]))


def flat_output(*, flat: bool) -> Graph:
    """Return a product whose tensors have two dimensions, or a convolution."""
    network = Network()
    if not flat:
        return network.graph(network.conv(network.input(), "y"))
    x = network.input(shape=(1, 64))
    return network.graph(network.add("Gemm", [x, network.weights("w", 64, 32)], "y", (1, 32)))


def quantized(*, explicit: bool) -> Graph:
    """Return a convolution in half precision, with quantize nodes in front or without."""
    network = Network()
    x = network.input(kind="float16")
    if explicit:
        scale = network.constant("scale", np.float16(0.5))
        q = network.add("QuantizeLinear", [x, scale], "q", kind="int8")
        x = network.add("DequantizeLinear", [q, scale], "d", kind="float16")
    weights = network.weights("w", 8, 8, 1, 1)
    return network.graph(
        network.add("Conv", [x, weights], "y", kind="float16", kernel_shape=[1, 1])
    )


NETWORKS = {
    "gen.same_batch": (with_batches(2, 2), with_batches(2, 4)),
    "gen.loadables.tr7": (chain(8, 8), chain(9, 9)),
    "gen.loadables.84ea": (chain(4, 4), chain(5, 5)),
    "gen.loadables": (chain(16, 16), chain(17, 17)),
    "gen.weights": (with_weights(500), with_weights(513)),
    "gen.activations": (with_tensors(64), with_tensors(96)),
    "gen.standalone": (chain(2, 0), chain(2, 1)),
    "gen.standalone.subgraph": (side_by_side(1), side_by_side(2)),
    "gen.standalone.formats": (flat_output(flat=False), flat_output(flat=True)),
    "gen.typed": (quantized(explicit=True), quantized(explicit=False)),
}
"""Rule: a network that meets it and one that doesn't."""


def test_every_rule_has_networks_and_every_parameter_a_function() -> None:
    """A new row in the data cannot go unasked."""
    assert {rule.rule for rule in RULES} == NETWORKS.keys()
    used = {rule.parameter for rule in RULES}
    used |= {name for rule in RULES for name, _ in rule.applies_when}
    assert used == PARAMETERS.keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule)
def test_a_network_that_meets_it_and_one_that_does_not(rule: Rule) -> None:
    """The rule is named for the one and not for the other."""
    passing, violating = NETWORKS[rule.rule]
    target = target_for(rule)

    assert rule.holds_for(target)
    assert rule.rule not in {reason.rule for reason in check(passing, target).network}
    reasons = [reason for reason in check(violating, target).network if reason.rule == rule.rule]
    assert len(reasons) == 1
    assert "{" not in reasons[0].message + reasons[0].fix
    assert reasons[0].value is not None
    assert reasons[0].source_title != reasons[0].source
