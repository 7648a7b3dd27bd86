from __future__ import annotations

import re
from pathlib import Path

import pytest

from measure.device.release import RELEASE_FILE, Release, jetpack_of, parse_release, read_release
from tests.measure.build_log.logs import real_log
from tests.measure.device.devices import device

JP62 = (
    "# R36 (release), REVISION: 4.3, GCID: 1, BOARD: generic, EABI: aarch64, DATE: Wed Jan 8\n"
    "# KERNEL_VARIANT: oot\nTARGET_USERSPACE_LIB_DIR=nvidia\n"
)


def test_file(tmp_path: Path) -> None:
    """The file of L4T states the release, its table the JetPack."""
    found = read_release(device(tmp_path, {RELEASE_FILE: JP62}))

    assert found == Release("36.4.3", "6.2", RELEASE_FILE)
    assert found.row is not None
    assert found.row["tensorrt"] == "10.3.0.30"


def packages(folder: Path, lines: str) -> Release:
    """Return the release that packages state."""
    return read_release(device(folder, programs={"dpkg-query": f"printf '{lines}'"}))


def test_packages(tmp_path: Path) -> None:
    """Without the file the package of L4T states the release."""
    found = packages(tmp_path, r"nvidia-l4t-core\t35.3.1-20230319081403\tii \n")

    assert found == Release("35.3.1", "5.1.1", "package nvidia-l4t-core")


def test_jetpack_alone(tmp_path: Path) -> None:
    """The package of JetPack is the last resort, if the tables know its version."""
    known = packages(tmp_path / "a", r"nvidia-jetpack\t6.2+b77\tii \n")
    unknown = packages(tmp_path / "b", r"nvidia-jetpack\t66.2+b77\tii \n")

    assert known == Release("", "6.2", "package nvidia-jetpack")
    assert unknown == Release("", "", "")
    assert unknown.row is None


def test_nothing(tmp_path: Path) -> None:
    """A machine without L4T has no release."""
    assert read_release(device(tmp_path)) == Release("", "", "")


@pytest.mark.parametrize(
    ("line", "l4t", "jetpack"),
    [
        ("# R32 (release), REVISION: 7.1, GCID: 1, BOARD: t186ref", "32.7.1", "4.6.1"),
        ("# R35 (release), REVISION: 6.2, GCID: 1", "35.6.2", "5.1.5"),
        ("# R36 (release), REVISION: 4.7, GCID: 1", "36.4.7", "6.2.1"),
        ("# R36 (release), REVISION: 4, GCID: 1", "36.4.0", "6.1"),
        ("# R39 (release), REVISION: 2.0, GCID: 1", "39.2.0", "7.2"),
        ("# R99 (release), REVISION: 1.0, GCID: 1", "99.1.0", ""),
        ("R36 REVISION 4.3", "", ""),
        ("#" * 100000, "", ""),
    ],
)
def test_lines(line: str, l4t: str, jetpack: str) -> None:
    """Ranges and lists of the tables hold for what lies in them."""
    assert parse_release(line) == l4t
    assert not l4t or jetpack_of(l4t) == jetpack


def test_real_lines() -> None:
    """Every line from real devices gives the release its header names."""
    text = Path(real_log("excerpts/nv_tegra_release_lines.txt")).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "REVISION" in line]

    found = [parse_release(line) for line in lines]

    assert len(found) >= 9
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", release) for release in found)
    assert {"32.6.1", "35.4.1", "36.4.3", "38.4.0"} <= set(found)
    assert jetpack_of("36.4.7") == "6.2.1"
