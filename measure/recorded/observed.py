"""Power and conditions of a recorded run, from the log of tegrastats beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure.device.power_mode import contradictions
from measure.errors import ConditionError
from measure.power.railmap import rail_map
from measure.tegrastats.log import Conditions, TegrastatsLog, read_log
from measure.tegrastats.steady import SteadyPower, steady_power

if TYPE_CHECKING:
    from measure.recorded.request import Request

SEVERAL_LOADS = "several_loads"


@dataclass(frozen=True)
class Observed:
    """What the log of tegrastats shows."""

    log: TegrastatsLog
    conditions: Conditions
    steady: SteadyPower | None = None
    rails: list[dict[str, Any]] = field(default_factory=list)
    """As the record of a run holds them."""
    contradictions: list[str] = field(default_factory=list)
    """What rules out that the power mode was in force, a sentence each."""
    notes: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    def power(self) -> dict[str, Any]:
        """Return what a segment holds of power."""
        if self.steady is None:
            return {}
        steady = self.steady
        return {
            "power": {
                name: {
                    "mean_w": rail.mean_w,
                    "codes": rail.codes,
                    "samples": steady.n,
                    "lost": 0,
                    "lsb_w": rail.lsb_w,
                }
                for name, rail in steady.rails.items()
            },
            "steady_power": {
                "mean_w": steady.mean_w,
                "low_w": steady.low_w,
                "high_w": steady.high_w,
                "idle_floor_w": steady.idle_floor_w,
                "basis": steady.basis,
                "n": steady.n,
                "lsb_w": steady.lsb_w,
            },
        }

    def clocks(self) -> dict[str, Any]:
        """Return what a segment holds of clocks: the highest that were seen."""
        seen = self.conditions
        return {
            "gpu_mhz": seen.gpu_mhz,
            "dla0_mhz": seen.dla_mhz.get(0),
            "dla1_mhz": seen.dla_mhz.get(1),
            "emc_mhz": seen.emc_mhz,
            "cpus_online": seen.cpus_online,
        }


def observe(request: Request) -> Observed | None:
    """Read the log of tegrastats; None if none was given.

    Power that cannot be had leaves a note: the throughput stands without it.
    """
    if not request.tegrastats:
        return None
    log = read_log(Path(request.tegrastats))
    steady, notes, flags = None, [], []
    if request.module is None:
        notes.append("power is unknown: which rails add up depends on the module; give --module")
    else:
        try:
            steady = steady_power(log, request.module["module"])
        except ConditionError as error:
            notes.append(f"power is unknown: {error}")
    if steady is not None and steady.loads > 1:
        flags.append(SEVERAL_LOADS)
        notes.append(f"the log holds {steady.loads} loads; power is of the longest")
    seen = log.conditions(steady.window if steady else (0, len(log.readings)))
    found = []
    if request.power_mode is not None:
        found = contradictions(
            request.power_mode,
            cpus_online=seen.cpus_online,
            gpu_mhz=seen.gpu_mhz,
            dla_mhz=seen.dla_mhz,
            emc_mhz=seen.emc_mhz,
        )
    return Observed(log, seen, steady, _rails(steady, request), found, notes, flags)


def _rails(steady: SteadyPower | None, request: Request) -> list[dict[str, Any]]:
    """Return the rails of the total with what they stand for."""
    if steady is None or request.module is None:
        return []
    rails = rail_map(request.module["module"], steady.rails)
    return [
        {"name": name, "shunt_ohm": None, "lsb_w": rail.lsb_w, "role": rails.roles(name)}
        for name, rail in steady.rails.items()
    ]
