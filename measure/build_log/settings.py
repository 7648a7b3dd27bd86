"""What a run was asked to do: from its option lines, else from its command line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from measure.build_log.grammar import switches_of

_SOC_OF_CAPABILITY = {"7.2": "xavier", "8.7": "orin"}
SOCS = ("xavier", "orin")
"""SoCs with a DLA, as the tables name them."""

_CORE = re.compile(r"(\d+)\s*(\(.*\))?")
_ENABLED = {"Enabled": True, "Disabled": False}
_PRECISION_SWITCHES = ("fp16", "bf16", "int8", "fp8", "int4")
STRONGLY_TYPED = "strongly typed"
"""What stands in place of precisions where the types come from the model."""


@dataclass
class Settings:
    """How a build was set up; ``None`` and empty where the log does not tell."""

    command: str = ""
    model: str = ""
    device: str = ""
    soc: str = ""
    dla_core: int | None = None
    uses_dla: bool | None = None
    gpu_fallback: bool | None = None
    standalone: bool | None = None
    precisions: list[str] = field(default_factory=list)
    calibration: str | None = None
    verbose: bool | None = None


def read_option(settings: Settings, text: str) -> None:
    """Take one ``key: value`` line of the option dump into account."""
    key, separator, value = text.partition(":")
    reader = _READERS.get(key)
    if reader and separator:
        reader(settings, value.strip())


def read_command(settings: Settings, command: str) -> None:
    """Take a command line into account; option lines that follow have the last word."""
    settings.command = command
    switches = switches_of(command)
    settings.model = settings.model or switches.get("onnx", "")
    settings.verbose = "verbose" in switches
    settings.gpu_fallback = "allowGPUFallback" in switches
    settings.standalone = bool({"buildDLAStandalone", "safe"} & set(switches))
    _read_core(settings, switches.get("useDLACore", ""))
    found = [name for name in _PRECISION_SWITCHES if name in switches]
    settings.precisions = ["fp32", *(["fp16", "int8"] if "best" in switches else found)]
    if "stronglyTyped" in switches:
        settings.precisions = [STRONGLY_TYPED]


def _read_core(settings: Settings, value: str) -> None:
    """Read ``0(With GPU fallback)``, ``0`` or nothing, which is the GPU."""
    found = _CORE.fullmatch(value)
    settings.uses_dla = found is not None
    if found:
        settings.dla_core = int(found.group(1))
        if found.group(2):
            settings.gpu_fallback = found.group(2) == "(With GPU fallback)"


def _read_fallback(settings: Settings, value: str) -> None:
    settings.gpu_fallback = _ENABLED.get(value, settings.gpu_fallback)


def _read_standalone(settings: Settings, value: str) -> None:
    settings.standalone = _ENABLED.get(value, settings.standalone)


def _read_verbose(settings: Settings, value: str) -> None:
    settings.verbose = _ENABLED.get(value, settings.verbose)


def _read_precision(settings: Settings, value: str) -> None:
    """Read ``FP32+FP16+INT8 (obey precision constraints)``, or ``Strongly Typed``."""
    names = value.partition(" (")[0].split("+")
    settings.precisions = [name.strip().lower() for name in names if name.strip()]


def _read_calibration(settings: Settings, value: str) -> None:
    settings.calibration = value


def _read_model(settings: Settings, value: str) -> None:
    settings.model = value or settings.model


def _read_device(settings: Settings, value: str) -> None:
    settings.device = value
    for soc in SOCS:
        if soc in value.lower():
            settings.soc = soc


def _read_capability(settings: Settings, value: str) -> None:
    settings.soc = settings.soc or _SOC_OF_CAPABILITY.get(value, "")


_READERS = {
    "DLACore": _read_core,
    "Allow GPU fallback for DLA": _read_fallback,
    "Build DLA standalone loadable": _read_standalone,
    "Verbose": _read_verbose,
    "Precision": _read_precision,
    "Calibration": _read_calibration,
    "Model": _read_model,
    "Selected Device": _read_device,
    "Compute Capability": _read_capability,
}
