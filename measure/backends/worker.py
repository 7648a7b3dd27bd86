"""A child process that answers JSON objects, one per line."""

from __future__ import annotations

import json
import os
import queue
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from measure.backends.child import Child, Wait, wait_for

if TYPE_CHECKING:
    Answers = queue.Queue["Answer"]

MODULE = "measure.backends.ort_child"
_ROOT = Path(__file__).resolve().parent.parent.parent
"""Folder from which the child can import measure."""
_KILLED = -9

Answer = Mapping[str, Any]


class Worker:
    """Starts the child, asks it, and makes an answer of whatever goes wrong.

    Parameters
    ----------
    log
        Where all goes that the child prints.
    wait
        Waits some seconds; raises when the user wants the end.
    """

    def __init__(self, log: Path, wait: Wait) -> None:
        self._wait = wait
        self._answers: Answers = queue.Queue()
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        words = [sys.executable, "-m", MODULE]
        self._child = Child(words, environment, log, self._on_line)
        self._child.go()

    @property
    def running(self) -> bool:
        """Whether it can still be asked."""
        return self._child.running

    def ask(self, command: Mapping[str, Any], seconds: float) -> Answer:
        """Send a command and return the answer to it."""
        self.send(command)
        return self.answer(seconds)

    def send(self, command: Mapping[str, Any]) -> None:
        """Send a command."""
        self._child.send(json.dumps(command) + "\n")

    def answer(self, seconds: float) -> Answer:
        """Return an answer; one that takes too long, or never comes, is a failure."""
        child = self._child
        try:
            in_time = wait_for(
                lambda: not self._answers.empty() or not child.running, seconds, self._wait
            )
        except BaseException:
            self.close()
            raise
        if not in_time:
            self.close()
            return {"failure": "hung", "error": f"no answer within {seconds:g} s"}
        if self._answers.empty():
            # The last line may still be on its way through the reader.
            child.close()
        if self._answers.empty():
            kind = "killed" if child.code == _KILLED else "crashed"
            return {"failure": kind, "error": f"the process ended with {child.code}"}
        return self._answers.get()

    def close(self) -> None:
        """End the child."""
        self._child.kill()

    def _on_line(self, line: str, stamp: int) -> None:
        """Take an answer; anything else that is printed only goes to the log."""
        if line.startswith("{"):
            try:
                self._answers.put(json.loads(line))
            except ValueError:
                self._answers.put({"failure": "garbage", "error": "an answer that is no JSON"})
