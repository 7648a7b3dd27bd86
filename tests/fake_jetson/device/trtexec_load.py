"""trtexec's running of an engine: the clock is real, the work is not."""

from __future__ import annotations

import hashlib
import json
import random
import time
from typing import Any

from tests.fake_jetson.device import common
from tests.fake_jetson.device.trtexec_build import MAGIC
from tests.fake_jetson.device.trtexec_log import Log, RunError

GMACS = {
    "resnet-50": 4.09,
    "ssd-mobilenet": 1.24,
    "ssd-resnet-34": 216.4,
    "retinanet-resnext-50": 201.2,
    "retinanet-resnet-34": 184.4,
    "resnet-34": 71.8,
}
JITTER = 0.01
"""Part of its length by which a query differs from the next."""
SPREAD = 0.004
"""Part of its speed by which a run differs from the next."""


def read_engine(log: Log, options: dict[str, str]) -> dict[str, Any]:
    """Read an engine file; one of another version, or a damaged one, is refused."""
    try:
        with open(options["loadEngine"], "rb") as file:
            data = file.read().rstrip(b"\0")
    except OSError as error:
        raise RunError(
            f"Error opening engine file: {options['loadEngine']}\nEngine set up failed"
        ) from error
    try:
        engine: dict[str, Any] = json.loads(data[len(MAGIC) :] if data.startswith(MAGIC) else b"")
    except ValueError as error:
        raise RunError(
            "[TRT] 1: [stdArchiveReader.cpp::StdArchiveReaderInitCommon::46] Error Code 1: "
            "Serialization (Serialization assertion magicTagRead == kMAGIC_TAG failed. Magic tag "
            "does not match)\n[TRT] 4: [runtime.cpp::deserializeCudaEngine::65] Error Code 4: "
            "Internal Error (Engine deserialization failed.)\nEngine deserialization failed\n"
            "Got invalid engine!\nInference set up failed"
        ) from error
    if engine["version"] != log.version:
        raise RunError(
            "[TRT] 1: [stdArchiveReader.cpp::StdArchiveReaderInitCommon::47] Error Code 1: "
            "Serialization (Serialization assertion stdVersionRead == kSERIALIZATION_VERSION "
            "failed. Version tag does not match)\nEngine deserialization failed\n"
            "Got invalid engine!\nInference set up failed"
        )
    log.info(
        f"[TRT] Loaded engine size: {len(data) >> 20} MiB", "Engine deserialized in 0.0042 sec."
    )
    return engine


def infer(log: Log, options: dict[str, str], engine: dict[str, Any], core: int, kind: str) -> None:
    """Run warm-up and measurement, then print and write what was measured."""
    for name, shape in engine["inputs"].items():
        log.info(f"Using random values for input {name}")
        log.info(f"Input binding for {name} with dimensions {_written(shape)} is created.")
    for name, shape in engine["outputs"].items():
        log.info(f"Output binding for {name} with dimensions {_written(shape)} is created.")
    if common.scenario()["dla_cores"] and engine["engine"] == "dla" and core < 0:
        core = 0
    period_ms = query_ms(engine, core)
    idle_ms = float(options.get("idleTime") or options.get("sleepTime") or 0)
    warm_ms, duration_s = float(options.get("warmUp", 200)), float(options.get("duration", 3))
    least_s = int(options.get("iterations", 10)) * (period_ms + idle_ms) / 1000
    log.info("Starting inference")
    start = time.monotonic()
    with common.Load(engine["engine"], core, period_ms / (period_ms + idle_ms)):
        _wait(
            start, warm_ms / 1000 + max(duration_s, least_s), kind, warm_ms / 1000 + duration_s / 2
        )
    took_ms = (time.monotonic() - start) * 1000
    drift = float(common.knob("drift_per_s", 0.0))
    queries = _queries(period_ms, idle_ms, took_ms, drift)
    warm = [query for query in queries if query[0] < warm_ms]
    timed = queries[len(warm) :]
    common.count("trtexec-runs")
    if kind == "no_summary":
        return
    profiled = "dumpProfile" in options or "exportProfile" in options
    if profiled:
        _write_profile(options, engine, timed)
    if options.get("exportOutput"):
        _write_output(options["exportOutput"], engine)
    if options.get("exportTimes"):
        _write_times(options["exportTimes"], timed if log.parts >= (8, 5) else queries)
    log.info(f"Warmup completed {len(warm)} queries over {warm_ms:g} ms")
    separate = "separateProfileRun" in options or log.parts >= (11, 0)
    if profiled and not separate:
        log.info(
            "The e2e network timing is not reported since it is inaccurate due to the extra "
            "synchronizations when the profiler is enabled."
        )
        return
    _print_summary(log, options, timed, idle_ms)


