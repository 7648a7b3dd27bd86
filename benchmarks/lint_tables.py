"""Write a data package with many observations: ``python -m benchmarks.lint_tables DIR ROWS``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

CHUNK = 100_000
SEED = 20261120
SLUG = r"^[a-z0-9]+([.-][a-z0-9]+)*$"
MODULE = "jetson-agx-orin-64gb"
MODES = ("maxn", "50w", "30w", "15w")
DLA_TOPS = {"maxn": 105, "50w": 92, "30w": 90, "15w": 40}
NETWORKS = {  # giga-MACs, width, height, batch
    "resnet-50": (4.09, 224, 224, 2),
    "ssd-mobilenet-v1": (1.24, 300, 300, 2),
    "ssd-resnet-34": (216.42, 1200, 1200, 1),
    "resnet-34-backbone": (71.77, 1280, 768, 1),
}
SMALL_TABLES: dict[str, list[dict[str, Any]]] = {
    "sources": [{"key": f"run-set-{n:02d}", "read_on": "2026-11-20"} for n in range(40)],
    "modules": [
        {
            "module": MODULE,
            "dla_cores": 2,
            "total_sparse_int8_tops": 275,
            "gpu_sparse_int8_tops": 171,
            "dla_sparse_int8_tops": 105,
            "dla_dense_int8_tops": "",
        }
    ],
    "power-modes": [{"module": MODULE, "mode": mode} for mode in MODES],
    "networks": [
        {
            "network": name,
            "gmacs": macs,
            "input_width": width,
            "input_height": height,
            "dla_batch": batch,
        }
        for name, (macs, width, height, batch) in NETWORKS.items()
    ],
    "tops": [
        {
            "module": MODULE,
            "power_mode": mode,
            "engine": "dla",
            "weights": "sparse",
            "tops": tops,
            "source": "run-set-00",
        }
        for mode, tops in DLA_TOPS.items()
    ],
}
KEYS = {
    "sources": ["key"],
    "modules": ["module"],
    "power-modes": ["module", "mode"],
    "networks": ["network"],
    "tops": ["module", "power_mode", "engine", "weights"],
    "throughput": ["observation"],
}


def _text(name: str, **constraints: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", "constraints": {"required": True, **constraints}}


def _number(name: str, low: float, high: float, kind: str = "number") -> dict[str, Any]:
    limits = {"required": True, "minimum": low, "maximum": high}
    return {"name": name, "type": kind, "constraints": limits}


OBSERVATION = [
    _text("observation", unique=True, pattern=r"^o[0-9]{8}$"),
    _text("run", pattern=SLUG),
    _text("network", pattern=SLUG),
    _text("module", pattern=SLUG),
    _text("power_mode", pattern=SLUG),
    _text("weights", enum=["dense", "sparse"]),
    _text("engine", enum=["dla"]),
    _number("dla_cores", 1, 2, "integer"),
    _text("aggregation", enum=["sum", "single"]),
    _text("precision", enum=["int8", "fp16"]),
    _number("batch", 1, 4096, "integer"),
    _number("input_width", 32, 4096, "integer"),
    _number("input_height", 32, 4096, "integer"),
    _number("images_per_second", 0.1, 1_000_000),
    _number("latency_ms", 0.01, 1_000_000),
    _number("power_w", 0.1, 200),
    {"name": "measured_on", "type": "date", "constraints": {"minimum": "2020-01-01"}},
    {"name": "source", "type": "string", "constraints": {"required": True, "pattern": SLUG}},
    {"name": "locator", "type": "string", "constraints": {"maxLength": 200}},
]


def write_package(folder: Path, rows: int) -> None:
    """Write ``datapackage.json`` and its tables, all of them right."""
    resources = []
    for name, records in SMALL_TABLES.items():
        frame = pd.DataFrame(records)
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
        fields = [_field(str(column), frame[column]) for column in frame]
        resources.append(_resource(name, fields, []))
    foreign = [("network", "networks"), ("module", "modules"), ("source", "sources")]
    resources.append(_resource("throughput", OBSERVATION, foreign))
    descriptor = {"name": "bench", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor, indent=1), encoding="utf-8")
    random = np.random.default_rng(SEED)
    with (folder / "throughput.csv").open("w", encoding="utf-8", newline="") as file:
        for start in range(0, rows, CHUNK):
            frame = _observations(random, start, min(CHUNK, rows - start))
            frame.to_csv(file, index=False, header=start == 0, lineterminator="\n")


def _field(name: str, values: pd.Series) -> dict[str, Any]:
    kind = "string" if values.dtype == "str" else "number"
    return {"name": name, "type": "date" if name == "read_on" else kind}


def _resource(
    name: str, fields: list[dict[str, Any]], foreign: list[tuple[str, str]]
) -> dict[str, Any]:
    keys = [
        {"fields": [column], "reference": {"resource": table, "fields": KEYS[table]}}
        for column, table in foreign
    ]
    schema = {"fields": fields, "primaryKey": KEYS[name], "foreignKeys": keys}
    return {"name": name, "path": f"{name}.csv", "group": "published", "schema": schema}


def _observations(random: np.random.Generator, start: int, count: int) -> pd.DataFrame:
    """Return runs of 48 observations, dense and sparse in turn, under one condition each."""
    numbers = np.arange(start, start + count)
    run, is_sparse = numbers // 48, numbers % 2 == 1
    network = np.array(list(NETWORKS))[run % len(NETWORKS)]
    mode = np.array(MODES)[run // len(NETWORKS) % len(MODES)]
    macs, width, height, batch = (
        np.array([NETWORKS[name][position] for name in NETWORKS])[run % len(NETWORKS)]
        for position in range(4)
    )
    peak = np.array([DLA_TOPS[name] for name in MODES])[run // len(NETWORKS) % len(MODES)]
    rate = np.where(is_sparse, 0.4, 0.3) * peak * 500 / macs * random.uniform(0.97, 1.03, count)
    return pd.DataFrame(
        {
            "observation": np.char.add("o", np.char.zfill(numbers.astype(str), 8)),
            "run": np.char.add("run-", run.astype(str)),
            "network": network,
            "module": MODULE,
            "power_mode": mode,
            "weights": np.where(is_sparse, "sparse", "dense"),
            "engine": "dla",
            "dla_cores": 2,
            "aggregation": "sum",
            "precision": "int8",
            "batch": batch.astype(int),
            "input_width": width.astype(int),
            "input_height": height.astype(int),
            "images_per_second": np.char.mod("%.3f", rate),
            "latency_ms": np.char.mod("%.4f", 2000 * batch / rate),
            "power_w": np.char.mod("%.2f", random.uniform(5, 60, count)),
            "measured_on": "2026-11-19",
            "source": np.char.add("run-set-", np.char.zfill((run % 40).astype(str), 2)),
            "locator": np.char.add("journal line ", numbers.astype(str)),
        }
    )


if __name__ == "__main__":
    write_package(Path(sys.argv[1]), int(sys.argv[2]))
