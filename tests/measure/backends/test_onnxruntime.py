from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import onnx
import pytest

from measure.backends import worker
from measure.backends.base import BuildError
from measure.backends.engine_cache import EngineCache
from measure.backends.onnxruntime import OnnxRuntimeBackend, usable_threads
from measure.backends.worker import Worker
from measure.networks.model_file import ModelFile
from measure.run.settings import Settings
from tests.fake_jetson.tiny import NAME, write_tiny
from tests.measure.run.stage import job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = Settings(start_timeout_s=60.0, hang_s=30.0)


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    """Return a small network."""
    path = write_tiny(tmp_path / "model").parent / f"{NAME}.onnx"
    return ModelFile(NAME, path, "0" * 64, {"x": (1, 3, 32, 32)})


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[OnnxRuntimeBackend]:
    """Return a backend on one thread."""
    made = OnnxRuntimeBackend(tmp_path / "run", SETTINGS, time.sleep, threads=1)
    yield made
    made.close()


def test_measures(backend: OnnxRuntimeBackend, model: ModelFile, tmp_path: Path) -> None:
    """A load gives the stamps of its queries; outputs are the same each time."""
    one = job(batch=4)
    builds = backend.build(one, model, EngineCache(tmp_path, {}))
    outcome = backend.load(one, builds, 0.05, 0.01)
    instance = outcome.instances[0]

    assert builds[0].placement == "cpu"
    assert "threads=1" in builds[0].command
    assert outcome.problems == ()
    assert instance.images_per_query == 4
    assert len(instance.ends_ns) == len(instance.latencies_ms)
    assert instance.first_ns < instance.ends_ns[0] <= instance.last_ns <= outcome.end_ns
    assert (tmp_path / "run" / instance.times).is_file()
    assert backend.checksum(one, builds) == backend.checksum(one, builds)
    assert backend.host(one, builds, 0.001, 0.01).instances


def test_sizes_that_a_model_leaves_open(
    backend: OnnxRuntimeBackend, model: ModelFile, tmp_path: Path
) -> None:
    """The entry of an own model fixes them; another batch is another build."""
    content = onnx.load(model.path)
    for end in (content.graph.input[0], content.graph.output[0]):
        end.type.tensor_type.shape.dim[0].dim_param = "N"
    onnx.save(content, model.path)
    digests, keys = set(), set()
    for batch in (2, 3):
        shape: dict[str, tuple[int, ...]] = {"x": (batch, 3, 32, 32)}
        file = replace(model, inputs=shape, left_open=shape, batch=batch)
        builds = backend.build(job(batch=batch), file, EngineCache(tmp_path, {}))
        outcome = backend.load(job(batch=batch), builds, 0.01, 0.0)

        assert outcome.problems == ()
        assert f"x={batch}x3x32x32" in builds[0].command
        digests.add(backend.checksum(job(batch=batch), builds))
        keys.add(builds[0].build)
    assert len(digests - {None}) == len(keys) == 2


def test_threads_by_default() -> None:
    """All CPUs that the process may use."""
    assert usable_threads() == len(os.sched_getaffinity(0))


def test_model_that_cannot_be_loaded(
    backend: OnnxRuntimeBackend, model: ModelFile, tmp_path: Path
) -> None:
    """A damaged model is a failed build with the reason."""
    model.path.write_bytes(b"nothing")

    with pytest.raises(BuildError) as caught:
        backend.build(job(), model, EngineCache(tmp_path, {}))

    assert caught.value.build.failure == "crashed"
    assert caught.value.build.engine_path is None


def test_child_that_is_killed(
    backend: OnnxRuntimeBackend, model: ModelFile, tmp_path: Path
) -> None:
    """A child that the kernel killed is a problem of the segment, and the next one has a new."""
    builds = backend.build(job(), model, EngineCache(tmp_path, {}))
    assert backend._worker is not None
    pid = backend._worker._child.process.pid
    os.kill(pid, signal.SIGSTOP)
    backend._worker.send({"do": "checksum"})
    os.kill(pid, signal.SIGKILL)
    outcome = backend.load(job(), builds, 0.01, 0)
    again = backend.load(job(), builds, 0.01, 0)

    assert {problem.code for problem in outcome.problems} <= {"killed"}
    assert again.problems == ()


def test_model_that_cannot_be_loaded_again(
    backend: OnnxRuntimeBackend, model: ModelFile, tmp_path: Path
) -> None:
    """A new child that can't load the model says why, as often as it is asked."""
    builds = backend.build(job(), model, EngineCache(tmp_path, {}))
    backend.close()
    model.path.write_bytes(b"nothing")

    outcomes = [backend.load(job(), builds, 0.01, 0) for _ in range(2)]

    for outcome in outcomes:
        (problem,) = outcome.problems
        assert problem.code == "crashed"
        assert "no model is open" not in problem.text
        assert model.path.name in problem.text
    assert backend.checksum(job(), builds) is None


def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> Worker:
    """Return a worker whose child is some other program."""
    script = tmp_path / "answering.py"
    script.write_text(code)
    monkeypatch.setattr(worker, "MODULE", "answering")
    monkeypatch.setattr(worker, "_ROOT", tmp_path)
    return Worker(tmp_path / "log", time.sleep)


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("import sys; sys.exit(3)", "crashed"),
        ("import os; os.kill(os.getpid(), 9)", "killed"),
        ("print('{nonsense', flush=True); input()", "garbage"),
        ("print('chatter', flush=True); input(); input()", "hung"),
    ],
)
def test_bad_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, failure: str
) -> None:
    """A child that dies, talks nonsense or says nothing gives a failure, never a wait."""
    found = scripted(tmp_path, monkeypatch, code)
    answer = found.ask({"do": "run"}, 0.3 if failure == "hung" else 20)
    found.close()

    assert answer["failure"] == failure


def test_last_words_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of a child that ends right after it is still read."""
    found = scripted(tmp_path, monkeypatch, "print('{}')")

    answer = found.ask({}, 20)
    found.close()

    assert answer == {}


def test_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the user wants the end while a child works, it is killed."""
    found = scripted(tmp_path, monkeypatch, "input(); input()")

    def end(seconds: float) -> None:
        raise KeyboardInterrupt

    found._wait = end
    with pytest.raises(KeyboardInterrupt):
        found.ask({}, 20)

    assert not found.running
