from __future__ import annotations

from pathlib import Path

import pytest

from measure.device.board import Board, read_board
from measure.tables import read_table
from tests.measure.build_log.logs import real_log
from tests.measure.device.devices import ORIN, device

COMPATIBLE, MODEL = "/proc/device-tree/compatible", "/proc/device-tree/model"


def board(folder: Path, compatible: str = "", model: str = "") -> Board:
    """Return what a device tree says."""
    return read_board(device(folder, {COMPATIBLE: compatible, MODEL: model}))


def test_agx_orin(tmp_path: Path) -> None:
    """The device tree's parts name the module."""
    found = read_board(device(tmp_path, ORIN))

    assert found == Board(
        module="jetson-agx-orin-64gb",
        compatible=("nvidia,p3737-0000+p3701-0005", "nvidia,p3701-0005", "nvidia,tegra234"),
        model="NVIDIA Jetson AGX Orin Developer Kit",
        soc="orin",
        expected_dla_cores=2,
    )
    assert found.is_jetson


@pytest.mark.parametrize(
    ("compatible", "model", "module", "soc", "cores"),
    [
        ("nvidia,p3768-0000+p3767-0001\0nvidia,tegra234", "", "jetson-orin-nx-8gb", "orin", 1),
        ("nvidia,p3768-0000+p3767-0005", "", "jetson-orin-nano-8gb", "orin", 0),
        ("nvidia,p2972-0000\0nvidia,tegra194", "Jetson-AGX", "jetson-agx-xavier", "xavier", 2),
        ("nvidia,p3509-0000+p3668-0001", "", "jetson-xavier-nx", "xavier", 2),
        ("nvidia,p4071-0000+p3834-0008", "", "jetson-agx-thor", "thor", 0),
        # The maker of a carrier replaced the model; the module is that of the parts.
        (
            "vendor,board\0nvidia,p3701-0005\0nvidia,tegra234",
            "EAI-I233",
            "jetson-agx-orin-64gb",
            "orin",
            2,
        ),
        # A module that the tables don't hold is not taken for the one in the model's words.
        ("nvidia,p3701-0008\0nvidia,tegra234", "NVIDIA Jetson AGX Orin 64GB", "", "orin", None),
        # Only the SoC is known: the model's words may tell the module, if only one fits.
        (
            "vendor,board\0nvidia,tegra194",
            "NVIDIA Jetson Xavier NX Developer Kit",
            "jetson-xavier-nx",
            "xavier",
            2,
        ),
        ("nvidia,tegra234", "NVIDIA Jetson AGX Orin Developer Kit", "", "orin", None),
        ("nvidia,tegra234", "Jetson Xavier NX", "", "orin", None),
        ("nvidia,p9999-0000\0nvidia,tegra999", "", "", "", None),
    ],
)
def test_modules(
    tmp_path: Path, compatible: str, model: str, module: str, soc: str, cores: int | None
) -> None:
    """Parts tell the module, else the model does, else it stays unknown."""
    found = board(tmp_path, compatible, model)

    assert (found.module, found.soc, found.expected_dla_cores) == (module, soc, cores)
    assert found.is_jetson


@pytest.mark.parametrize("compatible", ["", "raspberrypi,4-model-b\0brcm,bcm2711", "\xff\xff", "+"])
def test_no_jetson(tmp_path: Path, compatible: str) -> None:
    """Other boards, and none, are no Jetson."""
    assert not board(tmp_path, compatible, "A board").is_jetson


def test_nothing_at_all(tmp_path: Path) -> None:
    """A machine without a device tree has an empty board."""
    assert read_board(device(tmp_path)) == Board("", (), "", "", None)


def test_other_place_of_the_tree(tmp_path: Path) -> None:
    """Where /proc has no device tree, /sys has it."""
    files = {
        "/sys/firmware/devicetree/base/compatible": ORIN[COMPATIBLE],
        "/sys/firmware/devicetree/base/model": "x",
    }

    assert read_board(device(tmp_path, files)).module == "jetson-agx-orin-64gb"


def test_every_part_of_the_tables(tmp_path: Path) -> None:
    """Each part of a module leads to it, through a carrier nobody knows too."""
    modules = {row["module"]: row for row in read_table("reference/modules")}
    for number, row in enumerate(read_table("reference/boards")):
        found = board(tmp_path / str(number), f"nvidia,p0000-0000+{row['part']}\0")

        assert (found.module, found.soc) == (row["module"], row["soc"])
        assert not row["module"] or modules[row["module"]]["soc"] == row["soc"]


def test_real_models(tmp_path: Path) -> None:
    """What real boards call themselves tells the module only where one fits, as Thor's does."""
    path = Path(real_log("excerpts/devicetree_model_strings.txt"))
    lines = path.read_text(encoding="utf-8").splitlines()
    models = [line for line in lines if line and not line.startswith("#")]

    found = {model: board(tmp_path, "nvidia,x", model).module for model in models}

    assert len(found) >= 5
    assert {module for module in found.values() if module} == {"jetson-agx-thor"}
