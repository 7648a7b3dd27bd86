from __future__ import annotations

import os
from pathlib import Path

import pytest

from measure.device import machine as door
from measure.device.machine import Machine
from tests.measure.device.devices import device

PRIV = "/usr/local/sbin/dla-measure-priv"


class TestHere:
    """Which machine is meant."""

    def test_this_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the variable it is this machine, its PATH, and where JetPack hides programs."""
        monkeypatch.delenv("DLA_MEASURE_ROOT", raising=False)
        monkeypatch.setenv("PATH", "/opt/bin::/usr/sbin")

        machine = Machine.here()

        assert Path("/") == machine.root
        assert not machine.is_folder
        assert list(map(str, machine.search)) == [
            "/opt/bin",
            "/usr/sbin",
            "/usr/src/tensorrt/bin",
            "/usr/local/sbin",
            "/sbin",
        ]
        assert machine.environment()["PATH"] == "/opt/bin::/usr/sbin"

    def test_a_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """A folder has its own programs and nothing of this machine."""
        monkeypatch.setenv("DLA_MEASURE_ROOT", str(tmp_path))

        machine = Machine.here()

        assert machine.is_folder
        assert machine.program("sh") is None
        assert all(tmp_path in folder.parents for folder in machine.search)
        environment = machine.environment()
        assert environment["DLA_MEASURE_ROOT"] == str(tmp_path)
        assert environment["PATH"].split(os.pathsep) == list(map(str, machine.search))


class TestRead:
    """What a file of a device can be."""

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            (b"11\n", "11"),
            (b"first\0second\0", "first\nsecond"),
            (b"", ""),
            (b"\xff\xfe", "��"),
        ],
    )
    def test_text(self, tmp_path: Path, content: bytes, text: str) -> None:
        """Text comes without NULs and line ends; bytes that are no text are replaced."""
        assert device(tmp_path, {"/f": content}).read("/f") == text

    def test_nothing(self, tmp_path: Path) -> None:
        """What can't be read is None: missing, a folder, a name that no file has."""
        machine = device(tmp_path, {"/folder/f": ""})

        assert machine.read("/missing") is None
        assert machine.read("/folder") is None
        assert machine.read("/a\0b") is None
        assert machine.read("/" + "n" * 300) is None

    def test_pipe_that_nobody_fills(self, tmp_path: Path) -> None:
        """A file that would make a reader wait doesn't."""
        os.mkfifo(tmp_path / "pipe")

        assert device(tmp_path).read("/pipe") == ""

    def test_try_again(self, tmp_path: Path) -> None:
        """A pipe that has a writer and no data answers EAGAIN, as a gated sensor does."""
        os.mkfifo(tmp_path / "pipe")
        writer = os.open(tmp_path / "pipe", os.O_RDWR)

        try:
            assert device(tmp_path).read("/pipe") is None
        finally:
            os.close(writer)

    def test_huge_file(self, tmp_path: Path) -> None:
        """Of a huge file only the beginning is read."""
        machine = device(tmp_path, {"/huge": b"x" * (door.LARGEST_READ + 10)})

        assert len(machine.read("/huge") or "") == door.LARGEST_READ

    @pytest.mark.parametrize(
        ("content", "number"),
        [
            ("48500\n", 48500),
            ("-256000", -256000),
            ("18446744073709551615", 18446744073709551615),
            ("1_000", None),
            ("٣", None),
            ("1.5", None),
            ("", None),
            ("9" * 5000, None),
        ],
    )
    def test_whole_numbers(self, tmp_path: Path, content: str, number: int | None) -> None:
        """Only what the kernel would write is a number."""
        assert device(tmp_path, {"/n": content}).read_int("/n") == number

    def test_missing_number(self, tmp_path: Path) -> None:
        """A missing file holds no number."""
        assert device(tmp_path).read_int("/n") is None


class TestFind:
    """Files and programs are found under the root only."""

    def test_glob(self, tmp_path: Path) -> None:
        """Patterns give device paths, whatever signs the folder's own name holds."""
        machine = device(tmp_path / "a[1]*", {"/sys/b1/x": "", "/sys/b0/x": "", "/sys/c/x": ""})

        assert machine.glob("/sys/b*/x") == ["/sys/b0/x", "/sys/b1/x"]
        assert machine.glob("sys/d*") == []

    def test_glob_of_this_machine(self) -> None:
        """Paths of this machine stay as they are."""
        assert Machine(Path("/"), ()).glob("/proc/self/sta[t]") == ["/proc/self/stat"]

    def test_links(self, tmp_path: Path) -> None:
        """Links are told by what they name, files are none."""
        machine = device(tmp_path, {"/fd/file": ""})
        (tmp_path / "fd/3").symlink_to("/dev/nvhost-ctrl")

        assert machine.links("/fd") == ["/dev/nvhost-ctrl"]
        assert machine.links("/missing") is None

    def test_program(self, tmp_path: Path) -> None:
        """A program is a file that may run; a folder or a plain file of that name isn't."""
        machine = device(tmp_path, {"/usr/bin/plain": ""}, {"tool": "exit 0"})
        (tmp_path / "usr/bin/folder").mkdir()

        assert machine.program("tool") == tmp_path / "usr/bin/tool"
        assert machine.program("plain") is None
        assert machine.program("folder") is None


class TestRun:
    """Programs of the device."""

    def test_missing(self, tmp_path: Path) -> None:
        """A missing program is said to be missing."""
        finished = device(tmp_path).run("tool", "-q")

        assert finished.missing
        assert not finished.ok
        assert (finished.words, finished.code) == (("tool", "-q"), 127)

    def test_sees_the_same_device(self, tmp_path: Path) -> None:
        """A program gets the folder of the device, its input and plain English."""
        script = 'read word; echo "$word $1 $LC_ALL $DLA_MEASURE_ROOT"'
        machine = device(tmp_path, programs={"tool": script})

        finished = machine.run("tool", "-x", stdin="NO\n")

        assert finished.output == f"NO -x C {tmp_path}\n"
        assert finished.words == (str(tmp_path / "usr/bin/tool"), "-x")


class TestPrivileged:
    """Verbs of the root program."""

    def test_not_installed(self, tmp_path: Path) -> None:
        """Without the program nothing runs."""
        machine = device(tmp_path, programs={"sudo": "echo ran"})

        finished = machine.privileged("read", "emc")

        assert finished.missing
        assert finished.words[0] == str(tmp_path) + PRIV

    def test_through_sudo(self, tmp_path: Path) -> None:
        """A folder's device is always asked through its sudo, without a question."""
        programs = {"sudo": "printf '%s\\n' \"$@\"", PRIV: "echo direct"}
        machine = device(tmp_path, programs=programs)

        finished = machine.privileged("set-mode", "2")

        assert not machine.is_root
        assert finished.output.split() == ["-n", str(tmp_path) + PRIV, "set-mode", "2"]

    def test_without_sudo(self, tmp_path: Path) -> None:
        """Where there is no sudo, it is sudo that is missing."""
        finished = device(tmp_path, programs={PRIV: "echo direct"}).privileged("read", "emc")

        assert finished.missing
        assert finished.words[0] == "sudo"

    def test_as_root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Root runs the program itself."""
        machine = device(tmp_path, programs={"sudo": "echo through sudo", PRIV: 'echo "$@"'})
        monkeypatch.setattr(Machine, "is_folder", property(lambda self: False))
        monkeypatch.setattr(os, "geteuid", lambda: 0)

        assert machine.privileged("clocks", "on").output == "clocks on\n"
