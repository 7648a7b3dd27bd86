from __future__ import annotations

import shutil
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from measure.device.doctor import host

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("free", "verdict"), [(50e9, "ok"), (5e9, "warn"), (1e9, "stop")])
def test_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, verdict: str) -> None:
    """The disk of the folder counts, or of the first folder above it that is there."""
    asked = []

    def usage(path: str) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    check = host.check_disk(tmp_path / "not" / "there")

    assert check.verdict == verdict
    assert asked == [str(tmp_path)]
    assert bool(check.remedy) == (verdict != "ok")


def test_disk_that_cannot_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that doesn't answer is to be noted."""

    def refuse(_: str) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", refuse)

    assert host.check_disk(tmp_path).verdict == "warn"


@pytest.mark.parametrize(
    ("version", "verdict"), [((3, 8, 10), "ok"), ((3, 12, 0), "ok"), ((3, 6, 9), "stop")]
)
def test_python(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], verdict: str) -> None:
    """The Python of JetPack 4 is too old."""
    monkeypatch.setattr(sys, "version_info", version)
    check = host.check_python()

    assert (check.verdict, check.found) == (verdict, ".".join(map(str, version)))


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (ModuleNotFoundError("No module named 'numpy'"), "No module named 'numpy'"),
        (RuntimeError("bad build\nof two lines"), "bad build"),
        (ImportError(), "ImportError"),
    ],
)
def test_package_that_cannot_be_imported(
    monkeypatch: pytest.MonkeyPatch, error: Exception, found: str
) -> None:
    """A package that is missing or broken stops, with what is wrong in one line."""

    def refuse(_: str) -> None:
        raise error

    monkeypatch.setattr(host, "import_module", refuse)
    check = host.check_package("numpy", "numpy", "sudo apt install python3-numpy")

    assert (check.verdict, check.found) == ("stop", found)
    assert check.command == "sudo apt install python3-numpy"


def test_packages(tmp_path: Path) -> None:
    """A Jetson needs numpy; other machines need ONNX Runtime too."""
    import numpy as np

    on_jetson = {check.key: check for check in host.check_all(tmp_path, is_jetson=True)}
    elsewhere = [check.key for check in host.check_all(tmp_path, is_jetson=False)]

    assert on_jetson["numpy"].found == np.__version__
    assert list(on_jetson) == ["disk", "python", "numpy"]
    assert elsewhere == ["disk", "python", "numpy", "onnxruntime"]
