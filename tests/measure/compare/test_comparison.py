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
from measure.compare.view import rows_of, title

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
        ({"aggregation": "per_core"}, "one_core", True, "one DLA core while both ran"),
        ({"flags": "mode_unchecked"}, "power_mode_not_applied", False, "Nothing shows"),
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


GPU = {
    **PUBLISHED,
    "result": "r3",
    "engine": "gpu",
    "dla_cores": "0",
    "aggregation": "single",
    "batch": "256",
    "gpu_layers": "",
    "dla_mhz": "",
}


def only_ratio(
    ratio: dict[str, str] | None = None,
    dla: dict[str, str] | None = None,
    gpu: dict[str, str] | None = None,
) -> Comparison:
    """Return the comparison of a ratio whose rows are changed."""
    results = [{**PUBLISHED, **(dla or {})}, {**GPU, **(gpu or {})}]
    found = compare(results, [{**RATIO, **(ratio or {})}])
    return next(one for one in found if one.metric.name == "perf_per_watt_ratio")


def test_a_ratio_is_held_against_the_published_one() -> None:
    one = only_ratio()

    assert (one.result, one.definition, one.verdict) == ("r1", "b", INSIDE)
    assert one.published_record == "perf-per-watt.resnet-50.jetson-agx-orin-64gb.maxn.dense"
    assert one.ratio == pytest.approx(3.4 / 3.5)
    assert only_ratio({"ratio_high": "3.44"}).verdict == OUTSIDE
    assert only_ratio({"ratio_high": "3.45"}).verdict == INSIDE
    assert only_ratio({"ratio_low": "", "ratio_high": ""}).verdict == NO_INTERVAL


def test_how_power_was_isolated_may_always_differ() -> None:
    (last,) = only_ratio().differences

    assert (last.code, last.certain) == ("power_definition", False)
    assert last.text.endswith(
        "does not say how accelerator power was isolated; yours is B, rail delta."
    )
    assert only_ratio({"definition": "a"}).differences[0].text.endswith("A, module delta.")


@pytest.mark.parametrize(
    ("side", "changes", "code", "certain", "words"),
    [
        ("dla", {"dla_cores": "1"}, "one_core", False, "DLA: You ran one DLA core; the table"),
        ("gpu", {"batch": "2"}, "batch", True, "GPU: You ran batch 2, the table has 256."),
        ("dla", {"batch": "1"}, "batch", True, "DLA: You ran batch 1, the table has 2."),
        ("gpu", {"input_width": "256"}, "input_size", True, "GPU: You ran an input of 256x224"),
        ("dla", {"gpu_layers": "2"}, "gpu_layers", True, "DLA: 2 layers"),
        ("dla", {"dla_mhz": "1369"}, "clocks", True, "DLA: The DLA ran at 1369 MHz"),
        ("gpu", {"transfers": "included"}, "transfers", False, "GPU: Your figure includes"),
        ("both", {"release": "6.2"}, "release", True, "You ran JetPack 6.2, the table"),
        ("both", {"power_mode": "40w"}, "power_mode", True, "You ran power mode 40w"),
    ],
)
def test_each_condition_of_a_ratio_is_named(
    side: str, changes: dict[str, str], code: str, certain: bool, words: str
) -> None:
    one = only_ratio(
        {"ratio": "9", "ratio_low": "8", "ratio_high": "10"},
        dla=changes if side in ("dla", "both") else None,
        gpu=changes if side in ("gpu", "both") else None,
    )

    assert one.first_difference is not None
    assert (one.first_difference.code, one.first_difference.certain) == (code, certain)
    assert one.first_difference.text.startswith(words)
    assert codes(one) == [code, "power_definition"]


def test_weights_and_mode_choose_the_published_ratio() -> None:
    changes = {"network": "retinanet-resnet-34", "weights": "sparse", "power_mode": "30w"}
    one = only_ratio(changes, dla=changes, gpu=changes)

    assert one.published_record.endswith("retinanet-resnet-34.jetson-agx-orin-64gb.30w.sparse")


@pytest.mark.parametrize("changes", [{"network": ""}, {"module": "x"}, {"weights": "sparse"}])
def test_a_ratio_that_nobody_published_is_not_judged(changes: dict[str, str]) -> None:
    assert only_ratio(changes).verdict == NO_PUBLISHED_FIGURE


