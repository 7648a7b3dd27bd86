from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from tests.generator.pages.reading import answer, cell, part, rows_of, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

NETWORKS = [
    "resnet-50",
    "ssd-mobilenet-v1",
    "ssd-resnet-34",
    "retinanet-resnext-50",
    "retinanet-resnet-34",
    "resnet-34-backbone",
]
Soups = dict[str, "BeautifulSoup"]


@pytest.fixture(scope="module")
def soups(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> Soups:
    pages = render_pages("networks", atlas)
    return {
        path.removeprefix("networks/").removesuffix(".md"): read_page(page)
        for path, page in pages.items()
    }


def commands(soup: BeautifulSoup) -> list[list[str]]:
    """Return the words of every trtexec command in the box, line breaks undone."""
    lines = "\n".join(code.get_text() for code in soup.select(".atlas-reproduce pre"))
    return [
        shlex.split(line)
        for line in lines.replace("\\\n", " ").splitlines()
        if line.startswith("trtexec")
    ]


def test_there_are_an_index_and_six_pages(soups: Soups) -> None:
    """Each reference network has a page at a stable address."""
    assert set(soups) == {"index", *NETWORKS}


def test_every_published_figure_is_on_the_page_of_its_network(
    soups: Soups, raw_rows: RawRows
) -> None:
    """All throughputs, speed-ups and perf/W ratios stand there as printed, one core as half."""
    for row in raw_rows("throughput"):
        soup = soups[row["network"]]
        record = (
            f"throughput.{row['network']}.{row['module']}.{row['power_mode']}.{row['weights']}.2"
        )
        assert cell(soup, f"{record}.images_per_second") == row["images_per_second"]
        half = float(cell(soup, f"{record}.images_per_second.per-core"))
        assert half == float(row["images_per_second"]) / 2
        if row["printed_speedup"]:
            assert cell(soup, f"{record}.printed_speedup") == row["printed_speedup"]
    for row in raw_rows("perf-per-watt"):
        record = (
            f"perf-per-watt.{row['network']}.{row['module']}.{row['power_mode']}.{row['weights']}"
        )
        assert cell(soups[row["network"]], f"{record}.ratio") == row["ratio"]


def test_every_accuracy_is_there_with_its_history(soups: Soups, raw_rows: RawRows) -> None:
    """Superseded figures stand beside the current ones, with the date of the correction."""
    for row in raw_rows("accuracy"):
        record = f"accuracy.{row['network']}.{row['engine']}.{row['source']}"
        assert cell(soups[row["network"]], f"{record}.value") == row["value"]

    text = part(soups["resnet-50"], "#tbl-accuracy")
    assert "superseded 2024-06-10" in text
    strip = part(soups["resnet-50"], ".atlas-answer")
    assert "75.54" in strip
    assert "corrected from 76.34 on 2024-06-10" in strip


def test_every_check_and_mlperf_result_is_there(soups: Soups, raw_rows: RawRows) -> None:
    """A network's page has all its checks and all its official results."""
    for key in NETWORKS:
        for table, name in (("accuracy-checks", "checks"), ("mlperf-results", "mlperf")):
            expected = [row for row in raw_rows(table) if row["network"] == key]
            box = soups[key].select(f"#tbl-{name}")
            assert len(rows_of(soups[key], name) if box else []) == len(expected)
    assert "MLPerf has no such network" in words(soups["resnet-34-backbone"])


def test_reported_figures_are_kept_apart(soups: Soups, raw_rows: RawRows) -> None:
    """What users report stands in a box of its own, and nowhere else on the page."""
    reports = [row for row in raw_rows("user-reports") if row["network"]]

    assert reports
    for row in reports:
        soup = soups[row["network"]]
        links = soup.select(f'a[href$="#user-reports.{row["report"]}"]')
        assert links
        for anchor in links:
            assert anchor.find_parent(class_="atlas-reported")


@pytest.mark.parametrize("network", NETWORKS)
def test_box_has_commands_for_one_core_and_for_two(soups: Soups, network: str) -> None:
    """Build once, time on core 0, then on both cores at once; no fallback to the GPU."""
    all_commands = commands(soups[network])
    flags = [[word.partition("=")[0] for word in command] for command in all_commands]

    assert not any("--allowGPUFallback" in command for command in flags)
    runs = [command for command in all_commands if any("--loadEngine" in word for word in command)]
    assert {word for command in runs for word in command if "useDLACore" in word} == {
        "--useDLACore=0",
        "--useDLACore=1",
    }
    for command in runs:
        if "--useDLACore=1" in command:
            assert command[-1] == "&"
    builds = [command for command in all_commands if any("--onnx" in word for word in command)]
    endings = {command[-1] for command in builds}
    assert endings == {"--buildOnly", "--skipInference"}


@pytest.mark.parametrize("network", NETWORKS)
def test_box_says_what_to_expect(soups: Soups, raw_rows: RawRows, network: str) -> None:
    """The published sum is for both cores, half of it for one; and nobody ran it here."""
    (rate,) = (
        row["images_per_second"]
        for row in raw_rows("throughput")
        if (row["network"], row["power_mode"], row["weights"]) == (network, "maxn", "dense")
    )
    text = part(soups[network], ".atlas-reproduce")

    half = float(rate) / 2
    assert f"Expect {half:g} images/s in MAXN" in text
    assert f"Published: {rate} images/s in MAXN" in text
    assert "JetPack 5.1.1, TensorRT 8.5.2" in text
    assert "Nobody has run these commands for this site" in text


def test_box_forces_sparsity_only_where_sparse_figures_exist(soups: Soups) -> None:
    """Two of the networks have no sparse throughput, so no sparse command either."""
    sparse = {
        key
        for key in NETWORKS
        if any("--sparsity=force" in command for command in commands(soups[key]))
    }

    assert sparse == set(NETWORKS) - {"resnet-50", "ssd-mobilenet-v1"}


def test_box_says_that_queries_hold_two_images(soups: Soups) -> None:
    """Where the batch is two, trtexec's rate has to be doubled."""
    sentence = "One query holds 2 images"

    assert sentence in part(soups["resnet-50"], ".atlas-reproduce")
    assert sentence not in part(soups["ssd-resnet-34"], ".atlas-reproduce")


def test_index_has_the_best_throughput(soups: Soups, raw_rows: RawRows) -> None:
    """One row a network, with the highest dense rate, its half and a link to the page."""
    best: dict[str, float] = {}
    for row in raw_rows("throughput"):
        if row["weights"] == "dense":
            rate = float(row["images_per_second"])
            best[row["network"]] = max(best.get(row["network"], 0), rate)

    rows = {row["network"]: row for row in rows_of(soups["index"], "networks")}
    names = {row["network"]: row["name"] for row in raw_rows("networks")}
    assert set(rows) == set(names.values())
    for key, rate in best.items():
        assert float(rows[names[key]]["dense"]) == rate
        assert float(rows[names[key]]["per_core"]) == rate / 2
    assert "SSD-MobileNetV1 at 2664 images/s" in answer(soups["index"])
    assert "RetinaNet ResNeXt-50 at 78" in answer(soups["index"])


def test_the_answer_follows_the_data(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """Change one rate, and sentence, strip, table and box change with it."""
    record = "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2"
    pages = render_pages("networks", change_cell(record, "images_per_second", "2001"))
    soup = read_page(pages["networks/resnet-50.md"])

    assert "run ResNet-50 at 2001 images/s in MAXN" in answer(soup)
    assert "one core does 1000.5 (derived)" in answer(soup)
    shown = {anchor.get_text() for anchor in soup.select(f'a.figure[href$="#{record}"]')}
    assert shown == {"2001", "1000.5"}


def test_other_pages_stay_when_one_cell_changes(
    atlas: Atlas, change_cell: ChangeCell, render_pages: RenderPages
) -> None:
    """Only the pages that show a figure change: the network's own and the index."""
    record = "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2"
    before = render_pages("networks", atlas)
    after = render_pages("networks", change_cell(record, "images_per_second", "2001"))

    changed = {path for path in before if before[path].whole() != after[path].whole()}
    assert changed == {"networks/index.md", "networks/resnet-50.md"}


def test_what_nobody_states_is_unknown(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """An emptied condition is the word unknown."""
    changed = change_cell("networks.ssd-resnet-34", "preprocessing", "")
    soup = read_page(render_pages("networks", changed)["networks/ssd-resnet-34.md"])

    (fact,) = (
        row for row in soup.select(".atlas-facts > div") if "Images are prepared" in row.get_text()
    )
    assert fact.select(".atlas-unknown")


@pytest.mark.parametrize(
    "table",
    [
        "throughput",
        "perf-per-watt",
        "accuracy",
        "accuracy-checks",
        "accuracy-dla-inference",
        "mlperf-plausibility",
        "sparsity-accuracy",
        "user-reports",
        "user-accuracy",
        "figure-history",
        "disagreements",
        "power-mode-clocks",
        "trtexec-flags",
        "tensorrt-versions",
    ],
)
@pytest.mark.parametrize("module", ["networks", "modules", "releases", "faq", "method"])
def test_pages_stay_whole_without_a_table(
    atlas: Atlas, render_pages: RenderPages, module: str, table: str
) -> None:
    """A table that has no rows leaves a gap, not a broken build."""
    package = replace(atlas.package, rows={**atlas.package.rows, table: ()})

    for page in render_pages(module, Atlas(package)).values():
        assert page.whole()
