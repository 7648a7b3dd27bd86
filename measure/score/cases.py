"""Observed placements of single nodes: the cases the rules are scored on."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Iterable, Mapping

from measure.errors import UserError
from measure.tables import data_folder
from measure.target import PRECISIONS, Target, resolve_target, usable_versions
from measure.versions import parse_version

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = "operators/evidence.csv"
REQUIRED = ("onnx_op", "parameters", "soc", "trt_version", "precision", "runs_on_dla")
_OBSERVED = {"yes": True, "no": False}
_SOCS = ("xavier", "orin", "thor")
_WITH_DLA = ("xavier", "orin")
_VERSION = re.compile(r"\d+(\.\d+)+")


@dataclass(frozen=True)
class Case:
    """One node that a builder placed."""

    key: str
    """Its id, or the line of the file."""
    operator: str
    parameters: Mapping[str, Any]
    """Attributes, shapes and what else is stated."""
    soc: str
    """xavier, orin, thor, or empty where any may be meant."""
    tensorrt: str
    """Version of TensorRT; empty when it isn't stated."""
    precision: str
    """int8, fp16, or empty when it isn't stated."""
    runs_on_dla: bool
    source: str
    message: str

    def targets(self) -> list[Target]:
        """Return every target that agrees with what the case states, oldest TensorRT first."""
        socs = [self.soc] if self.soc else list(_WITH_DLA)
        precisions = [self.precision] if self.precision else list(PRECISIONS)
        found = []
        for soc in socs:
            versions = [self.tensorrt] if self.tensorrt else _versions(str(data_folder()), soc)
            for version in versions:
                for precision in precisions:
                    found.append(_target(str(data_folder()), version, soc, precision))
        return found

    def circumstances(self) -> tuple[str, ...]:
        """Return what makes two cases the same case: everything but who saw it."""
        parameters = json.dumps(self.parameters, sort_keys=True)
        return (self.operator, parameters, self.soc, self.tensorrt, self.precision)


def read_cases(path: Path | None = None) -> list[Case]:
    """Return the cases of a file, or those of the data package.

    Columns beyond the six that a case needs are ignored, except ``id``, ``source`` or
    ``source_url`` and ``message``, which the score is broken down by and prints.

    Raises
    ------
    UserError
        When the file can't be read, lacks a column, or a cell can't be understood.
    """
    path = path or data_folder() / SHIPPED
    if path.exists() and not path.is_file():
        raise UserError(f"{path} cannot be read: it is not a regular file")
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            lacking = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            if lacking:
                raise UserError(f"{path}: no column {', '.join(lacking)}; cases need {_all()}")
            return [_case(row, f"{path} line {reader.line_num}", reader.line_num) for row in reader]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} is no CSV in UTF-8: {error}") from None


def _case(row: Mapping[str, Any], place: str, line: int) -> Case:
    """Return the case of a row."""
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    observed = cells["runs_on_dla"].lower()
    if observed not in _OBSERVED:
        raise UserError(f"{place}: runs_on_dla is {observed!r}; write yes or no")
    if not cells["onnx_op"]:
        raise UserError(f"{place}: onnx_op is empty; name the operator")
    return Case(
        key=cells.get("id") or f"line {line}",
        operator=cells["onnx_op"],
        parameters=parse_parameters(cells["parameters"], place),
        soc=_one_of(cells["soc"], _SOCS),
        tensorrt=_version(cells["trt_version"], place),
        precision=_one_of(cells["precision"], PRECISIONS),
        runs_on_dla=_OBSERVED[observed],
        source=cells.get("source") or cells.get("source_url") or "not stated",
        message=cells.get("message", ""),
    )


def parse_parameters(text: str, place: str) -> Mapping[str, Any]:
    """Return the parameters that a cell holds as a JSON object."""
    try:
        parameters = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise UserError(f"{place}: parameters is no JSON; write an object such as {{}}") from None
    if not isinstance(parameters, dict):
        raise UserError(f"{place}: parameters is no JSON object; write one such as {{}}")
    return parameters


def _one_of(text: str, words: Iterable[str]) -> str:
    """Return the first of the words that the text names: int8 for INT8+FP16."""
    return next((word for word in words if word in text.lower()), "")


def _version(text: str, place: str) -> str:
    """Return the version at the start of a text such as "8.4 (inferred from the log)"."""
    found = _VERSION.match(text)
    if found is None:
        return ""
    try:
        parse_version(found[0])
    except UserError as error:
        raise UserError(f"{place}: {error}") from None
    return found[0]


@lru_cache(maxsize=None)
def _target(data: str, version: str, soc: str, precision: str) -> Target:
    """Return a target by the data package in a folder; most cases share a few."""
    return resolve_target(tensorrt=version, soc=soc, precision=precision)


@lru_cache(maxsize=None)
def _versions(data: str, soc: str) -> list[str]:
    """Return the TensorRT versions with a usable DLA on a SoC."""
    return [target.tensorrt for target in usable_versions(soc)]


def _all() -> str:
    """Name the columns of a case."""
    return ", ".join(REQUIRED)
