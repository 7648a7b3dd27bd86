"""Sample the rails in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Sequence

from measure.errors import UserError

if TYPE_CHECKING:
    from types import TracebackType

    from measure.device.machine import Machine
    from measure.power.rails import Rail

MODULE = "measure.power.sampling"
MEMORY = Path("/dev/shm")
"""A file system in memory; writing to flash would draw power."""

_ROOT = Path(__file__).resolve().parents[2]
_START_S, _STOP_S, _POLL_S = 10.0, 5.0, 0.005


class Sampler:
    """Samples rails into a file from `start`, or ``with``, to `stop`.

    Parameters
    ----------
    machine
        The device.
    rails
        What to sample.
    path
        The file; `memory_folder` says where it costs least.
    period_s
        Mean time between two rounds.
    jitter_s
        By how much more or less it is at most.
    seed
        Of the jitter.
    """

    def __init__(
        self,
        machine: Machine,
        rails: Sequence[Rail],
        path: Path,
        period_s: float = 0.02,
        jitter_s: float = 0.01,
        seed: int = 0,
    ) -> None:
        self.path = path
        self.problem = ""
        """Why it ended by itself; empty while it runs and when it was stopped."""

        self._process: subprocess.Popen[bytes] | None = None
        self._settings = {
            "out": str(path),
            "rails": [
                (
                    rail.name,
                    str(machine.path(rail.voltage_path)),
                    str(machine.path(rail.current_path)),
                )
                for rail in rails
            ],
            "period_s": period_s,
            "jitter_s": jitter_s,
            "seed": seed,
        }

    def start(self) -> None:
        """Start the process and wait for its file.

        Raises
        ------
        UserError
            The file cannot be written.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE, json.dumps(self._settings)],
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Ctrl-C on the terminal reaches the measuring process alone.
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_S
        while self.running and not _has_content(self.path):
            if time.monotonic() > deadline:
                self._process.kill()
            time.sleep(_POLL_S)
        if not self.running:
            self.stop()
            raise UserError(f"the power sampler did not start: {self.problem}")

    @property
    def pid(self) -> int | None:
        """Return the process's number; None before it is started."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Return whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the process; `problem` says if it had ended by itself."""
        process = self._process
        if process is None:
            return
        ended = process.poll() is not None
        try:
            _, errors = process.communicate(timeout=_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
        self._process = None
        if ended or process.returncode:
            said = errors.decode("utf-8", "replace").strip().splitlines()
            self.problem = said[-1] if said else f"it ended with code {process.returncode}"

    def __enter__(self) -> Sampler:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def memory_folder() -> Path:
    """Return a folder in memory, or the one for temporary files where there is none."""
    return MEMORY if os.access(str(MEMORY), os.W_OK) else Path(tempfile.gettempdir())


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False
