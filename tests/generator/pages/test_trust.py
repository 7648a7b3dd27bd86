"""The page on the score says what the table says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.pages import trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.atlas import Atlas


def body(atlas: Atlas) -> str:
    """Return the page as Markdown."""
    (page,) = trust.render(atlas)
    return page.markdown


def test_says_how_many_cases_and_how_many_right(
    atlas: Atlas, raw_rows: Callable[[str], list[dict[str, str]]]
) -> None:
    """The first sentence counts what the table counts."""
    (total,) = [row for row in raw_rows("score") if row["key"] == "rules"]
    decided = int(total["n"]) - int(total["unknown"])
    right = int(total["true_positive"]) + int(total["true_negative"])

    assert f"The rules say of {decided} observed nodes" in body(atlas)
    assert f"and {right} times the device did so" in body(atlas)


def test_explains_every_case_that_is_not_predicted_right(
    atlas: Atlas, raw_rows: Callable[[str], list[dict[str, str]]]
) -> None:
    """Each open case stands there with its operator and links to what was seen."""
    text = body(atlas)

    for row in raw_rows("score-disagreements"):
        assert f"#evidence.{row['case']}" in text
        assert f"**{row['operator']}**" in text


def test_owns_up_to_rules_and_cases_of_one_source(atlas: Atlas) -> None:
    """The rule on division and power comes from messages of builds that are cases."""
    assert "elt.divpow" in body(atlas).partition("## Where rules")[0]
