"""``python -m generator lint``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from generator.descriptor import DESCRIPTOR_NAME
from generator.lint import Report, lint_package, shown_path

if TYPE_CHECKING:
    from pathlib import Path

OK, FOUND, USAGE = 0, 1, 2


def run(data_dir: Path, *, as_json: bool = False) -> int:
    """Lint a data directory, print what was found, and return the exit code.

    Parameters
    ----------
    data_dir
        The folder that holds ``datapackage.json``.
    as_json
        Print the findings as a JSON list to standard output.
    """
    if not _has_descriptor(data_dir):
        click.echo(
            f"{shown_path(data_dir)}: no {DESCRIPTOR_NAME} in this folder; "
            "name the data folder with --data",
            err=True,
        )
        return USAGE
    report = lint_package(data_dir)
    if as_json:
        found = [finding.as_dict() for finding in report.findings]
        click.echo(json.dumps(found, indent=2, ensure_ascii=True))
    else:
        for finding in report.findings:
            click.echo(str(finding).encode("utf-8", "replace"))
    click.echo(_summary(report), err=bool(report.findings) or as_json)
    return FOUND if report.findings else OK


def _has_descriptor(data_dir: Path) -> bool:
    try:
        return (data_dir / DESCRIPTOR_NAME).is_file()
    except OSError:  # no permission to look
        return False


def _summary(report: Report) -> str:
    count = len(report.findings)
    found = "no findings" if not count else "1 finding" if count == 1 else f"{count} findings"
    return f"{report.tables} tables, {report.rows} rows, {found}"
