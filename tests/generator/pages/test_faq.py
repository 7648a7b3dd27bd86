from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "faq.md"
LINKED_FROM_ELSEWHERE = {"power-mode-had-no-effect", "half-of-the-published-throughput"}


@pytest.fixture(scope="module")
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("faq", atlas)[PATH])


def answers(soup: BeautifulSoup) -> dict[str, str]:
    """Return the text between a question and the next heading, by the question's id."""
    found = {}
    for heading in soup.find_all("h3"):
        parts = []
        for element in heading.find_next_siblings():
            if element.name in ("h2", "h3"):
                break
            parts.append(" ".join(element.get_text().split()))
        found[str(heading["id"])] = " ".join(parts)
    return found


def test_there_are_many_questions_at_stable_addresses(soup: BeautifulSoup) -> None:
    """At least twenty, each with an id of its own that does not follow its wording."""
    ids = [heading["id"] for heading in soup.find_all("h3")]

    assert len(ids) >= 20
    assert len(set(ids)) == len(ids)
    assert set(ids) >= LINKED_FROM_ELSEWHERE


def test_answers_are_short(soup: BeautifulSoup) -> None:
    """One to five sentences, none of them run together."""
    for key, text in answers(soup).items():
        sentences = re.findall(r"[.?!](?=\s|$)", re.sub(r"\d\.\d", "", text))
        assert 1 <= len(sentences) <= 6, key
        assert text[-1] in ".)", key
        assert not re.search(r"[a-z)][.!?][A-Z]", text), key


def test_no_entity_and_no_template_is_left(soup: BeautifulSoup) -> None:
    """Values in code come out as typed."""
    text = words(soup)

    assert "&#" not in text
    assert "{{" not in text
    assert "--inputIOFormats=int8:dla_hwc4 --outputIOFormats=int8:chw32" in text


def test_half_is_answered_with_the_reports(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The answer has the range over all users who measured one core of a published network."""
    published = {
        row["network"]: float(row["images_per_second"])
        for row in raw_rows("throughput")
        if (row["power_mode"], row["weights"]) == ("maxn", "dense")
    }
    shares = [
        100 * float(row["images_per_second"]) / published[row["network"]]
        for row in raw_rows("user-reports")
        if row["source"] == "dla-sw-issue-29"
    ]
    text = answers(soup)["half-of-the-published-throughput"].replace("\u202f", " ")

    assert len(shares) == 5
    assert f"Five figures by users are {min(shares):.0f} % to {max(shares):.0f} %" in text


def test_modules_without_a_dla_are_named(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Every module is in the first answer, on the side its number of cores puts it."""
    text = answers(soup)["which-modules-have-a-dla"]
    with_dla, without = text.split("has one.")

    for row in raw_rows("modules"):
        assert row["name"] in (without if row["dla_cores"] == "0" else with_dla)


def test_efficiency_comes_from_the_table(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """The lowest and the highest printed ratio, against the claim in the question."""
    ratios = [float(row["ratio"]) for row in raw_rows("perf-per-watt")]
    text = answers(soup)["as-efficient-as-claimed"]

    assert f"{min(ratios)} to {max(ratios)} times the GPU's images per watt" in text


def test_releases_are_answered(soup: BeautifulSoup) -> None:
    """Which JetPack to take, and that TensorRT 11 has no DLA until it has again."""
    found = answers(soup)

    assert "For Orin, JetPack 6.2.3 with TensorRT 10.3.0" in found["which-jetpack"]
    assert "For Xavier, JetPack 5.1.6 with TensorRT 8.5.2" in found["which-jetpack"]
    assert "Versions 10.8 to 11.3 do not. 11.4.1 does again" in found["tensorrt-11"]


def test_numbers_follow_the_data(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A changed report, release or ratio changes its answer."""
    change_cell("user-accuracy.a004", "value", "0.4")
    change_cell("releases.jetpack.6.2.3", "dla", "unknown")
    changed = change_cell("perf-per-watt.resnet-50.jetson-agx-orin-64gb.maxn.dense", "ratio", "9.9")

    found = answers(read_page(render_pages("faq", changed)[PATH]))

    assert "76.2 % to 40.0 % top-1" in found["int8-without-calibration"]
    assert "For Orin, JetPack 6.2.2 with" in found["which-jetpack"]
    assert "to 9.9 times" in found["as-efficient-as-claimed"]
