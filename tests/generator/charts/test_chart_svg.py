from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from generator.charts import Chart, Mark, Reference, Series
from generator.charts.svg import render_svg

from . import chart_examples as examples

SVG = "{http://www.w3.org/2000/svg}"


def parse(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(render_svg(chart))


def marks_of(chart: Chart) -> list[ElementTree.Element]:
    return [node for node in parse(chart).iter(f"{SVG}g") if node.get("class") == "mark"]


def words_of(node: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in node.iter(f"{SVG}text")]


def percent(rect: ElementTree.Element, name: str) -> float:
    value = rect.attrib[name]

    assert value.endswith("%")
    return float(value[:-1])


@pytest.mark.parametrize("chart", examples.all_kinds(), ids=lambda chart: chart.id)
class TestEveryKind:
    def test_is_well_formed_and_named(self, chart: Chart) -> None:
        """The picture parses as XML and has a name and a description."""
        root = parse(chart)
        description = root.find(f"{SVG}desc")

        assert root.attrib["aria-label"]
        assert description is not None
        assert root.attrib["aria-describedby"] == description.attrib["id"]

    def test_is_the_same_every_time(self, chart: Chart) -> None:
        """Drawing twice gives the same bytes."""
        assert render_svg(chart) == render_svg(chart)

    def test_refers_only_to_what_it_defines(self, chart: Chart) -> None:
        """Patterns and markers exist under ids that begin with the chart's."""
        text = render_svg(chart)
        used = set(re.findall(r'(?:url\(#|href="#)(fig-[^)"]+)', text))
        defined = set(re.findall(r'<(?:pattern|path) id="([^"]+)"', text))

        assert used <= defined
        assert all(name.startswith(f"fig-{chart.id}-") for name in defined)

    def test_has_a_mark_for_each_figure(self, chart: Chart) -> None:
        """Known and unknown figures alike are marks with a tooltip."""
        marks = marks_of(chart)

        assert sum(len(series.marks) for series in chart.series) == len(marks)
        assert all(node.find(f".//{SVG}title") is not None for node in marks)

    def test_a_picture_with_links_is_no_image(self, chart: Chart) -> None:
        """An image hides what is inside it; links must not be hidden."""
        linked = any(mark.href for series in chart.series for mark in series.marks)

        assert ("group" if linked else "img") == parse(chart).attrib["role"]


class TestWords:
    @pytest.mark.parametrize("horizontal", [True, False])
    def test_hostile_words_stay_words(self, horizontal: bool) -> None:
        """Markup in any field is shown, not run; what XML cannot hold is replaced."""
        root = parse(examples.hostile(horizontal=horizontal))
        mark = next(node for node in root.iter(f"{SVG}g") if node.get("class") == "mark")
        readable = examples.HOSTILE.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")

        assert not list(root.iter(f"{SVG}script"))
        assert readable == mark.attrib["data-network"]
        assert readable == root.attrib["aria-label"]
        assert readable in "".join(root.itertext())

    def test_tooltip_says_series_place_figure_and_unit(self) -> None:
        """A mark can be read without its axes."""
        titles = [node.findtext(f".//{SVG}title") for node in marks_of(examples.bars())]

        assert titles[:2] == ["GPU, MAXN: 171 TOPS", "GPU, 50W: 109 TOPS"]

    def test_tooltip_of_a_dot(self) -> None:
        """A dot says its label and both values, with the ends of its interval."""
        titles = [node.findtext(f".//{SVG}title") for node in marks_of(examples.dots())]

        assert titles == [
            "Networks, ResNet-50, Power (W): 10: 100 TOPS (90 to 120)",
            "Networks, SSD, Power (W): 25.5: 2037 TOPS",
            "Networks, Unmeasured, Power (W): 40: unknown",
        ]

    def test_printed_text_wins_over_the_number(self) -> None:
        """The precision of the source is kept."""
        chart = examples.bars(series=[Series("A", [Mark("MAXN", 76.0, text="76.00")])])

        assert words_of(marks_of(chart)[0]) == ["76.00"]

    def test_axes_have_titles(self) -> None:
        """Both axes say what they show, with the unit."""
        assert {"Power mode", "Peak performance (TOPS)"} <= set(words_of(parse(examples.bars())))


class TestBars:
    def test_standing_heights_are_proportional_from_zero(self) -> None:
        """Twice the figure is twice the height, and all bars stand on one line."""
        rects = [node.find(f".//{SVG}rect") for node in marks_of(examples.bars())]
        figures = [mark.y for series in examples.bars().series for mark in series.marks]
        heights = [float(rect.attrib["height"]) for rect in rects if rect is not None]
        feet = {
            round(float(rect.attrib["y"]) + float(rect.attrib["height"]), 1)
            for rect in rects
            if rect is not None
        }

        assert [y * heights[0] / 171 for y in figures if y] == pytest.approx(heights, abs=0.02)
        assert len(feet) == 1

    def test_lying_widths_are_proportional_from_zero(self) -> None:
        """Lying bars all begin at zero, and their widths are as their figures."""
        chart = examples.bars(horizontal=True)
        rects = [node.find(f".//{SVG}rect") for node in marks_of(chart)]
        figures = [mark.y for series in chart.series for mark in series.marks]
        widths = [percent(rect, "width") for rect in rects if rect is not None]

        assert {"0%"} == {rect.attrib["x"] for rect in rects if rect is not None}
        assert [y * widths[0] / 171 for y in figures if y] == pytest.approx(widths, abs=0.02)

    def test_negative_bars_hang_from_zero(self) -> None:
        """A negative figure hangs where the positive one stands."""
        chart = examples.bars(series=[Series("A", [Mark("a", 4), Mark("b", -2)])])
        up, down = (node.find(f".//{SVG}rect") for node in marks_of(chart))

        assert up is not None
        assert down is not None
        assert float(up.attrib["y"]) + float(up.attrib["height"]) == float(down.attrib["y"])
        assert float(up.attrib["height"]) == 2 * float(down.attrib["height"])

    @pytest.mark.parametrize("horizontal", [True, False])
    def test_unknown_is_a_word_and_no_bar(self, horizontal: bool) -> None:
        """A figure nobody knows is not drawn as zero."""
        chart = examples.bars(
            series=[Series("A", [Mark("a", None), Mark("b", 0)])], horizontal=horizontal
        )
        unknown, zero = marks_of(chart)

        assert words_of(unknown) == ["unknown"]
        assert unknown.find(f".//{SVG}rect") is None
        assert zero.find(f".//{SVG}rect") is not None
        assert words_of(zero) == ["0"]

    def test_long_names_make_bars_lie(self) -> None:
        """Names that do not fit below a bar on a phone turn the chart."""
        names = ["RetinaNet ResNeXt-50", "SSD-MobileNetV1", "ResNet-34 backbone", "ResNet-50"]
        long = examples.bars(series=[Series("A", [Mark(name, 1) for name in names])])

        assert 'class="heading"' in render_svg(long)
        assert 'class="heading"' not in render_svg(examples.bars())

    def test_intervals_have_two_caps(self) -> None:
        """An interval is drawn only where there is one: two caps, each above its halo."""
        chart = examples.bars(series=[Series("A", [Mark("a", 2, 1, 3), Mark("b", 2)])])
        with_one, without = marks_of(chart)

        assert len([n for n in with_one.iter(f"{SVG}svg") if n.get("class") == "cap"]) == 4
        assert not list(without.iter(f"{SVG}svg"))


class TestLines:
    def test_unknown_leaves_a_gap(self) -> None:
        """No line passes through a figure nobody knows."""
        segments = [n for n in parse(examples.lines()).iter() if n.get("class") == "segment"]

        assert len(segments) == 1

    def test_references_are_labelled(self) -> None:
        """A reference line says what it is."""
        chart = examples.lines(y_reference=[Reference(15, "99 % of FP32")])

        assert "99 % of FP32" in words_of(parse(chart))


class TestKeys:
    def test_marks_carry_their_keys(self) -> None:
        """Filters find marks by data attributes."""
        assert [node.get("data-power_mode") for node in marks_of(examples.bars())] == [
            "maxn",
            "50w",
            "30w",
            "15w",
        ] * 2

    def test_categories_carry_what_their_marks_share(self) -> None:
        """The name of a category goes when a filter hides all its marks."""
        names = [n for n in parse(examples.bars()).iter() if "category" in (n.get("class") or "")]

        assert [node.get("data-power_mode") for node in names] == ["maxn", "50w", "30w", "15w"]

    def test_links_are_left_to_the_table_for_the_keyboard(self) -> None:
        """A mark leads to its record without adding a stop for the tab key."""
        links = [node for mark in marks_of(examples.bars()) for node in mark.iter(f"{SVG}a")]

        assert links[0].attrib["href"] == "../records/#tops.MAXN"
        assert {"-1"} == {link.attrib["tabindex"] for link in links}
