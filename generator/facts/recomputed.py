"""Printed figures beside what follows from the others: what the explained deviations are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.words import fixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.atlas import Atlas
    from generator.package import Record


class Recomputed(NamedTuple):
    """What follows from other printed figures, and from which: rows with their columns."""

    value: float
    inputs: tuple[tuple[Record, str], ...]


class Rule(NamedTuple):
    """How a rule of the lint looks at a printed figure.

    Parameters
    ----------
    title
        What is compared, in plain words.
    field
        Column of the printed figure.
    recompute
        What follows from other printed figures, None where one is missing.
    digits
        Decimals of the recomputed figure.
    """

    title: str
    field: str
    recompute: Callable[[Atlas, Record], Recomputed | None]
    digits: int

    def text(self, found: Recomputed) -> str:
        """Return the recomputed figure as printed here."""
        return fixed(found.value, self.digits)


def _total(atlas: Atlas, record: Record) -> Recomputed | None:
    gpu, dla = (_tops(atlas, record, engine) for engine in ("gpu", "dla"))
    if not gpu or not dla:
        return None
    return Recomputed(gpu["tops"] + dla["tops"], ((gpu, "tops"), (dla, "tops")))


def _share(atlas: Atlas, record: Record) -> Recomputed | None:
    dla, total = (_tops(atlas, record, engine) for engine in ("dla", "total"))
    if not dla or not total:
        return None
    return Recomputed(100 * dla["tops"] / total["tops"], ((dla, "tops"), (total, "tops")))


def _tops(atlas: Atlas, record: Record, engine: str) -> Record | None:
    return atlas.find(
        "tops", module=record["module"], power_mode=record["power_mode"], engine=engine
    )


def _speedup(atlas: Atlas, record: Record) -> Recomputed | None:
    same = ("network", "module", "power_mode", "dla_cores")
    dense = atlas.find("throughput", weights="dense", **{name: record[name] for name in same})
    if not dense:
        return None
    field = "images_per_second"
    return Recomputed(record[field] / dense[field], ((record, field), (dense, field)))


def _reference(atlas: Atlas, record: Record) -> Recomputed | None:
    reference = atlas.find(
        "accuracy", network=record["network"], engine="reference", source=record["source"]
    )
    return Recomputed(reference["value"], ((reference, "value"),)) if reference else None


def _nothing(atlas: Atlas, record: Record) -> None:
    """Say that no figure follows from others; the contradiction is with a fact."""


RULE_TABLES = ("rules",)
"""Tables whose exceptions are about what is known of the DLA's rules, not about a figure."""

RULES = {
    "tops.total": Rule("Total against GPU + DLA", "tops", _total, 0),
    "tops.share": Rule("DLA's share against DLA / total", "share_percent", _share, 2),
    "throughput.speedup": Rule("Speed-up against sparse / dense", "printed_speedup", _speedup, 4),
    "accuracy.int8-above-fp32": Rule("INT8 against FP32", "value", _reference, 2),
    "modes.dla-cores": Rule("Clock of a DLA core the module does not have", "cap_mhz", _nothing, 0),
}


def contradicted_figures(atlas: Atlas) -> list[Record]:
    """Return the exceptions for figures that others contradict; some are for other rows."""
    return [entry for entry in atlas.records("exceptions") if entry["table"] not in RULE_TABLES]