def query_ms(engine: dict[str, Any], core: int) -> float:
    """Return what one query takes at the clocks of the moment."""
    stem = engine["stem"].lower().replace("_", "-")
    work = next((work for name, work in GMACS.items() if name in stem), 1.0)
    device = common.scenario()
    board, layout = device["board"], device["layout"]
    if engine["engine"] == "dla":
        base = (0.25 + 0.25 * work) * (1 if engine["precision"] == "int8" else 13.8)
        ceiling = board["dla_hz"]
        clock = common.read(f"/sys/kernel/debug/clk/dla{core}_core/clk_rate")
    else:
        base = (0.35 + 0.16 * work) * {"int8": 1.0, "fp16": 1.02}.get(engine["precision"], 2.4)
        ceiling = board["gpu_hz"]
        clock = common.read(f"{layout['devfreq']}/max_freq")
    scale = ceiling / int(clock) if clock.isdigit() and int(clock) else 1.0
    return float(base * scale * engine["batch"] * float(common.knob("time_scale", 1.0)))


def _wait(start: float, seconds: float, kind: str, half: float) -> None:
    """Wait as long as the queries take; the device may be lost half-way."""
    while True:
        gone = time.monotonic() - start
        if kind == "device_lost" and gone >= half:
            raise RunError(
                "[TRT] 1: [nvdlaUtils.cpp::submit::198] Error Code 1: DLA (Failure to submit "
                "program to DLA engine.)\nError occurred during inference"
            )
        if kind == "hang_late" and gone >= half:
            common.wait_forever()
        if gone >= seconds and _has_been_felt(start + 0.75 * seconds):
            return
        time.sleep(min(0.02, max(seconds - gone, 0.0005)))


def _has_been_felt(since: float) -> bool:
    """Say whether rails and clocks have followed the load, which a busy machine may delay."""
    tick = common.read(common.TICK)
    return not tick or int(tick) >= since * 1000


def _queries(
    period_ms: float, idle_ms: float, until_ms: float, drift: float
) -> list[tuple[float, float]]:
    """Return start and length of each query, with some jitter and the drift asked for."""
    source = random.Random(common.counted("trtexec-load"))
    period_ms *= 1 + SPREAD * (source.random() - 0.5)
    queries: list[tuple[float, float]] = []
    now = 0.0
    while True:
        length = period_ms * (1 + drift * now / 1000) * (1 + JITTER * (source.random() - 0.5))
        if now + length > until_ms and queries:
            return queries
        queries.append((now, length))
        now += length + idle_ms


