"""Models of one's own, named in a small TOML file."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from measure.errors import UserError
from measure.journal.files import sha256_of
from measure.networks.catalogue import RECIPES
from measure.networks.model_file import FORMS, WEIGHTS, ModelFile
from measure.networks.toml import Table, Tables, read_toml
from measure.onnx_file.read import read_structure
from measure.onnx_file.tensors import StoredTensor
from measure.regular import check_regular

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph, Tensor

LIST, INPUTS = "model", "inputs"
"""Name of the array of tables, and of the table in each that gives shapes."""

LIMIT_BYTES = 1 << 20
"""Largest models file."""

_WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
_NAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class OwnModel:
    """An entry of a models file.

    Parameters
    ----------
    name
        What rows call the model.
    path
        The ONNX file; in the models file it may be relative to that file's folder.
    sha256
        Of the ONNX file, in hexadecimal digits; empty when the entry doesn't bind it.
    address
        Where the file can be downloaded; empty when it is one's own.
    inputs
        Name: sizes to fix open dimensions at.
    batch
        Images an inference, where the model leaves it open.
    form
        What the model is said to be: fp32, fp16 or qdq; empty to see from the file.
    place
        Where the entry stands, for errors.
    """

    name: str
    path: Path
    sha256: str = ""
    address: str = ""
    inputs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    batch: int | None = None
    form: str = ""
    weights: str = WEIGHTS[0]
    place: str = field(default="", compare=False)


def read_entries(path: str | Path) -> list[OwnModel]:
    """Return the entries of a models file; nothing is downloaded and no model is opened.

    Raises
    ------
    UserError
        When the file can't be read or an entry in it isn't one; the error names the line.
    """
    path = Path(path)
    tables = read_toml(_text(path), str(path))
    for key in tables:
        if key != LIST or not isinstance(tables[key], Tables):
            raise UserError(
                f"{path} line {tables.lines[key]}: {key!r} is not [[{LIST}]], of which this file "
                "is made"
            )
    entries: dict[str, OwnModel] = {}
    for table in tables.get(LIST, []):
        entry = _Entry(path, table).model()
        if entry.name in entries or entry.name in RECIPES:
            taken = "a reference network" if entry.name in RECIPES else "another entry"
            raise UserError(f"{entry.place}: {taken} has the name {entry.name!r}; choose another")
        entries[entry.name] = entry
    return list(entries.values())


def model_file_of(entry: OwnModel) -> ModelFile:
    """Return the file of an entry, checked: it is there, the right one, and all shapes are known.

    Raises
    ------
    UserError
        When one of these doesn't hold; the error says what to do.
    """
    if not entry.path.exists():
        raise UserError(_missing(entry))
    check_regular(entry.path)
    digest = sha256_of(entry.path)
    if entry.sha256 and digest != entry.sha256:
        raise UserError(
            f"{entry.place}: {entry.path} has the SHA-256 {digest}, not {entry.sha256} as the "
            "entry says; it is another file or was damaged: get it again or correct the entry"
        )
    graph = read_structure(entry.path).graph
    if any(
        isinstance(tensor.load, StoredTensor) and tensor.load.place is not None
        for tensor in graph.tensors.values()
    ):
        raise UserError(
            f"{entry.place}: {entry.path} keeps weights in files beside it, which its SHA-256 does "
            "not bind; save the model as one file"
        )
    form = _form(graph)
    if entry.form and entry.form != form:
        raise UserError(f"{entry.place}: {entry.path} is {form}, not {entry.form}")
    inputs = {tensor.name: _shape(entry, tensor) for tensor in graph.inputs}
    for name in entry.inputs:
        if name not in inputs:
            raise UserError(
                f"{entry.place}: the model has no input {name!r}; it has {', '.join(inputs)}"
            )
    batch = next((shape[0] for shape in inputs.values() if shape), 1)
    left_open = {
        tensor.name: inputs[tensor.name]
        for tensor in graph.inputs
        if tensor.shape is None or None in tensor.shape
    }
    return ModelFile(entry.name, entry.path, digest, inputs, form, entry.weights, batch, left_open)


class _Entry:
    """One table of the file, taken key by key."""

    def __init__(self, file: Path, table: Table) -> None:
        self.file = file
        self.table = table

    def model(self) -> OwnModel:
        for key in self.table:
            if key not in _KINDS:
                raise self._error(key, f"{key!r} is none of {', '.join(_KINDS)}")
        name = self._text("name", _NAME, "small letters, digits, dots and hyphens")
        if not name:
            raise UserError(f"{self.file} line {self.table.line}: the model has no name")
        sha256 = self._text("sha256", _DIGEST, "64 hexadecimal digits in small letters")
        address = self._text("address", _ADDRESS, "an address that starts with https://")
        path = self._get("path", "")
        if not path or "\0" in path:
            raise self._error(
                "path", f"{name} has no path; name the ONNX file, also where it is to be put"
            )
        if address and not sha256:
            raise self._error("address", f"{name} has an address but no sha256 of its file")
        batch = self._get("batch", None)
        if batch is not None and batch < 1:
            raise self._error("batch", f"a batch of {batch}; it takes at least one image")
        return OwnModel(
            name=name,
            path=self.file.parent / path,
            sha256=sha256,
            address=address,
            inputs=self._inputs(),
            batch=batch,
            form=self._choice("form", FORMS),
            weights=self._choice("weights", WEIGHTS) or WEIGHTS[0],
            place=f"{self.file} line {self.table.line}",
        )

    def _inputs(self) -> dict[str, tuple[int, ...]]:
        inputs = self._get(INPUTS, Table())
        for name, sizes in inputs.items():
            whole = isinstance(sizes, list) and all(type(size) is int for size in sizes)
            if not whole or not sizes or min(sizes) < 1:
                line = inputs.lines[name]
                raise UserError(
                    f"{self.file} line {line}: the shape of {name!r} is no list of sizes, as in "
                    "[1, 3, 224, 224]"
                )
        return {name: tuple(sizes) for name, sizes in inputs.items()}

    def _get(self, key: str, default: Any) -> Any:
        value = self.table.get(key, default)
        kind = _KINDS[key]
        if key in self.table and type(value) is not kind:
            raise self._error(key, f"{key} is to be {_WORDS[kind]}")
        return value

    def _text(self, key: str, pattern: re.Pattern[str], words: str) -> str:
        value = str(self._get(key, ""))
        if key in self.table and not pattern.fullmatch(value):
            raise self._error(key, f"{key} {value!r} is not {words}")
        return value

    def _choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = str(self._get(key, ""))
        if key in self.table and value not in choices:
            raise self._error(key, f"{key} {value!r} is none of {', '.join(choices)}")
        return value

    def _error(self, key: str, reason: str) -> UserError:
        return UserError(f"{self.file} line {self.table.lines.get(key, self.table.line)}: {reason}")


_KINDS: Mapping[str, type] = {
    "name": str,
    "path": str,
    "sha256": str,
    "address": str,
    "batch": int,
    "form": str,
    "weights": str,
    INPUTS: Table,
}
_WORDS = {str: "a string", int: "an integer", Table: f"a table, [{LIST}.{INPUTS}]"}


def _text(path: Path) -> str:
    check_regular(path)
    try:
        with open(path, "rb") as stream:
            content = stream.read(LIMIT_BYTES + 1)
        if len(content) <= LIMIT_BYTES:
            return content.decode("utf-8-sig")
        reason = "larger than any models file"
    except FileNotFoundError:
        reason = "there is no such file"
    except OSError as error:
        reason = error.strerror or str(error)
    except UnicodeDecodeError:
        reason = "it is not text in UTF-8"
    raise UserError(f"{path} cannot be read: {reason}")


def _missing(entry: OwnModel) -> str:
    if not entry.address:
        return f"{entry.place}: {entry.path} is missing; correct the path or put the file there"
    command = ["curl", "--location", "--fail", "--output", str(entry.path), entry.address]
    return (
        f"{entry.place}: {entry.path} is missing; nothing is downloaded while measuring, so get it "
        f"first: {' '.join(map(shlex.quote, command))}"
    )


def _form(graph: Graph) -> str:
    """Return which form a model has; one in half precision may have single at its ends."""
    if any(node.op_type == "QuantizeLinear" for node in graph.nodes):
        return "qdq"
    weights = (
        graph.tensor(name)
        for node in graph.nodes
        if node.op_type in _WEIGHTED
        for name in node.inputs[:2]
    )
    half = any(tensor.data_type == "float16" for tensor in (*graph.inputs, *weights))
    return "fp16" if half else "fp32"


def _shape(entry: OwnModel, tensor: Tensor) -> tuple[int, ...]:
    """Return the shape of an input, its open dimensions taken from the entry."""
    known = tensor.shape
    wanted = entry.inputs.get(tensor.name)
    if known is None:
        known = (None,) * len(wanted or ())
    if wanted is None and known and known[0] is None and entry.batch is not None:
        known = (entry.batch, *known[1:])
    sizes = known if wanted is None else wanted
    shown = "x".join("?" if size is None else str(size) for size in tensor.shape or ())
    if len(sizes) != len(known) or any(own not in (None, size) for own, size in zip(known, sizes)):
        given = "x".join(map(str, sizes))
        raise UserError(
            f"{entry.place}: the input {tensor.name!r} has the shape {shown}, not {given} as the "
            "entry says; leave it out there, or correct it"
        )
    fixed = tuple(size for size in sizes if size is not None)
    if len(fixed) < len(sizes) or not sizes:
        raise UserError(
            f"{entry.place}: the input {tensor.name!r} has the shape {shown or 'unknown'}; give "
            f"all its sizes under [{LIST}.{INPUTS}]"
        )
    if entry.batch is not None and fixed[0] != entry.batch:
        raise UserError(
            f"{entry.place}: the input {tensor.name!r} has a batch of {fixed[0]}, the entry says "
            f"{entry.batch}"
        )
    return fixed
