"""Every figure of NVIDIA's tables, read back from the pages and followed when it changes."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from types import MappingProxyType

import pytest
from bs4 import BeautifulSoup

from generator.package import Package, Record, load_package
from generator.site import render_site

ROOT = Path(__file__).resolve().parents[2]

WHERE_SHOWN = {
    ("tops", "tops"): "peak-performance/",
    ("tops-dla-share", "share_percent"): "peak-performance/",
    ("throughput", "images_per_second"): "throughput/",
    ("throughput", "printed_speedup"): "throughput/",
    ("perf-per-watt", "ratio"): "perf-per-watt/",
    ("accuracy", "value"): "accuracy/",
    ("sparsity-accuracy", "value"): "sparsity/",
}
SEED_FIGURES = {
    "tops": 12,
    "tops-dla-share": 4,
    "throughput": 40,
    "perf-per-watt": 40,
    "accuracy": 21,
    "sparsity-accuracy": 2,
}
"""How many rows the two documents this project started from hold, at least."""

SUMMING_UP: dict[str, set[str]] = {
    # The pages of networks state the share of the peak that is reached.
    "tops": {
        "method.md",
        "networks/resnet-34-backbone.md",
        "networks/resnet-50.md",
        "networks/retinanet-resnet-34.md",
        "networks/retinanet-resnext-50.md",
        "networks/ssd-mobilenet-v1.md",
        "networks/ssd-resnet-34.md",
    },
    "tops-dla-share": set(),
    "throughput": {"index.md", "faq.md", "method.md"},
    "perf-per-watt": {"index.md", "faq.md", "networks/index.md", "method.md"},
    "accuracy": {"index.md", "method.md"},
    "sparsity-accuracy": set(),
}
"""Pages that state something computed from a table without a link to each of its rows."""


@pytest.fixture(scope="module")
def package() -> Package:
    """Return the shipped data."""
    return load_package(ROOT / "data", check=False)


@pytest.mark.parametrize(("table", "count"), SEED_FIGURES.items())
def test_no_figure_of_the_first_documents_is_missing(
    package: Package, table: str, count: int
) -> None:
    """The data hold every row of both documents."""
    assert len(package.records(table)) >= count


@pytest.mark.parametrize(("table", "field"), WHERE_SHOWN)
def test_figures_read_back_equal_the_data(
    package: Package, built_site: Path, table: str, field: str
) -> None:
    """Each cell has its address on the page and shows the figure as printed."""
    page = built_site / WHERE_SHOWN[table, field] / "index.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    shown = {element["id"]: element.get_text() for element in soup.find_all("td", id=True)}
    expected = {
        f"{record.id}.{field}": record.raw[field]
        for record in package.records(table)
        if record.raw[field] != ""
    }

    read = {identifier: shown.get(identifier, "missing") for identifier in expected}
    assert expected == {
        identifier: text.removesuffix("×").removesuffix("x").removesuffix("%").strip()
        for identifier, text in read.items()
    }


@pytest.mark.parametrize(("table", "field"), WHERE_SHOWN)
def test_a_changed_cell_changes_exactly_the_pages_that_show_it(
    package: Package, table: str, field: str
) -> None:
    """Change each figure in turn: every page that prints it changes, and no page else.

    A page that leads to the record for another of its figures need not change, and one that
    sums a table up may.
    """
    before = render_site(package).files()
    for record in package.records(table):
        if record.raw[field] == "":
            continue
        changed_package = _with_cell(package, record, field, _another(record.raw[field]))
        after = render_site(changed_package).files()

        changed = {path for path in before if before[path] != after[path]}
        downloads = {path for path in changed if not path.endswith(".md")}
        address = rf'#{re.escape(record.id)}"'
        figure = rf"{re.escape(record.raw[field])}[^0-9.]"
        printing = _pages_with(before, rf'class="figure" href="[^"]*{address}>{figure}')
        printing |= _pages_with(before, rf'id="{re.escape(record.id)}"')
        leading = _pages_with(before, address)
        assert printing <= changed - downloads <= leading | SUMMING_UP[table], record.id
        assert len(downloads) <= 1, record.id


def _pages_with(files: dict[str, bytes], pattern: str) -> set[str]:
    found = re.compile(pattern.encode())
    return {
        path for path, content in files.items() if path.endswith(".md") and found.search(content)
    }


def _another(figure: str) -> str:
    """Return a figure that differs in its last digit."""
    return figure[:-1] + str((int(figure[-1]) + 3) % 10)


def _with_cell(package: Package, record: Record, field: str, text: str) -> Package:
    table = package.tables[record.table]
    changed = dataclasses.replace(
        record,
        raw=MappingProxyType({**record.raw, field: text}),
        values=MappingProxyType({**record.values, field: table.field(field).parse(text)}),
    )
    rows = tuple(changed if row.id == record.id else row for row in package.rows[table.name])
    return dataclasses.replace(package, rows={**package.rows, table.name: rows})
