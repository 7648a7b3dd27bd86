"""The program that runs as root does its fixed verbs and nothing else."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from measure.device.clocks import DEBUG_CLOCKS
from measure.root import dla_measure_priv as program
from tests.measure.test_command_line import find_python

SOURCE = Path(program.__file__)
RECORDING = """\
#!{python} -IS
import json, os, sys
with open({log!r}, "a") as log:
    said = "" if sys.stdin.isatty() else sys.stdin.read()
    record = [os.path.basename(sys.argv[0]), sys.argv[1:], said, sorted(os.environ.items())]
    log.write(json.dumps([*record, os.getcwd()]) + "\\n")
if "--store" in sys.argv and not os.path.exists({log!r} + ".no-store"):
    open(sys.argv[sys.argv.index("--store") + 1], "w").write("stored")
print("output of", os.path.basename(sys.argv[0]))
sys.exit(int(open({log!r} + ".code").read()))
"""


@dataclass
class Device:
    """A folder with the root program, and programs that record how they were called."""

    root: Path
    python: str

    def __post_init__(self) -> None:
        self.log = self.root / "log"
        self.place = self.root / "usr/local/sbin/dla-measure-priv"
        for folder in ("usr/local/sbin", "usr/sbin", "usr/bin", "run", "var/lib"):
            (self.root / folder).mkdir(parents=True)
        for name in ("usr/sbin/nvpmodel", "usr/bin/jetson_clocks", "usr/bin/systemctl"):
            path = self.root / name
            path.write_text(RECORDING.format(python=sys.executable, log=str(self.log)))
            path.chmod(0o755)
        _, _, text = SOURCE.read_text().partition("\n")
        self.place.write_text(f"#!{self.python} -IS\n{text}")
        self.place.chmod(0o755)
        self.code(0)

    def code(self, number: int) -> None:
        """Say how the programs end."""
        Path(f"{self.log}.code").write_text(str(number))

    def do(self, *words: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the program as somebody does who would like it to do something else."""
        environment = {
            "PATH": str(self.root / "evil"),
            "LD_PRELOAD": "",
            "PYTHONPATH": str(self.root / "evil"),
            "DLA_MEASURE_ROOT": str(self.root / "evil"),
            "SECRET": "x",
        }
        return subprocess.run(
            [str(path or self.place), *words],
            env=environment,
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    @property
    def calls(self) -> list[list[object]]:
        """The programs that were called: name, words, input."""
        if not self.log.exists():
            return []
        return [ast.literal_eval(line)[:3] for line in self.log.read_text().splitlines()]


@pytest.fixture
def device(tmp_path: Path) -> Device:
    """Return a device in a folder."""
    return Device(tmp_path / "device", sys.executable)


@pytest.fixture(params=["3.8", "3.10", "3.11"])
def any_device(request: pytest.FixtureRequest, tmp_path: Path) -> Device:
    """Return a device for each Python that a JetPack may have."""
    python = find_python(request.param)
    if python is None:
        pytest.skip(f"no Python {request.param}")
    real = subprocess.check_output([python, "-c", "import sys; print(sys.executable)"], text=True)
    return Device(tmp_path / "device", real.strip())


def test_is_small_and_alone() -> None:
    """It imports four modules of the standard library, and can be read in one sitting."""
    imported = [
        alias.name
        for node in ast.walk(ast.parse(SOURCE.read_text()))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    ]

    assert imported == ["os", "re", "subprocess", "sys"]
    assert SOURCE.read_text().startswith("#!/usr/bin/python3 -I\n")
    assert len(SOURCE.read_text().splitlines()) < 130


def test_knows_the_clocks_that_are_read() -> None:
    """Its table of files is that of the part that reads them without root where it can."""
    assert program.READABLE == DEBUG_CLOCKS


def test_set_mode(any_device: Device) -> None:
    """The mode is a number, and the answer is no unless the reboot is agreed to."""
    any_device.code(255)

    first, second = any_device.do("set-mode", "3"), any_device.do("set-mode", "12", "reboot-yes")

    assert (first.returncode, second.returncode) == (255, 255)
    assert first.stdout == "output of nvpmodel\n"
    assert any_device.calls == [
        ["nvpmodel", ["-m", "3"], "NO\n"],
        ["nvpmodel", ["-m", "12"], "YES\n"],
    ]


def test_clocks_of_before(device: Device) -> None:
    """They are stored and restored in a folder that only root may look into."""
    kept = device.root / "var/lib/dla-measure-priv"

    assert device.do("clocks-store").returncode == 0
    assert device.do("clocks-store").returncode == 0
    assert device.do("clocks-restore").returncode == 0
    assert device.calls == [
        ["jetson_clocks", ["--store", f"{kept}/new"], ""],
        ["jetson_clocks", ["--store", f"{kept}/new"], ""],
        ["jetson_clocks", ["--restore", f"{kept}/clocks"], ""],
    ]
    assert [path.name for path in kept.iterdir()] == ["clocks"]
    assert kept.stat().st_mode & 0o777 == 0o700


def test_clocks_of_a_mode(device: Device) -> None:
    """They are stored before they are pinned, once a mode, and taken back once."""
    own = device.root / "run/dla-measure-priv"
    codes = [
        device.do(verb).returncode
        for verb in ("clocks-off", "clocks-on", "clocks-on", "clocks-off", "clocks-off")
    ]

    assert codes == [0] * 5
    assert device.calls == [
        ["jetson_clocks", ["--store", f"{own}/new"], ""],
        ["jetson_clocks", ["--fan"], ""],
        ["jetson_clocks", ["--fan"], ""],
        ["jetson_clocks", ["--restore", f"{own}/clocks"], ""],
    ]


def test_clocks_that_cannot_be_taken_back(device: Device) -> None:
    """What could not be restored stays for the next attempt."""
    device.do("clocks-on")
    device.code(1)

    assert device.do("clocks-off").returncode == 1

    device.code(0)
    assert device.do("clocks-off").returncode == 0
    assert len(device.calls) == 4


def test_store_that_fails(device: Device) -> None:
    """A store of before is kept until the new one is whole; without one nothing is pinned."""
    device.do("clocks-store")
    device.code(7)

    assert device.do("clocks-store").returncode == 7
    assert device.do("clocks-on").returncode == 7
    assert (device.root / "var/lib/dla-measure-priv/clocks").read_text() == "stored"
    device.code(0)
    Path(f"{device.log}.no-store").touch()
    (device.root / "var/lib/dla-measure-priv/new").unlink()
    assert device.do("clocks-store").returncode == 1
    assert (device.root / "var/lib/dla-measure-priv/clocks").read_text() == "stored"
    assert "--fan" not in str(device.calls)


def test_unit(device: Device) -> None:
    """Only the one unit is enabled and disabled."""
    device.do("unit-enable")
    device.do("unit-disable")

    assert device.calls == [
        ["systemctl", ["enable", "dla-measure-resume.service"], ""],
        ["systemctl", ["disable", "dla-measure-resume.service"], ""],
    ]


@pytest.mark.parametrize("key", sorted(program.READABLE))
def test_read(key: str, any_device: Device) -> None:
    """A clock is read from the first file that the device has."""
    assert any_device.do("read", key).returncode == 1
    for number, path in reversed(list(enumerate(program.READABLE[key]))):
        place = any_device.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{number}\n")

        answer = any_device.do("read", key)

        assert (answer.returncode, answer.stdout) == (0, f"{number}\n")


def test_version(any_device: Device) -> None:
    """The version tells whether the line for sudo works."""
    answer = any_device.do("version")

    assert (answer.returncode, answer.stdout) == (0, f"{program.VERSION}\n")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("",),
        ("help",),
        ("set-mode",),
        ("set-mode", ""),
        ("set-mode", "-1"),
        ("set-mode", "1000"),
        ("set-mode", "1\n"),
        ("set-mode", "1 reboot-yes"),
        ("set-mode", "٣"),
        ("set-mode", "1;id"),
        ("set-mode", "$(id)"),
        ("set-mode", "1", "reboot-yes", "more"),
        ("set-mode", "1", "YES"),
        ("set-mode", "MAXN"),
        ("read",),
        ("read", "/etc/shadow"),
        ("read", "../../etc/shadow"),
        ("read", "emc", "dla0_core"),
        ("clocks-store", "/etc/passwd"),
        ("clocks-restore", "/tmp/mine"),
        ("clocks-on", "x"),
        ("clocks-off", "x"),
        ("unit-enable", "other.service"),
        ("unit-start",),
        ("version", "2"),
        ("--help",),
    ],
)
def test_anything_else(words: tuple[str, ...], device: Device) -> None:
    """Nothing but the verbs with what belongs to them gets through."""
    answer = device.do(*words)

    assert answer.returncode == 2
    assert answer.stderr.startswith("usage: dla-measure-priv VERB")
    assert device.calls == []
    assert not (device.root / "var/lib/dla-measure-priv").exists()


