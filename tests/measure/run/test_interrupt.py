from __future__ import annotations

import os
import signal
import threading

import pytest

from measure.run.interrupt import Interrupt, Interrupted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_wakes_a_wait(number: int) -> None:
    """Nothing is raised where the signal comes, but where somebody waits or checks."""
    with Interrupt() as interrupt:
        interrupt.check()
        threading.Timer(0.05, os.kill, (os.getpid(), number)).start()
        with pytest.raises(Interrupted):
            interrupt.wait(10)
        with pytest.raises(Interrupted):
            interrupt.check()


def test_waits_and_gives_the_handlers_back() -> None:
    """Without a signal the time passes; afterwards all is as before."""
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        interrupt.wait(0.01)

    assert signal.getsignal(signal.SIGINT) is before


def test_another_signal_does_not_end_a_wait() -> None:
    """The end of a child, say, is no request to end."""
    heard = []
    before = signal.signal(signal.SIGUSR1, lambda *_: heard.append(1))
    try:
        with Interrupt() as interrupt:
            threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGUSR1)).start()
            interrupt.wait(0.1)
    finally:
        signal.signal(signal.SIGUSR1, before)

    assert heard


def test_what_is_ignored_stays_so() -> None:
    """Under nohup a lost connection is no end."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupt() as interrupt:
            os.kill(os.getpid(), signal.SIGHUP)
            interrupt.wait(0.01)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
