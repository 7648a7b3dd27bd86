"""The command ``rights``."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from measure.errors import CONDITION
from measure.output import write_out

if TYPE_CHECKING:
    from measure.root.grant import Grant

SCHEMA = "dla-atlas/rights/1"

_EXAMPLES = """\
examples:
  python3 -m measure rights
  sudo python3 -m measure rights --install --user "$USER"
  sudo python3 -m measure rights --remove
  python3 -m measure rights --json | jq .parts

Measuring runs as an ordinary user. Power modes, clocks and a few clock readings need root, so
one small program with fixed verbs is installed, with a line for sudo that lets one user run it
and nothing else, and a unit that goes on with a run after a reboot that the run asked for. The
unit is enabled only while such a reboot is pending or its run lasts.

Exit code: 0 when the rights are there (or were laid or taken away), 2 when they can't be laid
or taken away, 3 when some are missing."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--install", action="store_true", help="lay what is missing (needs root)")
    what.add_argument("--remove", action="store_true", help="take it all away (needs root)")
    parser.add_argument("--user", default="", help="who measures; who calls this by default")
    parser.add_argument(
        "--runs",
        metavar="DIR",
        default="",
        help="where runs lie, for resuming one; DLA_MEASURE_RUNS or ./runs by default",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Tell, lay or take away the rights."""
    from measure.device.machine import Machine
    from measure.root.grant import make_grant
    from measure.root.install import install, remove

    machine = Machine.here()
    result: dict[str, Any]
    if arguments.remove:
        gone = remove(machine)
        result = {"removed": gone}
        lines, ready = [f"removed {path}" for path in gone] or ["nothing to remove"], True
    elif arguments.install:
        laid = install(machine, make_grant(arguments.user, arguments.runs))
        result = {"installed": laid}
        lines, ready = [f"installed {path}" for path in laid] or ["all is there already"], True
    else:
        from measure.root.install import OK, find_parts

        grant = make_grant(arguments.user, arguments.runs)
        parts = find_parts(machine, grant)
        ready = all(state == OK for state in parts.values())
        result = {"ready": ready, "user": grant.user, "parts": parts}
        result.update({"command": grant.command, "steps": grant.steps})
        lines = _as_lines(grant, parts, ready)
    as_json = json.dumps({"schema": SCHEMA, **result}, indent=2)
    write_out((as_json if arguments.json else "\n".join(lines)) + "\n")
    return 0 if ready else CONDITION


def _as_lines(grant: Grant, parts: dict[str, str], ready: bool) -> list[str]:
    """Return what is there, and what to type for the rest."""
    lines = [f"{state:<8} {path}" for path, state in parts.items()]
    if ready:
        return [*lines, "", f"{grant.user} may measure"]
    return [
        *lines,
        "",
        "Type this to lay what is missing:",
        "",
        f"  {grant.command}",
        "",
        "or the same by hand:",
        "",
        *grant.steps,
    ]
