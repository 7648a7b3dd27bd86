"""A report as one HTML file that opens offline and needs no script."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Sequence

from measure.check.html_layers import layer_table
from measure.check.html_network import draw
from measure.check.html_parts import link, rows, source_link, tiles
from measure.check.trtexec import written
from measure.check.wording import (
    bytes_text,
    cluster,
    group_message,
    group_title,
    here,
    listing,
    shape_text,
    target_line,
    verdict,
)
from measure.printable import safe
from measure.rules import UNKNOWN

if TYPE_CHECKING:
    from measure.check.report import Group, Report
    from measure.rules import Reason

NAMES_SHOWN, VALUES_SHOWN = 12, 8

BORDERS_SHOWN = 60


def as_html(report: Report) -> str:
    """Return a report as a page; nothing in it is loaded from anywhere."""
    style = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    name = escape(safe(Path(report.model).name))
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{name} on the DLA</title>",
        f"<style>{style}</style>\n</head>\n<body>\n<main>",
        f"<h1>{name}</h1>",
        f'<p class="quiet">Checked for {escape(target_line(report))}</p>',
        f'<p class="verdict{" all" if report.all_on_dla else ""}">{escape(verdict(report))}</p>',
        *_sections(report),
        "</main>",
        (
            '<footer class="small"><p>Predicted from documents and observed builds, by the rules '
            "of DLA Atlas. What TensorRT does on the device decides.</p></footer>"
        ),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _sections(report: Report) -> Iterator[str]:
    yield tiles(report)
    picture = draw(report)
    if picture:
        yield "<h2>The network</h2>"
        yield (
            '<p class="small">Layers in running order, as wide as their share of the '
            "multiply-accumulate operations. DLA subgraphs are solid and above; what runs on the "
            "GPU is hatched and below. Each piece leads to its first layer.</p>"
        )
        yield (
            '<div class="scroll" tabindex="0" role="region" aria-label="Picture of the network">'
            f"{picture}</div>"
        )
    if report.network:
        yield "<h2>The network as a whole</h2>"
        yield from (_reason(reason, report) for reason in report.network)
    if report.groups:
        yield "<h2>Why layers leave the DLA</h2>"
        if report.advice:
            yield f"<p><strong>What brings most:</strong> {escape(report.advice.message)}</p>"
        yield from (_cause(groups, report) for groups in cluster(report.groups))
    if report.warnings or report.notes:
        yield "<h2>What else to know</h2>"
        for notice in report.warnings:
            links = ", ".join(source_link(key, report) for key in notice.sources)
            cited = f' <span class="small">{links}</span>' if links else ""
            yield f'<p class="warning">{escape(notice.message)}{cited}</p>'
        yield from (f"<p>{escape(safe(note, 400))}</p>" for note in report.notes)
    yield from _ends(report)
    yield from _borders(report)
    yield from _standalone(report)
    if report.command:
        yield "<h2>Confirm on the device</h2>"
        yield f'<pre tabindex="0"><code>{escape(written(report.command, 90))}</code></pre>'
    yield "<h2>Layers</h2>"
    yield from layer_table(report)


def _cause(groups: Sequence[Group], report: Report) -> str:
    """Return the causes that the same nodes have."""
    first = groups[0]
    place = " (unknown)" if first.placement == UNKNOWN else ""
    items = []
    for group in groups:
        likely = ", likely" if group.severity == "likely" else ""
        items.append(
            f"<li>{escape(group_message(group, VALUES_SHOWN))} "
            f'<span class="small"><code>{escape(group.rule)}</code>{likely}; '
            f"{source_link(group.source, report)}</span></li>"
        )
    fixes = dict.fromkeys(group.fix for group in groups if group.fix)
    names = ", ".join(link(f"#layer-{n.index}", safe(n.name)) for n in first.nodes[:NAMES_SHOWN])
    more = len(first.nodes) - NAMES_SHOWN
    return (
        f'<section class="cause"><h3>{escape(group_title(first))}{place}</h3>'
        f"<ul>{''.join(items)}</ul>"
        + "".join(f'<p class="fix">{escape(fix)}</p>' for fix in fixes)
        + f'<p class="small">{names}{f" and {more} more" if more > 0 else ""}</p></section>'
    )


def _reason(reason: Reason, report: Report) -> str:
    """Return a rule about the whole network that it does not meet."""
    return (
        f'<section class="cause"><p>{escape(reason.message)} {escape(here(reason))} '
        f'<span class="small"><code>{escape(reason.rule)}</code>; '
        f"{source_link(reason.source, report)}</span></p>"
        f'<p class="fix">{escape(reason.fix)}</p></section>'
    )


def _ends(report: Report) -> Iterator[str]:
    """Yield the formats of inputs and outputs."""
    if not report.formats:
        return
    yield "<h2>Inputs and outputs</h2>"
    body = [
        (
            escape(safe(end.name)),
            end.direction,
            f"<code>{escape(end.format)}</code>",
            escape(end.why),
            "a plain array is converted first" if end.reformat else "none",
        )
        for end in report.formats
    ]
    heads = ("Tensor", "Direction", "Format for trtexec", "Why", "Conversion otherwise")
    yield rows(heads, body, "Formats that need no conversion")


def _borders(report: Report) -> Iterator[str]:
    """Yield what crosses between the DLA and the rest."""
    if not report.borders:
        return
    yield "<h2>Borders</h2>"
    body = []
    for border in report.borders[:BORDERS_SHOWN]:
        names = listing(
            [f"{crossing.tensor} {shape_text(crossing.shape)}" for crossing in border.tensors], 4
        )
        way = f"{_part(border.source)} → {_part(border.destination)}"
        body.append((escape(way), escape(bytes_text(border.n_bytes)), escape(names)))
    more = len(report.borders) - BORDERS_SHOWN
    caption = "What crosses at each inference, in the packed format of the DLA"
    if more > 0:
        caption += f"; {more} more in the JSON report"
    yield rows(("Way", "Size", "Tensors"), body, caption)


def _part(name: str) -> str:
    """Return the name of a part for people."""
    if name.startswith("dla-"):
        return f"DLA subgraph {name.partition('-')[2]}"
    return {"gpu": "GPU", "input": "network input", "output": "network output"}[name]


def _standalone(report: Report) -> Iterator[str]:
    """Yield what stands in the way of a standalone loadable."""
    if report.standalone is None:
        return
    yield "<h2>Standalone loadable</h2>"
    if not report.standalone.obstacles:
        yield "<p>Nothing stands in the way of a loadable that runs without TensorRT.</p>"
        return
    yield "<p>In the way of a loadable that runs without TensorRT:</p><ul>"
    for reason in report.standalone.obstacles:
        yield f"<li>{escape(reason.message)} {escape(here(reason))} {escape(reason.fix)}</li>"
    yield "</ul>"
