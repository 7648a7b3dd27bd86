"""Say which rails of a module add up to it, and which feed its GPU and its DLA."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Iterable

from measure.errors import ConditionError
from measure.power.quantisation import power_step
from measure.tables import Row, read_table

TABLE = "reference/power-rails"

_SIMILAR = 0.5
"""From which likeness on an unknown label counts as another name of a missing one."""


@dataclass(frozen=True)
class RailMap:
    """The rails of one module by what they feed."""

    module: str
    total: tuple[str, ...]
    """Disjoint rails whose sum is the module."""

    gpu: str | None
    dla: str | None
    soc: str | None
    """The rail of the memory fabric, where it is not that of the DLA."""

    problems: tuple[str, ...] = ()
    """What is missing or unconfirmed, though the module's total can be had."""

    @property
    def shared(self) -> bool:
        """Whether GPU and DLA are on one rail."""
        return self.dla is not None and self.gpu == self.dla

    def of_engine(self, engine: str) -> tuple[str, ...]:
        """Return the rails of gpu, dla or gpu+dla, each once; empty if one is not there."""
        rails = [getattr(self, part) for part in engine.split("+")]
        return () if None in rails else tuple(dict.fromkeys(rails))

    def roles(self, rail: str) -> str:
        """Return what a rail stands for, in words: total, gpu, dla, soc."""
        parts = (("gpu", self.gpu), ("dla", self.dla), ("soc", self.soc))
        words = ["total"] if rail in self.total else []
        return " ".join([*words, *(name for name, label in parts if label == rail)])


def rail_map(module: str, labels: Iterable[str]) -> RailMap:
    """Return what the rails that were found are for.

    Parameters
    ----------
    module
        Key of the module.
    labels
        The rails that the device or the log has.

    Raises
    ------
    ConditionError
        The module has no row in the table, or a rail of its total is missing.
    """
    rows = {row["rail"]: row for row in read_table(TABLE) if row["module"] == module}
    if not rows:
        raise ConditionError(
            f"the power rails of {module or 'this board'} are not known; "
            f"add them to data/{TABLE}.csv"
        )
    found = list(dict.fromkeys(labels))
    missing = [_missing(rail, found, rows) for rail in rows if rail not in found]
    lacking = [rail for rail, row in rows.items() if row["in_total"] == "yes" and rail not in found]
    if lacking:
        raise ConditionError(
            f"the power of {module} cannot be had: {'; '.join(missing)}. Found: "
            f"{', '.join(found) or 'no rail'}"
        )
    fed = {part: _feeding(part, rows, found) for part in ("gpu", "dla", "soc")}
    gpu, dla = fed["gpu"], fed["dla"]
    total = tuple(rail for rail, row in rows.items() if row["in_total"] == "yes")
    used = dict.fromkeys((*total, *filter(None, fed.values())))
    unconfirmed = [rail for rail in used if rows[rail]["confirmed"] == "no"]
    return RailMap(
        module,
        total,
        gpu,
        dla,
        fed["soc"] or (gpu if gpu != dla else None),
        (*missing, *(f"rail {rail} of {module} is not confirmed" for rail in unconfirmed)),
    )


def shunt_ohm(module: str, rail: str) -> float | None:
    """Return the shunt of a rail by the table; None if it is not in there."""
    row = _row(module, rail)
    return float(row["shunt_mohm"]) / 1000 if row and row["shunt_mohm"] else None


def nominal_step(module: str, rail: str) -> float | None:
    """Return the step of a rail in watts at its nominal voltage, by the table."""
    row, shunt = _row(module, rail), shunt_ohm(module, rail)
    volts = row["nominal_v"] if row else ""
    return power_step(shunt, float(volts)) if shunt and volts else None


def _row(module: str, rail: str) -> Row | None:
    rows = (row for row in read_table(TABLE) if (row["module"], row["rail"]) == (module, rail))
    return next(rows, None)


def _feeding(part: str, rows: dict[str, Row], found: list[str]) -> str | None:
    fed = (rail for rail, row in rows.items() if part in row["carries"].split("-"))
    return next((rail for rail in fed if rail in found), None)


def _missing(rail: str, found: list[str], rows: dict[str, Row]) -> str:
    unknown = [label for label in found if label not in rows]
    similar = get_close_matches(rail, unknown, n=1, cutoff=_SIMILAR)
    return f"rail {rail} is missing" + (f" (renamed to {similar[0]}?)" if similar else "")
