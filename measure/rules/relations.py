"""Compare a node's values with what a rule allows, and find the smallest change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, List, NamedTuple, Sequence

from measure.printable import safe
from measure.rules.rule import Number, Rule, number_text
from measure.rules.values import Except, Labelled, Unknown, Values, plain

_NAMES = {
    "cbuf_banks": "convolution-buffer banks",
    "clip_max": "upper limit",
    "dims": "dimension",
    "operand_b": "second operand",
}
"""Parameters whose name in the rules table no reader would understand."""

LONGEST_NAME, MOST_LISTED = 120, 12


@dataclass(frozen=True)
class Violation:
    """How a node breaks a rule."""

    value: Any
    """The node's value or values."""
    bound: Any
    """What the rule allows."""
    change: str
    """The smallest change that satisfies the rule, "kernel height 33 -> 32"."""


class _Item(NamedTuple):
    """One of the values of a parameter."""

    value: Any
    parameter: str
    label: str

    @property
    def name(self) -> str:
        """Name the value for a reader: kernel height."""
        words = _NAMES.get(self.parameter, self.parameter.replace("_", " "))
        return f"{words} {safe(self.label, LONGEST_NAME)}".strip()


Check = Callable[[Rule, List[_Item], List[_Item]], List[str]]
"""Return the changes that are needed, none when the values meet the rule."""


def find_violation(rule: Rule, values: Values, bound: Values) -> Violation | None:
    """Return how values break a rule, or None if they meet it.

    Parameters
    ----------
    values
        The values of the rule's parameter.
    bound
        The values of the parameter the rule compares with, None for rules without one.
    """
    if isinstance(values, Except):
        return _excluded(rule, values)
    items = _items(rule.parameter, values)
    others = _items(rule.bound_parameter, bound) if rule.bound_parameter else []
    changes = _CHECKS[rule.relation](rule, items, others)
    if not changes:
        return None
    return Violation(
        _shown([item.value for item in items]),
        bound_of(rule, others),
        _first(list(dict.fromkeys(changes)), "; "),
    )


def _excluded(rule: Rule, values: Except) -> Violation | None:
    """Judge a case that states only which values the parameter doesn't have."""
    wanted: Sequence[Any] = ()
    if rule.relation == "one_of":
        wanted = rule.allowed
    elif rule.relation == "between" and rule.minimum == rule.maximum:
        wanted = (rule.minimum,)
    if not wanted or not set(wanted) <= set(values.values):
        raise Unknown(rule.parameter)
    name = rule.parameter.replace("_", " ")
    listed = _list(values.values)
    return Violation(f"not {listed}", bound_of(rule), f"{name} -> {_list(wanted)}")


def _items(parameter: str, values: Values) -> list[_Item]:
    """Return each value of a parameter with what it is called."""
    if isinstance(values, Labelled):
        pairs = zip(values.values, values.labels)
        return [_Item(value, parameter, label) for value, label in pairs]
    return [_Item(value, parameter, "") for value in plain(values)]


def _shown(values: Sequence[Any]) -> Any:
    """Return one value for a list of one."""
    return values[0] if len(values) == 1 else list(values)


def bound_of(rule: Rule, others: Sequence[_Item] = ()) -> Any:
    """Return what a rule allows, such as can be written as JSON."""
    if rule.relation in ("one_of", "none_of"):
        return list(rule.allowed) if rule.relation == "one_of" else f"not {_list(rule.allowed)}"
    if rule.relation == "equal":
        return "all equal"
    if rule.bound_parameter:
        sign = "less than" if rule.relation == "less_than" else "equal to"
        name = rule.bound_parameter.replace("_", " ")
        return f"{sign} {name} {_first([_text(item.value) for item in others], ', ')}".strip()
    interval = _interval(rule.minimum, rule.maximum)
    if rule.relation == "outside":
        return f"not {interval}"
    if rule.relation == "below":
        return _under(rule)
    if rule.relation == "between_or_one_of":
        return f"{interval}, or {_list(rule.allowed)}"
    if rule.minimum is not None and rule.minimum == rule.maximum:
        return rule.minimum
    return interval


def _interval(minimum: Number | None, maximum: Number | None) -> str:
    """Write an interval that may be open at one end."""
    if minimum is None:
        return f"at most {number_text(maximum)}"
    if maximum is None:
        return f"at least {number_text(minimum)}"
    if minimum == maximum:
        return number_text(minimum)
    return f"{number_text(minimum)} to {number_text(maximum)}"


