"""Who is root on the fake: programs that sudo started, and their children."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from tests.fake_jetson.device import common


def _become_root(program: str, words: list[str]) -> NoReturn:
    """Turn into a program of root's."""
    common.write(f"/.fake/root/{os.getpid()}", "")
    os.execv(program, [program, *words])


def is_root() -> bool:
    """Say whether this process comes from sudo."""
    pid = os.getpid()
    while pid > 1:
        if os.path.exists(common.path(f"/.fake/root/{pid}")):
            return True
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                pid = int(file.read().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return False
    return False


def sudo(words: list[str]) -> int:
    """Run a program as root, or ask for a password that nobody types."""
    while words and words[0].startswith("-"):
        words = words[1:]
    if common.knob("sudo") == "password":
        sys.stderr.write("sudo: a password is required\n")
        return 1
    if not words:
        return 1
    program = words[0]
    if "/" not in program:
        found = [
            f"{common.ROOT}/{folder}/{program}"
            for folder in ("usr/local/sbin", "usr/sbin", "usr/bin", "usr/src/tensorrt/bin")
            if os.path.exists(f"{common.ROOT}/{folder}/{program}")
        ]
        if not found:
            sys.stderr.write(f"sudo: {program}: command not found\n")
            return 1
        program = found[0]
    _become_root(program, words[1:])
