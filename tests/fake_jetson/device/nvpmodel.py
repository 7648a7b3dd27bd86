"""nvpmodel: asks for, lists and changes the power mode."""

from __future__ import annotations

import sys
import time

from tests.fake_jetson.device import common, power
from tests.fake_jetson.device.rights import is_root


def main(words: list[str]) -> int:
    """Answer one call."""
    kind = common.knob("nvpmodel")
    if kind == "crash":
        common.say("NVPM ERROR: Segmentation fault")
        return 139
    if kind == "hang":
        common.wait_forever()
    text = common.read("/etc/nvpmodel.conf")
    if "POWER_MODEL" not in text or "PM_CONFIG" not in text:
        common.say("NVPM ERROR: failed to open or parse /etc/nvpmodel.conf")
        return 255
    if "-p" in words:
        return _list(text)
    if "-m" in words:
        return _change(int(words[words.index("-m") + 1]))
    if "-q" in words:
        return _query("--verbose" in words)
    common.say("Usage: nvpmodel [-q|-p] [--verbose] [-m MODE]")
    return 1


def _query(verbose: bool) -> int:
    """Print the mode's name and id."""
    mode = power.mode_by_id(common.state()["mode"]) or {"name": "?", "id": -1}
    start = "NVPM VERB: Current mode: " if verbose else ""
    common.say(f"{start}NV Power Mode: {mode['name']}\n{mode['id']}")
    if verbose:
        for domain, path in common.scenario()["layout"]["caps"].items():
            if not is_root():
                common.say(f"NVPM ERROR: Error opening {path}: 13")
                continue
            cap = round(mode.get("caps", {}).get(domain, 0) * 1e6)
            common.say(
                f"NVPM VERB: PARAM {domain.upper()}: ARG MAX_FREQ: PATH {path}: "
                f"REAL_VAL: {common.read(path)} CONF_VAL: {cap}"
            )
    return 0


def _list(text: str) -> int:
    """Print the configuration as --verbose does."""
    for line in text.splitlines():
        if line.startswith("< PM_CONFIG"):
            common.say("NVPM VERB: PM_CONFIG: " + line[2:-2].partition(" ")[2])
    for line in text.splitlines():
        if line.startswith("< POWER_MODEL"):
            common.say("NVPM VERB: POWER_MODEL: " + line[2:-2].partition(" ")[2])
        elif line and not line.startswith(("#", "<", "/")) and "/" not in line:
            common.say("NVPM VERB: " + line)
    return 0


def _change(number: int) -> int:
    """Change the mode, unless it needs a reboot that nobody agrees to."""
    if not is_root():
        common.say("NVPM ERROR: failed to open /var/lib/nvpmodel/status: 13")
        return 255
    mode = power.mode_by_id(number)
    if mode is None:
        common.say(f"NVPM ERROR: Invalid power mode ID: {number}")
        return 255
    refused = common.knob("mode_refused")
    if refused is True or refused == mode["name"]:
        common.say("NVPM ERROR: failed to set power mode!")
        return 255
    now = power.mode_by_id(common.state()["mode"]) or mode
    if now["tpc_mask"] != mode["tpc_mask"]:
        return _ask_for_reboot(number)
    return _switch(now, mode)


def _switch(now: dict[str, object], mode: dict[str, object]) -> int:
    """Apply a mode at once; the exit code after taking CPUs away is the real one's: 255."""
    time.sleep(float(common.knob("switch_s", 0.0)))
    number = int(str(mode["id"]))
    common.change(lambda state: state.update(mode=number))
    if common.knob("mode_not_applied") not in (True, mode["name"]):
        power.apply_mode(number)
    return 255 if int(str(mode["cpus"])) < int(str(now["cpus"])) else 0


def _ask_for_reboot(number: int) -> int:
    """Ask whether to reboot and read the answer."""
    common.say("NVPM WARN: Golden image context is already created")
    common.say(f"NVPM WARN: Reboot required for changing to this power mode: {number}")
    common.say("NVPM WARN: DO YOU WANT TO REBOOT NOW? enter YES/yes to confirm:")
    answer = sys.stdin.readline()
    if not answer:
        common.say("NVPM WARN: bad input! There is no request for power mode")
        return 1
    if answer.strip() not in ("YES", "yes"):
        common.say("NVPM WARN: no request for power mode")
        return 1
    common.change(lambda state: state.update(pending=number))
    common.say("NVPM WARN: rebooting")
    request_reboot()
    return 0


def request_reboot() -> None:
    """Leave the wish to reboot where the owner of the folder finds it."""
    common.write("/.fake/reboot-requested", "")
