"""Nodes with known violations, alone and several in one node."""

from __future__ import annotations

import copy
import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_AT_ONCE = 5
Parameters = dict[str, Any]


@dataclass(frozen=True)
class Plant:
    """One change of a sound node and the rules that it breaks.

    Two plants with the same slot exclude each other.
    """

    slot: str
    rules: frozenset[str]
    change: Callable[[Parameters], None]


@dataclass(frozen=True)
class Bed:
    """A sound node on a target, and what can be planted in it.

    Parameters
    ----------
    always
        Notes that the sound node has, such as that a layer runs in half precision.
    """

    operator: str
    target: tuple[str, str, str]
    parameters: Parameters
    plants: tuple[Plant, ...]
    always: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PlantedNode:
    """A node and every rule that it breaks."""

    operator: str
    target: tuple[str, str, str]
    parameters: Parameters
    rules: frozenset[str]


def planted_nodes(beds: tuple[Bed, ...], seed: int = 0) -> Iterator[PlantedNode]:
    """Yield each bed untouched, with each plant alone, and with random sets of up to five."""
    chance = random.Random(seed)
    for bed in beds:
        yield _planted(bed, ())
        for plant in bed.plants:
            yield _planted(bed, (plant,))
        slots = sorted({plant.slot for plant in bed.plants})
        for count in range(2, min(MOST_AT_ONCE, len(slots)) + 1):
            for _ in range(3):
                chosen = [
                    chance.choice([plant for plant in bed.plants if plant.slot == slot])
                    for slot in chance.sample(slots, count)
                ]
                yield _planted(bed, tuple(chosen))


def _planted(bed: Bed, plants: tuple[Plant, ...]) -> PlantedNode:
    """Return the node of a bed with some plants."""
    parameters = copy.deepcopy(bed.parameters)
    for plant in plants:
        plant.change(parameters)
    rules = frozenset(itertools.chain(bed.always, *(plant.rules for plant in plants)))
    return PlantedNode(bed.operator, bed.target, parameters, rules)


def put(slot: str, rules: str, **values: Any) -> Plant:
    """Return a plant that sets keys."""
    return Plant(slot, frozenset(rules.split()), lambda parameters: parameters.update(values))


def put_at(key: str, index: int, value: Any, rules: str, slot: str = "") -> Plant:
    """Return a plant that sets one element of a list."""

    def change(parameters: Parameters) -> None:
        parameters[key][index] = value

    return Plant(slot or f"{key} {index}", frozenset(rules.split()), change)
