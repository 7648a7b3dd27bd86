"""Tables of the MLPerf page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.facts.mlperf import Results, explained, value_field
from generator.markup import Cell, Column
from generator.words import fixed

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.package import Record

DLA_USE = {"yes": "GPU + 2 DLA", "no": "no DLA", "unknown": "unknown"}


def network_name(page: PageBuilder, record: Record) -> str:
    """Return the name of a reference network, or MLPerf's own of any other."""
    networks = page.atlas.networks
    return str(networks[record["network"]]["name"] if record["network"] else record["model"])


def results_table(page: PageBuilder, results: Results) -> Markup:
    """Return the marker of the table of all official results."""
    columns = [
        Column("network", "Network", filter="select"),
        Column("scenario", "Scenario", filter="select"),
        Column("result", "Result", numeric=True),
        Column("uses_dla", "Ran on", filter="select"),
        Column("round", "Round", filter="select"),
        Column("power", "Wall power, W", numeric=True),
        Column("module", "Module", filter="select"),
        Column("system", "System", filter="text"),
        Column("submitter", "Submitter", filter="select"),
        Column("division", "Division", filter="select"),
    ]
    caption = (
        "Official results, newest first: throughput in Offline, latency in SingleStream and "
        "MultiStream, streams in MultiStream of the early rounds"
    )
    newest_first = sorted(
        results.all, key=lambda record: results.rounds.index(record["round"]), reverse=True
    )
    rows = [_result_row(page, record) for record in newest_first]
    return page.table("mlperf", caption, columns, rows)


def _result_row(page: PageBuilder, record: Record) -> list[Cell]:
    # Hundreds of rows: no value is repeated where the text says the same.
    field = value_field(record)
    unit = page.atlas.package.tables[record.table].field(field).unit
    module = page.atlas.modules.get(record["module"] or "")
    network = page.atlas.networks.get(record["network"] or "")
    power = page.figure_cell(record, "wall_power_w") if record["wall_power_w"] else Cell("–", "")
    return [
        Cell(network["name"], network["network"]) if network else Cell(record["model"]),
        Cell(record["scenario"]),
        page.figure_cell(record, field, f"{record.raw[field]} {unit}")._replace(value=None),
        Cell(DLA_USE[record["uses_dla"]]),
        Cell(record["round"]),
        power._replace(value=None) if record["wall_power_w"] else power,
        Cell(module["name"] if module else f"not stated ({record['soc'].capitalize()})"),
        Cell(record["system"]),
        Cell(record["submitter"]),
        Cell(record["division"]),
    ]


def fit_table(page: PageBuilder, rows: list[Record]) -> Markup:
    """Return the marker of the table of published figures against results."""
    columns = [
        Column("network", "Network", filter="select"),
        Column("round", "Round", filter="select"),
        Column("uses_dla", "MLPerf run on"),
        Column("offline", "Offline result", numeric=True),
        Column("published", "Two DLA cores, published", numeric=True),
        Column("setting", "GPU alone, setting", numeric=True),
        Column("rest", "Left for the GPU (derived)", numeric=True),
        Column("both", "Published + setting, % of result (derived)", numeric=True),
        Column("software", "Software of the MLPerf run", sortable=False),
    ]
    return page.table(
        "plausibility",
        "Inferred; samples or images per second",
        columns,
        [_fit_row(page, row) for row in rows],
    )


def _fit_row(page: PageBuilder, row: Record) -> list[Cell]:
    share = explained(row)
    return [
        Cell(page.atlas.networks[row["network"]]["name"], row["network"]),
        Cell(row["round"]),
        Cell(DLA_USE[row["uses_dla"]]),
        page.figure_cell(row, "mlperf_offline_samples_per_second"),
        page.figure_cell(row, "published_two_dla_images_per_second"),
        page.figure_cell(row, "config_gpu_only_samples_per_second"),
        page.figure_cell(row, "offline_minus_published_dla"),
        Cell("–", "") if share is None else Cell(fixed(100 * share)),
        Cell(row["framework"]),
    ]


def wall_table(page: PageBuilder) -> Markup:
    """Return the marker of the table of results with wall power."""
    columns = [
        Column("network", "Network", filter="select"),
        Column("round", "Round", filter="select"),
        Column("system", "System", filter="text"),
        Column("submitter", "Submitter", filter="select"),
        Column("uses_dla", "Ran on", filter="select"),
        Column("offline", "Offline, samples/s", numeric=True),
        Column("power", "Wall power, W", numeric=True),
        Column("per_joule", "Samples/J", numeric=True),
        Column("energy", "mJ per sample", numeric=True),
    ]
    rows = [
        [
            Cell(network_name(page, row), row["network"] or row["model"]),
            Cell(row["round"]),
            Cell(row["system"]),
            Cell(row["submitter"]),
            Cell(DLA_USE[row["uses_dla"]], row["uses_dla"]),
            page.figure_cell(row, "samples_per_second"),
            page.figure_cell(row, "wall_power_w"),
            page.figure_cell(row, "samples_per_joule"),
            page.figure_cell(row, "mj_per_sample"),
        ]
        for row in reversed(page.atlas.records("mlperf-perf-per-watt"))
    ]
    return page.table("wall", "Offline results with wall power, newest first", columns, rows)
