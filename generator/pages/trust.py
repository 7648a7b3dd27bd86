"""How far the rules can be trusted: their score on what devices were seen to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.charts import Chart, Mark, Series
from generator.markup import UNKNOWN, Cell, Column
from generator.words import fixed, listing, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page

PATH = "operators/trust.md"
_RULES = "rules"
_LIST = "operator list alone"
_GROUPS = {"source": "Source", "operator": "Operator", "rule": "Rule"}
_WITH_INTERVAL = ("precision", "recall")
_PLACES = {"dla": "DLA", "gpu": "GPU", "build_time": "build time", "unknown": "not decided"}


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    page = PageBuilder(
        atlas,
        PATH,
        "How far can you trust the rules?",
        "Every rule of the checker compared with what TensorRT builds on devices were seen to do: "
        "precision, recall and F1 for GPU fallback, and each disagreement explained.",
    )
    rows = {(row["group"], row["key"]): row for row in atlas.records("score")}
    total, listed = rows["total", _RULES], rows["total", _LIST]
    sources = [row for row in rows.values() if row["group"] == "source"]
    largest = max(sources, key=lambda row: row["n"])
    wrong, undecided = _open_cases(atlas)
    yield page.build(
        "trust.md.jinja",
        total=_figures(page, total),
        listed=_figures(page, listed),
        decided=total["n"] - total["unknown"],
        right=total["true_positive"] + total["true_negative"],
        sources=len(sources),
        largest=page.source(largest["key"]) if largest["key"] in atlas.sources else largest["key"],
        largest_share=percent(largest["n"] / total["n"]),
        repeated=total["n"] - total["distinct"],
        operators=sum(row["group"] == "operator" for row in rows.values()),
        all_operators=len(atlas.records("operators")),
        rules=sum(row["group"] == "rule" for row in rows.values()),
        all_rules=len(atlas.records("rules")),
        chart=page.chart(_chart(page, total, listed)),
        tables={
            title: _table(page, group, title, [r for r in rows.values() if r["group"] == group])
            for group, title in _GROUPS.items()
        },
        shared=listing([_name(page, "rule", rule) for rule in _shared(atlas)]),
        wrong=[_case(page, row) for row in wrong],
        undecided=[_case(page, row) for row in undecided],
    )


def _open_cases(atlas: Atlas) -> tuple[list[Record], list[Record]]:
    """Return the cases that devices contradict, and those that the rules leave open."""
    rows = atlas.records("score-disagreements")
    undecided = [row for row in rows if row["predicted"] == "unknown"]
    return [row for row in rows if row["predicted"] != "unknown"], undecided


def _shared(atlas: Atlas) -> list[str]:
    """Return the rules that decide cases and rest on a source that also supplies cases."""
    sources = {case["source"] for case in atlas.records("evidence")}
    resting = {row["rule"] for row in atlas.records("rules") if row["source"] in sources}
    return [row["key"] for row in atlas.records("score", group="rule") if row["key"] in resting]


def _figures(page: PageBuilder, row: Record) -> dict[str, object]:
    return {
        "n": page.figure(row, "n"),
        "distinct": page.figure(row, "distinct"),
        "unknown": page.figure(row, "unknown"),
        "unknown_share": percent(row["unknown"] / row["n"]) if row["n"] else UNKNOWN,
        "missed": page.figure(row, "false_negative"),
        "false": page.figure(row, "false_positive"),
        **{name: _share(page, row, name) for name in ("precision", "recall", "f1")},
        **{f"{name}_range": _interval(row, name) for name in _WITH_INTERVAL},
    }


def _share(page: PageBuilder, row: Record, field: str) -> Markup:
    return UNKNOWN if row[field] is None else page.figure(row, field, percent(row[field], 1))


def _interval(row: Record, name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "" if low is None else f"{fixed(100 * low)} to {percent(high)}"


def _chart(page: PageBuilder, total: Record, listed: Record) -> Chart:
    names = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
    series = [
        Series(
            title,
            [
                Mark(
                    name,
                    None if row[field] is None else 100 * row[field],
                    low=_end(row, field, "low"),
                    high=_end(row, field, "high"),
                    href=page.url(page.atlas.record_url(row)),
                )
                for field, name in names.items()
            ],
            colour=colour,
        )
        for colour, (title, row) in enumerate(
            {"Operator list alone": listed, "With the rules on parameters": total}.items()
        )
    ]
    return Chart(
        id="score",
        title="Predicting GPU fallback",
        description=(
            f"With the rules F1 is {_text(total['f1'])}, by the operator list alone "
            f"{_text(listed['f1'])}."
        ),
        y_title="Share (%)",
        x_title="Measure",
        series=series,
    )


def _end(row: Record, field: str, end: str) -> float | None:
    value = row[f"{field}_{end}"] if field in _WITH_INTERVAL else None
    return None if value is None else 100 * value


def _text(share: float | None) -> str:
    return "unknown" if share is None else percent(share, 1)


def _table(page: PageBuilder, group: str, title: str, rows: list[Record]) -> Markup:
    columns = [
        Column("key", title, filter="text"),
        Column("n", "Cases", numeric=True),
        Column("unknown", "Not decided", numeric=True),
        Column("true_positive", "Fell back as predicted", numeric=True),
        Column("true_negative", "Ran on the DLA as predicted", numeric=True),
        Column("false_negative", "Fallback missed", numeric=True),
        Column("false_positive", "Fallback false", numeric=True),
        Column("f1", "F1", numeric=True),
    ]
    counts = [column.name for column in columns[1:-1]]
    return page.table(
        f"score-{group}",
        f"Cases of one {group} a row",
        columns,
        [
            [
                Cell(_name(page, group, row["key"]), row["key"]),
                *(page.figure_cell(row, name) for name in counts),
                Cell(_share(page, row, "f1"), row.raw["f1"]),
            ]
            for row in sorted(rows, key=lambda row: (-row["n"], row["key"]))
        ],
    )


def _name(page: PageBuilder, group: str, key: str) -> Markup | str:
    """Return the key of a row, linked to what it names where that has an entry."""
    table = {"source": "sources", "operator": "operators", "rule": "rules"}[group]
    if group == "source":
        return page.source(key) if key in page.atlas.sources else key
    record = page.atlas.find(table, **{group: key})
    return page.link(page.atlas.record_url(record), key) if record else key


def _case(page: PageBuilder, row: Record) -> dict[str, object]:
    case = page.atlas.find("evidence", id=row["case"])
    rules = [_name(page, "rule", rule) for rule in (row["rules"] or "").split()]
    return {
        "case": page.link(page.atlas.record_url(case), row["case"]) if case else row["case"],
        "operator": row["operator"],
        "predicted": _PLACES[row["predicted"]],
        "observed": _PLACES[row["observed"]],
        "rules": rules,
        "explanation": row["explanation"],
        "source": page.source(case["source"]) if case else UNKNOWN,
    }
