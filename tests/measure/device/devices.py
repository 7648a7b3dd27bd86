"""Small devices made by hand: a few files and programs under a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.device.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ORIN = {
    "/proc/device-tree/compatible": "nvidia,p3737-0000+p3701-0005\0nvidia,p3701-0005\0"
    "nvidia,tegra234\0",
    "/proc/device-tree/model": "NVIDIA Jetson AGX Orin Developer Kit\0",
}
"""The device tree of an AGX Orin 64GB."""


def device(
    folder: Path,
    files: Mapping[str, str | bytes] | None = None,
    programs: Mapping[str, str] | None = None,
) -> Machine:
    """Return a device with these files, and these programs as shell scripts in /usr/bin."""
    for absolute, content in (files or {}).items():
        path = folder / absolute.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    for name, script in (programs or {}).items():
        path = folder / ("usr/bin/" + name if "/" not in name else name.lstrip("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
    machine = Machine(folder, (folder / "usr/bin", folder / "usr/src/tensorrt/bin"))
    assert machine.is_folder
    return machine
