"""What was measured of a network with this project's program, beside the published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.facts.measured_words import CPU, conditions, is_part
from generator.pages.measured.tables import compared_cells, compared_columns
from generator.words import capital, counted

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.measured import Measured
    from generator.package import Record


def measured_here(page: PageBuilder, measured: Measured, key: str) -> dict[str, object]:
    """Return the results of a network, how to make them again, and how to begin without any."""
    results = measured.of_network(key)
    on_cpu = sum(row["engine"] == CPU for row in results)
    accelerated = [row for row in results if row["engine"] != CPU and not is_part(row)]
    return {
        "table": _table(page, measured, accelerated) if accelerated else "",
        "on_cpu": capital(counted(on_cpu, "result")) if on_cpu else "",
        "again": _again(measured, accelerated),
        "command": Markup("<code>python3 -m measure run --networks {}</code>").format(key),
    }


def _table(page: PageBuilder, measured: Measured, results: list[Record]) -> Markup:
    columns = compared_columns(subject=False)
    rows = [compared_cells(page, measured, row, subject=False) for row in results]
    return page.table(
        "measured",
        "Measured throughput, its interval below, beside the published one",
        columns,
        rows,
    )


def _again(measured: Measured, results: list[Record]) -> Markup:
    """Return the commands of the results, folded."""
    lines = [
        Markup('<h3>{}</h3><pre tabindex="0"><code>{}</code></pre>').format(
            conditions(row), row["command"]
        )
        for row in results
        if row["command"]
    ]
    runs = dict.fromkeys(row["run"] for row in results)
    lines += [
        Markup('<h3>Run {}</h3><pre tabindex="0"><code>{}</code></pre>').format(
            run, measured.runs[run]["command"]
        )
        for run in runs
        if measured.runs[run]["command"]
    ]
    if not lines:
        return Markup("")
    return Markup(
        '<details class="atlas-more"><summary>Make it again</summary>{}</details>'
    ).format(Markup("").join(lines))
