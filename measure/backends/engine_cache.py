"""Engines that were built, kept by what they were made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Mapping, Sequence

from measure.backends.base import Build
from measure.errors import UserError
from measure.journal.files import make_folder, sha256_of, sweep, write_whole

if TYPE_CHECKING:
    from pathlib import Path

KEY_LENGTH = 32
ENGINE = "model.engine"
BUILD_LOG = "build.log"
LAYERS = "layers.json"
_RECORD = "build.json"


class EngineCache:
    """A folder per engine: the engine, its sum, the build's log, layers and record.

    Parameters
    ----------
    folder
        Of all engines.
    software
        Versions that an engine depends on: TensorRT, SoC, L4T.
    """

    def __init__(self, folder: Path, software: Mapping[str, str]) -> None:
        self.folder = folder
        self._software = dict(software)

    def key(self, model_sha256: str, words: Sequence[str]) -> str:
        """Return the key of an engine.

        Parameters
        ----------
        model_sha256
            Of the ONNX file.
        words
            Of the build command, without paths.
        """
        content = json.dumps([model_sha256, list(words), self._software], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:KEY_LENGTH]

    def place(self, key: str) -> Path:
        """Return the folder of an engine, made if need be."""
        folder = self.folder / key
        make_folder(folder)
        sweep(folder)
        return folder

    def find(self, key: str) -> Build | None:
        """Return an engine that is there and whole; None if it must be built (again)."""
        folder = self.folder / key
        try:
            stored = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
            names = {field.name for field in fields(Build)}
            known = {name: value for name, value in stored.items() if name in names}
            known["command"] = tuple(known["command"])
            build = Build(**{**known, "outcome": "cached", "engine_path": folder / ENGINE})
            whole = build.build == key and sha256_of(folder / ENGINE) == build.engine_sha256
        except (OSError, ValueError, KeyError, TypeError, UserError):
            return None
        return build if whole else None

    def keep(self, build: Build) -> None:
        """Remember an engine whose file is in its place."""
        record = {**asdict(build), "engine_path": None}
        data = json.dumps(record, sort_keys=True, indent=1).encode()
        write_whole(self.folder / build.build / _RECORD, data)
