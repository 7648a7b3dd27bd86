"""What the pages of figures ask of NVIDIA's published tables."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.atlas import Atlas
    from generator.package import Record

REFERENCE_MODULE = "jetson-agx-orin-64gb"
"""The module NVIDIA publishes its DLA figures for; charts and statements are about this one."""

SPARSE_GAIN = 2
"""How much 2:4 weights raise the peak rate at most: two of four products are skipped."""

BITS_PER_BYTE = 8

TRANSFERS_PER_CLOCK = 2
"""Transfers of LPDDR memory in one clock: one on each edge."""


class Published:
    """The published figures of the reference module, by what they are about.

    Throughput is the sum over all DLA cores, as NVIDIA prints it.

    Parameters
    ----------
    atlas
        The data.
    """

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.module = atlas.modules[REFERENCE_MODULE]
        self.cores: int = self.module["dla_cores"]

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """Keys of the power modes, from the highest budget to the lowest."""
        return tuple(
            dict.fromkeys(
                record["power_mode"] for record in self.atlas.records("tops", **self._module)
            )
        )

    @cached_property
    def tops(self) -> dict[tuple[str, str], Record]:
        """Peak sparse INT8 TOPS by power mode and engine (gpu, dla, total)."""
        return {
            (record["power_mode"], record["engine"]): record
            for record in self.atlas.records(
                "tops", weights="sparse", precision="int8", **self._module
            )
        }

    @cached_property
    def shares(self) -> dict[str, Record]:
        """The DLA's printed share of the peak by power mode."""
        return {
            record["power_mode"]: record
            for record in self.atlas.records("tops-dla-share", **self._module)
        }

    @cached_property
    def throughput(self) -> dict[tuple[str, str, str], Record]:
        """Images per second of all cores by network, power mode and weights."""
        return {
            (record["network"], record["power_mode"], record["weights"]): record
            for record in self.atlas.records(
                "throughput", dla_cores=self.cores, aggregation="sum", **self._module
            )
        }

    @cached_property
    def ratios(self) -> dict[tuple[str, str, str], Record]:
        """Perf/W over the GPU's by network, power mode and weights."""
        return {
            (record["network"], record["power_mode"], record["weights"]): record
            for record in self.atlas.records("perf-per-watt", **self._module)
        }

    @property
    def _module(self) -> dict[str, str]:
        return {"module": REFERENCE_MODULE}

    def networks(self, weights: str = "dense") -> tuple[str, ...]:
        """Return the keys of the networks with a throughput for such weights, in file order."""
        return tuple(
            dict.fromkeys(network for network, _, kind in self.throughput if kind == weights)
        )

    def name(self, network: str) -> str:
        """Return the name of a network."""
        return str(self.atlas.networks[network]["name"])

    def dla_ahead(self) -> tuple[str, ...]:
        """Return the power modes in which the DLA has more peak TOPS than the GPU."""
        return tuple(
            mode
            for mode in self.modes
            if (gpu := self.tops.get((mode, "gpu")))
            and (dla := self.tops.get((mode, "dla")))
            and dla["tops"] > gpu["tops"]
        )

    def kept(self, record: Record) -> float | None:
        """Return what share of the throughput in the first power mode `record` keeps."""
        key = (record["network"], self.modes[0], record["weights"])
        first = self.throughput.get(key)
        return record["images_per_second"] / first["images_per_second"] if first else None

    def tops_kept(self, mode: str, engine: str) -> float | None:
        """Return what share of an engine's TOPS in the first power mode is left in `mode`."""
        here = self.tops.get((mode, engine))
        first = self.tops.get((self.modes[0], engine))
        return here["tops"] / first["tops"] if here and first else None

    def speedup(self, network: str, mode: str) -> float | None:
        """Return sparse over dense throughput, computed from the printed rates."""
        sparse = self.throughput.get((network, mode, "sparse"))
        dense = self.throughput.get((network, mode, "dense"))
        if not sparse or not dense:
            return None
        return float(sparse["images_per_second"] / dense["images_per_second"])

    def speedup_bounds(self, network: str, mode: str) -> tuple[float, float] | None:
        """Return the lowest and highest speed-up that the rounding of both rates allows."""
        sparse = self.throughput.get((network, mode, "sparse"))
        dense = self.throughput.get((network, mode, "dense"))
        if not sparse or not dense:
            return None
        low, high = rounding(sparse, "images_per_second")
        under, over = rounding(dense, "images_per_second")
        return low / over, high / under

    def peak(self, mode: str, weights: str) -> float | None:
        """Return the peak TOPS of all cores; the dense one follows from the sparse one."""
        record = self.tops.get((mode, "dla"))
        if not record:
            return None
        return float(record["tops"]) / (1 if weights == "sparse" else SPARSE_GAIN)

    def utilisation(self, record: Record) -> float | None:
        """Return which share of the peak a throughput reaches, zero weights counted as work."""
        peak = self.peak(record["power_mode"], record["weights"])
        gmacs = self.atlas.networks[record["network"]]["gmacs"]
        if not peak or not gmacs:
            return None
        operations = 2 * gmacs * record["images_per_second"]
        return float(operations / (peak * 1000))

    def clock(self, mode: str, domain: str) -> Record | None:
        """Return the clock cap of a domain in a power mode of the reference module."""
        return self.atlas.find("power-mode-clocks", mode=mode, domain=domain, **self._module)

    def bandwidth(self, mode: str) -> float | None:
        """Return the DRAM bandwidth in GB/s: the module's, or less where the EMC is capped."""
        full = self.module["dram_bandwidth_gb_per_s_max"]
        clock = self.clock(mode, "emc")
        if clock is None or clock["cap"] == "unknown" or full is None:
            return None
        if clock["cap"] == "uncapped":
            return float(full)
        bits = self.module["memory_bus_bits"]
        if bits is None:
            return None
        bytes_per_clock = bits / BITS_PER_BYTE * TRANSFERS_PER_CLOCK
        return min(float(full), clock["cap_mhz"] * bytes_per_clock / 1000)

    def operations_per_byte(self, mode: str) -> float | None:
        """Return the peak dense operations of the DLA cores for each byte of DRAM bandwidth."""
        peak, bandwidth = self.peak(mode, "dense"), self.bandwidth(mode)
        return peak * 1000 / bandwidth if peak and bandwidth else None


def mode_label(mode: str) -> str:
    """Return a power mode as NVIDIA's tables write it."""
    return mode.upper()


def rounding(record: Record, field: str) -> tuple[float, float]:
    """Return the lowest and highest value that is printed as the figure in `record`."""
    digits = len(record.raw[field].partition(".")[2])
    half = 0.5 / 10**digits
    return record[field] - half, record[field] + half
