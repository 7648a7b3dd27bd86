"""Watch a device while a segment runs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from measure.device.state import Reading, read_quickly

if TYPE_CHECKING:
    from types import TracebackType

    from measure.device.machine import Machine

DLA_EVERY = 10
"""The DLA's clocks take a program as root, so they are read with each tenth reading."""


class Watch:
    """A thread that reads the device at a steady pace between start and stop.

    Parameters
    ----------
    machine
        The device.
    period_s
        Seconds from one reading to the next.
    """

    def __init__(self, machine: Machine, period_s: float = 1.0) -> None:
        self._machine = machine
        self._period_s = period_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self.readings: list[Reading] = []

    def start(self) -> Watch:
        """Begin to read; the first reading is taken at once."""
        self._thread.start()
        return self

    def stop(self) -> list[Reading]:
        """End and return the readings; the one that is being taken is waited for."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        return self.readings

    def __enter__(self) -> Watch:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with_dla = len(self.readings) % DLA_EVERY == 0
            self.readings.append(read_quickly(self._machine, with_dla=with_dla))
            self._stopped.wait(self._period_s)
