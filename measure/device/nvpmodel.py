"""Read nvpmodel: the modes in its file, and the one in force."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from measure.device.lines import short_lines
from measure.device.power_mode import Modes, PowerMode, mode_key

if TYPE_CHECKING:
    from measure.device.machine import Machine

CONF = "/etc/nvpmodel.conf"
PROGRAM = "nvpmodel"
ANSWER_S = 30.0
"""Seconds for the program to answer."""

_SECTION = re.compile(r"<\s*(?P<kind>PARAM|POWER_MODEL|PM_CONFIG)\b(?P<rest>[^>]*)>?")
_PAIR = re.compile(r"(?P<name>[A-Z_]+)\s*=\s*(?P<value>\S+)")
_SETTING = re.compile(
    r"(?P<parameter>[A-Z0-9_]+)\s+(?P<argument>[A-Z0-9_]+)\s+(?P<value>-?[0-9]{1,20})"
)
_QUERY = re.compile(r"NV Power Mode\s*:\s*(?P<name>\S.*)")
_NUMBER = re.compile(r"[0-9]{1,4}")
_SAID = re.compile(r"NVPM (ERROR|WARN)\s*:\s*(?P<text>.+)")

_UNCAPPED = ((1 << 31) - 1, (1 << 64) - 1)
"""What the tool makes of -1, which means no cap in its file."""
_KHZ_PER_MHZ, _HZ_PER_MHZ = 1e3, 1e6
_DOMAINS = {
    "GPU": ("gpu",),
    "EMC": ("emc",),
    "DLA0_CORE": ("dla0_core",),
    "DLA1_CORE": ("dla1_core",),
    "DLA0_FALCON": ("dla0_falcon",),
    "DLA1_FALCON": ("dla1_falcon",),
    # Xavier with L4T 32 has one cap for both cores.
    "DLA_CORE": ("dla0_core", "dla1_core"),
    "DLA_FALCON": ("dla0_falcon", "dla1_falcon"),
    "PVA0_VPS": ("pva_vps",),
    "PVA0_VPS0": ("pva_vps",),
    "PVA0_AXI": ("pva_axi",),
    "PVA_VPS": ("pva_vps",),
    "PVA_AXI": ("pva_axi",),
}


def read_modes(machine: Machine) -> Modes:
    """Return the modes of the device and the one in force, with its caps where the file has it."""
    text = machine.read(CONF)
    modes = parse_conf(text or "")
    if text is None:
        modes = replace(modes, problem=f"{CONF} cannot be read")
    elif not modes.modes:
        modes = replace(modes, problem=f"{CONF} holds no power mode")
    else:
        digest = hashlib.sha256(machine.read_bytes(CONF) or b"").hexdigest()
        modes = replace(modes, conf_sha256=digest)
    finished = machine.run(PROGRAM, "-q", timeout=ANSWER_S)
    current = parse_query(finished.output)
    if current is not None:
        return replace(modes, current=_with_caps(current, modes.modes))
    if finished.missing:
        problem = f"the program {PROGRAM} is missing"
    elif finished.timed_out:
        problem = f"{PROGRAM} -q did not answer"
    else:
        said = (_SAID.search(line) for line in short_lines(finished.output))
        reasons = [match["text"].strip() for match in said if match]
        reason = reasons[0] if reasons else f"exit code {finished.code}"
        problem = f"{PROGRAM} -q names no mode: {reason}"
    return replace(modes, problem=modes.problem or problem)


def parse_conf(text: str) -> Modes:
    """Return the modes that a file of nvpmodel defines; what isn't its grammar is skipped."""
    modes: list[PowerMode] = []
    default: int | None = None
    inside = ""
    for whole in short_lines(text):
        line = whole.partition("#")[0].strip()
        section = _SECTION.match(line)
        if section:
            inside = section["kind"]
            pairs = {match["name"]: match["value"] for match in _PAIR.finditer(section["rest"])}
            if inside == "POWER_MODEL":
                name = pairs.get("NAME", "")
                modes.append(PowerMode(_mode_number(pairs.get("ID")), name, mode_key(name)))
            elif inside == "PM_CONFIG":
                default = _mode_number(pairs.get("DEFAULT"))
        elif inside == "POWER_MODEL":
            setting = _SETTING.fullmatch(line)
            if setting:
                value = int(setting["value"])
                modes[-1] = _with_setting(
                    modes[-1], setting["parameter"], setting["argument"], value
                )
    named = tuple(mode for mode in modes if mode.id is not None and mode.key)
    return Modes(named, default, None)


def parse_query(text: str) -> PowerMode | None:
    """Return number and name of the mode in what ``nvpmodel -q`` prints, also with --verbose.

    Other messages may stand before, after and between the two lines.
    """
    name = ""
    for line in short_lines(text):
        found = _QUERY.search(line)
        if found:
            name = found["name"].strip()
        elif name and _NUMBER.fullmatch(line):
            return PowerMode(int(line), name, mode_key(name))
    return PowerMode(None, name, mode_key(name)) if name else None


def _mode_number(text: str | None) -> int | None:
    """Return a mode's number; None for any other text."""
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _with_setting(mode: PowerMode, parameter: str, argument: str, value: int) -> PowerMode:
    """Return a mode with one more line of its section."""
    if parameter == "CPU_ONLINE":
        return replace(mode, cpu_online=(mode.cpu_online or 0) + (value == 1))
    if argument == "TPC_PG_MASK":
        return replace(mode, tpc_pg_mask=value)
    if argument != "MAX_FREQ":
        return mode
    if parameter.startswith("CPU_"):
        return _with_cap(mode, "cpu", value, _KHZ_PER_MHZ)
    for domain in _DOMAINS.get(parameter, ()):
        mode = _with_cap(mode, domain, value, _HZ_PER_MHZ)
    return mode


def _with_cap(mode: PowerMode, domain: str, value: int, per_mhz: float) -> PowerMode:
    """Return a mode with a cap; of several CPU clusters the highest one counts."""
    # The memory's cap is written as 0 where there is none; no clock runs at 0.
    cap = None if value <= 0 or value in _UNCAPPED else value / per_mhz
    before = mode.caps.get(domain, 0.0)
    highest = None if cap is None or before is None else max(cap, before)
    return replace(mode, caps={**mode.caps, domain: highest})


def _with_caps(current: PowerMode, modes: tuple[PowerMode, ...]) -> PowerMode:
    """Return the mode of the file that the query means; number and name must agree."""
    for mode in modes:
        if mode.key == current.key and current.id in (None, mode.id):
            return mode
    return current
