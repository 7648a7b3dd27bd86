"""Rows of measured tables for tests of the lint and of pages: made up, on no real device."""

from __future__ import annotations

import csv
import json
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SHA = "0" * 64
DLA_RUN, CPU_RUN = "20260101-trtexec-abcdef", "20260102-onnxruntime-abcdef"

LOG = b"a log\n"
LOG_PATH = f"{DLA_RUN}/logs/build.log"
FILES = (
    {
        "run": DLA_RUN,
        "path": LOG_PATH,
        "role": "build_log",
        "sha256": sha256(LOG).hexdigest(),
        "bytes": str(len(LOG)),
    },
)
RUNS = (
    {
        "run": DLA_RUN,
        "date": "2026-01-01",
        "protocol": "dla-ppw/1",
        "kind": "measured",
        "backend": "trtexec",
        "quick": "no",
        "device": "0123456789ab",
        "module": "jetson-agx-orin-64gb",
        "soc": "orin",
        "l4t": "36.4.3",
        "product": "JetPack",
        "release": "6.2",
        "tensorrt": "10.3.0.30",
        "power_source": "sysfs",
        "clock_policy": "pinned",
        "seed": "1",
        "command": "python -m measure run",
        "journal_sha256": SHA,
    },
    {
        "run": CPU_RUN,
        "date": "2026-01-02",
        "protocol": "dla-ppw/1",
        "kind": "measured",
        "backend": "onnxruntime",
        "quick": "yes",
        "device": "ba9876543210",
        "cpu_model": "A processor of four cores",
        "cpu_cores": "4",
        "runtime_version": "1.31.1",
        "power_source": "none",
        "command": "python -m measure run",
        "journal_sha256": SHA,
    },
)
_DLA = {
    "run": DLA_RUN,
    "build": "b1",
    "network": "resnet-50",
    "model": "resnet-50",
    "input_width": "224",
    "input_height": "224",
    "batch": "2",
    "engine": "dla",
    "precision": "int8",
    "quantization": "implicit_uncalibrated",
    "weights": "dense",
    "module": "jetson-agx-orin-64gb",
    "power_mode": "maxn",
    "power_mode_id": "0",
    "clock_policy": "pinned",
    "product": "JetPack",
    "release": "6.2",
    "tensorrt": "10.3.0.30",
    "dla_mhz": "1600",
    "dla_layers": "70",
    "gpu_layers": "0",
    "dla_subgraphs": "1",
    "transfers": "excluded",
    "segments_valid": "8",
    "segments_total": "9",
    "interval_basis": "segments",
    "queries": "20000",
    "latency_p50_ms": "2.1",
    "stop_reason": "narrow",
    "command": "trtexec --loadEngine=resnet-50.engine --useDLACore=0",
}
_POWER = {
    "load_power_w": "15.1",
    "load_power_low_w": "14.9",
    "load_power_high_w": "15.3",
    "idle_power_w": "8.2",
    "module_delta_w": "6.9",
    "module_delta_low_w": "6.7",
    "module_delta_high_w": "7.1",
    "rail_delta_w": "2.2",
    "rail_delta_low_w": "2",
    "rail_delta_high_w": "2.4",
    "soc_share_w": "1.2",
    "marginal_j": "0.0034",
    "marginal_j_low": "0.0032",
    "marginal_j_high": "0.0036",
    "images_per_s_per_w_a": "295",
    "images_per_s_per_w_a_low": "287",
    "images_per_s_per_w_a_high": "304",
    "images_per_s_per_w_b": "926",
    "images_per_s_per_w_b_low": "850",
    "images_per_s_per_w_b_high": "1010",
}
_GPU_POWER = {
    "images_per_s_per_w_a": "141",
    "images_per_s_per_w_a_low": "137",
    "images_per_s_per_w_a_high": "145",
    "images_per_s_per_w_b": "310",
    "images_per_s_per_w_b_low": "290",
    "images_per_s_per_w_b_high": "331",
}
RESULTS = (
    {
        **_DLA,
        **_POWER,
        "result": "dla-both",
        "dla_cores": "2",
        "aggregation": "sum",
        "images_per_second": "2036.2",
        "images_per_second_low": "2030.1",
        "images_per_second_high": "2042.3",
        "endurance_s": "599.8",
        "endurance_images_per_second": "2031.5",
        "endurance_end_images_per_second": "2029.1",
        "endurance_power_w": "15.3",
    },
    {
        **_DLA,
        "result": "dla-one",
        "dla_cores": "1",
        "aggregation": "single",
        "images_per_second": "1021.4",
        "images_per_second_low": "1019",
        "images_per_second_high": "1023.8",
    },
    {
        **_DLA,
        "result": "gpu",
        "engine": "gpu",
        "dla_cores": "0",
        "aggregation": "single",
        "dla_layers": "",
        "dla_subgraphs": "",
        "images_per_second": "3100.5",
        "images_per_second_low": "3080",
        "images_per_second_high": "3121",
        "interval_basis": "blocks",
        "flags": "wide_ci shared_rail",
        **_GPU_POWER,
    },
    {
        "result": "cpu",
        "run": CPU_RUN,
        "network": "resnet-50",
        "model": "resnet-50",
        "input_width": "224",
        "input_height": "224",
        "batch": "1",
        "engine": "cpu",
        "dla_cores": "0",
        "aggregation": "single",
        "precision": "fp32",
        "quantization": "none",
        "weights": "dense",
        "transfers": "unknown",
        "segments_valid": "6",
        "segments_total": "6",
        "images_per_second": "31.5",
        "images_per_second_low": "31.1",
        "images_per_second_high": "31.9",
        "interval_basis": "segments",
        "queries": "900",
        "stop_reason": "cap",
    },
)
_RATIO = {
    "run": DLA_RUN,
    "dla_result": "dla-both",
    "gpu_result": "gpu",
    "network": "resnet-50",
    "module": "jetson-agx-orin-64gb",
    "power_mode": "maxn",
    "weights": "dense",
    "precision": "int8",
    "dla_cores": "2",
    "pairs": "8",
    "flags": "shared_rail wide_ci",
}
RATIOS = (
    {
        **_RATIO,
        "definition": "a",
        "ratio": "2.1",
        "ratio_low": "2.02",
        "ratio_high": "2.18",
    },
    {
        **_RATIO,
        "definition": "b",
        "ratio": "2.99",
        "ratio_low": "2.8",
        "ratio_high": "3.2",
    },
)
SEGMENTS = (
    {
        "run": DLA_RUN,
        "result": "dla-both",
        "segment": "9",
        "pair": "4",
        "role": "load",
        "seconds": "60",
        "images": "108084",
        "images_per_second": "1801.4",
        "valid": "no",
        "reasons": "thermal gpu_leak",
    },
    {
        "run": DLA_RUN,
        "result": "dla-both",
        "segment": "1",
        "pair": "1",
        "role": "load",
        "seconds": "60",
        "images": "122172",
        "images_per_second": "2036.2",
        "valid": "yes",
    },
    {
        "run": DLA_RUN,
        "result": "dla-both",
        "segment": "40",
        "pair": "1",
        "role": "endurance",
        "seconds": "599.8",
        "images": "1218494",
        "images_per_second": "2031.5",
        "power_w": "15.3",
        "valid": "yes",
    },
)
BUILDS = (
    {
        "run": DLA_RUN,
        "build": "b1",
        "network": "resnet-50",
        "model": "resnet-50",
        "engine": "dla",
        "precision": "int8",
        "quantization": "implicit_uncalibrated",
        "weights": "dense",
        "batch": "2",
        "outcome": "built",
        "build_s": "64.2",
        "dla_layers": "70",
        "gpu_layers": "0",
        "dla_subgraphs": "1",
        "placement": "dla",
        "placement_basis": "engine",
        "log": LOG_PATH,
    },
)
COMPARISONS = (
    {
        "result": "dla-both",
        "metric": "images_per_second",
        "published_table": "throughput",
        "published_record": "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2",
        "published_value": "2037",
        "verdict": "inside",
        "ratio": "1.000",
        "first_difference": "release",
        "certain": "yes",
        "detail": "You ran JetPack 6.2, the table has JetPack 5.1.1.",
        "differences": "release",
        "source": "dla-atlas-comparison",
    },
    {
        "result": "dla-both",
        "metric": "perf_per_watt_ratio",
        "definition": "b",
        "published_table": "perf-per-watt",
        "published_record": "perf-per-watt.resnet-50.jetson-agx-orin-64gb.maxn.dense",
        "published_value": "3.5",
        "verdict": "outside",
        "ratio": "0.854",
        "first_difference": "batch",
        "certain": "yes",
        "detail": "GPU: You ran batch 2, the table has 256.",
        "differences": "batch release power_definition",
        "source": "dla-atlas-comparison",
    },
    {
        "result": "dla-one",
        "metric": "images_per_second",
        "published_table": "throughput",
        "published_record": "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2",
        "published_value": "2037",
        "verdict": "outside",
        "ratio": "0.501",
        "first_difference": "one_core",
        "certain": "yes",
        "detail": "You ran one DLA core, the table is the sum of two.",
        "differences": "one_core release",
        "source": "dla-atlas-comparison",
    },
)
TABLES = {
    "runs": RUNS,
    "builds": BUILDS,
    "results": RESULTS,
    "ratios": RATIOS,
    "segments": SEGMENTS,
    "files": FILES,
    "comparisons": COMPARISONS,
}
"""Rows by table; what is not stated is unknown."""


def empty_measured(data: Path) -> None:
    """Take out of a data package what runs brought into its measured tables."""
    shutil.rmtree(data / "measured" / "files", ignore_errors=True)
    for path in (data / "measured").glob("*.csv"):
        header = path.read_text(encoding="utf-8").partition("\n")[0]
        path.write_text(f"{header}\n", encoding="utf-8")


def write_measured(data: Path, tables: Mapping[str, Sequence[Mapping[str, str]]] = TABLES) -> None:
    """Replace the measured tables of a data package by these rows, with the log they name."""
    empty_measured(data)
    log = data / "measured" / "files" / LOG_PATH
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(LOG)
    descriptor = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        if resource["name"] not in TABLES:
            continue
        columns = [field["name"] for field in resource["schema"]["fields"]]
        with (data / resource["path"]).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables[resource["name"]])
