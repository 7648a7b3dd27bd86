"""Verdicts, and the condition that is named first."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from measure.__main__ import main
from measure.compare.comparison import (
    INSIDE,
    NO_INTERVAL,
    NO_PUBLISHED_FIGURE,
    OUTSIDE,
    Comparison,
    compare,
    half_unit,
)
from measure.compare.conditions import allowed_dla_mhz, differences

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED = {
    "result": "r1",
    "run": "20260101-trtexec-abcdef",
    "model": "ResNet-50",
    "network": "resnet-50",
    "module": "jetson-agx-orin-64gb",
    "power_mode": "maxn",
    "engine": "dla",
    "dla_cores": "2",
    "aggregation": "sum",
    "precision": "int8",
    "batch": "2",
    "input_width": "224",
    "input_height": "224",
    "weights": "dense",
    "product": "JetPack",
    "release": "5.1.1",
    "quantization": "implicit_uncalibrated",
    "clock_policy": "pinned",
    "transfers": "excluded",
    "gpu_layers": "0",
    "dla_mhz": "1600",
    "flags": "",
    "images_per_second": "2036.9",
    "images_per_second_low": "2036.6",
    "images_per_second_high": "2037.2",
}
"""A measurement under the conditions of the published row of 2,037 images/s."""

RATIO = {
    "run": "20260101-trtexec-abcdef",
    "dla_result": "r1",
    "gpu_result": "r3",
    "network": "resnet-50",
    "module": "jetson-agx-orin-64gb",
    "power_mode": "maxn",
    "weights": "dense",
    "definition": "b",
    "ratio": "3.4",
    "ratio_low": "3.2",
    "ratio_high": "3.6",
}
"""A ratio that agrees with the published one of 3.5."""


def measured(**changes: str) -> dict[str, str]:
    return {**PUBLISHED, **changes}


def only(**changes: str) -> Comparison:
    return compare([measured(**changes)])[0]


def codes(one: Comparison) -> list[str]:
    return [difference.code for difference in one.differences]


def test_a_figure_whose_interval_holds_the_published_one_is_inside() -> None:
    one = only()

    assert (one.verdict, one.differences) == (INSIDE, [])
    assert one.published_record == "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2"
    assert one.ratio == pytest.approx(2036.9 / 2037)


def test_the_rounding_of_the_published_figure_counts() -> None:
    assert only(images_per_second_high="2036.5").verdict == INSIDE
    assert only(images_per_second_high="2036.4").verdict == OUTSIDE


def test_half_a_unit_of_the_last_digit() -> None:
    assert (half_unit("2037"), half_unit("37.5")) == (0.5, 0.05)


def test_without_an_interval_there_is_no_verdict() -> None:
    assert only(images_per_second_low="", images_per_second_high="").verdict == NO_INTERVAL


@pytest.mark.parametrize(
    "changes",
    [{"engine": "gpu"}, {"engine": "cpu", "module": ""}, {"network": ""}, {"module": "x"}],
)
def test_what_nobody_published_is_not_judged(changes: dict[str, str]) -> None:
    one = only(**changes)

    assert (one.verdict, one.published, one.first_difference) == (NO_PUBLISHED_FIGURE, None, None)


@pytest.mark.parametrize(
    ("changes", "code", "certain", "words"),
    [
        ({"dla_cores": "1", "aggregation": "single"}, "one_core", True, "the sum of two"),
        ({"flags": "power_mode_not_applied"}, "power_mode_not_applied", True, "not applied"),
        ({"flags": "implicit_batch"}, "implicit_batch", True, "counts images already"),
        ({"batch": "1"}, "batch", True, "batch 1, the table has 2"),
        ({"batch": ""}, "batch", False, "does not state its batch"),
        ({"input_width": "256"}, "input_size", True, "256x224"),
        ({"input_width": "", "input_height": ""}, "input_size", False, "not known"),
        ({"precision": "fp16"}, "precision", True, "fp16, the table has int8"),
        ({"flags": "fp16_fallback"}, "fp16_fallback", True, "ran in FP16"),
        ({"gpu_layers": "1"}, "gpu_layers", True, "One layer of your engine"),
        ({"gpu_layers": "2"}, "gpu_layers", True, "2 layers of your engine"),
        ({"release": "6.2"}, "release", True, "JetPack 6.2, the table has JetPack 5.1.1"),
        ({"dla_mhz": "1369"}, "clocks", True, "1369 MHz, the power mode allows 1600 MHz"),
        ({"clock_policy": "dvfs"}, "clocks", False, "not pinned"),
        ({"transfers": "included"}, "transfers", False, "includes the transfers"),
    ],
)
def test_each_condition_is_named(
    changes: dict[str, str], code: str, certain: bool, words: str
) -> None:
    first = only(images_per_second_high="2000", images_per_second_low="1990", **changes)

    assert first.verdict == OUTSIDE
    assert first.first_difference is not None
    assert (first.first_difference.code, first.first_difference.certain) == (code, certain)
    assert words in first.first_difference.text


def test_power_mode_and_weights_choose_the_published_row() -> None:
    assert only(power_mode="50w").published_record.endswith(".50w.dense.2")
    assert ".sparse." in only(network="retinanet-resnet-34", weights="sparse").published_record
    assert codes(only(power_mode="40w"))[0] == "power_mode"


def test_two_cores_against_a_row_of_one_is_said() -> None:
    alone = {**PUBLISHED, "dla_cores": "1"}
    assert differences(PUBLISHED, alone)[0].code == "two_cores"
    assert (
        differences(
            {**PUBLISHED, "quantization": "explicit"},
            alone | {"dla_cores": "2", "quantization": "implicit_calibrated"},
        )[0].code
        == "quantization"
    )


def test_the_cores_come_before_everything_else() -> None:
    one = only(dla_cores="1", batch="1", release="6.2", gpu_layers="2")

    assert [difference.code for difference in one.differences] == [
        "one_core",
        "batch",
        "gpu_layers",
        "release",
    ]


def test_a_certain_difference_goes_before_a_possible_one() -> None:
    one = only(batch="", release="6.2")

    assert codes(one) == ["batch", "release"]
    assert one.first_difference == one.differences[1]


def test_what_a_power_mode_allows_is_known_from_tables() -> None:
    assert allowed_dla_mhz("jetson-agx-orin-64gb", "maxn") == 1600
    assert allowed_dla_mhz("jetson-agx-orin-64gb", "15w") == 614.4
    assert allowed_dla_mhz("jetson-agx-orin-64gb", "no-such-mode") is None
    assert allowed_dla_mhz("jetson-agx-orin-32gb", "maxn") is None


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    rows = [
        measured(),
        measured(result="r2", dla_cores="1", images_per_second_high="2036"),
        measured(result="r3", engine="gpu", dla_cores="0"),
        measured(result="r4", images_per_second_low="1", images_per_second_high="2"),
        measured(result="r5", transfers="included", images_per_second_high="2036.2"),
    ]
    (tmp_path / "tables").mkdir()
    with open(tmp_path / "tables" / "results.csv", "w", newline="") as stream:
        writer = csv.DictWriter(stream, list(PUBLISHED))
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "tables" / "ratios.csv").write_text(",".join(RATIO) + "\n", encoding="utf-8")
    return tmp_path


def test_the_command_says_the_verdict_and_the_first_difference(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(run_folder)]) == 0

    said = capsys.readouterr().out
    assert "published 2037: inside the interval, 1.000 of it" in said
    assert "First difference: You ran one DLA core, the table is the sum of two." in said
    assert "no figure is published" in said
    assert "No known condition differs." in said
    assert "Possible difference: Your figure includes the transfers" in said


def test_json_holds_the_same(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(run_folder), "--json"]) == 0

    found = json.loads(capsys.readouterr().out)["comparisons"]
    assert [one["verdict"] for one in found] == [
        INSIDE,
        OUTSIDE,
        NO_PUBLISHED_FIGURE,
        OUTSIDE,
        OUTSIDE,
    ]
    assert found[1]["first_difference"]["condition"] == "one_core"
    assert found[2]["published"] is None


def test_a_folder_that_is_no_run_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(tmp_path)]) == 2
    assert "python -m measure rows" in capsys.readouterr().err
    assert main(["compare", str(tmp_path), "--write"]) == 2
