"""The page of measured figures says what the tables say, and keeps CPUs apart."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from generator.downloads import render_downloads
from generator.package import load_package
from generator.record_ids import slug
from tests.generator.conftest import DATA, ROOT
from tests.generator.measured_data import CPU_RUN, DLA_RUN, LOG, LOG_PATH, TABLES, write_measured
from tests.generator.pages.reading import measured_pages, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup

    from tests.generator.conftest import ReadPage


ORIN = "measured/jetson-agx-orin-64gb.md"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data package with made-up measurements."""
    copy = tmp_path_factory.mktemp("measured") / "data"
    shutil.copytree(DATA, copy)
    write_measured(copy)
    return copy


@pytest.fixture(scope="module")
def pages(copy: Path, read_page: ReadPage) -> dict[str, BeautifulSoup]:
    return pages_of(copy, read_page)


@pytest.fixture(scope="module")
def page(pages: dict[str, BeautifulSoup]) -> BeautifulSoup:
    """Return the page of all that was measured."""
    return pages["measured/index.md"]


@pytest.fixture(scope="module")
def orin(pages: dict[str, BeautifulSoup]) -> BeautifulSoup:
    """Return the page of the one module that there are measurements of."""
    return pages[ORIN]


@pytest.fixture(scope="module")
def cpus(pages: dict[str, BeautifulSoup]) -> BeautifulSoup:
    return pages["measured/cpu.md"]


def pages_of(data: Path, read_page: ReadPage) -> dict[str, BeautifulSoup]:
    """Return the pages of the measured figures in a data package, by their paths."""
    return measured_pages(Atlas(load_package(data, check=False)), read_page)


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

    page = pages_of(data, read_page)["measured/index.md"]

    assert said in " ".join(text_of(page, ".atlas-answer").split())


def test_every_result_stands_on_the_page_of_its_place(
    pages: dict[str, BeautifulSoup], orin: BeautifulSoup, cpus: BeautifulSoup
) -> None:
    """And on no other; a CPU's page has nothing of an accelerator."""
    opened = []
    for page, name, engines in (
        (orin, "accelerated", {"dla", "gpu"}),
        (cpus, "on-cpu", {"cpu"}),
    ):
        rows = page.select(f"#tbl-{name} tbody tr")
        assert {row.select("td")[1]["data-value"] for row in rows} == engines
        opened += [str(row.select("a.figure")[0]["href"]).split("#")[1] for row in rows]

    assert set(pages) == {"measured/index.md", ORIN, "measured/cpu.md"}
    assert sorted(opened) == sorted(f"results.{row['result']}" for row in TABLES["results"])


def test_no_chart_shows_a_cpu_beside_an_accelerator(
    orin: BeautifulSoup, cpus: BeautifulSoup
) -> None:
    for page, allowed in ((orin, {"dla", "gpu", "gpu+dla"}), (cpus, {"cpu"})):
        figures = page.select("figure")
        assert figures
        for figure in figures:
            engines = {mark["data-engine"] for mark in figure.select("[data-engine]")}
            assert engines
            assert engines <= allowed


def test_each_place_leads_to_its_page(page: BeautifulSoup) -> None:
    orin, cpus = rows_of(page, "places")

    assert orin == {
        "place": "Jetson AGX Orin 64GB", "results": "3", "networks": "1",
        "software": "JetPack 6.2, L4T 36.4.3, TensorRT 10.3.0.30", "with_power": "1",
        "inside": "1 of 2", "refused": "1", "runs": "1",
    }  # fmt: skip
    assert (cpus["place"], cpus["results"], cpus["with_power"], cpus["inside"]) == (
        "CPUs", "1", "–", "–"
    )  # fmt: skip
    links = [str(link["href"]) for link in page.select("#tbl-places td a[href^=j], td a[href^=c]")]
    assert links == ["jetson-agx-orin-64gb/", "cpu/"]


