"""Figures show the digits that their intervals leave."""

from __future__ import annotations

import pytest

from generator.rounding import rounded_alike


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (("15.0899", "14.46", "15.7198"), ("15.09", "14.46", "15.72")),
        (("2041.33", "2038.1", "2044.6"), ("2041.3", "2038.1", "2044.6")),
        (("2041.33", "1838.1", "2244.6"), ("2040", "1840", "2240")),
        (("0.01234", "0.01229", "0.0124"), ("0.01234", "0.01229", "0.01240")),
        (("778.757", "778.7569", "778.7571"), ("778.7570", "778.7569", "778.7571")),
        (("3.5", "3.5", "3.5"), ("3.5", "3.5", "3.5")),
        (("-0.04", "-1.26", "1.16"), ("0.0", "-1.3", "1.2")),
    ],
)
def test_two_digits_of_the_half_width(
    stored: tuple[str, str, str], shown: tuple[str, str, str]
) -> None:
    """All three end at the same place, none with digits that are not stored."""
    assert rounded_alike(*stored) == shown
