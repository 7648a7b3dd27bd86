"""What is known of a network's accuracy, in MLPerf and from users, each kind apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.markup import UNKNOWN, Cell, Column
from generator.pages.accuracy.checks import ENGINES, RUNS
from generator.words import percent

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.package import Record

METRICS = {"top1": "Top-1", "map": "mAP"}
USES_DLA = {"yes": "GPU and DLA together", "no": "no DLA", "unknown": "unknown"}
REPORTED_ENGINES = {
    "dla": "DLA",
    "gpu": "GPU",
    "dla_and_gpu": "DLA with GPU fallback",
    "concurrent": "several at once",
    "reference": "reference",
    "unknown": "unknown",
}


def accuracy_table(page: PageBuilder, key: str) -> Markup | str:
    """Return the table of the printed accuracies of a network, edition by edition."""
    records = page.atlas.records("accuracy", network=key)
    if not records:
        return ""
    references = {r["source"]: r["value"] for r in records if r["engine"] == "reference"}
    columns = [
        Column("engine", "Engine", filter="select"),
        Column("value", f"{METRICS[records[0]['metric']]}, {records[0]['unit']}", numeric=True),
        Column("of_fp32", "Of FP32, % (derived)", numeric=True),
        Column("edition", "Printed in", filter="select"),
        Column("status", "Status", filter="select"),
    ]
    rows = [
        [
            Cell(_engine(record), record["engine"]),
            page.figure_cell(record, "value"),
            _of_reference(page, record, references.get(record["source"])),
            Cell(page.source(record["source"]), page.atlas.sources[record["source"]]["title"]),
            Cell(_status(page, record), record["status"]),
        ]
        for record in _newest_first(records)
    ]
    return page.table("accuracy", f"Accuracy on {records[0]['dataset']}", columns, rows)


def _newest_first(records: list[Record]) -> list[Record]:
    """Return the rows by engine, the newest edition of each first."""
    return [
        record for engine in ENGINES for record in reversed(records) if record["engine"] == engine
    ]


def _engine(record: Record) -> str:
    name, precision = ENGINES[record["engine"]], record["precision"].upper()
    return name if name == precision else f"{name}, {precision}"


def _of_reference(page: PageBuilder, record: Record, reference: float | None) -> Cell:
    if record["engine"] == "reference":
        return Cell("–", "")
    if not reference:
        return Cell(UNKNOWN, "")
    share = f"{100 * record['value'] / reference:.1f}"
    return page.figure_cell(record, "value", share, derived="of-fp32")


def _status(page: PageBuilder, record: Record) -> Markup:
    if record["status"] == "superseded":
        badge = page.badge("superseded", "superseded", "verdict")
        return Markup("{} {}").format(badge, record.raw["superseded_on"])
    return Markup("{}").format("unchanged later" if record["status"] == "repeated" else "current")


def checks_table(page: PageBuilder, key: str) -> Markup | str:
    """Return the table that holds the claims about a network against MLPerf's logs."""
    records = page.atlas.records("accuracy-checks", network=key)
    if not records:
        return ""
    columns = [
        Column("engine", "Claim about", filter="select"),
        Column("claimed", "Claimed", numeric=True),
        Column("logged", "Logged", numeric=True),
        Column("verdict", "Verdict", filter="select"),
        Column("where", "Log", filter="select"),
        Column("run", "What ran", filter="select"),
    ]
    rows = []
    for record in records:
        where = f"{record['round']} {record['scenario']}" if record["round"] else "reference"
        verdict = record["verdict"]
        badge = page.badge(verdict, verdict.replace("_", " "), "verdict")
        rows.append(
            [
                Cell(ENGINES[record["engine"]], record["engine"]),
                page.figure_cell(record, "claimed"),
                page.figure_cell(record, "logged"),
                Cell(badge, verdict),
                Cell(where),
                Cell(RUNS[record["engines_in_run"]], record["engines_in_run"]),
            ]
        )
    return page.table("checks", "Claims against MLPerf's logs", columns, rows)


def mlperf(page: PageBuilder, key: str) -> dict[str, object] | None:
    """Return the MLPerf results of a network as a table, with what ran counted."""
    records = page.atlas.records("mlperf-results", network=key)
    if not records:
        return None
    columns = [
        Column("system", "System", filter="select"),
        Column("round", "Round", filter="select"),
        Column("scenario", "Scenario", filter="select"),
        Column("uses_dla", "What ran", filter="select"),
        Column("samples_per_second", "Samples/s", numeric=True),
        Column("latency_ms", "Latency (ms)", numeric=True),
        Column("streams", "Streams", numeric=True),
        Column("accuracy", "Accuracy", numeric=True),
        Column("wall_power_w", "Wall power (W)", numeric=True),
        Column("division", "Division", filter="select"),
        Column("submitter", "Submitter", filter="select"),
    ]
    rows = [
        [
            Cell(record["system"]),
            Cell(record["round"]),
            Cell(record["scenario"]),
            Cell(USES_DLA[record["uses_dla"]], record["uses_dla"]),
            *(
                page.figure_cell(record, field) if record.raw[field] else Cell("–", "")
                for field in ("samples_per_second", "latency_ms", "streams")
            ),
            page.figure_cell(record, "accuracy_value"),
            page.figure_cell(record, "wall_power_w")
            if record.raw["wall_power_w"]
            else Cell("–", ""),
            Cell(record["division"]),
            Cell(record["submitter"]),
        ]
        for record in reversed(records)
    ]
    mixed = [record for record in records if record["uses_dla"] == "yes"]
    return {
        "count": len(records),
        "mixed": len(mixed),
        "rounds": list(dict.fromkeys(record["round"] for record in records)),
        "table": page.table("mlperf", "Official MLPerf results, newest round first", columns, rows),
        "plausibility": _plausibility(page, key),
    }


