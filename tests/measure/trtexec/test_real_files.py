"""The logs and exports of real runs, where they are at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from measure.trtexec.layer_info import read_layer_info
from measure.trtexec.log import read_trtexec_log
from measure.trtexec.profile import read_profile
from measure.trtexec.profile_table import read_profile_tables
from measure.trtexec.times import percentile, read_times
from tests.measure.build_log.logs import real_log


@pytest.mark.parametrize(
    ("name", "printed", "device"),
    [
        ("trt103_orin_dla_int8.log", "778.757", True),
        ("trt103_orin_dla_fp16.log", "56.2678", True),
        ("trt103_orin_gpu_int8.log", "981.868", False),
        ("trt103_orin_gpu_fp16.log", "962.883", False),
    ],
)
def test_resnet_50_with_tensorrt_10_3(name: str, printed: str, device: bool) -> None:
    """Exactly as printed, and the same within 0.1 % from queries and time."""
    (run,) = read_trtexec_log(real_log(f"trtexec/{name}")).runs

    assert run.throughput_text == printed
    assert run.images_per_second == float(printed)
    assert run.derived_qps == pytest.approx(float(printed), rel=1e-3)
    assert (run.version, run.passed, run.batch.size) == ("10.3.0", True, 1)
    assert run.conditions.transfers == "included"
    assert run.run.settings.uses_dla is device
    assert run.warnings == []


def test_quantization_of_the_two_int8_engines() -> None:
    """Only the GPU's model says itself where it is quantized."""
    names = ("dla_int8", "gpu_int8")
    runs = [read_trtexec_log(real_log(f"trtexec/trt103_orin_{name}.log")).runs[0] for name in names]

    assert [run.summary.explicit_quantization for run in runs] == [False, True]


def test_seven_runs_with_implicit_batches() -> None:
    """The figures are those that the author of the log has extracted; none is multiplied."""
    runs = read_trtexec_log(real_log("trtexec/trt7_gpu_int8_resnet50_implicit_batches.txt")).runs
    with Path(real_log("trtexec/trt7_gpu_int8_resnet50_summary.csv")).open() as stream:
        rows = [row for row in csv.reader(stream) if row[0].startswith("Batch:")]

    assert len(runs) == len(rows) == 7
    for run, (batch, throughput, mean) in zip(runs, rows, strict=False):
        assert run.batch.kind == "implicit"
        assert run.batch.size == int(batch.split()[1])
        assert f"{run.throughput_text} qps" == throughput
        assert run.images_per_second == float(run.throughput_text)
        assert run.derived_qps == pytest.approx(run.images_per_second, rel=2e-3)
        statistics = run.summary.statistics
        latency, end_to_end = statistics["latency"].mean, statistics["end_to_end"].mean
        assert mean == f"{latency:g} ms (end to end {end_to_end:g} ms)"


@pytest.mark.parametrize(
    ("name", "failures", "outcomes"),
    [
        ("trt1016_orinnx_head", [""], ["unknown"]),
        ("trt1016_orinnx_jp72_no_dla", ["m21"], ["unknown"]),
        ("trt5_agxxavier_fallback_warnings", [""], ["unknown"]),
        ("trt713_xaviernx_dla_fail_region_nvm", ["f5"], ["failed"]),
        ("trt713_xaviernx_dla_head", [""], ["unknown"]),
        ("trt7_dumpprofile_alexnet", [""], ["unknown"]),
        ("trt7_fallback_warnings_samplenmt", [""], ["unknown"]),
        ("trt7_throughput0", [""], ["unknown"]),
        ("trt8401_dla_standalone_fail", ["f6"], ["unknown"]),
        ("trt84_orin_dla_submit_fail", ["m23c"], ["unknown"]),
        ("trt8502_dla_standalone_directio_fail", ["m19"], ["failed"]),
        ("trt8502_jetson_dla_segnet_tail", [""], ["unknown"]),
        ("trt8502_no_dla_device_docker", ["m21", ""], ["unknown", "unknown"]),
        ("trt85_86_fallback_warnings", [""], ["unknown"]),
        ("trt8_nofallback_fail_pt", ["f1"], ["unknown"]),
        ("trt8x_orin_dla_perf_summary", [""], ["unknown"]),
    ],
)
def test_excerpts(name: str, failures: list[str], outcomes: list[str]) -> None:
    """Each failure has its class, and what is cut off stays unknown."""
    runs = read_trtexec_log(real_log(f"excerpts/{name}.txt")).runs

    assert failures == [run.failure for run in runs]
    assert outcomes == [run.run.outcome for run in runs]
    assert all(run.images_per_second is None for run in runs)


