"""Look at a machine and judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from measure.device.board import read_board
from measure.device.doctor import conditions, hardware, host, software
from measure.device.doctor.report import STOP, WARN, Report
from measure.device.tensorrt import probe_dla_cores
from measure.device.users import read_load

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.board import Board
    from measure.device.doctor.report import Check
    from measure.device.machine import Machine

PROBE_S = 120.0
"""Seconds for TensorRT to start and count the DLA cores; the first start of CUDA is slow."""


def examine(
    machine: Machine,
    runs: Path,
    probe_s: float = PROBE_S,
    *,
    dla_cores: int | None = None,
    load: float | None = None,
) -> Report:
    """Return what was found of a machine.

    Parameters
    ----------
    machine
        The machine.
    runs
        The folder that runs are written to.
    probe_s
        Seconds for each attempt to count the DLA cores.
    dla_cores
        How many TensorRT sees, where it was asked before: asking is a load itself.
    load
        The load average before that; the present one when None.
    """
    board = read_board(machine)
    load = read_load(machine) if load is None else load
    if board.is_jetson:
        cores = probe_dla_cores(machine, probe_s) if dla_cores is None else dla_cores
        found = _of_jetson(machine, board, cores, load)
    else:
        found = _of_host(machine, load)
    return Report(board.is_jetson, (*found, *host.check_all(runs, board.is_jetson)))


def _of_jetson(
    machine: Machine, board: Board, cores: int | None, load: float | None
) -> Iterator[Check]:
    yield hardware.check_board(board)
    yield from software.check_all(machine, board, cores)
    yield hardware.check_nodes(machine, board, cores)
    yield from conditions.check_mode(machine)
    yield conditions.check_clocks(machine)
    yield hardware.check_rails(machine, board)
    yield from conditions.check_heat(machine)
    yield from conditions.check_users(machine)
    yield conditions.check_load(load, STOP)
    yield software.check_rights(machine)


def _of_host(machine: Machine, load: float | None) -> Iterator[Check]:
    yield hardware.say_no_jetson(machine)
    yield conditions.check_load(load, WARN)
