"""The command line: ``python -m generator``."""

from __future__ import annotations

from pathlib import Path

import click

DATA_DIR = Path("data")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check the data package and turn it into pages."""


@main.command()
@click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path),
    default=DATA_DIR,
    show_default=True,
    help="Folder with datapackage.json.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def lint(data_dir: Path, as_json: bool) -> None:
    """Check every table; exit 1 and print one line for each mistake."""
    from generator.lint.command import run

    raise SystemExit(run(data_dir, as_json=as_json))


if __name__ == "__main__":
    main()
