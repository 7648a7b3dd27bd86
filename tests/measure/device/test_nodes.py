from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.device.nodes import DlaNodes, read_dla_nodes
from tests.measure.device.devices import device

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("host", ["13e10000.host1x", "13e40000.host1x", "bus@0/13e00000.host1x"])
def test_nodes(tmp_path: Path, host: str) -> None:
    """Cores are found where each release puts them, with the files that programs open."""
    top = f"/sys/devices/platform/{host}"
    files = {
        f"{top}/15880000.nvdla0/power/runtime_status": "active\n",
        f"{top}/158c0000.nvdla1/power/runtime_status": "suspended\n",
        f"{top}/15340000.vic/power/runtime_status": "active\n",
        "/dev/nvhost-ctrl-nvdla0": "",
        "/dev/nvhost-nvdla1": "",
        "/dev/nvhost-gpu": "",
    }
    nodes = read_dla_nodes(device(tmp_path, files))

    assert nodes.status == {0: "active", 1: "suspended"}
    assert nodes.cores == 2
    assert nodes.device_files == ("/dev/nvhost-ctrl-nvdla0", "/dev/nvhost-nvdla1")


def test_none(tmp_path: Path) -> None:
    """A status that can't be read is no core."""
    path = "/sys/devices/platform/13e40000.host1x/15880000.nvdla0/power/runtime_status"

    assert read_dla_nodes(device(tmp_path, {path: ""})) == DlaNodes()
