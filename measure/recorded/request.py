"""What is to be brought in, and what its user knows of it, held against the tables."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Sequence

from measure.device.power_mode import PowerMode, mode_from_tables
from measure.errors import UserError
from measure.regular import check_regular
from measure.run_folders import runs_folder
from measure.tables import Row, read_table
from measure.target import release_row

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

LARGEST_BATCH = 4096
_IMAGE_RANK = 4
_COMPANIONS = ("build_log", "tegrastats", "times", "profile", "layer_info")


@dataclass(frozen=True)
class Request:
    """The files, and what they do not say themselves; empty or None where it is not known."""

    trtexec: str
    pick: int | None = None
    """Which run of the log, from 1."""
    build_log: str = ""
    tegrastats: str = ""
    times: str = ""
    profile: str = ""
    layer_info: str = ""
    module: Row | None = None
    power_mode: PowerMode | None = None
    clock_policy: str = ""
    release: Row | None = None
    network: str = ""
    engine: str = ""
    batch: int | None = None
    input_shape: tuple[int, ...] = ()
    source: str = ""
    locator: str = ""
    note: str = ""
    folder: Path | None = None
    """Of all runs."""
    as_json: bool = False

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace) -> Request:
        """Return the request of a command line.

        Raises
        ------
        UserError
            When the tables do not know a name, with those they know.
        """
        module = _row("reference/modules", "module", arguments.module)
        network = _row("reference/networks", "network", arguments.network)
        if arguments.power_mode and not arguments.module:
            raise UserError("--power-mode needs --module: the same name means other caps elsewhere")
        paths = {name: getattr(arguments, name) for name in ("trtexec", *_COMPANIONS)}
        for name, path in paths.items():
            option = f"--{name.replace('_', '-')}"
            if path == "":
                raise UserError(f"{option} has no path; name the file, or leave the option out")
            if path == "-":
                raise UserError(f"{option}: save it to a file first; it is kept")
            if path is not None:
                check_regular(path)
        mode = None
        if arguments.power_mode:
            mode = mode_from_tables(arguments.module, arguments.power_mode)
        return cls(
            **{name: path or "" for name, path in paths.items()},
            pick=_positive("--pick", arguments.pick, None),
            module=module,
            power_mode=mode,
            clock_policy=arguments.clock_policy or "",
            release=release_row(arguments.release) if arguments.release else None,
            network=network["network"] if network else "",
            engine=arguments.engine or "",
            batch=_positive("--batch", arguments.batch, LARGEST_BATCH),
            input_shape=_shape(arguments.input_shape),
            source=_source(arguments.source),
            locator=arguments.locator or "",
            note=arguments.note or "",
            folder=runs_folder(arguments.runs),
            as_json=arguments.json,
        )

    @property
    def has_companions(self) -> bool:
        """Whether files are given that belong to one run alone."""
        return any(getattr(self, name) for name in _COMPANIONS)

    @property
    def images_per_query(self) -> int | None:
        """Return the batch that the user states, by itself or as the first size of the input."""
        return self.batch or (self.input_shape[0] if self.input_shape else None)


def _row(table: str, column: str, wanted: str | None) -> Row | None:
    """Return the row of a table with a key; None if none was asked for."""
    if not wanted:
        return None
    rows = {row[column]: row for row in read_table(table)}
    if wanted not in rows:
        raise UserError(f"{wanted!r} is no {column} of the data; choose {', '.join(rows)}")
    return rows[wanted]


def _source(wanted: str | None) -> str:
    """Return the key of a source."""
    if not wanted:
        return ""
    keys = [row["key"] for row in read_table("reference/sources")]
    if wanted not in keys:
        like = get_close_matches(wanted, keys, n=5, cutoff=0.4)
        hint = f"; like it are {', '.join(like)}" if like else ""
        raise UserError(f"{wanted!r} is no key of reference/sources{hint}; add a row for it first")
    return wanted


def _positive(name: str, number: int | None, largest: int | None) -> int | None:
    if number is None:
        return None
    if number < 1 or (largest and number > largest):
        raise UserError(f"{name} {number}: {f'1 to {largest}' if largest else '1 or more'}")
    return number


def _shape(text: str | None) -> tuple[int, ...]:
    """Return the sizes of "1x3x224x224"."""
    if not text:
        return ()
    sizes: Sequence[str] = text.lower().split("x")
    if len(sizes) != _IMAGE_RANK or not all(_is_size(size) for size in sizes):
        raise UserError(f"--input-shape {text}: write batch, channels, height, width: 1x3x224x224")
    return tuple(map(int, sizes))


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6 and int(text) > 0