def test_of_two_definitions_that_of_the_rail_is_compared() -> None:
    by_a = {**RATIO, "definition": "a", "ratio": "2"}

    for ratios in ([by_a, RATIO], [RATIO, by_a]):
        found = [one for one in compare([PUBLISHED, GPU], ratios) if one.definition]
        assert [(one.definition, one.measured) for one in found] == [("b", 3.4)]


def test_a_row_names_metric_and_definition() -> None:
    rate, ratio = rows_of(compare([PUBLISHED, GPU], [RATIO]))

    assert (rate["metric"], rate["definition"], rate["published_table"]) == (
        "images_per_second",
        "",
        "throughput",
    )
    assert (ratio["metric"], ratio["definition"], ratio["published_table"]) == (
        "perf_per_watt_ratio",
        "b",
        "perf-per-watt",
    )
    assert (ratio["published_value"], ratio["ratio"]) == ("3.5", "0.971429")
    assert (ratio["first_difference"], ratio["certain"]) == ("power_definition", "no")


def test_the_command_says_ratios_after_throughput(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = run_folder / "tables" / "ratios.csv"
    with open(path, "a", newline="") as stream:
        csv.DictWriter(stream, list(RATIO)).writerow(
            {**RATIO, "ratio_low": "3.1", "ratio_high": "3.3"}
        )

    assert main(["compare", str(run_folder)]) == 0
    said = capsys.readouterr().out
    assert "3.4 (3.1 to 3.3) times the GPU's perf/W, by B, rail delta; published 3.5" in said
    assert main(["compare", str(run_folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["comparisons"][-1]
    assert (found["perf_per_watt_ratio"], found["published"], found["definition"]) == (
        3.4,
        3.5,
        "b",
    )
    assert "images_per_second" not in found


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
    segments = (
        "run,result,role,reasons\n"
        "a,r1,load,\n"
        "a,r6,idle,\n"
        "a,r6,load,mode_contradicted\n"
        "a,r6,load,mode_contradicted thermal\n"
        "a,r7,load,thermal\n"
    )
    (tmp_path / "tables" / "segments.csv").write_text(segments, encoding="utf-8")
    return tmp_path


def test_the_command_says_the_verdict_and_the_first_difference(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(run_folder)]) == 0

    said = capsys.readouterr().out
    assert "published 2037: inside the interval, 1 of it" in said
    assert "First difference: You ran one DLA core, the table is the sum of two." in said
    assert "no figure is published" in said
    assert "No known condition differs." in said
    assert "Possible difference: Your figure includes the transfers" in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "on DLA (2 cores) INT8"),
        ({"dla_cores": "1"}, "on DLA (1 core) INT8"),
        ({"aggregation": "per_core"}, "on DLA (one of 2 cores) INT8"),
        ({"engine": "gpu", "dla_cores": "0"}, "on GPU INT8"),
    ],
)
def test_what_ran_is_named_with_its_cores(changes: dict[str, str], words: str) -> None:
    """One of two cores is not taken for both."""
    assert words in title(measured(**changes))


def test_what_was_refused_is_named_with_its_reasons(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(run_folder)]) == 0
    said = capsys.readouterr().out
    assert "r6: no figure to compare; the power mode was not applied (mode_contradicted" in said
    assert "r7: no figure to compare; a condition did not hold in any segment (thermal)" in said

    assert main(["compare", str(run_folder), "--json"]) == 0
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert [(one["result"], one["first_difference"]) for one in refused] == [
        ("r6", "power_mode_not_applied"),
        ("r7", "invalid"),
    ]


def test_valid_segments_are_no_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a table of results is empty though segments count, nothing was refused."""
    (tmp_path / "tables").mkdir()
    for name in ("results", "ratios"):
        (tmp_path / "tables" / f"{name}.csv").touch()
    segments = "run,result,role,valid,reasons\na,r1,load,yes,\na,r1,load,no,thermal\n"
    (tmp_path / "tables" / "segments.csv").write_text(segments, encoding="utf-8")

    assert main(["compare", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("No result to compare")


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
    assert "name the folder of a run" in capsys.readouterr().err
    (tmp_path / "journal.jsonl").touch()
    assert main(["compare", str(tmp_path)]) == 2
    assert f"python3 -m measure rows {tmp_path}" in capsys.readouterr().err
    assert main(["compare", str(tmp_path), "--write"]) == 2
