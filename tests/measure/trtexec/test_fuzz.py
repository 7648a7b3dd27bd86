"""Damaged files: an answer or one clear line, never a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from measure.errors import UserError
from measure.trtexec.layer_info import read_layer_info
from measure.trtexec.log import read_trtexec_log
from measure.trtexec.placement import placement_record
from measure.trtexec.profile import read_profile
from measure.trtexec.profile_table import read_profile_tables
from measure.trtexec.times import percentile, read_times
from tests.measure.trtexec.damage import damaged, garbage_logs
from tests.measure.trtexec.files import CORPUS

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = [path.read_bytes() for path in sorted(CORPUS.glob("times*.json"))]
PROFILES = [path.read_bytes() for path in sorted(CORPUS.glob("profile*.json"))]
INFOS = [path.read_bytes() for path in sorted(CORPUS.glob("layer_info*.json"))]

EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _read(data: bytes, read: Callable[[str], Any]) -> Any:
    """Read bytes; nothing comes back of what is refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        try:
            return read(str(path))
        except UserError as error:
            if "\n" in str(error):
                pytest.fail(f"more than one line: {error}")
            return None


@EXAMPLES
@given(garbage_logs)
def test_logs(data: bytes) -> None:
    """Whatever a log says, its figures are finite and of a known batch."""
    log = _read(data, lambda path: read_trtexec_log(path, batch=2))
    for run in log.runs if log else []:
        placement_record(run.run)
        if run.images_per_second is not None:
            assert 0 <= run.images_per_second < float("inf")
            assert run.batch.kind != "unknown"
    _read(data, read_profile_tables)


@EXAMPLES
@given(damaged(TIMES))
def test_times(data: bytes) -> None:
    """All lists have one length, and statistics can be had of them."""
    times = _read(data, read_times)
    if times is None:
        return
    lengths = {
        len(times.starts_ms),
        len(times.ends_ms),
        len(times.compute_starts_ms),
        len(times.compute_ms),
        len(times.latency_ms),
    }
    assert lengths == {len(times)}
    assert min(times.latency_ms) <= percentile(times.latency_ms, 50) <= max(times.latency_ms)
    assert percentile(times.latency_ms, 100) == max(times.latency_ms)
    assert len(times.without_warmup(10)) <= len(times)


@EXAMPLES
@given(damaged(PROFILES))
def test_profiles(data: bytes) -> None:
    """Every layer has a name and numbers that are finite."""
    for profile in _read(data, read_profile) or []:
        for layer in profile.layers:
            assert isinstance(layer.name, str)
            assert layer.total_ms is None or abs(layer.total_ms) < float("inf")


@EXAMPLES
@given(damaged(INFOS))
def test_layer_infos(data: bytes) -> None:
    """Every layer is on the DLA, on the GPU or a reformat."""
    info = _read(data, lambda path: read_layer_info(path, for_dla=True))
    if info is not None:
        parts = (info.dla_subgraphs, info.gpu_layers, info.reformats)
        assert sum(map(len, parts)) == len(info.layers)
