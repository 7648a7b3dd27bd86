"""Runs made by hand become the same records and rows as our own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from measure.results.derive import write_tables
from tests.measure.recorded.files import MODULE, Importer, tegrastats
from tests.measure.trtexec.files import corpus

DLA_RUN = corpus("trt103_dla.log")
PLACE = ("--module", MODULE, "--release", "jetpack-6.2")


def _times(folder: Path, queries: int, period_ms: float = 5.0, warmup_ms: float = 1000.0) -> Path:
    """Write as many queries as a log counts, one after the other."""
    path = folder / "times.json"
    rows = []
    for number in range(queries):
        start = warmup_ms + number * period_ms
        rows.append(
            {
                "startH2dMs": start,
                "startComputeMs": start + 0.25,
                "endD2hMs": start + period_ms,
                "computeMs": period_ms - 0.5,
                "latencyMs": period_ms + number / queries,
            }
        )
    path.write_text(json.dumps(rows, indent=0))
    return path


def test_a_log_alone(bring_in: Importer) -> None:
    """The row says what the log says; everything else stays empty."""
    found = bring_in("--trtexec", DLA_RUN, "--json")

    assert (found.code, found.err) == (0, "")
    row = found.row
    expected = {
        "model": "lane",
        "engine": "dla",
        "dla_cores": "1",
        "aggregation": "single",
        "batch": "2",
        "precision": "int8",
        "quantization": "implicit_uncalibrated",
        "weights": "dense",
        "input_width": "640",
        "input_height": "320",
        "transfers": "included",
        "tensorrt": "10.3.0",
        "images_per_second": "400",
        "images_per_second_low": "",
        "interval_basis": "none",
        "latency_p50_ms": "5.5",
        "latency_p99_ms": "5.75",
        "queries": "802",
        "dla_subgraphs": "1",
        "gpu_layers": "0",
        "flags": "implicit_ranges",
        "module": "",
        "power_mode": "",
        "load_power_w": "",
        "release": "",
    }
    assert {name: row[name] for name in expected} == expected
    assert row["command"].startswith("trtexec --onnx=lane.onnx")


def test_journal(bring_in: Importer) -> None:
    """The records have the types and the order of a run of our own."""
    found = bring_in("--trtexec", DLA_RUN)

    kinds = [record["type"] for record in found.records]
    assert kinds == ["run", "plan", "build", "segment", "end"]
    run, segment = found.record("run"), found.record("segment")
    assert (run["backend"], run["date"], run["power_source"]) == ("recorded", "2026-09-09", "none")
    assert (segment["valid"], segment["role"], segment["images"]) == (True, "load", 1604)
    assert segment["throughput_printed"] == "200"
    assert segment["settings"]["streams"] == 1
    assert found.record("build")["seconds"] == 20.5
    assert found.record("end")["outcome"] == "complete"


def test_date_behind_other_stamps(bring_in: Importer) -> None:
    """A container's own clock before each line does not hide the device's."""
    log = bring_in.folder / "container.log"
    lines = Path(DLA_RUN).read_text().splitlines()
    log.write_text("".join(f"2026-11-20T07:00:00.25Z {line}\n" for line in lines))

    assert bring_in("--trtexec", log).record("run")["date"] == "2026-09-09"


@pytest.mark.parametrize(("pick", "date", "apart"), [(1, "09", False), (2, "10", True)])
def test_runs_of_several_days_in_one_log(
    bring_in: Importer, pick: int, date: str, apart: bool
) -> None:
    """The day is that of the run that is picked, and so are the minutes it shares with others."""
    log = bring_in.folder / "days.log"
    text = Path(DLA_RUN).read_text()
    log.write_text(text + text.replace("[09/09/2026", "[09/10/2026"))
    power = tegrastats(bring_in.folder)
    found = bring_in("--trtexec", log, "--pick", pick, "--tegrastats", power, *PLACE)

    assert found.record("run")["date"] == f"2026-09-{date}"
    assert ("logs_apart" in found.record("segment")["flags"]) == apart


def test_files_are_kept(bring_in: Importer) -> None:
    """Each file given lies in the folder with the hash of the journal; the rows can be redone."""
    times = _times(bring_in.folder, 802)
    found = bring_in("--trtexec", DLA_RUN, "--times", times)

    (instance,) = found.record("segment")["instances"]
    for name, given in (("log", Path(DLA_RUN)), ("times", times)):
        kept = found.folder / instance[name]
        assert kept.read_bytes() == given.read_bytes()
        assert instance[f"{name}_sha256"] == hashlib.sha256(given.read_bytes()).hexdigest()
    tables = write_tables(found.records, found.folder)
    assert {row["role"] for row in tables["files"]} == {"journal", "build_log", "times"}


def test_folders_of_this_machine_are_not_noted(bring_in: Importer) -> None:
    """Only the names of the files are."""
    command = bring_in("--trtexec", DLA_RUN).record("run")["command"]

    assert not any("/" in word for word in command)


def test_times_give_blocks_and_percentiles(bring_in: Importer) -> None:
    """The figure stays the printed one; the interval is from blocks of the one run."""
    log = bring_in.folder / "long.log"
    text = Path(DLA_RUN).read_text().replace("802 queries over 4.01 s", "2402 queries over 12.01 s")
    log.write_text(text.replace("Walltime: 4.01 s", "Walltime: 12.01 s"))
    found = bring_in("--trtexec", log, "--times", _times(bring_in.folder, 2402), "--json")

    row, segment = found.row, found.record("segment")
    assert (row["images_per_second"], row["interval_basis"]) == ("400", "blocks")
    assert float(row["images_per_second_low"]) <= 400 <= float(row["images_per_second_high"])
    assert segment["blocks"] == [400.0] * 12
    assert segment["latency_ms"]["p50"] == pytest.approx(5.5, abs=0.01)
    assert segment["latency_ms"]["queries"] == 2402
    assert not any("within the run" in question for question in found.json["unknown"])


def test_times_of_a_short_run(bring_in: Importer) -> None:
    """Four seconds bear no interval, and that is said."""
    found = bring_in("--trtexec", DLA_RUN, "--times", _times(bring_in.folder, 802), "--json")

    assert found.record("segment")["blocks"] == [400.0] * 4
    assert found.row["interval_basis"] == "none"
    assert any("shorter than 10 s" in question for question in found.json["unknown"])


def test_times_of_another_run(bring_in: Importer) -> None:
    """A file with other queries is refused before anything is kept."""
    found = bring_in("--trtexec", DLA_RUN, "--times", _times(bring_in.folder, 500))

    assert found.code == 2
    assert "has 500 timed queries, the log 802" in found.err
    assert not found.runs.exists()


def test_times_before_the_warmup(bring_in: Importer) -> None:
    """Queries of the warm-up alone are none."""
    found = bring_in("--trtexec", DLA_RUN, "--times", _times(bring_in.folder, 802, 1.0, 0.0))

    assert found.code == 2
    assert "all queries are in the warm-up of 1000 ms" in found.err


def test_times_recompute_what_version_7_lost(bring_in: Importer) -> None:
    """Zero queries a second come back from the times, however little else the log holds."""
    log = bring_in.folder / "zero.log"
    text = Path(corpus("trt71_explicit_zero.log")).read_text()
    log.write_text("\n".join(line for line in text.splitlines() if "compute time" not in line))
    times = _times(bring_in.folder, 300, 10, 200)
    words = ("--trtexec", log, "--times", times, "--batch", 2)
    found = bring_in(*words, "--json")

    assert found.row["images_per_second"] == "200"
    assert found.row["flags"] == "few_queries_p99 qps_recomputed"
    assert "0 qps printed, recomputed" in bring_in(*words).out


def test_implicit_batch(bring_in: Importer) -> None:
    """Images are counted once, in the throughput, in the blocks and in the images."""
    times = _times(bring_in.folder, 50, 81.6, 500)
    found = bring_in("--trtexec", corpus("trt71_implicit.log"), "--times", times, "--json")

    segment = found.record("segment")
    assert (found.row["images_per_second"], found.row["batch"]) == ("98.0392", "8")
    assert found.row["flags"].split()[0] == "few_queries_p99"
    assert {"gpu_layers", "implicit_batch", "implicit_ranges"} < set(found.row["flags"].split())
    assert (segment["images"], segment["latency_ms"]["queries"]) == (400, 50)
    assert sum(segment["blocks"]) / len(segment["blocks"]) == pytest.approx(98, abs=2)


def test_runs_alike_are_repetitions(bring_in: Importer) -> None:
    """Three runs of one command are three segments of one job, with an interval over them."""
    log = bring_in.folder / "three.log"
    text = Path(DLA_RUN).read_text()
    faster = text.replace("Throughput: 200 qps", "Throughput: 200.1 qps")
    log.write_text(text + faster + text)
    found = bring_in("--trtexec", log, "--json")

    row = found.row
    assert (row["segments_valid"], row["interval_basis"]) == ("3", "segments")
    assert float(row["images_per_second_low"]) < 400.07 < float(row["images_per_second_high"])
    assert len([one for one in found.records if one["type"] == "build"]) == 1


def test_different_runs_are_different_results(bring_in: Importer) -> None:
    """Other engines, or other settings of the same, do not share a row."""
    found = bring_in("--trtexec", corpus("two_runs.log"), "--json")

    assert found.code == 0
    assert [row["images_per_second"] for row in found.json["results"]] == ["100", "240"]
    assert [row["model"] for row in found.json["results"]] == ["a", "b"]
    assert [row["precision"] for row in found.json["results"]] == ["", ""]


def test_one_run_of_several(bring_in: Importer) -> None:
    """Files that belong to one run need to know which one it is."""
    times = _times(bring_in.folder, 90, 33, 200)
    words = ("--trtexec", corpus("two_runs.log"), "--times", times)
    refused = bring_in(*words)
    picked = bring_in(*words, "--pick", 2, "--json")

    assert refused.code == 2
    assert "say by --pick which one the other files belong to: 1, 2" in refused.err
    assert (picked.row["images_per_second"], picked.row["queries"]) == ("240", "90")


def test_build_log_of_its_own(bring_in: Importer) -> None:
    """Precision, calibration and placement of a loaded engine are in the log of its build."""
    measured = corpus("trt84_loaded.log")
    words = ("--trtexec", measured, "--json", "--build-log", corpus("trt85_shapes.log"))
    row = bring_in(*words).row

    assert (row["precision"], row["quantization"]) == ("int8", "implicit_calibrated")
    assert (row["dla_subgraphs"], row["gpu_layers"], row["model"]) == ("1", "1", "cam")
    assert row["flags"] == "compute_unstable few_queries_p99 gpu_layers"
    assert row["images_per_second"] == "293.878"


def test_build_in_the_same_log(bring_in: Importer) -> None:
    """A run that saved the engine which another one loads is its build."""
    log = bring_in.folder / "both.log"
    build = (
        "&&&& RUNNING TensorRT.trtexec [TensorRT v100300] # trtexec --onnx=own.onnx --fp16 "
        "--saveEngine=b.engine --skipInference\n"
        "[09/09/2026-07:59:00] [I] Engine built in 5 sec.\n"
        "&&&& PASSED TensorRT.trtexec [TensorRT v100300] # trtexec --onnx=own.onnx --fp16 "
        "--saveEngine=b.engine --skipInference\n"
    )
    log.write_text(build + Path(corpus("two_runs.log")).read_text())
    first, second = bring_in("--trtexec", log, "--json").json["results"]

    assert (first["model"], first["precision"]) == ("a", "")
    assert (second["model"], second["precision"]) == ("own", "fp16")


def test_engine_file_that_is_written_twice(bring_in: Importer) -> None:
    """Each run is of what was built before it, not of what the file held in the end."""
    log = bring_in.folder / "sweep.log"
    load = "TensorRT.trtexec [TensorRT v100300] # trtexec --loadEngine=e.plan\n"
    figure = "[09/09/2026-07:00:27] [I] Throughput: 200 qps\n"
    run = f"&&&& RUNNING {load}{figure}&&&& PASSED {load}"
    builds = (_builds((words, "e.plan")) for words in ("--int8 --calib=c", "--fp16"))
    log.write_text("".join(build + run for build in builds))
    first, second = bring_in("--trtexec", log, "--batch", 1, "--json").json["results"]

    assert (first["precision"], first["quantization"]) == ("int8", "implicit_calibrated")
    assert (second["precision"], second["quantization"]) == ("fp16", "none")


def _builds(*saved: tuple[str, str]) -> str:
    text = ""
    for words, engine in saved:
        build = f"TensorRT.trtexec [TensorRT v100300] # trtexec --onnx=m.onnx {words} "
        build += f"--saveEngine={engine} --skipInference\n"
        text += f"&&&& RUNNING {build}&&&& PASSED {build}"
    return text


def test_build_log_of_several_engines(bring_in: Importer) -> None:
    """The build is the one that saved what was loaded, wherever it lay; else it is asked for."""
    words = ("--trtexec", corpus("two_runs.log"), "--pick", 2, "--json", "--build-log")
    log = bring_in.folder / "builds.log"
    log.write_text(_builds(("--int8 --calib=c", "/tmp/b.engine"), ("--fp16", "/tmp/c.engine")))
    found = bring_in(*words, log)

    assert (found.row["precision"], found.row["quantization"]) == ("int8", "implicit_calibrated")
    log.write_text(_builds(("--fp16", "c.engine"), ("--fp16", "d.engine")))
    refused = bring_in(*words, log)
    assert refused.code == 2
    assert "holds 2 builds, none of which saved b.engine" in refused.err
    log.write_text(_builds(("--fp16", "renamed.engine")))
    assert bring_in(*words, log).code == 0


def test_layer_info_and_profile(bring_in: Importer) -> None:
    """Layer info replaces what the log has; of the profile the slowest layer is printed."""
    found = bring_in(
        *("--trtexec", DLA_RUN, "--layer-info", corpus("layer_info.json")),
        *("--profile", corpus("profile_unescaped.json")),
    )

    build, segment = found.record("build"), found.record("segment")
    assert (build["placement"], build["placement_basis"]) == ("mixed", "layer_info")
    assert segment["profile"].startswith("logs/profile-")
    assert 'profile: 2 layers; the slowest is conv "wide" one' in found.out
    assert "note: 3 names hold quotes or backslashes" in found.out
    assert "gpu_layers" in segment["flags"]


def test_profile_in_the_log(bring_in: Importer, tmp_path: Path) -> None:
    """Without a file, the table that a single run printed behind its figures is taken."""
    table = """\
