"""Each layer with its place and reasons, as a table of the HTML report."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Iterator

from measure.check.html_parts import badge, source_link
from measure.check.wording import PLACES, why_build_time
from measure.printable import safe
from measure.rules import BUILD_TIME

if TYPE_CHECKING:
    from measure.check.report import NodeResult, Report
    from measure.rules import Reason

LAYERS_SHOWN = 4000
"""Most rows; of a larger network those that are not on the DLA come first."""


def layer_table(report: Report) -> Iterator[str]:
    """Yield the table, with a choice of what to show that needs no script."""
    nodes = _chosen(report.nodes)
    present = {node.placement for node in nodes}
    yield '<div class="layers">'
    choices = {"run": "All that run"} if BUILD_TIME in present else {"all": "All"}
    choices.update({key: name for key, name in PLACES.items() if key in present})
    choices["all"] = "All"
    for number, (key, name) in enumerate(choices.items()):
        checked = " checked" if number == 0 else ""
        yield (
            f'<input type="radio" name="only" id="only-{key}"{checked}>'
            f'<label for="only-{key}">{name}</label>'
        )
    if len(nodes) < len(report.nodes):
        rest = len(report.nodes) - len(nodes)
        yield f'<p class="small">{rest} more layers are in the JSON report.</p>'
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Layers"><table>'
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Layer", "Operator", "Place"))
    yield (
        f'<thead><tr>{heads}<th scope="col" class="num">MACs</th><th scope="col">Why</th></tr>'
        "</thead><tbody>"
    )
    yield from (_row(node, report) for node in nodes)
    yield "</tbody></table></div></div>"


def _chosen(nodes: list[NodeResult]) -> list[NodeResult]:
    """Return the nodes to show, in running order."""
    if len(nodes) <= LAYERS_SHOWN:
        return nodes
    by_interest = sorted(nodes, key=lambda node: (not node.reasons, bool(node.build_time)))
    return sorted(by_interest[:LAYERS_SHOWN], key=lambda node: node.index)


def _row(node: NodeResult, report: Report) -> str:
    """Return one layer."""
    place = badge(node.placement)
    if node.subgraph is not None:
        place += f' <span class="small">subgraph {node.subgraph}</span>'
    macs = f"{node.macs:,}" if node.macs else ""
    return (
        f'<tr id="layer-{node.index}" class="{node.placement}"><td>{escape(safe(node.name))}</td>'
        f"<td>{escape(safe(node.op_type))}</td><td>{place}</td>"
        f'<td class="num">{macs}</td><td>{_why(node, report)}</td></tr>\n'
    )


def _why(node: NodeResult, report: Report) -> str:
    """Return the reasons of a layer, or what else is known of it."""
    if node.placement == BUILD_TIME:
        return escape(why_build_time(node))
    items = [_reason(reason, report) for reason in node.reasons + node.notes]
    if node.banks is not None and report.banks_limit is not None:
        items.append(f"Convolution buffer: {node.banks} of {report.banks_limit} banks.")
    if node.into:
        items.append(f"Runs in one step with {escape(safe(node.into))}.")
    if len(items) == 1:
        return items[0]
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def _reason(reason: Reason, report: Report) -> str:
    """Return one rule with value, bound, remedy and source."""
    value = reason.value
    has = "" if value is None else f" Here: {escape(safe(_text(value), 200))}."
    agree, contradict = (len(reason.evidence.get(kind, ())) for kind in ("agree", "contradict"))
    seen = f" Devices: {agree} agree, {contradict} contradict." if agree or contradict else ""
    fix = f" <em>{escape(reason.fix)}</em>" if reason.fix else ""
    return (
        f"{escape(reason.message)}{has}{seen}{fix} "
        f'<span class="small"><code>{escape(reason.rule)}</code>; '
        f"{source_link(reason.source, report)}</span>"
    )


def _text(value: object) -> str:
    """Write a value or several."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
