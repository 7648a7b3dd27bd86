"""What an owner grants the user who measures: files, their texts, and commands that lay them."""

from __future__ import annotations

import os
import pwd
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from measure.device.machine import ROOT_PROGRAM
from measure.errors import UserError
from measure.modes.state import STATE_FILE, STATE_FOLDER

UNIT_NAME = "dla-measure-resume.service"
UNIT = f"/etc/systemd/system/{UNIT_NAME}"
SUDOERS = "/etc/sudoers.d/dla-measure"
STORED_CLOCKS = "/var/lib/dla-measure-priv"
"""Where the root program stores clocks; only root may look into it."""

RUNS_VARIABLE = "DLA_MEASURE_RUNS"

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")
_SIGNS_OF_UNITS = frozenset("\"'\\$%")
_SOURCE = Path(__file__).with_name("dla_measure_priv.py")
_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Grant:
    """Who may measure, and from where a run is resumed."""

    user: str
    folder: str
    """The folder that holds measure."""
    python: str
    """The interpreter that resumes a run."""
    runs: str = ""
    """Where runs lie if not in the folder's own runs."""

    @property
    def program(self) -> str:
        """The text of the root program."""
        return _SOURCE.read_text(encoding="utf-8")

    @property
    def sudoers(self) -> str:
        """The one line that lets the user run the root program, and nothing else."""
        return f"{self.user} ALL=(root) NOPASSWD: {ROOT_PROGRAM}\n"

    @property
    def unit(self) -> str:
        """The unit that resumes a run after a reboot that the run asked for."""
        runs = f'Environment="{RUNS_VARIABLE}={self.runs}"\n' if self.runs else ""
        return f"""\
[Unit]
Description=Go on with a measurement after the reboot that it asked for
After=nvpmodel.service multi-user.target
ConditionPathExists={STATE_FOLDER}/{STATE_FILE}

[Service]
Type=oneshot
User={self.user}
WorkingDirectory={self.folder}
{runs}ExecStart="{self.python}" -m measure run --resume-after-boot
TimeoutStartSec=infinity
TimeoutStopSec=180
KillMode=mixed

[Install]
WantedBy=multi-user.target
"""

    @property
    def command(self) -> str:
        """The one command that lays it all."""
        words = [self.python, "-m", "measure", "rights", "--install", "--user", self.user]
        if self.runs:
            words += ["--runs", self.runs]
        return f"cd {quote(self.folder)} && sudo " + " ".join(map(quote, words))

    @property
    def steps(self) -> list[str]:
        """The same by hand, one command a step."""
        user = quote(self.user)
        return [
            f"sudo install -o root -g root -m 0755 {quote(str(_SOURCE))} {ROOT_PROGRAM}",
            f"echo {quote(self.sudoers.strip())} | sudo tee {SUDOERS} > /dev/null",
            f"sudo chmod 0440 {SUDOERS} && sudo visudo -c",
            f"echo {quote(self.unit.strip())} | sudo tee {UNIT} > /dev/null",
            "sudo systemctl daemon-reload",
            f"sudo install -d -o {user} -m 0755 {STATE_FOLDER}",
        ]


def make_grant(user: str = "", runs: str = "") -> Grant:
    """Return what to grant.

    Parameters
    ----------
    user
        Who measures; who typed sudo, or who runs this, when empty.
    runs
        Where runs lie; as DLA_MEASURE_RUNS says when empty.

    Raises
    ------
    UserError
        When there is no such user, or a name can't be written into a unit.
    """
    user = user or os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name
    try:
        pwd.getpwnam(user)
    except (KeyError, ValueError):
        raise UserError(f"there is no user {user!r} on this machine; --user names one") from None
    if not _NAME.fullmatch(user):
        raise UserError(f"{user!r} cannot be written into {SUDOERS}; use another user")
    runs = runs or os.environ.get(RUNS_VARIABLE, "")
    grant = Grant(
        user=user,
        folder=str(_REPOSITORY),
        python=sys.executable or "/usr/bin/python3",
        runs=os.path.abspath(runs) if runs else "",
    )
    for path in (grant.folder, grant.python, grant.runs):
        if not path.isprintable() or set(path) & _SIGNS_OF_UNITS:
            raise UserError(f"{path!r} cannot be written into {UNIT}; move it to a plain path")
    return grant
