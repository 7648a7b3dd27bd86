from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from measure.device.gates import check, flags
from measure.device.state import DeviceState, Reading
from tests.measure.device.test_power_mode import MAXN, THIRTY

if TYPE_CHECKING:
    from measure.device.power_mode import PowerMode

BEFORE = DeviceState(
    boot_id="0f3c",
    mode_id=2,
    mode="MODE_30W",
    cpus_online=8,
    cpu_list="0-7",
    gpu_mhz=612.0,
    gpu_min_mhz=612.0,
    gpu_max_mhz=612.0,
    gpu_load=0.0,
    dla_mhz={0: 1369.6, 1: 1369.6},
    emc_mhz=2133.0,
    temperatures={"tj": 60.0},
    trips={"tj": 99.0},
    throttle={"oc1": 0, "oc2": 1, "oc3": 0},
    cooling={"cpu-throttle-alert": 0},
    alarms={"VDD_IN crit": 0},
)
QUIET = Reading(
    1, 612.0, 612.0, 0.0, {"tj": 61.0}, {"cpu-throttle-alert": 0}, {0: 1369.6, 1: 1369.6}
)
LOADED = replace(QUIET, gpu_load=0.97)


def codes(
    readings: list[Reading] | None = None,
    engine: str = "dla",
    cores: tuple[int, ...] = (0,),
    before: DeviceState = BEFORE,
    gpu_allowed: bool = False,
    **after: Any,
) -> list[tuple[str, str]]:
    """Return codes and sentences of a segment that ends differently from how it began."""
    readings = [QUIET] * 10 if readings is None else readings
    found = check(
        before,
        replace(before, **after),
        readings,
        THIRTY,
        engine,
        cores=cores,
        gpu_allowed=gpu_allowed,
    )
    return [(reason.code, reason.text) for reason in found]


def test_all_held() -> None:
    """A segment in which nothing moved counts."""
    assert codes() == []
    assert codes([LOADED] * 10, engine="gpu", cores=()) == []
    assert codes([LOADED] * 10, engine="gpu+dla", cores=(0, 1)) == []
    assert codes([], before=DeviceState(), engine="cpu", cores=()) == []


@pytest.mark.parametrize(
    ("after", "code", "words"),
    [
        (
            {"throttle": {"oc1": 2, "oc2": 1, "oc3": 0}},
            "under_voltage",
            "2 events of under-voltage",
        ),
        ({"throttle": {"oc1": 0, "oc2": 2, "oc3": 0}}, "over_current", "average over-current"),
        ({"throttle": {"oc1": 0, "oc2": 1, "oc3": 7}}, "over_current", "instantaneous"),
        (
            {"cooling": {"cpu-throttle-alert": 2}},
            "thermal",
            "cpu-throttle-alert held back, state 2",
        ),
        ({"temperatures": {"tj": 99.0}}, "thermal", "zone tj reached 99.0 °C"),
        ({"gpu_max_mhz": 408.0}, "gpu_clock", "cap moved from 612 to 408 MHz"),
        ({"emc_mhz": 1600.0}, "emc_clock", "memory ran at 1600 MHz, 2133 MHz were due"),
        ({"alarms": {"VDD_IN crit": 1}}, "ina_alarm", "VDD_IN crit"),
        ({"boot_id": "beef"}, "boot_changed", "restarted"),
        ({"mode": "MODE_15W", "mode_id": 1}, "mode_changed", "was MODE_30W and became MODE_15W"),
        ({"mode": None, "mode_id": None}, "mode_changed", "became unknown"),
        (
            {"cpu_list": "0-6,8"},
            "cpu_mask_changed",
            "0-7 were online at the start, 0-6,8 at the end",
        ),
    ],
)
def test_what_moved(after: dict[str, Any], code: str, words: str) -> None:
    """Each gate names what moved."""
    found = codes(**after)

    assert code in [reason for reason, _ in found]
    assert any(words in text for reason, text in found if reason == code)
    assert {reason for reason, _ in found} <= {code, "mode_contradicted"}


def test_alarm_that_has_gone() -> None:
    """An alarm at the start counts, though none is there at the end."""
    before = replace(BEFORE, alarms={"VDD_IN crit": 1})

    assert [code for code, _ in codes(before=before, alarms={"VDD_IN crit": 0})] == ["ina_alarm"]


