"""Steady power from a log."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from measure.device.power_mode import contradictions, mode_from_tables
from measure.errors import ConditionError
from measure.tegrastats.log import read_log
from measure.tegrastats.steady import BASIS, SteadyPower, steady_power
from tests.measure.build_log.logs import real_log
from tests.measure.tegrastats.lines import log_of

ORIN = "jetson-agx-orin-64gb"
PUBLISHED = {
    ("MAXN", "dla_int8"): 15.1,
    ("MAXN", "gpu_int8"): 29.6,
    ("50W", "dla_int8"): 14.3,
    ("50W", "gpu_int8"): 19.3,
}


def _steady(folder: Path, powers: list[float], module: str = ORIN) -> SteadyPower:
    path = folder / "tegrastats.log"
    path.write_text(log_of(powers))
    return steady_power(read_log(path), module)


def _real(mode: str, engine: str) -> Path:
    return Path(real_log(f"tegrastats/r3643_orin_sudo_pm_{mode}_{engine}.log"))


@pytest.mark.parametrize(("mode", "engine"), PUBLISHED)
def test_figures_of_the_author_of_the_logs(mode: str, engine: str) -> None:
    """Within 2 % of what the author of the logs published, which the interval has in it."""
    with open(real_log("json/orin_katech_power_sweep.json"), encoding="utf-8") as stream:
        rows = {(row["mode"], row["engine"]): row for row in json.load(stream)["results"]}
    published = rows[mode, engine]["power_steady_mw"] / 1000

    steady = steady_power(read_log(_real(mode, engine)), ORIN)

    assert published == pytest.approx(PUBLISHED[mode, engine], abs=0.05)
    assert steady.mean_w == pytest.approx(published, rel=0.02)
    assert steady.low_w < published < steady.high_w
    assert steady.idle_floor_w == pytest.approx(
        rows[mode, engine]["power_idle_floor_mw"] / 1e3, rel=0.07
    )
    assert steady.n > 100


@pytest.mark.parametrize("engine", ["dla_int8", "gpu_int8"])
def test_conditions_of_a_mode_that_was_not_applied(engine: str) -> None:
    """Logged as 30W: twelve CPUs online, and the GPU above its cap where it worked."""
    log = read_log(_real("30W", engine))
    seen = log.conditions(steady_power(log, ORIN).window)

    found = contradictions(
        mode_from_tables(ORIN, "30W"),
        cpus_online=seen.cpus_online,
        gpu_mhz=seen.gpu_mhz,
        dla_mhz=seen.dla_mhz,
        emc_mhz=seen.emc_mhz,
    )

    assert any("12" in sentence for sentence in found)
    assert any("GPU" in sentence for sentence in found) == (engine == "gpu_int8")


def test_coarse_rail(tmp_path: Path) -> None:
    """On one code the interval is as wide as the step can hide; it says where the step is from."""
    steady = _steady(tmp_path, [4.0] * 20 + [4.8, 5.6, 6.4, 7.2] + [8.0] * 200 + [4.0] * 20)

    gpu, cpu = steady.rails["VDD_GPU_SOC"], steady.rails["VDD_CPU_CV"]
    assert (gpu.mean_w, gpu.codes, gpu.lsb_basis) == (8, 1, "readings")
    assert gpu.lsb_w == pytest.approx(0.8)
    # Twenty milliampere at the nominal voltage of the input.
    assert (cpu.codes, cpu.lsb_basis) == (1, "shunt")
    assert cpu.lsb_w == pytest.approx(0.394)
    assert steady.mean_w == pytest.approx(12.4)
    assert steady.high_w - steady.mean_w == pytest.approx((0.8 + 0.394 + 0.1) / 2)
    assert steady.lsb_w == pytest.approx(0.8)
    assert (steady.basis, steady.loads) == (BASIS, 1)
    assert steady.idle_floor_w == pytest.approx(8.4)


def test_spread_between_blocks(tmp_path: Path) -> None:
    """On many codes the interval is that of the means of blocks."""
    chance = random.Random(3)
    load = [round(chance.gauss(20, 1)) * 0.4 for _ in range(400)]

    steady = _steady(tmp_path, [4.0] * 20 + load)

    gpu = steady.rails["VDD_GPU_SOC"]
    assert gpu.codes is not None
    assert gpu.codes > 3
    half = steady.high_w - steady.mean_w - (0.394 + 0.1) / 2
    assert 0.01 < half < 0.1


def test_voltage_that_varies_on_two_codes(tmp_path: Path) -> None:
    """What varies by a milliwatt is the voltage, not the code."""
    chance = random.Random(3)
    powers = [
        round(0.4 * codes + chance.randint(0, 3) / 1000, 3) for codes in [10] * 20 + [20] * 200
    ]

    steady = _steady(tmp_path, powers)

    assert steady.rails["VDD_GPU_SOC"].lsb_basis == "shunt"
    assert steady.rails["VDD_GPU_SOC"].lsb_w == pytest.approx(0.394)
    assert steady.rails["VDD_GPU_SOC"].codes == 1


def test_step_that_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("measure.tegrastats.steady.nominal_step", lambda module, rail: None)

    steady = _steady(tmp_path, [4.0] * 20 + [8.0] * 200)

    assert steady.rails["VDD_CPU_CV"].lsb_basis == "unknown"
    assert steady.rails["VDD_CPU_CV"].codes is None
    assert steady.lsb_w is None


def test_readings_that_lack_a_rail(tmp_path: Path) -> None:
    """A torn line is left out; the window is counted in lines of the log."""
    path = tmp_path / "log"
    text = log_of([4.0] * 20 + [8.0] * 200).splitlines()
    text.insert(0, text[0].split(" VDD_CPU_CV")[0])
    path.write_text("\n".join(text))

    steady = steady_power(read_log(path), ORIN)

    assert steady.window == (21 + 50, 221 - 10)
    assert steady.n == 140


def test_log_without_rails(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(log_of([4.0] * 20, rails=False))

    with pytest.raises(ConditionError, match=r"rail VDD_GPU_SOC is missing.*Found: no rail"):
        steady_power(read_log(path), ORIN)


def test_load_too_short(tmp_path: Path) -> None:
    with pytest.raises(ConditionError, match="no load in the log is long enough"):
        _steady(tmp_path, [4.0] * 20 + [8.0] * 30)


def test_interval_of_simulated_logs(tmp_path: Path) -> None:
    """Quantised rails, correlated noise and drift: the interval has the true mean in it."""
    chance = random.Random(9)
    covered = 0
    for _ in range(60):
        true, noise = chance.uniform(6, 20), chance.choice([0.02, 0.2, 0.6])
        drift = chance.choice([0.0, 0.5])
        walk, load = 0.0, []
        for place in range(300):
            walk = 0.8 * walk + 0.6 * chance.gauss(0, noise)
            load.append(true + walk + drift * (place - 170) / 300)
        watts = [3.0] * 20 + load + [3.0] * 20

        steady = _steady(tmp_path, [0.394 * round(power / 0.394) for power in watts])

        # The other two rails of the log stand still on 4.4 W.
        covered += steady.low_w <= true + 4.4 <= steady.high_w
        assert steady.high_w - steady.low_w < 3

    assert covered >= 57
