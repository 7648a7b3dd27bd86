"""The DLA as the kernel shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.device.machine import Machine

_STATUS = (
    "/sys/devices/platform/*host1x*/*.nvdla[0-9]/power/runtime_status",
    "/sys/devices/platform/bus@0/*host1x*/*.nvdla[0-9]/power/runtime_status",
)
_CORE = re.compile(r"nvdla(?P<core>[0-9])")


@dataclass(frozen=True)
class DlaNodes:
    """What the kernel has of the DLA."""

    status: dict[int, str] = field(default_factory=dict)
    """Core: active or suspended."""
    device_files: tuple[str, ...] = ()
    """Files that a program opens to use it; a container may lack them."""

    @property
    def cores(self) -> int:
        """How many cores the kernel drives."""
        return len(self.status)


def read_dla_nodes(machine: Machine) -> DlaNodes:
    """Return the DLA cores that the kernel drives and their device files."""
    status: dict[int, str] = {}
    for pattern in _STATUS:
        for path in machine.glob(pattern):
            match = _CORE.search(path)
            text = machine.read(path)
            if match and text:
                status[int(match["core"])] = text
    return DlaNodes(status, tuple(machine.glob("/dev/nvhost-*nvdla[0-9]")))
