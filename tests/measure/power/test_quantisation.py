"""Steps of a rail."""

from __future__ import annotations

import random

import pytest

from measure.power.quantisation import codes_seen, hidden, inferred_step, power_step


def test_step_of_the_monitor() -> None:
    """Forty microvolt over the shunt, at the voltage of the rail."""
    assert power_step(0.002, 19.7) == pytest.approx(0.394)
    assert power_step(0.005, 5) == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("readings", "step"),
    [
        ([400, 800, 1200, 1600], 400),
        # The voltage adds little within a code, and codes are left out.
        ([399, 797, 798, 1198, 1596, 1597, 1994, 2792, 2795], 398),
        # From idle to load there is nothing between.
        ([4000, 4100, 4200, 4300, 9700], 100),
        ([400, 800], None),
        ([795, 796, 400], None),
        ([400], None),
        ([], None),
        ([100, 250, 330, 477, 1000], None),
    ],
)
def test_step_from_readings(readings: list[float], step: float | None) -> None:
    found = inferred_step(readings)

    assert found == (None if step is None else pytest.approx(step, rel=0.01))


def test_step_from_simulated_readings() -> None:
    """Readings of a monitor with a voltage that sags under load show its step within 5 %."""
    chance = random.Random(1)
    for _ in range(200):
        volts, shunt = chance.choice([(19.7, 0.002), (5.0, 0.002), (12.0, 0.005)])
        first = chance.randint(1, 30)
        codes = [chance.randint(first, first + 12) for _ in range(300)]
        readings = [
            round(code * 40e-6 / shunt * (volts - 0.0005 * code + chance.choice([0, 0.008])) * 1000)
            for code in codes
        ]

        found = inferred_step(readings)

        assert found == pytest.approx(power_step(shunt, volts) * 1000, rel=0.05)


def test_codes() -> None:
    """Values within half a step are one code."""
    assert codes_seen([0.795, 0.796, 0.799, 1.195], 0.4) == 2
    assert codes_seen([], 0.4) == 0


@pytest.mark.parametrize(("codes", "watts"), [(1, 0.2), (2, 0.2), (3, 0.0), (9, 0.0)])
def test_hidden(codes: int, watts: float) -> None:
    """With fewer than three codes a mean may be off by half a step."""
    assert hidden(codes, 0.4) == watts
