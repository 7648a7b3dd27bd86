"""Where the files of a board lie, which differs between SoCs and releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fake_jetson.boards import Board


@dataclass(frozen=True)
class Layout:
    """Paths of one board under one release.

    Parameters
    ----------
    gpu, devfreq
        The GPU's device and its clock.
    nvdla
        The DLA cores' devices.
    emc_cap
        The file that caps the memory clock.
    caps
        The files that cap the clocks of the DLA and the PVA, by domain.
    uses_iio
        Whether the power monitors are iio devices, as under release 32.
    nodes
        What lies in /dev.
    """

    gpu: str
    devfreq: str
    nvdla: tuple[str, ...]
    emc_cap: str
    caps: dict[str, str]
    uses_iio: bool
    nodes: tuple[str, ...]
    i2c: str
    zones: tuple[str, ...]


def layout_of(board: Board, l4t: str) -> Layout:
    """Return the paths of a board under a release of Jetson Linux."""
    major = int(l4t.partition(".")[0])
    newer = major >= 36
    if board.soc == "tegra194":
        gpu, host1x = "/sys/devices/17000000.gv11b", "/sys/devices/platform/13e10000.host1x"
    elif newer:
        gpu = "/sys/devices/platform/bus@0/17000000.gpu"
        host1x = "/sys/devices/platform/bus@0/13e00000.host1x"
    else:
        gpu, host1x = "/sys/devices/17000000.ga10b", "/sys/devices/platform/13e40000.host1x"
    nvdla = tuple(
        f"{host1x}/{address}.nvdla{core}"
        for core, address in zip(range(board.dla_cores), ("15880000", "158c0000"), strict=False)
    )
    caps = {}
    for kind in ("core", "falcon"):
        for core, folder in enumerate(nvdla):
            caps[f"dla{core}_{kind}"] = f"{folder}/acm/clk_cap/dla{core}_{kind}"
    if board.dla_cores:
        for domain in ("pva_vps", "pva_axi"):
            caps[domain] = f"{host1x}/16000000.pva0/acm/clk_cap/{domain.replace('_', '0_')}"
    folder = "nvpmodel_emc_cap" if major <= 32 else "nvpmodel_clk_cap"
    nodes = ["/dev/nvhost-ctrl", "/dev/nvmap"]
    nodes += ["/dev/nvgpu/igpu0/ctrl"] if newer else ["/dev/nvhost-ctrl-gpu", "/dev/nvhost-gpu"]
    for core in range(board.dla_cores):
        nodes += [f"/dev/nvhost-nvdla{core}", f"/dev/nvhost-ctrl-nvdla{core}"]
    zones: tuple[str, ...] = (
        "cpu-thermal",
        "gpu-thermal",
        "cv0-thermal",
        "cv1-thermal",
        "soc0-thermal",
    )
    zones += ("soc1-thermal", "soc2-thermal", "tj-thermal")
    if not newer:
        zones = tuple(
            zone.replace("-thermal", "-therm").upper().replace("-THERM", "-therm") for zone in zones
        )
    return Layout(
        gpu=gpu,
        devfreq=f"{gpu}/devfreq/{gpu.rpartition('/')[2]}",
        nvdla=nvdla,
        emc_cap=f"/sys/kernel/{folder}/{'emc_iso_cap' if major <= 32 else 'emc'}",
        caps=caps,
        uses_iio=major <= 32,
        nodes=tuple(nodes),
        i2c="/sys/devices/platform/bus@0/c240000.i2c" if newer else "/sys/devices/c240000.i2c",
        zones=zones,
    )
