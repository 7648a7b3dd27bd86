"""Which module this is."""

from __future__ import annotations

from dataclasses import dataclass


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
        """Whether the device tree names an NVIDIA SoC."""
        return any(name.startswith("nvidia,") for name in self.compatible)
