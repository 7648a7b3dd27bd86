"""Small parts of the HTML report."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Sequence

from measure.check.wording import PLACES, bytes_text, share
from measure.rules import BUILD_TIME, DLA, GPU, UNKNOWN

if TYPE_CHECKING:
    from measure.check.report import Report


def tiles(report: Report) -> str:
    """Return the figures at the top."""
    total = report.macs()
    on_dla = sum(1 for subgraph in report.subgraphs if subgraph.on_dla)
    weights = sum(subgraph.weight_bytes for subgraph in report.subgraphs if subgraph.on_dla)
    figures = [
        ("On the DLA", str(report.count(DLA)), f"of {report.layers} layers"),
        ("On the GPU", str(report.count(GPU)), ""),
        ("Unknown", str(report.count(UNKNOWN)), ""),
        ("While building", str(report.count(BUILD_TIME)), "never run"),
        ("MACs on the DLA", share(report.macs(DLA), total) if total else "–", f"of {total:,}"),
        ("DLA subgraphs", str(len(report.subgraphs)), _limit(report, on_dla)),
        ("Weights on the DLA", bytes_text(weights), ""),
    ]
    items = "".join(
        f"<div><dt>{name}</dt><dd>{escape(figure)}"
        + (f"<small>{escape(note)}</small>" if note else "")
        + "</dd></div>"
        for name, figure, note in figures
    )
    return f'<dl class="tiles">{items}</dl>'


def _limit(report: Report, on_dla: int) -> str:
    """Return the limit of loadables, and how many subgraphs it leaves."""
    if report.limit is None:
        return ""
    left = f", {on_dla} run there" if on_dla < len(report.subgraphs) else ""
    return f"limit {report.limit}{left}"


def badge(placement: str) -> str:
    """Return a placement as word and sign."""
    return f'<span class="badge {placement}">{PLACES[placement]}</span>'


def rows(heads: Sequence[str], body: Sequence[Sequence[str]], caption: str) -> str:
    """Return a table; its cells are HTML."""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def source_link(key: str, report: Report) -> str:
    """Return the title of a source, as a link where it has an address on the web."""
    source = report.sources.get(key)
    if source is None:
        return escape(key)
    if source.address.startswith(("https://", "http://")):
        return link(source.address, source.title)
    return escape(source.title)


def link(address: str, text: str) -> str:
    """Return a link."""
    relation = "" if address.startswith("#") else ' rel="noreferrer"'
    return f'<a href="{escape(address)}"{relation}>{escape(text)}</a>'
