"""The command ``doctor``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys

from measure.errors import CONDITION
from measure.output import write_out

WIDEST = 100
"""Longest line of the text, however wide the terminal."""

_EXAMPLES = """\
examples:
  python3 -m measure doctor
  python3 -m measure doctor --json | jq '.checks[] | select(.verdict == "stop")'
  sudo python3 -m measure doctor

Each line is ok, warn or stop, with what was found and what to do about it. Nothing is changed.
On a machine that is no Jetson the CPU is judged, which ONNX Runtime measures.

Exit code: 0 when nothing stops a measurement, 3 when something does."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "--runs", metavar="DIR", help="folder of the runs, whose disk is judged (DLA_MEASURE_RUNS)"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Examine the machine, hand the report out and return the exit code."""
    from measure.device.doctor.survey import examine
    from measure.device.machine import Machine
    from measure.run_folders import runs_folder

    report = examine(Machine.here(), runs_folder(arguments.runs))
    if arguments.json:
        from measure.device.doctor.as_json import as_json

        write_out(as_json(report))
    else:
        from measure.device.doctor.text import as_text

        is_terminal = sys.stdout is not None and sys.stdout.isatty()
        columns = shutil.get_terminal_size((WIDEST, 0)).columns if is_terminal else WIDEST
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        write_out(as_text(report, min(columns, WIDEST), colour=is_terminal and not plain))
    return CONDITION if report.stops else 0
