"""The two halves of the project meet in the data only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def imported(path: Path) -> set[str]:
    """Return the top-level names of what a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize(("half", "other"), [("generator", "measure"), ("measure", "generator")])
def test_neither_half_imports_the_other(half: str, other: str) -> None:
    """Pages know nothing of devices, and devices nothing of pages."""
    modules = sorted((ROOT / half).rglob("*.py"))

    assert [path for path in modules if other in imported(path)] == []


def test_modules_can_be_read_in_one_sitting() -> None:
    """No module grows beyond 300 lines."""
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for half in ("generator", "measure")
        for path in (ROOT / half).rglob("*.py")
    }

    assert {path: length for path, length in lengths.items() if length > 300} == {}
