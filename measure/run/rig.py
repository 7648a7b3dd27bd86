"""What a run knows of the machine it runs on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measure.device import tensorrt as installed
from measure.device.board import Board, read_board
from measure.device.nvpmodel import read_modes
from measure.device.release import Release, read_release
from measure.device.users import read_load
from measure.errors import ConditionError
from measure.power.railmap import RailMap, rail_map
from measure.power.rails import Rail, discover_rails
from measure.trtexec.flags import is_strongly_typed

if TYPE_CHECKING:
    from measure.device.machine import Machine
    from measure.device.power_mode import Modes, PowerMode

TRTEXEC, ONNXRUNTIME = "trtexec", "onnxruntime"
_PROBE_S = 60.0


@dataclass(frozen=True)
class Rig:
    """The machine, its software and its rails, read once before a run."""

    machine: Machine
    backend: str
    board: Board
    release: Release
    tensorrt: installed.TensorRT
    dla_cores: int
    """As TensorRT sees them."""
    modes: Modes | None
    """None on a machine without nvpmodel."""
    rails: tuple[Rail, ...]
    rail_map: RailMap | None
    """None where no power can be read, or none is wanted."""
    load: float | None = None
    """The load average before anything was asked of the machine, which is a load itself."""

    @property
    def has_power(self) -> bool:
        """Whether rails can be read and add up to the module."""
        return self.rail_map is not None

    @property
    def strongly_typed(self) -> bool:
        """Whether TensorRT takes types from the model only."""
        return bool(self.tensorrt.version) and is_strongly_typed(self.tensorrt.version)

    def mode(self, key: str) -> PowerMode | None:
        """Return a power mode; None for no mode."""
        return self.modes.by_name(key) if self.modes and key else None

    def software(self) -> dict[str, str]:
        """Return what an engine depends on."""
        place = self.board.module or self.board.soc or platform.machine()
        return {"tensorrt": self.tensorrt.version, "l4t": self.release.l4t, "place": place}

    def as_record(self) -> dict[str, Any]:
        """Return what the run's record says of the machine."""
        return {
            "backend": self.backend,
            "module": self.board.module,
            "compatible": list(self.board.compatible),
            "soc": self.board.soc,
            "cpu_model": cpu_model(self.machine),
            "cpu_cores": os.cpu_count(),
            "l4t": self.release.l4t,
            "jetpack": self.release.jetpack,
            "tensorrt": self.tensorrt.version,
            "dla_cores": self.dla_cores,
            "power_source": "sysfs" if self.has_power else "none",
            "rails": [
                {
                    "name": rail.name,
                    "shunt_ohm": rail.shunt_ohm,
                    "lsb_w": rail.lsb_w,
                    "role": self.rail_map.roles(rail.name) if self.rail_map else "",
                }
                for rail in self.rails
            ],
            "conf_sha256": self.modes.conf_sha256 if self.modes else "",
        }


def read_rig(machine: Machine, backend: str | None, *, with_power: bool = True) -> Rig:
    """Read a machine.

    Parameters
    ----------
    machine
        To read.
    backend
        trtexec or onnxruntime; by the machine where it is None.
    with_power
        Whether rails are to be read where there are any.

    Raises
    ------
    ConditionError
        When trtexec is asked for and is missing, or the rails don't add up to the module.
    """
    load = read_load(machine)
    board = read_board(machine)
    chosen = backend or (TRTEXEC if board.is_jetson else ONNXRUNTIME)
    on_device = chosen == TRTEXEC
    tensorrt = installed.TensorRT("", "", None)
    if on_device:
        tensorrt = installed.read_tensorrt(machine)
    if on_device and tensorrt.trtexec is None:
        instead = "" if backend else " (--backend onnxruntime measures the CPU)"
        raise ConditionError(
            "trtexec is missing; JetPack's package libnvinfer-bin brings it to "
            f"/usr/src/tensorrt/bin{instead}"
        )
    if on_device and not tensorrt.version:
        raise ConditionError(
            "the version of TensorRT is unknown, so trtexec's options are too; "
            "`python3 -m measure doctor` says what was tried"
        )
    cores = (installed.probe_dla_cores(machine, timeout=_PROBE_S) or 0) if on_device else 0
    modes = read_modes(machine) if on_device else None
    rails = tuple(discover_rails(machine)) if on_device and with_power else ()
    return Rig(
        machine,
        chosen,
        board,
        read_release(machine),
        tensorrt,
        cores,
        modes if modes is not None and modes.current is not None else None,
        rails,
        _map_of(board.module, rails) if rails else None,
        load,
    )


def _map_of(module: str, rails: tuple[Rail, ...]) -> RailMap:
    """Return what the rails are for; the refusal says how to measure all the same."""
    try:
        return rail_map(module, [rail.name for rail in rails])
    except ConditionError as error:
        raise ConditionError(f"{error}; `run --no-power` measures throughput alone") from None


def cpu_model(machine: Machine) -> str:
    """Return what the CPU calls itself."""
    for line in (machine.read("/proc/cpuinfo") or "").splitlines():
        name, separator, value = line.partition(":")
        if separator and name.strip() in ("model name", "Model"):
            return " ".join(value.split())
    return platform.machine()
