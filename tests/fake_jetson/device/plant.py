"""The physics of the fake: rails, clocks, load and heat follow what runs."""

from __future__ import annotations

import contextlib
import math
import os
import random
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fake_jetson.device import common, power

WIDTH = 12
"""Bytes a value fills, so that a reader never meets half of one."""
AMBIENT_C = 48.0
HOT_SURFACE_C = 70.0


@dataclass
class Plant:
    """Everything that moves; `step` writes the files as they are now."""

    tick_s: float = 0.008
    device: dict[str, Any] = field(default_factory=common.scenario)
    _files: dict[str, int] = field(default_factory=dict)
    _last: dict[str, str] = field(default_factory=dict)
    _celsius: float = AMBIENT_C
    _noise: random.Random = field(default_factory=lambda: random.Random(7))
    _busy_since: float = 0.0
    _throttles: int = 0
    _reverted: bool = False
    _then: float = 0.0
    _rebooted: float = 0.0

    def run(self) -> None:
        """Follow what runs until the folder goes or the parent dies."""
        parent = os.getppid()
        while os.getppid() == parent and os.path.exists(common.path("/.fake/scenario.json")):
            started = time.monotonic()
            self.step(started)
            time.sleep(max(self.tick_s - (time.monotonic() - started), 0.001))
        with contextlib.suppress(OSError):
            os.unlink(common.path(common.TICK))

    def step(self, now: float) -> None:
        """Write all files for one moment."""
        knobs = self.device["knobs"]
        loads = common.loads()
        dla = {core: duty for _, engine, core, duty in loads if engine == "dla"}
        gpu = max((duty for _, engine, _, duty in loads if engine == "gpu"), default=0.0)
        busy = bool(loads)
        self._busy_since = (self._busy_since or now) if busy else 0.0
        if not self.device.get("still"):
            self._rails(knobs, dla, gpu, busy)
        self._gpu(knobs, gpu, bool(dla))
        for core, folder in enumerate(self.device["layout"]["nvdla"]):
            self._put(f"{folder}/power/runtime_status", "active" if core in dla else "suspended")
            if knobs.get("dla_sinks"):
                rate = self.device["board"]["dla_hz"]
                rate = round(rate * knobs["dla_sinks"]) if core in dla else rate
                self._put(f"/sys/kernel/debug/bpmp/debug/clk/nafll_dla{core}_core/rate", str(rate))
        self._heat(knobs, now, len(dla) * 4 + gpu * 14)
        if busy:
            self._misfortunes(knobs, now)
        self._put(common.TICK, str(int(now * 1000)))

    def _rails(self, knobs: dict[str, Any], dla: dict[int, float], gpu: float, busy: bool) -> None:
        """Write volts and amperes, each in the steps of the monitor."""
        board = self.device["board"]
        dla_clock = _ratio("/sys/kernel/debug/clk/dla0_core/clk_rate", board["dla_hz"])
        gpu_clock = _ratio(f"{self.device['layout']['devfreq']}/max_freq", board["gpu_hz"])
        for rail in self.device["rails"]:
            label = rail["label"]
            watts = rail["idle_w"] + self._noise.gauss(0, 0.04 * rail["idle_w"] + 0.05)
            watts += rail["dla_w"] * dla_clock * sum(dla.values())
            watts += rail["gpu_w"] * gpu_clock * gpu
            if label in knobs.get("rails_stuck", ()):
                continue
            step_ma = 40000 / rail["shunt_micro_ohm"]
            volts_mv = rail["volts"] * 1000 - watts * 2 + self._noise.gauss(0, 3)
            volts_mv = round(volts_mv / 8) * 8
            current = max(math.floor(watts / volts_mv * 1e6 / step_ma + 0.5), 0) * step_ma
            if label in knobs.get("rails_absurd", ()):
                current = 3000000
            if busy and label in knobs.get("rails_lost", ()):
                self._lose(rail)
                continue
            self._put(rail["voltage"], str(volts_mv))
            self._put(rail["current"], str(round(current)))
            if rail["power"]:
                self._put(rail["power"], str(round(volts_mv * current / 1000)))

    def _lose(self, rail: dict[str, Any]) -> None:
        """Take a rail's files away, as when a meter is unplugged."""
        for kind in ("voltage", "current"):
            path = common.path(rail[kind])
            if os.path.exists(path):
                os.ftruncate(self._open(rail[kind]), 0)
                os.unlink(path)

    def _gpu(self, knobs: dict[str, Any], gpu: float, dla: bool) -> None:
        """Write the GPU's load and clock."""
        layout = self.device["layout"]
        load = 985 * gpu if gpu else (knobs.get("gpu_leak", 3) if dla else 0)
        self._put(f"{layout['gpu']}/load", str(round(load)))
        cap = int(common.read(f"{layout['devfreq']}/max_freq") or 0)
        low = int(common.read(f"{layout['devfreq']}/min_freq") or 0)
        now = cap if gpu else low
        if knobs.get("gpu_slow") and (gpu or dla):
            now = round(cap * float(knobs["gpu_slow"]))
        self._put(f"{layout['devfreq']}/cur_freq", str(now))

    def _heat(self, knobs: dict[str, Any], now: float, watts: float) -> None:
        """Let the temperatures follow the power, slowly."""
        tau = float(knobs.get("heat_s", 0.05))
        passed, self._then = min(now - (self._then or now), 1.0), now
        aim = AMBIENT_C + 0.6 * watts + float(knobs.get("hot_c", 0.0))
        self._celsius += (aim - self._celsius) * (1 - math.exp(-passed / tau))
        for number, name in enumerate(self.device["layout"]["zones"]):
            if not name.lower().startswith("cv"):
                milli = round(self._celsius * 1000 / 31.25) * 31.25 - 400 * (number > 0)
                self._put(f"/sys/class/thermal/thermal_zone{number}/temp", str(round(milli)))
        warns = self._celsius >= HOT_SURFACE_C
        self._put("/sys/class/thermal/cooling_device5/cur_state", str(int(warns)))

    def _misfortunes(self, knobs: dict[str, Any], now: float) -> None:
        """Let happen what is to happen while something runs."""
        ran = now - self._busy_since
        number = knobs.get("over_current")
        if number and ran > 0.1:
            self._throttles += 1
            self._put(f"/sys/class/hwmon/hwmon2/oc{number}_event_cnt", str(self._throttles))
        if knobs.get("throttling") and ran > 0.1:
            self._put("/sys/class/thermal/cooling_device4/cur_state", "3")
        if knobs.get("alarm") and ran > 0.1:
            rail = self.device["rails"][0]
            self._put(rail["current"].replace("_input", "_crit_alarm"), "1")
        if knobs.get("mode_reverts") is not None and not self._reverted and ran > 0.1:
            self._reverted = True
            back = int(knobs["mode_reverts"])
            common.change(lambda state: state.update(mode=back))
            power.apply_mode(back)
        if knobs.get("new_boot_id") and ran > 0.1 and self._rebooted != self._busy_since:
            self._rebooted = self._busy_since
            common.write("/proc/sys/kernel/random/boot_id", f"{now:020.6f}\n")
        if knobs.get("cpus_lost") and ran > 0.1:
            common.write("/sys/devices/system/cpu/online", "0-5\n")
            for cpu in range(6, self.device["board"]["cpus"]):
                common.write(f"/sys/devices/system/cpu/cpu{cpu}/online", "0\n")

    def _put(self, absolute: str, text: str) -> None:
        """Write a value at once, without a moment in which the file is empty."""
        if self._last.get(absolute) == text:
            return
        self._last[absolute] = text
        try:
            os.pwrite(self._open(absolute), f"{text}\n".ljust(WIDTH).encode(), 0)
        except OSError:
            self._last.pop(absolute, None)

    def _open(self, absolute: str) -> int:
        if absolute not in self._files:
            self._files[absolute] = os.open(common.path(absolute), os.O_WRONLY | os.O_CREAT, 0o644)
        return self._files[absolute]


def _ratio(absolute: str, ceiling: int) -> float:
    """Return a clock as a part of its ceiling."""
    text = common.read(absolute)
    return int(text) / ceiling if text.isdigit() and ceiling else 0.0


def main(_: list[str]) -> int:
    """Run the plant."""
    Plant(tick_s=float(common.knob("tick_s", 0.008))).run()
    return 0
