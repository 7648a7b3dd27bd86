from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from measure.device import process
from measure.device.process import run_program
from tests.fake_jetson.jetson import wait_until

if TYPE_CHECKING:
    import subprocess

SHELL = "/bin/sh"


def shell(script: str, timeout: float = 120, **options: object) -> process.Finished:
    """Run a line of shell."""
    return run_program((SHELL, "-c", script), dict(os.environ), timeout=timeout, **options)  # type: ignore[arg-type]


def cut_short(script: str) -> process.Finished:
    """Run a shell that never ends, with as much time as it needs for its first words."""
    for timeout in (0.2, 2, 20):
        finished = shell(script, timeout=timeout)
        if finished.output:
            break
    return finished


def is_gone(pid: int) -> bool:
    """Say whether a process has ended; one that nobody waited for has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return state.rpartition(")")[2].split()[0] == "Z"


def test_output_and_code() -> None:
    """Both outputs come in their order, with the exit code and the time."""
    finished = shell("echo out; echo err >&2; exit 3")

    assert (finished.output, finished.code) == ("out\nerr\n", 3)
    assert not finished.ok
    assert not finished.timed_out
    assert finished.seconds > 0


def test_errors_thrown_away() -> None:
    """Standard error can be left out."""
    assert shell("echo out; echo err >&2", merge=False).output == "out\n"


def test_signal() -> None:
    """A program that a signal ended has its negative number."""
    assert shell("kill -9 $$").code == -9


def test_timeout_ends_the_children_too() -> None:
    """After the timeout nothing of the program is left, and what it wrote is kept."""
    finished = cut_short("/bin/sleep 600 & echo $!; wait")

    assert finished.timed_out
    assert finished.code == process.TIMED_OUT
    child = int(finished.output)
    assert wait_until(lambda: is_gone(child))


def test_child_that_outlives_its_program() -> None:
    """A program's own end counts, though a child keeps its output open."""
    finished = shell("/bin/sleep 600 >&1 & echo $!", timeout=120)

    os.kill(int(finished.output), 9)
    assert finished.ok
    assert finished.seconds < 120


def test_output_closed_long_before_the_end() -> None:
    """A program that closes its output and goes on is waited for, up to the timeout."""
    assert shell("exec >&- 2>&-; /bin/sleep 0.1; exit 4").code == 4
    assert shell("exec >&- 2>&-; exec /bin/sleep 60", timeout=0.2).timed_out


def test_endless_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a program that never stops to write only the beginning is kept."""
    monkeypatch.setattr(process, "LARGEST_OUTPUT", 1000)

    finished = cut_short("while :; do echo 0123456789; done")

    assert finished.timed_out
    assert finished.output == ("0123456789\n" * 100)[:1000]


def test_garbage() -> None:
    """Bytes that are no text are replaced, NULs become line ends."""
    assert shell(r"printf '\377a\000b'").output == "�a\nb"


def test_input_that_is_not_read() -> None:
    """A program need not read its input."""
    assert shell("exit 0", stdin="NO\n" * 100000).ok


def test_cannot_start(tmp_path: Path) -> None:
    """A file that is no program doesn't start; the reason is the output."""
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nonsense")
    broken.chmod(0o755)

    finished = run_program((str(broken),), {}, timeout=1)

    assert finished.code == process.CANNOT_START
    assert "format" in finished.output.lower()


def test_words_that_no_program_can_get() -> None:
    """A NUL in a word is refused like a program that can't start."""
    assert run_program((SHELL, "a\0b"), {}, timeout=1).code == process.CANNOT_START


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_program_that_cannot_be_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of root's may refuse; nobody waits for it without end."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "killpg", refuse)
    monkeypatch.setattr(process, "_GRACE_S", 0.01)

    assert shell("exec /bin/sleep 0.5", timeout=0.05).timed_out


def test_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the program before it is passed on."""
    started: list[subprocess.Popen[bytes]] = []

    def interrupt(child: subprocess.Popen[bytes], _: float) -> None:
        started.append(child)
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "_collect", interrupt)

    with pytest.raises(KeyboardInterrupt):
        shell("exec /bin/sleep 60")
    assert started[0].returncode == -9
