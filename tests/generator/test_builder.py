"""How a page is put together, and that whatever the data hold comes out as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from generator.atlas import Atlas
from generator.builder import PageBuilder
from generator.charts import Chart, Mark, Series
from generator.markup import Cell, Column

if TYPE_CHECKING:
    from generator.package import Record
    from tests.generator.conftest import ReadPage

RATE = "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2"
HOSTILE = "</h1><script>alert(1)</script>\"' --- # **x** {{ 7 }}"


@pytest.fixture
def page(atlas: Atlas) -> PageBuilder:
    return PageBuilder(atlas, "networks/resnet-50.md", "ResNet-50", "About it.")


@pytest.fixture
def rate(atlas: Atlas) -> Record:
    return atlas.record(RATE)


def test_figure_opens_its_record(page: PageBuilder, rate: Record) -> None:
    """A figure is printed as its source prints it, and links to the record's address."""
    assert page.figure(rate, "images_per_second") == (
        f'<a class="figure" href="../../records/throughput/#{RATE}">2037</a>'
    )


def test_derived_figure_looks_derived(page: PageBuilder, rate: Record) -> None:
    """A figure that no source prints links to the same record, and is marked."""
    link = page.figure(rate, "images_per_second", "1018.5", derived=True)

    assert 'class="figure figure--derived"' in link
    assert ">1018.5<" in link


def test_empty_figure_is_unknown(page: PageBuilder, rate: Record) -> None:
    """A dense row has no speed-up: the word says so."""
    assert "unknown" in page.figure(rate, "printed_speedup")
    assert page.figure_cell(rate, "printed_speedup").value == ""


def test_a_cell_has_an_address_once(page: PageBuilder, rate: Record) -> None:
    """The same figure twice on a page has its address where it stands first."""
    first = page.figure_cell(rate, "images_per_second")
    second = page.figure_cell(rate, "images_per_second")
    derived = page.figure_cell(rate, "images_per_second", "1018.5", derived="per-core")

    assert first.id == f"{RATE}.images_per_second"
    assert second.id == ""
    assert derived.id == f"{RATE}.images_per_second.per-core"


def test_a_cell_follows_a_switch(page: PageBuilder, rate: Record) -> None:
    """A switched cell says which choice shows it."""
    cell = page.figure_cell(rate, "images_per_second", switch=("cores", "sum"))

    assert 'data-cores="sum"' in cell.attributes


def test_term_is_linked_once(page: PageBuilder) -> None:
    """A word of the glossary is linked where a page first uses it."""
    assert page.term("loadable") == ('<a class="term" href="../../glossary/#loadable">Loadable</a>')
    assert page.term("loadable", "loadables") == "loadables"


def test_links_stay_on_the_site_or_go_to_the_web(page: PageBuilder) -> None:
    """An address below the root is made relative, a web address is kept."""
    assert 'href="../../data/"' in page.link("data/", "Data")
    assert 'href="https://example.org/"' in page.link("https://example.org/", "Elsewhere")


def test_slots_are_numbered(page: PageBuilder) -> None:
    """Every slot has a marker of its own, and the page holds what belongs there."""
    first, second = page.slot(Markup("<b>1</b>")), page.slot(Markup("<b>2</b>"))
    built = page.from_markdown(f"{first}\n\n{second}\n")

    assert first != second
    assert built.whole().index("<b>1</b>") < built.whole().index("<b>2</b>")
    assert "<b>" not in built.markdown


@given(text=st.text(max_size=40))
@example(text="---\n: # \x85\u2028\x00")
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_front_matter_survives_any_title(atlas: Atlas, text: str) -> None:
    """Whatever a title holds, the front matter is YAML with escaped text."""
    built = PageBuilder(atlas, "a.md", f"x{text}x", text).from_markdown("Body.\n")

    _, head, rest = built.markdown.split("---\n", 2)
    front = yaml.safe_load(head)
    assert front == {"title": str(escape(f"x{text}x")), "description": str(escape(text))}
    assert rest.endswith("Body.\n")


def test_a_hostile_name_is_text_everywhere(atlas: Atlas, read_page: ReadPage) -> None:
    """In the title, a sentence, a table and a chart, markup in the data is only text."""
    network = atlas.networks["resnet-50"]
    hostile = replace(network, values={**network.values, "name": HOSTILE})
    rows = tuple(
        hostile if record is network else record for record in atlas.package.rows["networks"]
    )
    package = replace(atlas.package, rows={**atlas.package.rows, "networks": rows})
    changed = Atlas(package)
    name = changed.networks["resnet-50"]["name"]
    page = PageBuilder(changed, "a.md", name, name)
    table = page.table("t", name, [Column("a", name)], [[Cell(name, name)]])
    chart = page.chart(Chart("c", name, name, "x", "y", [Series(name, [Mark(name, 1.0)], 0)]))

    soup = read_page(page.from_markdown(f"{page.link('a/', name)}\n\n{table}\n\n{chart}\n"))

    assert not soup.select("script:not([type])")
    assert len(soup.find_all("h1")) == 1
    assert soup.get_text().count("<script>alert(1)</script>") >= 5
