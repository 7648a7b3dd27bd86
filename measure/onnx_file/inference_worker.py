"""Shape inference in a process of its own, which a hostile model may crash or fill.

Reads models from standard input, each after its length, and answers each with a status, a length
and the inferred model or the reason why there is none.
"""

from __future__ import annotations

import os
import sys
from struct import Struct
from typing import BinaryIO

LENGTH = Struct("<Q")
ANSWER = Struct("<BQ")
INFERRED, FAILED, NO_ONNX = 0, 1, 2

MEMORY_LIMIT_BYTES = 2 << 30
"""What inference may take beyond what the process has when it starts."""


def limit_memory() -> None:
    """Make the process fail where it would fill the machine; only Linux can."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            in_use = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + MEMORY_LIMIT_BYTES,) * 2)
    except (ImportError, OSError, ValueError):
        return


def infer(model: bytes) -> tuple[int, bytes]:
    """Return a status and the inferred model, or what went wrong."""
    import onnx.shape_inference

    try:
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=False, data_prop=True)
        return INFERRED, inferred.SerializeToString()
    # The bindings raise what the C++ code throws, of any class.
    except Exception as error:
        return FAILED, str(error).encode("utf-8", "backslashreplace")


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    try:
        import onnx.shape_inference  # noqa: F401
    except ImportError as error:
        answers.write(ANSWER.pack(NO_ONNX, 0))
        answers.flush()
        raise SystemExit(str(error)) from None
    limit_memory()
    while True:
        header = questions.read(LENGTH.size)
        if len(header) < LENGTH.size:
            return
        status, answer = infer(questions.read(*LENGTH.unpack(header)))
        answers.write(ANSWER.pack(status, len(answer)) + answer)
        answers.flush()


if __name__ == "__main__":
    # What libraries print must not get between the answers.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, channel)
