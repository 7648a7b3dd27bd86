"""What tests of every folder use."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests.chromium import find_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator


# How long an example takes says more about the machine than about the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# A shell starts what is in the background with Ctrl-C ignored, and nohup what it starts without the
# end of a connection. Tests send both, to themselves and to processes that inherit this.
_USUAL: dict[signal.Signals, Any] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}
for _number, _handler in _USUAL.items():
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _handler)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium; without one a user's run skips and CI fails."""
    executable = find_chromium()
    if executable is None:
        message = "no Chromium: install it or let CHROMIUM name one"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable,
            timeout=180_000,
            # The last lets a test change the address more often than a reader could.
            args=["--no-sandbox", "--disable-gpu", "--disable-ipc-flooding-protection"],
        )
        yield chromium
        chromium.close()
