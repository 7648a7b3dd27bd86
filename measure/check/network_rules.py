"""The rules about a network as a whole, and the parameters they look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Sequence

from measure.check.packing import format_name
from measure.errors import UserError
from measure.rules.relations import find_violation
from measure.rules.values import Labelled, Values, plain
from measure.rules.verdict import Reason

if TYPE_CHECKING:
    from typing import Iterable, Mapping

    from measure.check.report import EndFormat, Subgraph
    from measure.rules.rule import Rule
    from measure.target import Target

SCOPES = ("network", "boundary")

MIB, GIB = 2**20, 2**30


@dataclass(frozen=True)
class NetworkFacts:
    """What the rules about a whole network look at.

    Parameters
    ----------
    subgraphs
        DLA subgraphs, those beyond the limit too.
    mixed_batches
        Batch sizes of each stretch of the network that could be one subgraph but for them.
    gpu_nodes
        How many nodes do not run on the DLA.
    explicit
        Whether nodes of the model quantize tensors.
    standalone
        Whether a loadable that runs without TensorRT is wanted.
    """

    subgraphs: Sequence[Subgraph]
    mixed_batches: Sequence[Sequence[int]]
    gpu_nodes: int
    ends: Sequence[EndFormat]
    explicit: bool
    standalone: bool


Parameter = Callable[[NetworkFacts], Values]

PARAMETERS: dict[str, Parameter] = {}
"""Parameter's name in the rules table: its function."""


def parameter(name: str) -> Callable[[Parameter], Parameter]:
    """Register the function of a parameter."""

    def register(function: Parameter) -> Parameter:
        PARAMETERS[name] = function
        return function

    return register


@parameter("standalone")
def standalone(facts: NetworkFacts) -> Values:
    """Return whether a standalone loadable is wanted."""
    return ["yes" if facts.standalone else "no"]


@parameter("subgraphs")
def subgraphs(facts: NetworkFacts) -> Values:
    """Return the number of DLA subgraphs."""
    return [len(facts.subgraphs)]


@parameter("subgraph_batches")
def subgraph_batches(facts: NetworkFacts) -> Values:
    """Return the batch sizes of the first stretch that has several."""
    return next((batches for batches in facts.mixed_batches if len(set(batches)) > 1), None)


@parameter("weights_mib")
def weights_mib(facts: NetworkFacts) -> Values:
    """Return the size of the weights on the DLA, in the precision it keeps them in."""
    return [sum(subgraph.weight_bytes for subgraph in facts.subgraphs) / MIB]


@parameter("activations_gib")
def activations_gib(facts: NetworkFacts) -> Values:
    """Return for each subgraph the size of the tensors inside it that are alive at once."""
    return Labelled(
        [subgraph.internal_bytes / GIB for subgraph in facts.subgraphs],
        [f"of subgraph {subgraph.number}" for subgraph in facts.subgraphs],
    )


@parameter("gpu_nodes")
def gpu_nodes(facts: NetworkFacts) -> Values:
    """Return how many nodes do not run on the DLA."""
    return [facts.gpu_nodes]


@parameter("boundary_format")
def boundary_format(facts: NetworkFacts) -> Values:
    """Return the format of each network input and output."""
    return Labelled(
        [format_name(end.format.partition(":")[2]) for end in facts.ends],
        [f"of {end.name}" for end in facts.ends],
    )


@parameter("network_quantization")
def network_quantization(facts: NetworkFacts) -> Values:
    """Return whether the model's own nodes quantize it."""
    return ["explicit" if facts.explicit else "implicit"]


def in_force(rules: Iterable[Rule], target: Target) -> list[Rule]:
    """Return the rules about whole networks that hold for a target."""
    return [rule for rule in rules if rule.scope in SCOPES and rule.holds_for(target)]


def loadable_limit(rules: Iterable[Rule]) -> Rule | None:
    """Return the rule on the number of subgraphs, if one without conditions is in force."""
    for rule in rules:
        if rule.parameter == "subgraphs" and not rule.applies_when:
            return rule
    return None


def batch_rule(rules: Iterable[Rule]) -> str:
    """Return the rule that keeps layers with different batch sizes apart; empty for none."""
    return next((rule.rule for rule in rules if rule.parameter == "subgraph_batches"), "")


def unmet(rules: Iterable[Rule], facts: NetworkFacts, titles: Mapping[str, str]) -> list[Reason]:
    """Return the rules that a network does not meet.

    Parameters
    ----------
    titles
        Source's key: its title.
    """
    found = []
    for rule in rules:
        if all(_shown(facts, name) == value for name, value in rule.applies_when):
            reason = broken(rule, facts, titles)
            if reason is not None:
                found.append(reason)
    return found


def broken(rule: Rule, facts: NetworkFacts, titles: Mapping[str, str]) -> Reason | None:
    """Return how a network breaks a rule, ``None`` if it does not."""
    values = _values(facts, rule.parameter)
    if values is None or not plain(values):
        return None
    bound = _values(facts, rule.bound_parameter) if rule.bound_parameter else None
    violation = find_violation(rule, values, bound)
    if violation is None:
        return None
    value = violation.value
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Reason(
        rule=rule.rule,
        parameter=rule.parameter,
        value=value,
        bound=violation.bound,
        message=rule.text(rule.sentence, shown),
        fix=rule.text(rule.remedy, shown),
        source=rule.source,
        source_title=titles.get(rule.source, rule.source),
        locator=rule.locator,
        severity=rule.severity,
        effect=rule.effect,
    )


def _values(facts: NetworkFacts, name: str) -> Values:
    """Compute a parameter."""
    if name not in PARAMETERS:
        raise UserError(f"operators/rules: no function computes the parameter {name!r}")
    return PARAMETERS[name](facts)


def _shown(facts: NetworkFacts, name: str) -> str:
    """Return the first value of a parameter as a condition of a rule writes it."""
    return str(next(iter(plain(_values(facts, name))), ""))
