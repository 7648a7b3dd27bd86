"""The tables of a run, derived from its journal and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from measure.results import cells
from measure.results.journal_view import JournalView, engine_of_build, network_key
from measure.results.ratio_rows import ratio_rows
from measure.results.release import release_cells
from measure.results.result_rows import result_key, result_rows
from measure.results.segment_figures import clock, dla_mhz, module_watts
from measure.run_folders import JOURNAL

if TYPE_CHECKING:
    from typing import Mapping

    from measure.results.files import StoredFile
    from measure.results.journal_view import Record

    Row = dict[str, str]

_RUN_TEXTS = (
    "device",
    "module",
    "soc",
    "cpu_model",
    "l4t",
    "tensorrt",
    "runtime_version",
    "psu",
    "code_version",
    "source",
    "locator",
    "note",
)
_BUILD_TEXTS = (
    "precision",
    "quantization",
    "weights",
    "onnx_sha256",
    "engine_sha256",
    "outcome",
    "placement_basis",
    "note",
)
_BUILD_COUNTS = ("batch", "engine_bytes")
_LAYER_COUNTS = ("dla_layers", "gpu_layers", "dla_subgraphs", "reformats", "refusals")


def tables_of(records: Sequence[Record], files: Sequence[StoredFile]) -> dict[str, list[Row]]:
    """Return the rows of each table, keyed by its name.

    Jobs without a valid load segment have no result; their segments are there with the reasons.

    Parameters
    ----------
    records
        The journal of one run.
    files
        The run's files, its journal among them.
    """
    view = JournalView(records)
    paths = {one.path: f"{view.key}/{one.path}" for one in files}
    results = [row for job in view.jobs for row in result_rows(view, job, paths)]
    return {
        "runs": [_run_row(view, files)],
        "builds": [_build_row(view, build, paths) for build in view.all_builds],
        "results": results,
        "ratios": ratio_rows(view, results),
        "segments": [
            _segment_row(view, job, segment)
            for job in view.jobs
            for segment in view.segments(job["job"])
        ],
        "files": [_file_row(view, one, paths) for one in files],
    }


def _run_row(view: JournalView, files: Sequence[StoredFile]) -> Row:
    run = view.run
    policies = {str(job.get("clock_policy") or "") for job in view.jobs}
    return {
        "run": view.key,
        "date": str(run.get("date") or run["at"][:10]),
        "protocol": cells.text(run["protocol"]),
        "kind": "imported" if run["backend"] == "recorded" else "measured",
        "backend": cells.text(run["backend"]),
        "quick": cells.yes_no(value=bool(run.get("quick"))),
        **{name: cells.text(run.get(name)) for name in _RUN_TEXTS},
        "cpu_cores": cells.count(run.get("cpu_cores")),
        **release_cells(run),
        "power_source": cells.text(run.get("power_source") or "none"),
        "seed": cells.count(run.get("seed")),
        "ambient_c": cells.number(run.get("ambient_c")),
        "clock_policy": policies.pop() if len(policies) == 1 else "",
        "command": cells.command(run.get("command")),
        "journal_sha256": next((one.sha256 for one in files if one.path == JOURNAL), ""),
    }


def _build_row(view: JournalView, build: Record, paths: Mapping[str, str]) -> Row:
    job = view.job(str(build["jobs"][0])) or build
    name = cells.text(build.get("network") or job.get("network"))
    return {
        "run": view.key,
        "build": cells.text(build["build"]),
        "network": network_key(name),
        "model": name,
        "engine": engine_of_build(build, job),
        **{column: cells.text(build.get(column)) for column in _BUILD_TEXTS},
        **{column: cells.count(build.get(column) or None) for column in _BUILD_COUNTS},
        **{column: cells.count(build.get(column)) for column in _LAYER_COUNTS},
        "failure": cells.text(build.get("failure_text") or build.get("failure")),
        "build_s": cells.number(build.get("seconds")),
        "placement": _known(build.get("placement")),
        "command": cells.command(build.get("command")),
        "log": paths.get(str(build.get("log") or ""), ""),
    }


def _segment_row(view: JournalView, job: Record, segment: Record) -> Row:
    return {
        "run": view.key,
        "result": result_key(view, job),
        "segment": cells.count(segment["segment"]),
        "pair": cells.count(segment.get("pair")),
        "role": segment["role"],
        "seconds": cells.number(segment.get("seconds")),
        "images": cells.count(segment.get("images")),
        "images_per_second": cells.number(segment.get("images_per_second")),
        "power_w": cells.number(module_watts(segment, view.rails)),
        "gpu_mhz": cells.number(clock(segment, "gpu_mhz")),
        "dla_mhz": cells.number(dla_mhz(segment, job["cores"])),
        "tj_c": cells.number(segment.get("tj_mean_c")),
        "valid": cells.yes_no(value=bool(segment["valid"])),
        "reasons": cells.words(reason["code"] for reason in segment.get("reasons") or ()),
        "flags": cells.words(segment.get("flags") or ()),
    }


def _file_row(view: JournalView, one: StoredFile, paths: Mapping[str, str]) -> Row:
    return {
        "run": view.key,
        "path": paths[one.path],
        "role": one.role,
        "sha256": one.sha256,
        "bytes": str(one.bytes),
    }


def _known(word: object) -> str:
    """Return a word; nothing where it says that nothing is known."""
    return "" if word == "unknown" else cells.text(word)
