"""Power by the named definitions, from segments."""

from __future__ import annotations

from typing import Any

import pytest
from scipy import stats

from measure.power.marginal import marginal_energy
from measure.power.railmap import RailMap
from measure.results.pairs import pairs_of, rails_of, stopping_values
from measure.results.power_figures import PowerFigures, power_figures
from tests.measure.results import journals

Record = dict[str, Any]
RAILS = rails_of(journals.run_record())
assert RAILS is not None


def segments(of: Record, **changes: Any) -> list[Record]:
    """Return the segments of a job, some of them changed by their number."""
    found = [one for one in journals.measured(of) if one["type"] == "segment"]
    return [{**one, **changes.get(f"s{one['segment']}", {})} for one in found]


def figures(
    found: list[Record], engine: str = "dla", rails: RailMap | None = RAILS
) -> PowerFigures:
    """Return the power of segments."""
    return power_figures(found, rails, engine, journals.PAIRS)


def test_rails_by_role() -> None:
    """The roles that a run wrote down are those of its rails."""
    assert RAILS is not None
    assert RAILS.total == ("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0")
    assert (RAILS.gpu, RAILS.dla, RAILS.soc) == ("VDD_GPU_SOC", "VDD_CPU_CV", "VDD_GPU_SOC")
    assert not RAILS.shared
    assert rails_of({"rails": [{"name": "x", "role": ""}]}) is None
    assert rails_of({}) is None


def test_definitions() -> None:
    """A is the module's increment, B that of the rail less the host's, each over the pairs."""
    found = figures(segments(journals.job()))

    load_extra = [5.0 + 0.05 * (pair % 3) for pair in range(1, 9)]
    # The idle rail is 2.0 W before a load and 2.02 W behind it but for the first and the last.
    a = [extra + 0.8 + 0.4 - 0.01 for extra in load_extra]
    assert found.module_delta is not None
    assert found.module_delta.value == pytest.approx(sum(a) / 8, abs=0.002)
    assert found.host_w == pytest.approx(0.49, abs=0.005)
    assert found.rail_delta is not None
    assert found.rail_delta.value == pytest.approx(sum(a) / 8 - 1.2 - 0.49, abs=0.005)
    assert found.note == "A: VDD_GPU_SOC + VDD_CPU_CV + VIN_SYS_5V0; B: VDD_CPU_CV"
    assert (found.u_sys_rel, found.lsb_w) == (pytest.approx(0.02, abs=1e-4), journals.STEP_W)
    assert found.flags == ()


def test_neighbours_share_no_reading() -> None:
    """Of an idle segment between two loads each has the half next to it."""
    of = journals.job()
    assert RAILS is not None
    halves = [journals.power({"VDD_CPU_CV": watts}) for watts in (1.0, 2.0)]

    plain = pairs_of(segments(of), RAILS, "dla")
    found = pairs_of(segments(of, s3={"power_halves": halves}), RAILS, "dla")

    changes = [one.idle_w - other.idle_w for one, other in zip(found, plain, strict=True)]
    assert changes[:2] == pytest.approx([(1.0 - 0.0) / 2, (2.0 - 0.02) / 2])
    assert changes[2:] == pytest.approx([0.0] * 6)
    # The first load has nobody to share with, whatever comes after it.
    assert pairs_of(segments(of, s1={"power_halves": halves}), RAILS, "dla") == plain


def test_idle_that_is_not_shared() -> None:
    """Before the first load and where another job came between, the whole segment counts."""
    of = journals.job()
    assert RAILS is not None
    found = [
        journals.idle(of, 1, 1, power=journals.power({"VDD_CPU_CV": 0.5})),
        journals.load(of, 2, 1, 1000.0),
        journals.idle(of, 3, 1, power=journals.power({"VDD_CPU_CV": 0.7})),
        journals.idle(of, 4, 2),
        journals.load(of, 5, 2, 1000.0),
        journals.idle(of, 6, 2),
    ]

    first, second = pairs_of(found, RAILS, "dla")

    assert first.idle_w == pytest.approx(9.0 + 0.6)
    assert second.idle_w == pytest.approx(9.01)


def test_no_halves() -> None:
    """Where halves were not written down, neighbours share an idle segment, and it is said."""
    of = journals.job()
    whole = {f"s{number}": {"power_halves": None} for number in range(1, 30)}

    assert "shared_idle" in figures(segments(of, **whole)).flags


@pytest.mark.parametrize(
    ("number", "change", "left"),
    [
        (4, {"valid": False}, 7),
        (5, {"valid": False}, 6),
        (4, {"power": None}, 7),
        (4, {"images_per_second": None}, 7),
        (5, {"boot": "other"}, 6),
    ],
)
def test_pairs_that_do_not_count(number: int, change: Record, left: int) -> None:
    """A pair needs its load and both idle segments, valid and of one boot."""
    found = segments(journals.job(), **{f"s{number}": change})
    assert RAILS is not None

    assert len(pairs_of(found, RAILS, "dla")) == left
    assert len(stopping_values(found, RAILS)) == left