def test_of_several_boards_each_has_its_own(
    copy: Path, tmp_path: Path, read_page: ReadPage
) -> None:
    """A run without a result is where its module is; a board nobody named has a page, too."""
    changed = tmp_path / "data"
    shutil.copytree(copy, changed)
    other, unnamed, failed = (f"2026010{day}-trtexec-abcdef" for day in (3, 4, 5))
    first = TABLES["results"][0]
    tables = {name: list(rows) for name, rows in TABLES.items()}
    tables["runs"] += [
        {**TABLES["runs"][0], "run": other, "module": "jetson-agx-orin-32gb"},
        {**TABLES["runs"][0], "run": unnamed, "module": ""},
        {**TABLES["runs"][0], "run": failed, "module": "jetson-agx-xavier"},
    ]
    tables["results"] += [
        {**first, "result": "o", "run": other, "module": "jetson-agx-orin-32gb"},
        {**first, "result": "u", "run": unnamed, "module": ""},
    ]
    tables["builds"] += [{**TABLES["builds"][0], "run": failed, "outcome": "failed"}]
    tables["segments"] += [
        {**TABLES["segments"][0], "run": other, "result": "o"},
        {**TABLES["segments"][0], "run": failed, "result": f"{failed}-x"},
    ]
    write_measured(changed, tables)

    pages = pages_of(changed, read_page)

    counts = {row["place"]: (row["results"], row["refused"]) for row in rows_of(
        pages["measured/index.md"], "places"
    )}  # fmt: skip
    assert counts == {
        "Jetson AGX Orin 64GB": ("3", "1"), "Jetson AGX Orin 32GB": ("1", "1"),
        "Jetson AGX Xavier": ("0", "1"), "Unknown module": ("1", "0"), "CPUs": ("1", "0"),
    }  # fmt: skip
    for path, run in (
        ("jetson-agx-orin-64gb", DLA_RUN),
        ("jetson-agx-orin-32gb", other),
        ("jetson-agx-xavier", failed),
        ("unknown-module", unnamed),
        ("cpu", CPU_RUN),
    ):
        text = pages[f"measured/{path}.md"].get_text(" ", strip=True)
        assert {name for name in (DLA_RUN, other, failed, unnamed, CPU_RUN) if name in text} == {
            run
        }
    came_to_nothing = pages["measured/jetson-agx-xavier.md"]
    assert "came to a figure" in text_of(came_to_nothing, ".atlas-answer")
    assert rows_of(came_to_nothing, "builds")
    assert [row["module"] for row in rows_of(pages["measured/index.md"], "compared")] == [
        "Jetson AGX Orin 64GB"
    ] * 2


def test_power_bears_the_name_of_its_definition(orin: BeautifulSoup) -> None:
    heads = [head.get_text() for head in orin.select("#tbl-accelerated th")]

    assert "Images/s/W (B, rail delta)" in heads
    assert "Images/s/W (A, module delta)" in heads
    assert "C, marginal energy, J/image" in heads
    both = rows_of(orin, "accelerated")[0]
    assert both["load_power_w"] == "15.1 14.9–15.3"
    assert both["power-b"] == "2.2 2.0–2.4"
    assert both["per-watt-b"] == "926 850–1010"
    assert both["power-a"] == "6.9 6.7–7.1"
    assert both["per-watt-a"] == "295 287–304"
    assert both["marginal"] == "0.0034 0.0032–0.0036"
    assert "accelerator only" not in " ".join(heads).lower()


def test_a_long_load_stands_beside_the_figure_where_there_is_one(
    orin: BeautifulSoup, cpus: BeautifulSoup, read_page: ReadPage
) -> None:
    """Pages without one have no column for it, and no sentence."""
    heads = [head.get_text() for head in orin.select("#tbl-accelerated th")]
    place = heads.index("Endurance, images/s")
    shown = [row.select("td")[place].get_text() for row in orin.select("#tbl-accelerated tbody tr")]

    assert sorted(shown) == ["2031.5", "–", "–"]
    assert "one long load after the pairs" in orin.get_text()
    assert "Endurance" not in cpus.get_text()
    assert "Endurance" not in pages_of(DATA, read_page)[ORIN].get_text()


