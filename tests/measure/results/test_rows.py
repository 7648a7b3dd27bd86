"""Rows derived from a journal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from measure.errors import UserError
from measure.journal.journal import read_journal
from measure.results.files import files_of
from measure.results.rows import tables_of
from measure.results.tables import texts_of
from tests.measure.results import journals

if TYPE_CHECKING:
    from pathlib import Path

Tables = dict[str, list[dict[str, str]]]


def tables(folder: Path) -> Tables:
    """Return the tables of a run's folder."""
    records = read_journal(folder / "journal.jsonl")
    return tables_of(records, files_of(folder, records))


def of_records(*records: dict[str, Any], **changes: Any) -> Tables:
    """Return the tables of records that no file goes with."""
    run = {**journals.run_record(**changes), "at": "2026-11-21T06:00:00Z"}
    return tables_of([run, *records], [])


def result(found: Tables, aggregation: str = "single") -> dict[str, str]:
    """Return the only result of an aggregation."""
    (row,) = [row for row in found["results"] if row["aggregation"] == aggregation]
    return row


class TestThroughput:
    """Images per second and what they are of."""

    def test_geometric_mean(self, orin: Path) -> None:
        """It is the geometric mean of the segments, with Student's interval on the logarithms."""
        segments = [
            one for one in tables(orin)["segments"] if one["result"].endswith("dla1" + "0" * 12)
        ]
        rates = [float(one["images_per_second"]) for one in segments if one["role"] == "load"]
        logs = np.log(rates)
        low, high = np.exp(stats.t.interval(0.95, 7, logs.mean(), stats.sem(logs)))

        row = result(tables(orin))

        assert float(row["images_per_second"]) == pytest.approx(stats.gmean(rates), rel=1e-5)
        assert float(row["images_per_second_low"]) == pytest.approx(low, rel=1e-5)
        assert float(row["images_per_second_high"]) == pytest.approx(high, rel=1e-5)
        assert row["interval_basis"] == "segments"

    def test_two_cores(self, orin: Path) -> None:
        """Two cores give their sum, and a row each without power."""
        found = tables(orin)
        total = result(found, "sum")
        cores = [row for row in found["results"] if row["aggregation"] == "per_core"]

        assert [row["result"][-6:] for row in cores] == ["-core0", "-core1"]
        assert sum(float(row["images_per_second"]) for row in cores) == pytest.approx(
            float(total["images_per_second"]), rel=1e-5
        )
        assert [row["dla_cores"] for row in (total, *cores)] == ["2", "2", "2"]
        assert not any(row.get("module_delta_w") for row in cores)
        assert [row["log"] for row in (total, *cores)] == [total["log"], total["log"], ""]
        assert total["dla_mhz"] == "1595"

    def test_together(self, orin: Path) -> None:
        """GPU and both cores are one figure, with the DLA's engine as its build."""
        row = result(tables(orin), "together")

        assert (row["engine"], row["dla_cores"], row["build"]) == ("gpu+dla", "2", "b0b1b2b3")

    def test_core_that_says_nothing(self) -> None:
        """A core without a count in some segment gets no row of its own."""
        of = journals.job(cores=(0, 1))
        silent = journals.load(of, 2, 2, 1000.0)
        silent["instances"] = silent["instances"][:1]

        found = of_records(journals.plan(of), journals.load(of, 1, 1, 1000.0), silent)

        assert [row["result"][-6:] for row in found["results"]] == ["000000", "-core0"]

    @pytest.mark.parametrize("images", [{}, {"images": None}])
    def test_core_without_a_count(self, images: dict[str, Any]) -> None:
        """Where a journal doesn't say what each core did there is the sum alone."""
        of = journals.job(cores=(0, 1))
        one = journals.load(of, 1, 1, 1000.0)
        for instance in one["instances"]:
            del instance["images"]
            instance.update(images)

        assert [row["aggregation"] for row in of_records(journals.plan(of), one)["results"]] == [
            "sum"
        ]

    @pytest.mark.parametrize(
        ("blocks", "basis", "low"),
        [([0.0] * 20, "none", ""), ([1.0] * 18 + [500.0] * 2, "blocks", "0")],
    )
    def test_blocks_that_say_little(self, blocks: list[float], basis: str, low: str) -> None:
        """Blocks without an image bear no interval, and no throughput is below zero."""
        of = journals.job()
        one = journals.load(of, 1, 1, 1.0, images_per_second=50.0, blocks=blocks)

        row = result(of_records(journals.plan(of), one))

        assert (row["interval_basis"], row["images_per_second_low"]) == (basis, low)

    def test_one_segment(self) -> None:
        """A single segment has the interval of its blocks, and its figure as it is."""
        of = journals.job()
        draw = np.random.default_rng(1)
        blocks = [float(rate) for rate in draw.normal(778.7, 2, 60)]
        one = journals.load(of, 1, 1, 1.0, images_per_second=778.757, blocks=blocks)

        row = result(of_records(journals.plan(of), one))

        assert row["images_per_second"] == "778.757"
        assert row["interval_basis"] == "blocks"
        assert float(row["images_per_second_low"]) < 778.757 < float(row["images_per_second_high"])

    def test_no_interval(self, tmp_path: Path) -> None:
        """Where a log says nothing of its course there is no interval, and none is made up."""
        row = result(tables(journals.write(tmp_path, journals.of_logs())))

        assert (row["images_per_second"], row["interval_basis"]) == ("962.883", "none")
        assert (row["images_per_second_low"], row["images_per_second_high"]) == ("", "")

    def test_scatter_of_the_first_pairs(self) -> None:
        """Where the first pairs decided that more are needed, they make the interval."""
        of = journals.job()
        rates = [1000.0, 1010.0, 990.0, *[1000.0] * 9]
        loads = [
            journals.load(of, number, number, 1.0, images_per_second=rate)
            for number, rate in enumerate(rates, start=1)
        ]

        row = result(of_records(journals.plan(of, min_pairs=3), *loads))

        half = stats.t.ppf(0.975, 2) * np.log(rates[:3]).std(ddof=1) / math.sqrt(12)
        width = math.log(float(row["images_per_second_high"]) / float(row["images_per_second_low"]))
        assert width / 2 == pytest.approx(half, rel=1e-3)


