from __future__ import annotations

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from generator.charts.parts import WIDTHS

ASSETS = Path(__file__).resolve().parents[3] / "docs" / "assets" / "css"
SCHEMES = ("default", "slate")

# How the three kinds of colour blindness see linear RGB (Machado, Oliveira and Fernandes, 2009,
# severity 1.0); the first is full sight.
SIGHTS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

Colour = tuple[float, ...]


def colours(scheme: str, name: str, sheet: str) -> list[str]:
    """Return the hexadecimal values of a property in the blocks of one colour scheme."""
    text = (ASSETS / sheet).read_text(encoding="utf-8")
    # What is said of every scheme holds in light; dark overrides it.
    named = f'="{scheme}"' + ("|" if scheme == "default" else "")
    blocks = re.findall(rf"\[data-md-color-scheme(?:{named})\] {{([^}}]*)}}", text)
    return re.findall(rf"{name}: (#[0-9a-f]+);", " ".join(blocks))


def palette(scheme: str) -> list[str]:
    return colours(scheme, r"--atlas-series-\d", "charts.css")


def linear(colour: str) -> Colour:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def contrast(first: str, second: str) -> float:
    dark, light = sorted(
        0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(first), linear(second))
    )
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, sight: str) -> Colour:
    """Return the place of a colour in Oklab, where distance is difference to the eye."""
    rgb = linear(colour)
    r, g, b = (
        max(0.0, sum(weight * part for weight, part in zip(row, rgb, strict=True)))
        for row in SIGHTS[sight]
    )
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_series_stands_out_from_page_and_panel(scheme: str) -> None:
    """Eight colours reach 3:1 on both backgrounds of their scheme."""
    (paper,) = colours(scheme, "--atlas-paper", "atlas.css")
    (panel,) = colours(scheme, "--atlas-panel", "atlas.css")

    assert len(palette(scheme)) == 8
    assert all(contrast(one, paper) >= 3 for one in palette(scheme))
    assert all(contrast(one, panel) >= 3 for one in palette(scheme))


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_colours_differ_for_every_eye(scheme: str, sight: str) -> None:
    """No two colours look alike; those that stand beside each other differ most."""
    places = [seen(one, sight) for one in palette(scheme)]

    assert all(math.dist(a, b) >= 0.08 for a, b in combinations(places, 2))
    assert all(math.dist(a, b) >= 0.12 for a, b in pairwise(places[:4]))


def test_style_sheet_knows_every_width() -> None:
    """Words that wait for a wider chart are hidden below exactly that width."""
    text = (ASSETS / "charts.css").read_text(encoding="utf-8")
    rules = re.findall(r"\(max-width: (\d+)\.98px\) \{ \.atlas-svg \.from-(\d+) \{", text)

    assert [(str(width - 1), str(width)) for width in WIDTHS] == rules
