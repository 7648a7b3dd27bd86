"""A board in memory: quick enough to be killed at every step."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from measure.device.machine import Machine
from measure.device.process import Finished
from measure.modes.keeper import ModeKeeper

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CONF = """\
# < PM_CONFIG DEFAULT=default_mode >
< PARAM TYPE=FILE NAME=CPU_ONLINE >
CORE_0 /sys/devices/system/cpu/cpu0/online
{modes}
< PM_CONFIG DEFAULT=2 >
"""
GPU = "/sys/class/devfreq/17000000.gpu"
ASKED = """\
NVPM WARN: Reboot required for changing to this power mode: {number}
NVPM WARN: DO YOU WANT TO REBOOT NOW? enter YES/yes to confirm:
"""
FREE_GPU_HZ = 1_301_000_000
IDLE_GPU_HZ = 306_000_000


class Killed(BaseException):
    """The process is no more."""


@dataclass(frozen=True)
class Mode:
    """A mode of the board: a GPU cap of 0 stands for none."""

    id: int
    name: str
    cpus: int
    mask: int
    gpu_hz: int


MODES = (
    Mode(0, "MAXN", 4, 0, 0),
    Mode(1, "MODE_15W", 2, 7, 420_000_000),
    Mode(2, "MODE_30W", 3, 7, 612_000_000),
    Mode(3, "MODE_50W", 4, 0, 828_000_000),
)


@dataclass
class Board:
    """What a board is like, and what is broken about it."""

    root: Path
    mode: int = 3
    boot: str = "boot-1"
    pinned: bool = False
    fan: int = 66
    unit: bool = False
    stored: tuple[bool, int] | None = None
    stored_in_mode: tuple[bool, int] | None = None
    pending: int | None = None
    rebooting: bool = False
    refuses: set[str] = field(default_factory=set)
    """Verbs that fail, and names of modes that nvpmodel won't take."""
    ignores: set[str] = field(default_factory=set)
    """Names of modes that nvpmodel names from then on, without changing anything else."""
    stays: bool = False
    """Whether a reboot doesn't change the mode."""
    asks_always: set[str] = field(default_factory=set)
    """Names of modes that need a reboot though the file doesn't say so."""
    never_asks: bool = False
    """Whether any mode can be reached without a reboot."""
    calls: list[str] = field(default_factory=list)
    steps: int = 0
    kill_at: int = 0
    """The step at which the process is killed; 0 for none."""

    def __post_init__(self) -> None:
        texts = []
        for mode in MODES:
            lines = [f"< POWER_MODEL ID={mode.id} NAME={mode.name} >"]
            lines += [f"CPU_ONLINE CORE_{cpu} {int(cpu < mode.cpus)}" for cpu in range(4)]
            lines += [f"TPC_POWER_GATING TPC_PG_MASK {mode.mask}"]
            lines += [f"GPU MAX_FREQ {mode.gpu_hz or -1}"]
            texts.append("\n".join(lines))
        self.put("/etc/nvpmodel.conf", CONF.format(modes="\n".join(texts)))
        self.put("/usr/local/sbin/dla-measure-priv", "")
        (self.root / "run/lock").mkdir(parents=True, exist_ok=True)
        self.show()

    @property
    def condition(self) -> tuple[object, ...]:
        """What an owner finds: the mode, its CPUs, clocks, the fan, the unit."""
        cpus = (self.root / "sys/devices/system/cpu/online").read_text()
        return self.mode, cpus, self.pinned, self.fan, self.unit

    def put(self, absolute: str, text: object) -> None:
        """Write a file of the board."""
        path = self.root / absolute.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not (path.exists() and path.read_text() == f"{text}\n"):
            path.write_text(f"{text}\n", encoding="utf-8")

    def show(self) -> None:
        """Let the files say what the board is like."""
        mode = MODES[self.mode]
        self.put("/proc/sys/kernel/random/boot_id", self.boot)
        if mode.name not in self.ignores:
            cap = mode.gpu_hz or FREE_GPU_HZ
            self.put("/sys/devices/system/cpu/online", f"0-{mode.cpus - 1}")
            self.put(f"{GPU}/max_freq", cap)
            self.put(f"{GPU}/min_freq", cap if self.pinned else IDLE_GPU_HZ)
            self.put(f"{GPU}/cur_freq", cap if self.pinned else IDLE_GPU_HZ)

    def reboot(self) -> None:
        """Come up again."""
        if self.pending is not None and not self.stays:
            self.mode = self.pending
        self.pending, self.rebooting, self.stored_in_mode = None, False, None
        self.pinned, self.fan = False, 66
        self.boot = f"boot-{uuid.uuid4()}"
        self.show()

    def step(self) -> None:
        """Count a step that could be the last."""
        self.steps += 1
        if self.steps == self.kill_at:
            raise Killed

    def query(self) -> Finished:
        """Answer nvpmodel -q."""
        if "query" in self.refuses:
            return Finished(("nvpmodel",), 255, "NVPM ERROR: failed to read status\n", 0.0)
        mode = MODES[self.mode]
        return Finished(("nvpmodel",), 0, f"NV Power Mode: {mode.name}\n{mode.id}\n", 0.0)

    def do(self, verb: str, *words: str) -> Finished:
        """Do a verb of the root program; the process may be killed before and after it."""
        self.calls.append(" ".join((verb, *words)))
        self.step()
        if verb in self.refuses:
            return Finished((verb,), 1, "Error: it does not work\n", 0.0)
        code, output = 0, ""
        if verb == "set-mode":
            code, output = self._set_mode(MODES[int(words[0])], words[1:] == ("reboot-yes",))
        else:
            getattr(self, f"_{verb.replace('-', '_')}")()
        self.show()
        self.step()
        return Finished((verb, *words), code, output, 0.0)

    def _set_mode(self, mode: Mode, agrees: bool) -> tuple[int, str]:
        if mode.name in self.refuses:
            return 255, "NVPM ERROR: failed to set power mode!\n"
        differs = MODES[self.mode].mask != mode.mask or mode.name in self.asks_always
        if mode.id == self.mode or self.never_asks or not differs:
            fewer = mode.cpus < MODES[self.mode].cpus
            self.mode = mode.id
            return (255 if fewer else 0), ""
        if agrees:
            self.pending, self.rebooting = mode.id, True
        return 1, ASKED.format(number=mode.id)

    def _clocks_store(self) -> None:
        self.stored = self.pinned, self.fan

    def _clocks_on(self) -> None:
        self.stored_in_mode = self.stored_in_mode or (self.pinned, self.fan)
        self.pinned, self.fan = True, 255

    def _clocks_off(self) -> None:
        if self.stored_in_mode:
            self.pinned, self.fan = self.stored_in_mode
            self.stored_in_mode = None

    def _clocks_restore(self) -> None:
        assert self.stored is not None
        self.pinned, self.fan = self.stored

    def _unit_enable(self) -> None:
        self.unit = True

    def _unit_disable(self) -> None:
        self.unit = False


