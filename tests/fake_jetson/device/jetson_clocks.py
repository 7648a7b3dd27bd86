"""jetson_clocks: shows, stores, pins and restores the clocks."""

from __future__ import annotations

import os
import sys

from tests.fake_jetson.device import common, power
from tests.fake_jetson.device.rights import is_root


def main(words: list[str]) -> int:
    """Answer one call."""
    if not is_root():
        common.say("Error: Please run as root(/usr/bin/jetson_clocks)")
        return 1
    kind = common.knob("jetson_clocks")
    if kind == "crash":
        common.say("/usr/bin/jetson_clocks: line 402: unexpected end of file")
        return 2
    if "--show" in words:
        return _show()
    option = next((word for word in words if word.startswith(("--store", "--restore"))), "")
    if option:
        position = words.index(option)
        file = words[position + 1] if position + 1 < len(words) else "/root/l4t_dfs.conf"
        file = file if file.startswith(common.ROOT) else common.path(file)
        return _store(file) if option == "--store" else _restore(file)
    if "--fan" in words:
        common.write("/sys/class/hwmon/hwmon0/pwm1", "255\n")
    common.change(lambda state: state.update(pinned=True))
    if kind != "ignored":
        power.set_floor(True)
    return 0


def _store(file: str) -> int:
    """Write the present clocks, after a question where the file is there."""
    if os.path.exists(file):
        common.say(f"File {file} already exists. Can I overwrite it? Y/N:")
        if sys.stdin.readline().strip() not in ("y", "Y"):
            common.say(f"Error: file {file} already exists!")
            return 1
    folder = common.scenario()["layout"]["devfreq"]
    lines = [
        f"{path}:{common.read(path)}"
        for path in (
            "/sys/devices/system/cpu/cpu0/cpufreq/scaling_min_freq",
            f"{folder}/min_freq",
            "/sys/class/hwmon/hwmon0/pwm1",
        )
    ]
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file, "w", encoding="ascii") as stored:
        stored.write("\n".join([*lines, f"pinned:{int(common.state()['pinned'])}", ""]))
    return 0


def _restore(file: str) -> int:
    """Put back what --store wrote."""
    if common.knob("jetson_clocks") == "restore_fails":
        common.say("Error: Failed to restore clocks")
        return 1
    try:
        with open(file, encoding="ascii") as stored:
            values = dict(line.rpartition(":")[::2] for line in stored.read().splitlines())
    except OSError:
        common.say(f"Error: {file} file not found !")
        return 1
    pinned = values.get("pinned") == "1"
    common.change(lambda state: state.update(pinned=pinned))
    power.set_floor(pinned)
    common.write("/sys/class/hwmon/hwmon0/pwm1", values["/sys/class/hwmon/hwmon0/pwm1"] + "\n")
    return 0


def _show() -> int:
    """Print all clocks."""
    device = common.scenario()
    board, layout = device["board"], device["layout"]
    common.say(f"SOC family:{board['soc']}  Machine:{common.read('/proc/device-tree/model')}")
    common.say(f"Online CPUs: {common.read('/sys/devices/system/cpu/online')}")
    for cpu in sorted(range(board["cpus"]), key=str):
        folder = f"/sys/devices/system/cpu/cpu{cpu}"
        values = {
            name: common.read(f"{folder}/cpufreq/scaling_{name}_freq")
            for name in ("min", "max", "cur")
        }
        common.say(
            f"cpu{cpu}: Online={common.read(folder + '/online')} Governor=schedutil "
            f"MinFreq={values['min']} MaxFreq={values['max']} CurrentFreq={values['cur']} "
            "IdleStates: WFI=1 c7=1 "
        )
    gpu = [common.read(f"{layout['devfreq']}/{name}_freq") for name in ("min", "max", "cur")]
    common.say(f"GPU MinFreq={gpu[0]} MaxFreq={gpu[1]} CurrentFreq={gpu[2]}")
    mask = int(common.read(f"{layout['gpu']}/tpc_pg_mask") or 0)
    common.say(f"Active GPU TPCs: {power.tpcs_of(mask, board['tpcs'])}")
    emc = common.read("/sys/kernel/debug/bpmp/debug/clk/emc/rate")
    common.say(f"EMC MinFreq=204000000 MaxFreq={board['emc_hz']} CurrentFreq={emc} FreqOverride=0")
    for core in range(board["dla_cores"]):
        for kind in ("core", "falcon"):
            rate = common.read(f"/sys/kernel/debug/clk/dla{core}_{kind}/clk_rate")
            name = f"DLA{core}_{kind.upper()}:"
            common.say(f"{name:<13}Online=1 MinFreq=0 MaxFreq={rate} CurrentFreq={rate}")
    fan = common.read("/sys/class/hwmon/hwmon0/pwm1")
    common.say(f"FAN Dynamic Speed Control=nvfancontrol hwmon0_pwm1={fan}")
    mode = power.mode_by_id(common.state()["mode"])
    common.say(f"NV Power Mode: {mode['name'] if mode else '?'}")
    return 0
