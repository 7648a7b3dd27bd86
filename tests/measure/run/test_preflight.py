from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from measure.device.doctor import survey
from measure.device.doctor.report import OK, STOP, Check, Report
from measure.errors import ConditionError
from measure.run import preflight
from measure.run.preflight import check_conditions, wait_for_conditions
from tests.measure.device.devices import ORIN, device
from tests.measure.run.stage import job, rig

if TYPE_CHECKING:
    from pathlib import Path

DLA_JOB = replace(job(), engine="dla", cores=(0,))
BUSY = Check("load", "load", STOP, "1.20 over the last minute", "end other work", "top")
NO_DLA = Check("dla_cores", "DLA cores", STOP, "none", "another JetPack")
FINE = Check("board", "board", OK, "a board")


def found(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    """Have the doctor find something."""
    monkeypatch.setattr(preflight, "examine", lambda *_, **__: Report(True, checks))


def test_doctor_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stop is named with what was found and what to do."""
    found(monkeypatch, FINE, BUSY, NO_DLA)
    device = rig(tmp_path, "trtexec")

    with pytest.raises(ConditionError) as caught:
        check_conditions(device, [DLA_JOB], tmp_path)

    text = str(caught.value)
    assert "load (load): 1.20 over the last minute: end other work (top)" in text
    assert "DLA cores (dla_cores): none: another JetPack" in text


def test_gpu_needs_no_dla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run on the GPU alone isn't stopped by what the DLA lacks."""
    found(monkeypatch, NO_DLA)
    device = rig(tmp_path, "trtexec")

    check_conditions(device, [replace(job(), engine="gpu")], tmp_path)
    with pytest.raises(ConditionError):
        check_conditions(device, [DLA_JOB], tmp_path)


def test_asks_tensorrt_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting TensorRT to count cores is a load, which looking again and again would keep up."""

    def asked(*_: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr(survey, "probe_dla_cores", asked)
    machine = device(tmp_path / "root", ORIN)
    seen = replace(rig(tmp_path, "trtexec"), machine=machine, dla_cores=2)

    with pytest.raises(ConditionError) as caught:
        check_conditions(seen, [DLA_JOB], tmp_path)

    assert "dla_cores" not in str(caught.value)
    assert "nvpmodel" in str(caught.value)


def test_load_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The load that counts is that of before anything was asked; later looks take the present."""
    files = {**ORIN, "/proc/loadavg": "0.90 0 0 1/1 1\n"}
    machine = device(tmp_path / "root", files)
    seen = replace(rig(tmp_path, "trtexec"), machine=machine, load=0.05)
    slept: list[float] = []
    clock = [0]

    def sleep(seconds: float) -> None:
        clock[0] += round(seconds * 1e9)

    monkeypatch.setattr("measure.run.preflight.now_ns", lambda: clock[0])

    with pytest.raises(ConditionError) as before:
        wait_for_conditions(seen, [DLA_JOB], tmp_path, 0, slept.append)
    with pytest.raises(ConditionError) as later:
        wait_for_conditions(seen, [DLA_JOB], tmp_path, 1, sleep)

    assert "load (load)" not in str(before.value)
    assert "load (load): 0.90" in str(later.value)


def test_cpu(tmp_path: Path) -> None:
    """On a CPU disk, Python and packages are looked at."""
    check_conditions(rig(tmp_path), [job()], tmp_path)


def test_waits_after_a_boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that was just booted is busy at first."""
    checks = iter([(BUSY,), (BUSY,), (FINE,)])
    monkeypatch.setattr(preflight, "examine", lambda *_, **__: Report(True, next(checks)))
    slept: list[float] = []
    wait_for_conditions(rig(tmp_path, "trtexec"), [job()], tmp_path, 60, slept.append)

    assert slept == [10.0, 10.0]
    found(monkeypatch, BUSY)
    with pytest.raises(ConditionError, match="load"):
        wait_for_conditions(rig(tmp_path, "trtexec"), [job()], tmp_path, 0, slept.append)
