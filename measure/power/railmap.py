"""Say which rails of a module add up to it, and which hold its GPU and DLA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional, Tuple


@dataclass(frozen=True)
class RailMap:
    """The rails of one module by their part."""

    module: str
    total: Tuple[str, ...]
    """Disjoint rails whose sum is the module."""

    gpu: Optional[str]
    dla: Optional[str]
    soc: Optional[str]
    """Rail with the memory fabric, apart from the DLA."""

    shared: bool
    """Whether GPU and DLA are on one rail."""

    problems: Tuple[str, ...]
    """What is missing, renamed or unconfirmed, though the module's total can be had."""


def rail_map(module: str, labels: Iterable[str]) -> RailMap:
    """Return the parts of the rails that were found.

    Raises
    ------
    ConditionError
        A rail of the total is missing; the text names it and those that were found instead.
    """
    raise NotImplementedError
