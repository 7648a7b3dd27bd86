"""What an import understood, what stays unknown and what comes next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence

from measure.printable import printable
from measure.recorded.figures import figures_of
from measure.recorded.subject import engine_of
from measure.statistics.blocks import FEWEST_BATCHES, FEWEST_BLOCKS_IN_BATCH
from measure.statistics.percentiles import PERCENTILES
from measure.trtexec.log import DISAGREES, RECOMPUTED
from measure.trtexec.options import UNKNOWN
from measure.trtexec.placement import DLA

if TYPE_CHECKING:
    from pathlib import Path

    from measure.recorded.bring_in import Understood
    from measure.recorded.subject import Recorded

_FEWEST_S = FEWEST_BATCHES * FEWEST_BLOCKS_IN_BATCH
"""Whole seconds that an interval needs."""

Tables = Mapping[str, Sequence[Mapping[str, str]]]

SCHEMA = "dla-atlas/import/1"
"""Name and version of the JSON; the version grows when a reader of the old form would break."""


def as_text(
    found: Understood, tables: Tables, run: str, folder: Path, refusals: Sequence[str]
) -> str:
    """Return the report: each run, then what holds for all, then the next step."""
    lines: list[str] = []
    for one in found.recorded:
        lines += [*_run(one, found), ""]
    lines += [f"note: {note}" for note in notes_of(found)]
    lines += [f"unknown: {question}" for question in unknown_of(found)]
    lines += [f"refused: {text}" for text in refusals]
    lines.append(f"run {run}, {len(tables['results'])} results, in {folder}")
    lines += _next_steps(found, run, refusals)
    return "\n".join(map(printable, lines)) + "\n"


def as_json(
    found: Understood, tables: Tables, run: str, folder: Path, refusals: Sequence[str]
) -> str:
    """Return the same for programs, with the rows of the results."""
    report: dict[str, Any] = {
        "schema": SCHEMA,
        "run": run,
        "folder": str(folder),
        "results": [dict(row) for row in tables["results"]],
        "segments": [dict(row) for row in tables["segments"]],
        "notes": notes_of(found),
        "unknown": unknown_of(found),
        "refused": list(refusals),
    }
    return json.dumps(report, indent=2) + "\n"


def notes_of(found: Understood) -> list[str]:
    """Return what was noted of the log, its runs and their profiles, each once."""
    notes = list(found.notes)
    for one in found.recorded:
        notes += one.run.notes
        notes += [note for profile in one.profiles for note in profile.notes]
        notes += [one.times.cut] if one.times and one.times.cut else []
    return list(dict.fromkeys(notes))


def unknown_of(found: Understood) -> list[str]:
    """Return what stays unknown, with what would tell it."""
    request, one = found.request, found.recorded[0]
    tests = {
        "the module; give --module": request.module is None,
        "the power mode; give --power-mode": request.power_mode is None,
        "the release; give --release": request.release is None,
        "the version of TensorRT; the log does not print it": not one.run.version,
        "whether transfers are part of the time; the log has no option dump": (
            one.run.conditions.transfers == UNKNOWN
        ),
        "power; give --tegrastats": found.observed is None,
        "how far the throughput varies within the run; give --times": one.times is None,
        f"how far the throughput varies within the run, which is shorter than {_FEWEST_S} s": (
            one.times is not None and len(figures_of(one.run, one.times)["blocks"]) < _FEWEST_S
        ),
        "how far it varies between runs; bring in several runs of the same command": (
            len(found.recorded) == 1
        ),
        "whether the loaded engine was built for the DLA; give --build-log or --engine": (
            one.is_open_engine and one.build is None and not request.engine
        ),
        "precision and calibration; give --build-log": one.build is None,
        "where the layers ran; build with --verbose and give --build-log, or give --layer-info": (
            engine_of(one) == DLA and one.placement["placement"] == UNKNOWN
        ),
    }
    return [question for question, is_open in tests.items() if is_open]


def _run(one: Recorded, found: Understood) -> Iterator[str]:
    """Yield the lines of one run."""
    run, job = one.run, one.job
    where = f"DLA core {job.cores[0]}" if job.cores else "GPU"
    version = f"TensorRT {run.version}" if run.version else _by_grammar(run.summary.grammar)
    size = "?" if run.batch.size is None else str(run.batch.size)
    words = [job.network, where, version, job.precision or "precision unknown"]
    yield f"run {one.number} of the log: {', '.join([*words, f'{run.batch.kind} batch {size}'])}"
    figures = figures_of(run, one.times)
    yield f"  {figures['images_per_second']:.6g} images/s ({_check(one)})"
    latency = figures["latency_ms"]
    known = [f"p{p} {latency[f'p{p}']:.6g} ms" for p in PERCENTILES if latency.get(f"p{p}")]
    if known:
        yield f"  latency: {', '.join(known)}"
    if one.placement["placement"] != UNKNOWN:
        yield f"  layers: {_layers(one.placement)}"
    for profile in one.profiles[:1]:
        slowest = max(profile.layers, key=lambda layer: layer.total_ms or 0.0, default=None)
        if slowest is not None:
            yield f"  profile: {len(profile.layers)} layers; the slowest is {slowest.name}"
    seen = found.observed
    if seen is not None and seen.steady is not None:
        power = seen.steady
        interval = f"{power.low_w:.4g} to {power.high_w:.4g} W by the blocks of this run"
        note = f"{power.n} readings; without the gain of the sensors"
        yield f"  power: {power.mean_w:.4g} W ({interval}; {note})"
    yield from _mode(found)
    flags = [*one.flags(), *found.flags]
    if flags:
        yield f"  flags: {' '.join(sorted(set(flags)))}"


def _mode(found: Understood) -> Iterator[str]:
    """Yield what was seen of the power mode."""
    seen, mode = found.observed, found.request.power_mode
    if seen is None or mode is None or seen.contradictions:
        return
    clocks = seen.clocks()
    known = (
        ("cpus_online", "{:g} CPUs"),
        ("gpu_mhz", "GPU {:g} MHz"),
        ("dla0_mhz", "DLA core 0 {:g} MHz"),
        ("dla1_mhz", "DLA core 1 {:g} MHz"),
        ("emc_mhz", "memory {:g} MHz"),
    )
    words = [form.format(clocks[key]) for key, form in known if clocks[key] is not None]
    yield f"  mode {mode.title}: not contradicted by {', '.join(words) or 'anything seen'}"


def _by_grammar(grammar: str) -> str:
    """Return what the form of the summary tells of the version."""
    known = {"7": "TensorRT 7", "8.0": "TensorRT 8.0 to 8.2", "8.4": "TensorRT 8.4 or later"}
    return f"{known.get(grammar, 'TensorRT of unknown version')} by its summary"


def _check(one: Recorded) -> str:
    """Say whether queries and time give the throughput that was printed."""
    run = one.run
    printed = f"{run.throughput_text} qps printed"
    if RECOMPUTED in run.warnings:
        return f"{printed}, recomputed"
    if run.derived_qps is None:
        return f"{printed}, nothing to check it against"
    counted = f"{run.queries} queries in {run.walltime_s:g} s"
    return f"{printed}, {counted} {'do not agree' if DISAGREES in run.warnings else 'agree'}"


def _layers(placement: Mapping[str, Any]) -> str:
    """Return how many layers are where."""
    parts = (
        ("dla_subgraphs", "DLA subgraphs"),
        ("dla_layers", "layers in them"),
        ("gpu_layers", "on the GPU"),
        ("reformats", "reformats"),
    )
    known = [f"{placement[key]} {noun}" for key, noun in parts if placement[key] is not None]
    return f"{', '.join(known) or placement['placement']} (by {placement['placement_basis']})"


def _next_steps(found: Understood, run: str, refusals: Sequence[str]) -> list[str]:
    """Return what to do next."""
    if found.observed is not None and found.observed.contradictions:
        return ["next: apply the mode, check it with nvpmodel -q and tegrastats, and run again"]
    if refusals:
        return ["next: give the log of one whole run, as trtexec printed it"]
    steps = [f"next: hold it against the published figures: python3 -m measure compare {run}"]
    if not found.request.source:
        steps.append("to put it on the site later, import it with --source and --locator")
    else:
        steps.append(f"put the run on the site: make publish RUN={run}")
    return steps
