"""``python3 -m measure publish``: take a run into the data package."""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Sequence

from measure.errors import UserError
from measure.output import tell, write_out
from measure.printable import safe
from measure.publish.page_text import page_lines
from measure.publish.run_folder import RunFolder, open_run
from measure.publish.site import PageDiff, compare_pages, lint, render_pages
from measure.publish.staging import Change, apply, change_of, clear_broken_off, held, stage
from measure.run_folders import find_run, is_run_name
from measure.tables import data_folder

if TYPE_CHECKING:
    from typing import Mapping

SCHEMA = "dla-atlas/publication/1"
REFUSED = 2
_LONGEST = 600
_BY_TABLE = ("records", "data")
"""Folders of pages that show tables row by row; they change with every row."""
_FOUND = ("builds", "segments", "results", "evidence")
"""Tables of which at least one has rows when anything came out of a run."""

_EXAMPLE = """\
examples:
  python3 -m measure publish runs/20261121-trtexec-a1b2c3
  python3 -m measure publish runs/20261121-trtexec-a1b2c3 --dry-run   the difference only
  python3 -m measure publish --withdraw 20261121-trtexec-a1b2c3

The rows are derived from the run's journal again and joined with those of the data package. They
are taken over only if the lint finds nothing; what the site will show differently is printed.

Exit code: 0 when the data package is as asked for (or would be), 2 when the run can't be used or
the lint finds a mistake; nothing is changed then."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = _EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("run", metavar="RUN", help="name of a run, or its folder")
    parser.add_argument(
        "--dry-run", action="store_true", help="print the difference, change nothing"
    )
    parser.add_argument("--withdraw", action="store_true", help="take the run's rows out again")
    parser.add_argument(
        "--without-logs",
        action="store_true",
        help="leave the logs out, such as those of somebody else that stand at the source",
    )
    parser.add_argument("--full", action="store_true", help="print whole differences of pages")
    parser.add_argument("--json", action="store_true", help="print JSON for a program")


def run(arguments: argparse.Namespace) -> int:
    """Publish or withdraw a run."""
    data = data_folder()
    with contextlib.ExitStack() as stack:
        if not arguments.dry_run:
            stack.enter_context(held(data))
        place = stack.enter_context(tempfile.TemporaryDirectory(prefix="dla-atlas-publish-"))
        return _publish(arguments, data, Path(place))


def _publish(arguments: argparse.Namespace, data: Path, place: Path) -> int:
    """Publish or withdraw a run with the help of an empty folder."""
    if arguments.withdraw:
        folder = RunFolder(_name(arguments.run), {}, {})
    else:
        given = find_run(arguments.run)
        folder = open_run(given, place / "files", with_logs=not arguments.without_logs)
        for note in folder.notes:
            tell(f"note: {folder.run}: {safe(note, _LONGEST)}")
        if not any(folder.tables.get(name) for name in _FOUND):
            raise UserError(f"{given} has nothing to publish: no build, segment or evidence")
    if not arguments.dry_run:
        clear_broken_off(folder.run, data)
    change = change_of(folder.run, folder.tables, data)
    if not change.tables and arguments.json:
        outcome = _as_dict(change, (), published=not arguments.dry_run)
        write_out(json.dumps(outcome, indent=2) + "\n")
        return 0
    if not change.tables:
        say = "has no row in" if arguments.withdraw else "is already in"
        write_out(f"Nothing changes: {safe(folder.run)} {say} the data package as it is.\n")
        return 0
    staged = place / "data"
    _say("checking the data")
    stage(change, folder.files, data, staged)
    findings = lint(staged)
    if findings:
        return _refuse(findings, staged, as_json=arguments.json)
    _say("comparing pages")
    render_pages(data, place / "before")
    render_pages(staged, place / "after")
    pages = compare_pages(place / "before", place / "after")
    if not arguments.dry_run:
        apply(change, folder.files, data, staged)
    if arguments.json:
        outcome = _as_dict(change, pages, published=not arguments.dry_run)
        write_out(json.dumps(outcome, indent=2) + "\n")
    else:
        write_out(_as_text(change, pages, arguments) + "\n")
    return 0


def _name(given: str) -> str:
    """Return the name of a run, from that or from its folder."""
    name = Path(given).name
    if not is_run_name(name):
        raise UserError(f"{given!r} is no run; name one such as 20261121-trtexec-a1b2c3")
    return name


def _refuse(findings: Sequence[Mapping[str, Any]], staged: Path, *, as_json: bool) -> int:
    """Print why nothing was published."""
    if as_json:
        outcome = {"schema": SCHEMA, "published": False, "findings": list(findings)}
        write_out(json.dumps(outcome, indent=2) + "\n")
        return REFUSED
    for finding in findings:
        where = str(finding["file"]).replace(f"{staged}/", "")
        text = (
            f"{where}:{finding['line']}: {finding['column']}: {finding['value']!r}: "
            f"{finding['problem']}; {finding['remedy']}"
        )
        tell(f"error: {safe(text, _LONGEST)}")
    count = "one mistake" if len(findings) == 1 else f"{len(findings)} mistakes"
    tell(f"nothing is published: the lint found {count}")
    return REFUSED


def _as_dict(change: Change, pages: Sequence[PageDiff], *, published: bool) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "run": change.run,
        "published": published,
        "tables": {
            name: {"added": change.added[name], "removed": change.removed[name]}
            for name in change.tables
        },
        "pages": [{"path": page.path, "status": page.status, "diff": page.lines} for page in pages],
    }


def _as_text(change: Change, pages: Sequence[PageDiff], arguments: argparse.Namespace) -> str:
    """Return what changes: rows by table, then the pages that a reader opens, with their lines."""
    lines = [f"{'Would change' if arguments.dry_run else 'Changed'} in the data package:"]
    for name in change.tables:
        lines.append(f"  {name}: {change.added[name]} rows more, {change.removed[name]} rows less")
    read = [page for page in pages if page.path.split("/")[0] not in _BY_TABLE]
    lines += ["", "What the site shows differently:"]
    lines += [line for page in read for line in page_lines(page, full=arguments.full)]
    if len(read) < len(pages):
        lines.append(f"  and {len(pages) - len(read)} pages of records and tables")
    if not pages:
        lines.append("  nothing")
    if not arguments.dry_run:
        lines += ["", "Look at it with: make serve"]
    return "\n".join(lines)


def _say(text: str) -> None:
    tell(f"{text} …")