def _list(values: Sequence[Any]) -> str:
    """Join values for a sentence."""
    return " or ".join(_text(value) for value in values)


def _text(value: Any) -> str:
    """Write one value."""
    return number_text(value) if isinstance(value, (int, float)) else safe(str(value))


def _first(texts: Sequence[str], separator: str) -> str:
    """Join texts, and count those beyond what anybody reads."""
    more = len(texts) - MOST_LISTED
    text = separator.join(texts[:MOST_LISTED])
    return f"{text} and {more} more" if more > 0 else text


def _change(item: _Item, wanted: str) -> str:
    """Write one change."""
    return f"{item.name} {_text(item.value)} -> {wanted}"


def _is_within(rule: Rule, value: Number) -> bool:
    """Say whether a number lies within the bounds of a rule."""
    return (rule.minimum is None or value >= rule.minimum) and (
        rule.maximum is None or value <= rule.maximum
    )


def _between(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """Each value lies within the bounds."""
    changes = []
    for item in items:
        if not _is_within(rule, item.value):
            below = rule.minimum is not None and item.value < rule.minimum
            changes.append(_change(item, number_text(rule.minimum if below else rule.maximum)))
    return changes


def _below(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """Each value is smaller than the upper bound."""
    return [
        _change(item, _under(rule))
        for item in items
        if rule.maximum is not None and item.value >= rule.maximum
    ]


def _under(rule: Rule) -> str:
    """Write an upper bound that is excluded."""
    return f"below {number_text(rule.maximum)}"


def _outside(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """No value lies within the bounds."""
    changes = []
    for item in items:
        if _is_within(rule, item.value):
            ends = [
                end
                for end, bound in (
                    ((rule.minimum or 0) - 1, rule.minimum),
                    ((rule.maximum or 0) + 1, rule.maximum),
                )
                if bound is not None
            ]
            nearest = min(ends, key=lambda end: abs(end - item.value))
            changes.append(_change(item, number_text(nearest)))
    return changes


def _one_of(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """Each value is one of a set."""
    changes = []
    for item in items:
        if _text(item.value) not in rule.allowed:
            changes.append(_change(item, _list(_nearest(item.value, rule.allowed))))
    return changes


def _nearest(value: Any, allowed: Sequence[str]) -> Sequence[str]:
    """Return the nearest number of a set, or the whole set where it holds words."""
    if not isinstance(value, (int, float)):
        return allowed
    try:
        return [min(allowed, key=lambda word: abs(float(word) - value))]
    except ValueError:
        return allowed


def _none_of(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """No value is one of a set."""
    return [
        f"{item.name} {_text(item.value)} -> another"
        for item in items
        if _text(item.value) in rule.allowed
    ]


def _equal(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """All values are the same."""
    if len({item.value for item in items}) <= 1:
        return []
    shown = _first([_text(item.value) for item in items], ", ")
    return [f"{items[0]._replace(label='').name} {shown} -> {_text(items[0].value)} for all"]


def _less_than(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """Each value is less than its counterpart."""
    changes = []
    for index, item in enumerate(items):
        other = others[index % len(others)]
        if item.value >= other.value:
            lower, higher = number_text(other.value - 1), number_text(item.value + 1)
            changes.append(f"{_change(item, lower)} or {_change(other, higher)}")
    return changes


def _equals_parameter(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """Each value is the same as its counterpart."""
    changes = []
    for index, item in enumerate(items):
        other = others[index % len(others)]
        if item.value != other.value:
            changes.append(_change(item, _text(other.value)))
    return changes


def _between_or_one_of(rule: Rule, items: list[_Item], others: list[_Item]) -> list[str]:
    """Each value lies within the bounds, or all together are one of a set."""
    if "x".join(_text(item.value) for item in items) in rule.allowed:
        return []
    changes = _between(rule, items, others)
    return [f"{'; '.join(changes)} or {_list(rule.allowed)}"] if changes else []


_CHECKS: dict[str, Check] = {
    "between": _between,
    "below": _below,
    "outside": _outside,
    "one_of": _one_of,
    "none_of": _none_of,
    "equal": _equal,
    "less_than": _less_than,
    "equals_parameter": _equals_parameter,
    "between_or_one_of": _between_or_one_of,
}
RELATIONS = tuple(_CHECKS)
