"""A site served by ``mkdocs serve``, as an editor of the data sees it."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0


@contextmanager
def serving(config: Path, env: dict[str, str]) -> Iterator[str]:
    """Serve a site and yield its address once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "-f", str(config)]
    server = subprocess.Popen(
        [*command, "--dev-addr", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **env},
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        wait_for(f"{address}throughput/", "Throughput")
        yield address
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """Return a port that nobody listens on, and that no connection is going to be given."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def wait_for(address: str, text: str) -> None:
    """Wait until a page shows a text.

    Raises
    ------
    TimeoutError
        It did not within `PATIENCE` seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                if text in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    raise TimeoutError(f"{address} did not show {text!r} within {PATIENCE:.0f} s")
