"""The page of measured figures says what the tables say, and keeps CPUs apart."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from generator.downloads import render_downloads
from generator.package import load_package
from generator.pages import measured
from generator.record_ids import slug
from tests.generator.conftest import DATA, ROOT
from tests.generator.measured_data import CPU_RUN, DLA_RUN, LOG, LOG_PATH, TABLES, write_measured
from tests.generator.pages.reading import rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup

    from tests.generator.conftest import ReadPage


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data package with made-up measurements."""
    copy = tmp_path_factory.mktemp("measured") / "data"
    shutil.copytree(DATA, copy)
    write_measured(copy)
    return copy


@pytest.fixture(scope="module")
def page(copy: Path, read_page: ReadPage) -> BeautifulSoup:
    (page,) = measured.render(Atlas(load_package(copy, check=False)))
    return read_page(page)


def text_of(page: BeautifulSoup, selector: str) -> str:
    return " ".join(element.get_text(" ", strip=True) for element in page.select(selector))


def test_counts_what_agrees_and_names_what_differs(page: BeautifulSoup) -> None:
    said = text_of(page, ".atlas-answer")

    assert "1 of 2 measured figures" in said
    assert "first difference: one DLA core instead of two" in said


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (1, "1 of 1 measured figures of throughput agrees with the published one"),
        (1, "1 without an interval cannot be judged. 1 has this first difference: one DLA core"),
        (2, "2 measured figures of throughput can be held against a published one, but without"),
        (2, "none can be judged. 1 has this first difference: "),
    ],
)
def test_without_an_interval_nothing_agrees_or_not(
    copy: Path, tmp_path: Path, read_page: ReadPage, without: int, said: str
) -> None:
    """Such figures are counted apart: that none agrees would sound as if all disagreed."""
    data = tmp_path / "data"
    shutil.copytree(copy, data)
    path = data / "measured" / "comparisons.csv"
    text = path.read_text(encoding="utf-8").replace(",outside,", ",no_interval,")
    if without == 2:
        text = text.replace(",inside,", ",no_interval,")
    path.write_text(text, encoding="utf-8")

    (page,) = measured.render(Atlas(load_package(data, check=False)))

    assert said in " ".join(text_of(read_page(page), ".atlas-answer").split())


def test_every_result_stands_in_one_table(page: BeautifulSoup) -> None:
    for name, engines in (("accelerated", {"dla", "gpu"}), ("on-cpu", {"cpu"})):
        rows = page.select(f"#tbl-{name} tbody tr")
        found = {row.select("td")[1]["data-value"] for row in rows}
        assert found == engines
    rows = page.select("#tbl-accelerated tbody tr, #tbl-on-cpu tbody tr")
    opened = [str(row.select("a.figure")[0]["href"]).split("#")[1] for row in rows]
    assert sorted(opened) == sorted(f"results.{row['result']}" for row in TABLES["results"])


def test_no_chart_shows_a_cpu_beside_an_accelerator(page: BeautifulSoup) -> None:
    for figure in page.select("figure"):
        engines = {mark["data-engine"] for mark in figure.select("[data-engine]")}
        assert engines <= {"dla", "gpu", "gpu+dla"} or engines == {"cpu"}


def test_power_bears_the_name_of_its_definition(page: BeautifulSoup) -> None:
    heads = [head.get_text() for head in page.select("#tbl-accelerated th")]

    assert "Images/s/W (B, rail delta)" in heads
    assert "Images/s/W (A, module delta)" in heads
    assert "C, marginal energy, J/image" in heads
    both = rows_of(page, "accelerated")[0]
    assert both["load_power_w"] == "15.1 14.9–15.3"
    assert both["power-b"] == "2.2 2.0–2.4"
    assert both["per-watt-b"] == "926 850–1010"
    assert both["power-a"] == "6.9 6.7–7.1"
    assert both["per-watt-a"] == "295 287–304"
    assert both["marginal"] == "0.0034 0.0032–0.0036"
    assert "accelerator only" not in " ".join(heads).lower()


