"""Which JetPack or DRIVE OS has which TensorRT, and whether the DLA can be used with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.facts.releases import (
    CONDITIONAL,
    NOT_USABLE,
    STATE_WORDS,
    Releases,
    minor_version,
    names_of,
    release_span,
    soc_name,
    socs,
)
from generator.markup import UNKNOWN, Cell, Column
from generator.words import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    releases = Releases(atlas)
    page = PageBuilder(
        atlas,
        "releases.md",
        "Releases",
        "Which JetPack and DRIVE OS have which TensorRT and DLA software, and which run the DLA.",
        search={"boost": 2},
    )
    all_socs = list(dict.fromkeys(module["soc"] for module in atlas.modules.values()))
    with_dla = [soc for soc in all_socs if releases.has_dla(soc)]
    yield page.build(
        "releases.md.jinja",
        newest=[_newest(page, releases, soc) for soc in with_dla],
        avoid=[_named(page, record) for record in _avoid(releases, with_dla)],
        conditional=[_conditional(page, record) for record in _in_state(releases, CONDITIONAL)],
        without=names_of([soc for soc in all_socs if not releases.has_dla(soc)]),
        refusing=releases.refusing,
        drive=releases.drive_versions(),
        matrix=_matrix(page, releases, all_socs),
        table=_table(page, releases),
        versions=_versions(page, releases),
        release_count=len(releases.jetpacks) + len(releases.drives),
        names=[
            f"{records[0]['product']} {joined([record.raw['release'] for record in records])}"
            for records in (releases.jetpacks, releases.drives)
            if records
        ],
        inferred=[
            _named(page, record)
            for record in releases.jetpacks + releases.drives
            if record["dla_basis"] == "inferred"
        ],
    )


def _named(page: PageBuilder, record: Record) -> dict[str, object]:
    return {
        "name": page.figure(record, "release", f"{record['product']} {record['release']}"),
        "product": record["product"],
        "release": page.figure(record, "release"),
        "tensorrt": record["tensorrt"] or "unknown",
        "socs": names_of(socs(record)),
    }


def _newest(page: PageBuilder, releases: Releases, soc: str) -> dict[str, object]:
    record = releases.newest(soc)
    if record is None:
        return {"soc": soc_name(soc), "release": UNKNOWN, "tensorrt": "unknown", "l4t": "unknown"}
    return {
        "soc": soc_name(soc),
        "release": page.figure(record, "release"),
        "tensorrt": record["tensorrt"] or "unknown",
        "l4t": record["l4t"] or "unknown",
    }


def _in_state(releases: Releases, state: str) -> list[Record]:
    return [record for record in releases.jetpacks if record["dla"] == state]


def _avoid(releases: Releases, with_dla: list[str]) -> list[Record]:
    return [
        record
        for record in _in_state(releases, NOT_USABLE)
        if any(soc in socs(record) for soc in with_dla)
    ]


def _conditional(page: PageBuilder, record: Record) -> dict[str, object]:
    return _named(page, record) | {"note": record["note"] or ""}


def _state_badge(page: PageBuilder, state: str) -> Markup:
    return page.badge(state, STATE_WORDS[state], "state")


def _matrix(page: PageBuilder, releases: Releases, all_socs: list[str]) -> Markup:
    minors = dict.fromkeys(
        minor for record in releases.jetpacks if (minor := minor_version(record["tensorrt_min"]))
    )
    columns = [Column("tensorrt", "TensorRT", sortable=False)]
    columns += [Column(soc, soc_name(soc), sortable=False) for soc in all_socs]
    rows = []
    for minor in minors:
        cells = [Cell(minor)]
        for soc in all_socs:
            here = [
                record
                for record in releases.of(soc)
                if minor_version(record["tensorrt_min"]) == minor
            ]
            cells.append(Cell(_matrix_cell(page, releases, soc, here)))
        rows.append(cells)
    return page.table("matrix", "JetPack releases by TensorRT version and SoC", columns, rows)


def _matrix_cell(
    page: PageBuilder, releases: Releases, soc: str, here: list[Record]
) -> Markup | str:
    states = list(dict.fromkeys(releases.state(record, soc) for record in here))
    return Markup("<br>").join(
        Markup("{}<br>JetPack {}").format(
            _state_badge(page, state),
            release_span([record for record in here if releases.state(record, soc) == state]),
        )
        for state in states
    ) or Markup("–")


def _table(page: PageBuilder, releases: Releases) -> Markup:
    columns = [
        Column("release", "Release"),
        Column("dla", "DLA", filter="select"),
        Column("consequence", "Consequence", sortable=False),
        Column("tensorrt", "TensorRT", filter="text"),
        Column("socs", "SoC", filter="text"),
        Column("product", "Product", filter="select"),
        Column("basis", "Basis", filter="select"),
        Column("dla_software", "DLA software"),
        Column("onnx", "ONNX opset", numeric=True),
        Column("l4t", "L4T"),
        Column("cuda", "CUDA"),
        Column("python", "Python"),
        Column("released", "Released"),
        Column("note", "Note", sortable=False),
    ]
    rows = [
        [
            _release(page, record),
            Cell(_state_badge(page, record["dla"]), record["dla"]),
            Cell(releases.consequence(record)),
            _plain(record, "tensorrt"),
            Cell(names_of(socs(record))),
            Cell(record["product"]),
            Cell(record["dla_basis"]),
            *(_plain(record, name) for name in ("dla_software", "onnx_opset_max", "l4t")),
            *(_plain(record, name) for name in ("cuda", "python", "released")),
            Cell(record["note"] or ""),
        ]
        for record in [*reversed(releases.jetpacks), *reversed(releases.drives)]
    ]
    return page.table("releases", "One release a row, newest first", columns, rows)


def _release(page: PageBuilder, record: Record) -> Cell:
    name = f"{record['product']} {record['release']}"
    return Cell(page.figure(record, "release", name), name)


def _plain(record: Record, name: str) -> Cell:
    return Cell(record.raw[name]) if record.raw[name] else Cell(UNKNOWN, "")


def _versions(page: PageBuilder, releases: Releases) -> Markup:
    columns = [
        Column("tensorrt", "TensorRT"),
        Column("dla", "DLA", filter="select"),
        Column("note", "What is known", sortable=False),
        Column("jetpacks", "JetPacks with this minor version", sortable=False),
        Column("onnx_opset", "ONNX opset", numeric=True),
        Column("onnx_ir", "ONNX IR", numeric=True),
        Column("released", "Released"),
    ]
    rows = []
    for record in page.atlas.package.records("tensorrt-versions"):
        minor = minor_version(record["tensorrt"])
        here = [r for r in releases.jetpacks if minor_version(r["tensorrt_min"]) == minor]
        rows.append(
            [
                Cell(page.figure(record, "tensorrt"), record["tensorrt"]),
                Cell(_state_badge(page, record["dla"]), record["dla"]),
                Cell(record["dla_note"] or ""),
                Cell(release_span(here) or "none"),
                _plain(record, "onnx_opset_max"),
                _plain(record, "onnx_ir_max"),
                _plain(record, "released"),
            ]
        )
    return page.table(
        "tensorrt", "TensorRT versions: the DLA, and the newest ONNX opset read", columns, rows
    )
