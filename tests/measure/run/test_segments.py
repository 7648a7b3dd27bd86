from __future__ import annotations

import os
import signal
from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import pytest

from measure.backends.base import Build, Problem
from measure.device import watch
from measure.device.power_mode import PowerMode
from measure.device.state import DeviceState, Reading, read_quickly
from measure.results.pairs import IDLE, LOAD
from measure.run import observer as observing
from measure.run.interrupt import Interrupt, Interrupted
from measure.run.rig import Rig
from measure.run.segments import Place, SegmentRunner
from measure.run.soak import soak
from measure.run.windows import Window
from tests.fake_jetson.jetson import wait_until
from tests.measure.run.stage import SHORT, Told, job, of, tools

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BUILDS = (Build("cpu", "b" * 32, "built", None, placement="cpu"),)


def test_load_is_written_down(tmp_path: Path) -> None:
    """A load that held gives a valid record with its figures, states and checksum."""
    with Interrupt() as interrupt:
        made = tools(tmp_path, Told(), interrupt)
        SegmentRunner(made, job(), BUILDS, "aa").load(Place(1, 1, LOAD), 1.0)

    record = of(made, "segment")[0]
    assert record["valid"]
    assert record["images_per_second"] == 100.0
    assert (record["job"], record["segment"], record["pair"]) == (job().job, 1, 1)
    assert record["checksum"] == "aa"
    assert record["before"]["boot_id"] is None
    assert "power" not in record


def test_another_output_is_no_result(tmp_path: Path) -> None:
    """A device that computes something else than before isn't measured."""
    with Interrupt() as interrupt:
        made = tools(tmp_path, Told(sums=["bb"]), interrupt)
        record = SegmentRunner(made, job(), BUILDS, "aa").load(Place(1, 1, LOAD), 1.0)

    assert [reason["code"] for reason in record["reasons"]] == ["output_changed"]


def test_an_output_that_cannot_be_had_is_not_another_one(tmp_path: Path) -> None:
    """A check that fails says nothing of the output, but nobody knows that it is the same."""
    with Interrupt() as interrupt:
        made = tools(tmp_path, Told(sums=[None]), interrupt)
        record = SegmentRunner(made, job(), BUILDS, "aa").load(Place(1, 1, LOAD), 1.0)

    assert not record["valid"]
    assert [reason["code"] for reason in record["reasons"]] == ["output_unknown"]


def test_problem_of_the_backend(tmp_path: Path) -> None:
    """What went wrong is kept as the reason, and no checksum is asked for."""
    with Interrupt() as interrupt:
        told = Told(rates=[Problem("crashed", "gone")])
        record = SegmentRunner(tools(tmp_path, told, interrupt), job(), BUILDS, "aa").load(
            Place(1, 1, LOAD), 1.0
        )

    assert not record["valid"]
    assert record["reasons"] == [{"code": "crashed", "text": "gone"}]
    assert record["checksum"] is None


def test_ctrl_c_leaves_an_invalid_segment(tmp_path: Path) -> None:
    """The segment under way is kept as interrupted, then the end is on its way."""
    with Interrupt() as interrupt:
        made = tools(tmp_path, Told(), interrupt)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Interrupted):
            SegmentRunner(made, job(), BUILDS, None).idle(Place(1, 1, IDLE))

    assert of(made, "segment")[0]["reasons"][0]["code"] == "interrupted"


def test_ctrl_c_while_the_output_is_checked(tmp_path: Path) -> None:
    """A load whose output wasn't checked doesn't count."""

    class Breaking(Told):
        def checksum(self, job: Any, builds: Any) -> str | None:
            """Be broken off."""
            os.kill(os.getpid(), signal.SIGINT)
            raise Interrupted

    with Interrupt() as interrupt:
        made = tools(tmp_path, Breaking(), interrupt)
        with pytest.raises(Interrupted):
            SegmentRunner(made, job(), BUILDS, "aa").load(Place(1, 1, LOAD), 1.0)

    assert of(made, "segment")[0]["reasons"][0]["code"] == "interrupted"


def test_host_idle_and_unknown_outputs(tmp_path: Path) -> None:
    """Segments without instances count the time that they took."""
    with Interrupt() as interrupt:
        made = tools(tmp_path, Told(), interrupt)
        runner = SegmentRunner(made, job(), BUILDS, None)
        idle = runner.idle(Place(1, 1, IDLE))
        load = runner.load(Place(3, 1, LOAD), 1.0)
        host = runner.host(Place(2, 1, "host"), 0.001)

    assert idle["valid"]
    assert idle["seconds"] >= SHORT.idle_s
    assert host["role"] == "host"
    assert [one["flags"] for one in (idle, load)] == [[], ["checksum_unknown"]]