@dataclass(frozen=True)
class BoardMachine(Machine):
    """A machine whose programs are the board's."""

    board: Board

    def run(self, name: str, *words: str, **_: Any) -> Finished:
        """Answer nvpmodel; nothing else is installed."""
        if (name, words) == ("nvpmodel", ("-q",)):
            return self.board.query()
        return Finished((name, *words), 127, "", 0.0, missing=True)

    def privileged(self, verb: str, *words: str, timeout: float = 30) -> Finished:
        """Do a verb of the root program."""
        if verb == "read":
            return Finished((verb, *words), 1, "", 0.0)
        return self.board.do(verb, *words)


def machine_of(board: Board) -> BoardMachine:
    """Return the machine with a board."""
    return BoardMachine(board.root, (), board)


def keeper_of(board: Board, *, allow_reboot: bool = False, **more: Any) -> ModeKeeper:
    """Return a keeper that waits for nothing, as a process that has just started has it."""
    return ModeKeeper(machine_of(board), allow_reboot=allow_reboot, settle_s=0.0, **more)


def kill_between_durable_steps(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process be killed before and after each durable change of the file system too."""
    for name in ("fsync", "replace", "unlink", "sync"):
        original = getattr(os, name)

        def around(*words: Any, name: str = name, original: Any = original) -> Any:
            board.step()
            # That data lie on a disk shows only when the power fails, and waiting for it is slow.
            result = None if name.endswith("sync") else original(*words)
            board.step()
            return result

        monkeypatch.setattr(os, name, around)