def test_a_long_load_stands_beside_the_figure_where_there_is_one(
    page: BeautifulSoup, read_page: ReadPage
) -> None:
    """Results without one have no column for it, and the page no sentence."""
    heads = [head.get_text() for head in page.select("#tbl-accelerated th")]
    place = heads.index("Endurance, images/s")
    shown = [row.select("td")[place].get_text() for row in page.select("#tbl-accelerated tbody tr")]

    assert sorted(shown) == ["2031.5", "–", "–"]
    assert "one long load after the pairs" in page.get_text()
    assert "Endurance, images/s" not in text_of(page, "#tbl-on-cpu th")
    (real,) = measured.render(Atlas(load_package(DATA, check=False)))
    assert "Endurance" not in read_page(real).get_text()


def test_a_segment_that_does_not_count_is_kept_with_its_reason(page: BeautifulSoup) -> None:
    (row,) = page.select("#tbl-refused tbody tr")

    assert "thermal, gpu leak" in row.get_text()
    assert "ResNet-50, DLA, two cores, INT8, batch 2, MAXN" in row.get_text()


def test_flags_and_reasons_lead_to_what_they_mean(page: BeautifulSoup) -> None:
    """The protocol explains each under its own address."""
    explained = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    links = [
        link for link in page.select(".atlas-grid td > a") if "protocol/#" in str(link["href"])
    ]

    assert {link.get_text() for link in links} == {
        "thermal", "gpu leak", "wide ci", "shared rail"
    }  # fmt: skip
    for link in links:
        place = str(link["href"]).partition("#")[2]
        assert place == link.get_text().replace(" ", "_")
        assert f"`{place}`{{: #{place} }}" in explained


def test_a_reason_that_tensorrt_gave_is_its_message(
    copy: Path, tmp_path: Path, read_page: ReadPage
) -> None:
    """Such a reason is the key of a line in the table of messages, and says nothing as it is."""
    changed = tmp_path / "data"
    shutil.copytree(copy, changed)
    segments = [{**TABLES["segments"][0], "reasons": "m1"}, *TABLES["segments"][1:]]
    write_measured(changed, {**TABLES, "segments": segments})

    (page,) = measured.render(Atlas(load_package(changed, check=False)))

    (link,) = read_page(page).select('#tbl-refused a[href="../operators/messages/#m1"]')
    assert link.get_text() == "Layer goes to the GPU"


def test_a_build_says_where_its_layers_are(page: BeautifulSoup) -> None:
    (row,) = rows_of(page, "builds")

    assert (row["dla_layers"], row["gpu_layers"], row["dla_subgraphs"]) == ("70", "0", "1")
    assert row["placement"] == "dla"


def test_a_build_that_failed_says_why(copy: Path, tmp_path: Path, read_page: ReadPage) -> None:
    """The reason stands where the layers would, and the builds that failed are counted."""
    changed = tmp_path / "data"
    shutil.copytree(copy, changed)
    build = {
        **TABLES["builds"][0], "build": "b2", "outcome": "failed", "failure": "No DLA: none there",
        "dla_layers": "", "gpu_layers": "", "dla_subgraphs": "", "placement": "",
    }  # fmt: skip
    write_measured(changed, {**TABLES, "builds": [*TABLES["builds"], build]})

    (page,) = measured.render(Atlas(load_package(changed, check=False)))

    soup = read_page(page)
    assert [row["placement"] for row in rows_of(soup, "builds")] == [
        "dla", "No DLA: none there"
    ]  # fmt: skip
    assert "1 of these builds failed" in soup.get_text(" ", strip=True)


def test_a_run_leads_to_its_log(page: BeautifulSoup, copy: Path) -> None:
    address = f"data/measured/files/{LOG_PATH}"

    assert page.select(f'a[href="../{address}"]')
    assert render_downloads(load_package(copy, check=False))[address] == LOG


