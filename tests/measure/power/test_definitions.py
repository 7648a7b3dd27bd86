"""The named definitions of power."""

from __future__ import annotations

import pytest

from measure.power.definitions import (
    HOST_DOMINATED,
    SHARED_RAIL,
    host_power,
    module_delta,
    module_total,
    rail_delta,
    soc_share,
)
from measure.power.railmap import RailMap

AGX = RailMap(
    "jetson-agx-orin-64gb",
    ("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0"),
    "VDD_GPU_SOC",
    "VDD_CPU_CV",
    "VDD_GPU_SOC",
)
NX = RailMap("jetson-orin-nx-16gb", ("VDD_IN",), "VDD_CPU_GPU_CV", "VDD_CPU_GPU_CV", "VDD_SOC")
NANO = RailMap("jetson-orin-nano-8gb", ("VDD_IN",), "VDD_CPU_GPU_CV", None, None)


def _agx(gpu: float, cpu: float, sys: float) -> dict[str, float]:
    # The memory's rail is fed by VIN_SYS_5V0, so it must not change anything.
    return {
        "VDD_GPU_SOC": gpu,
        "VDD_CPU_CV": cpu,
        "VIN_SYS_5V0": sys,
        "VDDQ_VDD2_1V8AO": 100 * sys,
    }


BEFORE, LOAD, AFTER = _agx(3, 0.4, 4), _agx(5.2, 2.4, 6.7), _agx(3.2, 0.6, 4.2)


def test_module() -> None:
    assert module_total(LOAD, AGX) == pytest.approx(14.3)
    assert module_delta(LOAD, BEFORE, AFTER, AGX) == pytest.approx(14.3 - (7.4 + 8.0) / 2)


def test_drift_cancels() -> None:
    """A drift that is linear in time changes neither A nor B."""
    drifting = [
        {rail: watts + 0.3 * place for rail, watts in means.items()}
        for place, means in enumerate((BEFORE, LOAD, BEFORE))
    ]

    before, load, after = drifting
    still = module_delta(LOAD, BEFORE, BEFORE, AGX)
    assert module_delta(load, before, after, AGX) == pytest.approx(still)
    delta, plain = (
        rail_delta(*means, AGX, "dla") for means in ((load, before, after), (LOAD, BEFORE, BEFORE))
    )
    assert delta is not None
    assert plain is not None
    assert delta.watts == pytest.approx(plain.watts)


@pytest.mark.parametrize(("engine", "watts"), [("dla", 1.9), ("gpu", 2.1), ("gpu+dla", 4.0)])
def test_rails_of_an_engine(engine: str, watts: float) -> None:
    delta = rail_delta(LOAD, BEFORE, AFTER, AGX, engine)

    assert delta is not None
    assert delta.watts == pytest.approx(watts)
    assert delta.flags == ()


def test_host_is_taken_off() -> None:
    host = host_power(_agx(3.1, 0.9, 4.1), BEFORE, AFTER, AGX, "dla")
    assert host == pytest.approx(0.4)
    assert host is not None

    delta = rail_delta(LOAD, BEFORE, AFTER, AGX, "dla", host)

    assert delta is not None
    assert delta.flags == ()
    assert delta.watts == pytest.approx(1.5)


@pytest.mark.parametrize("host", [0.6, -0.6, 5.0])
def test_host_that_dominates(host: float) -> None:
    """Above three tenths of the increment there is no figure, and it is said why."""
    delta = rail_delta(LOAD, BEFORE, AFTER, AGX, "dla", host)

    assert delta is not None
    assert (delta.watts, delta.flags) == (None, (HOST_DOMINATED,))


def test_host_of_three_tenths_does_not_dominate() -> None:
    """The limit itself is within."""
    idle = _agx(3, 0.5, 4)

    delta = rail_delta(_agx(3, 10.5, 4), idle, idle, AGX, "dla", 3.0)

    assert delta is not None
    assert (delta.watts, delta.flags) == (7, ())


def test_shared_rail() -> None:
    """GPU and DLA on one rail: it counts once and carries a flag."""
    load, idle = {"VDD_IN": 9.0, "VDD_CPU_GPU_CV": 4.0}, {"VDD_IN": 5.0, "VDD_CPU_GPU_CV": 1.0}

    for engine in ("gpu", "dla", "gpu+dla"):
        delta = rail_delta(load, idle, idle, NX, engine)
        assert delta is not None
        assert (delta.watts, delta.flags) == (3, (SHARED_RAIL,))


def test_engine_without_a_rail() -> None:
    means = {"VDD_IN": 5.0, "VDD_CPU_GPU_CV": 1.0}

    assert rail_delta(means, means, means, NANO, "dla") is None
    assert host_power(means, means, means, NANO, "gpu+dla") is None
    assert soc_share(means, means, means, NANO) is None


def test_share_of_the_fabric() -> None:
    """What a run on the DLA adds to the rail of GPU and SoC is in A and not in B."""
    assert soc_share(LOAD, BEFORE, AFTER, AGX) == pytest.approx(2.1)
