"""The network as a picture: its layers in running order, the DLA's above the GPU's."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Sequence

from measure.check.wording import counted, share
from measure.printable import safe
from measure.rules import DLA, GPU, UNKNOWN

if TYPE_CHECKING:
    from measure.check.report import NodeResult, Report

MIXED = "mixed"

RUNS_SHOWN = 160
"""Most pieces of the picture; neighbours are put together where there would be more."""

WIDTH, MARGIN = 1000.0, 46.0
NARROWEST, LABELLED = 16.0, 46.0
LANE_HEIGHT, LANE_GAP, ROW_GAP = 34.0, 10.0, 26.0

LANES = {DLA: 0, MIXED: 0, GPU: 1, UNKNOWN: 1}


@dataclass
class Run:
    """Layers that follow each other on one part.

    Parameters
    ----------
    subgraph
        Number of the DLA subgraph; ``None`` elsewhere.
    """

    placement: str
    subgraph: int | None
    nodes: list[NodeResult] = field(default_factory=list)

    @property
    def macs(self) -> int:
        """Return the multiply-accumulate operations of its layers."""
        return sum(node.macs or 0 for node in self.nodes)

    @property
    def title(self) -> str:
        """Return where the layers run."""
        if self.placement == DLA:
            return f"DLA subgraph {self.subgraph}"
        return {GPU: "GPU", UNKNOWN: "Unknown", MIXED: "DLA and GPU"}[self.placement]

    @property
    def label(self) -> str:
        """Return what fits into a piece of the picture."""
        if self.placement == DLA:
            return f"DLA {self.subgraph}"
        return {GPU: "GPU", UNKNOWN: "?", MIXED: "mixed"}[self.placement]


def runs_of(report: Report) -> list[Run]:
    """Return the layers put together while they run on one part."""
    runs: list[Run] = []
    for node in report.nodes:
        if node.build_time:
            continue
        if not runs or (runs[-1].placement, runs[-1].subgraph) != (node.placement, node.subgraph):
            runs.append(Run(node.placement, node.subgraph))
        runs[-1].nodes.append(node)
    return runs


def compressed(runs: Sequence[Run], most: int = RUNS_SHOWN) -> list[Run]:
    """Return at most so many runs, neighbours put together where there are more."""
    if len(runs) <= most:
        return list(runs)
    size = -(-len(runs) // most)
    pieces = []
    for start in range(0, len(runs), size):
        own = runs[start : start + size]
        kinds = {(run.placement, run.subgraph) for run in own}
        placement, subgraph = kinds.pop() if len(kinds) == 1 else (MIXED, None)
        pieces.append(Run(placement, subgraph, [node for run in own for node in run.nodes]))
    return pieces


def draw(report: Report) -> str:
    """Return the picture as SVG; each piece leads to its first layer in the table."""
    runs = compressed(runs_of(report))
    if not runs:
        return ""
    total = report.macs()
    rows = _rows(runs, total)
    row_height = 2 * LANE_HEIGHT + LANE_GAP + ROW_GAP
    height = len(rows) * row_height - ROW_GAP + 4
    parts = [
        (
            f'<svg class="network" viewBox="0 0 {WIDTH:g} {height:g}" role="group" '
            f'aria-label="{escape(_summary(runs))}">'
        ),
        (
            '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect class="hatch-ground" width="7" height="7"/>'
            '<line class="hatch-line" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>'
        ),
    ]
    for number, row in enumerate(rows):
        top = 2 + number * row_height
        for lane, name in enumerate(("DLA", "GPU")):
            middle = top + lane * (LANE_HEIGHT + LANE_GAP) + LANE_HEIGHT / 2
            parts.append(f'<text class="lane" x="0" y="{middle + 4:g}">{name}</text>')
            parts.append(
                f'<line class="rail" x1="{MARGIN:g}" x2="{WIDTH:g}" y1="{middle:g}" '
                f'y2="{middle:g}"/>'
            )
        before: Run | None = None
        left = MARGIN
        for run, width in row:
            if before is not None and LANES[before.placement] != LANES[run.placement]:
                parts.append(
                    f'<path class="step" d="M{left:g} {top + LANE_HEIGHT:g}v{LANE_GAP:g}"/>'
                )
            parts.append(_piece(run, left, top, width, total))
            left += width
            before = run
    return "".join([*parts, "</svg>"])


def _rows(runs: Sequence[Run], total: int) -> list[list[tuple[Run, float]]]:
    """Return the runs with their widths, by share of the operations, in rows that fit."""
    room = WIDTH - MARGIN
    spare = max(room - NARROWEST * len(runs), room / 3)
    rows: list[list[tuple[Run, float]]] = [[]]
    filled = 0.0
    for run in runs:
        part = run.macs / total if total else len(run.nodes) / sum(len(r.nodes) for r in runs)
        width = min(NARROWEST + spare * part, room)
        if filled + width > room + 0.01:
            rows.append([])
            filled = 0.0
        rows[-1].append((run, width))
        filled += width
    return rows


def _piece(run: Run, left: float, top: float, width: float, total: int) -> str:
    """Return one run as a link."""
    lane = LANES[run.placement]
    y = top + lane * (LANE_HEIGHT + LANE_GAP)
    first, last = run.nodes[0], run.nodes[-1]
    text = f"{run.title}: {counted(len(run.nodes), 'layer')}, {safe(first.name)}"
    text += f" to {safe(last.name)}" if len(run.nodes) > 1 else f" ({safe(first.op_type)})"
    if total:
        text += f", {share(run.macs, total)} of the MACs"
    label = ""
    if width >= LABELLED:
        middle = left + width / 2
        label = f'<text x="{middle:.1f}" y="{y + LANE_HEIGHT / 2 + 5:.1f}">{run.label}</text>'
    return (
        f'<a href="#layer-{first.index}" class="{run.placement}" aria-label="{escape(text)}">'
        f"<title>{escape(text)}</title>"
        f'<rect x="{left + 1:.1f}" y="{y:.1f}" width="{max(width - 2, 1):.1f}" '
        f'height="{LANE_HEIGHT:g}" rx="3"/>{label}</a>'
    )


def _summary(runs: Sequence[Run]) -> str:
    """Describe the picture to who does not see it."""
    words = [f"{run.title} {counted(len(run.nodes), 'layer')}" for run in runs[:12]]
    more = f", and {len(runs) - 12} more pieces" if len(runs) > 12 else ""
    return f"The network in running order: {', '.join(words)}{more}"
