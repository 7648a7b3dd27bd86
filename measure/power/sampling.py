"""The child process that samples the rails; it ends when its parent does.

Run by `measure.power.sampler`, with one argument in JSON. Nothing else happens in its loop, which
is the same in idle and under load, so that its own cost subtracts out.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import struct
import sys
from typing import Any, Callable, Iterator, Sequence

from measure.device.clock import now_ns

RECORD = struct.Struct("<qqiff")
"""Stamps before and after, number of the rail, mV, mA; a failed read has NaN."""

LOST = float("nan")

Files = Sequence["int | None"]
"""Descriptors of a rail's voltage and current; None where a file cannot be opened."""


def main(words: Sequence[str]) -> int:
    """Sample until standard input ends or says something."""
    settings = json.loads(words[0])
    pin_to_last_core()
    try:
        sample(settings, _input_ends)
    except OSError as error:
        print(f"{settings['out']} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def sample(settings: dict[str, Any], ends: Callable[[float], bool]) -> None:
    """Write one record per rail and round until it is told to end.

    Parameters
    ----------
    settings
        out, rails (name, path of mV, path of mA), period_s, jitter_s, seed.
    ends
        Waits some seconds and returns whether to end.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    rails = settings["rails"]
    out = os.open(settings["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    files = [[_opened(path) for path in paths] for _, *paths in rails]
    try:
        _write(out, (json.dumps([name for name, *_ in rails]) + "\n").encode())
        gaps = _gaps(settings["period_s"], settings["jitter_s"], settings["seed"])
        due = now_ns()
        while not ends(max(0, due - now_ns()) / 1e9):
            _write(out, b"".join([_record(number, pair) for number, pair in enumerate(files)]))
            gap, now = next(gaps), now_ns()
            # Rounds that were missed are not made up for.
            due = (due if due + gap > now else now) + gap
    finally:
        os.close(out)
        for pair in files:
            for descriptor in pair:
                if descriptor is not None:
                    os.close(descriptor)


def pin_to_last_core() -> None:
    """Stay on the last core that is online, away from where work is put first."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _gaps(period_s: float, jitter_s: float, seed: int) -> Iterator[int]:
    """Yield the nanoseconds to the next round; a fixed period would alias with the load's."""
    chance = random.Random(seed)
    while True:
        yield round((period_s + chance.uniform(-jitter_s, jitter_s)) * 1e9)


def _record(number: int, files: Files) -> bytes:
    before = now_ns()
    millivolts, milliamperes = _value(files[0]), _value(files[1])
    return RECORD.pack(before, now_ns(), number, millivolts, milliamperes)


def _value(descriptor: int | None) -> float:
    """Return the number in a file; NaN if the device has gone or says something else."""
    if descriptor is None:
        return LOST
    try:
        return float(os.pread(descriptor, 32, 0))
    except (OSError, ValueError):
        return LOST


def _opened(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _write(out: int, data: bytes) -> None:
    """Write all of it; on a full file system the next try says so."""
    while data:
        data = data[os.write(out, data) :]


def _input_ends(seconds: float) -> bool:
    return bool(select.select([sys.stdin], [], [], seconds)[0])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