class TestGpuClock:
    """A pinned GPU below its cap."""

    SLOW = replace(LOADED, gpu_mhz=510.0)

    def test_three_in_a_row(self) -> None:
        """Three readings in a row count, once."""
        found = codes([LOADED, *[self.SLOW] * 5], engine="gpu", cores=())

        assert found == [("gpu_clock", "the GPU ran at 510 MHz in 3 readings, not at 612 MHz")]

    def test_measured_clock(self) -> None:
        """A GPU that is measured a little below its cap runs at it."""
        assert codes([replace(LOADED, gpu_mhz=606.0)] * 5, engine="gpu", cores=()) == []

    def test_not_in_a_row(self) -> None:
        """Two in a row and an unreadable one don't."""
        unread = replace(LOADED, gpu_mhz=None)
        readings = [self.SLOW, self.SLOW, LOADED, self.SLOW, self.SLOW, unread, self.SLOW]

        assert codes(readings, engine="gpu", cores=()) == []

    def test_free_clock(self) -> None:
        """A clock that may move moves."""
        free = replace(BEFORE, gpu_min_mhz=306.0)

        assert codes([self.SLOW] * 5, engine="gpu", cores=(), before=free) == []

    def test_ceiling(self) -> None:
        """Where the mode has no cap, there is none below the module's highest clock."""
        state = replace(BEFORE, mode="MAXN", cpus_online=12, gpu_mhz=1032.0, gpu_min_mhz=306.0)

        def found(mhz: float, mode: PowerMode | None, ceiling: float) -> list[str]:
            seen = replace(state, gpu_max_mhz=mhz)
            reasons = check(seen, seen, [], mode, "gpu", ceilings={"gpu": ceiling})
            return [reason.text for reason in reasons if reason.code == "gpu_clock"]

        assert found(1032.75, MAXN, 1301) == ["the GPU is capped at 1033 MHz, MAXN allows 1301 MHz"]
        assert found(1300.5, MAXN, 1301) == []
        assert found(1400, MAXN, 1301) == []
        assert found(612, THIRTY, 1301) == []
        assert found(612, None, 1301) == []

    def test_other_engine(self) -> None:
        """A run of the DLA alone doesn't depend on it."""
        assert codes([replace(QUIET, gpu_mhz=114.0)] * 5) == []


class TestDlaClock:
    """DLA cores in use."""

    def test_during_the_segment(self) -> None:
        """A clock that fell in between counts, of the cores in use only."""
        slow = replace(QUIET, dla_mhz={0: 1369.6, 1: 115.2})

        assert codes([QUIET, slow]) == []
        assert codes([QUIET, slow], cores=(0, 1)) == [
            ("dla_clock", "DLA core 1 ran at 115 MHz, 1370 MHz were due")
        ]

    def test_around_the_load(self) -> None:
        """Before and after the load the core is idle, and any clock may be its; so at its start."""
        idle = {0: 115.2}
        loading = replace(QUIET, t_ns=1, dla_mhz=idle)
        running = replace(QUIET, t_ns=5)
        state = replace(BEFORE, dla_mhz=idle)

        def found(*readings: Reading) -> list[str]:
            seen = check(state, state, readings, THIRTY, "dla", cores=(0,), window=(2, 9))
            return [reason.text for reason in seen]

        assert found(loading, running) == []
        assert found(loading, running, replace(running, t_ns=9, dla_mhz={0: 600.0})) == [
            "DLA core 0 ran at 600 MHz, 1370 MHz were due"
        ]
        assert found(loading, replace(running, dla_mhz=None)) == [
            "DLA core 0 ran at 115 MHz, 1370 MHz were due"
        ]

    def test_cap_between_two_steps(self) -> None:
        """An AGX Xavier in 10W caps the DLA at 550 MHz, which has 537.6 and 550.4."""
        mode = replace(THIRTY, caps={**THIRTY.caps, "dla0_core": 550.0})

        def found(mhz: float) -> list[str]:
            seen = replace(BEFORE, dla_mhz={0: mhz})
            return [reason.text for reason in check(seen, seen, [], mode, "dla", cores=(0,))]

        assert (found(537.6), found(550.4)) == ([], [])
        assert found(524.8) == ["DLA core 0 ran at 525 MHz, 538 MHz were due"]

    def test_idle_core(self) -> None:
        """A core that is off has no clock, which proves nothing."""
        off = replace(QUIET, dla_mhz={0: 0.0})

        assert codes([off]) == []
        assert codes([off], before=replace(BEFORE, dla_mhz=None)) == []

    def test_ceiling(self) -> None:
        """Where the mode has no cap, the module's highest clock is due; a higher one may be."""
        state = replace(BEFORE, mode="MAXN", cpus_online=12)

        def found(mhz: float, mode: PowerMode | None = MAXN, **ceilings: float) -> list[str]:
            seen = replace(state, dla_mhz={0: mhz})
            reasons = check(seen, seen, [], mode, "dla", cores=(0,), ceilings=ceilings)
            return [reason.text for reason in reasons]

        assert found(1000, dla=1600) == ["DLA core 0 ran at 1000 MHz, 1600 MHz were due"]
        assert found(1590, dla=1600) == []
        assert found(1190, dla=614.4) == []
        assert found(1000) == []
        assert found(1000, None, dla=1600) == []

    def test_without_cap(self) -> None:
        """Where the mode has no cap, the highest clock seen is the one that is due."""
        fast = replace(BEFORE, dla_mhz={0: 1600.0}, mode="MAXN", cpus_online=12)
        slow = replace(QUIET, dla_mhz={0: 1300.0})

        assert [reason.code for reason in check(fast, fast, [slow], MAXN, "dla", cores=(0,))] == [
            "dla_clock"
        ]
        assert [reason.code for reason in check(fast, fast, [slow], None, "dla", cores=(0,))] == [
            "dla_clock"
        ]


