"""Weights that a model keeps in files of their own."""

from __future__ import annotations

import ntpath
import os
from typing import NamedTuple

from measure.errors import UserError


class Place(NamedTuple):
    """Where the data of a tensor are; a length of ``None`` means as long as the tensor is."""

    location: str
    offset: int
    length: int | None


class ExternalFiles:
    """The data files of one model, none of which may lie outside of its folder."""

    def __init__(self, model_path: str) -> None:
        self.model_path = model_path
        self.folder = os.path.dirname(os.path.abspath(model_path))
        self._paths: dict[str, str | None] = {}
        self._ends: dict[str, int] = {}

    def place(self, entries: dict[str, str], tensor: str) -> Place:
        """Return what the entries of a tensor say of its data.

        Raises
        ------
        UserError
            When the location leaves the folder of the model or a number is none.
        """
        location = entries.get("location", "")
        numbers = {}
        for key in ("offset", "length"):
            word = entries.get(key, "")
            if word and not (word.isascii() and word.isdigit() and len(word) < 20):
                raise UserError(
                    f"{self.model_path}: external data of tensor {tensor!r}: "
                    f"{key} {word[:40]!r} is not a number of bytes"
                )
            numbers[key] = int(word) if word else None
        self.path(location)
        return Place(location, numbers["offset"] or 0, numbers["length"])

    def expect(self, place: Place, n_bytes: int | None) -> None:
        """Remember how far into its file the data of a tensor reach."""
        end = place.offset + (n_bytes or place.length or 0)
        self._ends[place.location] = max(end, self._ends.get(place.location, 0))

    def path(self, location: str) -> str | None:
        """Return the path of a data file, ``None`` when there is none."""
        if location not in self._paths:
            self._paths[location] = self._resolve(location)
        return self._paths[location]

    def _resolve(self, location: str) -> str | None:
        parts = location.replace("\\", "/").split("/")
        leaves = os.path.isabs(location) or ntpath.splitdrive(location)[0] or ".." in parts
        if not leaves and location.strip("./\\ ") and "\0" not in location:
            folder = os.path.realpath(self.folder)
            resolved = os.path.realpath(os.path.join(folder, location))
            leaves = os.path.commonpath([folder, resolved]) != folder
            if not leaves:
                return resolved if os.path.isfile(resolved) else None
        what = "lies outside of the model's folder" if leaves else "is not the name of a file"
        raise UserError(
            f"{self.model_path}: external data {location[:200]!r} {what}; "
            "put the data file beside the model and save the model again"
        )

    def read(self, place: Place, n_bytes: int) -> bytes | None:
        """Return the data of a tensor, ``None`` when the file is missing or too short."""
        path = self.path(place.location)
        if path is None or (place.length is not None and place.length != n_bytes):
            return None
        try:
            with open(path, "rb") as file:
                file.seek(place.offset)
                data = file.read(n_bytes)
        except (OSError, OverflowError, ValueError):
            return None
        return data if len(data) == n_bytes else None

    def missing(self) -> list[str]:
        """Return the data files that the model names and that are not there."""
        return [location for location, path in self._paths.items() if path is None]

    def cut_off(self) -> list[str]:
        """Return the data files that end before the data of the model do."""
        found = []
        for location, end in self._ends.items():
            path = self._paths[location]
            if path is not None and os.path.getsize(path) < end:
                found.append(location)
        return found