def test_excerpt_with_zero_throughput() -> None:
    """Too little is left to recompute it, and that is said."""
    (run,) = read_trtexec_log(real_log("excerpts/trt7_throughput0.txt"), batch=1).runs

    assert (run.throughput_text, run.throughput_qps) == ("0", None)
    assert run.warnings == ["qps_recomputed"]


def test_excerpt_below_one_query_a_second() -> None:
    """With the batch from the user the figure is complete."""
    (run,) = read_trtexec_log(real_log("excerpts/trt8x_orin_dla_perf_summary.txt"), batch=2).runs

    assert run.images_per_second == pytest.approx(2 * 0.406047)
    assert run.summary.statistics["latency"].percentiles["90"] == 2241.2


def test_failed_log_without_reason() -> None:
    """Standard error was not kept; the batch is known all the same."""
    (run,) = read_trtexec_log(real_log("trtexec/trt8502_xavier_dla0_fallback_parse_fail.log")).runs

    assert (run.run.outcome, run.failure, run.throughput_text) == ("failed", "", "")
    assert (run.batch.kind, run.batch.size) == ("explicit", 32)


def test_times() -> None:
    """The cut heads of two files: with the warm-up of version 7, without that of version 10."""
    old = read_times(real_log("json/trt7_exportTimes_resnet50_head.json"))
    new = read_times(real_log("json/trt10_desktop_alexnet_fp16.timing_head.json"))

    assert (len(old), old.holds_warmup) == (39, True)
    assert len(old.without_warmup(100)) == 15
    assert (len(new), new.holds_warmup) == (29, False)
    assert len(new.without_warmup(5000)) == 29
    assert percentile(new.latency_ms, 50) == pytest.approx(0.4976, abs=1e-3)
    assert old.cut
    assert new.cut


def test_profiles() -> None:
    """Seven documents in one file, and one of version 10 with medians."""
    old = read_profile(real_log("json/trt7_exportProfile_resnet50.json"))
    (new,) = read_profile(real_log("json/trt10_desktop_alexnet_fp16.profile.json"))

    assert [profile.iterations for profile in old] == [1013, 477, 282, 146, 80, 45, 15]
    assert {len(profile.layers) for profile in old} == {58}
    assert (new.iterations, len(new.layers), new.notes) == (14590, 14, [])
    assert new.layers[1].median_ms == 0.024576
    assert sum(layer.percent or 0 for layer in new.layers) == pytest.approx(100, abs=0.1)


def test_profile_table() -> None:
    """A table of version 7."""
    (table,) = read_profile_tables(real_log("excerpts/trt7_dumpprofile_alexnet.txt"))

    assert (table.iterations, len(table.layers)) == (490, 14)
    assert table.layers[0].name == "conv1 + relu1"
    assert table.layers[0].total_ms == 217.14


def test_layer_info() -> None:
    """A detailed file of a GPU engine."""
    info = read_layer_info(real_log("json/trt10_desktop_alexnet_fp16.graph.json"), for_dla=False)

    assert info.detailed
    assert (len(info.layers), len(info.gpu_layers), len(info.reformats)) == (14, 13, 1)
    assert info.dla_subgraphs == []
