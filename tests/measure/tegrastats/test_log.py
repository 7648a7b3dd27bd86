"""Logs of tegrastats."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from measure.errors import UserError
from measure.tegrastats.log import DEFAULT_INTERVAL_S, read_log
from measure.tegrastats.reading import Core
from tests.measure.build_log.logs import REAL_LOGS, real_log
from tests.measure.tegrastats import lines


def _log(folder: Path, text: str) -> Path:
    path = folder / "tegrastats.log"
    path.write_text(text)
    return path


def test_lines_of_others_between(tmp_path: Path) -> None:
    """What is not of tegrastats is named by its line; blank lines are nothing."""
    log = read_log(_log(tmp_path, f"sudo: hello\n{lines.ORIN}\n\nAPE 25 cpu@5C\n{lines.XAVIER_35}"))

    assert len(log.readings) == 2
    assert log.unread == (1, 4)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\xff\x00\n" + lines.ORIN.encode() + b"\r\n" + b"RAM 5/7MB\x00")

    log = read_log(path)

    assert len(log.readings) == 1
    assert log.unread == (1, 3)


def test_collector_is_left_as_it_was(tmp_path: Path) -> None:
    path = _log(tmp_path, lines.ORIN)
    read_log(path)
    assert gc.isenabled()

    gc.disable()
    try:
        read_log(path)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_file_without_a_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no line is of tegrastats; run tegrastats --logfile"):
        read_log(_log(tmp_path, "nothing\n"))


def test_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="none: cannot be read: No such file"):
        read_log(tmp_path / "none")


def _dated(*counts: tuple[str, int]) -> str:
    return "".join(
        f"03-14-2026 10:00:{second} RAM 1/2MB CPU [1%]\n" * count for second, count in counts
    )


@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        ([("01", 3), ("02", 9), ("03", 10), ("04", 8), ("05", 2)], 1 / 9),
        ([("01", 1), ("02", 1), ("03", 1), ("05", 1), ("06", 1)], 1),
        ([("01", 1), ("06", 1), ("11", 1), ("16", 1), ("21", 1)], 5),
        # The clock is set back while the log is written.
        ([("51", 1), ("52", 1), ("53", 1), ("04", 1), ("05", 1), ("06", 1), ("07", 1)], 1),
        # Too few seconds to say.
        ([("01", 9), ("02", 9)], DEFAULT_INTERVAL_S),
    ],
)
def test_time_between_lines(tmp_path: Path, counts: list[tuple[str, int]], interval: float) -> None:
    assert read_log(_log(tmp_path, _dated(*counts))).interval_s == pytest.approx(interval)


def test_time_between_lines_without_dates(tmp_path: Path) -> None:
    log = read_log(_log(tmp_path, "RAM 1/2MB CPU [1%]\n" * 20))

    assert log.interval_s == DEFAULT_INTERVAL_S


def test_conditions(tmp_path: Path) -> None:
    """The highest clocks, the cores that most lines have, the mean of the hottest place."""
    text = [
        "RAM 1/2MB CPU [1%@729,off] EMC_FREQ 1%@2133 GR3D_FREQ 5%@[306,408] NVDLA0 off tj@50C",
        "RAM 1/2MB CPU [1%@9,1%@9] EMC_FREQ 1%@3199 GR3D_FREQ 5%@[813,612] NVDLA0 9%@1369 tj@52C",
        "RAM 1/2MB CPU [1%@729,1%@729] EMC_FREQ 1%@3199 GR3D_FREQ 5%@[0,0] NVDLA0 9%@614 tj@-256C",
    ]
    log = read_log(_log(tmp_path, "\n".join([*text, "RAM 1/2MB CPU [off,off,off,1%]"])))

    seen = log.conditions((0, 3))

    assert (seen.cpus_online, seen.gpu_mhz, seen.emc_mhz) == (2, 813, 3199)
    assert seen.dla_mhz == {0: 1369}
    assert seen.tj_c == 51


def test_conditions_that_are_not_printed(tmp_path: Path) -> None:
    log = read_log(_log(tmp_path, "RAM 1/2MB GR3D_FREQ 7%\n"))

    seen = log.conditions((0, 1))

    assert seen == type(seen)(None, None, {}, None, None)


def test_hottest_where_the_junction_is_not_printed(tmp_path: Path) -> None:
    """CPU or GPU, whichever is hotter; constants of other sensors are none."""
    log = read_log(_log(tmp_path, "CPU [1%] PMIC@100C CPU@38.5C GPU@37.5C Tboard@60C\n"))

    assert log.conditions((0, 1)).tj_c == 38.5


def test_real_logs() -> None:
    """Whole logs of others hold nothing that is not understood."""
    real_log("tegrastats/r32_tx2_nofreq_head.log")
    for path in sorted((REAL_LOGS / "tegrastats").glob("*.log")):
        log = read_log(path)
        with open(path, encoding="utf-8") as stream:
            assert len(log.readings) == sum(1 for _ in stream), path
        assert log.unread == ()
        assert {reading.unread for reading in log.readings} == {()}
        assert all(reading.rails for reading in log.readings)
        assert all(isinstance(core, Core) for reading in log.readings for core in reading.cpus)


def test_real_intervals() -> None:
    """Asked for ten lines a second, tegrastats gives about nine."""
    log = read_log(Path(real_log("tegrastats/r3643_orin_sudo_pm_MAXN_dla_int8.log")))

    assert 1 / log.interval_s == pytest.approx(8.6, abs=0.3)
