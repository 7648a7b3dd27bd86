"""A process that holds an ONNX Runtime session: ``python -m measure.backends.ort_child``.

It reads one JSON object per line and answers each with one; the stamps of the queries go to a
file, start and end of each as 64-bit numbers.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from array import array
from typing import IO, Any, Callable, Dict, Mapping, Sequence

from measure.device.clock import now_ns

Command = Mapping[str, Any]
Answer = Dict[str, Any]
Query = Callable[[], Any]
Shapes = Mapping[str, Sequence[int]]


class Session:
    """A model, ready to run on the CPU.

    Parameters
    ----------
    model
        Path of the ONNX file.
    threads
        Threads of one query.
    seed
        Of the input.
    shapes
        Of the inputs that the model leaves open.
    """

    def __init__(self, model: str, threads: int, seed: int, shapes: Shapes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self.feed = make_feed(self.session.get_inputs(), seed, shapes)
        self.outputs = [output.name for output in self.session.get_outputs()]

    def query(self) -> Any:
        """Run the network once."""
        return self.session.run(self.outputs, self.feed)

    def checksum(self) -> str:
        """Return the sha256 of all outputs."""
        digest = hashlib.sha256()
        for output in self.query():
            digest.update(output.tobytes())
        return digest.hexdigest()


def make_feed(inputs: Any, seed: int, shapes: Shapes) -> dict[str, Any]:
    """Return the same numbers for the same seed, between 0 and 1, or all of a byte's."""
    import numpy as np

    draw = np.random.default_rng(seed)
    types = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
    feed = {}
    for entry in inputs:
        shape = shapes.get(entry.name, entry.shape)
        if entry.type in types:
            feed[entry.name] = draw.random(shape).astype(types[entry.type])
        else:
            low, kind = (-128, np.int8) if entry.type == "tensor(int8)" else (0, np.uint8)
            feed[entry.name] = draw.integers(low, low + 256, shape).astype(kind)
    return feed


def run_queries(query: Query, seconds: float, period_s: float = 0.0) -> array[int]:
    """Run queries for a time, and at least one; return start and end of each.

    Parameters
    ----------
    query
        What to run.
    seconds
        For how long to start queries.
    period_s
        Time from one start to the next; 0 for as fast as possible.
    """
    stamps = array("q")
    add = stamps.append
    period_ns = int(period_s * 1e9)
    began = now_ns()
    due = began
    end = began + int(seconds * 1e9)
    while True:
        start = now_ns()
        if start < due:
            time.sleep((due - start) / 1e9)
            start = now_ns()
        query()
        stop = now_ns()
        add(start)
        add(stop)
        if stop >= end:
            return stamps
        # Late queries aren't made up for: that would change the rate asked for.
        due = max(due + period_ns, stop) if period_ns else stop


class Server:
    """Answers commands; holds the session between them."""

    def __init__(self) -> None:
        self.session: Session | None = None

    def answer(self, command: Command) -> Answer:
        """Do what a command says."""
        kind = command["do"]
        if kind == "open":
            return self._open(command)
        if kind == "host":
            pause = float(command["query_s"])
            return self._timed(command, lambda: time.sleep(pause))
        if self.session is None:
            raise ValueError("no model is open")
        if kind == "checksum":
            return {"checksum": self.session.checksum()}
        return self._timed(command, self.session.query)

    def _open(self, command: Command) -> Answer:
        import onnxruntime

        self.session = Session(
            command["model"],
            int(command["threads"]),
            int(command["seed"]),
            command.get("shapes", {}),
        )
        return {"runtime": onnxruntime.__version__, "threads": int(command["threads"])}

    def _timed(self, command: Command, query: Query) -> Answer:
        """Warm up, run, and leave the stamps in a file."""
        warmup_s, period_s = float(command.get("warmup_s", 0)), float(command.get("period_s", 0))
        if warmup_s > 0:
            run_queries(query, warmup_s, period_s)
        stamps = run_queries(query, float(command["seconds"]), period_s)
        with open(command["times"], "wb") as stream:
            stamps.tofile(stream)
        return {"queries": len(stamps) // 2}


def serve(source: IO[str], sink: IO[str]) -> None:
    """Answer commands until there are no more; an error is an answer too."""
    server = Server()
    for line in source:
        try:
            answer = server.answer(json.loads(line))
        except MemoryError:
            answer = {"failure": "out_of_memory", "error": "not enough memory"}
        except Exception as error:
            # ONNX Runtime has exceptions of its own for each kind of trouble.
            answer = {"failure": "crashed", "error": " ".join(str(error).split())[:400]}
        print(json.dumps(answer), file=sink, flush=True)


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
