"""Disks that are full or read-only, files that are torn or damaged, clocks that jump."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from tests.fake_jetson.jetson import wait_until
from tests.fake_jetson.tiny import NAME
from tests.measure.faults.measuring import ONE_CORE, Bench, Measured, check_outcome, proves

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_write, _open = os.write, os.open


def target(descriptor: int) -> str:
    """Return which file a descriptor belongs to."""
    return os.readlink(f"/proc/self/fd/{descriptor}")


def resume(bench: Bench) -> Measured:
    """Go on with the newest run."""
    return bench.call("run", "--models", str(bench.models), "--resume")


@pytest.mark.parametrize("size", [0, 2000, 12000])
@proves("disk_full")
def test_a_full_disk_ends_the_run_and_loses_nothing(tmp_path: Path, size: int) -> None:
    """Exit code 2, what was acknowledged is there, and the run goes on when there is room."""

    def full(descriptor: int, data: bytes) -> int:
        if target(descriptor).endswith("journal.jsonl") and os.fstat(descriptor).st_size >= size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return _write(descriptor, data)

    with Bench(tmp_path) as bench:
        with mock.patch("os.write", full):
            measured = bench.run(*ONE_CORE)
        kept = bench.journals[-1].read_bytes()
        changed = bench.changed()
        again = resume(bench) if b'"plan"' in kept else bench.run(*ONE_CORE)
        results = bench.results

    check_outcome("disk_full", measured.code, measured.err)
    assert changed == []
    assert kept.endswith(b"\n") or not kept
    assert again.code == 0, again.err
    assert len(results) == 1


@pytest.mark.parametrize("part", ["journal.jsonl", "engines", "raw", "logs"])
@proves("read_only")
def test_a_file_system_that_is_read_only_ends_the_run(tmp_path: Path, part: str) -> None:
    """One line that names the file; the board is as it was."""

    def read_only(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        text = os.fspath(path)
        if str(tmp_path / "runs") in str(text) and part in str(text) and flags & os.O_ACCMODE:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), text)
        return _open(path, flags, *rest, **named)

    with Bench(tmp_path) as bench:
        opened = opener(read_only)
        # Path.open goes by the one in io.
        places = {"os.open": read_only, "builtins.open": opened, "io.open": opened}
        with contextlib.ExitStack() as stack:
            for place, instead in places.items():
                stack.enter_context(mock.patch(place, instead))
            measured = bench.run(*ONE_CORE)
        changed = bench.changed()

    check_outcome("read_only", measured.code, measured.err)
    assert "Traceback" not in measured.err
    assert changed == []


def opener(read_only: Any) -> Any:
    """Return an `open` that asks the other one first."""
    real = open

    def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if isinstance(file, str | os.PathLike) and set(mode) & set("wax+"):
            with contextlib.suppress(FileNotFoundError):
                os.close(read_only(file, os.O_WRONLY | os.O_CREAT))
        return real(file, mode, *rest, **named)

    return opened


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Bench]:
    """Return a device with a run that was killed after its first segment."""
    with Bench(tmp_path) as bench:
        process = bench.start(*bench.words(ONE_CORE))
        assert wait_until(lambda: bool(bench.of("segment")))
        bench.kill(process)
        yield bench


@proves("journal_torn")
def test_a_torn_journal_loses_what_was_never_acknowledged(begun: Bench) -> None:
    """The half line is cut off, and the run goes on."""
    (journal,) = begun.journals
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"type": "segment", "job')

    measured = resume(begun)

    check_outcome("journal_torn", measured.code, measured.err)
    assert journal.read_bytes().startswith(whole)
    assert len(begun.results) == 1


@proves("journal_damaged")
def test_a_damaged_journal_is_not_gone_on_with(begun: Bench) -> None:
    """The line is named, nothing is written, and `restore` still puts the board back."""
    (journal,) = begun.journals
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"plan", b"PLAN")
    journal.write_bytes(b"".join(lines))

    measured = resume(begun)
    restored = begun.call("restore")

    check_outcome("journal_damaged", measured.code, measured.err)
    assert "line 2" in measured.err or "line 3" in measured.err
    assert journal.read_bytes() == b"".join(lines)
    assert restored.code == 0, restored.err
    assert begun.changed() == []


@proves("model_changed")
def test_a_model_that_changed_is_not_gone_on_with(begun: Bench) -> None:
    """Two models never share a figure."""
    model = begun.models.parent / f"{NAME}.onnx"
    model.write_bytes(model.read_bytes() + b"\x3a\x00")

    measured = resume(begun)

    check_outcome("model_changed", measured.code, measured.err)
    assert not begun.results


@proves("engine_damaged")
def test_a_damaged_engine_is_built_again(tmp_path: Path) -> None:
    """An engine is used only while its content is what it was."""
    with Bench(tmp_path) as bench:
        first = bench.run(*ONE_CORE)
        for engine in (bench.runs / "engines").glob("*/*.engine"):
            engine.write_bytes(b"ftrt{}")
        second = bench.run(*ONE_CORE)
        outcomes = [one["outcome"] for one in bench.of("build")]

    assert first.code == 0, first.err
    check_outcome("engine_damaged", second.code, second.err)
    assert outcomes == ["built"]
    assert bench.fake.calls("trtexec-build") == 2


def test_an_engine_that_is_whole_is_not_built_again(tmp_path: Path) -> None:
    """The second run takes it from the cache."""
    with Bench(tmp_path) as bench:
        bench.run(*ONE_CORE)
        second = bench.run(*ONE_CORE)
        outcomes = [one["outcome"] for one in bench.of("build")]

    assert second.code == 0
    assert outcomes == ["cached"]
    assert bench.fake.calls("trtexec-build") == 1


@proves("clock_jumps")
def test_a_clock_that_jumps_changes_no_figure(tmp_path: Path) -> None:
    """All windows are of the monotonic clock; the time of day only dates the rows."""
    now = time.time
    jumps = iter(range(10**6))

    def jumping() -> float:
        return now() + (-1) ** next(jumps) * 40000

    with Bench(tmp_path) as bench:
        with mock.patch("time.time", jumping):
            measured = bench.run(*ONE_CORE)
        (row,) = bench.results

    check_outcome("clock_jumps", measured.code, measured.err)
    assert float(row["images_per_second"]) == pytest.approx(2000, rel=0.02)
