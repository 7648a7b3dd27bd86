"""Judge what measuring itself needs: disk, Python and its packages."""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Iterator

from measure.device.doctor.report import OK, STOP, WARN, Check

if TYPE_CHECKING:
    from pathlib import Path

SMALLEST_DISK_GB, SMALL_DISK_GB = 2.0, 10.0
OLDEST_PYTHON = (3, 8)
_BYTES_PER_GB = 1e9


def check_all(runs: Path, is_jetson: bool) -> Iterator[Check]:
    """Judge the disk, Python and its packages."""
    yield check_disk(runs)
    yield check_python()
    yield check_package("numpy", "numpy", "sudo apt install python3-numpy")
    if not is_jetson:
        yield check_package("onnxruntime", "ONNX Runtime", "python3 -m pip install onnxruntime")


def check_disk(runs: Path) -> Check:
    """Judge whether engines, logs and samples have room."""
    key, title = "disk", "disk"
    folder = next(path for path in (runs.absolute(), *runs.absolute().parents) if path.is_dir())
    try:
        free = shutil.disk_usage(str(folder)).free / _BYTES_PER_GB
    except OSError as error:
        return Check(key, title, WARN, f"{folder}: {error.strerror}")
    found = f"{free:.1f} GB free in {folder}"
    remedy = "engines and samples may fill it; let DLA_MEASURE_RUNS name a folder elsewhere"
    if free < SMALL_DISK_GB:
        return Check(key, title, STOP if free < SMALLEST_DISK_GB else WARN, found, remedy)
    return Check(key, title, OK, found)


def check_python() -> Check:
    """Judge the interpreter that runs this."""
    key, title = "python", "Python"
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Check(key, title, STOP, found, "Python 3.8 or newer is needed")
    return Check(key, title, OK, found)


def check_package(module: str, title: str, install: str) -> Check:
    """Judge whether a package can be imported.

    Parameters
    ----------
    module
        Its name in Python.
    title
        Its name for people.
    install
        The command that installs it.
    """
    try:
        version = getattr(import_module(module), "__version__", "unknown version")
    except Exception as error:  # a broken build raises whatever it likes
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Check(module, title, STOP, reason, "nothing can be measured without it", install)
    return Check(module, title, OK, str(version))