class TestLatency:
    """Percentiles and the queries they are of."""

    def test_median_over_segments(self, orin: Path) -> None:
        """Each percentile is the median of those of the segments; queries are summed."""
        row = result(tables(orin))

        assert (row["latency_p50_ms"], row["latency_p99_ms"]) == ("2.5", "7.5")
        loads = [one for one in read_journal(orin / "journal.jsonl") if one.get("latency_ms")]
        queries = sum(one["latency_ms"]["queries"] for one in loads[:8])
        assert row["queries"] == str(queries)
        assert "few_queries_p99" not in row["flags"]

    def test_few_queries(self, tmp_path: Path) -> None:
        """A p99 of too few queries is kept and flagged; a percentile nobody printed is empty."""
        row = result(tables(journals.write(tmp_path, journals.of_logs())))

        assert (row["latency_p90_ms"], row["latency_p99_ms"], row["queries"]) == ("", "1.1", "300")
        assert "few_queries_p99" in row["flags"].split()

    def test_unknown(self) -> None:
        """Segments that say nothing of latency leave it empty."""
        of = journals.job()
        one = journals.load(of, 1, 1, 1000.0, latency_ms=None)

        row = result(of_records(journals.plan(of), one))

        assert (row["latency_p50_ms"], row["queries"]) == ("", "")


