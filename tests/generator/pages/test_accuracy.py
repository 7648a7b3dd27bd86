from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from generator.facts.claims import TARGET_SHARE, read_claims
from tests.generator.pages.reading import answer, cell, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

NEWEST = "dla-sw-readme-2024-06"


@pytest.fixture
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("accuracy", atlas)["accuracy.md"])


def test_every_printed_figure_is_on_the_page(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """All accuracies of all editions stand in cells with the address of their record."""
    for row in raw_rows("accuracy"):
        key = f"accuracy.{row['network']}.{row['engine']}.{row['source']}.value"

        assert cell(soup, key) == row["value"]


def test_corrected_resnet_falls_below_the_line(soup: BeautifulSoup) -> None:
    """The page opens with the corrected figure, its share of FP32 and the date."""
    text = answer(soup)

    assert "ResNet-50 reaches 75.54 %: 98.80 % of its FP32 accuracy, below the 99 %" in text
    assert "Until 2024-06-10 NVIDIA printed 76.34 % for it, 99.84 % of FP32." in text
    assert "For SSD-MobileNetV1 the printed digits are too few to judge." in text
    assert "SSD-ResNet-34 is printed above FP32, which MLPerf's logs do not show." in text


def test_both_figures_of_resnet_stand_in_the_table(soup: BeautifulSoup) -> None:
    """The superseded row names the day of the correction and lies on the other side."""
    rows = [row for row in rows_of(soup, "accuracy") if row["network"] == "ResNet-50"]

    assert [(row["dla"], row["gpu"], row["line"], row["status"]) for row in rows] == [
        ("75.54", "76.00", "below", "current"),
        ("76.34", "76.42", "above", "until 2024-06-10"),
    ]


def test_shares_follow_from_the_printed_figures(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The ratio to FP32 agrees with an independent division."""
    printed = {
        (row["network"], row["engine"]): float(row["value"])
        for row in raw_rows("accuracy")
        if row["source"] == NEWEST
    }
    for network in {network for network, _ in printed}:
        share = 100 * printed[network, "dla"] / printed[network, "reference"]
        key = f"accuracy.{network}.dla.{NEWEST}.value.share"

        assert cell(soup, key) == f"{share:.2f}"


def test_line_is_that_of_mlperf(raw_rows: RawRows) -> None:
    """MLPerf's logged bound of ResNet-50 is the share of FP32 that the page calls its line."""
    bounds = {
        row["accuracy_target"] for row in raw_rows("mlperf-results") if row["model"] == "resnet50"
    } - {""}

    assert [float(bound) for bound in bounds] == [pytest.approx(TARGET_SHARE * 76.46)]


def test_rounding_decides_what_can_be_told(atlas: Atlas) -> None:
    """Two printed digits leave more open than the margin; four do not."""
    claims = {claim.label: claim for claim in read_claims(atlas)}

    assert {label for label, claim in claims.items() if claim.is_coarse()} == {
        "SSD-MobileNetV1",
        "SSD-ResNet-34",
    }
    assert claims["SSD-MobileNetV1"].standing("dla") == "open"
    assert claims["ResNet-50, printed 2022 to 2023"].standing("dla") == "above"


def test_verdicts_are_counted(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Each comparison has its row, and the sentence counts are those of the table."""
    counts = Counter(row["verdict"] for row in raw_rows("accuracy-checks"))
    shown = Counter(row["verdict"].replace(" ", "_") for row in rows_of(soup, "checks"))
    text = words(soup)

    assert shown == counts
    for verdict, count in counts.items():
        assert f"{count} {verdict.replace('_', ' ')}" in text
    assert "No MLPerf run used the DLA alone" in text


def test_inference_is_labelled(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Every inferred accuracy stands below the word inference."""
    assert "Inference, not a measurement" in words(soup)
    for row in raw_rows("accuracy-dla-inference"):
        key = f"accuracy-dla-inference.{row['round']}.{row['system']}.{row['model']}"
        key = key.lower().replace("_", "-") + ".implied_dla_accuracy_percent"

        assert cell(soup, key) == row["implied_dla_accuracy_percent"]


def test_statement_follows_a_changed_cell(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A corrected figure above the line takes the warning away."""
    atlas = change_cell(f"accuracy.resnet-50.dla.{NEWEST}", "value", "76.10")
    text = answer(read_page(render_pages("accuracy", atlas)["accuracy.md"]))

    assert "none of the 4 networks falls below 99 %" in text
    assert "75.54" not in text
