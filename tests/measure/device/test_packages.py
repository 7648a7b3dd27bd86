from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.device.packages import package_versions, upstream
from tests.measure.device.devices import device

if TYPE_CHECKING:
    from pathlib import Path


def test_installed_ones(tmp_path: Path) -> None:
    """Packages that are installed count; removed ones and other lines don't."""
    script = (
        r"printf 'libnvinfer10\t10.3.0.30-1+cuda12.5\tii \n'"
        "\n"
        r"printf 'libnvinfer8:arm64\t8.6.2-1\tii \n'"
        "\n"
        r"printf 'tensorrt\t10.3.0.30-1\trc \nsomething else\n'"
        "\nexit 1"
    )
    machine = device(tmp_path, programs={"dpkg-query": script})

    assert package_versions(machine, "libnvinfer*") == {
        "libnvinfer10": "10.3.0.30-1+cuda12.5",
        "libnvinfer8": "8.6.2-1",
    }


def test_no_dpkg(tmp_path: Path) -> None:
    """Without dpkg nothing is known."""
    assert package_versions(device(tmp_path), "libnvinfer*") == {}


@pytest.mark.parametrize(
    ("version", "short"),
    [
        ("10.3.0.30-1+cuda12.5", "10.3.0.30"),
        ("8.2.1-1+cuda10.2", "8.2.1"),
        ("6.2+b77", "6.2"),
        ("36.4.3-20250107174145", "36.4.3"),
        ("1:2.3-1", "2.3"),
        ("", ""),
    ],
)
def test_upstream(version: str, short: str) -> None:
    """The version of the software is what its makers call it."""
    assert upstream(version) == short
