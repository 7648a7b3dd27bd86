"""Throughput, batch and conditions from the logs of every version."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from measure.errors import UserError
from measure.trtexec.log import read_trtexec_log
from tests.measure.trtexec.files import CORPUS, corpus, only_run

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("name", "kind", "batch", "printed", "images_per_second"),
    [
        ("trt71_implicit.log", "implicit", 8, "98.0392", 98.0392),
        ("trt71_explicit_zero.log", "explicit", None, "0", None),
        ("trt82_implicit.log", "implicit", 4, "2395.21", 2395.21),
        ("trt84_loaded.log", "explicit", 6, "48.9796", 6 * 48.9796),
        ("trt85_shapes.log", "explicit", 16, "37.5", 16 * 37.5),
        ("trt86_streams.log", "explicit", 2, "500", 1000.0),
        ("trt103_dla.log", "explicit", 2, "200", 400.0),
        ("trt111_loaded.log", "explicit", 4, "500", 2000.0),
        ("profiled.log", "explicit", None, "", None),
    ],
)
def test_images_per_second(
    name: str, kind: str, batch: int | None, printed: str, images_per_second: float | None
) -> None:
    """Queries are images with an implicit batch, and runs of the engine with an explicit one."""
    run = only_run(name)

    assert (kind, batch, printed) == (run.batch.kind, run.batch.size, run.throughput_text)
    assert run.passed
    if images_per_second is None:
        assert run.images_per_second is None
    else:
        assert run.images_per_second == pytest.approx(images_per_second, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "version", "grammar"),
    [
        ("trt71_implicit.log", "", "7"),
        ("trt82_implicit.log", "8.2.1", "8.0"),
        ("trt84_loaded.log", "8.4.1", "8.4"),
        ("trt103_dla.log", "10.3.0", "8.4"),
        ("trt111_loaded.log", "11.1.0", "8.4"),
        ("profiled.log", "8.5.2", ""),
    ],
)
def test_version_and_grammar(name: str, version: str, grammar: str) -> None:
    """The summary's form tells a version where the banner does not."""
    run = only_run(name)

    assert (version, grammar) == (run.version, run.summary.grammar)


def test_queries_by_time_agree_with_the_throughput() -> None:
    """Each log that prints both passes the check."""
    for path in sorted(CORPUS.glob("trt*.log")):
        (run,) = read_trtexec_log(str(path)).runs

        assert run.derived_qps == pytest.approx(run.throughput_qps, rel=1e-3), path.name
        assert "qps_disagrees" not in run.warnings


def test_zero_of_version_7_is_recomputed() -> None:
    """The count of queries is lost too, and comes back from total and mean of the compute time."""
    run = only_run("trt71_explicit_zero.log", batch=2)

    assert run.throughput_text == "0"
    assert run.queries == 301
    assert run.throughput_qps == pytest.approx(100.0)
    assert run.images_per_second == pytest.approx(200.0)
    assert run.warnings == ["qps_recomputed"]
    assert "recomputed from the times" in run.notes[0]


def test_zero_without_times_stays_unknown(tmp_path: Path) -> None:
    """Nothing is invented where the log does not hold enough."""
    log = tmp_path / "zero.log"
    log.write_text("[05/05/2021-01:02:03] [I] throughput: 0 qps\n[I] walltime: 3 s\n")
    (run,) = read_trtexec_log(str(log), batch=1).runs

    assert run.throughput_qps is None
    assert run.images_per_second is None
    assert "--exportTimes" in run.notes[0]


def test_disagreeing_throughput_is_flagged(tmp_path: Path) -> None:
    """A log pasted together of two runs does not pass as one."""
    text = Path(corpus("trt103_dla.log")).read_text()
    log = tmp_path / "mixed.log"
    log.write_text(text.replace("trace has 802 queries", "trace has 870 queries"))
    (run,) = read_trtexec_log(str(log)).runs

    assert run.warnings == ["qps_disagrees"]
    assert "216.958" in run.notes[0]


def test_statistics_of_the_new_summary() -> None:
    """Every line of the summary is there with its percentiles as printed."""
    statistics = only_run("trt103_dla.log").summary.statistics

    assert set(statistics) == {"latency", "enqueue", "compute"}
    latency = statistics["latency"]
    assert (latency.minimum, latency.maximum) == (5.25, 5.75)
    assert (latency.mean, latency.median) == (5.5, 5.5)
    assert latency.percentiles == {"90": 5.625, "95": 5.625, "99": 5.75}


def test_statistics_of_version_7() -> None:
    """Titles on lines of their own say which part the values belong to."""
    statistics = only_run("trt71_implicit.log").summary.statistics

    assert statistics["latency"].percentiles == {"99": 84.25}
    assert statistics["end_to_end"].percentiles == {"99": 84.5}
    assert statistics["end_to_end"].mean == 81.5
    assert (statistics["enqueue"].minimum, statistics["enqueue"].mean) == (1.125, None)
    assert (statistics["compute"].mean, statistics["compute"].median) == (81, 80.875)


def test_end_to_end_of_version_8_0() -> None:
    """Only 8.0 to 8.2 print it in the new form."""
    statistics = only_run("trt82_implicit.log").summary.statistics

    assert statistics["end_to_end"].median == 3.3125
    assert statistics["h2d"].maximum == 0


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("trt84_loaded.log", ["compute_unstable"]),
        ("trt86_streams.log", ["enqueue_bound", "h2d_bound", "d2h_bound", "several_streams"]),
        ("trt103_dla.log", []),
        ("profiled.log", ["profiled"]),
    ],
)
def test_warnings_become_codes(name: str, codes: list[str]) -> None:
    """What trtexec says against its own figure is kept as words."""
    assert only_run(name).warnings == codes


