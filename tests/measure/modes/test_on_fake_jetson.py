"""The whole way: sudo, the root program, nvpmodel and jetson_clocks of a fake Jetson."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from measure.device.machine import Machine
from measure.errors import ConditionError
from measure.modes.keeper import ModeKeeper
from measure.modes.outcome import Applied, RebootPending, Restored
from measure.modes.switching import RebootNeeded
from tests.measure.test_command_line import find_python

if TYPE_CHECKING:
    from tests.fake_jetson.jetson import FakeJetson


REPOSITORY = Path(__file__).resolve().parents[3]


def keeper(**more: Any) -> ModeKeeper:
    """Return a keeper of the fake, as a process that has just started has it."""
    return ModeKeeper(Machine.here(), settle_s=0.0, **more)


def condition(fake: FakeJetson) -> tuple[object, ...]:
    """Return what an owner finds."""
    cpus = fake.path("/sys/devices/system/cpu/online").read_text()
    fan = fake.path("/sys/class/hwmon/hwmon0/pwm1").read_text()
    return fake.mode, fake.state["pinned"], fake.state["units"], cpus, fan


def add_unit(fake: FakeJetson) -> None:
    """Let the device have the unit that resumes a run."""
    fake.path("/etc/systemd/system/dla-measure-resume.service").write_text("[Unit]\n")


def test_there_and_back(fake: FakeJetson) -> None:
    """A mode is applied, pinned, proven and put back."""
    before = condition(fake)
    keeper().save("run-1")

    applied = keeper().apply("MAXN")

    assert isinstance(applied, Applied)
    assert applied.ok
    assert (fake.mode, fake.state["pinned"]) == ("MAXN", True)
    assert fake.path("/sys/class/hwmon/hwmon0/pwm1").read_text() == "255\n"
    assert keeper().restore().restored
    assert condition(fake) == before


def test_through_reboots(fake: FakeJetson) -> None:
    """A mode that needs a reboot is reached through it, and so is the way back."""
    add_unit(fake)
    before = condition(fake)
    first = keeper(allow_reboot=True)
    first.save()
    assert isinstance(first.apply("30W"), RebootPending)
    assert fake.wants_reboot
    fake.reboot()
    fake.stop()

    applied = keeper().resume(progress=0)

    assert isinstance(applied, Applied)
    assert (applied.ok, applied.readback["cpus_online"]) == (True, 8)
    assert keeper().restore().reboot_pending
    fake.reboot()
    fake.stop()
    last = keeper().resume(progress=1)
    assert isinstance(last, Restored)
    assert last.restored
    assert condition(fake) == before


def test_reboot_that_is_not_allowed(fake: FakeJetson) -> None:
    """Without permission the board stays as it is."""
    before = condition(fake)
    keeper().save()

    with pytest.raises(RebootNeeded):
        keeper().apply("30W")

    assert condition(fake) == before
    assert not fake.wants_reboot


@pytest.mark.parametrize("version", ["3.8", "3.10"])
def test_on_old_devices(version: str, fake: FakeJetson) -> None:
    """The whole way is gone by the Python of older JetPacks, without any package."""
    python = find_python(version)
    if python is None:
        pytest.skip(f"no Python {version}")
    add_unit(fake)
    before = condition(fake)
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from measure.device.machine import Machine
from measure.modes.keeper import ModeKeeper
from measure.modes.lock import DeviceLock
with DeviceLock(Machine.here()):
    keeper = ModeKeeper(Machine.here(), settle_s=0.0, allow_reboot=True)
    keeper.save("run-1")
    print(keeper.apply("MAXN").ok, keeper.state)
    keeper.running("job-1")
    print(keeper.resume(progress=0).ok, keeper.state)
    print(keeper.restore().restored, keeper.state)
    keeper.save("run-2")
    print(keeper.apply("30W").attempt, keeper.state)
"""

    answer = subprocess.run(
        [python, "-B", "-I", "-S", "-c", code, str(REPOSITORY)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stderr == ""
    assert answer.stdout == "True READY\nTrue READY\nTrue IDLE\n1 SWITCHING\n"
    assert fake.wants_reboot
    fake.reboot()
    fake.stop()
    assert keeper().restore().reboot_pending
    fake.reboot()
    fake.stop()
    assert keeper().restore().restored
    assert condition(fake) == before


def test_mode_in_name_only(fake: FakeJetson) -> None:
    """A mode that nvpmodel names but didn't apply is refused by what is read back."""
    keeper().save()
    keeper().apply("MAXN")
    fake.knobs(mode_not_applied=True)

    applied = keeper().apply("50W")

    assert isinstance(applied, Applied)
    assert fake.mode == "MODE_50W"
    assert [each.partition(" at ")[0] for each in applied.contradictions] == ["GPU ran", "CPU ran"]
    assert keeper().state == "SWITCHING"


@pytest.mark.parametrize(
    ("knobs", "text"),
    [
        ({"sudo": "password"}, "sudo does not run .* without a password"),
        ({"jetson_clocks": "crash"}, "clocks-store failed: .*unexpected end of file"),
        ({"nvpmodel": "crash"}, "the power mode is not known"),
    ],
)
def test_refusals(knobs: dict[str, Any], text: str, fake: FakeJetson) -> None:
    """What is missing or broken is told before anything is changed."""
    fake.knobs(**knobs)

    with pytest.raises(ConditionError, match=text):
        keeper().save()

    assert keeper().state == "IDLE"


def test_hanging_nvpmodel(fake: FakeJetson) -> None:
    """A program that hangs ends nothing but the attempt."""
    keeper().save()
    fake.path("/usr/sbin/nvpmodel").write_text(
        "#!/bin/sh\n"
        '[ "$1" = -q ] && printf "NV Power Mode: MODE_50W\\n3\\n" && exit\n'
        "exec /bin/sleep 60\n"
    )

    with pytest.raises(ConditionError, match=r"set-mode did not end within 3 s"):
        keeper(timeout_s=3).apply("MAXN")

    assert keeper().state == "SWITCHING"


def test_clocks_that_stay(fake: FakeJetson) -> None:
    """Clocks that can't be put back are told, and put back the next time."""
    before = condition(fake)
    keeper().save()
    keeper().apply("MAXN")
    fake.knobs(jetson_clocks="restore_fails")

    assert any("Failed to restore clocks" in each for each in keeper().restore().problems)

    fake.knobs(jetson_clocks="")
    assert keeper().restore().restored
    assert condition(fake) == before


def test_clocks_through_the_root_program(fake: FakeJetson) -> None:
    """Clocks that only root may read come through it as well."""
    emc = fake.path("/sys/kernel/debug/bpmp/debug/clk/emc/rate").read_text()

    assert Machine.here().privileged("read", "emc").output == emc
