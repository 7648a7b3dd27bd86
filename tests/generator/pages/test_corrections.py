from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from generator.facts.recomputed import RULES
from tests.generator.pages.reading import answer, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("corrections", atlas)["corrections.md"])


def test_page_opens_with_what_changed(soup: BeautifulSoup) -> None:
    """The first sentence names the day, the network and both figures before and after."""
    assert answer(soup) == (
        "On 2024-06-10 NVIDIA changed figures of ResNet-50 that it had printed before: "
        "DLA 76.34 % became 75.54 % and GPU 76.42 % became 76.00 %. Everything else that was "
        "printed between 2022-12-09 and 2024-06-10 still stands there."
    )


def test_changes_stand_above_additions(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The timeline and the table of all entries begin with changes."""
    timeline = soup.select(".atlas-takeaways li")
    changes = [row["change"] for row in rows_of(soup, "history")]

    assert "corrected" in timeline[0].get_text()
    assert "added" in timeline[1].get_text()
    assert changes[0] == "changed"
    assert changes == sorted(changes, key=["changed", "removed", "added"].index)
    assert len(changes) == len(raw_rows("figure-history"))


def test_additions_are_counted_by_edition(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Each edition that added figures says how many."""
    counts = Counter(
        row["changed_on"] for row in raw_rows("figure-history") if row["change"] == "added"
    )
    text = words(soup)

    for date, count in counts.items():
        assert f"{date}: {count} added" in text


def test_every_explained_deviation_is_recomputed(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The table sets what is printed beside what follows from the figures it names."""
    rows = rows_of(soup, "exceptions")
    totals = [row for row in rows if row["rule"] == RULES["tops.total"].title]

    figures = [row for row in raw_rows("exceptions") if row["table"] != "rules"]
    assert len(rows) == len(figures)
    assert [(row["printed"], row["recomputed"], row["inputs"]) for row in totals] == [
        ("275", "276", "171, 105"),
        ("200", "201", "109, 92"),
    ]
    for entry in figures:
        assert entry["rule"] in RULES


def test_speedups_agree_with_an_independent_division(
    soup: BeautifulSoup, raw_rows: RawRows
) -> None:
    """A printed speed-up stands beside the quotient of the printed rates."""
    rates = {
        (row["network"], row["power_mode"], row["weights"]): float(row["images_per_second"])
        for row in raw_rows("throughput")
    }
    expected = [
        f"{rates[network, mode, 'sparse'] / rates[network, mode, 'dense']:.4f}"
        for row in raw_rows("exceptions")
        if row["rule"] == "throughput.speedup"
        for network, _, mode in [row["record"].split(".")[1:4]]
    ]
    title = RULES["throughput.speedup"].title
    rows = rows_of(soup, "exceptions")

    assert expected == [row["recomputed"] for row in rows if row["rule"] == title]


def test_doubted_claims_and_disagreements_are_listed(
    soup: BeautifulSoup, raw_rows: RawRows
) -> None:
    """Claims the logs do not bear out and all disagreements have their rows."""
    doubted = [
        row
        for row in raw_rows("accuracy-checks")
        if row["verdict"] in ("differs", "not_found", "coincidence")
    ]

    assert len(rows_of(soup, "doubted")) == len(doubted)
    assert len(rows_of(soup, "disagreements")) == len(raw_rows("disagreements"))
    assert f"{len(doubted)} of {len(raw_rows('accuracy-checks'))} comparisons" in words(soup)


def test_answer_follows_the_history(
    atlas: Atlas, change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A changed entry changes the first sentence; without changes it says so."""
    entry = next(row for row in atlas.records("figure-history") if row["change"] == "changed")
    new = entry["new_value"].replace("75.54", "75.55")
    changed = change_cell(entry.id, "new_value", new)
    soup = read_page(render_pages("corrections", changed)["corrections.md"])

    assert "DLA 76.34 % became 75.55 %" in answer(soup)

    none = change_cell(entry.id, "change", "added")
    soup = read_page(render_pages("corrections", none)["corrections.md"])

    assert answer(soup).startswith("No figure has changed since it was first printed.")
