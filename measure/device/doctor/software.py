"""Judge release, TensorRT and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from measure.device.doctor.report import OK, STOP, WARN, Check
from measure.device.machine import ROOT_PROGRAM
from measure.device.release import RELEASE_FILE, read_release
from measure.device.tensorrt import probe_dla_cores, read_tensorrt, without_dla
from measure.errors import UserError
from measure.target import resolve_target

if TYPE_CHECKING:
    from measure.device.board import Board
    from measure.device.machine import Machine
    from measure.device.release import Release
    from measure.device.tensorrt import TensorRT

_HARMLESS = ("read", "emc")
"""Words for the root program that change nothing."""


def check_all(machine: Machine, board: Board, probe_s: float) -> Iterator[Check]:
    """Judge the software from L4T up to the DLA cores that TensorRT sees."""
    release = read_release(machine)
    tensorrt = read_tensorrt(machine)
    yield _check_l4t(release)
    yield _check_jetpack(release)
    yield _check_tensorrt(release, tensorrt, without_dla(board, tensorrt.version), board.soc)
    yield _check_trtexec(tensorrt)
    yield _check_cores(board, probe_dla_cores(machine, probe_s), tensorrt)


def _check_l4t(release: Release) -> Check:
    key, title = "l4t", "L4T"
    if release.l4t:
        return Check(key, title, OK, f"{release.l4t} ({release.basis})")
    remedy = f"{RELEASE_FILE} is missing or unreadable; rows will not say the release"
    return Check(key, title, WARN, "unknown", remedy)


def _check_jetpack(release: Release) -> Check:
    key, title = "jetpack", "JetPack"
    if release.jetpack:
        return Check(key, title, OK, release.jetpack)
    remedy = "the tables know no JetPack with this L4T; add it to data/reference/releases.csv"
    return Check(key, title, WARN, "unknown", remedy)


def _check_tensorrt(release: Release, tensorrt: TensorRT, no_dla: str, soc: str) -> Check:
    key, title = "tensorrt", "TensorRT"
    if not tensorrt.version:
        return Check(key, title, STOP, "none found", "install it", "sudo apt install tensorrt")
    found = f"{tensorrt.version} ({tensorrt.basis})"
    if not no_dla:
        return Check(key, title, OK, found)
    jetpack = f"JetPack {release.jetpack}, " if release.jetpack else ""
    return Check(key, title, STOP, f"{no_dla} ({jetpack}TensorRT {found})", _usable(soc))


def _usable(soc: str) -> str:
    """Return which release would have a DLA."""
    try:
        release = resolve_target(soc=soc).release
    except UserError:
        return "only the GPU can be measured here"
    return f"the newest release with a simply usable DLA is {release}"


def _check_trtexec(tensorrt: TensorRT) -> Check:
    key, title = "trtexec", "trtexec"
    if tensorrt.trtexec is not None:
        return Check(key, title, OK, str(tensorrt.trtexec))
    remedy = "it comes with a package of JetPack and lies in /usr/src/tensorrt/bin"
    return Check(key, title, STOP, "missing", remedy, "sudo apt install libnvinfer-bin")


def _check_cores(board: Board, cores: int | None, tensorrt: TensorRT) -> Check:
    """Judge how many DLA cores TensorRT sees against how many the module has."""
    key, title, expected = "dla_cores", "DLA cores", board.expected_dla_cores
    wanted = "unknown" if expected is None else str(expected)
    if cores is None:
        remedy = (
            "neither Python's tensorrt nor trtexec could be asked"
            if tensorrt.version
            else "without TensorRT nobody can be asked"
        )
        return Check(key, title, WARN, f"could not be counted; the module has {wanted}", remedy)
    found = f"TensorRT sees {cores}; the module has {wanted}"
    if cores == expected or (cores and expected is None):
        return Check(key, title, OK, found)
    remedy = (
        "a TensorRT without DLA, or a container without its device files"
        if cores == 0
        else "the tables and the device disagree; the run takes the cores that TensorRT sees"
    )
    return Check(key, title, WARN if cores else STOP, found, remedy)


def check_rights(machine: Machine) -> Check:
    """Judge whether modes and clocks can be set without a password."""
    key, title = "rights", "rights"
    finished = machine.privileged(*_HARMLESS)
    install = "python3 -m measure rights"
    if finished.missing:
        missing = finished.words[0].rpartition("/")[2]
        remedy = "without it neither power mode nor clocks can be set; this prints how"
        return Check(key, title, STOP, f"{missing} is missing", remedy, install)
    if finished.timed_out or finished.output.startswith("sudo:"):
        remedy = f"sudo must let you run {ROOT_PROGRAM} without a password; this prints how"
        return Check(key, title, STOP, "sudo asks for a password", remedy, install)
    how = "as root" if machine.is_root else "through sudo"
    return Check(key, title, OK, f"{ROOT_PROGRAM} runs {how}")
