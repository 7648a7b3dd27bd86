"""Whole runs: on a CPU with a small network, and on a fake Jetson."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from measure.__main__ import main
from measure.backends.base import LoadOutcome, Problem
from measure.backends.onnxruntime import OnnxRuntimeBackend
from measure.backends.trtexec import TrtexecBackend
from measure.device.clock import now_ns
from measure.errors import INTERRUPTED, SOME_FAILED
from measure.journal.journal import Journal, read_journal
from measure.run import whole_run
from measure.run.progress import Progress
from measure.run.settings import OVERRIDES
from measure.run_folders import JOURNAL
from tests.fake_jetson.jetson import SHORT as OF_FAKE
from tests.fake_jetson.tiny import NAME, write_tiny
from tests.measure.faults.measuring import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator


SHORT = {
    "load_s": 0.05,
    "endurance_s": 0.1,
    "settle_s": 0.0,
    "tail_s": 0.0,
    "warmup_s": 0.01,
    "soak_window_s": 0.02,
    "soak_max_s": 0.05,
    "min_pairs": 2,
    "max_pairs": 3,
    "target_half_width": 1e5,
    "watch_period_s": 0.05,
    "block_s": 0.01,
}

RATE_S = OF_FAKE["rate_s"]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a models file for a machine that is no Jetson, with short settings."""
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(SHORT))
    monkeypatch.setenv(OVERRIDES, str(settings))
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("DLA_MEASURE_ROOT", str(tmp_path / "root"))
    monkeypatch.chdir(write_tiny(tmp_path / "models").parent)
    return "models.toml"


def journal_of(tmp_path: Path) -> Path:
    """Return the only journal."""
    (found,) = (tmp_path / "runs").glob(f"*/{JOURNAL}")
    return found


