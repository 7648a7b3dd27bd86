"""Whatever a cell holds comes out as text, in Markdown and in HTML."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from generator.markup import LONG_TABLE, Cell, Column, link, markdown_text, table

ToHtml = Callable[[str], str]

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><h1>x",
    "<!-- comment",
    "&lt;b&gt; &amp; &#60;",
    "**bold** _em_ `code` ~~gone~~",
    "[a](javascript:alert(1)) ![b](c)",
    "# heading",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "12. ",
    "> quote",
    "    code",
    "\tcode",
    ": definition",
    "| a | b |",
    '=== "tab"',
    "!!! note",
    "??? note",
    "```",
    "---",
    "===",
    "a\n===",
    "a\n- b",
    "a\n\n1. b",
    "{: onclick=alert(1) }",
    "a {: #b }",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "[^1]: note",
    "*[HTML]: x",
    "[a]: http://b",
    "<http://a>",
    '--8<-- "file"',
    '=HYPERLINK("http://a";"b")',
    "@a.b:c=d",
    "../../etc",
    '<div data-slot="1"></div>',
    "a\\*b \\",
    "wzxhzdk:0 klzzwxh:0000",
    "“typographic” – 3× ≥ 2:4",
]

# What a cell may hold once the lint let it in, and line breaks on top of that.
SIGNS = st.sampled_from(list("#*-+_=:.|~^!?<>[](){}`\"'&;\\/$@%1a \t\n"))
TEXTS = st.text(SIGNS | st.characters(blacklist_categories=["Cc", "Cs"]), max_size=40)
PLACES = [
    "{}",
    "- {}",
    "1. {}",
    "## {}",
    "A sentence with {} inside.",
    "Line one\n{}",
    "Term\n:   {}",
    "**{}**",
]


def words(text: str) -> str:
    """Return `text` as a browser shows it: a run of white space is one space."""
    return " ".join(text.split())


def elements(html: str) -> list[str]:
    """Return the names of the elements in `html` in order."""
    return [tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)]


@pytest.mark.parametrize("place", PLACES)
@given(text=TEXTS)
@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_text_is_text_in_markdown(to_html: ToHtml, place: str, text: str) -> None:
    """A value in a template adds no element and shows as it is."""
    html = to_html(place.format(markdown_text("x" + text + "x")))

    plain = to_html(place.format("xx"))
    assert elements(html) == elements(plain)
    shown = BeautifulSoup(html, "html.parser").get_text()
    assert words(shown) == words(BeautifulSoup(plain, "html.parser").get_text()).replace(
        "xx", words("x" + text + "x")
    )


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", PLACES)
def test_hostile_text_is_text_in_markdown(to_html: ToHtml, place: str, text: str) -> None:
    """No syntax works, not even at the beginning of a line."""
    html = to_html(place.format(markdown_text(text)))

    assert elements(html) == elements(to_html(place.format("xx")))
    assert words(text) in words(BeautifulSoup(html, "html.parser").get_text())


@pytest.mark.parametrize(
    "text",
    [
        "ResNet-50 on Jetson AGX Orin",
        "0.3740 of 5000 images",
        "TensorRT 8.5.2 – the DLA's own",
        "2:4 sparsity at a ratio of 1.5 on the DLA.",
    ],
)
def test_plain_words_stay_readable(text: str) -> None:
    """The pages written as files are Markdown that a person can read."""
    assert markdown_text(text) == text


def test_text_within_markup_is_no_markdown_either() -> None:
    """Tags of HTML pass as they are; Markdown would read the text between them."""
    link = Markup('<a href="a_b_c">[x](y) *b* &#42; &lt;</a>')

    assert markdown_text(link) == ('<a href="a_b_c">&#91;x&#93;(y) &#42;b&#42; &#42; &lt;</a>')


@pytest.mark.parametrize(
    "href", ["https://example.org/a?b=c", "http://a", "../records/x/#a.b", "#a", "a/b:c", ""]
)
def test_link_keeps_an_address(href: str) -> None:
    """Addresses on this site and web addresses are linked."""
    assert BeautifulSoup(link(href, "text"), "html.parser").a["href"] == href  # type: ignore[index]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "JAVASCRIPT://%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
    ],
)
def test_link_refuses_other_schemes(href: str) -> None:
    """An address that could run code is shown as text."""
    assert link(href, "text") == "text"


@given(text=TEXTS)
@example(text='"><script>alert(1)</script>')
@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_text_is_text_in_a_table(to_html: ToHtml, text: str) -> None:
    """Cells, header, caption and attributes hold it as it is, also within Markdown."""
    html = table(
        "a-b",
        text,
        [Column(text, text, filter="select"), Column("b", "B", numeric=True)],
        [[Cell(text, text, text), Cell("1")]],
    )
    through_markdown = to_html(f"Before.\n\n{html}\n\nAfter.")

    for source in (str(html), through_markdown):
        soup = BeautifulSoup(source, "html.parser")
        cells = [cell.get_text() for cell in soup.find_all("td")]
        assert [words(cell) for cell in cells] == [words(text), "1"]
        assert len(soup.find_all("table")) == 1
        assert not soup.find_all(["script", "img", "h1"])
        assert soup.caption is not None
        assert words(soup.caption.get_text()) == words(text)
    header = BeautifulSoup(html, "html.parser").th
    assert header is not None
    assert header["data-column"] == text


def test_table_declares_filters_and_sorting() -> None:
    """The script of the site finds what it may filter and sort by."""
    html = table(
        "throughput",
        "One row is a network.",
        [
            Column("network", "Network", filter="select"),
            Column("rate", "images/s", numeric=True, switch=("cores", "sum")),
            Column("note", "Note", sortable=False),
        ],
        [[Cell("ResNet-50", "resnet-50"), Cell("2037", id="a.b"), Cell("")]],
    )
    soup = BeautifulSoup(html, "html.parser")

    root = soup.select_one("#tbl-throughput.atlas-table")
    assert root is not None
    assert root["data-table"] == "throughput"
    network, rate, note = soup.find_all("th")
    assert (network["data-filter"], network["data-sort"]) == ("select", "text")
    assert (rate["data-sort"], rate["data-cores"]) == ("number", "sum")
    assert not note.has_attr("data-sort")
    cell = soup.find(id="a.b")
    assert cell is not None
    assert cell.get_text() == "2037"
    first = soup.td
    assert first is not None
    assert first["data-value"] == "resnet-50"


@pytest.mark.parametrize(("rows", "long"), [(LONG_TABLE - 1, False), (LONG_TABLE, True)])
def test_long_table_says_so(rows: int, long: bool) -> None:
    """A browser may leave out the layout of a table whose height is known."""
    html = table("a", "b", [Column("a", "A")], [[Cell("1")] for _ in range(rows)])

    assert ("atlas-table__scroll--long" in html) == long


def test_table_needs_a_cell_for_every_column() -> None:
    """A row of another length is a mistake of the page, found when it is made."""
    with pytest.raises(ValueError, match="longer"):
        table("a", "b", [Column("a", "A"), Column("b", "B")], [[Cell("1")]])
