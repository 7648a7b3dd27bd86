"""The first record of a run: where, with what and how it is made."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure.run.code_version import code_version
from measure.run.rig import ONNXRUNTIME, TRTEXEC, Rig
from measure.run_folders import device_id

if TYPE_CHECKING:
    from measure.run.options import Options
    from measure.run.settings import Settings

PROTOCOL = "dla-ppw/1"


def run_record(
    options: Options, settings: Settings, rig: Rig, run: str, runs: Path
) -> dict[str, Any]:
    """Return the first record of a run: where, with what and how it is made."""
    return {
        **machine_record(rig, run, runs, PROTOCOL),
        "quick": settings.quick,
        "seed": options.seed,
        "ambient_c": options.ambient,
        "psu": options.psu,
        "clock_policy": options.clock_policy(rig.backend),
        "options": options.as_dict(),
    }


def machine_record(rig: Rig, run: str, runs: Path, protocol: str) -> dict[str, Any]:
    """Return what the first record of every run says, whatever it is about."""
    return {
        "type": "run",
        "run": run,
        "protocol": protocol,
        "quick": False,
        "device": device_id(runs),
        **rig.as_record(),
        "simulated": rig.backend == TRTEXEC and rig.machine.root != Path("/"),
        "runtime_version": _runtime_version(rig),
        "numpy": _version_of("numpy"),
        "command": ["python", "-m", "measure", *sys.argv[1:]],
        "code_version": code_version(),
        "python": platform.python_version(),
        "euid": os.geteuid(),
        "source": "",
        "note": "",
    }


def _runtime_version(rig: Rig) -> str:
    """Return the version of what runs the networks."""
    return _version_of("onnxruntime") if rig.backend == ONNXRUNTIME else rig.tensorrt.version


def _version_of(package: str) -> str:
    """Return the version of an installed package; empty if there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""
