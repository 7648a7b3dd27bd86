"""What may stand in a cell, beside what may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.descriptor import Field
from generator.lint.cells import diagnose, diagnose_cell


@pytest.mark.parametrize(
    "text",
    [
        "C > 64 and batch <= 32",
        "less than 5 < 6",
        "RetinaNet (ResNet-34), 1280x768",
        "R&D & co",
        "https://example.org/a_b?c=d&e=f",
        "36.4.4, 36.4.7",
        "2:4 sparse – ±0.5 × 3",
        "list[0]",
        "none of them",
        "input_tensor:0",
    ],
)
def test_plain_text_is_no_finding(text: str) -> None:
    """Comparisons, brackets, addresses and typography are text."""
    assert diagnose(Field("x"), [text]) == {}


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "0.3740"), ("number", "-0.5"), ("integer", "0"), ("number", "9007199254740991")],
)
def test_plain_numbers_are_no_finding(kind: str, text: str) -> None:
    """Printed precision, signs and large numbers below 2^53 are fine."""
    assert diagnose(Field("x", kind), [text]) == {}


def test_a_placeholder_that_an_enum_allows() -> None:
    """A word the schema lists is a value."""
    column = Field("x", constraints={"enum": ["n/a", "sum"]})

    assert diagnose(column, ["n/a", "sum"]) == {}


@pytest.mark.parametrize("text", ["Layer '<layer>'", r"(?P<layer>\S+): \[(.+)\](\d)", "a `b`"])
def test_verbatim_text_may_look_like_markup(text: str) -> None:
    """What a program prints or reads is no markup; other columns still refuse it."""
    assert diagnose(Field("x", verbatim=True), [text]) == {}
    assert list(diagnose(Field("x"), [text])) == [0]


def test_verbatim_text_is_no_formula() -> None:
    """A spreadsheet reads a cell as a formula whatever the column holds."""
    assert list(diagnose(Field("x", verbatim=True), ["=1+2"])) == [0]


@given(st.sampled_from(["string", "integer", "number", "boolean", "date"]), st.lists(st.text()))
def test_the_quick_look_misses_nothing(kind: str, texts: list[str]) -> None:
    """All values at once are as suspicious as the worst of them alone."""
    column = Field("x", kind)
    values = [text.replace("\0", "") for text in texts]

    alone = {position for position, value in enumerate(values) if diagnose_cell(column, value)}

    assert alone == set(diagnose(column, values))
