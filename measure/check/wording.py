"""Words that the text and the HTML report share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from measure.printable import safe
from measure.rules import BUILD_TIME, DLA, GPU, UNKNOWN

if TYPE_CHECKING:
    from measure.check.report import Group, NodeResult, Report
    from measure.rules import Reason

PLACES = {DLA: "DLA", GPU: "GPU", BUILD_TIME: "build time", UNKNOWN: "unknown"}

SOCS = {"orin": "Orin", "xavier": "Xavier", "thor": "Thor"}

BUILD_TIME_CAUSES = {
    "constant": "computed while building",
    "unused": "not built, as no output depends on it",
    "removed": "removed, as it hands its input on unchanged",
    "folded": "folded into the weights of {into}",
    "scales": "taken as the INT8 scale of its tensor",
}

VALUES_SHOWN = 8

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def verdict(report: Report) -> str:
    """Return the outcome in one sentence."""
    layers, gpu, unknown = report.layers, report.count(GPU), report.count(UNKNOWN)
    parts = []
    if report.all_on_dla:
        parts.append(f"{'All ' if layers > 1 else ''}{counted(layers, 'layer')} on the DLA")
    elif gpu == layers > 1:
        parts.append(f"All {layers} layers fall back to the GPU")
    elif gpu:
        verb = "falls" if gpu == 1 else "fall"
        parts.append(f"{gpu} of {counted(layers, 'layer')} {verb} back to the GPU")
    else:
        parts.append(f"{report.count(DLA)} of {counted(layers, 'layer')} on the DLA")
    if unknown:
        parts.append(f"{unknown} unknown")
    parts.append(subgraph_count(report))
    if report.macs():
        parts.append(f"{share(report.macs(DLA), report.macs())} of the MACs on the DLA")
    return "; ".join(parts) + "."


def subgraph_count(report: Report) -> str:
    """Return the number of DLA subgraphs with what the DLA takes."""
    text = counted(len(report.subgraphs), "DLA subgraph")
    return f"{text} (limit {report.limit})" if report.limit is not None else text


def target_line(report: Report) -> str:
    """Return what the model was checked for."""
    target = report.target
    release = f" ({target.release})" if target.release else ""
    parts = [
        SOCS.get(target.soc, target.soc),
        f"TensorRT {target.tensorrt}{release}",
        target.precision.upper(),
    ]
    return ", ".join([*parts, "standalone loadable"] if target.standalone else parts)


def group_title(group: Group) -> str:
    """Return how many nodes a cause concerns, and which operators."""
    types = group.op_types
    listed = ", ".join(map(safe, types[:3])) + (" …" if len(types) > 3 else "")
    return f"{counted(len(group.nodes), 'node')}: {listed}"


def group_message(group: Group, shown: int) -> str:
    """Return the rule of a cause, what the nodes have instead, and what devices did."""
    text = group.message
    if group.values:
        text += f" Here: {listing(group.values, shown, '; ')}."
    agree = len(group.evidence.get("agree", ()))
    contradict = len(group.evidence.get("contradict", ()))
    if agree or contradict:
        text += f" Seen on devices: {agree} agree, {contradict} contradict."
    return text


def cluster(groups: Sequence[Group]) -> list[list[Group]]:
    """Put causes of the same nodes together, in the order of their first."""
    found: dict[tuple[int, ...], list[Group]] = {}
    for group in groups:
        found.setdefault(tuple(node.index for node in group.nodes), []).append(group)
    return list(found.values())


def here(reason: Reason) -> str:
    """Return what the whole network has instead of what a rule allows."""
    values = reason.value if isinstance(reason.value, list) else [reason.value]
    return f"Here: {listing(list(map(str, values)), VALUES_SHOWN)}."


def why_build_time(node: NodeResult) -> str:
    """Say why a node never runs."""
    return BUILD_TIME_CAUSES.get(node.build_time, "").format(into=safe(node.into))


def counted(number: int, noun: str) -> str:
    """Return a number with a noun in singular or plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def share(some: int, all_of_them: int) -> str:
    """Return a share in percent, whole only at the ends where it is exactly that."""
    if not all_of_them:
        return "0 %"
    percent = 100 * some / all_of_them
    if 0 < percent < 1:
        return "less than 1 %"
    return f"{min(percent, 99) if some < all_of_them else percent:.0f} %"


def bytes_text(n_bytes: int | None) -> str:
    """Return a size in the unit that keeps it short."""
    if n_bytes is None:
        return "unknown size"
    size = float(n_bytes)
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{n_bytes} bytes" if unit == "bytes" else f"{size:.1f} {unit}"


def shape_text(shape: Sequence[int | None] | None) -> str:
    """Return a shape, unknown sizes as question marks."""
    if shape is None:
        return "unknown shape"
    return "x".join("?" if size is None else str(size) for size in shape) or "scalar"


def listing(names: Sequence[str], shown: int, separator: str = ", ") -> str:
    """Return the first names and how many more there are."""
    rest = len(names) - shown
    text = separator.join(safe(name) for name in names[:shown])
    return f"{text} and {rest} more" if rest > 0 else text
