"""Claims of accuracy against MLPerf's logs, and what the logs imply of the DLA alone."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Reference, Series
from generator.markup import Cell, Column
from generator.pages import palette
from generator.words import fixed, listing, span

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.package import Record

VERDICTS = {
    "confirmed": "the log or the reference prints the same value",
    "close": "the log of the like run is less than a tenth of a percentage point away",
    "differs": "the log of the like run prints another value",
    "not_found": "no log of that engine prints the value",
    "not_testable": "only runs of GPU and DLA together were logged",
    "coincidence": "the digits agree, but the run did not use the DLA",
}
RUNS = {
    "gpu": "GPU alone",
    "gpu_and_2_dla": "GPU and two DLA cores",
    "reference": "reference implementation",
}
ENGINES = {"dla": "DLA", "gpu": "GPU", "reference": "FP32"}

ENOUGH_ROUNDS = 3
"""How many rounds of logs make a chart over rounds worth drawing."""


def sections(page: PageBuilder) -> dict[str, object]:
    """Return what the page says of checks and inference: counts, sentences, charts and tables."""
    checks = page.atlas.records("accuracy-checks")
    inferred = page.atlas.records("accuracy-dla-inference")
    return {
        "count": len(checks),
        "verdicts": _verdicts(page, checks),
        "by_engine": [_by_engine(engine, checks) for engine in ENGINES],
        "mixed": _mixed(page, checks),
        "charts": [page.chart(chart) for chart in _charts(page, checks)],
        "table": _table(page, checks),
        "inferred": [_implied(page, rows) for rows in _by_network(inferred)],
        "inference_table": _inference_table(page, inferred),
    }


def _verdicts(page: PageBuilder, checks: list[Record]) -> list[dict[str, object]]:
    counts = Counter(check["verdict"] for check in checks)
    return [
        {"badge": _badge(page, verdict), "count": counts[verdict], "meaning": meaning}
        for verdict, meaning in VERDICTS.items()
    ]


def _by_engine(engine: str, checks: list[Record]) -> dict[str, object]:
    counts = Counter(check["verdict"] for check in checks if check["engine"] == engine)
    parts = [f"{counts[name]} {name.replace('_', ' ')}" for name in VERDICTS if counts[name]]
    return {"engine": ENGINES[engine], "total": sum(counts.values()), "parts": listing(parts)}


def _mixed(page: PageBuilder, checks: list[Record]) -> list[dict[str, object]]:
    """Return the lowest accuracy of a mixed run for each network with a bound in MLPerf."""
    rows = []
    for network in page.atlas.networks:
        mixed = [
            check
            for check in checks
            if check["network"] == network and check["engines_in_run"] == "gpu_and_2_dla"
        ]
        results = page.atlas.records("mlperf-results", network=network, uses_dla="yes")
        bound = next((row for row in reversed(results) if row["accuracy_target"]), None)
        if mixed and bound:
            lowest = min(mixed, key=lambda check: float(check["logged"]))
            scale = 100 if lowest["unit"] == "fraction" else 1
            rows.append(
                {
                    "name": page.atlas.networks[network]["name"],
                    "lowest": page.figure(lowest, "logged", _digits(lowest["logged"] * scale)),
                    "round": lowest["round"],
                    "bound": page.figure(bound, "accuracy_target"),
                    "passes": lowest["logged"] * scale >= bound["accuracy_target"],
                }
            )
    return rows


def _digits(value: float) -> str:
    return f"{value:.3f}".rstrip("0")


def _badge(page: PageBuilder, verdict: str) -> Markup:
    return page.badge(verdict.replace("_", "-"), verdict.replace("_", " "), "verdict")


def _charts(page: PageBuilder, checks: list[Record]) -> list[Chart]:
    charts = []
    for network, record in page.atlas.networks.items():
        logs = {
            (check["engines_in_run"], check["round"]): check
            for check in checks
            if check["network"] == network and check["round"]
        }
        rounds = sorted({name for _, name in logs})
        if len(rounds) >= ENOUGH_ROUNDS:
            charts.append(_chart(page, record, logs, rounds, _claimed(checks, network)))
    return charts


def _claimed(checks: list[Record], network: str) -> list[Record]:
    """Return one check for each distinct figure claimed of the DLA."""
    claims = {
        check.raw["claimed"]: check
        for check in checks
        if check["network"] == network and check["engine"] == "dla"
    }
    return list(claims.values())


def _chart(
    page: PageBuilder,
    network: Record,
    logs: dict[tuple[str, str], Record],
    rounds: list[str],
    claims: list[Record],
) -> Chart:
    def series(run: str, name: str, colour: int) -> Series:
        marks = [
            Mark(
                round_name,
                check["logged"],
                text=check.raw["logged"],
                href=page.url(page.atlas.record_url(check)),
            )
            for round_name in rounds
            if (check := logs.get((run, round_name)))
        ]
        return Series(name, marks, colour)

    percent = claims[0]["unit"] == "percent"
    metric = "Top-1 accuracy (%)" if percent else "mAP (fraction)"
    lines = [
        Reference(claim["claimed"], f"DLA as printed {_year(page, claim)}: {claim.raw['claimed']}")
        for claim in claims
    ]
    return Chart(
        f"logs-{network['network']}",
        f"{network['name']}: what NVIDIA's MLPerf logs print",
        f"Logged accuracy of {network['name']} on AGX Orin by MLPerf round, GPU alone and GPU with "
        "two DLA cores; lines mark what NVIDIA's document prints for the DLA.",
        "MLPerf round",
        metric,
        [
            series("gpu", "GPU alone", palette.GPU),
            series("gpu_and_2_dla", "GPU and two DLA cores", palette.GPU_AND_DLA),
        ],
        kind="line",
        y_reference=lines,
        y_from_zero=False,
        note="The axis does not start at zero: the differences are small.",
    )


def _year(page: PageBuilder, check: Record) -> str:
    sources = [check["claim_source"], *(check["claim_also_in"] or "").split()]
    years = sorted(page.atlas.sources[key].raw["published"][:4] for key in sources)
    return span(years[0], years[-1])


def _table(page: PageBuilder, checks: list[Record]) -> Markup:
    columns = [
        Column("network", "Network", filter="select"),
        Column("engine", "Claim about", filter="select"),
        Column("claimed", "Claimed", numeric=True),
        Column("logged", "Logged", numeric=True),
        Column("verdict", "Verdict", filter="select"),
        Column("compared_with", "Compared with", filter="select"),
        Column("run", "What ran", filter="select"),
        Column("edition", "Claimed in", filter="select"),
    ]
    return page.table(
        "checks",
        "One claim against one log; top-1 in percent, mAP as a fraction",
        columns,
        [_check_row(page, check) for check in checks],
    )


def _check_row(page: PageBuilder, check: Record) -> list[Cell]:
    where = f"{check['round']} {check['scenario']}" if check["round"] else "reference"
    network = page.atlas.networks[check["network"]]
    return [
        Cell(network["name"], check["network"]),
        Cell(ENGINES[check["engine"]], check["engine"]),
        page.figure_cell(check, "claimed"),
        page.figure_cell(check, "logged"),
        Cell(_badge(page, check["verdict"]), check["verdict"]),
        Cell(page.link(page.atlas.record_url(check), where), where),
        Cell(RUNS[check["engines_in_run"]], check["engines_in_run"]),
        Cell(_year(page, check)),
    ]


def _by_network(inferred: list[Record]) -> list[list[Record]]:
    groups: dict[str, list[Record]] = {}
    for record in inferred:
        groups.setdefault(record["network"], []).append(record)
    return list(groups.values())


def _implied(page: PageBuilder, rows: list[Record]) -> dict[str, object]:
    field = "implied_dla_minus_gpu_points"
    lowest, highest = (choose(rows, key=lambda row: row[field]) for choose in (min, max))
    return {
        "name": page.atlas.networks[rows[0]["network"]]["name"],
        "count": len(rows),
        "lowest": page.figure(lowest, field),
        "lowest_at": f"{lowest['round']} {lowest['system']}",
        "highest": page.figure(highest, field),
        "highest_at": f"{highest['round']} {highest['system']}",
        "below": sum(row[field] < 0 for row in rows),
        "middle": fixed(median(row[field] for row in rows), 2),
        "claims": listing([_claimed_gap(page, claim) for claim in _dla_claims(page, rows[0])]),
    }


def _dla_claims(page: PageBuilder, row: Record) -> list[Record]:
    records = page.atlas.records("accuracy", network=row["network"], engine="dla")
    return list({record.raw["value"]: record for record in records}.values())


def _claimed_gap(page: PageBuilder, dla: Record) -> Markup:
    gpu = page.atlas.find("accuracy", network=dla["network"], engine="gpu", source=dla["source"])
    assert gpu
    scale = 100 if dla["unit"] == "fraction" else 1
    gap = fixed((dla["value"] - gpu["value"]) * scale, 2)
    published = page.atlas.sources[dla["source"]].raw["published"]
    return page.figure(dla, "value", f"{gap} ({published[:4]})", derived=True)


def _inference_table(page: PageBuilder, inferred: list[Record]) -> Markup:
    columns = [
        Column("network", "Network", filter="select"),
        Column("round", "Round", filter="select"),
        Column("system", "System", filter="select"),
        Column("mixed", "GPU and DLA, %", numeric=True),
        Column("gpu", "GPU alone, %", numeric=True),
        Column("share", "Assumed DLA share", numeric=True),
        Column("implied", "Implied DLA, %", numeric=True),
        Column("difference", "DLA minus GPU, points", numeric=True),
        Column("basis", "Where the share comes from", sortable=False),
    ]
    rows = [
        [
            Cell(page.atlas.networks[row["network"]]["name"], row["network"]),
            Cell(row["round"]),
            Cell(row["system"]),
            page.figure_cell(row, "mixed_accuracy_percent"),
            page.figure_cell(row, "gpu_accuracy_percent"),
            page.figure_cell(row, "dla_share"),
            page.figure_cell(row, "implied_dla_accuracy_percent"),
            page.figure_cell(row, "implied_dla_minus_gpu_points"),
            Cell(row["share_basis"]),
        ]
        for row in inferred
    ]
    return page.table("inference", "Inferred, not measured", columns, rows)
