"""What a run was asked to do, as far as it changes the time: from the option dump."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict

from measure.build_log.grammar import switches_of
from measure.trtexec.flags import parses
from measure.trtexec.summary import NUMBER, finite

if TYPE_CHECKING:
    from measure.build_log.grammar import Line

Sections = Dict[str, Dict[str, str]]
"""Option dump: ``sections["Inference Options"]["Batch"]``."""

INCLUDED = "included"
EXCLUDED = "excluded"
UNKNOWN = "unknown"

_TITLE = re.compile(r"=== (.+?) ===")
_DUMPED = (" Options", "Device Information")
_OPTION = re.compile(r"(\w[^:]{0,79}):(.*)")
_MOST = 200
"""Options of a section that are kept; no version has that many."""
_LONGEST = 1000
_WARMUP = rf"\(\+? ?({NUMBER}) ?ms warm up\)"
"""Behind the duration; 7.0 has it behind the iterations."""
_DURATION = re.compile(rf"({NUMBER})s(?: {_WARMUP})?")
_ITERATIONS = re.compile(rf"(\d{{1,9}})(?: {_WARMUP})?")
_COUNT = re.compile(r"\d{1,9}")
_ENABLED = {"Enabled": True, "Disabled": False}

INFERENCE = "Inference Options"


class OptionReader:
    """Collect the option dump of one run."""

    def __init__(self) -> None:
        self.sections: Sections = {}
        self._section: dict[str, str] | None = None

    def read(self, line: Line) -> None:
        """Take a line into account."""
        title = _TITLE.fullmatch(line.text)
        if title:
            name = title.group(1)
            self._section = self.sections.setdefault(name, {}) if name.endswith(_DUMPED) else None
        if title or self._section is None:
            return
        option = _OPTION.fullmatch(line.text)
        if not option or line.level not in ("I", "") or len(self._section) >= _MOST:
            self._section = None
            return
        key, value = option.group(1).strip(), option.group(2).strip()
        # An option that has a line for each input is printed as often.
        before = self._section.get(key)
        self._section[key] = (f"{before}, {value}" if before else value)[:_LONGEST]


@dataclass(frozen=True)
class Conditions:
    """What changes the time of a run; ``None`` and ``unknown`` where nothing tells.

    Parameters
    ----------
    basis
        dump, or command where the log has no dump and the version's defaults are known.
    """

    transfers: str = UNKNOWN
    spin_wait: bool | None = None
    cuda_graph: bool | None = None
    streams: int | None = None
    warmup_ms: float | None = None
    duration_s: float | None = None
    iterations: int | None = None
    sparsity: str = ""
    """Disabled, Enabled or Force; empty if unknown."""
    basis: str = ""


def read_conditions(sections: Sections, command: str, tensorrt: str) -> Conditions:
    """Return the conditions of a run, from its option dump or else from its command."""
    options = sections.get(INFERENCE)
    if options:
        return _from_dump(options, sections.get("Build Options", {}))
    if command and tensorrt:
        return _from_command(switches_of(command), tensorrt)
    return Conditions()


def _from_dump(options: dict[str, str], build: dict[str, str]) -> Conditions:
    duration = _DURATION.fullmatch(options.get("Duration", ""))
    iterations = _ITERATIONS.fullmatch(options.get("Iterations", ""))
    warmups = [found.group(2) for found in (duration, iterations) if found and found.group(2)]
    transfers = _ENABLED.get(options.get("Data transfers", ""))
    if "Data transfers" not in options and "Spin-wait" in options:
        # Versions before 7.2 cannot leave them out, and have no such line.
        transfers = True
    return Conditions(
        transfers=_transfers(transfers),
        spin_wait=_ENABLED.get(options.get("Spin-wait", "")),
        cuda_graph=_ENABLED.get(options.get("CUDA Graph", "")),
        streams=_count(options.get("Inference Streams") or options.get("Streams", "")),
        warmup_ms=finite(warmups[0]) if warmups else None,
        duration_s=finite(duration.group(1)) if duration else None,
        iterations=int(iterations.group(1)) if iterations else None,
        sparsity=build.get("Sparsity", ""),
        basis="dump",
    )


def _from_command(switches: dict[str, str], tensorrt: str) -> Conditions:
    """Return what the switches say, and for the rest what the version does by itself."""
    # Version 11 turned the defaults round and brought switches for the old ones.
    turned = parses("includeDataTransfers", tensorrt)
    transfers = "includeDataTransfers" in switches if turned else "noDataTransfers" not in switches
    spin_wait = "noSpinWait" not in switches if turned else "useSpinWait" in switches
    graph = "noCudaGraph" not in switches if turned else "useCudaGraph" in switches
    return Conditions(
        transfers=_transfers(transfers),
        spin_wait=spin_wait,
        cuda_graph=graph and not (turned and "useDLACore" in switches),
        streams=_count(switches.get("infStreams") or switches.get("streams") or "1"),
        warmup_ms=_number(switches.get("warmUp") or "200"),
        duration_s=_number(switches.get("duration") or "3"),
        iterations=_count(switches.get("iterations") or "10"),
        basis="command",
    )


def _transfers(included: bool | None) -> str:
    return UNKNOWN if included is None else INCLUDED if included else EXCLUDED


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None


def _number(text: str) -> float | None:
    return finite(text) if re.fullmatch(NUMBER, text) else None
