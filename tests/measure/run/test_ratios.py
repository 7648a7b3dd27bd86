"""A whole run on the fake Jetson gives the ratio of perf/W, which compare and the site take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.measure.faults.measuring import Bench

if TYPE_CHECKING:
    from pathlib import Path


def test_dla_and_gpu_in_turn_give_a_ratio(tmp_path: Path) -> None:
    with Bench(tmp_path) as bench:
        done = bench.run("--engines", "dla0,gpu", "--modes", "current")
        compared = bench.call("compare", str(bench.journals[-1].parent))

    assert done.code == 0, done.err
    results = {row["engine"]: row for row in bench.results}
    ratios = {row["definition"]: row for row in bench.tables["ratios"]}
    assert set(ratios) == {"a", "b"}
    for definition, row in ratios.items():
        above, below = (
            float(results[engine][f"images_per_s_per_w_{definition}"]) for engine in ("dla", "gpu")
        )
        assert int(row["pairs"]) == int(results["dla"]["segments_valid"])
        assert float(row["ratio"]) == pytest.approx(above / below, rel=0.01)
        assert float(row["ratio_low"]) < float(row["ratio"]) < float(row["ratio_high"])
    assert compared.code == 0
    assert "times the GPU's perf/W, by B, rail delta" in compared.out
    assert "no figure is published for this network, module and weights" in compared.out
