"""Tables of the page of reported figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.markup import UNKNOWN, Cell, Column
from generator.pages.reported.charts import METRICS

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.package import Record

ENGINES = {
    "dla": "DLA",
    "gpu": "GPU",
    "dla_and_gpu": "DLA with GPU fallback",
    "concurrent": "several at once",
    "reference": "reference",
    "unknown": "unknown",
}


def reports(page: PageBuilder, records: list[Record]) -> Markup:
    """Return the marker of the table of throughput, latency and power."""
    columns = [
        Column("network", "Network", filter="select"),
        Column("engine", "Ran on", filter="select"),
        Column("precision", "Precision", filter="select"),
        Column("images_per_second", "Images/s", numeric=True),
        Column("latency", "Latency, ms", numeric=True),
        Column("power", "Power, W", numeric=True),
        Column("input", "Input, batch", sortable=False),
        Column("device", "Device", filter="select"),
        Column("conditions", "Power mode and software", sortable=False),
        Column("reporter", "Reported by", filter="select"),
        Column("caveat", "Caveat", sortable=False),
    ]
    return page.table(
        "reports",
        "Throughput, latency and power as reported; nobody has checked them",
        columns,
        [_report(page, record) for record in records],
    )


def _report(page: PageBuilder, record: Record) -> list[Cell]:
    cores = f", {record['dla_cores']} DLA" if (record["dla_cores"] or 0) > 1 else ""
    size = [record["input"] or "", f"batch {record['batch']}" if record["batch"] else ""]
    conditions = [record["power_mode_as_reported"] or "", record["software"] or ""]
    scope = f"Power: {record['power_scope']}." if record["power_scope"] else ""
    return [
        Cell(record["network_as_reported"]),
        Cell(ENGINES[record["engine"]] + cores, record["engine"]),
        Cell(_precision(record["precision"]), record["precision"]),
        *(_optional(page, record, name) for name in ("images_per_second", "latency_ms", "power_w")),
        Cell(", ".join(filter(None, size)) or UNKNOWN),
        Cell(record["device"]),
        Cell("; ".join(filter(None, conditions)) or UNKNOWN),
        _reporter(page, record),
        Cell(" ".join(filter(None, (record["note"], scope)))),
    ]


def accuracies(page: PageBuilder, records: list[Record]) -> Markup:
    """Return the marker of the table of accuracies."""
    columns = [
        Column("network", "Network", filter="select"),
        Column("engine", "Ran on", filter="select"),
        Column("precision", "Precision", filter="select"),
        Column("calibration", "INT8 scales", filter="select"),
        Column("metric", "Metric", filter="select"),
        Column("value", "Accuracy", numeric=True),
        Column("unit", "Unit"),
        Column("dataset", "Data set", sortable=False),
        Column("device", "Device", filter="select"),
        Column("reporter", "Reported by", filter="select"),
        Column("caveat", "Caveat", sortable=False),
    ]
    rows = [
        [
            Cell(record["network_as_reported"]),
            Cell(ENGINES[record["engine"]], record["engine"]),
            Cell(_precision(record["precision"]), record["precision"]),
            Cell(record["calibration"].replace("_", " "), record["calibration"]),
            Cell(METRICS[record["metric"]], record["metric"]),
            page.figure_cell(record, "value"),
            Cell(record["unit"]),
            Cell(record["dataset"]),
            Cell(record["device"]),
            _reporter(page, record),
            Cell(record["note"] or ""),
        ]
        for record in records
    ]
    return page.table(
        "reported-accuracy", "Accuracy as reported; nobody has checked it", columns, rows
    )


def _precision(precision: str) -> str:
    return precision.upper() if precision.endswith(("8", "16", "32")) else precision


def _optional(page: PageBuilder, record: Record, field: str) -> Cell:
    return page.figure_cell(record, field) if record[field] is not None else Cell("–", "")


def _reporter(page: PageBuilder, record: Record) -> Cell:
    kind = "NVIDIA" if record["reporter_kind"] == "vendor" else record["reporter_kind"]
    source = page.atlas.sources[record["source"]]
    return Cell(page.link(page.atlas.record_url(source), kind), kind)