def test_rail_that_was_not_read() -> None:
    """A segment without a rail of the module has no power; without the engine's no B."""
    found = segments(journals.job())
    assert RAILS is not None
    apart = RailMap("x", ("VDD_GPU_SOC",), "VDD_GPU_SOC", "VDD_CPU_CV", None)
    for one in found:
        one["power"] = {"VDD_GPU_SOC": one["power"]["VDD_GPU_SOC"]}
        one["power_halves"] = None

    assert figures(found) == PowerFigures()
    only_a = figures(found, rails=apart)
    assert only_a.per_watt_a is not None
    assert only_a.per_watt_b is None
    assert only_a.note.endswith("; B is left out")


def test_host_dominates() -> None:
    """Where the host's part is too large to be taken off, B is left out and A stays."""
    of = journals.job()
    power = {"power": journals.power({"VDD_CPU_CV": 3.0})}

    found = figures(segments(of, s18=power, s20=power))

    assert found.rail_delta is None
    assert found.per_watt_b is None
    assert found.per_watt_a is not None
    assert "host_dominated" in found.flags
    assert found.host_w == pytest.approx(3.0, abs=0.02)


def test_without_host_segments() -> None:
    """Nothing is taken off where the host was not measured, and it is said."""
    found = figures([one for one in segments(journals.job()) if one["segment"] <= 17])

    assert found.host_w is None
    assert found.rail_delta is not None
    assert "no_host_segment" in found.flags
    assert found.note.endswith("the host's part not taken off")


def test_rail_below_idle() -> None:
    """A rail that takes less than idle says nothing of the host, and has no images per joule."""
    of = journals.job()
    less = {"power": journals.power({"VDD_CPU_CV": -1.0, "VDD_GPU_SOC": 9.0})}

    found = figures([one for one in segments(of, s4=less) if one["segment"] <= 17])

    assert found.per_watt_a is not None
    assert found.rail_delta is not None
    assert found.per_watt_b is None
    assert set(found.flags) == {"delta_not_positive", "no_host_segment"}


def test_shared_rail() -> None:
    """Where GPU and DLA are on one rail the row says so."""
    rails = RailMap("x", ("VDD_GPU_SOC", "VDD_CPU_CV"), "VDD_CPU_CV", "VDD_CPU_CV", None)

    assert "shared_rail" in figures(segments(journals.job()), rails=rails).flags


def test_few_codes() -> None:
    """Rails that hardly move make intervals wider, and the row says so."""
    of = journals.job()
    still = {
        f"s{one['segment']}": {
            "power": {name: {**rail, "codes": 1} for name, rail in one["power"].items()}
        }
        for one in segments(of)
    }

    moving, stuck = figures(segments(of)), figures(segments(of, **still))

    assert "few_codes" in stuck.flags
    assert (stuck.u_sys_rel or 0) > 2 * (moving.u_sys_rel or 1)
    assert stuck.per_watt_a is not None
    assert moving.per_watt_a is not None
    assert (stuck.per_watt_a.log_half_width or 0) > 2 * (moving.per_watt_a.log_half_width or 1)


def test_nothing_above_idle() -> None:
    """A load that takes less than idle has no images per joule."""
    of = journals.job()
    less = {f"s{number}": {"power": journals.power({"VDD_CPU_CV": -1.0})} for number in (2, 4)}

    found = figures(segments(of, **less))

    assert found.per_watt_a is None
    assert "delta_not_positive" in found.flags
    assert RAILS is not None
    assert len(stopping_values(segments(of, **less), RAILS)) == 6


def test_all_below_idle() -> None:
    """A mean below idle has no relative uncertainty either."""
    of = journals.job()
    numbers = range(2, 17, 2)
    less = {f"s{number}": {"power": journals.power({"VDD_CPU_CV": -1.0})} for number in numbers}

    assert figures(segments(of, **less)).u_sys_rel is None


def test_increment_within_the_steps() -> None:
    """Where the steps could hide the increment many times over, there is no interval."""
    found = segments(journals.job())
    for one in found:
        for power in (one["power"], *one.get("power_halves", ())):
            for rail in power.values():
                rail["mean_w"] = 5.0 + (1e-5 if one["role"] == "load" else 0.0)
                rail["codes"] = 1

    per_watt = figures(found).per_watt_a

    assert per_watt is not None
    assert (per_watt.low, per_watt.high) == (None, None)


def test_one_pair() -> None:
    """One pair has figures and no intervals."""
    found = figures([one for one in segments(journals.job()) if one["segment"] <= 3])

    assert found.per_watt_a is not None
    assert (found.per_watt_a.low, found.per_watt_a.high) == (None, None)
    assert found.module_delta is not None
    assert found.module_delta.low is None


