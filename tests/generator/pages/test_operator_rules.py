"""The pages of rules and of messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import answer, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages


@pytest.fixture(scope="module")
def rules(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("operators", atlas)["operators/rules.md"])


@pytest.fixture(scope="module")
def messages(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("operators", atlas)["operators/messages.md"])


def test_every_rule_has_its_address_and_sentence(rules: BeautifulSoup, raw_rows: RawRows) -> None:
    """A report of the checker can point to each rule, and finds it in words."""
    shown = {row["rule"]: row for row in rows_of(rules, "rules")}

    assert sorted(shown) == sorted(row["rule"] for row in raw_rows("rules"))
    for row in raw_rows("rules"):
        cell = rules.find(id=row["rule"])
        assert cell
        assert cell.name == "td"
        text = shown[row["rule"]]["condition"]
        assert not re.search(r"[{}]", text)
        for bound in ("minimum", "maximum"):
            if f"{{{bound}}}" in row["sentence"]:
                assert row[bound] in text, row["rule"]


def test_rules_are_grouped_by_layer(rules: BeautifulSoup, raw_rows: RawRows) -> None:
    """Rows of a layer stand together, and a link above the table filters each of them."""
    layers = [str(cell["data-value"]) for cell in rules.select("#tbl-rules td:nth-child(3)")]
    blocks = [layer for at, layer in enumerate(layers) if at == 0 or layers[at - 1] != layer]
    links = [str(link["href"]) for link in rules.select("a[href*='rules.layer=']")]

    assert len(blocks) == len(set(blocks))
    assert set(layers) == {row["layer"] or "every" for row in raw_rows("rules")}
    assert [re.search(r"layer=([a-z-]+)", link)[1] for link in links] == list(dict.fromkeys(layers))  # type: ignore[index]


def test_each_rule_has_examples_of_both_kinds(rules: BeautifulSoup) -> None:
    """One node that meets the rule and one that breaks it stand beside it."""
    for row in rules.select("#tbl-rules tbody tr"):
        text = words(row)
        assert "meets it" in text, text[:40]
        assert "breaks it" in text, text[:40]


def test_rules_are_counted(rules: BeautifulSoup, raw_rows: RawRows) -> None:
    """The answer has the number of rules, and the boxes add up to it."""
    count = len(raw_rows("rules"))
    boxes = [int(box.get_text()) for box in rules.select(".atlas-answer dd")]

    assert answer(rules).startswith(f"{count} rules decide")
    assert sum(boxes) == count


def test_notes_have_their_values(rules: BeautifulSoup, raw_rows: RawRows) -> None:
    """A setting is a sentence with its value."""
    texts = [row["note"] for row in rows_of(rules, "notes")]

    assert len(texts) == len(raw_rows("build-notes"))
    assert not any("{" in text for text in texts)


def test_a_changed_bound_changes_every_sentence(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """The page of rules and the pages of operators print the same row."""
    changed = change_cell("rules.conv.kernel", "maximum", "48")
    pages = render_pages("operators", changed)

    for path in ("operators/rules.md", "operators/conv.md"):
        assert "Kernel height and width lie between 1 and 48." in words(read_page(pages[path]))


def test_every_message_is_listed(messages: BeautifulSoup, raw_rows: RawRows) -> None:
    """Pattern, meaning and remedy are there without scripts, under the message's address."""
    for row in raw_rows("messages"):
        article = messages.find("article", id=row["message"])
        assert article
        text = words(article)
        assert " ".join(row["pattern"].split()) in text
        assert " ".join(row["meaning"].split()) in text
        assert " ".join(row["what_to_do"].split()) in text
        if row["rule"]:
            assert article.select(f"a[href='../rules/#{row['rule']}']")
