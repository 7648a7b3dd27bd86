from __future__ import annotations

import io
import json
from array import array
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from measure.backends import ort_child
from measure.backends.ort_child import Server, make_feed, run_queries, serve
from tests.fake_jetson.tiny import NAME, write_tiny

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a small network."""
    return write_tiny(tmp_path).parent / f"{NAME}.onnx"


def entry(name: str, kind: str, shape: list[int]) -> Any:
    """Return an input as ONNX Runtime describes it."""
    return SimpleNamespace(name=name, type=kind, shape=shape)


def test_feed_is_the_same_for_a_seed() -> None:
    """The seed makes the input; each type has its range."""
    inputs = [
        entry("f", "tensor(float)", [1, 2]),
        entry("h", "tensor(float16)", [2]),
        entry("b", "tensor(uint8)", [100]),
        entry("s", "tensor(int8)", [100]),
    ]
    feed, again, other = (make_feed(inputs, seed, {}) for seed in (1, 1, 2))

    assert {name: value.dtype.name for name, value in feed.items()} == {
        "f": "float32",
        "h": "float16",
        "b": "uint8",
        "s": "int8",
    }
    assert all(np.array_equal(feed[name], again[name]) for name in feed)
    assert not np.array_equal(feed["b"], other["b"])
    assert feed["s"].min() < 0


def test_queries_follow_each_other() -> None:
    """Each query starts when the one before has ended; one is always run."""
    stamps = run_queries(lambda: None, 0.01)

    assert len(stamps) >= 2
    assert list(stamps) == sorted(stamps)
    assert len(run_queries(lambda: None, 0)) == 2


def test_queries_at_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a period there are pauses between queries; one that is late is not waited for."""
    clock = [0]

    def rest(seconds: float) -> None:
        clock[0] += round(seconds * 1e9)

    monkeypatch.setattr(ort_child, "now_ns", lambda: clock[0])
    monkeypatch.setattr("measure.backends.ort_child.time.sleep", rest)
    lengths = iter([0.004, 0.004, 0.013, 0.004, 0.004])
    stamps = run_queries(lambda: rest(next(lengths)), 0.045, 0.01)

    assert [stamp // 1_000_000 for stamp in stamps] == [0, 4, 10, 14, 20, 33, 33, 37, 43, 47]


def test_answers(model: Path, tmp_path: Path) -> None:
    """Open, run, check and rest in place of queries."""
    server = Server()
    opened = server.answer({"do": "open", "model": str(model), "threads": 1, "seed": 0})
    first = server.answer({"do": "checksum"})
    times = tmp_path / "times"
    ran = server.answer({"do": "run", "seconds": 0.01, "warmup_s": 0.01, "times": str(times)})
    host = server.answer({"do": "host", "query_s": 0.001, "seconds": 0.01, "times": str(times)})

    assert opened["threads"] == 1
    assert len(first["checksum"]) == 64
    assert server.answer({"do": "checksum"}) == first
    assert ran["queries"] >= 1
    stamps = array("q", times.read_bytes())
    assert len(stamps) == 2 * host["queries"]


def test_errors_are_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong is told, and the next command is answered."""

    def no_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(ort_child, "Session", no_memory)
    commands = [
        {"do": "open", "model": "missing.onnx", "threads": 1, "seed": 0},
        {"do": "run", "seconds": 1, "times": "x"},
    ]
    sink = io.StringIO()
    serve(io.StringIO("\n".join(map(json.dumps, commands)) + "\n{\n"), sink)
    answers = [json.loads(line) for line in sink.getvalue().splitlines()]

    assert [answer["failure"] for answer in answers] == ["out_of_memory", "crashed", "crashed"]
    assert answers[1]["error"] == "no model is open"
