"""Pages, their addresses and their slots."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.markup import Cell, Column, markdown_text, table
from generator.page import Page, Site, page_url, relative_url, slot_marker

PARTS = st.lists(st.sampled_from(["a", "b-c", "v3.0", "records"]), max_size=4)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("index.md", ""),
        ("faq.md", "faq/"),
        ("networks/index.md", "networks/"),
        ("networks/resnet-50.md", "networks/resnet-50/"),
        ("records/mlperf-results/v3.0/index.md", "records/mlperf-results/v3.0/"),
    ],
)
def test_page_url(path: str, url: str) -> None:
    """A page has a directory of its own, an index has that of its folder."""
    assert page_url(path) == url


@pytest.mark.parametrize(
    ("from_url", "to_url", "relative"),
    [
        ("", "faq/", "faq/"),
        ("", "", "./"),
        ("faq/", "", "../"),
        ("faq/", "faq/", "./"),
        ("faq/", "faq/#a", "./#a"),
        ("networks/resnet-50/", "records/throughput/#a.b", "../../records/throughput/#a.b"),
        ("throughput/", "throughput/?t.network=a#x", "./?t.network=a#x"),
        ("data/tops/", "data/published/tops.csv", "../published/tops.csv"),
    ],
)
def test_relative_url(from_url: str, to_url: str, relative: str) -> None:
    """Addresses are relative, so the site works below any folder."""
    assert relative_url(from_url, to_url) == relative


@given(here=PARTS, there=PARTS, end=st.sampled_from(["", "#a.b", "?x=1", "?x=1#/a"]))
def test_relative_url_leads_where_it_should(here: list[str], there: list[str], end: str) -> None:
    """A browser resolves the address to the page meant, wherever the site stands."""
    from_url = "".join(part + "/" for part in here)
    to_url = "".join(part + "/" for part in there)

    resolved = urljoin(f"https://host/base/{from_url}", relative_url(from_url, to_url + end))

    assert resolved == f"https://host/base/{to_url}{end}"


def test_slots_are_filled_where_their_markers_stand() -> None:
    """Markdown holds markers only; the whole page holds the HTML."""
    markdown = f"One.\n\n{slot_marker('1')}\n\nTwo.\n\n{slot_marker('2')}\n"
    page = Page("a.md", "A", "About.", markdown, {"1": "<p>1</p>", "2": "<p>2</p>"})

    assert "<p>1</p>" not in page.markdown
    assert page.whole() == "One.\n\n<p>1</p>\n\nTwo.\n\n<p>2</p>\n"
    assert page.fill(f"<main>{slot_marker('2')}</main>") == "<main><p>2</p></main>"


def test_a_cell_cannot_name_a_slot() -> None:
    """Text that looks like a marker is text, in Markdown and inside a slot."""
    text = slot_marker("1")
    html = str(table("t", "caption", [Column("a", "A")], [[Cell(text)]]))
    page = Page("a.md", "A", "", f"{markdown_text(text)}\n\n{slot_marker('1')}", {"1": html})

    assert page.whole().count("<table ") == 1


def test_a_slot_may_hold_what_looks_like_a_group_reference() -> None:
    """Backslashes in the HTML come through as they are."""
    page = Page("a.md", "A", "", slot_marker("1"), {"1": r"\1 \g<0> \\"})

    assert page.whole() == r"\1 \g<0> \\"


def test_site_files_hold_pages_and_downloads() -> None:
    """Both kinds are files by path, pages with their slots filled."""
    page = Page("a.md", "A", "", slot_marker("1"), {"1": "é"})
    site = Site({"a.md": page}, {"data/a.csv": b"a\n"})

    assert site.files() == {"a.md": "é".encode(), "data/a.csv": b"a\n"}
