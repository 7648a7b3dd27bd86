"""What the programs of the fake share: the device's folder, its settings, its memory, its load."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = ""
"""The folder that is the device; set by the script that starts a program."""
TICK = "/.fake/tick"
"""When the plant last moved what moves, in monotonic milliseconds; there while the plant runs."""


def path(absolute: str) -> str:
    """Return where a file of the device lies."""
    return ROOT + absolute


def scenario() -> dict[str, Any]:
    """Return what kind of device this is and what is broken."""
    with open(path("/.fake/scenario.json"), encoding="utf-8") as file:
        return json.load(file)


def knob(name: str, default: Any = None) -> Any:
    """Return one setting of what is broken."""
    return scenario()["knobs"].get(name, default)


def state() -> dict[str, Any]:
    """Return what the device remembers: the mode, a mode that waits for a reboot, the clocks."""
    with open(path("/.fake/state.json"), encoding="utf-8") as file:
        return json.load(file)


def change(edit: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Change what the device remembers, one program at a time."""
    with open(path("/.fake/lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = state()
        edit(now)
        temporary = path("/.fake/state.new")
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(now, file)
        os.replace(temporary, path("/.fake/state.json"))
    return now


def count(what: str) -> int:
    """Count calls of one kind across processes; the first is 1."""
    with open(path(f"/.fake/count-{what}"), "ab") as file:
        file.write(b".")
        file.flush()
        return file.tell()


def counted(what: str) -> int:
    """Return how many calls of one kind there were."""
    try:
        return os.path.getsize(path(f"/.fake/count-{what}"))
    except OSError:
        return 0


def write(absolute: str, text: str) -> None:
    """Write a file of the device, be it there or not."""
    with open(path(absolute), "w", encoding="utf-8") as file:
        file.write(text)


def read(absolute: str) -> str:
    """Read a file of the device; nothing if it is not there."""
    try:
        with open(path(absolute), encoding="utf-8") as file:
            return file.read().strip("\0\n ")
    except OSError:
        return ""


class Load:
    """A sign that something runs, read by the plant: who, on what, and how much of the time."""

    def __init__(self, engine: str, core: int, duty: float = 1.0) -> None:
        name = f"{os.getpid()}-{engine}-{max(core, 0)}-{duty:.3f}"
        self._path = path(f"/.fake/load/{name}")

    def __enter__(self) -> None:
        with open(self._path, "w", encoding="ascii"):
            pass

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            os.unlink(self._path)


def loads() -> list[tuple[int, str, int, float]]:
    """Return what runs (pid, engine, core, duty); signs of the dead are taken away."""
    found = []
    try:
        names = os.listdir(path("/.fake/load"))
    except OSError:
        return []
    for name in names:
        pid, engine, core, duty = name.split("-")
        if _lives(int(pid)):
            found.append((int(pid), engine, int(core), float(duty)))
        else:
            with contextlib.suppress(OSError):
                os.unlink(path(f"/.fake/load/{name}"))
    return found


def _lives(pid: int) -> bool:
    """Say whether a process runs; one that nobody has buried yet does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def wait_forever() -> None:
    """Hang until somebody ends the process."""
    while True:
        time.sleep(3600)