def test_an_interval_within_one_run_says_so(page: BeautifulSoup) -> None:
    assert "within one run" in text_of(page, "#tbl-accelerated")
    assert "within one run" not in text_of(page, "#tbl-compared")


def test_the_first_difference_is_a_sentence(page: BeautifulSoup) -> None:
    said = text_of(page, "#tbl-compared")

    assert "You ran one DLA core, the table is the sum of two." in said


def test_each_verdict_has_a_look_of_its_own(copy: Path) -> None:
    """A verdict that the style sheet does not know is grey, like one that cannot be tested."""
    styles = (ROOT / "docs" / "assets" / "css" / "atlas.css").read_text(encoding="utf-8")
    field = load_package(copy, check=False).tables["comparisons"].field("verdict")

    for verdict in field.constraints["enum"]:
        assert f".verdict--{slug(verdict)}" in styles


def test_without_a_run_the_page_says_how_to_make_one(tmp_path: Path, read_page: ReadPage) -> None:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    for name in TABLES:
        path = copy / "measured" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")

    (page,) = measured.render(Atlas(load_package(copy, check=False)))

    text = read_page(page).get_text(" ", strip=True)
    assert "Nothing is measured with this project's program yet" in text
    assert "There is no run yet." in text


def test_a_ratio_stands_beside_the_published_one_with_its_definition(page: BeautifulSoup) -> None:
    a, b = rows_of(page, "ratios")

    assert a["power_definition"] == "A, module delta"
    assert (a["ratio"], a["published"]) == ("2.10 2.02–2.18", "–")
    assert b["power_definition"] == "B, rail delta"
    assert (b["ratio"], b["published"]) == ("2.99 2.80–3.20", "3.5")
    assert (a["verdict"], b["verdict"]) == ("–", "outside")
    assert "GPU: You ran batch 2, the table has 256." in text_of(page, "#tbl-ratios")
    heads = [head.get_text() for head in page.select("#tbl-ratios th")]
    assert "Power definition" in heads
    assert "no method reproduces them" in page.get_text(" ", strip=True)
    assert page.select("#fig-measured-ratios")


def test_what_a_switch_hides_is_shown_by_another_choice_of_it(page: BeautifulSoup) -> None:
    """A mark that had the switch's name for a key would be hidden for good by some choice."""
    (name,) = {field["data-switch"] for field in page.select("fieldset")}
    choices = {str(choice["value"]) for choice in page.select("fieldset input")}
    under_it = page.select(f"[data-{name}]")

    assert {str(part[f"data-{name}"]) for part in under_it} == choices
    assert {part.name for part in under_it} == {"th", "td"}


def test_many_files_of_a_run_are_a_list_to_open(
    copy: Path, tmp_path: Path, read_page: ReadPage
) -> None:
    """The journal has a link of its own; a hundred logs have one together."""
    changed = tmp_path / "data"
    shutil.copytree(copy, changed)
    logs = [{**TABLES["files"][0], "path": f"{DLA_RUN}/logs/{at}.log"} for at in range(5)]
    journal = {**TABLES["files"][0], "path": f"{DLA_RUN}/journal.jsonl", "role": "journal"}
    write_measured(changed, {**TABLES, "files": [*logs, journal]})

    (page,) = measured.render(Atlas(load_package(changed, check=False)))

    soup = read_page(page)
    assert f"Files: journal (0.0 kB) and {len(logs)} logs" in soup.get_text()
    assert soup.select(f'a[href="../records/files/{DLA_RUN}/"]')
    assert soup.select(f'a[href$="{DLA_RUN}/logs/0.log"]') == []


def test_a_run_says_what_its_power_and_clocks_are(page: BeautifulSoup) -> None:
    runs = [item.get_text() for item in page.select("li:has(> strong)")]

    (jetson,) = (run for run in runs if DLA_RUN in run)
    (cpu,) = (run for run in runs if CPU_RUN in run)
    assert "clocks pinned, power from the rails." in jetson
    assert "no power." in cpu
