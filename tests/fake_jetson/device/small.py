"""The small programs: dpkg-query, systemctl, reboot and Python with TensorRT."""

from __future__ import annotations

import fnmatch
import os
import sys

from tests.fake_jetson.device import common
from tests.fake_jetson.device.nvpmodel import request_reboot
from tests.fake_jetson.device.rights import is_root


def dpkg_query(words: list[str]) -> int:
    """Print the packages that match, in the format asked for."""
    form = "${Package}\\t${Version}\\n"
    patterns = []
    for index, word in enumerate(words):
        if word.startswith(("--showformat=", "-f=")):
            form = word.partition("=")[2]
        elif word.startswith("-f"):
            form = word[2:] or words[index + 1]
        elif not word.startswith("-") and words[index - 1] != "-f":
            patterns.append(word)
    found = False
    for name, version in sorted(common.scenario()["packages"].items()):
        if not patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            found = True
            values = {"Package": name, "Version": version, "Architecture": "arm64"}
            values.update({"db:Status-Abbrev": "ii ", "Status": "install ok installed"})
            text = form
            for key, value in values.items():
                text = text.replace(f"${{{key}}}", value)
            sys.stdout.write(text.replace("\\n", "\n").replace("\\t", "\t"))
    if not found:
        sys.stderr.write(f"dpkg-query: no packages found matching {' '.join(patterns)}\n")
    return 0 if found else 1


def systemctl(words: list[str]) -> int:
    """Enable and disable units, and reboot."""
    words = [word for word in words if not word.startswith("-")]
    verb, units = (words[0] if words else "status"), words[1:]
    if verb in ("is-active", "is-enabled"):
        known = common.state()["units"] if verb == "is-enabled" else common.knob("active_units", [])
        states = [unit in known for unit in units]
        for active in states:
            common.say(verb[3:] if active else _not(verb))
        return 0 if all(states) else 3
    if not is_root():
        common.say("Failed to connect: Interactive authentication required.")
        return 1
    if verb == "reboot":
        request_reboot()
    elif verb in ("enable", "disable"):
        return _enable(verb, units)
    return 0


def _not(verb: str) -> str:
    return "inactive" if verb == "is-active" else "disabled"


def _enable(verb: str, units: list[str]) -> int:
    """Enable or disable units that have a file."""
    for unit in units:
        name = unit if unit.endswith((".service", ".target")) else unit + ".service"
        if verb == "enable" and not os.path.exists(common.path(f"/etc/systemd/system/{name}")):
            common.say(f"Failed to enable unit: Unit file {name} does not exist.")
            return 1

    def edit(state: dict[str, list[str]]) -> None:
        kept = [unit for unit in state["units"] if unit not in units]
        state["units"] = kept + (units if verb == "enable" else [])

    common.change(edit)
    return 0


def reboot(_: list[str]) -> int:
    """Reboot."""
    if not is_root():
        common.say("Failed to set wall message: Access denied")
        return 1
    request_reboot()
    return 0


def python3(words: list[str]) -> int:
    """Run a short program; TensorRT can be imported where the device has its package."""
    if words[:1] != ["-c"]:
        common.say("Python 3.10.12")
        return 0
    if common.knob("tensorrt_python", True):
        sys.path.insert(0, os.path.join(os.path.dirname(__file__), "site"))
    sys.argv = ["-c", *words[2:]]
    exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})
    return 0
