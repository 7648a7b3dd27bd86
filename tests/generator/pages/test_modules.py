from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.facts.modes import ceiling, modes_of, uneven_cores
from generator.record_ids import slug
from tests.generator.pages.reading import answer, cell, part, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

INDEX = "modules/index.md"
ORIN = "jetson-agx-orin-64gb"


@pytest.fixture(scope="module")
def index(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("modules", atlas)[INDEX])


def test_each_module_has_a_page(atlas: Atlas, render_pages: RenderPages, raw_rows: RawRows) -> None:
    """There is an index and a page at a stable address for every module."""
    pages = render_pages("modules", atlas)

    assert set(pages) == {INDEX} | {f"modules/{row['module']}.md" for row in raw_rows("modules")}


def test_index_says_plainly_who_has_none(index: BeautifulSoup, raw_rows: RawRows) -> None:
    """The first paragraph counts the modules with a DLA and names those without."""
    rows = raw_rows("modules")
    without = [row["name"] for row in rows if row["dla_cores"] == "0"]

    assert answer(index).startswith("Eight of twelve modules have a DLA.")
    assert len(rows) == 12
    assert all(name in answer(index) for name in without)
    assert any("Orin Nano" in name for name in without)
    assert any("Thor" in name for name in without)


def test_index_has_a_row_for_each_module(index: BeautifulSoup, raw_rows: RawRows) -> None:
    """Cores and TOPS stand in cells with the address of their record."""
    rows = raw_rows("modules")

    assert len(rows_of(index, "modules")) == len(rows)
    for row in rows:
        record = f"modules.{row['module']}"
        assert cell(index, f"{record}.dla_cores") == row["dla_cores"]
        shown = cell(index, f"{record}.total_sparse_int8_tops")
        assert shown == (row["total_sparse_int8_tops"] or "unknown")


@pytest.mark.parametrize("module", ["jetson-orin-nano-8gb", "jetson-agx-thor", "drive-agx-thor"])
def test_a_module_without_a_dla_says_so(
    atlas: Atlas, render_pages: RenderPages, read_page: ReadPage, module: str
) -> None:
    """Its page says that every layer runs on the GPU, and names no release for a DLA."""
    soup = read_page(render_pages("modules", atlas)[f"modules/{module}.md"])

    assert "has no DLA. Every layer runs on its GPU" in answer(soup)
    assert "JetPack" not in answer(soup)


def test_clocks_by_mode(
    atlas: Atlas, render_pages: RenderPages, read_page: ReadPage, raw_rows: RawRows
) -> None:
    """Every cap of every module is in the table of its configuration, or the word uncapped."""
    pages = {path: read_page(page) for path, page in render_pages("modules", atlas).items()}

    clocks = raw_rows("power-mode-clocks")
    assert len(clocks) > 300
    for row in clocks:
        key = ".".join(slug(row[name]) for name in ("module", "profile", "mode", "domain"))
        shown = cell(pages[f"modules/{row['module']}.md"], f"power-mode-clocks.{key}.cap_mhz")
        assert shown == (row["cap_mhz"] or row["cap"])


