"""Simulated devices: what a run writes down of them, with the truth known.

A rail has a level that drifts, noise whose readings follow each other, and a monitor whose gain is
off and that reads whole steps of current. Throughput varies between segments and drops where the
device throttles. All runs of a batch are simulated at once; what they would write down is then
read by the same functions that read a journal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.signal import lfilter

from measure.power.quantisation import power_step
from measure.power.railmap import RailMap, rail_map

BUS_V = 19.704
STEP_W = power_step(0.002, BUS_V)
RAILS: RailMap = rail_map(
    "jetson-agx-orin-64gb", ["VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0", "VDDQ_VDD2_1V8AO"]
)
GAIN_DEVIATION = 0.02 / 1.96
"""So that 95 % of monitors are within the 2 % that the intervals assume."""

LOAD_SAMPLES, HALF_SAMPLES = 500, 130
CORRELATION = 0.5
"""Of a reading with the one before it."""

LOADS = 21
"""Simulated for each run: the cap, and some for those that throttle."""
HOSTS = 2
BLOCKS = 55
BLOCK_NOISE = 0.004
THROTTLED_SHARE = 0.02


@dataclass(frozen=True)
class Noise:
    """How much the devices of a batch scatter; ranges are drawn from for each device."""

    idle_w: tuple[float, float]
    load_w: tuple[float, float]
    """Standard deviation of the readings of one rail."""
    drift_w: float
    """Largest change of a rail from the first to the last segment."""
    walk_w: float
    """Standard deviation of the change of a rail from segment to segment."""
    throughput: tuple[float, float]
    """Relative standard deviation between segments."""


QUIET = Noise((0.01, 0.06), (0.01, 0.08), 0.3, 0.01, (0.001, 0.003))
ORDINARY = Noise((0.05, 0.2), (0.1, 0.4), 0.5, 0.02, (0.001, 0.004))
NOISY = Noise((0.2, 0.5), (0.4, 1.0), 1.0, 0.05, (0.003, 0.02))


@dataclass(frozen=True)
class SimulatedRun:
    """One device: the truth, and the segments that a run on it wrote down."""

    images_per_second: float
    module_delta_w: float
    rail_delta_w: float
    segments: list[dict[str, Any]]
    throttled: int
    """Loads with a throttle step."""


def simulate(noise: Noise, runs: int, seed: int) -> list[SimulatedRun]:
    """Return simulated runs.

    Parameters
    ----------
    noise
        How the devices scatter.
    runs
        How many.
    seed
        Of everything drawn.
    """
    draw = np.random.default_rng(seed)
    rate = draw.uniform(20, 2000, runs)
    host = draw.uniform(0.05, 0.2, runs)
    delta = {
        "VDD_CPU_CV": draw.uniform(3, 10, runs),
        "VDD_GPU_SOC": draw.uniform(0.5, 2, runs),
        "VIN_SYS_5V0": draw.uniform(0.2, 1, runs),
    }
    share = _throughput(draw, noise, runs)
    throttled = draw.random((runs, LOADS)) < THROTTLED_SHARE
    gain = 1 + draw.normal(0, GAIN_DEVIATION, runs)
    rails = {
        name: _rail(draw, noise, watts, host, share * np.where(throttled, 0.9, 1), gain)
        for name, watts in delta.items()
    }
    rail_delta = delta["VDD_CPU_CV"] * (1 - host)
    return [
        SimulatedRun(
            float(rate[run]),
            float(sum(watts[run] for watts in delta.values())),
            float(rail_delta[run]),
            _segments(draw, run, rate[run] * share[run], throttled[run], rails),
            int(throttled[run].sum()),
        )
        for run in range(runs)
    ]


@dataclass(frozen=True)
class _Rail:
    """Mean watts and distinct codes, by run and by segment."""

    load: tuple[np.ndarray, np.ndarray]
    host: tuple[np.ndarray, np.ndarray]
    halves: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _throughput(draw: np.random.Generator, noise: Noise, runs: int) -> np.ndarray:
    """Return the throughput of each segment as a share of the true one."""
    spread = draw.uniform(*noise.throughput, runs)[:, None]
    return np.exp(spread * draw.normal(0, 1, (runs, LOADS)))


def _rail(
    draw: np.random.Generator,
    noise: Noise,
    delta: np.ndarray,
    host: np.ndarray,
    share: np.ndarray,
    gain: np.ndarray,
) -> _Rail:
    """Return what the monitor of one rail reads in all segments of all runs."""
    runs = len(delta)
    busy = LOADS + HOSTS
    times = np.arange(2 * busy + 1)
    base = draw.uniform(4, 9, runs)
    slope = draw.uniform(-noise.drift_w, noise.drift_w, runs) / len(times)
    walk = np.cumsum(draw.normal(0, noise.walk_w, (runs, len(times))), axis=1)
    level = base[:, None] + slope[:, None] * times + walk
    idle, active = level[:, 0::2], level[:, 1::2]
    idle_noise = draw.uniform(*noise.idle_w, runs)
    load_noise = draw.uniform(*noise.load_w, runs)
    return _Rail(
        _read(draw, active[:, :LOADS] + delta[:, None] * share, load_noise, gain, LOAD_SAMPLES),
        _read(draw, active[:, LOADS:] + (delta * host)[:, None], idle_noise, gain, LOAD_SAMPLES),
        (
            _read(draw, idle, idle_noise, gain, HALF_SAMPLES),
            _read(draw, idle, idle_noise, gain, HALF_SAMPLES),
        ),
    )


def _read(
    draw: np.random.Generator,
    true: np.ndarray,
    deviation: np.ndarray,
    gain: np.ndarray,
    samples: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of a monitor's readings of each level, and how many codes it gave."""
    means, codes = np.empty(true.shape), np.empty(true.shape, dtype=int)
    for run, levels in enumerate(true):
        read = readings(draw, gain[run] * levels, gain[run] * deviation[run], samples)
        means[run] = read.mean(axis=1) * STEP_W
        codes[run] = read.max(axis=1) - read.min(axis=1) + 1
    return means, codes


