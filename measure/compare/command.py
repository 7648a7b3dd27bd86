"""``python3 -m measure compare``: own figures beside the published ones."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from measure.compare.comparison import compare
from measure.compare.refused import refusals
from measure.compare.view import COLUMNS, TABLE, as_dict, as_text, rows_of
from measure.errors import UserError
from measure.output import write_out
from measure.results.tables import path_of
from measure.run_folders import find_run
from measure.table_places import table_places
from measure.tables import data_folder, read_csv, write_table

_EXAMPLE = """\
examples:
  python3 -m measure compare                    every result of the data package
  python3 -m measure compare runs/20261121-trtexec-a1b2c3
  python3 -m measure compare --json | jq '.comparisons[] | select(.verdict == "outside")'

Throughput, and perf/W of the DLA over the GPU, are held against the published figures. A figure
is inside when its interval holds a value that rounds to the published one. If it is outside, the
first condition that differs is named; 'possible' says that the published table does not state
that condition."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = _EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "runs", nargs="*", type=Path, metavar="RUN", help="name of a run, or its folder"
    )
    parser.add_argument("--json", action="store_true", help="print JSON for a program")
    parser.add_argument(
        "--write",
        action="store_true",
        help="write the comparisons of the data package into it, for the site",
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare and print the outcome."""
    if arguments.write and arguments.runs:
        raise UserError("--write is for the results of the data package; leave the runs out")
    rows, ratios = (_measured(arguments.runs, table) for table in ("results", "ratios"))
    segments = _measured(arguments.runs, "segments")
    try:
        comparisons = compare(rows, ratios)
        refused = refusals(segments, rows)
    except (KeyError, ValueError) as error:
        missing = isinstance(error, KeyError)
        problem = f"the column {error} is missing" if missing else f"a cell can't be used: {error}"
        raise UserError(
            f"tables of the results: {problem}; derive them again: python3 -m measure rows RUN"
        ) from None
    if arguments.write:
        path = data_folder() / f"{TABLE}.csv"
        write_table(path, COLUMNS, rows_of(comparisons))
        write_out(f"wrote {path}\n")
    elif arguments.json:
        outcome = {**as_dict(comparisons), "refused": [one.as_dict() for one in refused]}
        write_out(json.dumps(outcome, indent=2) + "\n")
    elif comparisons or refused:
        parts = [as_text(comparisons, {row["result"]: row for row in rows})] if comparisons else []
        write_out("\n\n".join([*parts, *(one.as_text() for one in refused)]) + "\n")
    elif arguments.runs:
        write_out("No result to compare; tables/segments.csv of a run says why it has none.\n")
    else:
        write_out("Nothing is measured yet; 'make measure' runs the reference networks here.\n")
    return 0


def _measured(runs: list[Path], table: str) -> list[dict[str, str]]:
    """Return a table's rows of runs, or of the data package when none is named."""
    if not runs:
        return table_places()[table].rows()
    rows = []
    for folder in map(_folder, runs):
        path = path_of(folder, table)
        if not os.path.isfile(str(path)):
            raise UserError(
                f"{path} is missing; derive the tables of the run again: "
                f"python3 -m measure rows {folder}"
            )
        rows += read_csv(path)
    return rows


def _folder(given: Path) -> Path:
    """Return the folder of a run; one that has tables need not have a journal."""
    has_tables = os.path.isfile(str(path_of(given, "results")))
    return given if has_tables else find_run(str(given))
