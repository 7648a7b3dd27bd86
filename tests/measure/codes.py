"""Collect from the code every reason and every flag that it can write down.

So that the page on the protocol, which explains them, can be held against the code.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = (
    "backends", "device", "power", "recorded", "results", "run", "statistics", "trtexec",
)  # fmt: skip

REASON_CALLS = frozenset(("Problem", "Reason"))
FLAG_NAMES = frozenset(("flags", "warnings"))
"""Lists and arguments that hold flags."""
FLAG_FUNCTIONS = frozenset(("flags", "_flags", "reasons"))
"""Functions that return flags; the last one is of throughput that is not stationary."""


def reasons() -> set[str]:
    """Return the codes of reasons for which a segment or a build does not count."""
    from measure.backends import failures
    from measure.device import gates

    found = {code for code, _ in failures._PATTERNS} | {code for code, _ in gates._EVENTS.values()}
    for module, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in REASON_CALLS and node.args:
                found |= _words(module, node.args[0])
            elif isinstance(node, ast.Dict):
                found |= _of_dict(module, node)
    found |= _yielded("measure.device.gates")
    return found


def flags() -> set[str]:
    """Return the words that results and segments can be flagged with."""
    from measure.trtexec import summary

    found = {code for _, code in summary._WARNINGS}
    for module, tree in _modules():
        for node in ast.walk(tree):
            found |= _flags_of(module, node)
    return found


def _flags_of(module: str, node: ast.AST) -> set[str]:
    """Return the flags that one node of a module's tree adds."""
    found: set[str] = set()
    if isinstance(node, ast.FunctionDef) and node.name in FLAG_FUNCTIONS:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Dict):
                found |= {word for key in inner.keys if key for word in _words(module, key)}
            elif isinstance(inner, ast.Call) and _name(inner.func) == "append":
                found |= _words(module, inner.args[0])
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None and any(_name(one) in FLAG_NAMES for one in targets):
            found |= _all_words(module, node.value)
    elif isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg in FLAG_NAMES:
                found |= _all_words(module, keyword.value)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if _name(node.func) == "append" and owner is not None and _name(owner) in FLAG_NAMES:
            found |= _words(module, node.args[0])
    return found


def _of_dict(module: str, node: ast.Dict) -> set[str]:
    """Return the code of a reason that is written as a mapping, or of a child's answer."""
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    pairs = dict(zip(keys, node.values, strict=True))
    if {"code", "text"} <= pairs.keys():
        return _words(module, pairs["code"])
    if {"failure", "error"} <= pairs.keys():
        return _words(module, pairs["failure"])
    return set()


def _yielded(module: str) -> set[str]:
    """Return the first of each pair that a module's generators yield, where it is a word."""
    found = set()
    for node in ast.walk(_tree(REPOSITORY / f"{module.replace('.', '/')}.py")):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            found |= _words(module, node.value.elts[0])
    return found


def _all_words(module: str, node: ast.AST) -> set[str]:
    """Return every word below a node that is an element of a list or tuple."""
    found = set()
    for inner in ast.walk(node):
        if isinstance(inner, (ast.List, ast.Tuple)):
            for element in inner.elts:
                found |= _words(module, element)
    return found


def _words(module: str, node: ast.AST) -> set[str]:
    """Return the words that an expression stands for, as far as they stand in the code."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) and node.value.isidentifier() else set()
    if isinstance(node, ast.IfExp):
        return _words(module, node.body) | _words(module, node.orelse)
    if isinstance(node, ast.Name) and node.id.isupper():
        value = getattr(import_module(module), node.id)
        return {value} if isinstance(value, str) else set()
    if isinstance(node, ast.Name):
        return _assigned(module, node.id)
    return set()


def _assigned(module: str, name: str) -> set[str]:
    """Return the words that a variable of some function of a module is given directly."""
    found = set()
    for node in ast.walk(_tree(REPOSITORY / f"{module.replace('.', '/')}.py")):
        if isinstance(node, ast.Assign) and any(_name(target) == name for target in node.targets):
            found |= _words(module, node.value) if not isinstance(node.value, ast.Name) else set()
    return found


def _name(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules that measure, by their names."""
    for package in PACKAGES:
        for path in sorted((REPOSITORY / "measure" / package).rglob("*.py")):
            name = path.relative_to(REPOSITORY).with_suffix("").as_posix().replace("/", ".")
            if not name.endswith("__init__"):
                yield name, _tree(path)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
