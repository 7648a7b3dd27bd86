"""What is not brought in, and what is kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.measure.build_log.logs import real_log
from tests.measure.recorded.files import MODULE, Importer, tegrastats
from tests.measure.trtexec.files import CORPUS, corpus

DLA_RUN = corpus("trt103_dla.log")
PLACE = ("--module", MODULE, "--release", "jetpack-6.2")


def test_mode_that_was_not_applied(bring_in: Importer) -> None:
    """The refusal names what contradicts the mode; the journal keeps it, no result does."""
    log = tegrastats(bring_in.folder, gpu_mhz=813)
    found = bring_in(
        *("--trtexec", DLA_RUN, "--tegrastats", log, *PLACE, "--power-mode", "30W", "--json")
    )

    assert found.code == 3
    assert "12 CPUs online, the mode 30W has 8" in found.err
    assert "GPU ran at 813 MHz, the mode 30W caps it at 612 MHz" in found.err
    assert found.json["results"] == []
    assert len(found.json["refused"]) == 2
    (segment,) = found.json["segments"]
    assert (segment["valid"], segment["reasons"]) == ("no", "mode_contradicted")
    assert found.record("stop")["why"] == "refused"
    assert found.record("end")["outcome"] == "failed"
    assert found.record("mode")["contradictions"] == found.json["refused"]


def test_refusal_in_words(bring_in: Importer) -> None:
    """The text names the contradiction and what to do."""
    log = tegrastats(bring_in.folder)
    found = bring_in("--trtexec", DLA_RUN, "--tegrastats", log, *PLACE, "--power-mode", "30W")

    assert "refused: 12 CPUs online, the mode 30W has 8" in found.out.splitlines()
    assert found.out.splitlines()[-1].startswith("next: apply the mode, check it with nvpmodel -q")
    assert "0 results" in found.out


def test_mode_that_holds(bring_in: Importer) -> None:
    """Power and clocks are in the row."""
    log = tegrastats(bring_in.folder, cpus=8, gpu_mhz=612)
    found = bring_in(
        *("--trtexec", DLA_RUN, "--tegrastats", log, *PLACE, "--power-mode", "30W", "--json")
    )

    row = found.row
    assert (found.code, row["power_mode"], row["product"], row["release"]) == (
        0,
        "30w",
        "JetPack",
        "6.2",
    )
    assert float(row["load_power_w"]) == pytest.approx(15.8, rel=0.01)
    assert float(row["load_power_low_w"]) < 15.8 < float(row["load_power_high_w"])
    assert (row["gpu_mhz"], row["dla_mhz"], row["cpus_online"]) == ("612", "1369", "8")
    assert row["tj_mean_c"] == "50.5"
    assert {"idle_floor", "implicit_ranges"} == set(row["flags"].split())


def test_throughput_that_contradicts_itself(bring_in: Importer) -> None:
    """A log put together of two runs is refused."""
    log = bring_in.folder / "mixed.log"
    log.write_text(Path(DLA_RUN).read_text().replace("has 802 queries", "has 870 queries"))
    found = bring_in("--trtexec", log)

    assert found.code == 3
    assert "parts of two runs may be mixed" in found.err
    assert "queries in 4.01 s do not agree" in found.out
    assert found.record("segment")["reasons"][0]["code"] == "qps_disagrees"
    assert "next: apply the mode" not in found.out


def test_mode_without_a_witness(bring_in: Importer) -> None:
    """Without tegrastats nothing shows the mode, and the row says so."""
    found = bring_in("--trtexec", DLA_RUN, *PLACE, "--power-mode", "MAXN", "--json")

    assert found.code == 0
    assert "mode_unchecked" in found.row["flags"].split()
    assert any(
        "nothing shows that the mode MAXN was in force" in note for note in found.json["notes"]
    )


@pytest.mark.parametrize(
    ("changes", "flag", "note"),
    [
        ({"day": "09-10-2026"}, "logs_apart", "not of the same minutes"),
        ({"dla": "off"}, "dla_not_seen", "never saw DLA core 0 on"),
    ],
)
def test_logs_that_do_not_belong_together(
    bring_in: Importer, changes: dict[str, str], flag: str, note: str
) -> None:
    """A note and a flag say what does not fit."""
    log = tegrastats(bring_in.folder, **changes)  # type: ignore[arg-type]
    found = bring_in("--trtexec", DLA_RUN, "--tegrastats", log, *PLACE, "--json")

    assert flag in found.row["flags"].split()
    assert any(note in text for text in found.json["notes"])


def test_two_loads_in_one_log(bring_in: Importer) -> None:
    """Power is of the longer one, and that is said."""
    log = tegrastats(bring_in.folder)
    text = log.read_text()
    log.write_text(text + tegrastats(bring_in.folder, load_s=12, hour=8).read_text())
    found = bring_in("--trtexec", DLA_RUN, "--tegrastats", log, *PLACE, "--json")

    assert "several_loads" in found.row["flags"].split()


@pytest.mark.parametrize(
    ("words", "changes", "note"),
    [
        (PLACE, {"load_s": 1}, "no load in the log is long enough"),
        (PLACE, {"rails": False}, "power of jetson-agx-orin-64gb cannot be had"),
        ((), {}, "give --module"),
    ],
)
def test_power_that_cannot_be_had(
    bring_in: Importer, words: tuple[str, ...], changes: dict[str, int], note: str
) -> None:
    """The throughput stands without it."""
    log = tegrastats(bring_in.folder, **changes)  # type: ignore[arg-type]
    found = bring_in("--trtexec", DLA_RUN, "--tegrastats", log, *words, "--json")

    assert (found.code, found.row["load_power_w"]) == (0, "")
    assert any(note in text for text in found.json["notes"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--trtexec", CORPUS / "none.log"), "No such file"),
        (("--trtexec", "-"), "--trtexec: save it to a file first"),
        (("--trtexec", DLA_RUN, "--build-log", "-"), "--build-log: save it to a file"),
        (("--trtexec", DLA_RUN, "--module", "agx"), "choose jetson-agx-orin-64gb, "),
        (("--trtexec", DLA_RUN, "--network", "resnet"), "choose resnet-50, "),
        (
            ("--trtexec", DLA_RUN, "--release", "6.2"),
            "is no release of the data; choose jetpack-4.6",
        ),
        (("--trtexec", DLA_RUN, "--power-mode", "30W"), "--power-mode needs --module"),
        (
            ("--trtexec", DLA_RUN, "--module", MODULE, "--power-mode", "31W"),
            "it has maxn, 15w, 30w, 50w",
        ),
        (
            ("--trtexec", DLA_RUN, "--source", "tensorrt-trtexec-option"),
            "like it are tensorrt-trtexec-options",
        ),
        (("--trtexec", DLA_RUN, "--source", "§"), "is no key of reference/sources; add a row"),
        (("--trtexec", DLA_RUN, "--batch", 0), "--batch 0: 1 to 4096"),
        (("--trtexec", DLA_RUN, "--pick", 0), "--pick 0: 1 or more"),
        (("--trtexec", DLA_RUN, "--pick", 3), "--pick 3: trt103_dla.log holds 1 runs"),
        (("--trtexec", DLA_RUN, "--input-shape", "3x224x224"), "write batch, channels"),
        (("--trtexec", DLA_RUN, "--input-shape", "0x3x2x2"), "write batch, channels"),
        (
            ("--trtexec", DLA_RUN, "--batch", 2, "--input-shape", "4x3x8x8"),
            "state two batches",
        ),
        (("--trtexec", DLA_RUN, "--batch", 8), "has batch 2 by its inputs, not 8"),
        (
            ("--trtexec", corpus("trt82_implicit.log"), "--batch", 8),
            "has batch 4 by its option dump, not 8",
        ),
        (("--trtexec", corpus("trt85_shapes.log"), "--batch", 8), "has batch 16 by its shapes"),
        (("--trtexec", DLA_RUN, "--engine", "gpu"), "ran on the DLA by its log"),
        (("--trtexec", DLA_RUN, "--release", "jetpack-5.1.2"), "of TensorRT 10.3.0, but JetPack"),
        (("--trtexec", DLA_RUN, "--module", "jetson-agx-xavier"), "ran on Orin (Orin)"),
        (("--trtexec", corpus("trt71_explicit_zero.log")), "give --batch N"),
        (("--trtexec", corpus("profiled.log")), "measure without --dumpProfile"),
        (
            ("--trtexec", CORPUS.parent / "logs" / "failed_no_dla.log"),
            "no run has a throughput; No DLA: ",
        ),
        (
            ("--trtexec", CORPUS.parent / "logs" / "failed_without_errors.log"),
            "standard error was not kept",
        ),
        (
            ("--trtexec", CORPUS.parent / "logs" / "trt103_normal.log"),
            "give the log of a run that measures",
        ),
        (
            ("--trtexec", DLA_RUN, "--build-log", CORPUS.parent / "logs" / "failed_no_dla.log"),
            "the build failed",
        ),
    ],
)
def test_unusable_input(bring_in: Importer, words: tuple[object, ...], message: str) -> None:
    """One line says what is wrong and what to do; nothing is kept."""
    found = bring_in(*words)

    assert (found.code, found.out) == (2, "")
    assert message in found.err
    assert len(found.err.splitlines()) == 1
    assert not found.runs.exists()


@pytest.mark.parametrize(
    ("command", "dump", "message"),
    [
        ("--streams=2 --batch=64", "Batch: 64", "run it without --batch"),
        ("--streams=2", "Batch: 0", "nothing tells what a query is"),
    ],
)
def test_batch_that_makes_no_sense(
    bring_in: Importer, command: str, dump: str, message: str
) -> None:
    """Images stay unknown, and the line says what to do."""
    log = bring_in.folder / "batch.log"
    text = Path(corpus("trt84_loaded.log")).read_text()
    log.write_text(text.replace("--streams=2", command).replace("[I] Batch: 1", f"[I] {dump}"))
    found = bring_in("--trtexec", log)

    assert found.code == 2
    assert message in found.err


def test_zero_that_cannot_be_recomputed(bring_in: Importer) -> None:
    """The line asks for the times."""
    log = bring_in.folder / "zero.log"
    text = Path(corpus("trt71_explicit_zero.log")).read_text()
    log.write_text("\n".join(line for line in text.splitlines() if "compute time" not in line))
    found = bring_in("--trtexec", log, "--batch", 2)

    assert found.code == 2
    assert "give the file of --exportTimes" in found.err


def test_times_that_took_no_time(bring_in: Importer) -> None:
    """No throughput comes of queries that all began and ended at once."""
    times = bring_in.folder / "times.json"
    row = '{"startH2dMs": 250, "startComputeMs": 250, "endD2hMs": 250, "computeMs": 0, '
    times.write_text(f'[{row}"latencyMs": 0}}]')
    log = corpus("trt71_explicit_zero.log")
    found = bring_in("--trtexec", log, "--times", times, "--batch", 2)

    assert found.code == 2
    assert "its queries took no time" in found.err


def test_run_that_failed_in_the_end(bring_in: Importer) -> None:
    """A figure of a run that failed afterwards is none."""
    log = bring_in.folder / "failed.log"
    text = Path(DLA_RUN).read_text().replace("&&&& PASSED", "[E] Out of memory\n&&&& FAILED")
    log.write_text(text)
    found = bring_in("--trtexec", log)

    assert found.code == 2
    assert "run 1 failed in the end; it failed: Out of memory" in found.err


def test_log_without_head(bring_in: Importer) -> None:
    """Engine, batch and the rest come from the user where the log begins too late."""
    log = bring_in.folder / "tail.log"
    lines = Path(DLA_RUN).read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if "Performance summary" in line)
    log.write_text("\n".join(lines[start : start + 8]))
    for missing, words in (
        ("give --engine dla or gpu", ()),
        ("give --batch N", ("--engine", "gpu")),
    ):
        assert missing in bring_in("--trtexec", log, *words).err

    found = bring_in("--trtexec", log, "--input-shape", "2x3x320x640", "--engine", "gpu", "--json")
    row = found.row
    assert (row["images_per_second"], row["engine"], row["input_width"]) == ("400", "gpu", "640")
    assert (row["model"], row["transfers"]) == ("unnamed", "unknown")
    assert "no_last_banner" in row["flags"].split()
    assert found.record("segment")["images"] is None
    assert found.record("run")["tensorrt"] == ""


@pytest.mark.parametrize(("mode", "dla_w", "gpu_w"), [("MAXN", 15.1, 29.6), ("50W", 14.3, 19.3)])
def test_real_modes_that_were_applied(
    bring_in: Importer, mode: str, dla_w: float, gpu_w: float
) -> None:
    """Accepted, with the power that the authors of the logs found, within 2 %."""
    for engine, watts in (("dla", dla_w), ("gpu", gpu_w)):
        found = bring_in(
            *("--trtexec", real_log(f"trtexec/trt103_orin_{engine}_int8.log")),
            *("--tegrastats", real_log(f"tegrastats/r3643_orin_sudo_pm_{mode}_{engine}_int8.log")),
            *(*PLACE, "--power-mode", mode, "--json"),
        )

        assert (found.code, found.err) == (0, "")
        (row,) = found.json["results"]
        assert float(row["load_power_w"]) == pytest.approx(watts, rel=0.02)
        assert float(row["load_power_low_w"]) < watts < float(row["load_power_high_w"])
        assert row["power_mode"] == mode.lower()


@pytest.mark.parametrize(
    ("engine", "sentences"),
    [
        ("dla", ["12 CPUs online, the mode 30W has 8"]),
        ("gpu", ["12 CPUs online, the mode 30W has 8", "MHz, the mode 30W caps it at 612 MHz"]),
    ],
)
def test_real_mode_that_was_not_applied(
    bring_in: Importer, engine: str, sentences: list[str]
) -> None:
    """The runs logged as 30W stayed at 50W; each refusal names what contradicts the mode."""
    found = bring_in(
        *("--trtexec", real_log(f"trtexec/trt103_orin_{engine}_int8.log")),
        *("--tegrastats", real_log(f"tegrastats/r3643_orin_sudo_pm_30W_{engine}_int8.log")),
        *(*PLACE, "--power-mode", "30W", "--json"),
    )

    assert found.code == 3
    assert len(found.json["refused"]) == len(sentences)
    assert all(sentence in found.err for sentence in sentences)
    assert found.json["results"] == []
    assert not found.record("segment")["valid"]