def readings(
    draw: np.random.Generator, levels: np.ndarray, deviation: float, samples: int
) -> np.ndarray:
    """Return what a monitor reads around some levels in watts, in whole steps.

    Parameters
    ----------
    draw
        Where chance comes from.
    levels
        One for each segment.
    deviation
        Of the noise, in watts.
    samples
        Readings of each segment.
    """
    white = draw.standard_normal((len(levels), samples), dtype=np.float32)
    coloured = lfilter([math.sqrt(1 - CORRELATION**2)], [1, -CORRELATION], white, axis=1)
    return np.round((levels[:, None] + deviation * coloured) / STEP_W).astype(np.int32)


def blocks_of(
    draw: np.random.Generator, rate: float, noise: float, step: tuple[int, int, float] | None = None
) -> list[float]:
    """Return the throughput of a segment second by second.

    Parameters
    ----------
    draw
        Where chance comes from.
    rate
        Images per second.
    noise
        Relative standard deviation of a block.
    step
        First block, length and share of the throughput that is lost where the device throttles.
    """
    blocks = rate * (1 + noise * draw.standard_normal(BLOCKS))
    if step is not None:
        start, length, loss = step
        blocks[start : start + length] *= 1 - loss
    return [float(block) for block in blocks]


def _segments(
    draw: np.random.Generator,
    run: int,
    rates: np.ndarray,
    throttled: np.ndarray,
    rails: dict[str, _Rail],
) -> list[dict[str, Any]]:
    """Return the records: idle, load, idle, load … idle, host, idle, host, idle."""
    records: list[dict[str, Any]] = []
    for place in range(LOADS + HOSTS + 1):
        records.append(_idle(run, place, rails))
        if place < LOADS:
            load = _busy("load", {name: rail.load for name, rail in rails.items()}, run, place)
            blocks = None
            if throttled[place]:
                length = int(draw.integers(6, 40))
                step = (int(draw.integers(0, BLOCKS - length)), length, 0.1 * BLOCKS / length)
                blocks = blocks_of(draw, rates[place], BLOCK_NOISE, step)
            records.append({**load, "images_per_second": float(rates[place]), "blocks": blocks})
        elif place < LOADS + HOSTS:
            host = {name: rail.host for name, rail in rails.items()}
            records.append(_busy("host", host, run, place - LOADS))
    return [{**record, "segment": number} for number, record in enumerate(records, start=1)]


def _busy(
    role: str, rails: dict[str, tuple[np.ndarray, np.ndarray]], run: int, place: int
) -> dict[str, Any]:
    power = {
        name: _power(means[run, place], codes[run, place]) for name, (means, codes) in rails.items()
    }
    return {"role": role, "pair": place + 1, "valid": True, "power": power}


def _idle(run: int, place: int, rails: dict[str, _Rail]) -> dict[str, Any]:
    halves = [
        {
            name: _power(rail.halves[half][0][run, place], rail.halves[half][1][run, place])
            for name, rail in rails.items()
        }
        for half in (0, 1)
    ]
    whole = {
        name: _power(
            (halves[0][name]["mean_w"] + halves[1][name]["mean_w"]) / 2,
            max(halves[0][name]["codes"], halves[1][name]["codes"]),
        )
        for name in rails
    }
    return {"role": "idle", "valid": True, "power": whole, "power_halves": halves}


def _power(mean_w: float, codes: int) -> dict[str, Any]:
    return {"mean_w": float(mean_w), "codes": int(codes), "lsb_w": STEP_W}
