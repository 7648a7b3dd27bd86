"""What one line of tegrastats says."""

from __future__ import annotations

from typing import Mapping, NamedTuple


class Memory(NamedTuple):
    """One memory: RAM and SWAP in MB, IRAM in kB."""

    used: int
    total: int


class Core(NamedTuple):
    """One CPU core that is on."""

    load: int
    """Per cent."""

    mhz: int | None


class Engine(NamedTuple):
    """One engine: GPU, DLA, memory controller, codec."""

    on: bool
    load: int | None
    """Per cent; None where the line gives the clock only."""

    mhz: tuple[int, ...]
    """A GPU has one clock per cluster; empty without rights, where clocks are left out."""


class Reading(NamedTuple):
    """One line.

    Left out are the second power, which is the mean since tegrastats was started whatever ran
    since, the second temperature and third power of L4T 39, which NVIDIA does not explain, and
    rails that are not connected (NC).
    """

    date: str
    """As printed, MM-DD-YYYY HH:MM:SS in local time; empty up to L4T 32."""

    memory: Mapping[str, Memory]
    cpus: tuple[Core | None, ...]
    """A core that is off is None."""

    engines: Mapping[str, Engine]
    """By name without _FREQ, which came and went: GR3D, EMC, NVDLA0."""

    temperatures: Mapping[str, float]
    """In °C; NaN for a sensor whose block is switched off."""

    rails: Mapping[str, int]
    """Power of this moment in mW."""

    unread: tuple[str, ...]
    """Words that fit no rule of the grammar."""

    @property
    def is_tegrastats(self) -> bool:
        """Return whether the line lists memory or cores, as each line of tegrastats does."""
        return bool(self.memory or self.cpus)

    @property
    def cpus_online(self) -> int | None:
        """Return how many cores are on; None where the line does not list them."""
        return sum(core is not None for core in self.cpus) if self.cpus else None

    @property
    def gpu_mhz(self) -> int | None:
        """Return the clock of the fastest GPU cluster; None if not printed, 0 if gated."""
        return self._mhz("GR3D")

    @property
    def emc_mhz(self) -> int | None:
        """Return the clock of the memory."""
        return self._mhz("EMC")

    def dla_mhz(self, core: int) -> int | None:
        """Return the clock of a DLA core; None while it is off or where it is not printed."""
        return self._mhz(f"NVDLA{core}")

    def _mhz(self, name: str) -> int | None:
        engine = self.engines.get(name)
        return max(engine.mhz) if engine and engine.mhz else None