def test_memory_clock_that_may_move() -> None:
    """A memory clock counts only where clocks are pinned, and against itself without a cap."""
    free = replace(BEFORE, gpu_min_mhz=306.0)
    uncapped = replace(BEFORE, emc_mhz=3199.0, mode="MAXN", cpus_online=12)
    slower = replace(uncapped, emc_mhz=2133.0)

    assert codes(before=free, emc_mhz=204.0) == []
    assert [reason.code for reason in check(uncapped, slower, [], MAXN, "dla")] == ["emc_clock"]
    assert check(uncapped, uncapped, [], MAXN, "dla") == []


class TestGpuLeak:
    """Work of the GPU in a run of the DLA alone."""

    def test_leak(self) -> None:
        """The mean over the segment counts."""
        readings = [replace(QUIET, gpu_load=load) for load in (0.0, 0.2, 0.0, 0.0)]

        assert codes(readings) == [
            ("gpu_leak", "the GPU was busy 5.0% of the time in a run of the DLA alone")
        ]

    def test_while_the_engine_is_loaded(self) -> None:
        """What the GPU does before the engine runs is no work of the network."""
        loading, running = replace(LOADED, t_ns=1), replace(QUIET, t_ns=5)
        seen = check(BEFORE, BEFORE, [loading, running], THIRTY, "dla", cores=(0,), window=(2, 9))

        assert seen == []
        assert [code for code, _ in codes([loading, running])] == ["gpu_leak"]

    def test_no_leak(self) -> None:
        """A touch, an engine with GPU layers and an unknown load are none."""
        readings = [replace(QUIET, gpu_load=load) for load in (0.0, 0.019)]

        assert codes(readings) == []
        assert codes([LOADED], gpu_allowed=True) == []
        assert codes([replace(QUIET, gpu_load=None)]) == []


def test_wrong_mode() -> None:
    """What was seen in a mode that wasn't applied contradicts it."""
    fast = replace(BEFORE, cpus_online=12, gpu_mhz=813.0, gpu_max_mhz=816.0, gpu_min_mhz=306.0)
    found = codes([replace(LOADED, gpu_mhz=813.0, gpu_max_mhz=816.0)], "gpu", (), before=fast)

    assert found == [
        ("mode_contradicted", "12 CPUs online, the mode 30W has 8"),
        ("mode_contradicted", "GPU ran at 813 MHz, the mode 30W caps it at 612 MHz"),
    ]


def test_events_that_cannot_be_read() -> None:
    """Counters that are gone prove nothing."""
    assert codes(throttle={}) == []


def test_flags() -> None:
    """What couldn't be checked is flagged, the DLA's clock only where a core is in use."""
    blind = DeviceState()

    nothing = Reading(1)
    always = ["temperature_unknown", "emc_clk_unknown", "oc_unknown"]

    assert flags(BEFORE, BEFORE, [QUIET], "dla", (0, 1)) == []
    assert flags(BEFORE, BEFORE, [LOADED], "gpu") == []
    assert flags(BEFORE, replace(BEFORE, desktop=True), [LOADED], "gpu") == ["desktop"]
    assert set(flags(blind, blind, [nothing], "dla", (0,))) == {
        *always,
        "gpu_load_unknown",
        "dla_clk_unknown",
    }
    assert set(flags(blind, blind, [nothing], "gpu")) == {*always, "gpu_clk_unknown"}
    assert set(flags(blind, blind, [nothing], "gpu+dla", (0,))) == {
        *always,
        "gpu_clk_unknown",
        "dla_clk_unknown",
    }
    assert flags(BEFORE, BEFORE, [nothing, QUIET], "dla", (2,)) == ["dla_clk_unknown"]