def test_numbers_beside_the_summary() -> None:
    """Warm-up, omitted lines, variance, build time and total compute time are kept."""
    streams, loaded = only_run("trt86_streams.log").summary, only_run("trt84_loaded.log").summary

    assert (streams.warmup_queries, streams.warmup_ms) == (90, 200)
    assert streams.omitted_queries == 300
    assert loaded.compute_variance_percent == 3.25
    assert loaded.total_compute_s == 6.075
    assert only_run("trt103_dla.log").summary.built_s == 20.5


def test_explanations_of_a_verbose_log_are_no_figures() -> None:
    """The sentence that begins with the same word does not replace the figure."""
    assert only_run("trt103_dla.log").throughput_text == "200"


def test_profiler_explains_the_missing_summary() -> None:
    """The note says how to get a throughput."""
    (note,) = only_run("profiled.log").notes

    assert "--separateProfileRun" in note


def test_runs_one_behind_the_other() -> None:
    """Each run has its own figures and its own batch; a scale is no batch of images."""
    first, second = read_trtexec_log(corpus("two_runs.log")).runs

    assert (first.batch.size, first.images_per_second) == (1, 100)
    assert (second.batch.size, second.images_per_second) == (8, 240)
    assert second.inputs == {"x": (8, 3, 64, 64), "scale": (1,)}


def test_failure_is_classified() -> None:
    """The reason is that of the reader of build logs."""
    (run,) = read_trtexec_log(str(CORPUS.parent / "logs" / "failed_no_dla.log")).runs

    assert run.failure == "m21"
    assert not run.passed
    assert run.images_per_second is None


def test_placement_comes_along() -> None:
    """The same reading tells where the layers are."""
    run = only_run("trt103_dla.log").run

    assert [layer.on_dla for layer in run.engine.layers] == [False, True]
    assert run.lists.offload.accepted == 1


def test_scientific_notation(tmp_path: Path) -> None:
    """Large figures are printed with an exponent; one that no float holds is no figure."""
    log = tmp_path / "large.log"
    log.write_text(
        "[01/01/2024-00:00:00] [I] Throughput: 1.24304e+08 qps\n"
        "[01/01/2024-00:00:00] [I] Latency: min = 1e999 ms\n"
    )
    (run,) = read_trtexec_log(str(log)).runs

    assert run.throughput_qps == 1.24304e8
    log.write_text("[01/01/2024-00:00:00] [I] Throughput: 1e400 qps\n")
    (endless,) = read_trtexec_log(str(log)).runs
    assert (endless.throughput_text, endless.throughput_qps) == ("", None)
    assert run.summary.statistics["latency"].minimum is None


@pytest.mark.parametrize(
    "stored",
    [
        lambda text: text.replace("\n", "\r\n").encode("utf-16"),
        lambda text: text.replace("[I]", "\x1b[32m[I]\x1b[0m").encode(),
        lambda text: text.replace("[09/09/2026", "2026-09-09T07:00:00.5Z [09/09/2026").encode(),
        lambda text: re.sub(r"(?m)^\[[\d/:-]+\] ", "", text).encode(),
    ],
    ids=["PowerShell", "colours", "container", "no stamps"],
)
def test_part_of_a_log_as_it_was_passed_on(tmp_path: Path, stored: Callable[[str], bytes]) -> None:
    """A summary alone is enough, whatever a shell or a forum did to its lines."""
    lines = Path(corpus("trt103_dla.log")).read_text().splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if "Performance summary" in line)
    log = tmp_path / "part.log"
    log.write_bytes(stored("".join(lines[start : start + 8])))
    (run,) = read_trtexec_log(str(log), batch=1).runs

    assert (run.throughput_text, run.walltime_s) == ("200", 4.01)
    assert run.summary.statistics["latency"].median == 5.5


def test_text_that_is_no_log(tmp_path: Path) -> None:
    """One line says what to give."""
    log = tmp_path / "notes.txt"
    log.write_text("it was fast\n")

    with pytest.raises(UserError, match=r"none of its 1 lines is TensorRT's"):
        read_trtexec_log(str(log))


def test_batch_given_twice_leaves_images_unknown(tmp_path: Path) -> None:
    """The note says how to run again."""
    text = Path(corpus("trt84_loaded.log")).read_text()
    log = tmp_path / "twice.log"
    log.write_text(
        text.replace("--streams=2", "--batch=64").replace("[I] Batch: 1", "[I] Batch: 64")
    )
    (run,) = read_trtexec_log(str(log)).runs

    assert run.images_per_second is None
    assert "batch_unclear" in run.warnings
    assert "run it without --batch" in run.notes[0]


def test_lines_that_only_look_like_figures(tmp_path: Path) -> None:
    """Other titles, values of another form and percentages without a number are left out."""
    log = tmp_path / "odd.log"
    log.write_text(
        "[01/01/2024-00:00:00] [I] Queue Time: min = 1 ms, max = 2 ms\n"
        "[01/01/2024-00:00:00] [I] GPU Compute\n"
        "[01/01/2024-00:00:00] [I] mean: fast\n"
        "[01/01/2024-00:00:00] [I] percentile: 3 ms\n"
        "[01/01/2024-00:00:00] [I] max: 4 ms\n"
    )
    (run,) = read_trtexec_log(str(log)).runs

    assert set(run.summary.statistics) == {"compute"}
    assert run.summary.statistics["compute"].maximum == 4
    assert run.summary.statistics["compute"].percentiles == {}
