"""What the rails of a module are for."""

from __future__ import annotations

import pytest

from measure.errors import ConditionError
from measure.power.railmap import RailMap, nominal_step, rail_map, shunt_ohm
from measure.tables import read_table

AGX = ("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0", "VDDQ_VDD2_1V8AO")
NX = ("VDD_IN", "VDD_CPU_GPU_CV", "VDD_SOC")


def test_agx_orin() -> None:
    """Three disjoint rails; what the 5 V supply feeds is not counted twice."""
    rails = rail_map("jetson-agx-orin-64gb", AGX)

    assert rails.total == ("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0")
    assert (rails.gpu, rails.dla, rails.soc) == ("VDD_GPU_SOC", "VDD_CPU_CV", "VDD_GPU_SOC")
    assert not rails.shared
    assert rails.of_engine("gpu+dla") == ("VDD_GPU_SOC", "VDD_CPU_CV")


def test_orin_nx() -> None:
    """The input is the total; GPU and DLA share a rail, which counts once."""
    rails = rail_map("jetson-orin-nx-16gb", NX)

    assert rails == RailMap(
        "jetson-orin-nx-16gb", ("VDD_IN",), "VDD_CPU_GPU_CV", "VDD_CPU_GPU_CV", "VDD_SOC"
    )
    assert rails.shared
    assert rails.of_engine("gpu+dla") == ("VDD_CPU_GPU_CV",)


def test_orin_nano() -> None:
    """A module without a DLA has no rail for one."""
    rails = rail_map("jetson-orin-nano-8gb", NX)

    assert (rails.gpu, rails.dla, rails.shared) == ("VDD_CPU_GPU_CV", None, False)
    assert rails.of_engine("dla") == rails.of_engine("gpu+dla") == ()


def test_agx_xavier() -> None:
    rails = rail_map("jetson-agx-xavier", ("SYS5V", "GPU", "CPU", "SOC", "CV", "VDDRQ"))

    assert set(rails.total) == {"GPU", "CPU", "SOC", "CV", "VDDRQ", "SYS5V"}
    assert (rails.gpu, rails.dla, rails.soc) == ("GPU", "CV", "SOC")
    assert rails.problems == ()


def test_rail_that_is_not_needed_is_missing() -> None:
    """The total can be had, and what is missing is named."""
    rails = rail_map("jetson-orin-nx-16gb", ("VDD_IN", "VDD_CPU_GPU"))

    assert (rails.total, rails.dla, rails.soc) == (("VDD_IN",), None, None)
    assert rails.problems == (
        "rail VDD_CPU_GPU_CV is missing (renamed to VDD_CPU_GPU?)",
        "rail VDD_SOC is missing (renamed to VDD_CPU_GPU?)",
    )


def test_rail_of_the_total_is_missing() -> None:
    with pytest.raises(
        ConditionError,
        match=r"rail VDD_CPU_CV is missing \(renamed to VDD_CPU_CVX\?\).*Found: VDD_GPU_SOC, VDD_C",
    ):
        rail_map("jetson-agx-orin-64gb", ("VDD_GPU_SOC", "VDD_CPU_CVX", "VIN_SYS_5V0"))


def test_no_rails() -> None:
    with pytest.raises(ConditionError, match="Found: no rail"):
        rail_map("jetson-agx-orin-64gb", ())


def test_unknown_module() -> None:
    with pytest.raises(ConditionError, match=r"rails of jetson-tx2 are not known; add them to"):
        rail_map("jetson-tx2", NX)


def test_what_is_not_confirmed() -> None:
    rails = rail_map("jetson-xavier-nx", NX)

    assert rails.problems[0] == "rail VDD_IN of jetson-xavier-nx is not confirmed"


def test_steps() -> None:
    assert shunt_ohm("jetson-agx-orin-32gb", "VDD_CPU_CV") == 0.002
    assert nominal_step("jetson-orin-nx-8gb", "VDD_IN") == pytest.approx(0.04)
    assert nominal_step("jetson-orin-nx-8gb", "VDD_NONE") is None
    assert shunt_ohm("jetson-none", "VDD_IN") is None


@pytest.mark.parametrize(
    "module", sorted({row["module"] for row in read_table("reference/power-rails")})
)
def test_every_module(module: str) -> None:
    """With all its rails each module has a total, and a rail for the GPU."""
    rows = [row for row in read_table("reference/power-rails") if row["module"] == module]

    rails = rail_map(module, [row["rail"] for row in rows])

    assert rails.total
    assert rails.gpu is not None
    cores = {row["module"]: row["dla_cores"] for row in read_table("reference/modules")}[module]
    assert (rails.dla is not None) == (cores != "0")


def test_roles() -> None:
    """What a rail stands for; one may stand for several."""
    agx, nx = rail_map("jetson-agx-orin-64gb", AGX), rail_map("jetson-orin-nx-16gb", NX)

    assert agx.roles("VDD_GPU_SOC") == "total gpu soc"
    assert agx.roles("VDDQ_VDD2_1V8AO") == ""
    assert nx.roles("VDD_CPU_GPU_CV") == "gpu dla"
