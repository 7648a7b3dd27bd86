"""The CPU backend's images/s against onnxruntime's own loop, in turn on the same model."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Result
from measure.backends.engine_cache import EngineCache
from measure.backends.onnxruntime import OnnxRuntimeBackend, usable_threads
from measure.networks.store import model_file
from measure.run.jobs import Job
from measure.run.settings import Settings
from measure.run.windows import counted

NETWORK = "ssd-mobilenet-v1"
PAIRS, SECONDS, WARMUP_S = 40, 1.0, 0.2
DEVIATION = 0.02

PEER = """\
import sys, time
import numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(sys.argv[2])
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
draw = numpy.random.default_rng(0)
feed = {i.name: draw.random(i.shape).astype(numpy.float32) for i in session.get_inputs()}
def rate(seconds):
    begin, count = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        session.run(None, feed)
        count += 1
    return count / (time.monotonic() - begin)
for line in sys.stdin:
    rate(float(line.split()[0]))
    print(rate(float(line.split()[1])), flush=True)
"""


def results() -> list[Result]:
    """Return by how much the two rates differ, by the median of pairs whose order changes."""
    with tempfile.TemporaryDirectory() as name:
        ratios = _ratios(Path(name))
    ratio = statistics.median(ratios)
    low, _, high = statistics.quantiles(ratios, n=4)
    return [
        Result(
            "images/s of the CPU backend / onnxruntime's loop, deviation from 1",
            abs(ratio - 1),
            DEVIATION,
            "x",
            f"median ratio {ratio:.4f} of {PAIRS} pairs of {SECONDS:g} s, half of them "
            f"from {low:.3f} to {high:.3f}",
        )
    ]


def _ratios(folder: Path) -> list[float]:
    model = model_file(NETWORK, "fp32", "dense", 1, folder)
    job = Job(NETWORK, (1, 3, 300, 300), "cpu", (), "fp32", "none", "fp32").keyed()
    backend = OnnxRuntimeBackend(folder, Settings(), time.sleep)
    builds = backend.build(job, model, EngineCache(folder, {}))
    words = [sys.executable, "-c", PEER, str(model.path), str(usable_threads())]
    peer = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ours() -> float:
        outcome = backend.load(job, builds, SECONDS, WARMUP_S)
        return float(counted(outcome.instances, 1.0)["images_per_second"])

    def theirs() -> float:
        assert peer.stdin is not None
        assert peer.stdout is not None
        peer.stdin.write(f"{WARMUP_S} {SECONDS}\n")
        peer.stdin.flush()
        return float(peer.stdout.readline())

    try:
        found = []
        for number in range(PAIRS):
            if number % 2:
                first = ours()
                found.append(first / theirs())
            else:
                other = theirs()
                found.append(ours() / other)
        return found
    finally:
        backend.close()
        peer.kill()
        peer.wait()
