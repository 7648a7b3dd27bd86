"""Cells as the data package wants them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.descriptor import PATTERNS
from measure.results import cells


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (0.0, "0"),
        (-0.0, "0"),
        (-1e-300, "-0." + "0" * 299 + "1"),
        (778.757, "778.757"),
        (56.2678, "56.2678"),
        (1 / 3, "0.333333"),
        (1234567.8, "1234570"),
        (1e22, "1" + "0" * 22),
        (2.5e-7, "0.00000025"),
        (12, "12"),
    ],
)
def test_number(value: float | None, cell: str) -> None:
    """Figures have six digits, no exponent and no sign of their own for zero."""
    assert cells.number(value) == cell


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number(value: float) -> None:
    """Every figure is written as the generator reads numbers, to six digits of it."""
    cell = cells.number(value)

    assert re.fullmatch(PATTERNS["number"], cell)
    assert float(cell) == pytest.approx(value, rel=1e-5)


def test_command() -> None:
    """A command reads as one would type it."""
    words = ["trtexec", "--shapes=in:1x3x224x224", "--x=a b", "it's", "", "--y=$HOME", "a\nb"]

    assert cells.command(words) == (
        "trtexec --shapes=in:1x3x224x224 '--x=a b' 'it'\\''s' '' '--y=$HOME' 'a b'"
    )
    assert cells.command("trtexec  --fp16\n") == "trtexec --fp16"
    assert cells.command(None) == ""


def test_words() -> None:
    """Flags are different words in the order of letters."""
    assert cells.words(["wide_ci", "Quick", "no steady state", "quick", "--"]) == (
        "no_steady_state quick wide_ci"
    )


def test_rest() -> None:
    """What is unknown is empty; texts stay on one line."""
    assert (cells.count(None), cells.count(3.0), cells.text(None)) == ("", "3", "")  # type: ignore[arg-type]
    assert cells.text(" a\n b ") == "a b"
    assert (cells.yes_no(value=True), cells.yes_no(value=False)) == ("yes", "no")
    assert cells.mean([None, 1.0, 2.0]) == 1.5
    assert cells.mean([None]) is None
