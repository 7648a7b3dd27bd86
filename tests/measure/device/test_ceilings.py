from __future__ import annotations

import pytest

from measure.device.ceilings import ceilings_of, dla_step_below


def test_ceilings() -> None:
    """Each is that of the table, or left out where the table doesn't know it."""
    assert ceilings_of("jetson-agx-xavier") == {"gpu": 1377.0, "dla": 1395.2}
    assert ceilings_of("jetson-orin-nx-16gb") == {"dla": 614.4}
    assert ceilings_of("jetson-agx-orin-32gb") == {}
    assert ceilings_of("") == {}


@pytest.mark.parametrize(
    ("cap", "step"),
    [(1600.0, 1600.0), (614.4, 614.4), (1369.6, 1369.6), (550.0, 537.6), (750.0, 742.4)],
)
def test_steps_of_the_dla(cap: float, step: float) -> None:
    """A cap between two steps gives the lower one; one that is a step is one."""
    assert dla_step_below(cap) == pytest.approx(step)