=== Profile (60 iterations ) ===
   Time(ms)     Avg.(ms)   Median(ms)   Time(%)   Layer
    1200.00      20.0000      19.7500      80.0   {ForeignNode[conv1...pool5]}
     300.00       5.0000       4.8750      20.0   best
"""
    *lines, passed = Path(DLA_RUN).read_text().splitlines()
    log = tmp_path / "profiled.log"
    log.write_text("\n".join([*lines, *table.splitlines(), passed]))

    found = bring_in("--trtexec", str(log))

    assert "profile: 2 layers; the slowest is {ForeignNode[conv1...pool5]}" in found.out


def test_report(bring_in: Importer) -> None:
    """The text says what was understood, what stays unknown and what comes next."""
    log = tegrastats(bring_in.folder)
    found = bring_in("--trtexec", DLA_RUN, "--tegrastats", log, *PLACE, "--power-mode", "50W")

    lines = found.out.splitlines()
    assert lines[0] == (
        "run 1 of the log: lane, DLA core 0, TensorRT 10.3.0, int8, explicit batch 2"
    )
    assert lines[1] == "  400 images/s (200 qps printed, 802 queries in 4.01 s agree)"
    assert lines[2] == "  latency: p50 5.5 ms, p90 5.625 ms, p99 5.75 ms"
    assert (
        lines[3]
        == "  layers: 1 DLA subgraphs, 2 layers in them, 0 on the GPU, 1 reformats (by engine)"
    )
    assert lines[4].startswith("  power: 15.8 W (")
    assert lines[5] == (
        "  mode 50W: not contradicted by 12 CPUs, GPU 800 MHz, DLA core 0 1369 MHz, memory 3199 MHz"
    )
    assert "unknown: how far the throughput varies within the run; give --times" in lines
    (run,) = (path.name for path in (bring_in.folder / "runs").glob("*-recorded-*"))
    assert lines[-2] == (
        f"next: hold it against the published figures: python3 -m measure compare {run}"
    )


def test_source_leads_to_publishing(bring_in: Importer) -> None:
    """With a source the next step is to publish."""
    found = bring_in(
        *("--trtexec", DLA_RUN, "--source", "tensorrt-trtexec-options", "--locator", "a.log")
    )

    assert (
        found.out.splitlines()[-1]
        == f"put the run on the site: make publish RUN={found.folder.name}"
    )
    run = found.record("run")
    assert (run["source"], run["locator"]) == ("tensorrt-trtexec-options", "a.log")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trt71_implicit.log", "TensorRT 7 by its summary"),
        ("trt111_loaded.log", "precision unknown"),
    ],
)
def test_report_of_little(bring_in: Importer, text: str, words: str) -> None:
    """What the log does not tell is not invented."""
    assert words in bring_in("--trtexec", corpus(text)).out


@pytest.mark.parametrize(
    ("words", "engine"),
    [((), "gpu"), (("--engine", "dla"), "dla"), (("--build-log", DLA_RUN), "dla")],
)
def test_loaded_engine_without_the_option(
    bring_in: Importer, words: tuple[str, ...], engine: str
) -> None:
    """An engine for the DLA runs on core 0 then, and only its build or the user tells."""
    log = bring_in.folder / "loaded.log"
    text = Path(corpus("trt84_loaded.log")).read_text()
    log.write_text(text.replace(" --useDLACore=0", "").replace("DLACore: 0", "DLACore: "))
    found = bring_in("--trtexec", log, *words, "--json")

    assert found.row["engine"] == engine
    is_open = any("was built for the DLA" in question for question in found.json["unknown"])
    assert is_open == (not words)


def test_fp16_inside_an_int8_engine(bring_in: Importer) -> None:
    """The rows inside the subgraph tell; the flag leads the comparison."""
    log = bring_in.folder / "fp16.log"
    row = "Layer(CONVOLUTION): conv_b, Precision: Half, a'[Half(1,3,8,8)] -> b'[Half(1,3,8,8)]\n"
    stamp = "[09/09/2026-07:00:22] [V] [TRT] "
    title = f"{stamp}{{ForeignNode[conv_a...conv_b]}}: DLA Network Layer Information:\n"
    text = Path(DLA_RUN).read_text()
    log.write_text(
        text.replace("[09/09/2026-07:00:22] [I] Engine built", title + row + "[I] Engine built")
    )
    found = bring_in("--trtexec", log, "--json")

    assert "fp16_fallback" in found.row["flags"].split()


def test_clock_that_was_not_set(bring_in: Importer) -> None:
    """A board without a battery begins in 1970; the day of the run is then that of the import."""
    log = bring_in.folder / "old.log"
    log.write_text(Path(DLA_RUN).read_text().replace("09/09/2026", "01/01/1970"))
    impossible = bring_in.folder / "impossible.log"
    impossible.write_text(Path(DLA_RUN).read_text().replace("09/09/2026", "13/13/2026"))

    for path in (log, impossible):
        assert bring_in("--trtexec", path).code == 0
    days = {one.name[:8] for one in (bring_in.folder / "runs").iterdir()}
    assert days != {"19700101"}


def test_log_without_latencies(bring_in: Importer) -> None:
    """What the log does not hold stays empty."""
    row = bring_in("--trtexec", corpus("two_runs.log"), "--pick", 1, "--json").row

    assert (row["latency_p50_ms"], row["queries"]) == ("", "300")


def test_median_stands_in_for_the_50th_percentile(bring_in: Importer) -> None:
    """Unless the log has that percentile itself."""
    log = bring_in.folder / "p50.log"
    text = Path(DLA_RUN).read_text()
    log.write_text(text.replace("median = 5.5 ms,", "median = 5.5 ms, percentile(50%) = 5.375 ms,"))

    assert bring_in("--trtexec", log, "--json").row["latency_p50_ms"] == "5.375"


def test_times_complete_a_cut_log(bring_in: Importer) -> None:
    """Queries and time come from the file where the log has its last lines only."""
    log = bring_in.folder / "tail.log"
    log.write_text("[09/09/2026-07:00:27] [I] Throughput: 200 qps\n")
    times = _times(bring_in.folder, 200)
    found = bring_in(
        *("--trtexec", log, "--times", times, "--batch", 3, "--engine", "dla", "--json")
    )

    segment = found.record("segment")
    assert (segment["images"], segment["seconds"]) == (600, 1.0)
    assert found.row["images_per_second"] == "600"


@pytest.mark.parametrize("wish", ["obey", "prefer"])
def test_precision_with_constraints(bring_in: Importer, wish: str) -> None:
    """The option dump writes the constraints behind the last precision."""
    log = bring_in.folder / "constrained.log"
    dumped = "Precision: FP32+FP16+INT8"
    text = Path(DLA_RUN).read_text()
    assert dumped in text
    log.write_text(text.replace(dumped, f"{dumped} ({wish} precision constraints)"))

    assert bring_in("--trtexec", log, "--json").row["precision"] == "int8"


@pytest.mark.parametrize(
    ("line", "quantization"),
    [
        ("Calibrator won't be used in explicit quantization mode.", "explicit"),
        ("Calibrator is not being used.", "implicit_uncalibrated"),
    ],
)
def test_quantization_of_the_model(bring_in: Importer, line: str, quantization: str) -> None:
    """The option dump says dynamic of both; a warning tells them apart."""
    log = bring_in.folder / "int8.log"
    warning = f"[09/09/2026-07:00:19] [W] [TRT] {line}\n"
    log.write_text(
        Path(DLA_RUN)
        .read_text()
        .replace("[09/09/2026-07:00:22] [I] Engine", f"{warning}[I] Engine")
    )
    row = bring_in("--trtexec", log, "--json").row

    assert row["quantization"] == quantization
    assert ("implicit_ranges" in row["flags"]) == (quantization != "explicit")


@pytest.mark.parametrize(
    ("words", "quantization"),
    [
        ("--int8", "implicit_uncalibrated"),
        ("--int8 --calib=c", "implicit_calibrated"),
        ("--stronglyTyped", ""),
    ],
)
def test_quantization_of_a_command(bring_in: Importer, words: str, quantization: str) -> None:
    """Without an option dump the command tells."""
    log = bring_in.folder / "command.log"
    banner = f"TensorRT.trtexec [TensorRT v100300] # trtexec --onnx=m.onnx {words}\n"
    figure = "[09/09/2026-07:00:27] [I] Throughput: 200 qps\n"
    log.write_text(f"&&&& RUNNING {banner}{figure}&&&& PASSED {banner}")
    found = bring_in("--trtexec", log, "--batch", 1, "--json")

    assert found.row["quantization"] == quantization
    assert found.row["engine"] == "gpu"
    assert "nothing to check it against" in bring_in("--trtexec", log, "--batch", 1).out
