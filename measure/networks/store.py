"""Files of the reference networks, built when they are first asked for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Callable, Sequence

from measure.errors import UserError
from measure.journal.files import reason, sha256_of, write_whole
from measure.networks.catalogue import RECIPES, build_network, default_batch, row_of
from measure.networks.forms import as_form
from measure.networks.model_file import FORMS, WEIGHTS, ModelFile
from measure.networks.weights import RECIPE
from measure.onnx_file.writing import iterate_bytes, pieces
from measure.run_folders import NETWORKS, runs_folder

if TYPE_CHECKING:
    from pathlib import Path

    from measure.networks.builder import Network
    from measure.onnx_file.model import Model

KEY_DIGITS = 12
"""Hexadecimal digits of the content's key in a file's name."""


def model_file(
    network: str,
    form: str = "fp32",
    weights: str = "dense",
    batch: int | None = None,
    folder: Path | None = None,
) -> ModelFile:
    """Return the ONNX file of a reference network, built unless it is in the folder, whole.

    Parameters
    ----------
    form
        fp32, fp16 or qdq.
    weights
        dense or sparse.
    batch
        Images an inference; that of the published figures for the DLA when left out.
    folder
        That of the runs when left out.

    Raises
    ------
    UserError
        When there is no such network, form, weights or batch, or the file cannot be written.
    """
    images = default_batch(network) if batch is None else batch
    built = build_network(network, weights, images)
    model = as_form(built, form)
    path = (folder or runs_folder(None) / NETWORKS) / file_name(built, form, model)
    digest = stored_digest(path) or _store(model, path)
    return ModelFile(network, path, digest, built.inputs, form, weights, images)


def model_files(
    networks: Sequence[str],
    forms: Sequence[str] | None,
    weights: Sequence[str] | None,
    batch: int | None,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> list[ModelFile]:
    """Return the files of several networks in several forms, and tell of each when it starts.

    Parameters
    ----------
    networks
        Their keys; all when there are none.
    forms, weights
        The first of each when left out.
    """
    for key in networks:
        row_of(key)
    wanted = [
        (key, form, kind)
        for key in dict.fromkeys(networks or RECIPES)
        for form in dict.fromkeys(forms or FORMS[:1])
        for kind in dict.fromkeys(weights or WEIGHTS[:1])
    ]
    files = []
    for number, (key, form, kind) in enumerate(wanted, start=1):
        tell(f"[{number}/{len(wanted)}] {key} {form} {kind} …")
        files.append(model_file(key, form, kind, batch, folder))
    return files


def file_name(network: Network, form: str, model: Model) -> str:
    """Return a name that is another one whenever the content is."""
    digest = hashlib.sha256(str(RECIPE).encode())
    for piece in pieces(model):
        digest.update(piece if isinstance(piece, bytes) else repr(piece.load).encode())
    batch = next(iter(network.inputs.values()))[0]
    key = digest.hexdigest()[:KEY_DIGITS]
    return f"{network.key}-{form}-{network.weights}-b{batch}-{key}.onnx"


def stored_digest(path: Path) -> str:
    """Return the SHA-256 of a file that is still as it was written, else nothing."""
    try:
        noted = _sidecar(path).read_text(encoding="ascii").split()[:1]
        return noted[0] if noted and noted[0] == sha256_of(path) else ""
    except (OSError, UserError, UnicodeDecodeError):
        return ""


def _store(model: Model, path: Path) -> str:
    """Write the file, then the note that it is whole, in the form that sha256sum checks."""
    try:
        _sidecar(path).unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {reason(error)}") from None
    digest = write_whole(path, iterate_bytes(model))
    write_whole(_sidecar(path), f"{digest}  {path.name}\n".encode())
    return digest


def _sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
