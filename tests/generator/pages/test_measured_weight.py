"""Pages of measured figures stay light when a whole board, and another, was measured."""

from __future__ import annotations

import gzip
import shutil
from itertools import product
from typing import TYPE_CHECKING

import pytest

from generator.atlas import Atlas
from generator.package import load_package
from generator.pages import measured
from tests.generator.conftest import DATA
from tests.generator.measured_data import TABLES, write_measured

if TYPE_CHECKING:
    from pathlib import Path

BOARDS = ("jetson-agx-orin-64gb", "jetson-agx-orin-32gb")
NETWORKS = (
    *("resnet-50", "ssd-mobilenet-v1", "ssd-resnet-34"),
    *("retinanet-resnext-50", "retinanet-resnet-34", "resnet-34-backbone"),
)
MODES = ("maxn", "50w", "30w", "15w")
ENGINES = (("dla", "2"), ("dla", "1"), ("gpu", "0"))
OWN_BUDGET = 50_000
"""Of the 150 kB of a page, what is left beside style sheets, scripts and the theme's HTML."""


@pytest.fixture
def boards(tmp_path: Path) -> Atlas:
    """Return the data with all networks on all engines in all power modes of two boards."""
    runs, results, ratios, comparisons = [], [], [], []
    for number, board in enumerate(BOARDS):
        run = f"2026010{number + 1}-trtexec-abcdef"
        runs.append({**TABLES["runs"][0], "run": run, "module": board})
        for place, (network, mode, (engine, cores)) in enumerate(product(NETWORKS, MODES, ENGINES)):
            key = f"{run}-{network}-{mode}-{engine}{cores}"
            # Digits that repeat would weigh next to nothing.
            figures = {
                name: f"{(place + 1) * 0.7319 * float(cell):.6g}"
                for name, cell in TABLES["results"][0].items()
                if name.endswith(("_w", "_a", "_b", "_low", "_high", "_j", "_second"))
            }
            results.append(
                {
                    **TABLES["results"][0],
                    **figures,
                    "result": key,
                    "run": run,
                    "module": board,
                    "engine": engine,
                    "network": network,
                    "model": network,
                    "power_mode": mode,
                    "dla_cores": cores,
                    "aggregation": "sum" if cores == "2" else "single",
                }
            )
            if engine == "dla":
                comparisons.append({**TABLES["comparisons"][0], "result": key})
            if cores == "2":
                ratios += [
                    {**row, "run": run, "dla_result": key, "network": network}
                    for row in TABLES["ratios"]
                ]
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    rows = {"runs": runs, "results": results, "ratios": ratios, "comparisons": comparisons}
    write_measured(data, {**TABLES, "segments": [], "builds": [], "files": [], **rows})
    return Atlas(load_package(data, check=False))


def test_each_board_adds_a_page_and_none_grows_too_heavy(boards: Atlas) -> None:
    weights = {
        page.path: len(gzip.compress(page.whole().encode(), 6, mtime=0))
        for page in measured.render(boards)
    }

    assert list(weights) == ["measured/index.md", *(f"measured/{board}.md" for board in BOARDS)]
    assert {path: weight for path, weight in weights.items() if weight > OWN_BUDGET} == {}
