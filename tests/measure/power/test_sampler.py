"""The sampler's process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from measure.device.clock import now_ns
from measure.errors import UserError
from measure.power import sampler as module
from measure.power.integrate import mean_power
from measure.power.rails import discover_rails
from measure.power.sampler import PREFIX, Sampler
from measure.power.samples import read_samples
from tests.fake_jetson.jetson import wait_until
from tests.measure.power.rails_folder import agx_orin

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is in memory in a folder of its own."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(module, "MEMORY", folder)
    return folder


def _sampler(folder: Path, path: Path) -> Sampler:
    machine = agx_orin(folder)
    return Sampler(machine, discover_rails(machine), path, period_s=0.004, jitter_s=0.002)


def fewest_since(begin_ns: int, live: Path) -> int:
    """Return how many readings each rail has at least since a moment."""
    rails = read_samples(live).values()
    return min(sum(stamp > begin_ns for stamp in rail.t_ns) for rail in rails)


def test_power_over_a_window(tmp_path: Path, memory: Path) -> None:
    """From start to stop each rail is read; the file is there as a whole afterwards."""
    path = tmp_path / "raw" / "samples"
    path.parent.mkdir()
    with _sampler(tmp_path, path) as sampler:
        assert sampler.running
        begin = now_ns()
        (live,) = memory.iterdir()
        assert wait_until(lambda: fewest_since(begin, live) >= 5)
        end = now_ns()
        assert not path.exists()

    assert (sampler.running, sampler.pid, sampler.problem) == (False, None, "")
    samples = read_samples(path)
    means = {name: mean_power(samples, name, begin, end) for name in samples}
    assert means["VDD_GPU_SOC"].mean_w == pytest.approx(19.8 * 0.16)
    assert means["VIN_SYS_5V0"].mean_w == pytest.approx(4)
    assert all(mean.samples >= 5 for mean in means.values())
    assert all(mean.lost == 0 for mean in means.values())
    assert os.listdir(path.parent) == ["samples"]
    assert list(memory.iterdir()) == []


def test_stopped_twice_or_never_started(tmp_path: Path) -> None:
    sampler = _sampler(tmp_path, tmp_path / "samples")
    assert (sampler.running, sampler.pid) == (False, None)
    sampler.stop()

    sampler.start()
    sampler.stop()
    sampler.stop()

    assert sampler.problem == ""


def test_ended_by_somebody_else(tmp_path: Path) -> None:
    """What it had sampled is kept, and that it ended is said."""
    sampler = _sampler(tmp_path, tmp_path / "samples")
    sampler.start()
    assert sampler.pid is not None
    os.kill(sampler.pid, signal.SIGKILL)
    assert wait_until(lambda: not sampler.running)

    sampler.stop()

    assert sampler.problem == "it ended with code -9"
    assert set(read_samples(tmp_path / "samples")) >= {"VDD_GPU_SOC"}


def test_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that hangs is killed."""
    monkeypatch.setattr(module, "_STOP_S", 0.05)
    sampler = _sampler(tmp_path, tmp_path / "samples")
    sampler.start()
    assert sampler.pid is not None
    os.kill(sampler.pid, signal.SIGSTOP)

    sampler.stop()

    assert sampler.problem == "it ended with code -9"


def test_that_does_not_start(tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MODULE", "measure.nothing")

    with pytest.raises(UserError, match=r"the power sampler did not start: .*measure\.nothing"):
        _sampler(tmp_path, tmp_path / "samples").start()

    assert list(memory.iterdir()) == []


def test_that_starts_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_START_S", 0.0)
    (tmp_path / "asleep.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(module, "MODULE", "asleep")
    monkeypatch.setattr(module, "_ROOT", tmp_path)

    with pytest.raises(UserError, match="did not start: it ended with code -9"):
        _sampler(tmp_path, tmp_path / "samples").start()


def test_folder_that_is_a_file(tmp_path: Path, memory: Path) -> None:
    (tmp_path / "none").touch()
    sampler = _sampler(tmp_path, tmp_path / "none" / "samples")
    sampler.start()

    with pytest.raises(UserError, match="none/samples: File exists"):
        sampler.stop()

    assert list(memory.iterdir()) == []


def test_no_memory_left(tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)

    with pytest.raises(UserError, match=r"no file can be made in .*memory: No space left"):
        _sampler(tmp_path, tmp_path / "samples").start()


def test_no_file_system_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary files are used instead."""
    monkeypatch.setattr(module, "MEMORY", tmp_path / "none")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))

    with _sampler(tmp_path, tmp_path / "samples"):
        assert list(tmp_path.glob(f"{PREFIX}*"))

    assert not list(tmp_path.glob(f"{PREFIX}*"))


def test_left_behind_by_a_process_that_was_killed(tmp_path: Path, memory: Path) -> None:
    """Such files are removed; those of a living process and of others stay."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (memory / f"{PREFIX}{dead.pid}-abc").touch()
    (memory / f"{PREFIX}{os.getpid()}-abc").touch()
    (memory / f"{PREFIX}x").touch()

    with _sampler(tmp_path, tmp_path / "samples"):
        pass

    assert sorted(path.name for path in memory.iterdir()) == sorted(
        [f"{PREFIX}{os.getpid()}-abc", f"{PREFIX}x"]
    )


def test_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """However the measuring process ends, no sampler stays behind."""
    program = (
        "import sys, time; from pathlib import Path\n"
        "from measure.power.rails import discover_rails\n"
        "from measure.power.sampler import Sampler\n"
        "from tests.measure.power.rails_folder import agx_orin\n"
        f"machine = agx_orin(Path({str(tmp_path)!r}))\n"
        f"sampler = Sampler(machine, discover_rails(machine), Path({str(tmp_path / 's')!r}))\n"
        "sampler.start(); print(sampler.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=str(REPOSITORY), stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert Path(f"/proc/{pid}").exists()

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert wait_until(lambda: not _is_alive(pid))


def _is_alive(pid: int) -> bool:
    """Return whether a process runs; one that nobody has collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
