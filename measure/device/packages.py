"""Versions of installed packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from measure.device.lines import short_lines

if TYPE_CHECKING:
    from measure.device.machine import Machine

_FORMAT = "${Package}\t${Version}\t${db:Status-Abbrev}\n"
_LINE = re.compile(r"(?P<name>[a-z0-9][a-z0-9.+-]*)(:[a-z0-9]+)?\t(?P<version>[^\t]+)\tii")
_UPSTREAM = re.compile(r"[0-9]+:|(?<=.)[-+].*")
"""What surrounds the upstream version: an epoch, a revision, a build."""


def package_versions(machine: Machine, *patterns: str) -> dict[str, str]:
    """Return the versions of installed packages by name.

    Parameters
    ----------
    machine
        The device.
    patterns
        Names of packages, which may hold wildcards.
    """
    finished = machine.run("dpkg-query", "--show", f"--showformat={_FORMAT}", *patterns)
    matches = (_LINE.fullmatch(line) for line in short_lines(finished.output))
    return {match["name"]: match["version"] for match in matches if match}


def upstream(version: str) -> str:
    """Return the version without epoch, revision and build: 10.3.0.30 of 10.3.0.30-1+cuda12.5."""
    return _UPSTREAM.sub("", version)
