"""Charts to test with: one of each kind, one with hostile words, and random ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from generator.charts import Chart, Mark, Reference, Series

HOSTILE = '</script><script>alert("1")</script>&amp; \' ]]> <b>\x00\x0b ÷ —'

MODES = ("MAXN", "50W", "30W", "15W")


def bars(**changes: Any) -> Chart:
    """Return a chart of two series in four power modes."""
    gpu = [171, 109, 41, 14]
    dla = [105, 92, 90, 40]
    fields: dict[str, Any] = {
        "id": "tops",
        "title": "Peak performance",
        "description": "GPU and DLA by power mode.",
        "x_title": "Power mode",
        "y_title": "Peak performance (TOPS)",
        "series": [
            Series(name, [_mode_mark(mode, y) for mode, y in zip(MODES, row, strict=True)], colour)
            for colour, (name, row) in enumerate((("GPU", gpu), ("DLA", dla)))
        ],
    }
    return Chart(**{**fields, **changes})


def lines(**changes: Any) -> Chart:
    """Return a chart of one line with an unknown figure in the middle."""
    marks = [Mark("v1.0", 10.5), Mark("v1.1", 12, 11, 14), Mark("v2.0", None), Mark("v2.1", 20)]
    return bars(**{"id": "rounds", "kind": "line", "series": [Series("A", marks, 3)], **changes})


def dots(**changes: Any) -> Chart:
    """Return a chart of labelled dots, one without a figure."""
    marks = [
        Mark(10, 100, 90, 120, text="ResNet-50", href="../records/#a"),
        Mark(25.5, 2037, text="SSD"),
        Mark(40, None, text="Unmeasured"),
    ]
    fields = {"id": "power", "kind": "scatter", "x_title": "Power (W)"}
    return bars(**{**fields, "series": [Series("Networks", marks, 5)], **changes})


def hostile(**changes: Any) -> Chart:
    """Return a chart whose every word is an attempt to break out."""
    marks = [
        Mark(HOSTILE, 1, text=HOSTILE, href=f"../{HOSTILE}", keys={"network": HOSTILE}),
        Mark(f"{HOSTILE} too", None),
    ]
    names = ("title", "description", "x_title", "y_title", "note", "follows")
    return bars(
        **{
            **dict.fromkeys(names, HOSTILE),
            "id": "hostile",
            "series": [Series(HOSTILE, marks, 1), Series("B", [Mark("x", 2)], 2)],
            "y_reference": [Reference(1, HOSTILE)],
            **changes,
        }
    )


def all_kinds() -> list[Chart]:
    """Return charts of every kind and both lays of bars."""
    return [
        bars(y_reference=[Reference(100, "a hundred")]),
        bars(id="lying", horizontal=True, y_reference=[Reference(100, "a hundred")]),
        lines(),
        dots(),
        dots(id="log", x_log=True, y_log=True),
        hostile(),
        hostile(id="hostile-standing", horizontal=False),
    ]


def random_charts() -> st.SearchStrategy[Chart]:
    """Return a strategy of charts of any kind with figures of any size."""
    return st.composite(_draw_chart)()


def _mode_mark(mode: str, y: float) -> Mark:
    return Mark(mode, y, href=f"../records/#tops.{mode}", keys={"power_mode": mode.lower()})


def _draw_chart(draw: st.DrawFn) -> Chart:
    kind = draw(st.sampled_from(("bar", "line", "scatter")))
    tiny = st.sampled_from((0, 1e-300, 5e-324))
    figures = st.floats(-1e15, 1e15) | st.integers(-3000, 3000) | tiny
    words = st.text(min_size=1, max_size=60).filter(str.strip)
    names = draw(st.lists(words, min_size=1, max_size=12, unique=True))

    def draw_mark(name: str) -> Mark:
        y = draw(st.none() | figures)
        spread = draw(st.none() | st.floats(0, 1e6))
        x = draw(figures) if kind == "scatter" else name
        if y is None or spread is None or abs(y) > 1e14:
            return Mark(x, y, text=draw(st.text(max_size=30)))
        return Mark(x, y, y - spread, y + spread, text=draw(st.text(max_size=30)))

    series = [
        Series(f"{number} {draw(words)}", [draw_mark(name) for name in names], number)
        for number in range(draw(st.integers(1, 8)))
    ]
    references = draw(st.lists(st.builds(Reference, figures, words), max_size=2))
    lying = draw(st.sampled_from((None, True, False))) if kind == "bar" else None
    return bars(
        id="random",
        kind=kind,
        series=series,
        y_reference=references,
        horizontal=lying,
        y_from_zero=kind == "bar" or draw(st.booleans()),
        x_title=draw(words),
        y_title=draw(words),
    )
