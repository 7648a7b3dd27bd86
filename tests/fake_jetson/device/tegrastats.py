"""tegrastats: one line per interval, in the grammar of the release."""

from __future__ import annotations

import time

from tests.fake_jetson.device import common
from tests.fake_jetson.device.rights import is_root


def main(words: list[str]) -> int:
    """Print lines until somebody ends it."""
    interval = 1.0
    for index, word in enumerate(words):
        if word == "--interval":
            interval = int(words[index + 1]) / 1000
    totals: dict[str, float] = {}
    number = 0
    while True:
        number += 1
        common.say(line(totals, number))
        time.sleep(interval)


def line(totals: dict[str, float], number: int) -> str:
    """Return one line; the second number of a rail is the mean since the start."""
    device = common.scenario()
    root = is_root() and not common.knob("tegrastats_plain")
    parts = [time.strftime("%m-%d-%Y %H:%M:%S"), "RAM 4071/62841MB (lfb 88x4MB)"]
    parts.append("SWAP 0/31421MB (cached 0MB)")
    cpus = []
    for cpu in range(device["board"]["cpus"]):
        folder = f"/sys/devices/system/cpu/cpu{cpu}"
        mhz = int(common.read(f"{folder}/cpufreq/scaling_cur_freq") or 0) // 1000
        cpus.append(f"2%@{mhz}" if common.read(f"{folder}/online") == "1" else "off")
    parts.append(f"CPU [{','.join(cpus)}]")
    parts += _engines(device, root)
    for index, zone in enumerate(device["layout"]["zones"]):
        text = common.read(f"/sys/class/thermal/thermal_zone{index}/temp")
        if text:
            parts.append(f"{zone.lower().partition('-')[0]}@{int(text) / 1000:g}C")
    for rail in device["rails"]:
        volts = float(common.read(rail["voltage"]) or 0)
        watts = volts * float(common.read(rail["current"]) or 0) / 1000
        totals[rail["label"]] = totals.get(rail["label"], 0.0) + watts
        mean = totals[rail["label"]] / number
        parts.append(f"{rail['label']} {int(watts)}mW/{int(mean)}mW")
    return " ".join(parts)


def _engines(device: dict[str, object], root: bool) -> list[str]:
    """Return the fields of the accelerators, of which a plain user sees one."""
    layout: dict[str, str] = device["layout"]  # type: ignore[assignment]
    load = int(common.read(f"{layout['gpu']}/load") or 0) // 10
    if not root:
        return [f"GR3D_FREQ {load}%"]
    mhz = int(common.read(f"{layout['devfreq']}/cur_freq") or 0) // 1000000
    emc = int(common.read("/sys/kernel/debug/bpmp/debug/clk/emc/rate") or 0) // 1000000
    parts = [f"EMC_FREQ 7%@{emc}", f"GR3D_FREQ {load}%@[{mhz},{mhz}]", "NVENC off", "VIC off"]
    for core, folder in enumerate(layout["nvdla"]):
        rate = int(common.read(f"/sys/kernel/debug/clk/dla{core}_core/clk_rate") or 0) // 1000000
        active = common.read(f"{folder}/power/runtime_status") == "active"
        parts.append(f"NVDLA{core} 85%@{rate}" if active else f"NVDLA{core} off")
    return [*parts, "PVA0_FREQ off", "APE 174"]
