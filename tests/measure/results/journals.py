"""Journals written by hand: a run on a Jetson, one on a CPU, one of logs of others."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from measure.journal.files import store_file
from measure.journal.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

Record = dict[str, Any]

ORIN = "20261121-trtexec-a1b2c3"
CPU = "20261121-onnxruntime-0d1e2f"
LOGS = "20261121-recorded-00ff00"
PAIRS = 8
ENGINE_RAIL = {"dla": "VDD_CPU_CV", "gpu": "VDD_GPU_SOC"}
IDLE_W = {"VDD_GPU_SOC": 4.0, "VDD_CPU_CV": 2.0, "VIN_SYS_5V0": 3.0}
STEP_W = 0.394


def run_record(**changes: Any) -> Record:
    """Return the first record of a run on a Jetson AGX Orin."""
    record = {
        "type": "run",
        "run": ORIN,
        "protocol": "dla-ppw/1",
        "quick": False,
        "device": "0123456789ab",
        "backend": "trtexec",
        "module": "jetson-agx-orin-64gb",
        "compatible": ["nvidia,p3737-0000+p3701-0005", "nvidia,tegra234"],
        "soc": "orin",
        "cpu_model": "ARMv8 Processor rev 1 (v8l)",
        "cpu_cores": 12,
        "l4t": "36.4.3",
        "jetpack": "6.2",
        "tensorrt": "10.3.0",
        "runtime_version": "TensorRT 10.3.0",
        "dla_cores": 2,
        "power_source": "sysfs",
        "rails": [
            {"name": "VDD_GPU_SOC", "shunt_ohm": 0.002, "lsb_w": STEP_W, "role": "total gpu soc"},
            {"name": "VDD_CPU_CV", "shunt_ohm": 0.002, "lsb_w": STEP_W, "role": "total dla"},
            {"name": "VIN_SYS_5V0", "shunt_ohm": 0.002, "lsb_w": STEP_W, "role": "total"},
            {"name": "VDDQ_VDD2_1V8AO", "shunt_ohm": 0.002, "lsb_w": 0.04, "role": ""},
        ],
        "command": ["python", "-m", "measure", "run", "--networks", "resnet-50"],
        "code_version": "0123456789ab+",
        "seed": 7,
        "ambient_c": 22.5,
        "psu": "barrel, 19 V",
        "clock_policy": "pinned",
        "source": "",
        "note": "",
    }
    return {**record, **changes}


def job(engine: str = "dla", cores: tuple[int, ...] = (0,), **changes: Any) -> Record:
    """Return a job of a plan."""
    record = {
        "job": f"{engine.replace('+', '')}{len(cores)}".ljust(16, "0"),
        "network": "resnet-50",
        "input_shape": [2, 3, 224, 224],
        "engine": engine,
        "cores": list(cores),
        "precision": "int8",
        "quantization": "implicit",
        "form": "fp32",
        "weights": "dense",
        "batch": 2,
        "power_mode": "maxn",
        "clock_policy": "pinned",
    }
    return {**record, **changes}


def plan(*jobs: Record, **settings: Any) -> Record:
    """Return the record of a plan."""
    return {"type": "plan", "jobs": list(jobs), "settings": {"min_pairs": PAIRS, **settings}}


def build(of: Record, **changes: Any) -> Record:
    """Return the record of an engine."""
    record = {
        "type": "build",
        "job": of["job"],
        "network": of["network"],
        "precision": of["precision"],
        "quantization": of["quantization"],
        "weights": of["weights"],
        "batch": of["batch"],
        "build": "b0b1b2b3",
        "outcome": "built",
        "command": ["trtexec", "--onnx=resnet-50.onnx", "--useDLACore=0", "--int8"],
        "seconds": 61.25,
        "failure": "",
        "failure_text": "",
        "onnx_sha256": "0" * 64,
        "engine_sha256": "1" * 64,
        "engine_bytes": 30123456,
        "dla_layers": 57,
        "gpu_layers": 1,
        "dla_subgraphs": 1,
        "reformats": 2,
        "refusals": 0,
        "placement": "mixed",
        "placement_basis": "build_log",
        "log": "",
        "layer_info": "",
    }
    return {**record, **changes}


def power(extra: dict[str, float], codes: int = 9) -> Record:
    """Return the power of a segment: idle power and what comes on top by rail."""
    return {
        name: {
            "mean_w": watts + extra.get(name, 0.0),
            "codes": codes,
            "samples": 2700,
            "lsb_w": STEP_W,
        }
        for name, watts in IDLE_W.items()
    }


def idle(of: Record, number: int, pair: int, **changes: Any) -> Record:
    """Return an idle segment that drifts a little from one half to the other."""
    halves = [power({"VDD_CPU_CV": offset}) for offset in (0.0, 0.02)]
    record = {
        **_segment(of, number, pair, "idle"),
        "seconds": 30.0,
        "power": power({"VDD_CPU_CV": 0.01}),
        "power_halves": halves,
    }
    return {**record, **changes}


def load(of: Record, number: int, pair: int, rate: float, **changes: Any) -> Record:
    """Return a load segment with a little scatter from pair to pair."""
    factor = 1 + 0.002 * ((pair * 5) % 7 - 3)
    images = round(60 * rate * factor)
    engines = [("dla", core) for core in of["cores"]]
    engines += [("gpu", None)] if of["engine"] in ("gpu", "gpu+dla") else []
    engines += [("cpu", None)] if of["engine"] == "cpu" else []
    extra = {"VDD_GPU_SOC": 0.8, "VIN_SYS_5V0": 0.4}
    for engine, _ in engines:
        if engine != "cpu":
            rail = ENGINE_RAIL[engine]
            extra[rail] = extra.get(rail, 0.0) + 5.0 + 0.05 * (pair % 3)
    share = images // len(engines)
    record = {
        **_segment(of, number, pair, "load"),
        "seconds": 60.0,
        "instances": [
            {
                "engine": engine,
                "dla_core": core,
                "queries": share // of["batch"],
                "images": share,
                "command": ["trtexec", "--loadEngine=e.engine", "--noDataTransfers"],
                "log": "",
                "times": "",
            }
            for engine, core in engines
        ],
        "images": share * len(engines),
        "images_per_second": share * len(engines) / 60.0,
        "latency_ms": {"queries": images // of["batch"], "p50": 2.5, "p90": 2.75, "p99": 3 + pair},
        "blocks": [rate * factor] * 55,
        "power": power(extra),
    }
    return {**record, **changes}


def host(of: Record, number: int, pair: int, watts: float = 0.5) -> Record:
    """Return a host segment."""
    record = {**_segment(of, number, pair, "host"), "power": power({"VDD_CPU_CV": watts})}
    return {**record, "seconds": 60.0}


def endurance(of: Record, number: int, rate: float, end: float = 0.0, **changes: Any) -> Record:
    """Return a long load, whose last minute may have another rate than the rest."""
    blocks = [rate] * 540 + [end or rate] * 60
    images = round(sum(blocks))
    record = {
        **load(of, number, 1, rate),
        "role": "endurance",
        "seconds": 600.0,
        "images": images,
        "images_per_second": images / 600.0,
        "blocks": blocks,
        "flags": ["throughput_drift"],
    }
    return {**record, **changes}


def _segment(of: Record, number: int, pair: int, role: str) -> Record:
    return {
        "type": "segment",
        "job": of["job"],
        "segment": number,
        "pair": pair,
        "role": role,
        "tj_mean_c": 55.5,
        "clocks": {
            "gpu_mhz": 1300.5,
            "dla0_mhz": 1600.0,
            "dla1_mhz": 1590.0,
            "emc_mhz": 3199.0,
            "cpus_online": 12,
        },
        "valid": True,
        "reasons": [],
        "flags": [],
    }


def measured(of: Record, rate: float = 1000.0, pairs: int = PAIRS) -> list[Record]:
    """Return all segments of a job with power: idle and load in turn, then the host's part."""
    records = [idle(of, 1, 1)]
    for pair in range(1, pairs + 1):
        records += [load(of, 2 * pair, pair, rate), idle(of, 2 * pair + 1, pair)]
    for pair in (1, 2):
        number = 2 * pairs + 2 * pair
        records += [host(of, number, pair), idle(of, number + 1, pair)]
    return [*records, stop(of)]