def test_soak_without_temperatures(tmp_path: Path) -> None:
    """Where no temperature can be read, one window under load has to do."""
    with Interrupt() as interrupt:
        record = soak(tools(tmp_path, Told(), interrupt), job(), BUILDS)

    assert record["steady"] is None
    assert record["readings"] == []


def temperature(folder: Path, celsius: float) -> None:
    """Let the machine show a temperature."""
    zone = folder / "root/sys/class/thermal/thermal_zone0"
    zone.mkdir(parents=True, exist_ok=True)
    (zone / "type").write_text("cpu-thermal\n")
    (zone / "temp").write_text(f"{int(celsius * 1000)}\n")


@pytest.fixture
def wait_for_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that waits until a reading has been begun and taken since."""
    taken: list[None] = []

    def read(*given: Any, **named: Any) -> Reading:
        reading = read_quickly(*given, **named)
        taken.append(None)
        return reading

    def wait() -> None:
        # The next one may have been begun before.
        count = len(taken) + 2
        assert wait_until(lambda: len(taken) >= count)

    monkeypatch.setattr(watch, "read_quickly", read)
    return wait


def test_soak_until_steady(tmp_path: Path, wait_for_reading: Callable[[], None]) -> None:
    """While the device gets hotter the load goes on; a steady one ends it."""
    heat = chain([(30.0, 44.0)], repeat((50.0, 50.0)))

    def load() -> None:
        for celsius in next(heat):
            temperature(tmp_path, celsius)
            wait_for_reading()

    temperature(tmp_path, 30)
    with Interrupt() as interrupt:
        settings = replace(SHORT, soak_max_s=60.0)
        record = soak(tools(tmp_path, Told(on_load=load), interrupt, settings), job(), BUILDS)

    values = [value for _, value in record["readings"]]
    assert record["steady"] is True
    assert values == sorted(values)
    assert values[-1] == 50.0


def test_soak_without_end(tmp_path: Path, wait_for_reading: Callable[[], None]) -> None:
    """A device that gets hotter and hotter is measured all the same, and that is known."""
    heat = iter(range(30, 90))

    def load() -> None:
        for _ in range(2):
            temperature(tmp_path, next(heat))
            wait_for_reading()

    temperature(tmp_path, 30)
    with Interrupt() as interrupt:
        record = soak(tools(tmp_path, Told(on_load=load), interrupt), job(), BUILDS)

    assert record["steady"] is False


def test_soak_ends_with_a_problem(tmp_path: Path) -> None:
    """A load that fails ends the soak at once."""

    class Failing(Told):
        def load(self, *arguments: Any, **named: Any) -> Any:
            """Fail."""
            outcome = super().load(*arguments, **named)
            return type(outcome)((), 0, 0, (Problem("hung", "too long"),))

    with Interrupt() as interrupt:
        record = soak(tools(tmp_path, Failing(), interrupt), job(), BUILDS)

    assert record["problems"] == [{"code": "hung", "text": "too long"}]


def test_an_idle_core_may_have_any_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of a DLA core counts while the engine runs, and not in an idle segment."""
    state = DeviceState(dla_mhz={0: 115.2})
    mode = PowerMode(0, "MAXN", "maxn", {"dla0_core": 1369.6})
    monkeypatch.setattr(observing, "read_state", lambda machine: state)
    monkeypatch.setattr(Rig, "mode", lambda rig, key: mode)
    on_dla = job(engine="dla", cores=(0,))
    with Interrupt() as interrupt:
        runner = SegmentRunner(tools(tmp_path, Told(), interrupt), on_dla, BUILDS, None)
        idle, load = runner.idle(Place(1, 1, IDLE)), runner.load(Place(2, 1, LOAD), 1.0)

    assert [reason["code"] for reason in idle["reasons"]] == []
    assert "dla_clk_unknown" not in idle["flags"]
    assert [reason["code"] for reason in load["reasons"]] == ["dla_clock"]


def test_clocks_are_those_under_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an idle core or GPU ran at, before and after, is not in the record of a load."""
    idle = Reading(1, gpu_mhz=306.0, temperatures={"tj": 40.0}, dla_mhz={0: 115.2})
    at_work = Reading(5, gpu_mhz=1300.0, temperatures={"tj": 60.0}, dla_mhz={0: 1600.0})
    state = DeviceState(dla_mhz={0: 115.2})
    with Interrupt() as interrupt:
        made = tools(tmp_path, Told(), interrupt)
        observer = observing.Observer(made.rig, SHORT, tmp_path / "power", 1)
    observer.before = observer.after = state
    observer.readings = [idle, at_work, replace(idle, t_ns=9)]

    record, without = observer.as_record(Window(2, 8)), observer.as_record(Window(6, 8))

    assert record["clocks"]["dla0_mhz"] == 1600.0
    assert (record["clocks"]["gpu_mhz"], record["tj_mean_c"]) == (1300.0, 60.0)
    assert without["clocks"]["gpu_mhz"] == 306.0
