#!/usr/bin/python3 -I
"""Do, as root, the few things that measuring a Jetson needs; installed as dla-measure-priv.

Fixed verbs, no paths from the caller, no shell, nothing of the caller's environment. Where the
program lies says what it works on: in /usr/local/sbin on this machine, in FOLDER/usr/local/sbin
on a folder that stands for a device. Clocks are stored in two folders of root's own: those of
before the measurement, and those of the mode in force, which a reboot forgets.
"""

import os
import re
import subprocess
import sys

VERSION = "1"
USAGE = """usage: dla-measure-priv VERB, which is one of: set-mode NUMBER [reboot-yes],
clocks-store, clocks-on, clocks-off, clocks-restore, read dla0_core|dla1_core|emc,
unit-enable, unit-disable, version"""
PLACE = "/usr/local/sbin/dla-measure-priv"
BEFORE, IN_FORCE = "/var/lib/dla-measure-priv", "/run/dla-measure-priv"
DEBUG, BPMP = "/sys/kernel/debug/clk/", "/sys/kernel/debug/bpmp/debug/clk/"
DLA = f"{BPMP}nafll_dla/rate"
READABLE = {
    "dla0_core": (f"{BPMP}nafll_dla0_core/rate", f"{DEBUG}dla0_core/clk_rate", DLA),
    "dla1_core": (f"{BPMP}nafll_dla1_core/rate", f"{DEBUG}dla1_core/clk_rate", DLA),
    "emc": (f"{BPMP}emc/rate", f"{DEBUG}emc/clk_rate"),
}


def run(*words: str, home: str = "/root", answer: str = "") -> int:
    """Run a program of the system to its end."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LC_ALL": "C"}
    command = [ROOT + words[0], *words[1:]]
    return subprocess.run(command, env=environment, cwd="/", input=answer.encode()).returncode


def make_durable(path: str) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def clocks(option: str, folder: str) -> int:
    """Store clocks and fan such that a power cut leaves all or nothing, or restore them."""
    home = ROOT + folder
    if option == "--restore":
        return run("/usr/bin/jetson_clocks", option, f"{home}/clocks", home=home)
    os.makedirs(home, mode=0o700, exist_ok=True)
    if os.path.exists(f"{home}/new"):
        os.unlink(f"{home}/new")
    code = run("/usr/bin/jetson_clocks", option, f"{home}/new", home=home)
    if code or not os.path.exists(f"{home}/new"):
        return code or 1
    # jetson_clocks leaves the state of the fan beside the file.
    for name in os.listdir(home):
        make_durable(f"{home}/{name}")
    os.replace(f"{home}/new", f"{home}/clocks")
    make_durable(home)
    return 0


def pin(on: bool) -> int:
    """Pin clocks and fan at their highest, or take that back; both know if it is done already."""
    stored = ROOT + IN_FORCE + "/clocks"
    if on:
        code = 0 if os.path.exists(stored) else clocks("--store", IN_FORCE)
        return code or run("/usr/bin/jetson_clocks", "--fan", home=ROOT + IN_FORCE)
    code = clocks("--restore", IN_FORCE) if os.path.exists(stored) else 0
    if not code and os.path.exists(stored):
        os.unlink(stored)
    return code


def read(key: str) -> int:
    """Print a clock that only root may read."""
    path = next((ROOT + path for path in READABLE[key] if os.path.exists(ROOT + path)), None)
    if path:
        with open(path) as file:
            print(file.read().strip())
    return 0 if path else 1


def main(verb: str = "", *words: str) -> int:
    """Do what a verb says; anything but a known verb with what belongs to it ends with 2."""
    if verb == "set-mode" and words and re.fullmatch("[0-9]{1,3}", words[0]):
        if words[1:] in ((), ("reboot-yes",)):
            answer = "YES\n" if words[1:] else "NO\n"
            return run("/usr/sbin/nvpmodel", "-m", words[0], answer=answer)
    elif verb == "read" and len(words) == 1 and words[0] in READABLE:
        return read(words[0])
    elif verb in ("clocks-store", "clocks-restore") and not words:
        return clocks("--store" if verb == "clocks-store" else "--restore", BEFORE)
    elif verb in ("clocks-on", "clocks-off") and not words:
        return pin(verb == "clocks-on")
    elif verb in ("unit-enable", "unit-disable") and not words:
        return run("/usr/bin/systemctl", verb[len("unit-") :], "dla-measure-resume.service")
    elif verb == "version" and not words:
        print(VERSION)
        return 0
    print(USAGE, file=sys.stderr)
    return 2


def find_root(path: str) -> str:
    """Return the folder that stands for the device, empty for this machine, or end."""
    path = os.path.realpath(path)
    if path == PLACE:
        return ""
    # A second name of the installed program would make the device of a folder of the caller's,
    # who may also change what lies there while this is looked at.
    is_own = os.stat(os.path.dirname(path)).st_uid == os.geteuid()
    if not (path.endswith(PLACE) and is_own and os.stat(path).st_nlink == 1):
        sys.exit(f"this program works as {PLACE} only")
    return path[: -len(PLACE)]


ROOT = find_root(__file__) if __name__ == "__main__" else ""

if __name__ == "__main__":
    os.umask(0o022)
    try:
        sys.exit(main(*sys.argv[1:]))
    except OSError as error:
        sys.exit(f"dla-measure-priv: {error}")
