"""Sample the rails in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Sequence

from measure.errors import UserError
from measure.journal.files import write_whole

if TYPE_CHECKING:
    from types import TracebackType

    from measure.device.machine import Machine
    from measure.power.rails import Rail

MODULE = "measure.power.sampling"
MEMORY = Path("/dev/shm")
"""A file system in memory; writing to flash would draw power."""

PREFIX = "dla-measure-power-"

_ROOT = Path(__file__).resolve().parents[2]
_START_S, _STOP_S, _POLL_S = 30.0, 30.0, 0.005


class Sampler:
    """Samples rails from `start`, or ``with``, to `stop`.

    Parameters
    ----------
    machine
        The device.
    rails
        What to sample.
    path
        The file that is there after `stop`; until then samples are kept in memory.
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

        self._live = path
        self._process: subprocess.Popen[bytes] | None = None
        self._settings = {
            "rails": [
                (rail.name, *map(str, map(machine.path, (rail.voltage_path, rail.current_path))))
                for rail in rails
            ],
            "period_s": period_s,
            "jitter_s": jitter_s,
            "seed": seed,
        }

    def start(self) -> None:
        """Start the process and wait for its first samples.

        Raises
        ------
        UserError
            They cannot be written.
        """
        self._live = _file_in_memory()
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE, json.dumps({**self._settings, "out": str(self._live)})],
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Ctrl-C on the terminal reaches the measuring process alone.
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_S
        while self.running and not self._live.stat().st_size:
            if time.monotonic() > deadline:
                self._process.kill()
            time.sleep(_POLL_S)
        if not self.running:
            self._end(self._process)
            self._live.unlink()
            raise UserError(f"the power sampler did not start: {self.problem}")

    @property
    def pid(self) -> int | None:
        """Return the process's number; None while there is none."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Return whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the process and keep its file; `problem` says if it had ended by itself.

        Raises
        ------
        UserError
            The file cannot be written.
        """
        if self._process is None:
            return
        self._end(self._process)
        try:
            write_whole(self.path, self._live)
        finally:
            self._live.unlink()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
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


def _file_in_memory() -> Path:
    """Return a new file in memory, or among temporary files where that cannot be had.

    Files of processes that were killed are removed.
    """
    folder = MEMORY if os.access(str(MEMORY), os.W_OK) else Path(tempfile.gettempdir())
    for left in folder.glob(f"{PREFIX}*"):
        owner = left.name[len(PREFIX) :].partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            with contextlib.suppress(OSError):
                left.unlink()
    try:
        descriptor, name = tempfile.mkstemp(prefix=f"{PREFIX}{os.getpid()}-", dir=str(folder))
    except OSError as error:
        raise UserError(f"no file can be made in {folder}: {error.strerror}") from None
    os.close(descriptor)
    return Path(name)
