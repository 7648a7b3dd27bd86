"""The loop of the sampler, in this process."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from measure.device.clock import now_ns
from measure.power import sampling
from measure.power.samples import read_samples
from measure.power.sampling import main, pin_to_last_core, sample


def _rail(
    folder: Path, name: str, millivolts: object, milliamperes: object
) -> tuple[str, str, str]:
    paths = folder / f"{name}-mv", folder / f"{name}-ma"
    paths[0].write_text(f"{millivolts}\n")
    paths[1].write_text(f"{milliamperes}\n")
    return (name, str(paths[0]), str(paths[1]))


class Rounds:
    """Ends after some rounds; between two of them something may happen."""

    def __init__(self, count: int, **events: Any) -> None:
        self.waited: list[float] = []
        self._count = count
        self._events = {int(name[1:]): event for name, event in events.items()}

    def __call__(self, seconds: float) -> bool:
        """Wait, as the sampler does between two rounds."""
        self._events.get(len(self.waited), lambda: None)()
        self.waited.append(seconds)
        return len(self.waited) > self._count


def _settings(folder: Path, *rails: tuple[str, str, str], **more: object) -> dict[str, Any]:
    return {
        "out": str(folder / "samples"),
        "rails": rails,
        "period_s": 0.02,
        "jitter_s": 0.01,
        "seed": 1,
        **more,
    }


def test_rounds(tmp_path: Path) -> None:
    """One reading per rail and round, stamped with the clock of the windows."""
    rails = _rail(tmp_path, "VDD_IN", 5000, 800), _rail(tmp_path, "VDD_SOC", 5008, -8)
    begin = now_ns()

    sample(_settings(tmp_path, *rails), Rounds(3))

    samples = read_samples(tmp_path / "samples")
    assert list(samples) == ["VDD_IN", "VDD_SOC"]
    assert samples["VDD_IN"].millivolts == [5000] * 3
    assert samples["VDD_SOC"].milliamperes == [-8] * 3
    stamps = samples["VDD_IN"].t_ns
    assert begin < stamps[0] < stamps[1] < stamps[2] < now_ns()


def test_jitter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds are as far apart as the period on average, and spread evenly about it."""
    clock = iter(range(0, 10**15, 1000))
    monkeypatch.setattr(sampling, "now_ns", lambda: next(clock))
    waits = Rounds(2000)

    sample(_settings(tmp_path), waits)

    gaps = [later - one for one, later in zip(waits.waited, waits.waited[1:], strict=False)]
    assert sum(gaps) / len(gaps) == pytest.approx(0.02, rel=0.01)
    assert min(gaps) >= 0.01 - 1e-5
    assert max(gaps) <= 0.03 + 1e-5
    assert sum(gap < 0.015 for gap in gaps) / len(gaps) == pytest.approx(0.25, abs=0.03)


def test_rounds_that_were_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a long stop the next round is one period later; none is made up for."""
    second = 10**9
    clock = iter([0, 0, second, second, second, second])
    monkeypatch.setattr(sampling, "now_ns", lambda: next(clock))
    waits = Rounds(2)

    sample(_settings(tmp_path, jitter_s=0), waits)

    assert waits.waited == [0, 0.02, 0.04]


def test_file_that_says_something_else(tmp_path: Path) -> None:
    """The reads of that rail fail, until it says a number again."""
    good, bad = _rail(tmp_path, "A", 5000, 8), _rail(tmp_path, "B", "", 8)

    def heal() -> None:
        Path(bad[1]).write_text("5000\n")

    sample(_settings(tmp_path, good, bad), Rounds(4, n2=heal))

    samples = read_samples(tmp_path / "samples")
    assert (len(samples["A"].t_ns), len(samples["A"].lost_ns)) == (4, 0)
    assert (len(samples["B"].t_ns), len(samples["B"].lost_ns)) == (2, 2)


@pytest.mark.parametrize("code", [errno.ENODEV, errno.EIO, errno.EAGAIN])
def test_device_that_has_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A rail that vanishes is marked as lost, the other goes on."""
    gone, good = _rail(tmp_path, "A", 5000, 8), _rail(tmp_path, "B", 5000, 8)
    pread = os.pread
    first: list[int] = []

    def fail(descriptor: int, length: int, place: int) -> bytes:
        first.append(descriptor)
        if descriptor == first[0] and len(first) > 4:
            raise OSError(code, os.strerror(code))
        return pread(descriptor, length, place)

    monkeypatch.setattr(os, "pread", fail)
    sample(_settings(tmp_path, gone, good), Rounds(5))

    samples = read_samples(tmp_path / "samples")
    assert (len(samples["A"].t_ns), len(samples["A"].lost_ns)) == (1, 4)
    assert len(samples["B"].t_ns) == 5


def test_rail_that_is_not_there(tmp_path: Path) -> None:
    missing = ("A", str(tmp_path / "none"), str(tmp_path / "none"))

    sample(_settings(tmp_path, missing), Rounds(2))

    assert len(read_samples(tmp_path / "samples")["A"].lost_ns) == 2


def test_descriptors_are_closed(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))

    sample(_settings(tmp_path, _rail(tmp_path, "A", 1, 2)), Rounds(1))

    assert len(os.listdir("/proc/self/fd")) == before


def test_full_file_system(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What does not fit ends the sampler, and it says so."""
    settings = _settings(tmp_path, out="/dev/full")

    assert main([json.dumps(settings)]) == 1

    assert capsys.readouterr().err == "/dev/full cannot be written: No space left on device\n"


def test_ends_with_its_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It samples until standard input is closed."""
    reader, writer = os.pipe()
    os.close(writer)
    with open(reader, encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)

        assert main([json.dumps(_settings(tmp_path))]) == 0

    assert read_samples(tmp_path / "samples") == {}


def test_pinned_to_the_last_core() -> None:
    cores = os.sched_getaffinity(0)
    try:
        pin_to_last_core()

        assert os.sched_getaffinity(0) == {max(cores)}
    finally:
        os.sched_setaffinity(0, cores)


def test_no_right_to_be_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on where it is."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)

    pin_to_last_core()
