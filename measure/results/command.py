"""``python3 -m measure rows``: derive the tables of a run from its journal."""

from __future__ import annotations

import argparse
import json

from measure.journal.journal import read_journal
from measure.output import write_out
from measure.printable import safe
from measure.results.derive import write_tables
from measure.results.record_shape import check_records
from measure.results.tables import path_of
from measure.run_folders import JOURNAL, find_run

SCHEMA = "dla-atlas/rows/1"

_EXAMPLES = """\
examples:
  python3 -m measure rows 20261121-trtexec-a1b2c3
  python3 -m measure rows runs/20261121-trtexec-a1b2c3 --json

The journal is the truth; the tables can be deleted and derived again at any time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = _EXAMPLES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("run", metavar="RUN", help="name of a run, or its folder")
    parser.add_argument("--runs", metavar="DIR", help="folder of all runs (default: runs/)")
    parser.add_argument("--json", action="store_true", help="print JSON for a program")


def run(arguments: argparse.Namespace) -> int:
    """Derive the tables and say where they are."""
    folder = find_run(arguments.run, arguments.runs)
    records = read_journal(folder / JOURNAL)
    check_records(records, str(folder / JOURNAL))
    tables = write_tables(records, folder)
    counts = {name: len(rows) for name, rows in tables.items()}
    paths = {name: str(path_of(folder, name)) for name in counts}
    if arguments.json:
        listed = [{"table": name, "path": paths[name], "rows": counts[name]} for name in counts]
        write_out(json.dumps({"schema": SCHEMA, "tables": listed}, indent=2) + "\n")
    else:
        lines = [f"{counts[name]:>6} rows  {safe(paths[name], 200)}\n" for name in counts]
        write_out("".join(lines))
    return 0
