"""One run at a time."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from measure.device.machine import Machine
from measure.errors import BUSY, ConditionError, DeviceBusy
from measure.modes.lock import LOCK, DeviceLock
from tests.measure.modes.board import machine_of

if TYPE_CHECKING:
    from tests.measure.modes.board import Board

REPOSITORY = Path(__file__).resolve().parents[3]
HOLD = """\
import sys
from pathlib import Path
from measure.device.machine import Machine
from measure.modes.lock import DeviceLock
with DeviceLock(Machine(Path(sys.argv[1]), ())):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_holder(board: Board) -> None:
    """The second one is told which process holds the device, since when."""
    machine = machine_of(board)

    with (
        DeviceLock(machine),
        pytest.raises(DeviceBusy, match=f"process {os.getpid()}, since 20") as caught,
        DeviceLock(machine),
    ):
        pass

    assert caught.value.exit_code == BUSY


def test_one_after_the_other(board: Board) -> None:
    """A lock that was let go can be taken, and its file says nothing any more."""
    machine = machine_of(board)

    for _ in range(2):
        with DeviceLock(machine):
            assert str(os.getpid()) in machine.path(LOCK).read_text()

    assert machine.path(LOCK).read_text() == ""


def test_another_process(board: Board) -> None:
    """Processes exclude each other, and one that is killed lets go."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(board.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"

        with (
            pytest.raises(DeviceBusy, match=f"process {holder.pid}"),
            DeviceLock(machine_of(board)),
        ):
            pass
        holder.kill()

    with DeviceLock(machine_of(board)):
        pass


@pytest.mark.parametrize(
    "text", ["", "rubbish", "{}", "[]", '{"pid": null, "since": 1}', '{"pid": "x", "since": ""}']
)
def test_holder_is_unknown(text: str, board: Board) -> None:
    """A file that says nothing of use doesn't matter."""
    machine = machine_of(board)
    machine.path(LOCK).write_text(text)
    with open(machine.path(LOCK)) as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        with pytest.raises(DeviceBusy, match="holds the device; wait"), DeviceLock(machine):
            pass


def test_file_left_behind(board: Board) -> None:
    """A file of a run that was killed does no harm."""
    machine = machine_of(board)
    machine.path(LOCK).write_text('{"pid": 1, "since": "2026-01-01T00:00:00Z"}' + " " * 9999)

    with DeviceLock(machine):
        assert "2026-01-01" not in machine.path(LOCK).read_text()


def test_error_inside_lets_go(board: Board) -> None:
    """Whatever goes wrong inside, the next one can have the device."""
    machine = machine_of(board)
    with pytest.raises(ZeroDivisionError), DeviceLock(machine):
        _ = 1 / 0

    with DeviceLock(machine):
        pass


def test_no_folder(tmp_path: Path) -> None:
    """What the system says is passed on."""
    with pytest.raises(ConditionError, match="cannot be opened: No such file"):
        DeviceLock(Machine(tmp_path, ())).__enter__()


def test_no_link_is_followed(board: Board) -> None:
    """Nobody can have another file emptied by laying a link."""
    precious = board.root / "precious"
    precious.write_text("precious")
    machine = machine_of(board)
    machine.path(LOCK).symlink_to(precious)

    with pytest.raises(ConditionError, match="cannot be opened"):
        DeviceLock(machine).__enter__()

    assert precious.read_text() == "precious"


def test_file_of_another_user(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another user made can be locked all the same."""
    machine = machine_of(board)
    machine.path(LOCK).write_text("theirs")
    really = os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied")
        return really(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)

    with DeviceLock(machine), pytest.raises(DeviceBusy), DeviceLock(machine):
        pass

    assert machine.path(LOCK).read_text() == "theirs"


def test_no_rights(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing rights are told with the folder that they are missing for."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(ConditionError, match=r"no rights; run as a user who may write to .*lock"):
        DeviceLock(machine_of(board)).__enter__()


def test_no_locks(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that knows no locks is told."""

    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)

    with pytest.raises(ConditionError, match="cannot be locked: No locks available"):
        DeviceLock(machine_of(board)).__enter__()
