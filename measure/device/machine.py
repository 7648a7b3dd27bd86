"""The one door to a device: its files and its programs, under any root folder."""

from __future__ import annotations

import contextlib
import glob
import os
import re
from dataclasses import dataclass
from pathlib import Path

from measure.device.process import Finished, run_program

ROOT_VARIABLE = "DLA_MEASURE_ROOT"
"""Environment variable: the folder that stands for / of the device."""

ROOT_PROGRAM = "/usr/local/sbin/dla-measure-priv"
"""The program with fixed verbs that runs as root."""

LARGEST_READ = 1 << 20
"""Bytes of a file that are read at most."""

_MORE_FOLDERS = ("/usr/src/tensorrt/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")
_ONLY_FOLDERS = (
    "usr/local/sbin",
    "usr/local/bin",
    "usr/sbin",
    "usr/bin",
    "sbin",
    "bin",
    "usr/src/tensorrt/bin",
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")


@dataclass(frozen=True)
class Machine:
    """A device as a folder and a list of folders with programs.

    Nothing here raises because of what the device holds: a file that is missing, may not be
    read or answers "try again" reads as None, a program that is missing says so.
    """

    root: Path
    """/ of the device."""
    search: tuple[Path, ...]
    """Folders of programs, the first one with a program wins."""

    @classmethod
    def here(cls) -> Machine:
        """Return this machine, or the one that DLA_MEASURE_ROOT names."""
        root = Path(os.environ.get(ROOT_VARIABLE) or "/").absolute()
        if root != Path("/"):
            return cls(root, tuple(root / folder for folder in _ONLY_FOLDERS))
        listed = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
        return cls(root, tuple(Path(folder) for folder in dict.fromkeys([*listed, *_MORE_FOLDERS])))

    @property
    def is_folder(self) -> bool:
        """Whether a folder stands for the device."""
        return self.root != Path("/")

    def path(self, absolute: str) -> Path:
        """Return where a path of the device lies here."""
        return self.root / absolute.lstrip("/")

    def read(self, absolute: str) -> str | None:
        """Return a file's text, stripped and with line ends for NULs; None if it can't be read."""
        data = self.read_bytes(absolute)
        return None if data is None else _as_text(data)

    def read_bytes(self, absolute: str) -> bytes | None:
        """Return what a file holds; None if it can't be read.

        Device files that would wait for somebody don't, and a huge file is read in part.
        """
        try:
            descriptor = os.open(
                str(self.path(absolute)), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
            )
        except (OSError, ValueError):
            return None
        try:
            return _read_up_to(descriptor, LARGEST_READ)
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def read_int(self, absolute: str) -> int | None:
        """Return the whole number that a file holds; None if it holds anything else."""
        text = self.read(absolute)
        return int(text) if text is not None and _INTEGER.fullmatch(text) else None

    def glob(self, pattern: str) -> list[str]:
        """Return the device paths that match a pattern, sorted."""
        top = "" if not self.is_folder else str(self.root)
        found = glob.glob(f"{glob.escape(top)}/{pattern.lstrip('/')}")
        return sorted(path[len(top) :] for path in found)

    def links(self, absolute: str) -> list[str] | None:
        """Return what the symbolic links in a folder name; None if it may not be looked into."""
        found = []
        try:
            with os.scandir(str(self.path(absolute))) as entries:
                for entry in entries:
                    # A process may close a file, or end, while its list is read.
                    with contextlib.suppress(OSError):
                        found.append(os.readlink(entry.path))
        except OSError:
            return None
        return found

    def program(self, name: str) -> Path | None:
        """Return where a program lies; None if there is none."""
        for folder in self.search:
            candidate = folder / name
            if candidate.is_file() and os.access(str(candidate), os.X_OK):
                return candidate
        return None

    def environment(self) -> dict[str, str]:
        """Return the environment of child processes: they see the same device."""
        environment = dict(os.environ, LC_ALL="C")
        environment[ROOT_VARIABLE] = str(self.root)
        if self.is_folder:
            environment["PATH"] = os.pathsep.join(map(str, self.search))
        return environment

    def run(
        self, name: str, *words: str, timeout: float = 30, stdin: str = "", merge: bool = True
    ) -> Finished:
        """Run a program of the device to its end.

        Parameters
        ----------
        name
            A program's name.
        words
            Its arguments.
        timeout
            Seconds after which it and its children are killed.
        stdin
            What it reads; its standard input ends after that.
        merge
            Whether its errors are part of the output, or thrown away.
        """
        program = self.program(name)
        if program is None:
            return Finished((name, *words), 127, "", 0.0, missing=True)
        return run_program(
            (str(program), *words), self.environment(), timeout=timeout, stdin=stdin, merge=merge
        )

    @property
    def is_root(self) -> bool:
        """Whether this process is root on the device; never where a folder stands for it."""
        return not self.is_folder and os.geteuid() == 0

    def privileged(self, verb: str, *words: str, timeout: float = 30) -> Finished:
        """Run a verb of the root program: directly as root, else through sudo without a question.

        Parameters
        ----------
        verb
            One of the program's fixed verbs.
        words
            What the verb takes.
        timeout
            Seconds after which the program is killed.
        """
        program = self.path(ROOT_PROGRAM)
        if not program.is_file():
            return Finished((str(program), verb, *words), 127, "", 0.0, missing=True)
        if self.is_root:
            return run_program((str(program), verb, *words), self.environment(), timeout=timeout)
        return self.run("sudo", "-n", str(program), verb, *words, timeout=timeout)


def _read_up_to(descriptor: int, most: int) -> bytes:
    """Read a descriptor to its end, or as far as allowed."""
    parts: list[bytes] = []
    left = most
    while left:
        part = os.read(descriptor, min(left, 1 << 16))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _as_text(data: bytes) -> str:
    """Return bytes of a device as text."""
    return data.decode("utf-8", "replace").strip("\0").replace("\0", "\n").strip()