def test_gain_is_in_the_interval() -> None:
    """The interval of power is never narrower than the gain of the sensors."""
    found = figures(segments(journals.job()))

    assert found.module_delta is not None
    assert found.module_delta.high is not None
    half = found.module_delta.high - found.module_delta.value
    pairs = [pair.module_delta_w for pair in pairs_of(segments(journals.job()), RAILS, "dla")]  # type: ignore[arg-type]
    own = stats.t.ppf(0.975, 7) * stats.sem(pairs)
    assert half == pytest.approx(((0.02 * found.module_delta.value) ** 2 + own**2) ** 0.5, rel=1e-3)


def test_marginal_energy() -> None:
    """Definition C is the slope over the segments at several rates."""
    of = journals.job()
    rates = []
    for number, share in enumerate((0.25, 0.5, 0.75, 1.0, 0.25, 0.5, 0.75, 1.0), start=30):
        power = {"power": journals.power({"VDD_CPU_CV": 1 + 4 * share})}
        rate = journals.load(of, number, number, 1.0, images_per_second=1000 * share, **power)
        rates.append({**rate, "role": "rate"})

    found = figures([*segments(of), *rates])

    assert found.marginal is not None
    assert found.marginal.value == pytest.approx(0.004)
    # All points lie on the line, so the gain of the sensors is all that is uncertain.
    assert found.marginal.low == pytest.approx(0.98 * 0.004)
    assert found.marginal.high == pytest.approx(1.02 * 0.004)
    assert figures(segments(of)).marginal is None


def test_interval_of_marginal_energy() -> None:
    """It is Student's over the robust error of the slope, with the gain of the sensors."""
    of = journals.job()
    points = []
    rates = []
    for number, share in enumerate((0.25, 0.5, 0.75, 1.0, 0.25, 0.5, 0.75, 1.0), start=30):
        watts = 1 + 4 * share + 0.1 * (-1) ** number * share
        power = {"power": journals.power({"VDD_CPU_CV": watts})}
        rate = journals.load(of, number, number, 1.0, images_per_second=1000 * share, **power)
        rates.append({**rate, "role": "rate"})
        points.append((1000 * share, watts))

    found = figures([*segments(of), *rates]).marginal
    line = marginal_energy(points)

    assert found is not None
    assert found.high is not None
    assert line.standard_error is not None
    assert found.value == pytest.approx(line.j_per_image)
    own = stats.t.ppf(0.975, 6) * line.standard_error
    assert found.high - found.value == pytest.approx(((0.02 * found.value) ** 2 + own**2) ** 0.5)


def test_share_of_the_memory_fabric() -> None:
    """Where a run is on the DLA alone, what the fabric's rail takes more is told apart."""
    of = segments(journals.job())

    assert figures(of).soc_share_w == pytest.approx(0.8, abs=0.02)
    assert figures(of, engine="gpu").soc_share_w is None


def test_no_power() -> None:
    """Without rails nothing is known of power."""
    assert figures(segments(journals.job()), rails=None) == PowerFigures()


def test_loads_alone() -> None:
    """Loads without idle segments have their power and nothing above idle."""
    loads = [one for one in segments(journals.job()) if one["role"] == "load"]

    found = figures(loads)

    assert found.load is not None
    assert found.load.value == pytest.approx(15.25, abs=0.1)
    assert found.load.low is not None
    assert (found.module_delta, found.idle_w) == (None, None)
    assert found.note.startswith("load: VDD_GPU_SOC")


@pytest.mark.parametrize(("floor", "delta"), [(9.1, 10.2), (None, None), (25.0, None)])
def test_steady_power_of_a_log(floor: float | None, delta: float | None) -> None:
    """A log's interval gets the gain, too; its quietest second, if it has one, stands for idle."""
    steady = {"mean_w": 19.3, "low_w": 19.0, "high_w": 19.6, "idle_floor_w": floor}
    one = {**journals.load(journals.job(), 1, 1, 1000.0), "steady_power": steady}

    found = figures([one])

    assert found.load is not None
    half = (0.3**2 + (0.02 * 19.3) ** 2) ** 0.5
    assert found.load.value == 19.3
    assert (found.load.low, found.load.high) == pytest.approx((19.3 - half, 19.3 + half))
    assert (found.module_delta.value if found.module_delta else None) == (
        pytest.approx(delta) if delta else None
    )
    assert ("idle_floor" in found.flags) == (delta is not None)


def test_stopping_without_power() -> None:
    """Where no power is read, throughput decides about the number of pairs."""
    found = segments(journals.job(), s4={"valid": False})

    values = stopping_values(found, None)

    assert len(values) == 7
    assert values[0] == found[1]["images_per_second"]