class TestCpu:
    def test_measures(
        self, models: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """One command gives figures, tables and the next step; all truth is in the journal."""
        assert main(["run", "--models", models, "--ambient", "21.5", "--psu", "barrel"]) == 0

        shown = capsys.readouterr()
        records = read_journal(journal_of(tmp_path))
        kinds = list(dict.fromkeys(record["type"] for record in records))
        assert kinds == [
            "run", "plan", "note", "mode", "build", "soak", "segment", "stop", "restore", "end",
        ]  # fmt: skip
        run = records[0]
        assert (run["backend"], run["power_source"], run["quick"]) == ("onnxruntime", "none", True)
        assert (run["ambient_c"], run["psu"], run["simulated"]) == (21.5, "barrel", False)
        assert records[-1]["outcome"] == "complete"
        assert f"{NAME}, CPU, fp32, dense, batch 1: " in shown.out
        assert "python3 -m measure compare" in shown.out
        assert "put the run on the site" in shown.out
        assert (journal_of(tmp_path).parent / "tables" / "results.csv").is_file()

    def test_full_and_json(
        self, models: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A program reads the rows; a run by the protocol is not quick."""
        assert main(["run", "--models", models, "--full", "--json", "--seed", "3"]) == 0

        shown = json.loads(capsys.readouterr().out)
        assert shown["schema"] == "dla-atlas/run/1"
        assert shown["run"] == journal_of(tmp_path).parent.name
        assert [row["model"] for row in shown["results"]] == [NAME]
        assert read_journal(journal_of(tmp_path))[0]["quick"] is False

    def test_endurance(
        self, models: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A CPU has a long load, too, and it stands beside the figure."""
        assert main(["run", "--models", models, "--endurance", "--json"]) == 0

        (row,) = json.loads(capsys.readouterr().out)["results"]
        roles = [one["role"] for one in read_journal(journal_of(tmp_path)) if "role" in one]
        assert roles == ["load", "load", "endurance"]
        assert float(row["endurance_s"]) >= SHORT["endurance_s"]
        assert float(row["endurance_images_per_second"]) > 0
        assert (row["endurance_power_w"], row["segments_total"]) == ("", "2")

    def test_plan(self, models: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A plan says what would be done and does nothing."""
        assert main(["run", "--models", models, "--networks", f"resnet-50,{NAME}", "--plan"]) == 0
        text = capsys.readouterr().out
        assert main(["run", "--models", models, "--plan"]) == 0
        assert "\n1 job with onnxruntime" in capsys.readouterr().out
        assert main(["run", "--plan", "--json"]) == 0
        plan = json.loads(capsys.readouterr().out)

        assert plan["schema"] == "dla-atlas/plan/1"
        assert "2 jobs with onnxruntime, without power: about" in text
        assert [job["network"] for job in plan["jobs"]]
        assert plan["expected_s"] == sum(job["expected_s"] for job in plan["jobs"])
        assert not (tmp_path / "runs").exists()

    def test_ctrl_c_then_resume(
        self,
        models: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """What was measured before the end is kept, offered, and not measured again."""
        load, calls = OnnxRuntimeBackend.load, []

        def once(*arguments: Any, **named: Any) -> LoadOutcome:
            calls.append(1)
            if len(calls) == 3:
                os.kill(os.getpid(), signal.SIGINT)
            return load(*arguments, **named)

        monkeypatch.setattr(OnnxRuntimeBackend, "load", once)
        assert main(["run", "--models", models]) == INTERRUPTED
        name = journal_of(tmp_path).parent.name
        assert f"run --resume {name}\n" in capsys.readouterr().out
        before = read_journal(journal_of(tmp_path))
        assert [one["valid"] for one in before if one["type"] == "segment"] == [True, False]
        assert main(["run", "--resume"]) == 0
        after = read_journal(journal_of(tmp_path))
        loads = [one for one in after if one["type"] == "segment"]

        assert after[: len(before)] == before
        assert [one["valid"] for one in loads] == [True, False, True]
        assert next(one["why"] for one in after if one["type"] == "stop") == "interrupted"
        capsys.readouterr()
        assert main(["run", "--resume"]) == 2
        assert "has ended; name the one" in capsys.readouterr().err
        assert main(["run", "--resume", name]) == 0
        assert len(read_journal(journal_of(tmp_path))) > len(after)

    def test_time_that_is_left(
        self, models: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A run that goes on shows the time of what is left, not that of the whole plan."""
        shown = []

        def progress(expected_s: float) -> Progress:
            shown.append(expected_s)
            return Progress(expected_s)

        monkeypatch.setattr(whole_run, "Progress", progress)
        assert main(["run", "--models", models]) == 0
        assert main(["run", "--resume", journal_of(tmp_path).parent.name]) == 0

        assert shown[0] > 0
        assert shown[1] == 0

    def test_offers_what_is_unfinished(
        self, models: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A run that was broken off is named before another begins."""
        assert main(["run", "--models", models]) == 0
        path = journal_of(tmp_path)
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:-1]))
        assert main(["run", "--models", models]) == 0

        assert f"go on with it by --resume {path.parent.name}" in capsys.readouterr().err

    def test_failed_job(self, models: str, capsys: pytest.CaptureFixture[str]) -> None:
        """A model that ONNX Runtime cannot load is a failed job with its reason."""
        path = Path(f"{NAME}.onnx")
        path.write_bytes(path.read_bytes().replace(b"Relu", b"Rule"))

        assert main(["run", "--models", models]) == SOME_FAILED

        shown = capsys.readouterr()
        assert "Rule" in shown.err
        assert "no figure" in shown.out

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["--resume", "nothing"], 2, "there is no run 'nothing'"),
            (["--batch", "0"], 2, "--batch 0"),
            (["--ambient", "200"], 2, "--ambient 200"),
            (["--no-power", "--marginal"], 2, "leave out --no-power"),
            (["--marginal"], 3, "none can be read here"),
            (["--resume", "nothing", "--batch", "3"], 2, "--batch is of a new run"),
            (["--resume", "nothing", "--allow-reboot"], 2, "--allow-reboot is of a new run"),
            (["--resume-after-boot", "--quick"], 2, "--quick is of a new run"),
            (["--modes", "30w"], 3, "no power modes here"),
            (["--backend", "trtexec"], 3, "trtexec is missing"),
            (["--models", "missing.toml"], 2, "missing.toml"),
        ],
    )
    def test_what_cannot_be(
        self,
        models: str,
        capsys: pytest.CaptureFixture[str],
        words: list[str],
        code: int,
        said: str,
    ) -> None:
        """Each thing that cannot be done is one line with its own exit code."""
        assert main(["run", *words]) == code
        assert said in capsys.readouterr().err

    def test_nothing_to_resume(
        self, models: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A run that ended before its plan has nothing to go on with."""
        with Journal.open(tmp_path / "runs" / "early" / JOURNAL) as journal:
            journal.append({"type": "note", "text": "early"})

        assert main(["run", "--resume", "early"]) == 2
        assert "ended before its plan" in capsys.readouterr().err

    def test_elsewhere(
        self, models: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A run goes on only on the device that it was begun on."""
        assert main(["run", "--models", models]) == 0
        records = read_journal(journal_of(tmp_path))
        own = ("seq", "chain", "at", "t_ns", "boot")
        with Journal.open(tmp_path / "runs" / "other" / JOURNAL) as journal:
            for record in records[:2]:
                kept = {key: value for key, value in record.items() if key not in own}
                journal.append(
                    {**kept, "module": "jetson-agx-orin-64gb"} if "run" in kept else kept
                )

        assert main(["run", "--resume", "other"]) == 3
        assert "was begun on jetson-agx-orin-64gb" in capsys.readouterr().err

    def test_empty_words(self, models: str, capsys: pytest.CaptureFixture[str]) -> None:
        """A list without words is a slip."""
        with pytest.raises(SystemExit):
            main(["run", "--networks", ","])

        assert "name at least one" in capsys.readouterr().err


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return a fake Jetson."""
    with Bench(tmp_path) as made:
        yield made


class TestJetson:
    def test_all_engines_with_rates(self, bench: Bench) -> None:
        """One core, both, the GPU and all together, with power, the host and several rates."""
        done = bench.run(
            "--engines", "dla0,dla,gpu,gpu+dla", "--modes", "current", "--marginal"
        )  # fmt: skip

        assert done.code == 0, done.err
        rows = {(row["engine"], row["aggregation"]): row for row in bench.results}
        assert set(rows) == {
            ("dla", "single"), ("dla", "sum"), ("dla", "per_core"), ("gpu", "single"),
            ("gpu+dla", "together"),
        }  # fmt: skip
        roles = {record["role"] for record in bench.of("segment")}
        assert roles == {"idle", "load", "host", "rate"}
        assert all(row["module_delta_w"] for key, row in rows.items() if key[1] != "per_core")
        assert bench.changed() == []
        assert "images/s/W (module_delta)" in done.out
        assert "(DLA_MEASURE_SETTINGS): not for the site" in done.out
        assert "make publish" not in done.out

    def test_engines_are_kept(self, bench: Bench) -> None:
        """A second run takes the engine from the cache; a damaged one is built again."""
        assert bench.run("--engines", "dla0", "--modes", "current").code == 0
        assert bench.run("--engines", "dla0", "--modes", "current").code == 0
        again = [record["outcome"] for record in bench.of("build")]
        (engine,) = bench.runs.glob("engines/*/model.engine")
        engine.write_bytes(b"damaged")
        assert bench.run("--engines", "dla0", "--modes", "current").code == 0

        assert again == ["cached"]
        assert [record["outcome"] for record in bench.of("build")] == ["built"]

    def test_rates_that_count_are_not_measured_again(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A run that goes on measures those that failed or are left, and no other."""
        load, rates = TrtexecBackend.load, []

        def broken(self: Any, job: Any, builds: Any, seconds: float, *more: Any) -> LoadOutcome:
            if seconds == RATE_S:
                rates.append(1)
                if len(rates) == 2:
                    problem = Problem("crashed", "gone")
                    return LoadOutcome((), now_ns(), now_ns(), (problem,))
                if len(rates) == 4:
                    os.kill(os.getpid(), signal.SIGINT)
            return load(self, job, builds, seconds, *more)

        monkeypatch.setattr(TrtexecBackend, "load", broken)
        words = ("--engines", "dla0", "--modes", "current", "--marginal")
        assert bench.run(*words).code == INTERRUPTED
        done = bench.run("--resume", bench.journals[-1].parent.name)

        assert done.code == 0, done.err
        valid = [one for one in bench.of("segment") if one["role"] == "rate" and one["valid"]]
        assert [one["pair"] for one in valid] == [1, 3, 2, 4]

    def test_no_power(self, bench: Bench) -> None:
        """No rail is read, also when the run goes on, and power is unknown."""
        done = bench.run("--engines", "dla0", "--modes", "current", "--no-power")
        again = bench.call("run", "--resume", bench.journals[-1].parent.name)

        assert (done.code, again.code) == (0, 0), done.err + again.err
        assert bench.of("run")[0]["power_source"] == "none"
        assert {record["role"] for record in bench.of("segment")} == {"load"}
        (row,) = bench.results
        assert row["images_per_second"]
        assert not any(row[name] for name in row if name.endswith("_w"))

    def test_plan_names_modes(self, bench: Bench) -> None:
        """Without permission to reboot, the modes that need it are left out and named."""
        plan = bench.run("--plan")
        all_modes = bench.run("--plan", "--modes", "all", "--allow-reboot", "--json")
        one = bench.run("--plan", "--modes", "current", "--json")

        assert "with power" in plan.out
        assert "left out, as they need a reboot (--allow-reboot): " in plan.out
        modes = [job["power_mode"] for job in json.loads(all_modes.out)["jobs"]]
        assert modes[0] == "maxn"
        assert set(modes) == {"maxn", "15w", "30w", "50w"}
        assert {job["power_mode"] for job in json.loads(one.out)["jobs"]} == {"maxn"}