def _plausibility(page: PageBuilder, key: str) -> list[dict[str, object]]:
    return [
        {
            "round": record["round"],
            "offline": page.figure(record, "mlperf_offline_samples_per_second"),
            "published": page.figure(record, "published_two_dla_images_per_second"),
            "share": percent(record["published_dla_share_of_offline"]),
            "badge": page.badge("inferred", "inferred"),
        }
        for record in page.atlas.records("mlperf-plausibility", network=key)
    ]


def reports_table(page: PageBuilder, key: str) -> Markup | str:
    """Return the table of what users report of a network's speed and power."""
    records = page.atlas.records("user-reports", network=key)
    if not records:
        return ""
    columns = [
        Column("network", "Network as reported"),
        Column("engine", "Engine", filter="select"),
        Column("dla_cores", "DLA cores", numeric=True),
        Column("precision", "Precision", filter="select"),
        Column("batch", "Batch", numeric=True),
        Column("images_per_second", "Images/s", numeric=True),
        Column("latency_ms", "Latency (ms)", numeric=True),
        Column("power_w", "Power (W)", numeric=True),
        Column("device", "Device", filter="select"),
        Column("power_mode", "Power mode"),
        Column("software", "Software"),
        Column("reporter", "Reported by", filter="select"),
    ]
    rows = [
        [
            Cell(page.figure(record, "network_as_reported"), record["network_as_reported"]),
            Cell(REPORTED_ENGINES[record["engine"]], record["engine"]),
            _known(record, "dla_cores"),
            Cell(record["precision"].upper(), record["precision"]),
            _known(record, "batch"),
            *(
                page.figure_cell(record, field) if record.raw[field] else Cell(UNKNOWN, "")
                for field in ("images_per_second", "latency_ms", "power_w")
            ),
            *(_known(record, name) for name in ("device", "power_mode_as_reported", "software")),
            Cell(record["reporter_kind"]),
        ]
        for record in records
    ]
    return page.table("reported", "Speed and power reported by users", columns, rows)


def _known(record: Record, field: str) -> Cell:
    text = record.raw[field]
    return Cell(text) if text and text != "unknown" else Cell(UNKNOWN, "")


def reported_accuracy_table(page: PageBuilder, key: str) -> Markup | str:
    """Return the table of what users report of a network's accuracy."""
    records = page.atlas.records("user-accuracy", network=key)
    if not records:
        return ""
    columns = [
        Column("configuration", "Configuration"),
        Column("engine", "Engine", filter="select"),
        Column("precision", "Precision", filter="select"),
        Column("calibration", "Calibration", filter="select"),
        Column("value", "Value", numeric=True),
        Column("metric", "Metric"),
        Column("dataset", "Data set"),
        Column("device", "Device"),
    ]
    rows = [
        [
            Cell(record["configuration"]),
            Cell(REPORTED_ENGINES[record["engine"]], record["engine"]),
            Cell(record["precision"].upper()),
            Cell(record["calibration"].replace("_", " ")),
            page.figure_cell(record, "value"),
            Cell(f"{METRICS.get(record['metric'], record['metric'])}, {record['unit']}"),
            Cell(record["dataset"]),
            Cell(record["device"]),
        ]
        for record in records
    ]
    return page.table("reported-accuracy", "Accuracy reported by users", columns, rows)


def changes(page: PageBuilder, key: str) -> list[dict[str, object]]:
    """Return how figures of a network changed in NVIDIA's document, oldest first."""
    entries: dict[str, Record] = {}
    for table in ("accuracy", "throughput", "perf-per-watt", "sparsity-accuracy"):
        for record in page.atlas.records(table, network=key):
            entries |= {entry.id: entry for entry in page.atlas.history(record)}
    return [
        {
            "on": entry.raw["changed_on"],
            "old": entry["old_value"] or "",
            "new": entry["new_value"] or "",
            "summary": entry["summary"] or "",
            "address": page.atlas.record_url(entry),
        }
        for entry in sorted(entries.values(), key=lambda entry: entry.raw["changed_on"])
        if entry["change"] == "changed"
    ]
