"""Measure on a fake Jetson through the real command line, and look at what is left."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from unittest import mock

from measure.__main__ import main
from measure.journal.journal import read_journal
from measure.modes.lock import LOCK
from measure.results.files import files_of
from measure.results.rows import tables_of
from tests.fake_jetson.faults import FAULTS
from tests.fake_jetson.jetson import REPOSITORY, FakeJetson, make_jetson, wait_until
from tests.fake_jetson.tiny import write_tiny

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Started = subprocess.Popen[str]

Test = TypeVar("Test", bound="Callable[..., None]")

PROVEN: set[str] = set()
"""Faults that a test of their own proves."""

ONE_CORE = ("--engines", "dla0", "--modes", "current")


def proves(fault: str) -> Callable[[Test], Test]:
    """Note that a test proves the outcome of a fault."""

    def noted(test: Test) -> Test:
        PROVEN.add(fault)
        return test

    return noted


def check_outcome(fault: str, code: int, said: str = "") -> None:
    """Hold an exit code and what was said to what is documented of a fault."""
    documented = FAULTS[fault]

    assert (code, documented.says.lower() in said.lower()) == (documented.code, True), said


@dataclass
class Measured:
    """What a command did."""

    code: int
    out: str
    err: str


class Bench:
    """A fake Jetson with a folder of runs and a small network."""

    def __init__(self, folder: Path, **made: Any) -> None:
        self.folder = folder
        self.runs = folder / "runs"
        self.models = write_tiny(folder / "models")
        self.fake: FakeJetson = make_jetson(folder / "jetson", **{"mode": "MAXN", **made})
        self.mode = self.fake.mode

    def __enter__(self) -> Bench:
        self.fake.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.fake.stop()

    @property
    def environment(self) -> dict[str, str]:
        """Return what the command runs in."""
        return {**os.environ, **self.fake.env(self.runs)}

    def words(self, words: Sequence[str]) -> list[str]:
        """Return the words of a run of the small network."""
        return ["run", "--models", str(self.models), *words]

    def run(self, *words: str) -> Measured:
        """Measure in this process."""
        return self.call(*self.words(words))

    def call(self, *words: str) -> Measured:
        """Call a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                code = main(list(words))
            except SystemExit as error:
                code = int(error.code or 0)
        return Measured(code, out.getvalue(), err.getvalue())

    def start(self, *words: str, before: Sequence[str] = ("-m", "measure")) -> Started:
        """Start the command as a process of its own."""
        return subprocess.Popen(
            [sys.executable, *before, *words],
            env=self.environment,
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def kill(self, process: Started) -> None:
        """Kill a command, and wait until a child that was just being forked has let go, too."""
        process.kill()
        process.communicate()
        held = [*self.journals, self.fake.path(LOCK)]
        assert wait_until(lambda: all(map(is_free, held)))

    @property
    def journals(self) -> list[Path]:
        """Return the journals, the oldest first."""
        found = self.runs.glob("*/journal.jsonl")
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)

    @property
    def records(self) -> list[dict[str, Any]]:
        """Return the records of the newest run; none without one."""
        return read_journal(self.journals[-1]) if self.journals else []

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the records of one type."""
        return [record for record in self.records if record["type"] == kind]

    @property
    def tables(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Return the tables that follow from the newest run."""
        return tables_of(self.records, files_of(self.journals[-1].parent, self.records))

    @property
    def results(self) -> Sequence[Mapping[str, str]]:
        """Return the rows of the results of the newest run."""
        return self.tables["results"] if self.journals else ()

    def said(self, measured: Measured) -> str:
        """Return all that was printed or kept as text."""
        texts = [measured.out, measured.err]
        for record in self.records:
            texts += [str(record.get(name, "")) for name in ("text", "failure", "failure_text")]
            texts += [str(record.get("reasons", "")), str(record.get("problems", ""))]
            texts += [str(record.get("contradictions", ""))]
        return "\n".join(texts)

    def changed(self) -> list[str]:
        """Return what of the board is not as it was."""
        state = self.fake.state
        found = []
        if self.fake.mode != self.mode:
            found.append(f"mode {self.fake.mode}")
        if state["pinned"]:
            found.append("clocks pinned")
        if state["units"]:
            found.append(f"units {state['units']}")
        if self.fake.path("/var/lib/dla-measure/state.json").exists():
            found.append("state file")
        return found


def is_free(path: Path) -> bool:
    """Say whether nobody holds a file."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True