class TestConditions:
    """What a row says of how its figure came about."""

    def test_cells(self, orin: Path) -> None:
        """Network, engine, mode, clocks, release and layers are those of the journal."""
        row = result(tables(orin))

        assert {name: row[name] for name in CELLS} == CELLS

    def test_own_model(self, orin: Path) -> None:
        """A model of one's own has a name and no key of a reference network."""
        (row,) = [row for row in tables(orin)["builds"] if row["build"] == "dead"]

        assert (row["network"], row["model"], row["outcome"]) == ("", "own-model", "failed")
        assert (row["failure"], row["placement"]) == ("out_of_memory", "")

    def test_build_first_had(self, orin: Path) -> None:
        """An engine taken from the cache later stays as built; one is listed once."""
        rows = {row["build"]: row for row in tables(orin)["builds"]}

        assert list(rows) == ["b0b1b2b3", "gpu0", "dead"]
        assert (rows["b0b1b2b3"]["outcome"], rows["b0b1b2b3"]["build_s"]) == ("built", "61.25")
        assert (rows["b0b1b2b3"]["engine"], rows["gpu0"]["engine"]) == ("dla", "gpu")

    def test_build_that_failed_first(self) -> None:
        """An engine that could be built the second time counts as built."""
        of = journals.job()
        failed = journals.build(of, outcome="failed", failure="hung")

        (row,) = of_records(journals.plan(of), failed, journals.build(of))["builds"]

        assert (row["outcome"], row["failure"]) == ("built", "")

    @pytest.mark.parametrize(
        ("command", "stated", "expected"),
        [
            (["trtexec", "--noDataTransfers"], None, "excluded"),
            ("trtexec --noDataTransfers", None, "excluded"),
            (["trtexec", "--includeDataTransfers"], None, "included"),
            (["trtexec"], None, "unknown"),
            (["trtexec", "--noDataTransfers"], "included", "included"),
        ],
    )
    def test_transfers(self, command: object, stated: str | None, expected: str) -> None:
        """Copies are in the figure or not by what was stated, else by the command."""
        of = journals.job(transfers=stated)
        one = journals.load(of, 1, 1, 1000.0)
        one["instances"][0]["command"] = command

        assert result(of_records(journals.plan(of), one))["transfers"] == expected

    def test_segment_without_instances(self) -> None:
        """A segment that names no process has no command, and a job without shape no size."""
        of = journals.job(input_shape=None, power_mode="")
        one = journals.load(of, 1, 1, 1000.0, instances=None, clocks=None)

        row = result(of_records(journals.plan(of), one))

        assert (row["command"], row["log"], row["input_width"], row["gpu_mhz"]) == ("", "", "", "")
        assert (row["power_mode"], row["power_mode_id"], row["transfers"]) == ("", "", "unknown")

    def test_cpus_that_changed(self) -> None:
        """A number of CPUs that differs between segments is none."""
        of = journals.job()
        loads = [journals.load(of, number, number, 1000.0) for number in (1, 2)]
        loads[1]["clocks"] = {"cpus_online": 8}

        row = result(of_records(journals.plan(of), *loads))

        assert (row["cpus_online"], row["gpu_mhz"]) == ("", "1300.5")

    def test_release_unknown(self) -> None:
        """Without a release there is no product either."""
        of = journals.job()

        found = of_records(journals.plan(of), journals.load(of, 1, 1, 1000.0), jetpack="")

        assert (result(found)["product"], found["runs"][0]["release"]) == ("", "")

    def test_flags(self, tmp_path: Path) -> None:
        """Flags of the run, the soak, the settings, the stop and the segments come together."""
        of = journals.job()
        one = journals.load(of, 1, 1, 1000.0, flags=["dla_clk_unknown"])
        soak = {"type": "soak", "job": of["job"], "steady": False}
        records = [journals.plan(of, custom=True), soak, one, journals.stop(of, "cap")]

        row = result(of_records(*records, quick=True, flags=["implicit_batch"]))

        flags = "custom_settings dla_clk_unknown implicit_batch no_steady_state quick wide_ci"
        assert row["flags"] == flags

    def test_outlier(self) -> None:
        """A segment far from the others is marked and counts."""
        of = journals.job()
        rates = [1000.0, 1001.0, 999.0, 1000.5, 999.5, 1000.2, 999.8, 800.0]
        loads = [
            journals.load(of, number, number, 1.0, images_per_second=rate)
            for number, rate in enumerate(rates, start=1)
        ]

        row = result(of_records(journals.plan(of), *loads))

        assert "outlier" in row["flags"].split()
        assert float(row["images_per_second"]) == pytest.approx(stats.gmean(rates), rel=1e-5)


CELLS = {
    "network": "resnet-50",
    "model": "resnet-50",
    "input_width": "224",
    "input_height": "224",
    "batch": "2",
    "engine": "dla",
    "dla_cores": "1",
    "precision": "int8",
    "quantization": "implicit",
    "weights": "dense",
    "module": "jetson-agx-orin-64gb",
    "power_mode": "maxn",
    "power_mode_id": "0",
    "clock_policy": "pinned",
    "product": "JetPack",
    "release": "6.2",
    "tensorrt": "10.3.0",
    "gpu_mhz": "1300.5",
    "dla_mhz": "1600",
    "emc_mhz": "3199",
    "cpus_online": "12",
    "dla_layers": "57",
    "gpu_layers": "1",
    "dla_subgraphs": "1",
    "transfers": "excluded",
    "segments_valid": "8",
    "segments_total": "8",
    "tj_mean_c": "55.5",
    "stop_reason": "narrow",
    "command": "trtexec --loadEngine=e.engine --noDataTransfers",
    "source": "",
}


