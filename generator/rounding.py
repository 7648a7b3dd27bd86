"""Figures as long as their intervals allow."""

from __future__ import annotations

from decimal import Decimal


def rounded_alike(figure: str, low: str, high: str) -> tuple[str, str, str]:
    """Return a figure and the ends of its interval with the digits that mean something.

    They end where two digits of the interval's half-width end, or where the longest of them does.

    Parameters
    ----------
    figure, low, high
        Numbers as they stand in the table.

    Examples
    --------
    >>> rounded_alike("15.0899", "14.46", "15.7198")
    ('15.09', '14.46', '15.72')
    """
    numbers = [Decimal(text) for text in (figure, low, high)]
    half_width = (numbers[2] - numbers[1]) / 2
    if half_width <= 0:
        return figure, low, high
    stored = max(-int(number.as_tuple().exponent) for number in numbers)
    digits = min(1 - half_width.adjusted(), stored)
    texts = [f"{round(number, digits) + 0:.{max(digits, 0)}f}" for number in numbers]
    return texts[0], texts[1], texts[2]
