"""The rights are printed, laid, found and taken away."""

from __future__ import annotations

import configparser
import json
import os
import pwd
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from measure.__main__ import main
from measure.device.machine import Machine
from measure.errors import CANNOT_READ, CONDITION, ConditionError, UserError
from measure.root.grant import Grant, make_grant
from measure.root.install import DIFFERS, MISSING, OK, find_parts, install, remove

PROGRAM = "/usr/local/sbin/dla-measure-priv"
SUDOERS = "/etc/sudoers.d/dla-measure"
UNIT = "/etc/systemd/system/dla-measure-resume.service"
STATE = "/var/lib/dla-measure"
ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a device in an empty folder."""
    root = tmp_path / "device"
    root.mkdir()
    return Machine(root, (root / "usr/bin",))


@pytest.fixture
def grant() -> Grant:
    """Return what to grant to whoever runs the tests."""
    return make_grant(ME)


def add_program(machine: Machine, name: str, script: str) -> None:
    """Install a shell script on a device."""
    path = machine.path(f"/usr/bin/{name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


class TestGrant:
    def test_unit(self) -> None:
        """It runs once after a boot, as the user, in the right folder, if there is a state."""
        text = Grant("ann", "/home/ann/dla atlas", "/usr/bin/python3", "/data/runs").unit
        unit = configparser.ConfigParser(interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read_string(text)

        assert unit["Unit"]["After"] == "nvpmodel.service multi-user.target"
        assert unit["Unit"]["ConditionPathExists"] == f"{STATE}/state.json"
        assert unit["Service"]["Type"] == "oneshot"
        assert unit["Service"]["User"] == "ann"
        assert unit["Service"]["WorkingDirectory"] == "/home/ann/dla atlas"
        assert unit["Service"]["Environment"] == '"DLA_MEASURE_RUNS=/data/runs"'
        assert unit["Service"]["ExecStart"] == (
            '"/usr/bin/python3" -m measure run --resume-after-boot'
        )

    def test_unit_without_runs(self, grant: Grant) -> None:
        """Runs lie in the folder unless somebody says otherwise."""
        assert "Environment" not in grant.unit
        assert "--runs" not in grant.command

    def test_sudoers(self, grant: Grant) -> None:
        """The one line names one user and one program, and no words."""
        assert grant.sudoers == f"{ME} ALL=(root) NOPASSWD: {PROGRAM}\n"

    def test_user(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is whom the caller names, else who typed sudo, else who runs this."""
        monkeypatch.delenv("SUDO_USER", raising=False)
        assert make_grant().user == ME
        monkeypatch.setenv("SUDO_USER", "daemon")
        assert make_grant().user == "daemon"
        assert make_grant(ME).user == ME

    @pytest.mark.parametrize("user", ["nobody-of-that-name", "x\0y", "x ALL=(ALL) ALL\n"])
    def test_unknown_user(self, user: str) -> None:
        """A user who isn't there is echoed, and gets nothing."""
        with pytest.raises(UserError, match=r"there is no user .* on this machine; --user names"):
            make_grant(user)

    def test_odd_user(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A name that would mean something else in the line isn't written into it."""
        monkeypatch.setattr(pwd, "getpwnam", lambda name: name)

        with pytest.raises(UserError, match=r"'%admin' cannot be written into /etc/sudoers.d"):
            make_grant("%admin")

    def test_runs(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """They are an absolute path, given or of the environment."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DLA_MEASURE_RUNS", "elsewhere")

        assert make_grant(ME).runs == str(tmp_path / "elsewhere")
        assert make_grant(ME, "here").runs == str(tmp_path / "here")
        assert f"--runs {tmp_path}/here" in make_grant(ME, "here").command

    @pytest.mark.parametrize("path", ['a"b', "a\\b", "a$b", "a%b", "a\nb"])
    def test_odd_path(self, path: str) -> None:
        """A path that would mean something else in the unit is echoed and not written."""
        with pytest.raises(UserError, match=r"cannot be written into .*; move it to a plain path"):
            make_grant(ME, path)

    def test_steps_are_commands(self, grant: Grant) -> None:
        """What is printed can be typed: a shell takes each step."""
        for step in [*grant.steps, grant.command]:
            assert subprocess.run(["sh", "-n", "-c", step], check=False).returncode == 0


class TestInstall:
    def test_lays_all(self, machine: Machine, grant: Grant) -> None:
        """Files have their texts and rights, and nothing else is left."""
        laid = install(machine, grant)

        assert laid == [PROGRAM, SUDOERS, UNIT, STATE]
        modes = {path: machine.path(path).stat().st_mode & 0o7777 for path in laid[:3]}
        assert modes == {PROGRAM: 0o755, SUDOERS: 0o440, UNIT: 0o644}
        assert machine.path(PROGRAM).read_text() == grant.program
        assert machine.path(SUDOERS).read_text() == grant.sudoers
        assert machine.path(UNIT).read_text() == grant.unit
        assert machine.path(STATE).stat().st_uid == os.getuid()
        assert [path.name for path in machine.path(SUDOERS).parent.iterdir()] == ["dla-measure"]

    def test_twice(self, machine: Machine, grant: Grant) -> None:
        """What is right stays untouched."""
        install(machine, grant)

        assert install(machine, grant) == []

    def test_mends(self, machine: Machine, grant: Grant) -> None:
        """A text or rights that are wrong are made right."""
        install(machine, grant)
        machine.path(PROGRAM).write_text("another")
        machine.path(SUDOERS).chmod(0o644)

        assert install(machine, grant) == [PROGRAM, SUDOERS]
        assert machine.path(PROGRAM).read_text() == grant.program
        assert machine.path(SUDOERS).stat().st_mode & 0o7777 == 0o440

    def test_files_are_of_root(
        self, machine: Machine, grant: Grant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A file with the right text that belongs to somebody else is laid anew."""
        install(machine, grant)
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

        assert install(machine, grant) == [PROGRAM, SUDOERS, UNIT]

    def test_gives_the_folder(
        self, machine: Machine, grant: Grant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The state's folder belongs to the user, whoever made it."""
        owners = []
        monkeypatch.setattr(os, "chown", lambda path, user, group: owners.append((user, group)))
        machine.path(STATE).mkdir(parents=True)
        record = pwd.struct_passwd((ME, "x", 4242, 4242, "", "/", "/bin/sh"))
        monkeypatch.setattr(pwd, "getpwnam", lambda _: record)

        assert STATE in install(machine, grant)
        assert owners == [(4242, -1)]

    def test_visudo_has_the_last_word(self, machine: Machine, grant: Grant) -> None:
        """A line that would lock everybody out of sudo is not laid."""
        add_program(machine, "visudo", "echo ' >>> syntax error'; exit 1")

        with pytest.raises(UserError, match=r"visudo refuses the line for .*: >>> syntax error"):
            install(machine, grant)

        assert list(machine.path("/etc/sudoers.d").iterdir()) == []

    def test_visudo_agrees(self, machine: Machine, grant: Grant) -> None:
        """The check reads the very line that is laid."""
        add_program(
            machine,
            "visudo",
            f'[ "$1" = -cf ] && read -r line < "$2" && echo "$line" > {machine.root}/seen',
        )

        install(machine, grant)

        assert (machine.root / "seen").read_text() == grant.sudoers

    def test_needs_root(self, grant: Grant, monkeypatch: pytest.MonkeyPatch) -> None:
        """On the machine itself only root may do this, and the command to type is named."""
        monkeypatch.setattr(os, "geteuid", lambda: 1000)

        for change in (lambda: install(Machine(Path("/"), ()), grant),
                       lambda: remove(Machine(Path("/"), ()))):  # fmt: skip
            with pytest.raises(UserError, match="needs root; `python3 -m measure rights` prints"):
                change()

    def test_read_only(
        self, machine: Machine, grant: Grant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What can't be laid is named."""

        def refuse(*_: object) -> None:
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(os, "replace", refuse)

        with pytest.raises(UserError, match=f"{PROGRAM} cannot be changed: Read-only file system"):
            install(machine, grant)

        assert list(machine.path(PROGRAM).parent.iterdir()) == []


class TestRemove:
    def test_takes_all_away(self, machine: Machine, grant: Grant) -> None:
        """Nothing is left of what was laid, stored clocks included."""
        add_program(machine, "systemctl", f'echo "$@" >> {machine.root}/asked')
        install(machine, grant)
        machine.path("/var/lib/dla-measure-priv").mkdir()

        gone = remove(machine)

        assert set(gone) == {PROGRAM, SUDOERS, UNIT, STATE, "/var/lib/dla-measure-priv"}
        assert find_parts(machine, grant) == dict.fromkeys((PROGRAM, SUDOERS, UNIT, STATE), MISSING)
        assert (machine.root / "asked").read_text().splitlines() == [
            "daemon-reload",
            "disable dla-measure-resume.service",
            "daemon-reload",
        ]

    def test_twice(self, machine: Machine, grant: Grant) -> None:
        """What isn't there needn't be taken away."""
        install(machine, grant)
        remove(machine)

        assert remove(machine) == []

    def test_refuses_while_needed(self, machine: Machine, grant: Grant) -> None:
        """Rights that a board waits for are not taken away."""
        install(machine, grant)
        machine.path(f"{STATE}/state.json").write_text("{}")

        with pytest.raises(ConditionError, match="type `python3 -m measure restore` first"):
            remove(machine)

        assert machine.path(PROGRAM).exists()


class TestParts:
    def test_missing(self, machine: Machine, grant: Grant) -> None:
        """On a fresh device nothing is there."""
        assert find_parts(machine, grant) == dict.fromkeys((PROGRAM, SUDOERS, UNIT, STATE), MISSING)

    def test_differs(self, machine: Machine, grant: Grant) -> None:
        """Files of another version or user are told apart."""
        install(machine, grant)
        machine.path(PROGRAM).write_text("older")
        machine.path(UNIT).write_text("older")

        parts = find_parts(machine, grant)

        assert (parts[PROGRAM], parts[UNIT], parts[STATE]) == (DIFFERS, DIFFERS, OK)

    def test_root_looks(
        self, machine: Machine, grant: Grant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Root needs no line and may write anywhere, so what is there for the user is looked at."""
        monkeypatch.setattr(Machine, "is_root", property(lambda _: True))
        install(machine, grant)
        assert find_parts(machine, grant) == dict.fromkeys((PROGRAM, SUDOERS, UNIT, STATE), OK)

        another = pwd.struct_passwd(("ann", "x", 4242, 4242, "", "/", "/bin/sh"))
        monkeypatch.setattr(pwd, "getpwnam", lambda _: another)
        parts = find_parts(machine, replace(grant, user="ann"))
        assert (parts[SUDOERS], parts[STATE]) == (DIFFERS, DIFFERS)

        machine.path(STATE).rmdir()
        machine.path(SUDOERS).unlink()
        parts = find_parts(machine, grant)
        assert (parts[SUDOERS], parts[STATE]) == (MISSING, MISSING)

    def test_sudo_is_tried_out(self, machine: Machine, grant: Grant) -> None:
        """Only that sudo runs the program shows that the line is there and right."""
        install(machine, grant)
        add_program(machine, "sudo", "exit 1")
        assert find_parts(machine, grant)[SUDOERS] == MISSING

        add_program(machine, "sudo", f'[ "$*" = "-n {machine.path(PROGRAM)} version" ]')

        assert find_parts(machine, grant) == dict.fromkeys((PROGRAM, SUDOERS, UNIT, STATE), OK)


class TestCommand:
    @pytest.fixture(autouse=True)
    def here(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the command see the device."""
        monkeypatch.setenv("DLA_MEASURE_ROOT", str(machine.root))

    def test_prints_what_to_type(self, capsys: pytest.CaptureFixture[str], grant: Grant) -> None:
        """Without root it says what is missing and how to lay it."""
        assert main(["rights", "--user", ME]) == CONDITION

        out = capsys.readouterr().out
        assert f"missing  {PROGRAM}" in out
        assert f"  {grant.command}\n" in out
        assert all(step in out for step in grant.steps)

    def test_as_json(self, capsys: pytest.CaptureFixture[str], grant: Grant) -> None:
        """Programs get the same."""
        main(["rights", "--json"])

        told = json.loads(capsys.readouterr().out)
        assert (told["ready"], told["command"], told["steps"]) == (
            False,
            grant.command,
            grant.steps,
        )

    def test_install_and_remove(self, capsys: pytest.CaptureFixture[str], machine: Machine) -> None:
        """Both tell what they did, and that nothing was left to do."""
        codes = [main(["rights", flag]) for flag in ("--install", "--install")]
        add_program(machine, "sudo", "exit 0")
        codes.append(main(["rights"]))
        codes += [main(["rights", flag]) for flag in ("--remove", "--remove")]

        assert codes == [0] * 5
        out = capsys.readouterr().out
        assert f"installed {PROGRAM}\n" in out
        assert "all is there already\n" in out
        assert f"ok       {PROGRAM}\n" in out
        assert f"{ME} may measure\n" in out
        assert f"removed {PROGRAM}\n" in out
        assert out.endswith("nothing to remove\n")

    def test_bad_user_is_echoed(self, capsys: pytest.CaptureFixture[str]) -> None:
        """What can't be used is shown such that it does no harm."""
        assert main(["rights", "--user", "x\x1b[31m"]) == CANNOT_READ
        assert r"there is no user 'x\x1b[31m'" in capsys.readouterr().err
