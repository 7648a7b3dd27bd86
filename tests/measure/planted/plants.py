"""Changes of a sound model, what each of them breaks, and the change that mends it."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onnx import ModelProto

MOST_AT_ONCE = 5
DRIVE = ("8.5.10", "8.6.10", "8.6.11", "8.6.12")
"""Releases of TensorRT that exist on DRIVE OS only."""
Settings = dict[str, Any]


class On(NamedTuple):
    """What a model is checked for."""

    soc: str
    tensorrt: str
    precision: str = "fp16"


@dataclass(frozen=True)
class Broken:
    """A rule that has to be reported where it is in force.

    Parameters
    ----------
    value, bound
        What has to stand in the report; None where the test doesn't look.
    change
        What the fix has to contain.
    moves
        Whether the node leaves the DLA.
    """

    rule: str
    value: Any = None
    bound: Any = None
    change: str = ""
    since: str = ""
    until: str = ""
    soc: str = ""
    precision: str = ""
    drive: bool | None = None
    moves: bool = True

    def during(self, since: str, until: str = "") -> Broken:
        """Return the same for a range of releases."""
        return replace(self, since=since, until=until)

    def on_drive(self, is_drive: bool) -> Broken:
        """Return the same for DRIVE OS alone, or for Jetson alone."""
        return replace(self, drive=is_drive)

    def holds_on(self, on: On) -> bool:
        """Say whether the rule is in force on a target."""
        version = _numbers(on.tensorrt)
        until = _numbers(self.until)
        return (
            version >= _numbers(self.since)
            and (not until or version[: len(until)] <= until)
            and self.soc in ("", on.soc)
            and self.precision in ("", on.precision)
            and self.drive in (None, on.tensorrt in DRIVE)
        )


@dataclass(frozen=True)
class Plant:
    """One change of a model's settings; with no rules it stays just inside the bounds.

    Parameters
    ----------
    fixed
        The settings after what the fix asks for.
    """

    change: Settings
    rules: tuple[Broken, ...] = ()
    fixed: Settings = field(default_factory=dict)

    @property
    def slot(self) -> frozenset[str]:
        """Return the settings that it changes; plants that share one exclude each other."""
        return frozenset(self.change) | frozenset(self.fixed)


@dataclass(frozen=True)
class Bed:
    """A sound model and what can be planted in it.

    Parameters
    ----------
    always
        Notes that the sound node has.
    sound
        Where the sound node runs.
    alone
        Whether the plants get in each other's way.
    """

    name: str
    build: Callable[..., ModelProto]
    base: Settings
    targets: tuple[On, ...]
    plants: tuple[Plant, ...]
    always: tuple[Broken, ...] = ()
    sound: str = "dla"
    alone: bool = False


@dataclass(frozen=True)
class Planted:
    """A bed with some plants, on a target."""

    bed: Bed
    on: On
    plants: tuple[Plant, ...]

    @property
    def name(self) -> str:
        """Return a short text that tells it from others."""
        changes = [plant.change for plant in self.plants]
        return f"{self.bed.name} on {'/'.join(self.on)} with {changes}"

    @property
    def expected(self) -> list[Broken]:
        """Return the rules that have to be reported."""
        rules = itertools.chain(self.bed.always, *(plant.rules for plant in self.plants))
        return [rule for rule in rules if rule.holds_on(self.on)]

    @property
    def placement(self) -> str:
        """Return where the node has to run."""
        return "gpu" if any(rule.moves for rule in self.expected) else self.bed.sound

    def model(self, mended: Plant | None = None) -> ModelProto:
        """Return the model, with one of the plants mended."""
        settings = dict(self.bed.base)
        for plant in self.plants:
            settings.update(plant.change)
        if mended is not None:
            settings.update(mended.fixed)
        return self.bed.build(**settings)

    def without(self, mended: Plant) -> Planted:
        """Return the same with one plant less."""
        rest = tuple(plant for plant in self.plants if plant is not mended)
        return Planted(self.bed, self.on, rest)


def planted(beds: tuple[Bed, ...], seed: int = 0) -> Iterator[Planted]:
    """Yield each bed untouched, with each plant alone, and with random sets of up to five."""
    chance = random.Random(seed)
    for bed in beds:
        for on in bed.targets:
            yield Planted(bed, on, ())
        for index, plant in enumerate(bed.plants):
            needed = _targets(bed, plant) or [bed.targets[index % len(bed.targets)]]
            yield from (Planted(bed, on, (plant,)) for on in needed)
        if not bed.alone:
            yield from _sets(bed, chance)


def _targets(bed: Bed, plant: Plant) -> list[On]:
    """Return for each different set of rules in force the first and the last target."""
    seen: dict[tuple[str, ...], list[On]] = {}
    for on in bed.targets:
        key = tuple(rule.rule for rule in plant.rules if rule.holds_on(on))
        seen.setdefault(key, []).append(on)
    return list(dict.fromkeys(on for found in seen.values() for on in (found[0], found[-1])))


def _sets(bed: Bed, chance: random.Random) -> Iterator[Planted]:
    """Yield random sets of plants that don't get in each other's way."""
    for wanted in range(2, MOST_AT_ONCE + 1):
        for on in bed.targets:
            chosen: list[Plant] = []
            for plant in chance.sample(bed.plants, len(bed.plants)):
                taken = frozenset().union(*(each.slot for each in chosen))
                if len(chosen) < wanted and plant.rules and not plant.slot & taken:
                    chosen.append(plant)
            if len(chosen) == wanted:
                yield Planted(bed, on, tuple(chosen))


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, none for an open end."""
    return tuple(int(part) for part in version.split(".")) if version else ()
