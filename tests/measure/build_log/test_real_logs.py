"""Logs of real devices, where their folder is at hand: what they are known to say."""

from __future__ import annotations

from typing import Any

import pytest

from measure.build_log.as_json import as_json
from measure.build_log.build_log import read_build_log
from tests.measure.build_log.logs import REAL_LOGS, read_or_refuse, real_log


def _runs(name: str) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = as_json(read_build_log(real_log(name)))["runs"]
    return runs


def test_resnet_50_int8_verbose() -> None:
    """Two of two candidates, 120 layers, GlobalAveragePool refused by its operation."""
    (run,) = _runs("trtexec/trt103_orin_dla_int8_verbose.log")

    assert run["summary"] == {
        "placement": "some_on_gpu",
        "basis": "engine",
        "dla_subgraphs": 2,
        "dla_layers": 120,
        "gpu_layers": 2,
        "reformats": 2,
        "candidate_layers": 120,
        "candidates": 2,
        "offloaded": 2,
        "refused": 1,
        "bookkeeping": 4,
    }
    (refusal,) = (one for one in run["refusals"] if not one["bookkeeping"])
    assert (refusal["layer"], refusal["type"], refusal["rule"]) == (
        "/avgpool/GlobalAveragePool",
        "REDUCE",
        "reduce.op",
    )
    assert run["subgraphs"][0]["ends"] == ["/conv1/Conv", "/layer4/layer4.2/relu_2/Relu"]
    assert (run["tensorrt"], run["settings"]["soc"], run["outcome"]) == ("10.3.0", "orin", "passed")


@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_resnet_50_at_normal_verbosity(precision: str) -> None:
    """The refusals are there, the lists are not."""
    (run,) = _runs(f"trtexec/trt103_orin_dla_{precision}.log")

    assert (run["summary"]["dla_subgraphs"], run["summary"]["refused"]) == (None, 1)
    assert "--verbose" in run["unknown"][0]


@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_builds_for_the_gpu(precision: str) -> None:
    (run,) = _runs(f"trtexec/trt103_orin_gpu_{precision}.log")

    assert (run["summary"]["placement"], run["settings"]["uses_dla"]) == ("none_on_dla", False)


def test_seven_runs_in_one_file() -> None:
    """Release 7 without a DLA: empty lists on one line, GPU layers by name."""
    runs = _runs("trtexec/trt7_gpu_int8_resnet50_implicit_batches.txt")

    assert [
        (run["summary"]["dla_subgraphs"], run["summary"]["gpu_layers"], run["outcome"])
        for run in runs
    ] == [(0, 56, "passed")] * 7


def test_a_failure_whose_reason_went_to_standard_error() -> None:
    (run,) = _runs("trtexec/trt8502_xavier_dla0_fallback_parse_fail.log")

    assert (run["outcome"], run["settings"]["soc"], run["failures"]) == ("failed", "xavier", [])
    assert any("2>&1" in warning for warning in run["warnings"])


@pytest.mark.parametrize(
    ("name", "failures"),
    [
        ("trt1016_orinnx_jp72_no_dla.txt", {"m21"}),
        ("trt713_xaviernx_dla_fail_region_nvm.txt", {"f5"}),
        ("trt8401_dla_standalone_fail.txt", {"f6", "f3"}),
        ("trt84_orin_dla_submit_fail.txt", {"m23c"}),
        ("trt8502_dla_standalone_directio_fail.txt", {"m19", "f3"}),
        ("trt8_nofallback_fail_pt.txt", {"f1", "f2"}),
    ],
)
def test_failures_of_real_builds(name: str, failures: set[str]) -> None:
    run = _runs(f"excerpts/{name}")[-1]

    assert run["summary"]["placement"] == "failed"
    assert {failure["message"] for failure in run["failures"]} == failures


@pytest.mark.parametrize(
    ("name", "refused", "bookkeeping"),
    [
        ("trt5_agxxavier_fallback_warnings.txt", 5, 0),
        ("trt7_fallback_warnings_samplenmt.txt", 5, 0),
        ("trt85_86_fallback_warnings.txt", 0, 3),
    ],
)
def test_refusals_of_real_builds(name: str, refused: int, bookkeeping: int) -> None:
    summary = _runs(f"excerpts/{name}")[0]["summary"]

    assert (summary["refused"], summary["bookkeeping"]) == (refused, bookkeeping)


def test_every_real_file_is_read_or_refused_in_one_line() -> None:
    """Logs of other tools are no logs of TensorRT, and none ends in a traceback."""
    if not REAL_LOGS.is_dir():
        pytest.skip("no real logs here: let DLA_ATLAS_LOGS name their folder")
    for path in REAL_LOGS.rglob("*"):
        log = read_or_refuse(path) if path.is_file() else None
        if log is not None:
            as_json(log)
