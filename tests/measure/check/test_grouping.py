"""Identical causes are one group, and one change is said to bring most."""

from __future__ import annotations

from measure.check.grouping import group_causes
from tests.measure.check.checking import check
from tests.measure.check.networks import Network
from tests.measure.check.reports import node, reason


def test_numbers_that_break_one_rule_are_one_cause() -> None:
    """The remedy keeps what holds for all of them."""
    nodes = [
        node("a", "MaxPool", 0, "gpu", reasons=[reason(value=9)]),
        node(
            "b",
            "AveragePool",
            1,
            "gpu",
            reasons=[reason(value=12, fix="window 12 -> 8. Split it.")],
        ),
    ]
    (group,) = group_causes(nodes)

    assert [result.name for result in group.nodes] == ["a", "b"]
    assert group.values == ["9", "12"]
    assert group.fix == "Split it."
    assert group.evidence == {"agree": ["p1", "p2"], "contradict": []}


def test_words_make_causes_of_their_own() -> None:
    """Operators that do not exist on the DLA each have their own remedy."""
    nodes = [
        node("a", "Erf", 0, "gpu", reasons=[reason(value="erf")]),
        node("b", "Round", 1, "gpu", reasons=[reason(value="round")]),
        node("c", "Erf", 2, "gpu", reasons=[reason(value="erf")]),
    ]

    assert [len(group.nodes) for group in group_causes(nodes)] == [2, 1]


def test_costly_causes_come_first() -> None:
    """Operations count before nodes; nodes on the DLA not at all."""
    nodes = [
        node("a", "Erf", 0, "gpu", reasons=[reason("one")]),
        node("b", "Erf", 1, "gpu", reasons=[reason("one")]),
        node("c", "Conv", 2, "gpu", reasons=[reason("two")], macs=5),
        node("d", "Conv", 3, "dla", reasons=[reason("three")], macs=9),
    ]

    assert [group.rule for group in group_causes(nodes)] == ["two", "one"]


class TestAdvice:
    def test_the_change_with_most_operations(self) -> None:
        """A convolution that cannot stay outweighs many cheap layers."""
        network = Network()
        a = network.conv(network.input(), "a")
        for number in range(3):
            a = network.gpu(a, f"gpu{number}")
        network.conv(a, "big", dilations=[40, 40], pads=[40] * 4)
        advice = check(network.graph("big")).advice
        assert advice is not None

        assert advice.op_type == "Conv" or advice.rule.startswith("conv.")
        assert advice.macs > 0
        assert "Big" in advice.message

    def test_fewer_subgraphs_count_where_operations_are_equal(self) -> None:
        """What stands between two subgraphs is worth more than what stands at the end."""
        network = Network()
        a = network.gpu(network.conv(network.input(), "a"), "between")
        b = network.conv(a, "b")
        network.add("TopK", [b, network.weights("k", 1)], "end", (1, 1, 16, 16))
        advice = check(network.graph("end")).advice
        assert advice is not None

        assert advice.message.startswith("change Erf Between")
        assert advice.message.endswith("1 DLA subgraph instead of 2.")

    def test_one_batch_size(self) -> None:
        """Where only the batch divides the network, no node is to blame."""
        network = Network()
        name = network.input(shape=(1, 8, 16, 16))
        for number in range(40):
            batch = 1 + number % 2
            name = network.add(
                "MaxPool", [name], f"pool{number}", (batch, 8, 16, 16), kernel_shape=[1, 1]
            )
        advice = check(network.graph(name)).advice
        assert advice is not None

        assert advice.rule == "gen.same_batch"
        assert (advice.nodes, advice.subgraphs) == (24, 1)
