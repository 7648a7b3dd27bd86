"""What a user should know besides where the nodes run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable

from measure.check.report import Notice
from measure.check.wording import SOCS, counted, listing, shape_text
from measure.printable import safe
from measure.rules import DLA
from measure.tables import Row, read_table
from measure.target import UNKNOWN as NOT_KNOWN

if TYPE_CHECKING:
    from measure.check.report import NodeResult, Report
    from measure.rules import Reason

DYNAMIC, SCALES, QUANTIZE_NODES, HALF_PRECISION = (
    "dynamic_shapes",
    "int8_scales",
    "quantize_nodes",
    "fp16",
)

FAQ = "dla-sw-faq"

FP16_IS_SLOW_ON = "orin"

NAMES_SHOWN = 4


def collect(report: Report) -> list[Notice]:
    """Return the notices on a report that is otherwise complete."""
    notices = []
    if report.target.dla_reason and (report.count(DLA) or report.target.dla == NOT_KNOWN):
        notices.append(Notice("release", report.target.dla_reason))
    if report.dynamic:
        notices.append(_on_dynamic_shapes(report))
    if report.target.precision == "int8":
        notices += _on_scales(report)
    elif report.target.soc == FP16_IS_SLOW_ON and report.count(DLA):
        notices.append(_on_half_precision())
    notices += _on_notes(report.nodes)
    return notices


def _on_dynamic_shapes(report: Report) -> Notice:
    """Name the inputs whose sizes are open."""
    text = f"Sizes are open: {'; '.join(report.dynamic[:NAMES_SHOWN])}."
    return Notice(
        DYNAMIC, f"{text} The DLA takes fixed sizes only; check with --shape NAME:SIZExSIZE…"
    )


def _on_scales(report: Report) -> list[Notice]:
    """Say which tensors have no INT8 scale, or that none has."""
    if not report.count(DLA):
        return []
    if report.scale_source == "none":
        return [
            Notice(
                SCALES,
                "No INT8 scales: without a calibration cache (--calib) TensorRT makes the ranges "
                "up, which is enough to confirm the placement and useless for accuracy.",
            )
        ]
    missing = report.without_scale
    if not missing:
        return []
    return [
        Notice(
            SCALES,
            f"{counted(len(missing), 'tensor')} on the DLA without an INT8 scale: "
            f"{listing(missing, NAMES_SHOWN)}. The layers around run in FP16, or leave the DLA.",
        )
    ]


def _on_half_precision() -> Notice:
    """Warn of FP16 where the DLA is much slower in it, with what users measured."""
    name = SOCS[FP16_IS_SLOW_ON]
    pairs = measured_in_both(FP16_IS_SLOW_ON)
    measured = "; ".join(
        f"{half['network_as_reported']} {float(half['latency_ms']):.1f} ms in FP16, "
        f"{float(full['latency_ms']):.1f} ms in INT8"
        for half, full in pairs
    )
    text = f"The DLA of {name} is built for INT8 and slow in FP16."
    if measured:
        text = f"{text} Users measured: {measured}."
    sources = dict.fromkeys([FAQ, *(half["source"] for half, _ in pairs)])
    return Notice(HALF_PRECISION, text, tuple(sources))


def measured_in_both(soc: str) -> list[tuple[Row, Row]]:
    """Return a report in FP16 and one in INT8 for each network that a user ran in both."""
    modules = {row["module"] for row in read_table("reference/modules") if row["soc"] == soc}
    pairs: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in read_table("published/user-reports"):
        is_on_soc = row["module"] in modules or soc in row["device"].lower()
        if is_on_soc and row["engine"].startswith("dla") and row["latency_ms"]:
            key = tuple(
                row[name] for name in ("source", "network_as_reported", "input", "engine", "device")
            )
            pairs.setdefault(key, {}).setdefault(row["precision"], row)
    return [
        (pair["fp16"], pair["int8"]) for pair in pairs.values() if {"fp16", "int8"} <= set(pair)
    ]


def _on_notes(nodes: Iterable[NodeResult]) -> list[Notice]:
    """Put notes that nodes share together."""
    found: dict[str, tuple[Reason, list[str]]] = {}
    for node in nodes:
        if node.placement != DLA:
            continue
        for note in {note.rule: note for note in node.notes}.values():
            found.setdefault(note.rule, (note, []))[1].append(node.name)
    notices = []
    for note, names in found.values():
        text = f"{counted(len(names), 'node')} ({listing(names, 2)}): {note.message}"
        notices.append(Notice(note.effect, f"{text} [{note.rule}]", (note.source,)))
    return notices


def dynamic_inputs(report_inputs: Iterable[tuple[str, tuple[int | None, ...] | None]]) -> list[str]:
    """Return each input whose sizes are open, with its shape."""
    return [
        f"{safe(name)} {shape_text(shape)}"
        for name, shape in report_inputs
        if shape is None or None in shape
    ]
