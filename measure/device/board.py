"""Which module this is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from measure.tables import Row, read_table

if TYPE_CHECKING:
    from measure.device.machine import Machine

_TREES = ("/proc/device-tree", "/sys/firmware/devicetree/base")
_MAKER = "nvidia,"


@dataclass(frozen=True)
class Board:
    """The board as its device tree names it."""

    module: str
    """Key of reference/modules; empty when unknown."""
    compatible: tuple[str, ...]
    """The device tree's compatible strings, the most specific one first."""
    model: str
    """The device tree's model, which a maker of carrier boards may have replaced."""
    soc: str
    """orin, xavier, thor, or empty."""
    expected_dla_cores: int | None
    """DLA cores of the module; None when the module is unknown."""

    @property
    def is_jetson(self) -> bool:
        """Whether the device tree names a SoC of NVIDIA."""
        return bool(self.soc) or any(name.startswith(_MAKER) for name in self.compatible)


def read_board(machine: Machine) -> Board:
    """Return the board; where its parts don't tell the module, the model's words may."""
    compatible = tuple((_read(machine, "compatible") or "").splitlines())
    model = " ".join((_read(machine, "model") or "").split())
    boards = {row["part"]: row for row in read_table("reference/boards")}
    known = [boards[part] for part in _parts(compatible) if part in boards]
    soc = next((row["soc"] for row in known), "")
    module = next((row["module"] for row in known if row["module"]), "")
    if not module and not any(_names_module(row) for row in known):
        module = _module_of_model(model, soc)
    modules = {row["module"]: row for row in read_table("reference/modules")}
    if module not in modules:
        return Board("", compatible, model, soc, None)
    row = modules[module]
    return Board(module, compatible, model, row["soc"], int(row["dla_cores"]))


def _read(machine: Machine, name: str) -> str | None:
    """Return a property of the device tree's root."""
    return next((text for tree in _TREES if (text := machine.read(f"{tree}/{name}"))), None)


def _parts(compatible: tuple[str, ...]) -> Iterator[str]:
    """Yield the parts in compatible strings, of each string the module before the carrier."""
    for name in compatible:
        if name.startswith(_MAKER):
            yield from reversed(name[len(_MAKER) :].split("+"))


def _names_module(board: Row) -> bool:
    """Say whether a row is of a module or a kit, and not of a SoC."""
    return not board["part"].startswith("tegra")


def _module_of_model(model: str, soc: str) -> str:
    """Return the only module whose name the model contains."""
    found = [
        row
        for row in read_table("reference/modules")
        if row["name"].lower() in model.lower() and soc in ("", row["soc"])
    ]
    return found[0]["module"] if len(found) == 1 else ""