def test_environment_is_its_own(device: Device) -> None:
    """Nothing of the caller's environment or folder reaches a program that runs as root."""
    device.do("clocks-on")
    device.do("set-mode", "1")

    for line in device.log.read_text().splitlines():
        name, _, _, pairs, folder = ast.literal_eval(line)
        home = "/root" if name == "nvpmodel" else f"{device.root}/run/dla-measure-priv"
        environment = {key: value for key, value in pairs if key != "LC_CTYPE"}
        assert environment == {
            "HOME": home,
            "LC_ALL": "C",
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        }
        assert folder == "/"


def test_program_is_missing(device: Device) -> None:
    """A device without the program that is needed is told so in one line."""
    (device.root / "usr/bin/jetson_clocks").unlink()

    answer = device.do("clocks-store")

    assert answer.returncode == 1
    assert answer.stderr.startswith("dla-measure-priv: [Errno 2]")
    assert len(answer.stderr.splitlines()) == 1


class TestInside:
    """The same in one process, where each line can be seen to be run."""

    def test_verbs(self, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each verb calls its program; the exit code is passed on."""
        monkeypatch.setattr(program, "ROOT", str(device.root))
        verbs = ["clocks-store", "clocks-on", "clocks-on", "clocks-off", "clocks-off"]
        verbs += ["clocks-restore", "unit-enable", "unit-disable", "version", "nothing"]

        codes = [program.main(verb) for verb in verbs]
        codes += [program.main("set-mode", "3"), program.main("set-mode", "3", "reboot-yes")]
        codes += [program.main("set-mode", "x"), program.main("read", "emc")]

        assert codes == [0] * 9 + [2, 0, 0, 2, 1]
        assert [call[1][0] for call in device.calls] == [  # type: ignore[index]
            *("--store", "--store", "--fan", "--fan", "--restore", "--restore"),
            *("enable", "disable", "-m", "-m"),
        ]

    def test_store_that_fails(self, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
        """What an earlier attempt left is swept away; a store that left nothing has failed."""
        monkeypatch.setattr(program, "ROOT", str(device.root))
        device.code(7)
        assert program.main("clocks-on") == 7
        assert (device.root / "run/dla-measure-priv/new").exists()
        device.code(0)
        Path(f"{device.log}.no-store").touch()

        assert program.main("clocks-on") == 1

    def test_read(
        self, device: Device, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A clock that is there is printed."""
        monkeypatch.setattr(program, "ROOT", str(device.root))
        place = device.root / "sys/kernel/debug/clk/emc/clk_rate"
        place.parent.mkdir(parents=True)
        place.write_text("3199000000\n")

        assert program.main("read", "emc") == 0
        assert capsys.readouterr().out == "3199000000\n"


class TestPlace:
    """What the program works on depends on where it lies, and on nothing else."""

    def test_installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """In its own place it works on this machine, through any link to it."""
        place = tmp_path / "sbin" / "program"
        place.parent.mkdir()
        place.write_text("")
        monkeypatch.setattr(program, "PLACE", str(place))
        link = tmp_path / f"mine{place}"
        link.parent.mkdir(parents=True)
        link.symlink_to(place)

        assert program.find_root(str(place)) == ""
        assert program.find_root(str(link)) == ""

    def test_second_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A hard link below a folder of one's own doesn't make a device of that folder."""
        place = tmp_path / "sbin" / "program"
        place.parent.mkdir()
        place.write_text("")
        monkeypatch.setattr(program, "PLACE", str(place))
        second = tmp_path / f"mine{place}"
        second.parent.mkdir(parents=True)
        os.link(place, second)

        with pytest.raises(SystemExit, match="works as"):
            program.find_root(str(second))

    def test_folder_of_another(self, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
        """As root it makes no device of a folder that the caller owns and may change meanwhile."""
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

        with pytest.raises(SystemExit, match="works as"):
            program.find_root(str(device.place))

    def test_folder(self, device: Device) -> None:
        """Below a folder it works on that folder."""
        assert program.find_root(str(device.place)) == str(device.root)

    def test_anywhere_else(self, device: Device) -> None:
        """A copy somewhere else does nothing."""
        copy = device.root / "usr/bin/dla-measure-priv"
        shutil.copy(device.place, copy)

        answer = device.do("set-mode", "1", path=copy)

        assert answer.returncode == 1
        assert "works as /usr/local/sbin/dla-measure-priv only" in answer.stderr
        assert device.calls == []