def test_an_uncapped_mode_is_drawn_at_the_highest_clock(
    atlas: Atlas, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """The chart says uncapped, at the module's ceiling where that is known."""
    pages = render_pages("modules", atlas)
    known = read_page(pages[f"modules/{ORIN}.md"])
    unknown = read_page(pages["modules/jetson-orin-nx-16gb.md"])

    assert "1600, uncapped" in part(known, "#fig-clocks-0")
    assert "unknown" not in part(unknown, "#fig-clocks-1 svg")
    assert "uncapped" in part(unknown, "#fig-clocks-1")


def test_a_ceiling_below_a_cap_is_none(atlas: Atlas) -> None:
    """The super configuration goes beyond the ceiling in the modules table."""
    module = atlas.modules["jetson-orin-nx-16gb"]
    profiles = modes_of(atlas, "jetson-orin-nx-16gb")

    assert ceiling(module, profiles["JP5"], "dla0_core") == 614.4
    assert ceiling(module, profiles["JP6.2 super"], "dla0_core") is None
    assert ceiling(module, profiles["JP5"], "emc") is None


def test_modes_come_with_the_highest_budget_first(atlas: Atlas) -> None:
    """A mode without a budget leads, as it caps nothing."""
    names = [mode.name for mode in modes_of(atlas, ORIN)["JP5"]]

    assert names == ["MAXN", "MODE_50W", "MODE_30W", "MODE_15W"]


def test_cores_that_clock_differently_are_pointed_out(atlas: Atlas, index: BeautifulSoup) -> None:
    """A module with two cores is to be measured on core 0 where the caps differ."""
    modes = modes_of(atlas, "jetson-orin-nx-16gb")["JP6.2 super"]
    takeaways = part(index, ".atlas-takeaways")

    assert [mode.name for mode in uneven_cores(modes)] == ["15W", "10W"]
    assert "Jetson Orin NX 16GB (JetPack 6.2 super) lets its cores clock differently" in takeaways
    assert "at worst 614.4 against 115 MHz" in takeaways


def test_a_slow_default_mode_is_pointed_out(index: BeautifulSoup) -> None:
    """The default mode of AGX Xavier leaves the DLA a small part of its clock."""
    takeaways = part(index, ".atlas-takeaways").replace("\u202f", " ")

    assert f"115.2 MHz, {100 * 115.2 / 1395.2:.0f} % of the highest 1395.2 MHz" in takeaways


def test_one_core_whose_configuration_names_two(
    index: BeautifulSoup, atlas: Atlas, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """Orin NX 8GB has one core; its nvpmodel file caps two."""
    soup = read_page(render_pages("modules", atlas)["modules/jetson-orin-nx-8gb.md"])

    assert "Jetson Orin NX 8GB has one core" in part(index, ".atlas-takeaways")
    assert "has one DLA core of the second generation" in answer(soup)
    assert "a core 1 that this module does not have" in words(soup)


def test_disagreements_stand_on_the_page_they_concern(
    atlas: Atlas, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """A disagreement about one size of a module is not on the page of the other."""
    pages = render_pages("modules", atlas)

    def topics(module: str) -> list[str]:
        soup = read_page(pages[f"modules/{module}.md"])
        if not soup.select("#tbl-disagreements"):
            return []
        return [row["topic"] for row in rows_of(soup, "disagreements")]

    assert topics("jetson-orin-nx-16gb") == ["CPU and DLA clocks of Orin NX 16GB in the 15 W mode"]
    assert topics("jetson-orin-nx-8gb") == ["DLA cores of Orin NX 8GB"]
    assert topics("jetson-orin-nano-4gb") == ["DLA of Orin Nano"]
    assert topics("jetson-agx-thor") == []


def test_a_core_more_changes_the_answer(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """The counts follow the data."""
    changed = change_cell("modules.jetson-orin-nano-8gb", "dla_cores", "1")
    pages = render_pages("modules", changed)

    assert answer(read_page(pages[INDEX])).startswith("Nine of twelve modules have a DLA.")
    nano = read_page(pages["modules/jetson-orin-nano-8gb.md"])
    assert "has one DLA core" in answer(nano)


def test_an_unknown_fact_stays_visible(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """An emptied cell is the word unknown, not zero and not left out."""
    changed = change_cell(f"modules.{ORIN}", "dram_bandwidth_gb_per_s_min", "")
    changed = change_cell(f"modules.{ORIN}", "dram_bandwidth_gb_per_s_max", "")
    soup = read_page(render_pages("modules", changed)[f"modules/{ORIN}.md"])

    (fact,) = (row for row in soup.select(".atlas-facts > div") if "DRAM" in row.get_text())
    assert fact.get_text() == "DRAM bandwidthunknown"
