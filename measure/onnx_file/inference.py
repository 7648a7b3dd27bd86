"""The other end of the process that infers shapes."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import IO

from measure.errors import UserError
from measure.onnx_file import inference_worker
from measure.onnx_file.inference_worker import ANSWER, FAILED, LENGTH, NO_ONNX

COMMAND = [sys.executable, "-m", inference_worker.__name__]

TIME_LIMIT_S = 60.0
"""A model of 50,000 nodes takes a few seconds."""


class InferenceError(Exception):
    """The shapes of a model cannot be inferred; the text says why."""


class InferenceProcess:
    """A process that infers the shapes of one model after the other.

    It is kept, as starting one takes longer than inferring the shapes of most models.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process unless it runs; it gets ready while the caller reads the model."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    @property
    def pid(self) -> int | None:
        """Return the number of the process, ``None`` while there is none."""
        return None if self._process is None else self._process.pid

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            # What it has not read cannot be written any more.
            with suppress(BrokenPipeError), process:
                pass

    def infer(self, model: bytes) -> bytes:
        """Return a model with the shapes that onnx infers.

        Raises
        ------
        InferenceError
            When inference fails, crashes, or takes too long.
        UserError
            When onnx is not installed.
        """
        self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        timer = Timer(TIME_LIMIT_S, process.kill)
        timer.start()
        try:
            status, answer = _ask(process.stdin, process.stdout, model)
        except (OSError, EOFError):
            late = timer.finished.is_set()
            self.stop()
            reason = f"took more than {TIME_LIMIT_S:.0f} s" if late else "crashed"
            raise InferenceError(f"onnx {reason}") from None
        finally:
            timer.cancel()
        if status == NO_ONNX:
            raise UserError(
                "the Python package onnx is needed to infer shapes; `make check` brings it, "
                f"or `{sys.executable} -m pip install onnx`"
            )
        if status == FAILED:
            raise InferenceError(answer.decode("utf-8", "backslashreplace"))
        return answer


def _ask(questions: IO[bytes], answers: IO[bytes], model: bytes) -> tuple[int, bytes]:
    # It may have answered that onnx is missing before it ended.
    with suppress(BrokenPipeError):
        questions.write(LENGTH.pack(len(model)) + model)
        questions.flush()
    header = answers.read(ANSWER.size)
    if len(header) < ANSWER.size:
        raise EOFError
    status, length = ANSWER.unpack(header)
    answer = answers.read(length)
    if len(answer) < length:
        raise EOFError
    return status, answer


PROCESS = InferenceProcess()
atexit.register(PROCESS.stop)
