"""Ctrl-C as something to look at, not an exception out of nowhere."""

from __future__ import annotations

import os
import select
import signal
from typing import TYPE_CHECKING, Any

from measure.device.clock import now_ns

if TYPE_CHECKING:
    from types import TracebackType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The last one comes when the connection to a device is lost."""


class Interrupted(Exception):  # noqa: N818 - nothing went wrong
    """The user wants the run to end."""


class Interrupt:
    """Remembers that a signal asked for the end of a run, and wakes whoever waits.

    A record is never cut in two by it: only ``wait`` and ``check`` raise.
    """

    def __init__(self) -> None:
        self.requested = False
        self._before: dict[int, Any] = {}
        self._pipe: tuple[int, int] = (-1, -1)
        self._wakeup_before = -1

    def __enter__(self) -> Interrupt:
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        self._wakeup_before = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        # What was ignored stays so, as nohup wants it.
        heeded = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
        for number in heeded:
            self._before[number] = signal.signal(number, self._remember)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        for end in self._pipe:
            os.close(end)
        self._pipe = (-1, -1)

    def _remember(self, number: int, frame: object) -> None:
        self.requested = True

    def check(self) -> None:
        """Raise Interrupted if the user asked for the end."""
        if self.requested:
            raise Interrupted

    def wait(self, seconds: float) -> None:
        """Wait, or raise Interrupted as soon as the user asks for the end."""
        end_ns = now_ns() + int(seconds * 1e9)
        while True:
            self.check()
            left_s = (end_ns - now_ns()) / 1e9
            if left_s <= 0:
                return
            if select.select([self._pipe[0]], [], [], left_s)[0]:
                # Another signal, such as that of a child, wakes as well.
                os.read(self._pipe[0], 4096)