def test_a_segment_that_does_not_count_is_kept_with_its_reason(orin: BeautifulSoup) -> None:
    (row,) = orin.select("#tbl-refused tbody tr")

    assert "thermal, gpu leak" in row.get_text()
    assert "ResNet-50, DLA, two cores, INT8, batch 2, MAXN" in row.get_text()


def test_flags_and_reasons_lead_to_what_they_mean(orin: BeautifulSoup) -> None:
    """The protocol explains each under its own address."""
    explained = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    links = [
        link for link in orin.select(".atlas-grid td > a") if "protocol/#" in str(link["href"])
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

    page = pages_of(changed, read_page)[ORIN]

    (link,) = page.select('#tbl-refused a[href="../../operators/messages/#m1"]')
    assert link.get_text() == "Layer goes to the GPU"


def test_a_build_says_where_its_layers_are(orin: BeautifulSoup) -> None:
    (row,) = rows_of(orin, "builds")

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

    soup = pages_of(changed, read_page)[ORIN]

    assert [row["placement"] for row in rows_of(soup, "builds")] == [
        "dla", "No DLA: none there"
    ]  # fmt: skip
    assert "1 of these builds failed" in soup.get_text(" ", strip=True)


def test_a_run_leads_to_its_log(orin: BeautifulSoup, copy: Path) -> None:
    address = f"data/measured/files/{LOG_PATH}"

    assert orin.select(f'a[href="../../{address}"]')
    assert render_downloads(load_package(copy, check=False))[address] == LOG


def test_an_interval_within_one_run_says_so(orin: BeautifulSoup) -> None:
    assert "within one run" in text_of(orin, "#tbl-accelerated")
    assert "within one run" not in text_of(orin, "#tbl-compared")


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

    ((place, page),) = pages_of(copy, read_page).items()

    assert place == "measured/index.md"
    assert "Nothing is measured with this project's program yet" in page.get_text(" ", strip=True)
    assert not page.select("table, figure")


def test_a_ratio_stands_beside_the_published_one_with_its_definition(orin: BeautifulSoup) -> None:
    a, b = rows_of(orin, "ratios")

    assert a["power_definition"] == "A, module delta"
    assert (a["ratio"], a["published"]) == ("2.10 2.02–2.18", "–")
    assert b["power_definition"] == "B, rail delta"
    assert (b["ratio"], b["published"]) == ("2.99 2.80–3.20", "3.5")
    assert (a["verdict"], b["verdict"]) == ("–", "outside")
    assert "GPU: You ran batch 2, the table has 256." in text_of(orin, "#tbl-ratios")
    heads = [head.get_text() for head in orin.select("#tbl-ratios th")]
    assert "Power definition" in heads
    assert "no method reproduces them" in orin.get_text(" ", strip=True)
    assert orin.select("#fig-measured-ratios")


def test_what_a_switch_hides_is_shown_by_another_choice_of_it(orin: BeautifulSoup) -> None:
    """A mark that had the switch's name for a key would be hidden for good by some choice."""
    (name,) = {field["data-switch"] for field in orin.select("fieldset")}
    choices = {str(choice["value"]) for choice in orin.select("fieldset input")}
    under_it = orin.select(f"[data-{name}]")

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

    soup = pages_of(changed, read_page)[ORIN]

    assert f"Files: journal (0.0 kB) and {len(logs)} logs" in soup.get_text()
    assert soup.select(f'a[href="../../records/files/{DLA_RUN}/"]')
    assert soup.select(f'a[href$="{DLA_RUN}/logs/0.log"]') == []


def test_a_run_says_what_its_power_and_clocks_are(orin: BeautifulSoup, cpus: BeautifulSoup) -> None:
    (jetson,), (cpu,) = (
        [item.get_text() for item in page.select("li:has(> strong)")] for page in (orin, cpus)
    )

    assert DLA_RUN in jetson
    assert "clocks pinned, power from the rails." in jetson
    assert CPU_RUN in cpu
    assert "no power." in cpu
