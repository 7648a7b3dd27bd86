"""Damaged logs: a correct answer or one clear line, never a traceback.

What fuzzing finds is kept in tests/measure/corpus/logs, where every test of the corpus reads it.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measure.build_log.as_json import as_json
from measure.build_log.evidence import evidence_of
from measure.build_log.names import foreign_ends, fused_parts, split_groups, split_names
from measure.build_log.text import as_text
from tests.measure.build_log.logs import corpus_files, read_or_refuse
from tests.measure.build_log.test_build_log import SCHEMA

LOGS = [path.read_bytes() for path in corpus_files()]
LINES = [line for log in LOGS for line in log.splitlines()]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

fragments = st.sampled_from(
    [
        *(b"{ForeignNode[", b"]}", b"...", b" + ", b"PWN(", b"[DlaLayer] ", b"[GpuLayer] "),
        *(b"&&&& RUNNING TensorRT.trtexec # ", b"Layer(DLA): ", b", Tactic: ", b" -> "),
        *(b"\0", b"\x1b[", b"\xff\xfe"),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Cut, double, swap and overwrite pieces of a hand-made log."""
    data = bytearray(draw(st.sampled_from(LOGS)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 200)))
        piece = draw(st.one_of(st.binary(max_size=20), fragments, st.just(bytes(data[start:end]))))
        data[start:end] = piece * draw(st.integers(0, 3))
    return bytes(data)


shuffled = st.lists(st.sampled_from(LINES), max_size=60).map(b"\n".join)


def _read_everything(data: bytes) -> None:
    """Read bytes as a log, and write all that it says in every form."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "build.log"
        path.write_bytes(data)
        log = read_or_refuse(path)
    if log is None:
        return
    VALIDATOR.validate(json.loads(json.dumps(as_json(log))))
    assert all(line.isprintable() for line in as_text(log).splitlines())
    evidence_of(log, soc="orin")


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_damaged_logs_are_survived(data: bytes) -> None:
    """Any damage leaves a result of the schema, or one line."""
    _read_everything(data)


@settings(max_examples=150)
@given(shuffled)
def test_lines_in_any_order_are_survived(data: bytes) -> None:
    """Lines of several programs may be mixed in one file."""
    _read_everything(data)


@settings(max_examples=100)
@given(st.binary(max_size=2000))
def test_bytes_that_are_no_log_are_survived(data: bytes) -> None:
    _read_everything(data)


@settings(max_examples=60)
@given(st.sampled_from(LOGS), st.data())
def test_damaged_gzip_files_are_survived(log: bytes, data: st.DataObject) -> None:
    """Bits that flip in a packed file are noticed or do no harm."""
    packed = bytearray(gzip.compress(log))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    _read_everything(bytes(packed[: data.draw(st.integers(0, len(packed)))]))


@given(st.text("ab.,+ ()[]{}PWN", max_size=60))
def test_any_name_comes_apart(name: str) -> None:
    """Taking names apart loses nothing but what joins them."""
    assert all(fused_parts(name))
    assert foreign_ends("{ForeignNode[" + name + "]}")
    assert all(split_names(name))
    split_groups(name)
