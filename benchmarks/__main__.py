"""Run the benchmarks: ``python -m benchmarks [NAME …]``; exit 1 if a budget is missed."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict
from importlib import import_module

import click

NAMES = (
    "site",
    "pages",
    "serve",
    "lint",
    "check",
    "cpu_backend",
    "power",
    "journal",
    "bundle",
    "lighthouse",
)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def main(names: tuple[str, ...], as_json: bool) -> None:
    """Measure speed and memory against a peer in the same run.

    Example: python -m benchmarks site serve
    """
    results = []
    click.echo(f"{platform.platform()}, Python {platform.python_version()}", err=True)
    for name in names or NAMES:
        click.echo(f"{name} …", err=True)
        for result in import_module(f"benchmarks.bench_{name}").results():
            results.append(result)
            if not as_json:
                click.echo(str(result))
    if as_json:
        rows = [asdict(result) | {"passed": result.passed} for result in results]
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    sys.exit(0 if all(result.passed for result in results) else 1)


if __name__ == "__main__":
    main()
