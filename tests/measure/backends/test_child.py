from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from measure.backends import gate
from measure.backends.child import Child, wait_for
from measure.errors import UserError
from tests.fake_jetson.jetson import wait_until

Lines = list[tuple[str, int]]


def python(code: str, log: Path) -> tuple[Child, Lines]:
    """Return a child that waits at the gate, and the lines that it is going to print."""
    lines: Lines = []
    words = [sys.executable, "-c", code]
    return Child(words, os.environ, log, lambda line, stamp: lines.append((line, stamp))), lines


def has_ended(pid: int) -> bool:
    """Say whether a process has ended; one that nobody has collected has, too."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return state.rpartition(")")[2].split()[0] == "Z"


def test_output_is_kept_and_stamped(tmp_path: Path) -> None:
    """Both streams go to the log, and each line is handed on when it comes."""
    code = "import sys; print('one', flush=True); print('two', file=sys.stderr)"
    child, lines = python(code, tmp_path / "logs" / "log")
    child.go()
    assert wait_until(lambda: not child.running)
    child.close()

    assert child.code == 0
    assert (tmp_path / "logs" / "log").read_text() == "one\ntwo\n"
    assert [line for line, _ in lines] == ["one", "two"]
    assert lines[0][1] <= lines[1][1]


def test_waits_at_the_gate(tmp_path: Path) -> None:
    """Nothing runs before the word to go, and never without it."""
    child, lines = python("print('ran')", tmp_path / "log")
    assert not wait_for(lambda: not child.running, 0.05, time.sleep)
    assert child.process.stdin is not None
    child.process.stdin.close()
    assert wait_until(lambda: not child.running)
    child.kill()

    assert child.code == gate.GONE
    assert lines == []


def test_a_pipe_never_fills(tmp_path: Path) -> None:
    """A program that prints megabytes is not held up."""
    child, lines = python("print('x' * 70000 + '\\n', end=''); print('end')", tmp_path / "log")
    child.go()
    assert wait_until(lambda: not child.running)
    child.close()

    assert lines[-1][0] == "end"
    assert (tmp_path / "log").stat().st_size == 70005


def test_kill_takes_its_children_along(tmp_path: Path) -> None:
    """Whatever the program started ends with it, and killing twice does no harm."""
    code = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(p.pid, flush=True); time.sleep(600)"
    )
    child, lines = python(code, tmp_path / "log")
    child.go()
    assert wait_until(lambda: bool(lines))
    child.kill()
    child.kill()
    child.send("nobody listens")

    assert child.code == -signal.SIGKILL
    assert wait_until(lambda: has_ended(int(lines[0][0])))


def test_who_inherits_a_stream_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program may leave a child of another session behind that keeps its output open."""
    monkeypatch.setattr("measure.backends.child._END_S", 0.05)
    code = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'],"
        " start_new_session=True)"
    )
    child, _ = python(code, tmp_path / "log")
    child.go()
    assert wait_until(lambda: not child.running)
    child.close()

    assert child.code == 0
    child._reader.join()


def test_a_process_that_a_driver_holds_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill takes effect only when a hanging call of the kernel returns, which may be never."""
    monkeypatch.setattr("measure.backends.child._END_S", 0.05)
    child, _ = python("input()", tmp_path / "log")
    child.go()
    kill = os.killpg
    monkeypatch.setattr(os, "killpg", lambda group, number: None)
    waited = []
    wait = child.process.wait

    def limited(seconds: float | None = None) -> int:
        waited.append(seconds)
        assert seconds is not None, "this would wait for ever"
        return wait(seconds)

    monkeypatch.setattr(child.process, "wait", limited)
    child.kill()
    found = child.code
    kill(child.process.pid, signal.SIGKILL)
    wait()

    assert found == -signal.SIGKILL
    assert waited == [0.05]


def test_a_process_that_cannot_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board without memory for one more says which program it is about."""

    def refuse(*words: object, **named: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)

    with pytest.raises(UserError, match="cannot be started: Resource temporarily unavailable"):
        python("", tmp_path / "log")


def test_log_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that is a file is named."""
    (tmp_path / "logs").write_text("")

    with pytest.raises(UserError, match="logs"):
        python("", tmp_path / "logs" / "log")


def test_dies_with_its_parent(tmp_path: Path) -> None:
    """A killed runner leaves no load behind on the device."""
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from measure.backends.child import Child\n"
        "child = Child([sys.executable, '-c', 'import time; time.sleep(600)'], os.environ,"
        f" Path({str(tmp_path / 'log')!r}), print)\n"
        "child.go(); print(child.process.pid, flush=True); time.sleep(600)"
    )
    root = Path(gate.__file__).parents[2]
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert wait_until(lambda: has_ended(pid))


@pytest.mark.parametrize(
    ("text", "code", "calls"), [("go\nmore", 127, [["/bin/true", "x"]]), ("no\n", gate.GONE, [])]
)
def test_gate_in_this_process(
    monkeypatch: pytest.MonkeyPatch, text: str, code: int, calls: list[list[str]]
) -> None:
    """What replaces the process is the program with its words; a missing one is told."""
    called = []
    read = os.read
    source, sink = os.pipe()
    os.write(sink, text.encode())
    os.close(sink)
    monkeypatch.setattr(gate, "die_with_parent", lambda: None)
    monkeypatch.setattr(os, "execv", lambda path, words: called.append(words))
    monkeypatch.setattr(os, "read", lambda _, size: read(source, size))

    assert gate.main([str(os.getppid()), "/bin/true", "x"]) == code
    assert called == calls
    os.close(source)


def test_gate_of_a_parent_that_died_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else is the parent by then, and the program does not start, though go was said."""
    source, sink = os.pipe()
    os.write(sink, gate.GO)
    read = os.read
    monkeypatch.setattr(gate, "die_with_parent", lambda: None)
    monkeypatch.setattr(os, "read", lambda _, size: read(source, size))

    assert gate.main([str(os.getpid()), "/bin/true"]) == gate.GONE

    os.close(source)
    os.close(sink)


def test_missing_program_is_told(tmp_path: Path) -> None:
    """A program that isn't there ends with the shell's code and says so."""
    lines: list[str] = []
    child = Child(["/not/there"], {}, tmp_path / "log", lambda line, _: lines.append(line))
    child.go()
    assert wait_until(lambda: not child.running)
    child.close()

    assert child.code == 127
    assert lines == ["/not/there: No such file or directory"]


def test_prctl_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without that call a child is only not killed along."""

    def missing(name: object) -> object:
        raise OSError

    monkeypatch.setattr("ctypes.CDLL", missing)
    gate.die_with_parent()


def test_wait_for_gives_up_or_is_broken_off() -> None:
    """Time runs out, or the user wants the end."""

    class EndError(Exception):
        pass

    def broken(seconds: float) -> None:
        raise EndError

    assert not wait_for(lambda: False, 0.05, time.sleep)
    with pytest.raises(EndError):
        wait_for(threading.Event().is_set, 10, broken)
