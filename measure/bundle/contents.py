"""What goes into a bundle."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Sequence

from measure.bundle.archive import PLAIN, PROGRAM, Member
from measure.errors import UserError
from measure.networks.own import INPUTS, LIST, model_file_of
from measure.tables import data_folder

if TYPE_CHECKING:
    from measure.networks.model_file import ModelFile
    from measure.networks.own import OwnModel

TOP = "dla-measure"
"""Folder that the archive unpacks into."""

MANIFEST, MODELS, READ_ME = "MANIFEST.sha256", "models.toml", "README.txt"

NETWORKS = "runs/networks"
"""Where networks are looked for before they are built."""

OPERATORS = "runs/operators"
"""Where the prepared cases of ONNX's tests are looked for."""

CODE = Path(__file__).resolve().parent.parent
CODE_ENDINGS = (".css", ".json", ".py")
DATA_ENDINGS = (".csv", ".json")

_READ_ME = """\
What a device needs to measure its DLA: Python 3.8 or newer with numpy, as every JetPack has it.
Nothing is installed; run the commands in this folder.

  sha256sum -c --quiet MANIFEST.sha256    is every file as it was packed?
  python3 -m measure --help               all commands
  python3 -m measure doctor               what of this device lets it measure
  python3 -m measure rights               what lets an ordinary user measure, and how to lay it
  python3 -m measure run --plan           what would be measured, and how long it takes
  python3 -m measure run                  measure it; Ctrl-C ends it, run --resume goes on
  python3 -m measure restore --status     is the board as it was found?
  python3 -m measure networks --list      the reference networks
"""


def code_members() -> list[Member]:
    """Return the program and the tables that it reads."""
    members = [
        Member(f"measure/{path.relative_to(CODE).as_posix()}", path, _mode(path))
        for path in _files(CODE, CODE_ENDINGS)
    ]
    data = data_folder()
    members += [
        Member(f"data/{path.relative_to(data).as_posix()}", path)
        for path in _files(data, DATA_ENDINGS)
    ]
    return [*members, Member(READ_ME, _READ_ME.encode())]


def network_members(files: Iterable[ModelFile]) -> list[Member]:
    """Return built networks, such that the device finds them instead of building them."""
    members = []
    for file in files:
        note = f"{file.sha256}  {file.path.name}\n".encode()
        members += [
            Member(f"{NETWORKS}/{file.path.name}", file.path),
            Member(f"{NETWORKS}/{file.path.name}.sha256", note),
        ]
    return members


def operator_members() -> list[Member]:
    """Return ONNX's tests as networks of one operator; they need the package onnx to be made."""
    from measure.one_operator.conformance import conformance_cases
    from measure.one_operator.prepared import prepared_files

    files = prepared_files(conformance_cases())
    return [Member(f"{OPERATORS}/{name}", content) for name, content in files]


def own_members(entries: Sequence[OwnModel]) -> list[Member]:
    """Return models of one's own with the file that names them, paths and digests as packed."""
    members, texts = [], []
    for entry in entries:
        file = model_file_of(entry)
        packed = replace(entry, path=Path("models") / f"{entry.name}.onnx", sha256=file.sha256)
        members.append(Member(packed.path.as_posix(), entry.path))
        texts.append(as_toml(packed))
    return [*members, Member(MODELS, "\n".join(texts).encode())]


def as_toml(entry: OwnModel) -> str:
    """Return an entry as it is written in a models file."""
    keys = {
        "name": entry.name,
        "path": entry.path.as_posix(),
        "sha256": entry.sha256,
        "address": entry.address,
        "batch": entry.batch,
        "form": entry.form,
        "weights": entry.weights,
    }
    lines = [f"[[{LIST}]]", *(f"{key} = {_toml(value)}" for key, value in keys.items() if value)]
    if entry.inputs:
        lines += ["", f"[{LIST}.{INPUTS}]"]
        lines += [f"{_toml(name)} = {list(sizes)}" for name, sizes in entry.inputs.items()]
    return "".join(f"{line}\n" for line in lines)


def with_manifest(members: Sequence[Member]) -> list[Member]:
    """Return the members below one folder, with a list of their digests that sha256sum checks."""
    lines = [
        f"{_digest(member)}  {member.name}\n"
        for member in sorted(members, key=lambda member: member.name)
    ]
    manifest = Member(MANIFEST, "".join(lines).encode())
    return [replace(member, name=f"{TOP}/{member.name}") for member in (*members, manifest)]


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Return the files of a folder, hidden ones and what Python leaves behind left out."""
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in endings and path.is_file() and not _is_hidden(path.relative_to(folder))
    ]
    if not found:
        raise UserError(f"{folder} holds none of the files of a bundle; run it in a repository")
    return found


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in path.parts)


def _mode(path: Path) -> int:
    return PROGRAM if path.stat().st_mode & 0o100 else PLAIN


def _digest(member: Member) -> str:
    digest = sha256()
    for chunk in member.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _toml(value: object) -> str:
    """Return a value as TOML; its strings are JSON's but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
