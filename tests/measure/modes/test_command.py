"""The command that puts a board back by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from measure.__main__ import main
from measure.device.machine import Machine
from measure.errors import BUSY, CANNOT_READ, CONDITION
from measure.modes.keeper import ModeKeeper
from measure.modes.lock import DeviceLock

if TYPE_CHECKING:
    from tests.fake_jetson.jetson import FakeJetson


@pytest.fixture
def left(fake: FakeJetson) -> FakeJetson:
    """Return a device that a run left in MAXN."""
    keeper = ModeKeeper(Machine.here(), settle_s=0.0)
    keeper.save("run-1")
    keeper.apply("MAXN")
    keeper.running("job-1")
    return fake


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run the command and return its exit code and what it printed."""
    code = main(["restore", *words])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


@pytest.mark.parametrize("words", [(), ("--status",)])
def test_idle(words: tuple[str, ...], fake: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """There may be nothing to put back."""
    assert told(capsys, *words) == (0, "nothing to put back\n")
    assert json.loads(told(capsys, *words, "--json")[1]) == {
        "schema": "dla-atlas/restore/1",
        "restored": True,
        "state": "IDLE",
    }


def test_status(left: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """It tells what was changed by which run, and both ways out, and changes nothing."""
    code, text = told(capsys, "--status")

    assert code == CONDITION
    assert "run-1 left the board changed: RUNNING since 20" in text
    assert "found in the power mode MODE_50W, changed to MAXN\n" in text
    assert "was measuring job-1\n" in text
    assert "python3 -m measure restore\n" in text
    assert "python3 -m measure run --resume\n" in text
    assert left.mode == "MAXN"
    stored = json.loads(told(capsys, "--status", "--json")[1])
    assert (stored["restored"], stored["state"]) == (False, "RUNNING")
    assert (stored["original"]["mode"], stored["target"]) == ("MODE_50W", "MAXN")


def test_status_of_little(fake: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """A run may have changed nothing yet."""
    ModeKeeper(Machine.here()).save()

    assert "a run left the board changed: SAVED" in told(capsys, "--status")[1]
    assert "MODE_50W, which it did not change\n" in told(capsys, "--status")[1]


def test_restore(left: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """The board is as it was found, and a second time there is nothing to do."""
    expected = "put back: power mode MODE_50W, clocks and fan as they were found\n"

    assert told(capsys) == (0, expected)
    assert (left.mode, left.state["pinned"]) == ("MODE_50W", False)
    assert told(capsys) == (0, "nothing to put back\n")


def test_restore_as_json(left: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the same."""
    code, text = told(capsys, "--json")

    assert code == 0
    assert json.loads(text) == {
        "schema": "dla-atlas/restore/1",
        "restored": True,
        "mode": "MODE_50W",
        "clocks": True,
        "reboot_pending": False,
        "problems": [],
        "reason": "",
        "goes_on": True,
    }


def test_problems(left: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be put back is told, also later on."""
    left.knobs(jetson_clocks="restore_fails")

    code, text = told(capsys)

    assert code == CONDITION
    assert "not put back: clocks-restore failed: Error: Failed to restore clocks\n" in text
    assert "not put back: clocks-restore failed" in told(capsys, "--status")[1]


def test_reboot(left: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """A reboot is refused without the word for it, and announced with it."""
    left.path("/etc/systemd/system/dla-measure-resume.service").write_text("[Unit]\n")
    conf = left.path("/etc/nvpmodel.conf")
    state = left.path("/var/lib/dla-measure/state.json")
    state.write_text(state.read_text().replace("MODE_50W", "MODE_30W"))
    assert "MODE_30W" in conf.read_text()

    code, text = told(capsys)
    assert code == CONDITION
    assert "needs a reboot into 30W; `python3 -m measure restore --allow-reboot` does it" in text
    code, text = told(capsys, "--allow-reboot")

    assert code == 0
    assert text == "the board reboots into MODE_30W; clocks and fan follow after that\n"
    assert left.wants_reboot


def test_while_a_run_lasts(left: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that lasts puts the board back itself."""
    with DeviceLock(Machine.here()):
        code, text = told(capsys)

    assert code == BUSY
    assert "another run holds the device: process" in text
    assert left.mode == "MAXN"


def test_damaged_file(left: FakeJetson, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that can't be read is refused, until it is to be forgotten."""
    state = left.path("/var/lib/dla-measure/state.json")
    state.write_text(state.read_text()[:40])

    code, text = told(capsys)

    assert code == CANNOT_READ
    assert "is damaged" in text
    assert told(capsys, "--forget") == (0, "forgotten: the board stays as it is now\n")
    assert told(capsys, "--forget") == (0, "nothing to forget\n")
    assert left.mode == "MAXN"
