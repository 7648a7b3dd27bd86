from __future__ import annotations

from pathlib import Path

import pytest

from measure.device.packages import package_versions, upstream
from tests.measure.build_log.logs import real_log
from tests.measure.device.devices import device

_PRINT = 'while read -r line || test "$line"; do echo "$line"; done <"$DLA_MEASURE_ROOT/listed"'


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


def test_real_packages(tmp_path: Path) -> None:
    """The packages of a real JetPack 4.6 give its TensorRT."""
    path = Path(real_log("excerpts/dpkg_nvinfer_jp46_r32.txt"))
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [f"{row[1]}\t{row[2]}\tii " for row in rows if row[:1] == ["ii"]]
    listed = device(tmp_path, {"/listed": "\n".join(lines)}, {"dpkg-query": _PRINT})
    found = package_versions(listed, "libnvinfer*")

    assert len(found) == len(lines) > 5
    assert upstream(found["libnvinfer8"]) == "8.2.1"