def stop(of: Record, why: str = "narrow") -> Record:
    """Return the record of a job that is over."""
    return {"type": "stop", "job": of["job"], "why": why, "half_width": 0.01}


def mode(key: str = "maxn", number: int = 0) -> Record:
    """Return the record of a power mode that was applied."""
    return {"type": "mode", "key": key, "mode": key.upper(), "mode_id": number, "applied": True}


def on_cpu() -> list[Record]:
    """Return the records of a quick run on a CPU."""
    of = job("cpu", (), precision="fp32", quantization="none", batch=1, power_mode="")
    of["input_shape"] = [1, 3, 224, 224]
    run = run_record(
        run=CPU,
        backend="onnxruntime",
        quick=True,
        module="",
        soc="",
        l4t="",
        jetpack="",
        tensorrt="",
        runtime_version="onnxruntime 1.31.1",
        power_source="none",
        rails=[],
        cpu_model="Some CPU @ 2.0 GHz",
    )
    loads = [load(of, pair, pair, 40.0, power=None, clocks={}) for pair in (1, 2, 3)]
    for one in loads:
        one["instances"][0]["command"] = ["python3", "-m", "measure.backends.ort_child", "x y"]
        del one["power"]
    made = build(of, build="c0c1", engine="cpu", command=[], dla_layers=None, gpu_layers=None)
    made |= {"dla_subgraphs": None, "reformats": None, "refusals": None, "engine_bytes": 0}
    made |= {"placement": "cpu", "engine_sha256": ""}
    return [run, plan(of, min_pairs=3, custom=True), made, *loads, stop(of, "cap")]


