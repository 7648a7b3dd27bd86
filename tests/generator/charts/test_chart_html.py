from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from generator.charts import Chart, Mark, Series, chart_html, panels_html
from generator.charts.plotly import plotly_figure

from . import chart_examples as examples


def parse(markup: str) -> Tag:
    figure = BeautifulSoup(markup, "html.parser").find("figure")

    assert isinstance(figure, Tag)
    return figure


def rows_of(figure: Tag) -> list[list[str]]:
    rows = figure.select("table tr")
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]


class TestFigure:
    @pytest.mark.parametrize("chart", examples.all_kinds(), ids=lambda chart: chart.id)
    def test_holds_picture_caption_button_and_table(self, chart: Chart) -> None:
        """A figure has all that a reader may ask for, and works without a script."""
        figure = parse(chart_html(chart))

        assert f"fig-{chart.id}" == figure["id"]
        assert figure.select_one("figcaption strong") is not None
        assert figure.select_one(".atlas-still > svg") is not None
        assert figure.select_one("button[hidden]") is not None
        assert figure.select_one("details > summary") is not None

    @pytest.mark.parametrize("chart", examples.all_kinds(), ids=lambda chart: chart.id)
    def test_template_holds_the_interactive_chart(self, chart: Chart) -> None:
        """The JSON in the template is the Plotly figure and contains no markup."""
        template = parse(chart_html(chart)).find("template")

        assert isinstance(template, Tag)
        assert "<" not in template.decode_contents()
        assert plotly_figure(chart) == json.loads(template.get_text())

    def test_hostile_words_stay_words(self) -> None:
        """No field of a chart can put an element into the page."""
        figure = parse(chart_html(examples.hostile()))

        assert not figure.find_all(["script", "b"])
        assert "alert" in figure.get_text()

    def test_ids_are_unique(self) -> None:
        """Several charts of a page and their panels do not share an id."""
        page = chart_html(examples.bars()) + chart_html(examples.lines()) + _panels()
        ids = [node["id"] for node in BeautifulSoup(page, "html.parser").find_all(id=True)]

        assert len(ids) == len(set(ids))

    def test_one_series_needs_no_legend(self) -> None:
        """A legend of one entry would repeat the title."""
        assert parse(chart_html(examples.lines())).select_one(".atlas-legend") is None
        assert [item.get_text() for item in parse(chart_html(examples.bars())).select("li")] == [
            "GPU",
            "DLA",
        ]

    def test_follows_its_table(self) -> None:
        """A chart says whose filters it obeys."""
        assert parse(chart_html(examples.bars(follows="tops")))["data-follows"] == "tops"


class TestTwin:
    def test_repeats_the_figures_of_bars(self) -> None:
        """The table has a row for each category and a column for each series."""
        assert rows_of(parse(chart_html(examples.bars()))) == [
            ["Power mode", "GPU", "DLA"],
            ["MAXN", "171", "105"],
            ["50W", "109", "92"],
            ["30W", "41", "90"],
            ["15W", "14", "40"],
        ]

    def test_says_what_is_unknown_and_what_is_absent(self) -> None:
        """Unknown is a word, absent a dash, and neither is a number."""
        chart = examples.bars(
            series=[
                Series("A", [Mark("a", None), Mark("b", 0.3740, text="0.3740")], 0),
                Series("B", [Mark("b", 2, 1.5, 3)], 1),
            ]
        )

        assert rows_of(parse(chart_html(chart)))[1:] == [
            ["a", "unknown", "–"],
            ["b", "0.3740", "2 (1.5 to 3)"],
        ]

    def test_repeats_the_dots_of_a_scatter(self) -> None:
        """Each dot is a row with its label and both values."""
        assert rows_of(parse(chart_html(examples.dots()))) == [
            ["Series", "Label", "Power (W)", "Peak performance (TOPS)"],
            ["Networks", "ResNet-50", "10", "100 (90 to 120)"],
            ["Networks", "SSD", "25.5", "2037"],
            ["Networks", "Unmeasured", "40", "unknown"],
        ]

    def test_has_scopes_links_and_exact_values(self) -> None:
        """Heads say what they head; a figure leads to its record and can be sorted."""
        figure = parse(chart_html(examples.bars()))
        cell = figure.select_one("tbody td")

        assert cell is not None
        assert {"col"} == {head.get("scope") for head in figure.select("thead th")}
        assert {"row"} == {head.get("scope") for head in figure.select("tbody th")}
        assert cell["data-value"] == "171"
        assert cell.select("a")[0]["href"] == "../records/#tops.MAXN"

    def test_rows_carry_the_keys_their_figures_share(self) -> None:
        """A filter hides rows with the marks."""
        rows = parse(chart_html(examples.bars())).select("tbody tr")

        assert [row["data-power_mode"] for row in rows] == ["maxn", "50w", "30w", "15w"]


class TestPanels:
    def test_share_one_legend_and_one_set_of_patterns(self) -> None:
        """Panels are told apart by title and key; what they share stands once."""
        figure = parse(_panels())

        assert [node.get_text() for node in figure.select(".atlas-panel-title")] == ["A", "B"]
        assert [node["data-network"] for node in figure.select(".atlas-panel")] == ["a", "b"]
        assert len(figure.select(".atlas-legend")) == 1
        assert len(figure.find_all("defs")) == 1
        assert len(figure.find_all("template")) == 2

    def test_say_that_scales_differ(self) -> None:
        """The caption warns that heights cannot be compared across panels."""
        caption = parse(_panels()).find("figcaption")

        assert isinstance(caption, Tag)
        assert "Each panel has its own scale, from zero." in caption.get_text()
        assert "Peak performance (TOPS) by power mode." in caption.get_text()

    def test_have_one_table(self) -> None:
        """The table names the panel in its first column."""
        rows = rows_of(parse(_panels()))

        assert rows[:2] == [
            ["Network", "Power mode", "GPU", "DLA"],
            ["A", "MAXN", "171", "105"],
        ]
        assert len(rows) == 9
        assert rows_of(parse(_panels(panel_title="Model")))[0][0] == "Model"

    @pytest.mark.parametrize(
        ("charts", "message"),
        [
            ([], "there is no panel"),
            ([examples.bars(), examples.bars()], "every panel needs an id of its own"),
            ([examples.bars(id="all")], "every panel needs an id of its own"),
            ([examples.bars(), examples.lines()], "kind differs from that of tops"),
            ([examples.bars(), examples.bars(id="b", y_title="W")], "y_title differs"),
            (
                [examples.bars(), examples.bars(id="b", series=[Series("GPU", [Mark("a", 1)], 3)])],
                "series 'GPU' changes its colour",
            ),
            (
                [examples.bars(), examples.bars(id="b", series=[Series("PVA", [Mark("a", 1)], 0)])],
                "two series share a colour",
            ),
        ],
    )
    def test_refuse(self, charts: list[Chart], message: str) -> None:
        """Panels that could not be compared are refused with the reason."""
        with pytest.raises(ValueError, match=f"panels all.*{message}"):
            panels_html("all", "Title", "Description", charts)


def _panels(**options: Any) -> str:
    charts = [
        examples.bars(id=f"panel-{name}", title=name.upper(), keys={"network": name})
        for name in ("a", "b")
    ]
    return panels_html("panels", "Title", "Description", charts, **options)