class TestSegments:
    """Every segment stays, whatever became of it."""

    def test_refused_job(self, orin: Path) -> None:
        """A job without a valid load has segments with the reasons, and no result."""
        found = tables(orin)
        rows = [row for row in found["segments"] if row["result"].endswith("-refused0")]

        assert [row["role"] for row in rows] == ["idle", "load", "idle"]
        assert [row["valid"] for row in rows] == ["yes", "no", "yes"]
        assert rows[1]["reasons"] == "gpu_clock"
        assert not any(row["result"].endswith("-refused0") for row in found["results"])

    def test_invalid_segments_do_not_count(self) -> None:
        """Only valid segments make the figure; all are counted."""
        of = journals.job()
        bad = journals.load(of, 2, 2, 500.0, valid=False)
        good = journals.load(of, 1, 1, 1.0, images_per_second=1000.0)

        row = result(of_records(journals.plan(of), good, bad))

        assert (row["images_per_second"], row["segments_valid"], row["segments_total"]) == (
            "1000",
            "1",
            "2",
        )

    def test_power(self, orin: Path) -> None:
        """The power of a segment is the sum of the rails that do not hold each other."""
        rows = tables(orin)["segments"]

        assert [row["power_w"] for row in rows[:2]] == ["9.01", "15.25"]


class TestRun:
    """The row of the run and of its files."""

    def test_imported(self, tmp_path: Path) -> None:
        """Logs of others are imported, on their own day, with their source."""
        (row,) = tables(journals.write(tmp_path, journals.of_logs()))["runs"]

        assert (row["kind"], row["date"], row["source"]) == ("imported", "2026-10-01", "dla-sw-faq")

    def test_policies_that_differ(self) -> None:
        """A run with several clock policies has none of its own."""
        jobs = journals.job(), journals.job(cores=(1,), job="other", clock_policy="dvfs")

        assert of_records(journals.plan(*jobs))["runs"][0]["clock_policy"] == ""

    def test_files(self, orin: Path) -> None:
        """The journal and all logs are listed below the run's name, and rows name them."""
        found = tables(orin)
        files = {row["path"]: row for row in found["files"]}

        assert files[f"{journals.ORIN}/journal.jsonl"]["role"] == "journal"
        assert (
            found["runs"][0]["journal_sha256"] == files[f"{journals.ORIN}/journal.jsonl"]["sha256"]
        )
        named = {row["log"] for name in ("builds", "results") for row in found[name]}
        assert named - {""} <= set(files)
        assert {row["role"] for row in files.values()} == {"journal", "build_log", "run_log"}

    def test_log_that_is_gone(self, orin: Path) -> None:
        """A log that was deleted is not named by any row."""
        for path in (orin / "logs").iterdir():
            path.unlink()

        found = tables(orin)

        assert [row["role"] for row in found["files"]] == ["journal"]
        assert not any(row["log"] for row in found["results"])

    def test_log_that_was_changed(self, orin: Path) -> None:
        """A log that is not the one measured with is refused by its name."""
        next((orin / "logs").iterdir()).write_text("other")

        with pytest.raises(UserError, match=r"logs/.*\.log was changed after it was measured"):
            tables(orin)

    def test_journal_without_a_run(self) -> None:
        """A journal that ended before it began has no tables."""
        with pytest.raises(UserError, match="no record of a run"):
            tables_of([], [])

    def test_before_the_plan(self) -> None:
        """A run that ended before its plan has a row and nothing else."""
        found = of_records()

        assert {name: len(rows) for name, rows in found.items() if rows} == {"runs": 1}


def test_derived_twice(orin: Path) -> None:
    """Deriving again gives the same bytes."""
    once, again = (texts_of(tables(orin)) for _ in range(2))

    assert once == again
    assert once["segments"].splitlines()[3].split(",")[:3] == [
        journals.ORIN,
        f"{journals.ORIN}-dla1000000000000",
        "3",
    ]


def test_segments_in_the_order_of_numbers(orin: Path) -> None:
    """Segment 10 comes behind segment 9, not behind segment 1."""
    lines = texts_of(tables(orin))["segments"].splitlines()[1:]
    numbers = [int(line.split(",")[2]) for line in lines if "-dla1000000000000," in line]

    assert numbers == list(range(1, 22))
