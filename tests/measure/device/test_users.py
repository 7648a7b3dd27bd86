from __future__ import annotations

import os
from pathlib import Path

import pytest

from measure.device.machine import Machine
from measure.device.users import Process, has_desktop, read_load, read_users
from tests.measure.device.devices import device


def processes(folder: Path, *rows: tuple[int, str, str]) -> Machine:
    """Return a device with processes: number, name and what one descriptor names."""
    machine = device(folder, {f"/proc/{pid}/comm": name + "\n" for pid, name, _ in rows})
    for pid, _, target in rows:
        if target:
            (folder / f"proc/{pid}/fd").mkdir()
            (folder / f"proc/{pid}/fd/3").symlink_to(target)
    return machine


def test_users(tmp_path: Path) -> None:
    """Who holds the accelerators, who installs and who draws is told apart."""
    machine = processes(
        tmp_path,
        (11, "systemd", "/dev/null"),
        (12, "trtexec", "/dev/nvhost-ctrl-nvdla0"),
        (13, "python3", "/dev/nvgpu/igpu0/ctrl"),
        (14, "unattended-upgr", "/dev/null"),
        (15, "Xorg", "/dev/nvhost-gpu"),
        (16, "secret", ""),
        (17, "sampler", "/dev/nvhost-gpu"),
    )
    users = read_users(machine, own=(17,))

    assert users.accelerators == (
        Process(12, "trtexec"),
        Process(13, "python3"),
        Process(15, "Xorg"),
    )
    assert users.packages == (Process(14, "unattended-upgr"),)
    assert users.desktop == (Process(15, "Xorg"),)
    assert users.hidden == 1


def test_who_only_waits_for_the_shutdown(tmp_path: Path) -> None:
    """Ubuntu's helper for the shutdown always runs, under the name that upgrades have, too."""
    python = "/usr/bin/python3"
    names = {21: "unattended-upgrade-shutdown", 22: "unattended-upgrade"}
    machine = processes(tmp_path, *((pid, name[:15], "/dev/null") for pid, name in names.items()))
    for pid, name in names.items():
        words = (python, f"/usr/share/unattended-upgrades/{name}", "--wait-for-signal")
        (tmp_path / f"proc/{pid}/cmdline").write_text("\0".join((*words, "")))

    assert read_users(machine).packages == (Process(22, "unattended-upgr"),)


def test_desktop(tmp_path: Path) -> None:
    """A desktop is known by its programs."""
    assert not has_desktop(processes(tmp_path, (31, "systemd", "")))
    assert has_desktop(processes(tmp_path, (32, "gnome-shell", "")))


def test_process_that_ended(tmp_path: Path) -> None:
    """A process that ends while it is looked at has no name and no files."""
    (tmp_path / "proc/99").mkdir(parents=True)

    assert read_users(device(tmp_path)).hidden == 1


def test_this_machine() -> None:
    """The process that asks is not among the others."""
    users = read_users(Machine(Path("/"), ()))
    listed = (*users.accelerators, *users.packages, *users.desktop)

    assert os.getpid() not in [process.pid for process in listed]


@pytest.mark.parametrize(
    ("text", "load"),
    [("0.08 0.05 0.01 1/412 2210\n", 0.08), ("12.40 1 1 1/1 1", 12.4), ("x", None), ("", None)],
)
def test_load(tmp_path: Path, text: str, load: float | None) -> None:
    """The first number is the load of the last minute."""
    assert read_load(device(tmp_path, {"/proc/loadavg": text})) == load


def test_no_load(tmp_path: Path) -> None:
    """A machine that has no such file has no load."""
    assert read_load(device(tmp_path)) is None
