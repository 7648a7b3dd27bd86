"""Judge the board, its DLA and its power monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.device.clocks import read_cpus_online
from measure.device.doctor.report import OK, STOP, WARN, Check
from measure.device.nodes import read_dla_nodes
from measure.errors import UserError
from measure.target import has_dla

if TYPE_CHECKING:
    from measure.device.board import Board
    from measure.device.machine import Machine


def say_no_jetson(machine: Machine) -> Check:
    """Say that only the CPU can be measured here."""
    count = read_cpus_online(machine)
    cpus = f"{count} CPUs online" if count else "number of CPUs unknown"
    found = f"no Jetson, as no device tree names a SoC of NVIDIA; judged for the CPU ({cpus})"
    return Check("board", "board", OK, found)


def check_board(board: Board) -> Check:
    """Judge whether the tables know the module."""
    key, title = "board", "board"
    names = f"{board.model or 'no model'}; {', '.join(board.compatible[:1]) or 'no compatible'}"
    if board.expected_dla_cores == 0 or (board.soc and not has_dla(board.soc)):
        found = f"{board.module or board.soc} ({names}), which has no DLA"
        return Check(key, title, WARN, found, "only its GPU can be measured")
    if board.module:
        return Check(key, title, OK, f"{board.module} ({names})")
    soc = f"a module with {board.soc} that" if board.soc else "a board that"
    remedy = "add its part to data/reference/boards.csv, as rails and DLA cores depend on it"
    return Check(key, title, WARN, f"{soc} the tables don't know ({names})", remedy)


def check_nodes(machine: Machine, board: Board, cores: int | None) -> Check:
    """Judge whether the kernel drives the DLA and programs can open it.

    Parameters
    ----------
    machine, board
        The machine and its board.
    cores
        How many DLA cores TensorRT sees; None where nobody could be asked.
    """
    key, title = "dla_nodes", "DLA nodes"
    nodes = read_dla_nodes(machine)
    status = ", ".join(f"core {core} {text}" for core, text in sorted(nodes.status.items()))
    found = f"{status or 'no core in sysfs'}; {len(nodes.device_files)} device files"
    if board.expected_dla_cores == 0:
        return Check(key, title, OK, "none, as the module has no DLA")
    if not nodes.device_files and cores:
        remedy = f"TensorRT sees {cores} all the same, so they have other names in this release"
        return Check(key, title, WARN, found, remedy, "ls /dev")
    if not nodes.device_files:
        return Check(
            key,
            title,
            STOP,
            found,
            "no program can open the DLA; in a container, pass its device files in",
            "docker run --runtime nvidia --privileged",
        )
    if board.expected_dla_cores is not None and nodes.cores != board.expected_dla_cores:
        remedy = f"{board.expected_dla_cores} cores were expected; see the kernel's messages"
        return Check(key, title, WARN, found, remedy, "sudo dmesg | grep -i nvdla")
    return Check(key, title, OK, found)


def check_rails(machine: Machine, board: Board) -> Check:
    """Judge whether power can be read."""
    from measure.power.railmap import rail_map
    from measure.power.rails import discover_rails

    key, title = "rails", "power rails"
    rails = discover_rails(machine, board.module)
    names = ", ".join(rail.name for rail in rails)
    if not rails:
        return Check(
            key, title, WARN, "none found", "throughput can be measured, power and energy can't"
        )
    try:
        found = rail_map(board.module, [rail.name for rail in rails])
    except UserError as error:
        return Check(key, title, WARN, names, str(error))
    if found.problems:
        return Check(key, title, WARN, names, "; ".join(found.problems))
    return Check(key, title, OK, f"{names}; the module is {' + '.join(found.total)}")
