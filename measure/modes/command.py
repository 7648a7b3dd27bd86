"""The command ``restore``."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from measure.errors import CONDITION
from measure.output import write_out

if TYPE_CHECKING:
    from measure.modes.keeper import ModeKeeper

SCHEMA = "dla-atlas/restore/1"

_EXAMPLES = """\
examples:
  python3 -m measure restore --status
  python3 -m measure restore
  python3 -m measure restore --allow-reboot
  python3 -m measure restore --json | jq .restored

A run puts the power mode, the clocks and the fan back when it ends, also after Ctrl-C. After a
power cut or a kill it can't; then this command does it, or `python3 -m measure run --resume`
goes on with the run.

Exit code: 0 when the board is as it was found (or reboots for it), 2 when the state file is
damaged, 3 when something could not be put back (with --status: when something is to be put
back), 4 when a run holds the device."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--status", action="store_true", help="only tell what a run left, and change nothing"
    )
    what.add_argument(
        "--allow-reboot",
        action="store_true",
        help="reboot the board if the mode that it was found in needs that",
    )
    what.add_argument(
        "--forget",
        action="store_true",
        help="take the board as it is now as yours: remove the state file, resume nothing",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Put the board back, or tell what there is to put back."""
    from measure.device.machine import Machine
    from measure.modes.keeper import ModeKeeper
    from measure.modes.lock import DeviceLock

    machine = Machine.here()
    keeper = ModeKeeper(machine)
    if arguments.status:
        return _tell(arguments, *_status(keeper))
    if arguments.forget:
        with DeviceLock(machine):
            return _tell(arguments, *_forget(keeper))
    if keeper.record is None:
        return _tell(arguments, *_status(keeper))
    with DeviceLock(machine):
        return _tell(arguments, *_restore(keeper, arguments.allow_reboot))


def _tell(arguments: argparse.Namespace, result: dict[str, Any], lines: list[str]) -> int:
    """Print a result and return the exit code."""
    as_json = json.dumps({"schema": SCHEMA, **result}, indent=2)
    write_out((as_json if arguments.json else "\n".join(lines)) + "\n")
    return 0 if result["restored"] or result.get("reboot_pending") else CONDITION


def _status(keeper: ModeKeeper) -> tuple[dict[str, Any], list[str]]:
    """Return what a run left behind."""
    record = keeper.record
    if record is None:
        return {"restored": True, "state": keeper.state}, ["nothing to put back"]
    result = {"restored": False, **record.as_dict()}
    lines = [
        f"{record.run or 'a run'} left the board changed: {record.state} since {record.at}",
        f"found in the power mode {record.original.mode}"
        + (f", changed to {record.target}" if record.target else ", which it did not change"),
        *([f"was measuring {record.job}"] if record.job else []),
        *(f"not put back: {problem}" for problem in record.problems),
        "put it back: python3 -m measure restore",
        "or go on: python3 -m measure run --resume",
    ]
    return result, lines


def _forget(keeper: ModeKeeper) -> tuple[dict[str, Any], list[str]]:
    """Remove the state file."""
    forgotten = keeper.forget()
    line = "forgotten: the board stays as it is now" if forgotten else "nothing to forget"
    return {"restored": True, "state": keeper.state, "forgotten": forgotten}, [line]


def _restore(keeper: ModeKeeper, allow_reboot: bool) -> tuple[dict[str, Any], list[str]]:
    """Put the board back."""
    restored = keeper.restore(allow_reboot=allow_reboot)
    if restored.reboot_pending:
        lines = [f"the board reboots into {restored.mode}; clocks and fan follow after that"]
    elif restored.restored:
        lines = [f"put back: power mode {restored.mode}, clocks and fan as they were found"]
    else:
        lines = [f"not put back: {problem}" for problem in restored.problems]
    return restored.as_dict(), lines
