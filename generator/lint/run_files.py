"""The files that runs left: each is there, and is the one that its row describes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from generator.descriptor import RUN_FILES
from generator.lint.collect import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.lint.sheet import Sheet

FILES = "files"
RULES = {
    "run-files.missing": "A file that a row of a run names is in the data folder.",
    "run-files.changed": "A file of a run has the size and the checksum that its row states.",
}
_COLUMNS = ("path", "sha256", "bytes")


def declared_files(data_dir: Path, sheets: Mapping[str, Sheet]) -> set[Path]:
    """Return the files that rows of runs name."""
    sheet = sheets.get(FILES)
    if sheet is None or not sheet.has("path"):
        return set()
    folder = data_dir / RUN_FILES
    return {folder / str(path) for (path,) in sheet.rows(range(len(sheet)), ("path",)) if path}


def check_run_files(data_dir: Path, sheets: Mapping[str, Sheet]) -> None:
    """Report files that are missing or changed."""
    sheet = sheets.get(FILES)
    if sheet is None or not sheet.has(*_COLUMNS):
        return
    folder = data_dir / RUN_FILES
    for position, (path, digest, size) in enumerate(sheet.rows(range(len(sheet)), _COLUMNS)):
        if path is None or not (folder / path).resolve().is_relative_to(folder.resolve()):
            continue
        try:
            content = (folder / path).read_bytes()
        except OSError as error:
            problem = f"the file can't be read ({error.strerror})"
            remedy = "publish the run again, or delete the row"
            sheet.report([position], "path", "run-files.missing", problem, remedy, Layer.SENSE)
            continue
        if len(content) != size:
            problem, column = f"the file has {len(content)} bytes", "bytes"
        elif sha256(content).hexdigest() != digest:
            problem, column = "the file has another checksum", "sha256"
        else:
            continue
        remedy = "publish the run again; a log is evidence and is not edited"
        sheet.report([position], column, "run-files.changed", problem, remedy, Layer.SENSE)
