"""The choice of a release in the matrix, and what is said of releases that show no operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from generator.facts.operator_axes import release_key
from generator.facts.releases import CONDITIONAL, USABLE, names_of, soc_name, socs
from generator.facts.versions import short_version
from generator.markup import attributes

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.operator_axes import Axes
    from generator.package import Record


class Notice(NamedTuple):
    """What a release without a column in the matrix says in place of the operators."""

    key: str
    name: Markup
    text: str


def choice(axes: Axes, release: Record, soc: str, all_socs: list[str]) -> Markup:
    """Return the lists that choose a release and an SoC; scripts show and follow them.

    Parameters
    ----------
    axes
        The columns that the releases belong to.
    release, soc
        What is chosen at the start.
    all_socs
        The SoCs with a DLA.
    """
    steps = axes.jetson + axes.drive
    groups = []
    for records in (axes.releases.jetpacks, axes.releases.drives):
        options = []
        for record in reversed(records):
            step = axes.step_of(record)
            pairs = _chosen(release_key(record), record is release)
            if step:
                pairs.append(("data-step", steps.index(step)))
            software = axes.software_of(record)
            if software:
                pairs.append(("data-software", axes.software.index(software)))
            with_dla = [name for name in socs(record) if axes.releases.has_dla(name)]
            pairs.append(("data-socs", " ".join(with_dla)))
            if record["dla"] == USABLE:
                pairs.append(("data-usable", ""))
            options.append(_option(pairs, _label(record)))
        groups.append((records[0]["product"] if records else "", options))
    without = [
        _option(_chosen(f"tensorrt-{row['tensorrt']}", False), f"TensorRT {row['tensorrt']}")
        for row in reversed(axes.versions_without_dla())
    ]
    groups.append(("TensorRT without a DLA", without))
    listed = "".join(
        f'<optgroup label="{escape(name)}">{"".join(options)}</optgroup>'
        for name, options in groups
        if options
    )
    socs_listed = "".join(_option(_chosen(key, key == soc), soc_name(key)) for key in all_socs)
    return Markup(
        '<form class="op-choice" data-choice="matrix" hidden>'
        f'<label><span>Release</span><select name="release">{listed}</select></label>'
        f'<label><span>SoC</span><select name="soc">{socs_listed}</select></label></form>'
    )


def notices(page: PageBuilder, axes: Axes) -> list[Notice]:
    """Return what is said of each release, and each TensorRT, that shows no operators."""
    found = [
        Notice(
            release_key(record),
            page.figure(record, "release", f"{record['product']} {record['release']}"),
            axes.releases.consequence(record),
        )
        for record in axes.silent()
    ]
    found += [
        Notice(
            f"tensorrt-{row['tensorrt']}",
            page.figure(row, "tensorrt", f"TensorRT {row['tensorrt']}"),
            f"It has no DLA: every layer runs on the GPU. {row['dla_note'] or ''}".strip(),
        )
        for row in axes.versions_without_dla()
    ]
    return found


def conditions(page: PageBuilder, axes: Axes) -> list[Notice]:
    """Return what is said of each release that runs the DLA under conditions only."""
    return [
        Notice(
            release_key(record),
            page.figure(record, "release", f"{record['product']} {record['release']}"),
            record["note"] or f"It runs the DLA of {names_of(socs(record))} under conditions.",
        )
        for record in [*axes.releases.jetpacks, *axes.releases.drives]
        if record["dla"] == CONDITIONAL
    ]


def _label(record: Record) -> str:
    tensorrt = record["tensorrt_min"]
    known = f"TensorRT {short_version(tensorrt)}" if tensorrt else "TensorRT unknown"
    return f"{record['product']} {record['release']} · {known}"


def _chosen(value: str, selected: bool) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [("value", value)]
    return [*pairs, ("selected", "")] if selected else pairs


def _option(pairs: list[tuple[str, object]], text: str) -> str:
    return f"<option{attributes(pairs)}>{escape(text)}</option>"
