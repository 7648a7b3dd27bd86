"""Lay what is granted, look whether it lies there, and take it away."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
from typing import TYPE_CHECKING, Iterator

from measure.device.machine import ROOT_PROGRAM
from measure.errors import ConditionError, UserError
from measure.modes.state import STATE_FOLDER, StateFile
from measure.root.grant import STORED_CLOCKS, SUDOERS, UNIT, UNIT_NAME, Grant

if TYPE_CHECKING:
    from measure.device.machine import Machine

OK, MISSING, DIFFERS = "ok", "missing", "differs"


def find_parts(machine: Machine, grant: Grant) -> dict[str, str]:
    """Return for each part of the rights whether it is ok, missing or differs.

    The line for sudo may be read by root only, so anybody else tries it out.
    """
    tried = OK if machine.privileged("version", timeout=10).ok else MISSING
    return {
        ROOT_PROGRAM: _compare(machine, ROOT_PROGRAM, grant.program),
        SUDOERS: _compare(machine, SUDOERS, grant.sudoers) if machine.is_root else tried,
        UNIT: _compare(machine, UNIT, grant.unit),
        STATE_FOLDER: _state_folder(machine, grant),
    }


def install(machine: Machine, grant: Grant) -> list[str]:
    """Lay all parts and return what was laid; what is right already stays untouched.

    Raises
    ------
    UserError
        When a part can't be laid, or visudo refuses the line.
    """
    _check_root(machine)
    laid = []
    for path, text, mode in (
        (ROOT_PROGRAM, grant.program, 0o755),
        (SUDOERS, grant.sudoers, 0o440),
        (UNIT, grant.unit, 0o644),
    ):
        if _lay(machine, path, text, mode):
            laid.append(path)
    if UNIT in laid:
        machine.run("systemctl", "daemon-reload")
    if _lay_state_folder(machine, grant):
        laid.append(STATE_FOLDER)
    return laid


def remove(machine: Machine) -> list[str]:
    """Take all parts away and return what was there.

    Raises
    ------
    ConditionError
        When a run left the board changed, as putting it back needs the rights.
    UserError
        When a part can't be taken away.
    """
    _check_root(machine)
    folder = machine.path(STATE_FOLDER)
    if StateFile(folder).path.exists():
        raise ConditionError(
            "a run left the board changed, and putting it back needs the rights: "
            "type `python3 -m measure restore` first"
        )
    gone = []
    if machine.path(UNIT).exists():
        machine.run("systemctl", "disable", UNIT_NAME)
    for path in (UNIT, SUDOERS, ROOT_PROGRAM):
        with _telling(path), contextlib.suppress(FileNotFoundError):
            os.unlink(str(machine.path(path)))
            gone.append(path)
    for path in (STORED_CLOCKS, STATE_FOLDER):
        with _telling(path), contextlib.suppress(FileNotFoundError):
            shutil.rmtree(str(machine.path(path)))
            gone.append(path)
    if UNIT in gone:
        machine.run("systemctl", "daemon-reload")
    return gone


def _check_root(machine: Machine) -> None:
    """Refuse to go on without root, but where a folder stands for the device."""
    if not (machine.is_root or machine.is_folder):
        raise UserError(
            "this changes system files, so it needs root; `python3 -m measure rights` prints the "
            "command to type"
        )


@contextlib.contextmanager
def _telling(path: str) -> Iterator[None]:
    """Say which part could not be laid or taken away."""
    try:
        yield
    except OSError as error:
        raise UserError(f"{path} cannot be changed: {error.strerror}") from None


def _compare(machine: Machine, path: str, text: str) -> str:
    """Say whether a file holds a text."""
    try:
        found = machine.path(path).read_bytes()
    except OSError:
        return MISSING
    return OK if found == text.encode() else DIFFERS


def _state_folder(machine: Machine, grant: Grant) -> str:
    """Say whether the folder of the state file is there for the user; root may write anywhere."""
    folder = machine.path(STATE_FOLDER)
    if not folder.is_dir():
        return MISSING
    if machine.is_root:
        return OK if folder.stat().st_uid == pwd.getpwnam(grant.user).pw_uid else DIFFERS
    return OK if os.access(str(folder), os.W_OK) else MISSING


def _lay(machine: Machine, path: str, text: str, mode: int) -> bool:
    """Write a file of root's unless it is right; say whether it was written."""
    place = machine.path(path)
    if _compare(machine, path, text) == OK:
        found = place.stat()
        # Whoever owns what root runs could write into it what he likes.
        if (found.st_mode & 0o7777, found.st_uid) == (mode, os.geteuid()):
            return False
    # A name with a dot, as sudo reads no file in its folder that has one.
    new = place.with_name(f".{place.name}.new")
    with _telling(path):
        place.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")
        new.chmod(mode)
        try:
            if path == SUDOERS:
                _check_sudoers(machine, str(new))
            os.replace(str(new), str(place))
        finally:
            with contextlib.suppress(FileNotFoundError):
                new.unlink()
    return True


def _check_sudoers(machine: Machine, path: str) -> None:
    """Have visudo look at a file before sudo does, as a wrong one locks everybody out."""
    checked = machine.run("visudo", "-cf", path)
    if not (checked.ok or checked.missing):
        raise UserError(f"visudo refuses the line for {SUDOERS}: {checked.output.strip()}")


def _lay_state_folder(machine: Machine, grant: Grant) -> bool:
    """Make the folder of the state file and give it to the user; say whether that was needed."""
    folder = machine.path(STATE_FOLDER)
    owner = pwd.getpwnam(grant.user).pw_uid
    with _telling(STATE_FOLDER):
        if folder.is_dir() and folder.stat().st_uid == owner:
            return False
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(str(folder), owner, -1)
    return True