def of_logs() -> list[Record]:
    """Return the records of one run that somebody made by hand."""
    of = job("gpu", (), precision="fp16", quantization="none", batch=1)
    of["input_shape"] = [1, 3, 224, 224]
    run = run_record(
        run=LOGS,
        backend="recorded",
        device="",
        power_source="tegrastats",
        source="dla-sw-faq",
        locator="a line",
        command=[],
        date="2026-10-01",
    )
    one = load(of, 1, 1, 962.883, images_per_second=962.883)
    one["blocks"] = []
    one["latency_ms"] = {"queries": 300, "p50": 1.0, "p90": None, "p99": 1.1}
    one["steady_power"] = {"mean_w": 19.3, "low_w": 19.0, "high_w": 19.6, "idle_floor_w": 9.1}
    one["power"] = {name: {**rail, "lsb_w": None} for name, rail in one["power"].items()}
    return [run, plan(of), one, {"type": "end", "outcome": "complete"}]


def write(folder: Path, records: list[Record], logs: bool = True) -> Path:
    """Write a journal into the folder of its run, with a log for each build and load."""
    run = folder / records[0]["run"]
    with Journal.open(run / "journal.jsonl") as journal:
        for number, record in enumerate(records):
            journal.append(_with_logs(run, number, record) if logs else record)
    return run


def _with_logs(run: Path, number: int, record: Record) -> Record:
    if record["type"] == "build":
        path, digest = store_file(run, f"logs/build-{number}.log", b"[I] built %d\n" % number)
        return {**record, "log": path, "log_sha256": digest}
    if record.get("instances"):
        path, digest = store_file(run, f"logs/run-{number}.log", b"[I] ran %d\n" % number)
        first = {**record["instances"][0], "log": path, "log_sha256": digest}
        return {**record, "instances": [first, *record["instances"][1:]]}
    return record


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()
