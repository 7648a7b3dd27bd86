"""The result as a text that is read in ten seconds."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Iterator

from measure.build_log.failures import FAILED
from measure.build_log.summary import (
    ALL_ON_DLA,
    FROM_CANDIDATES,
    FROM_ENGINE,
    NONE_ON_DLA,
    SOME_ON_GPU,
    UNKNOWN,
    summarize,
)
from measure.printable import printable

if TYPE_CHECKING:
    from measure.build_log.build_log import BuildLog
    from measure.build_log.lists import GpuLayer
    from measure.build_log.refusals import Refusal
    from measure.build_log.run import Run
    from measure.build_log.summary import Summary

_SHOWN = 10
"""Names of a list that are printed; JSON has them all."""
_INDENT = " " * 13
_WIDTH = 100

_VERDICTS = {
    ALL_ON_DLA: "Every layer is on the DLA.",
    SOME_ON_GPU: "Some layers are on the GPU.",
    NONE_ON_DLA: "No layer is on the DLA.",
    FAILED: "The build failed.",
    UNKNOWN: "This log does not tell where the layers are.",
}


def as_text(log: BuildLog) -> str:
    """Return the report, one part for each run."""
    lines = [f"{printable(log.name)}: {_count(log.lines, 'line')}, {_count(len(log.runs), 'run')}"]
    lines += [f"note: {printable(note)}" for note in log.notes]
    for run in log.runs:
        lines += ["", *_run(run, summarize(run))]
    return "\n".join(lines) + "\n"


def _run(run: Run, summary: Summary) -> Iterator[str]:
    """Yield the lines of one run, what matters most first."""
    yield " · ".join(_head(run))
    yield _VERDICTS[summary.placement]
    yield from _failures(run)
    yield from _dla(summary, run)
    yield from _gpu(summary)
    yield from _refused(summary.refused)
    if summary.bookkeeping:
        yield _field(
            "Bookkeeping",
            f"{_count(len(summary.bookkeeping), 'refusal')} of constants and shuffles; "
            "most of these are no layers of the engine",
        )
    for sentence in summary.warnings:
        yield from _sentence(sentence, "Mind")
    for sentence in summary.unknown:
        yield from _sentence(sentence, "Unknown")


def _head(run: Run) -> Iterator[str]:
    """Yield what the run was: program, version, device, core, precision, outcome."""
    settings = run.settings
    yield f"TensorRT {run.version}" if run.version else "TensorRT of unknown version"
    if settings.device:
        yield printable(settings.device)
    if settings.uses_dla is False:
        yield "no DLA asked for"
    elif settings.dla_core is not None:
        yield f"DLA core {settings.dla_core}"
    if settings.standalone:
        yield "standalone loadable"
    elif settings.uses_dla and settings.gpu_fallback is not None:
        yield "GPU fallback allowed" if settings.gpu_fallback else "no GPU fallback"
    if settings.precisions:
        yield "+".join(printable(precision) for precision in settings.precisions)
    yield run.outcome if run.ended else "end of the log missing"


def _failures(run: Run) -> Iterator[str]:
    """Yield why it failed: what is understood, then what is not."""
    for failure in run.failed.failures.values():
        message = failure.message
        yield _field("Failure", f"{message.title} ({_keys(message.key, message.rule)})")
        yield f"{_INDENT}line {failure.line}: {printable(failure.text)}"
        yield from _sentence(message.what_to_do)
    if run.has_failed:
        errors = run.failed.errors[:_SHOWN]
        if errors:
            yield _field("Other errors", printable(errors[0]))
            yield from (f"{_INDENT}{printable(error)}" for error in errors[1:])


def _dla(summary: Summary, run: Run) -> Iterator[str]:
    """Yield how much is on the DLA."""
    if summary.n_subgraphs is None:
        return
    text = _count(summary.n_subgraphs, "subgraph")
    if summary.n_dla_layers is not None:
        text += f", {_count(summary.n_dla_layers, 'layer')}"
    offload = run.lists.offload
    if offload.accepted is not None:
        text += f" ({offload.accepted} of {offload.candidates} candidates offloaded)"
    yield _field("On the DLA", text)
    yield from _some(summary.subgraphs or [])


def _gpu(summary: Summary) -> Iterator[str]:
    """Yield how much is on the GPU."""
    if summary.gpu is None:
        return
    text = _count(len(summary.gpu), "layer")
    if summary.n_reformats is not None:
        text += f", {_count(summary.n_reformats, 'reformat')}"
    if summary.basis == FROM_CANDIDATES:
        text += " (before the engine is optimized)"
    yield _field("On the GPU", text)
    yield from _some([_gpu_layer(layer, summary) for layer in summary.gpu])


def _gpu_layer(layer: GpuLayer, summary: Summary) -> str:
    """Return the layer, with its type in words of the engine or of the network."""
    if not layer.type:
        return layer.name
    return f"{layer.type}{' kernel' if summary.basis == FROM_ENGINE else ''}: {layer.name}"


def _refused(refusals: list[Refusal]) -> Iterator[str]:
    """Yield the refused layers, those with one cause together."""
    groups: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        key = refusal.cause.message.key
        groups.setdefault((key, "" if refusal.cause.message.rule else refusal.type), []).append(
            refusal
        )
    for (_, layer_type), group in groups.items():
        message = group[0].cause.message
        title = f"{message.title}: {layer_type}" if layer_type else message.title
        keys = _keys(message.key, message.rule)
        yield _field("Refused", f"{_count(len(group), 'layer')}: {title} ({keys})")
        yield f"{_INDENT}{printable(group[0].layer)}{_more(len(group) - 1)}"
        yield from _sentence(message.what_to_do)


def _some(names: list[str]) -> Iterator[str]:
    """Yield the first names of a list."""
    for name in names[:_SHOWN]:
        yield f"{_INDENT}{printable(name)}"
    if len(names) > _SHOWN:
        yield f"{_INDENT}and {len(names) - _SHOWN} more (--json lists them all)"


def _field(title: str, text: str) -> str:
    return f"{title:<{len(_INDENT)}}{printable(text)}"


def _sentence(text: str, title: str = "") -> list[str]:
    """Return a sentence in lines that fit a terminal."""
    start = f"{title:<{len(_INDENT)}}"
    return wrap(printable(text), _WIDTH, initial_indent=start, subsequent_indent=_INDENT)


def _keys(message: str, rule: str) -> str:
    return f"message {message}, rule {rule}" if rule else f"message {message}"


def _more(number: int) -> str:
    return f" and {number} more" if number else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
