"""``python3 -m measure operators``: see on a device which operators its DLA takes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from measure.errors import ConditionError, UserError
from measure.output import write_out
from measure.run_folders import NEWEST

if TYPE_CHECKING:
    from measure.one_operator.plan import Choice

PREPARED = "dla-atlas/prepared/1"

_EXAMPLES = """\
examples:
  python3 -m measure operators --list               the networks, and how long they take
  python3 -m measure operators                      build all of them on this device
  python3 -m measure operators --rules conv,pool    those of some rules, or of all that begin so
  python3 -m measure operators --operators Resize --precision int8
  python3 -m measure operators --cases mine.csv     your own, one node a row
  python3 -m measure operators --resume             go on where a run was broken off
  python3 -m measure operators --prepare runs/operators    on a host with the package onnx

Each network holds one operator and as little around it as it takes, and is built for DLA core 0
with fallback to the GPU; the engine is thrown away. A case file is a CSV with the columns onnx_op
and parameters (a JSON object). ONNX's own tests join in where they were prepared: by --prepare, or
with `python3 -m measure bundle --with-operator-cases`.

Exit code: 0 all built, 3 the device has no DLA for it, 4 it is in use, 5 some were not built."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = _EXAMPLES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    what = parser.add_argument_group("what to build")
    what.add_argument("--rules", type=_words, metavar="RULES", help="keys of rules, with commas")
    what.add_argument("--operators", type=_words, metavar="NAMES", help="ONNX names, with commas")
    what.add_argument("--precision", type=_words, metavar="WORDS", help="int8,fp16; both")
    what.add_argument("--cases", type=Path, metavar="FILE.csv", help="cases of your own instead")
    what.add_argument(
        "--prepared", type=Path, metavar="FOLDER", help="ONNX's tests; operators/ among the runs"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--list", action="store_true", help="print the networks and end")
    how.add_argument("--prepare", type=Path, metavar="FOLDER", help="write ONNX's tests there")
    how.add_argument(
        "--resume", metavar="RUN", nargs="?", const=NEWEST, help="go on with a run, or the newest"
    )
    parser.add_argument("--runs", metavar="DIR", help="folder of runs; DLA_MEASURE_RUNS or runs/")
    parser.add_argument("--json", action="store_true", help="print JSON for a program")


def run(arguments: argparse.Namespace) -> int:
    """Prepare, list or build, and return the exit code."""
    from measure.one_operator.plan import Choice

    if arguments.prepare is not None:
        return _prepare(arguments.prepare, as_json=arguments.json)
    choice = Choice.from_arguments(arguments)
    if arguments.list:
        return _list(choice, as_json=arguments.json)
    from measure.one_operator import run_cases
    from measure.one_operator.texts import results_as_json, results_as_text

    if arguments.resume == "":
        raise UserError("--resume has no name; give that of a run, or leave the name out")
    if arguments.resume:
        code, records, name = run_cases.resume(arguments.resume, arguments.runs)
    else:
        code, records, name = run_cases.begin(choice, arguments.runs)
    shown = results_as_json if arguments.json else results_as_text
    write_out(shown(records, name))
    return code


def _prepare(folder: Path, *, as_json: bool) -> int:
    """Write ONNX's tests into a folder, and say what is left out."""
    from measure.one_operator.conformance import conformance_cases
    from measure.one_operator.prepared import write_prepared

    prepared = conformance_cases()
    write_prepared(prepared, folder)
    count, left_out = len(prepared.cases), dict(prepared.left_out.most_common())
    if as_json:
        found = {"schema": PREPARED, "folder": str(folder), "files": count, "left_out": left_out}
        write_out(json.dumps(found, indent=2) + "\n")
        return 0
    lines = [f"{count} networks in {folder}", "left out:"]
    lines += [f"{number:>6}  {why}" for why, number in left_out.items()]
    write_out("\n".join(lines) + "\n")
    return 0


def _list(choice: Choice, *, as_json: bool) -> int:
    """Print the cases for this device; for the newest JetPack with a DLA where there is none."""
    from measure.device.machine import Machine
    from measure.one_operator.plan import make_plan, targets_of
    from measure.one_operator.texts import plan_as_json, plan_as_text
    from measure.run.rig import TRTEXEC, read_rig

    try:
        rig = read_rig(Machine.here(), TRTEXEC, with_power=False)
        targets = targets_of(rig.tensorrt.version, rig.board.soc, choice.precisions)
    except ConditionError:
        targets = targets_of("", "", choice.precisions)
    plan = make_plan(choice, targets)
    shown = plan_as_json if as_json else plan_as_text
    write_out(shown(plan, targets[choice.precisions[0]]))
    return 0


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a list with commas."""
    words = tuple(word for word in text.split(",") if word)
    if not words:
        raise UserError("name at least one, or leave the option out")
    return words
