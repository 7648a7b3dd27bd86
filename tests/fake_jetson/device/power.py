"""Power modes and clocks of the fake: what nvpmodel and jetson_clocks write into /sys."""

from __future__ import annotations

from typing import Any

from tests.fake_jetson.device import common


def mode_by_id(number: int) -> dict[str, Any] | None:
    """Return a mode of the device."""
    modes = common.scenario()["modes"]
    return next((mode for mode in modes if mode["id"] == number), None)


def tpcs_of(mask: int, total: int) -> int:
    """Count the GPU's processing clusters that a mask leaves on."""
    return total - bin(mask).count("1")


def apply_mode(number: int) -> None:
    """Write the caps of a mode, as nvpmodel does, and let the clocks follow."""
    device = common.scenario()
    mode = mode_by_id(number) or device["modes"][0]
    board, layout, caps = device["board"], device["layout"], mode["caps"]
    for cpu in range(board["cpus"]):
        _put(f"/sys/devices/system/cpu/cpu{cpu}/online", int(cpu < mode["cpus"]))
        folder = f"/sys/devices/system/cpu/cpu{cpu}/cpufreq"
        _put(f"{folder}/scaling_max_freq", _capped(caps, "cpu", board["cpu_khz"], 1e3))
    last = mode["cpus"] - 1
    common.write("/sys/devices/system/cpu/online", f"0-{last}\n" if last else "0\n")
    gpu = _capped(caps, "gpu", board["gpu_hz"], 1e6)
    _put(f"{layout['devfreq']}/max_freq", gpu)
    _put(f"{layout['gpu']}/tpc_pg_mask", mode["tpc_mask"])
    emc = _capped(caps, "emc", board["emc_hz"], 1e6)
    _put(layout["emc_cap"], round(caps.get("emc", 0) * 1e6))
    _put("/sys/kernel/debug/bpmp/debug/clk/emc/rate", common.knob("emc_hz") or emc)
    _put("/sys/kernel/debug/clk/emc/clk_rate", common.knob("emc_hz") or emc)
    for domain, cap in layout["caps"].items():
        _put(cap, round(caps.get(domain, 0) * 1e6))
    for core in range(board["dla_cores"]):
        for kind, ceiling in (("core", board["dla_hz"]), ("falcon", board["falcon_hz"])):
            rate = _capped(caps, f"dla{core}_{kind}", ceiling, 1e6)
            if kind == "core":
                rate = common.knob("dla_hz") or rate
                _put(f"/sys/kernel/debug/bpmp/debug/clk/nafll_dla{core}_core/rate", rate)
            _put(f"/sys/kernel/debug/clk/dla{core}_{kind}/clk_rate", rate)
    common.write("/var/lib/nvpmodel/status", f"pmode:{mode['id']:04d}\n")
    set_floor(common.state()["pinned"])


def set_floor(pinned: bool) -> None:
    """Pin the clocks to their caps, or let them fall when nothing runs."""
    device = common.scenario()
    for cpu in range(device["board"]["cpus"]):
        folder = f"/sys/devices/system/cpu/cpu{cpu}/cpufreq"
        cap = int(common.read(f"{folder}/scaling_max_freq"))
        _put(f"{folder}/scaling_min_freq", cap if pinned else 729600)
        _put(f"{folder}/scaling_cur_freq", cap if pinned else 729600)
    folder = device["layout"]["devfreq"]
    cap = int(common.read(f"{folder}/max_freq"))
    _put(f"{folder}/min_freq", cap if pinned else 306000000)
    _put(f"{folder}/cur_freq", cap if pinned else 306000000)


def _capped(caps: dict[str, float], domain: str, ceiling: int, unit: float) -> int:
    """Return the clock under a cap."""
    return min(round(caps[domain] * unit), ceiling) if domain in caps else ceiling


def _put(absolute: str, value: int) -> None:
    common.write(absolute, f"{value}\n")
