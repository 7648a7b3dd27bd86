"""ONNX's tests as a folder of small files with an index, made on a host and read on a device."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Iterator, Mapping

from measure.errors import UserError
from measure.journal.files import write_whole
from measure.one_operator.case import CONFORMANCE, CannotBuildError, OperatorCase
from measure.one_operator.network import network_of
from measure.onnx_file.writing import digest_and_size, iterate_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from measure.one_operator.conformance import Prepared

INDEX = "index.json"
SCHEMA = "dla-atlas/operator-cases/1"
FOLDER = "operators"
"""Name of the folder in that of the runs, where cases are looked for."""


def prepared_files(prepared: Prepared) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a file for each case, then of the index that names them."""
    entries = []
    for case in prepared.cases:
        model = network_of(case)
        name, content = f"{case.case}.onnx", b"".join(iterate_bytes(model))
        yield name, content
        entries.append(
            {
                "case": case.case,
                "operator": case.operator,
                "parameters": dict(case.parameters),
                "opset": model.opsets[""],
                "file": name,
                "sha256": sha256(content).hexdigest(),
            }
        )
    left_out = dict(prepared.left_out.most_common())
    index = {"schema": SCHEMA, "cases": entries, "left_out": left_out}
    yield INDEX, (json.dumps(index, indent=1) + "\n").encode()


def write_prepared(prepared: Prepared, folder: Path) -> None:
    """Write the files into a folder, the index last."""
    for name, content in prepared_files(prepared):
        write_whole(folder / name, content)


def read_prepared(folder: Path) -> list[OperatorCase]:
    """Return the cases of a prepared folder.

    Raises
    ------
    UserError
        When the index cannot be read, or a case's network is not the one that was prepared.
    """
    path = folder / INDEX
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        if index["schema"] != SCHEMA:
            raise UserError(f"{path} is of the form {index['schema']!r}; prepare the cases again")
        return [_case(entry, path) for entry in index["cases"]]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} is no index of prepared cases: {error!r}") from None


def _case(entry: Mapping[str, Any], path: Path) -> OperatorCase:
    case = OperatorCase(
        str(entry["case"]), CONFORMANCE, str(entry["operator"]), dict(entry["parameters"])
    )
    try:
        digest, _ = digest_and_size(network_of(case))
    except CannotBuildError as error:
        digest = str(error)
    if digest != entry["sha256"]:
        raise UserError(
            f"{path}: the network of {case.case} is not the one that was prepared; "
            "prepare the cases again with this version: python3 -m measure operators --prepare"
        )
    return case
