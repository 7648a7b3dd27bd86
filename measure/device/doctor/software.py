"""Judge release, TensorRT and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from measure.device.doctor.report import OK, STOP, WARN, Check
from measure.device.machine import ROOT_PROGRAM
from measure.device.release import RELEASE_FILE, read_release
from measure.device.tensorrt import read_tensorrt, without_dla
from measure.target import resolve_target

if TYPE_CHECKING:
    from measure.device.board import Board
    from measure.device.machine import Machine
    from measure.device.release import Release
    from measure.device.tensorrt import TensorRT


def check_all(machine: Machine, board: Board, cores: int | None) -> Iterator[Check]:
    """Judge the software from L4T up to the DLA cores that TensorRT sees."""
    release = read_release(machine)
    tensorrt = read_tensorrt(machine)
    yield _check_l4t(release)
    yield _check_jetpack(release)
    yield _check_tensorrt(release, tensorrt, without_dla(board, tensorrt.version), board.soc)
    yield _check_trtexec(tensorrt)
    yield _check_cores(board, cores, tensorrt)


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
    if not no_dla:
        return Check(key, title, OK, f"{tensorrt.version} ({tensorrt.basis})")
    jetpack = f" of JetPack {release.jetpack}" if release.jetpack else ""
    found = f"{no_dla}: {tensorrt.version}{jetpack} ({tensorrt.basis})"
    return Check(key, title, STOP, found, _usable(soc))


def _usable(soc: str) -> str:
    """Return which release has a DLA."""
    release = resolve_target(soc=soc).release
    return f"the newest release whose DLA is simply usable is {release}"


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
    finished = machine.privileged("version")
    command = "python3 -m measure rights"
    if finished.ok:
        how = "as root" if machine.is_root else "through sudo"
        found = f"{ROOT_PROGRAM} {finished.output.strip()} runs {how}"
        return Check(key, title, OK, found)
    remedy = "neither power mode nor clocks can be set; this prints how they can"
    if finished.missing:
        found = f"{finished.words[0].rpartition('/')[2]} is missing"
    else:
        said = finished.output.strip().splitlines() or ["it gave no answer"]
        found = f"{ROOT_PROGRAM} does not run: {said[0]}"
    return Check(key, title, STOP, found, remedy, command)
