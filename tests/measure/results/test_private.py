"""Nothing that names a device gets into a row."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from measure.device.machine import Machine
from measure.errors import ConditionError
from measure.journal.journal import read_journal
from measure.results.derive import write_tables
from measure.results.private import PrivateWords
from tests.measure.results import journals

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "proc/device-tree/serial-number": "1424021012345\0",
    "etc/hostname": "Lab-Orin-7\n",
    "sys/class/net/eth0/address": "48:b0:2d:12:34:56\n",
    "sys/class/net/lo/address": "00:00:00:00:00:00\n",
    "sys/class/dmi/id/product_serial": "000000000\n",
}


@pytest.fixture
def words(tmp_path: Path) -> PrivateWords:
    """Return what names a device in a folder."""
    for name, text in FILES.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return PrivateWords.of(Machine(tmp_path / "root", ()))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("measured on lab-orin-7", "name of the device"),
        ("Lab-Orin-7: measured", "name of the device"),
        ("serial 1424021012345", "serial number"),
        ("48b02d123456", "hardware address"),
        ("at 48-B0-2D-AB-CD-EF, say", "hardware address"),
        ("00:00:00:00:00:00", "hardware address"),
    ],
)
def test_found(words: PrivateWords, text: str, kind: str) -> None:
    """Names, serial numbers and addresses are found in whatever spelling."""
    assert kind in words.found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jetson-agx-orin-64gb",
        "lab-orin-70",
        "my-lab-orin-7",
        "python -m measure run --runs /home/lab-orin-7/runs",
        "0" * 64,
        "2026-11-21T06:00:00Z",
        "14240210123456",
        "12:34:56:78:9a:bc:de",
        "000000000",
    ],
)
def test_not_found(words: PrivateWords, text: str) -> None:
    """Longer words, folders, digests and times are none of them."""
    assert words.found_in(text) == ""


def test_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the machine itself its name is known, unless it is one that an image comes with."""
    monkeypatch.delenv("DLA_MEASURE_ROOT", raising=False)
    for name, found in (("alices-board", True), ("ubuntu", False)):
        monkeypatch.setattr(socket, "gethostname", lambda name=name: name)
        words = PrivateWords.of(Machine.here())

        assert bool(words.found_in(f"on {name}")) == found


def test_no_row_is_written(
    tmp_path: Path, words: PrivateWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that names the device is refused by its place, and no table appears."""
    monkeypatch.setenv("DLA_MEASURE_ROOT", str(tmp_path / "root"))
    of = journals.job(note="on Lab-Orin-7")
    records = [journals.run_record(), journals.plan(of), journals.load(of, 1, 1, 1000.0)]
    run = journals.write(tmp_path, records)

    with pytest.raises(ConditionError, match="results row 1, column note holds the name") as caught:
        write_tables(read_journal(run / "journal.jsonl"), run)

    assert "Lab-Orin-7" not in str(caught.value)
    assert not (run / "tables").exists()
    assert words.found_in("lab-orin-7")


def test_record(words: PrivateWords) -> None:
    """A record for the journal is looked through to its bottom."""
    record = {"type": "run", "seed": 7, "command": ("python", ["--note", "by lab-orin-7"])}

    with pytest.raises(ConditionError, match=r"the run\.command holds the name"):
        words.check_record(record, "the run")
    words.check_record({"a": [{"b": "c"}], "d": None}, "the run")
