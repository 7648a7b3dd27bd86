"""What one line of tegrastats says."""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional, Tuple


class Memory(NamedTuple):
    """One memory: RAM and SWAP in MB, IRAM in kB."""

    used: int
    total: int


class Core(NamedTuple):
    """One CPU core that is on."""

    load: int
    """Per cent."""

    mhz: Optional[int]


class Engine(NamedTuple):
    """One engine: GPU, DLA, memory controller, codec."""

    on: bool
    load: Optional[int]
    """Per cent; None where the line gives the clock only."""

    mhz: Tuple[int, ...]
    """A GPU has one clock per cluster; empty without rights, where clocks are left out."""


class Reading(NamedTuple):
    """One line.

    Left out are the second power, which is the mean since tegrastats was started whatever ran
    since, the second temperature and third power of L4T 39, which NVIDIA does not explain, and
    rails that are not connected (NC).
    """

    date: str
    """As printed, MM-DD-YYYY HH:MM:SS in local time; empty up to L4T 32."""

    memory: Dict[str, Memory]
    cpus: Tuple[Optional[Core], ...]
    """A core that is off is None."""

    engines: Dict[str, Engine]
    """By name without _FREQ, which came and went: GR3D, EMC, NVDLA0."""

    temperatures: Dict[str, float]
    """In °C; NaN for a sensor whose block is switched off."""

    rails: Dict[str, int]
    """Power of this moment in mW."""

    unread: Tuple[str, ...]
    """Words that fit no rule of the grammar."""

    @property
    def is_tegrastats(self) -> bool:
        """Return whether the line lists memory or cores, as each line of tegrastats does."""
        return bool(self.memory or self.cpus)

    @property
    def cpus_online(self) -> Optional[int]:
        """Return how many cores are on; None where the line does not list them."""
        return sum(core is not None for core in self.cpus) if self.cpus else None

    @property
    def gpu_mhz(self) -> Optional[int]:
        """Return the clock of the fastest GPU cluster; None if not printed, 0 if gated."""
        return self._mhz("GR3D")

    @property
    def emc_mhz(self) -> Optional[int]:
        """Return the clock of the memory."""
        return self._mhz("EMC")

    def dla_mhz(self, core: int) -> Optional[int]:
        """Return the clock of a DLA core; None while it is off or where it is not printed."""
        return self._mhz(f"NVDLA{core}")

    def _mhz(self, name: str) -> Optional[int]:
        engine = self.engines.get(name)
        return max(engine.mhz) if engine and engine.mhz else None
