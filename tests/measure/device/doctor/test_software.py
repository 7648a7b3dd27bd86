from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.device.board import Board
from measure.device.doctor.software import check_all, check_rights
from measure.device.machine import Machine
from measure.device.tensorrt import probe_dla_cores
from tests.measure.device.devices import device

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.doctor.report import Check

ORIN = Board("jetson-agx-orin-64gb", (), "", "orin", 2)
TRTEXEC = "/usr/src/tensorrt/bin/trtexec"
PRIV = "/usr/local/sbin/dla-measure-priv"


def checks(
    folder: Path, l4t: str, version: str, cores: str, board: Board = ORIN
) -> dict[str, Check]:
    """Return the checks of a device with such software."""
    files = {}
    if l4t:
        major, _, rest = l4t.partition(".")
        files["/etc/nv_tegra_release"] = f"# R{major} (release), REVISION: {rest}, GCID: 1"
    programs = {}
    if version:
        programs["dpkg-query"] = rf"printf 'tensorrt\t{version}-1\tii \n'"
        programs[TRTEXEC] = "exit 1"
    if cores:
        programs["python3"] = f"echo num_DLA_cores {cores}"
    machine = device(folder, files, programs)
    return {check.key: check for check in check_all(machine, board, probe_dla_cores(machine, 10))}


def test_all_well(tmp_path: Path) -> None:
    """Software with a DLA is fine from L4T to the cores."""
    found = checks(tmp_path, "36.4.3", "10.3.0.30", "2")

    assert list(found) == ["l4t", "jetpack", "tensorrt", "trtexec", "dla_cores"]
    assert {check.verdict for check in found.values()} == {"ok"}
    assert found["jetpack"].found == "6.2"
    assert found["dla_cores"].found == "TensorRT sees 2; the module has 2"


def test_no_dla(tmp_path: Path) -> None:
    """A TensorRT without DLA is said to be that, and which release has one."""
    found = checks(tmp_path, "39.2.0", "10.16.2.10", "0")

    assert found["tensorrt"].verdict == found["dla_cores"].verdict == "stop"
    assert found["tensorrt"].found == (
        "this JetPack's TensorRT has no DLA: 10.16.2.10 of JetPack 7.2 (package tensorrt)"
    )
    assert "jetpack-6.2" in found["tensorrt"].remedy


def test_no_dla_on_an_unknown_release(tmp_path: Path) -> None:
    """Without a known JetPack the sentence names none."""
    found = checks(tmp_path, "", "10.16.2.10", "0")["tensorrt"].found

    assert found == "this JetPack's TensorRT has no DLA: 10.16.2.10 (package tensorrt)"


def test_nothing_installed(tmp_path: Path) -> None:
    """Missing software stops, with what installs it; an unknown release is to be noted."""
    found = checks(tmp_path, "", "", "")

    assert {key: check.verdict for key, check in found.items()} == {
        "l4t": "warn",
        "jetpack": "warn",
        "tensorrt": "stop",
        "trtexec": "stop",
        "dla_cores": "warn",
    }
    assert found["tensorrt"].command == "sudo apt install tensorrt"
    assert "without TensorRT" in found["dla_cores"].remedy


@pytest.mark.parametrize(
    ("cores", "expected", "verdict", "words"),
    [
        ("2", 2, "ok", "sees 2; the module has 2"),
        ("0", 0, "ok", "sees 0; the module has 0"),
        ("1", None, "ok", "sees 1; the module has unknown"),
        ("1", 2, "warn", "sees 1; the module has 2"),
        ("0", 2, "stop", "sees 0; the module has 2"),
        ("0", None, "stop", "sees 0; the module has unknown"),
        ("", 2, "warn", "could not be counted"),
    ],
)
def test_cores(tmp_path: Path, cores: str, expected: int | None, verdict: str, words: str) -> None:
    """None where some should be stops; another number is to be noted."""
    board = Board("", (), "", "orin", expected)
    check = checks(tmp_path, "36.4.3", "10.3.0.30", cores, board)["dla_cores"]

    assert check.verdict == verdict
    assert words in check.found


class TestRights:
    """Whether the root program runs."""

    def test_fine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It runs through sudo, or directly for root."""
        programs = {"sudo": 'shift; exec "$@"', PRIV: 'test "$1" = version && echo 1'}
        machine = device(tmp_path, programs=programs)

        assert check_rights(machine).found == f"{PRIV} 1 runs through sudo"
        monkeypatch.setattr(Machine, "is_root", property(lambda self: True))
        assert check_rights(machine).found == f"{PRIV} 1 runs as root"

    @pytest.mark.parametrize(
        ("programs", "found"),
        [
            ({}, "dla-measure-priv is missing"),
            ({PRIV: "exit 0"}, "sudo is missing"),
            (
                {PRIV: "exit 0", "sudo": "echo 'sudo: a password is required'; exit 1"},
                f"{PRIV} does not run: sudo: a password is required",
            ),
            (
                {PRIV: "exit 1", "sudo": 'shift; exec "$@"'},
                f"{PRIV} does not run: it gave no answer",
            ),
        ],
    )
    def test_missing(self, tmp_path: Path, programs: dict[str, str], found: str) -> None:
        """Whatever is missing stops, and one command prints how to get it."""
        check = check_rights(device(tmp_path, programs=programs))

        assert (check.verdict, check.found) == ("stop", found)
        assert check.command == "python3 -m measure rights"