def _print_summary(
    log: Log, options: dict[str, str], timed: list[tuple[float, float]], idle_ms: float
) -> None:
    """Print the summary, whose throughput is queries over walltime."""
    lengths = [length for _, length in timed]
    wall_s = (timed[-1][0] + timed[-1][1] + idle_ms - timed[0][0]) / 1000
    log.info(f"Timing trace has {len(timed)} queries over {_six(wall_s)} s", "")
    runs = int(options.get("avgRuns", 10))
    log.info("=== Trace details ===", f"Trace averages of {runs} runs:")
    mean = sum(lengths) / len(lengths)
    ending = "(enqueue 0.2 ms)"
    average = (
        f"Average on {runs} runs - GPU latency: {_six(mean)} ms - Host latency: {_six(mean)} ms"
    )
    log.info(f"{average} {ending}", "", "=== Performance summary ===")
    log.info(f"Throughput: {_six(len(timed) / wall_s)} qps")
    asked = options.get("percentile", "90,95,99")
    for title in ("Latency", "Enqueue Time", "H2D Latency", "GPU Compute Time", "D2H Latency"):
        values = lengths if title in ("Latency", "GPU Compute Time") else [0.0] * len(lengths)
        log.info(f"{title}: {_stats(values, asked)}")
    log.info(f"Total Host Walltime: {_six(wall_s)} s")
    log.info(f"Total GPU Compute Time: {_six(sum(lengths) / 1000)} s")
    log.info("Explanations of the performance metrics are printed in the verbose logs.", "")


def _stats(values: list[float], percentiles: str) -> str:
    """Return the numbers of one line; a percentile leaves out the whole part of the rest."""
    ordered = sorted(values)
    count = len(ordered)
    parts = [
        f"min = {_six(ordered[0])} ms",
        f"max = {_six(ordered[-1])} ms",
        f"mean = {_six(sum(ordered) / count)} ms",
        f"median = {_six((ordered[count // 2] + ordered[(count - 1) // 2]) / 2)} ms",
    ]
    for text in percentiles.split(","):
        excluded = int((1 - float(text) / 100) * count)
        parts.append(f"percentile({text}%) = {_six(ordered[count - 1 - excluded])} ms")
    return ", ".join(parts)


def _write_times(path: str, queries: list[tuple[float, float]]) -> None:
    """Write the file of --exportTimes, a row on each line."""
    rows = []
    for start, length in queries:
        end = start + length
        rows.append(
            {
                "startEnqMs": round(start, 6),
                "endEnqMs": round(start + 0.01, 6),
                "startH2dMs": round(start, 6),
                "endH2dMs": round(start, 6),
                "startComputeMs": round(start, 6),
                "endComputeMs": round(end, 6),
                "startD2hMs": round(end, 6),
                "endD2hMs": round(end, 6),
                "h2dMs": 0,
                "computeMs": round(length, 6),
                "d2hMs": 0,
                "latencyMs": round(length, 6),
            }
        )
    with open(path, "w", encoding="utf-8") as file:
        file.write("[ " + "\n, ".join(map(json.dumps, rows)) + "\n]\n")


def _write_profile(
    options: dict[str, str], engine: dict[str, Any], timed: list[tuple[float, float]]
) -> None:
    """Write the file of --exportProfile, whose first element is the count."""
    if not options.get("exportProfile"):
        return
    total = sum(length for _, length in timed)
    names = engine["dla_layers"][:1] + engine["gpu_layers"] or ["all"]
    each = total / len(names)
    rows: list[dict[str, Any]] = [{"count": len(timed)}]
    for name in names:
        average = each / max(len(timed), 1)
        rows.append(
            {
                "name": name,
                "timeMs": each,
                "averageMs": average,
                "medianMs": average,
                "percentage": 100 / len(names),
            }
        )
    with open(options["exportProfile"], "w", encoding="utf-8") as file:
        json.dump(rows, file)


def _write_output(path: str, engine: dict[str, Any]) -> None:
    """Write the outputs: the same for the same engine, unless the device miscalculates."""
    wrong_from = int(common.knob("wrong_output_from", 0))
    salt = "wrong" if wrong_from and common.count("outputs") >= wrong_from else ""
    digest = hashlib.sha256((engine["model"] + engine["precision"] + salt).encode()).digest()
    values = [byte / 255 for byte in digest]
    outputs = [
        {"name": name, "dimensions": _written(shape), "values": values}
        for name, shape in engine["outputs"].items()
    ]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(outputs, file)


def _written(shape: list[int]) -> str:
    return "x".join(map(str, shape))


def _six(value: float) -> str:
    """Write a number as a C++ stream does."""
    return f"{value:.6g}"
