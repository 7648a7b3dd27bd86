"""The runs behind measured figures: conditions, and the files that they left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.downloads import run_file_address
from generator.words import fixed, listing

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.measured import Measured
    from generator.package import Record

JOURNAL = "journal"
FILES_AT_ONCE = 4
"""So many files beside the journal are named; of more there is a list."""

_ROLES = {
    JOURNAL: "journal",
    "build_log": "build log",
    "run_log": "log of the run",
    "times": "times of each inference",
    "layer_info": "layers of the engine",
    "tegrastats": "tegrastats log",
}
_KILO = 1000

_CLOCKS = {None: "", "pinned": "clocks pinned", "dvfs": "clocks left to the governors"}
_POWER = {
    "sysfs": "power from the rails",
    "tegrastats": "power from tegrastats",
    "none": "no power",
    None: "no power",
}


def runs_of(page: PageBuilder, measured: Measured) -> list[dict[str, object]]:
    """Return what the page says of each run, the latest first."""
    return [_run(page, measured, run) for run in measured.runs_here()]


def _run(page: PageBuilder, measured: Measured, run: Record) -> dict[str, object]:
    files = measured.files(run["run"])
    return {
        "name": page.link(page.atlas.record_url(run), run["run"]),
        "date": run.raw["date"],
        "kind": _kind(page, run),
        "on": measured.module(run) or "an unnamed machine",
        "software": listing(software(run)) or "unknown software",
        "clocks": _CLOCKS[run["clock_policy"]],
        "power": _POWER[run["power_source"]],
        "quick": run["quick"],
        "command": run["command"],
        "files": listing(_files(page, run, files)),
        "note": run["note"],
    }


def _kind(page: PageBuilder, run: Record) -> Markup:
    if run["kind"] == "imported":
        if run["source"]:
            return Markup("read from logs of {}").format(page.source(run["source"]))
        return Markup("read from logs")
    return Markup("measured by this project's program")


def software(run: Record) -> list[str]:
    """Return the releases that a run had, as far as they are known."""
    words = [f"{run['product']} {run['release']}"] if run["release"] else []
    words += [f"L4T {run['l4t']}"] if run["l4t"] else []
    words += [f"TensorRT {run['tensorrt']}"] if run["tensorrt"] else []
    if run["backend"] == "onnxruntime":
        words.append(f"ONNX Runtime {run['runtime_version']}")
    return words


def _files(page: PageBuilder, run: Record, files: list[Record]) -> list[Markup]:
    """Return the journal, and the other files by name or, where they are many, as a number."""
    journals = [file for file in files if file["role"] == JOURNAL]
    others = [file for file in files if file["role"] != JOURNAL]
    shown = [_file(page, file) for file in journals]
    if len(others) <= FILES_AT_ONCE:
        return shown + [_file(page, file) for file in others]
    text = f"{len(others)} logs and lists of times and layers"
    return [*shown, page.link(page.atlas.record_page(others[0]), text)]


def _file(page: PageBuilder, file: Record) -> Markup:
    size = fixed(file["bytes"] / _KILO, 0 if file["bytes"] >= _KILO else 1)
    name = page.link(run_file_address(file["path"]), _ROLES[file["role"]])
    return Markup("{} ({} kB)").format(name, size)
