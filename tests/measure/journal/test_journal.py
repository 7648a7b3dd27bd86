"""The journal: what it takes, what it refuses and what it makes of damage."""

from __future__ import annotations

import errno
import json
import math
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from measure.errors import DeviceBusy, UserError
from measure.journal.journal import Journal, read_journal
from measure.journal.lines import FIRST_CHAIN

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal is to be; its folder is not there yet."""
    return tmp_path / "runs" / "one" / "journal.jsonl"


@pytest.fixture
def three(path: Path) -> Path:
    """Return a journal of three records."""
    with Journal.open(path) as journal:
        for number in range(3):
            journal.append({"type": "note", "text": f"ä\n\u2028{number}"})
    return path


class TestAppend:
    """Records that are taken."""

    def test_record_comes_back(self, path: Path) -> None:
        """What was appended is read again, with the journal's own keys before it."""
        with Journal.open(path) as journal:
            number = journal.append({"type": "run", "rails": ("a", 1.5), "none": None, "ok": True})

            stored = journal.records[0]

        assert number == 1
        assert list(stored)[:5] == ["seq", "chain", "at", "t_ns", "boot"]
        assert stored["rails"] == ["a", 1.5]
        assert read_journal(path) == [stored]

    def test_one_line_each(self, three: Path) -> None:
        """A record is one line of ASCII, whatever its texts hold."""
        lines = three.read_bytes().split(b"\n")

        assert len(lines) == 4
        assert all(line.isascii() for line in lines)
        assert json.loads(lines[1])["text"] == "ä\n\u20281"

    def test_chain(self, three: Path) -> None:
        """Each line names the SHA-256 of the line before it."""
        lines = three.read_bytes().split(b"\n")[:-1]

        chains = [json.loads(line)["chain"] for line in lines]

        assert chains == [FIRST_CHAIN, *(sha256(line).hexdigest() for line in lines[:-1])]

    def test_goes_on(self, three: Path) -> None:
        """A journal opened again goes on behind its last record."""
        with Journal.open(three) as journal:
            assert journal.append({"type": "note"}) == 4
            assert len(journal.records) == 4

    def test_boot(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stamps are told apart by the boot of the device they are of."""
        boot = tmp_path / "root/proc/sys/kernel/random/boot_id"
        boot.parent.mkdir(parents=True)
        boot.write_text("0a1b2c3d-0000-4000-8000-000000000000\n")
        monkeypatch.setenv("DLA_MEASURE_ROOT", str(tmp_path / "root"))

        with Journal.open(path) as journal:
            journal.append({"type": "note"})

            assert journal.records[0]["boot"] == "0a1b2c3d"

    def test_durable(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """New folders, the new file and each record are brought to the disk."""
        synced: list[str] = []
        real = os.fsync

        def fsync(descriptor: int) -> None:
            synced.append(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")))
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        with Journal.open(path) as journal:
            assert synced == [path.parents[2].name, "runs", "journal.jsonl", "one"]
            journal.append({"type": "note"})

        assert synced[4:] == ["journal.jsonl"]


class TestRefuse:
    """Records that no journal can hold leave it as it was."""

    @pytest.mark.parametrize(
        ("record", "problem"),
        [
            ({"type": "segment", "power": {"x": math.nan}}, "segment.power.x is nan"),
            ({"type": "segment", "blocks": [1.0, math.inf]}, r"segment.blocks\[1\] is inf"),
            ({"type": "run", "raw": b"\0"}, "run.raw is a bytes"),
            ({"type": "run", "path": Path("x")}, "run.path is a PosixPath"),
            ({"type": "run", "by": {1: 2}}, "run.by has the key 1"),
            ({"seq": 7}, "a record can't have a 'seq' of its own"),
        ],
    )
    def test_no_json(self, three: Path, record: dict[str, Any], problem: str) -> None:
        """The value that has no form in JSON is named."""
        before = three.read_bytes()

        with Journal.open(three) as journal:
            with pytest.raises(UserError, match=problem):
                journal.append(record)
            assert len(journal.records) == 3

        assert three.read_bytes() == before

    def test_second_holder(self, three: Path) -> None:
        """While one holds the journal, another one is told so."""
        with Journal.open(three), pytest.raises(DeviceBusy, match="held by another run"):
            Journal.open(three)

    def test_second_process(self, three: Path) -> None:
        """The same holds between processes; reading is always possible."""
        code = (
            "import sys; from pathlib import Path\n"
            "from measure.journal.journal import Journal, read_journal\n"
            "print(len(read_journal(Path(sys.argv[1]))))\n"
            "Journal.open(Path(sys.argv[1]))\n"
        )
        with Journal.open(three):
            answer = subprocess.run(
                [sys.executable, "-c", code, str(three)],
                capture_output=True,
                text=True,
                cwd=ROOT,
                check=False,
            )

        assert answer.stdout == "3\n"
        assert "DeviceBusy" in answer.stderr

    def test_after_close(self, three: Path) -> None:
        """A closed journal takes nothing; closing it twice is no error."""
        journal = Journal.open(three)
        journal.close()
        journal.close()

        with pytest.raises(UserError, match="is closed"):
            journal.append({"type": "note"})


class TestDamage:
    """What happened to the file while nobody held it."""

    def test_every_torn_end(self, three: Path) -> None:
        """Wherever the last line is torn, opening cuts it off and the rest stays."""
        whole = three.read_bytes()
        start = whole[:-1].rfind(b"\n") + 1

        for end in range(start, len(whole)):
            three.write_bytes(whole[:end])
            assert len(read_journal(three)) == 2
            with Journal.open(three) as journal:
                assert len(journal.records) == 2
            assert three.read_bytes() == whole[:start]

    def test_zeros_of_a_power_cut(self, three: Path) -> None:
        """A last line whose beginning never reached the disk was not acknowledged either."""
        whole = three.read_bytes()
        start = whole[:-1].rfind(b"\n") + 1
        three.write_bytes(whole[:start] + b"\0" * 40 + whole[start + 40 :])

        with Journal.open(three) as journal:
            assert len(journal.records) == 2
            assert journal.append({"type": "note"}) == 3

    @pytest.mark.parametrize(
        ("old", "new", "line", "problem"),
        [
            (b'"text"', b'"tex_"', 2, "chain does not fit"),
            (b'"seq":2', b'"seq":5', 2, "it has the number 5"),
            (b"{", b"[", 1, "not a record"),
            (b"{", b"\0", 1, "not a record"),
            (b'"type"', b'"\xfftyp"', 1, "not a record"),
        ],
    )
    def test_changed_line(
        self, three: Path, old: bytes, new: bytes, line: int, problem: str
    ) -> None:
        """A line that was changed is named, and nothing is cut off."""
        changed = three.read_bytes().replace(old, new, 1)
        three.write_bytes(changed)

        for read in (read_journal, Journal.open):
            with pytest.raises(UserError, match=rf"journal.jsonl line {line} was .*{problem}"):
                read(three)

        assert three.read_bytes() == changed

    def test_missing_line(self, three: Path) -> None:
        """A line that was taken out is missed."""
        lines = three.read_bytes().splitlines(keepends=True)
        three.write_bytes(lines[0] + lines[2])

        with pytest.raises(UserError, match=r"line 2 was changed.*number 3"):
            Journal.open(three)

    def test_damaged_journal_is_let_go(self, three: Path) -> None:
        """One that can't be opened is not held."""
        whole = three.read_bytes()
        three.write_bytes(b"{}\n")
        with pytest.raises(UserError):
            Journal.open(three)
        three.write_bytes(whole)

        with Journal.open(three) as journal:
            assert len(journal.records) == 3

    @pytest.mark.parametrize("other", [None, "moved.jsonl", "moved.jsonl, another in its place"])
    def test_moved_or_deleted_meanwhile(self, three: Path, other: str | None) -> None:
        """Records are not written into a file that nobody finds at its place any more."""
        before = three.read_bytes()
        with Journal.open(three) as journal:
            if other is None:
                three.unlink()
            else:
                three.rename(three.with_name("moved.jsonl"))
            if other == "moved.jsonl, another in its place":
                three.write_bytes(before)

            with pytest.raises(UserError, match="was moved or deleted"):
                journal.append({"type": "note"})

    def test_changed_meanwhile(self, three: Path) -> None:
        """What a program without a lock wrote is not written over or behind."""
        with Journal.open(three) as journal:
            with three.open("ab") as stream:
                stream.write(b"hello\n")

            with pytest.raises(UserError, match="changed by another program"):
                journal.append({"type": "note"})

    def test_missing_file(self, path: Path) -> None:
        """Reading a journal that isn't there says so."""
        with pytest.raises(UserError, match="cannot be read: No such file"):
            read_journal(path)


class TestDisk:
    """A disk that does not take what it is given."""

    @pytest.mark.parametrize(
        ("number", "says"),
        [
            (errno.ENOSPC, "the disk is full"),
            (errno.EROFS, "the file system is read-only"),
            (errno.EIO, "Input/output error"),
        ],
    )
    @pytest.mark.parametrize("call", ["write", "fsync"])
    def test_error(
        self, three: Path, monkeypatch: pytest.MonkeyPatch, number: int, says: str, call: str
    ) -> None:
        """The record is taken back and the journal goes on when the disk does."""
        before = three.read_bytes()
        real = getattr(os, call)
        failing = [True]

        def fail(*arguments: Any) -> Any:
            if failing.pop() if failing else False:
                raise OSError(number, os.strerror(number))
            return real(*arguments)

        with Journal.open(three) as journal:
            with monkeypatch.context() as patch:
                patch.setattr(os, call, fail)
                with pytest.raises(UserError, match=says):
                    journal.append({"type": "note"})
            assert three.read_bytes() == before
            assert journal.append({"type": "note"}) == 4

        assert len(read_journal(three)) == 4

    def test_short_write(self, three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Part of a line is cut off again."""
        before = three.read_bytes()
        real = os.write

        with Journal.open(three) as journal:
            with monkeypatch.context() as patch:
                patch.setattr(os, "write", lambda fd, data: real(fd, data[:20]))
                with pytest.raises(UserError, match="the disk is full"):
                    journal.append({"type": "note"})

            assert (three.read_bytes(), len(journal.records)) == (before, 3)

    def test_nothing_works_any_more(self, three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A journal whose end can't be put right takes no more records."""

        def fail(*_: Any) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        with Journal.open(three) as journal:
            with monkeypatch.context() as patch:
                patch.setattr(os, "fsync", fail)
                with pytest.raises(UserError, match="Input/output error"):
                    journal.append({"type": "note"})

            with pytest.raises(UserError, match="can't be written any more"):
                journal.append({"type": "note"})

        assert len(read_journal(three)) == 3

    @pytest.mark.parametrize("moment", ["write", "fsync"])
    def test_broken_off(self, three: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
        """A signal's exception in the middle of it leaves nothing behind."""
        before = three.read_bytes()
        real = getattr(os, moment)
        first = [True]

        def interrupt(*arguments: Any) -> Any:
            result = real(*arguments)
            if first:
                first.clear()
                raise KeyboardInterrupt
            return result

        with Journal.open(three) as journal:
            with monkeypatch.context() as patch:
                patch.setattr(os, moment, interrupt)
                with pytest.raises(KeyboardInterrupt):
                    journal.append({"type": "note"})

            assert (three.read_bytes(), len(journal.records)) == (before, 3)
            assert journal.append({"type": "note"}) == 4

    def test_full_device(self, tmp_path: Path) -> None:
        """The kernel's own full disk is met the same way."""
        if not Path("/dev/full").exists():
            pytest.skip("no /dev/full")
        journal = Journal(Path("/dev/full"), os.open("/dev/full", os.O_RDWR))

        with journal, pytest.raises(UserError, match="/dev/full: the disk is full"):
            journal.append({"type": "note"})

    def test_no_folder(self, tmp_path: Path) -> None:
        """A path that leads through a file is refused."""
        (tmp_path / "file").write_text("")

        with pytest.raises(UserError, match=r"file/runs/journal\.jsonl"):
            Journal.open(tmp_path / "file" / "runs" / "journal.jsonl")

    def test_can_not_be_cut(self, three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A torn end that can't be cut off is reported, and the journal is let go."""
        with three.open("ab") as stream:
            stream.write(b"{")

        def fail(*_: Any) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        with monkeypatch.context() as patch:
            patch.setattr(os, "ftruncate", fail)
            with pytest.raises(UserError, match="read-only"):
                Journal.open(three)

        with Journal.open(three) as journal:
            assert len(journal.records) == 3
