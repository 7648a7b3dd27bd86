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


@main.command()
@click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path),
    default=DATA_DIR,
    show_default=True,
    help="Folder with datapackage.json.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write into; made if it is missing.",
)
def pages(data_dir: Path, out: Path) -> None:
    """Write the generated pages and downloads as files.

    They are the same that 'mkdocs build' serves from memory, for use with another site tool.

    Example: python -m generator pages --out build/pages
    """
    from generator.findings import DataError
    from generator.package import load_package
    from generator.site import render_site

    try:
        files = render_site(load_package(data_dir)).files()
    except DataError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None
    for path, content in files.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    click.echo(f"{len(files)} files in {out}")


@main.command()
@click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path),
    help="Folder with datapackage.json instead of the one mkdocs.yml names.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    help="Folder of the site; replaced when the new one is whole.",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="MkDocs configuration.",
)
def site(data_dir: Path | None, out: Path, config_file: Path) -> None:
    """Build the static site strictly; the old one stays until the new one is whole.

    Example: python -m generator site --out site
    """
    import logging
    import os
    import time

    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.exceptions import MkDocsException

    from generator.build import build_site

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    start = time.perf_counter()
    try:
        build_site(config_file, out, data_dir)
    except MkDocsException as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        click.echo(f"stopped; {out} is as it was", err=True)
        raise SystemExit(130) from None
    click.echo(f"{out}: built in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
