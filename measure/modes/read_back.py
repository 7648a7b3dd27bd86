"""Look whether a power mode is in force, as neither exit codes nor names prove it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure.device.power_mode import PowerMode, contradictions, mode_key
from measure.device.state import DeviceState, read_state

if TYPE_CHECKING:
    from measure.device.machine import Machine

_PERIOD_S = 0.25


@dataclass(frozen=True)
class ReadBack:
    """A device's state, and what of it contradicts a mode."""

    state: DeviceState
    contradictions: tuple[str, ...]


def read_back(machine: Machine, mode: PowerMode, settle_s: float) -> ReadBack:
    """Read a device until nothing contradicts a mode, for some seconds at most.

    Parameters
    ----------
    machine
        The device.
    mode
        The mode that should be in force.
    settle_s
        Seconds that it may take until CPUs are gone and clocks have changed.
    """
    end = time.monotonic() + settle_s
    while True:
        state = read_state(machine)
        found = contradict(state, mode)
        if not found or time.monotonic() >= end:
            return ReadBack(state, tuple(found))
        time.sleep(min(_PERIOD_S, settle_s))


def contradict(state: DeviceState, mode: PowerMode) -> list[str]:
    """Return a sentence for each thing of a state that a mode rules out."""
    found = []
    if state.mode is None or mode_key(state.mode) != mode.key:
        said = state.mode or "no mode"
        found.append(f"nvpmodel names {said}, {mode.name} was asked for")
    elif None not in (state.mode_id, mode.id) and state.mode_id != mode.id:
        found.append(
            f"nvpmodel names the number {state.mode_id}, {mode.name} has the number {mode.id}"
        )
    # The DLA's clock says nothing while no work is on it, so it is looked at under load only.
    gpu_mhz = state.gpu_mhz if state.gpu_max_mhz is None else state.gpu_max_mhz
    found += contradictions(
        mode,
        cpus_online=state.cpus_online,
        gpu_mhz=gpu_mhz,
        emc_mhz=state.emc_mhz,
        cpu_mhz=state.cpu_max_mhz,
    )
    return found
