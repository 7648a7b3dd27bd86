"""The command on a fake Jetson: three grammars of logs, faults, and runs that are broken off."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from measure.device.machine import Machine
from measure.journal.files import sha256_of
from measure.modes.lock import DeviceLock
from measure.one_operator import run_cases
from tests.fake_jetson.jetson import wait_until
from tests.measure.faults.measuring import Bench

if TYPE_CHECKING:
    from pathlib import Path

    from tests.measure.faults.measuring import Measured

FEW = ("operators", "--operators", "Relu,Div,Sin,Greater,ReduceMean", "--precision", "int8")
SMALL = ("operators", "--rules", "unary", "--precision", "int8")
CASES = "onnx_op,parameters\n"


def evidence(bench: Bench) -> list[dict[str, str]]:
    path = bench.journals[-1].parent / "tables" / "evidence.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def verdicts(bench: Bench) -> dict[str, str]:
    return {one["key"]: one["verdict"] for one in bench.of("operator_case")}


def own(bench: Bench, *rows: tuple[str, dict[str, Any]]) -> str:
    path = bench.folder / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("onnx_op", "parameters"))
        writer.writerows((operator, json.dumps(stated)) for operator, stated in rows)
    return str(path)


RELU: tuple[str, dict[str, Any]] = ("Relu", {"input_shape": [1, 8, 4, 4]})


@pytest.mark.parametrize("trt", ["8.5.2", "10.3.0", "11.4.1"])
def test_verdicts_are_those_of_the_device(tmp_path: Path, trt: str) -> None:
    """What the fake's own table takes is accepted, whatever our rules had said."""
    with Bench(tmp_path, trt=trt) as bench:
        measured = bench.call(*FEW)

        assert measured.code == 0, measured.err
        found = {one["operator"]: one for one in bench.of("operator_case")}
        assert found["Div"]["verdict"] == "refused"
        assert found["Div"]["message_rule"] == "elt.divpow"
        assert found.get("ReduceMean", found["Div"])["verdict"] == "refused"
        if trt != "8.5.2":  # where no rule on comparisons is in force
            assert found["Greater"]["verdict"] == "accepted"
        by_key = {one["key"]: one for one in bench.of("operator_case")}
        inside = by_key["rules.gen.dims.passes.int8"]
        outside = by_key["rules.gen.dims.violates.1.int8"]
        assert (inside["verdict"], inside["predicted"]) == ("accepted", "dla")
        assert (outside["verdict"], outside["predicted"]) == ("refused", "gpu")
        assert {one["quantization"] for one in by_key.values()} == {
            "explicit" if trt == "11.4.1" else "implicit"
        }
        for one in by_key.values():
            words = " ".join(one["command"])
            assert "--allowGPUFallback" in words
            assert "--verbose" in words
            assert ("--skipInference" in words) != ("--buildOnly" in words)
            assert str(tmp_path) not in json.dumps(one)


def test_evidence_says_what_was_seen(tmp_path: Path) -> None:
    """A row for each verdict, with run, release's version, message, and where the rules differ."""
    with Bench(tmp_path, takes={"Abs": False, "Exp": True}) as bench:
        measured = bench.call(*SMALL)

        run = bench.journals[-1].parent
        rows = {row["onnx_op"]: row for row in evidence(bench)}
        assert measured.code == 0
        assert "The device contradicts the rules 2 times" in measured.out
        assert set(rows) == {"Abs", "Sin", "Exp", "Ceil"}
        assert rows["Sin"]["runs_on_dla"] == "yes"
        assert rows["Abs"]["note"] == "The rules had said that it runs on the DLA."
        assert rows["Abs"]["rule"] == ""
        assert "had said that it is refused" in rows["Exp"]["note"]
        assert rows["Ceil"]["rule"]
        assert rows["Ceil"]["note"] == ""
        for row in rows.values():
            assert (row["kind"], row["run"]) == ("measured", run.name)
            assert (row["soc"], row["trt_version"]) == ("orin", "10.3.0.30")
            assert row["precision"] == "int8+fp16"
            assert row["message"]
            assert row["id"][0] == "d"
            assert row["id"][1:].isdigit()
        for one in bench.of("operator_case"):
            assert sha256_of(run / one["log"]) == one["log_sha256"]
            assert b"subject" in gzip.decompress((run / one["log"]).read_bytes())
        assert sorted(path.name for path in run.iterdir()) == ["journal.jsonl", "logs", "tables"]
        assert not bench.changed()


def test_tables_follow_from_the_journal(tmp_path: Path) -> None:
    """They can be deleted and derived again."""
    with Bench(tmp_path) as bench:
        bench.call(*SMALL)
        path = bench.journals[-1].parent / "tables" / "evidence.csv"
        before = path.read_bytes()
        path.unlink()

        again = bench.call("rows", path.parent.parent.name)

        assert again.code == 0
        assert path.read_bytes() == before


def test_own_cases(tmp_path: Path) -> None:
    """Each row is built in both precisions; what is no network is kept with the reason."""
    with Bench(tmp_path) as bench:
        path = own(bench, RELU, ("Conv", {"input_shape": [1, 8, 4, 4]}))

        measured = bench.call("operators", "--cases", path, "--json")

        told = json.loads(measured.out)
        assert measured.code == 5
        assert verdicts(bench) == {
            "own.2.int8": "accepted",
            "own.2.fp16": "accepted",
            "own.3.int8": "failed",
            "own.3.fp16": "failed",
        }
        assert told["counts"] == {
            "accepted": 2,
            "refused": 0,
            "partly": 0,
            "failed": 2,
            "unknown": 0,
        }
        assert {one["failure"] for one in told["cases"]} == {"", "cannot_be_made"}
        assert "second input is not stated" in told["cases"][-1]["message"]
        assert len(evidence(bench)) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("onnx_op\nRelu\n", "parameters must be there"),
        (CASES, "holds no case"),
        (CASES + "Relu,[]\n", "no JSON object"),
        (CASES + ",{}\n", "onnx_op must be there"),
    ],
)
def test_own_cases_that_cannot_be_read(tmp_path: Path, content: str, reason: str) -> None:
    """The row is named, and nothing is begun."""
    with Bench(tmp_path) as bench:
        path = tmp_path / "mine.csv"
        path.write_text(content, encoding="utf-8")

        measured = bench.call("operators", "--cases", str(path))

        assert (measured.code, bench.journals) == (2, [])
        assert reason in measured.err


def test_list_for_the_device_and_without_one(tmp_path: Path) -> None:
    """It prints the networks, how long they take, and what gives none; it begins nothing."""
    with Bench(tmp_path, trt="8.5.2") as bench:
        measured = bench.call("operators", "--list", "--rules", "conv.kernel")
        assert measured.code == 0
        assert "for TensorRT 8.5.2" in measured.out
        assert "rules.conv.kernel.passes.int8" in measured.out
        told = json.loads(bench.call("operators", "--list", "--json").out)
        assert told["expected_s"] == 15 * len(told["cases"])
        assert told["left_out"]
        assert ("gen.plugin", ["outside"]) in [
            (one["rule"], one["sides"]) for one in told["untried"]
        ]
        assert not bench.journals
    with Bench(tmp_path / "other", programs_missing=["trtexec"]) as bench:
        assert "networks" in bench.call("operators", "--list", "--operators", "Conv").out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--precision", "fp32"), "choose among int8,fp16"),
        (("--operators", ","), "name at least one"),
        (("--operators", "Einsum"), "no case fits"),
        (("--prepared", "/nowhere"), "cannot be read"),
        (("--resume",), "is left to go on with"),
        (("--resume", "nothing"), "there is no run"),
        (("--resume", ""), "has no name"),
    ],
)
def test_what_cannot_be_asked_for(tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    """One line says why, and nothing is left behind."""
    with Bench(tmp_path) as bench:
        measured = bench.call("operators", *words)

        assert measured.code == 2
        assert reason in measured.err
        assert not bench.journals


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"trt": "10.16.2"}, "no DLA core"),
        ({"dla_cores": 0}, "device files"),
        ({"board": "jetson-orin-nano-8gb"}, "no DLA core"),
        ({"programs_missing": ["trtexec"]}, "trtexec is missing"),
    ],
)
def test_a_device_that_has_no_dla_for_it(tmp_path: Path, made: dict[str, Any], reason: str) -> None:
    """The reason comes before anything is built."""
    with Bench(tmp_path, **{"mode": "", **made}) as bench:
        measured = bench.call(*SMALL)

        assert (measured.code, bench.journals) == (3, [])
        assert reason in measured.err
        assert "--backend" not in measured.err


def test_builds_need_no_power(tmp_path: Path) -> None:
    """A rail that is missing is no reason not to build."""
    with Bench(tmp_path, rails_missing=["VDD_CPU_CV"]) as bench:
        measured = bench.call("operators", "--cases", own(bench, RELU), "--precision", "int8")

        assert measured.code == 0, measured.err
        assert (bench.of("run")[0]["power_source"], bench.of("run")[0]["rails"]) == ("none", [])


def test_a_device_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs at once would disturb each other."""
    with Bench(tmp_path) as bench:
        monkeypatch.setenv("DLA_MEASURE_ROOT", str(bench.fake.root))
        with DeviceLock(Machine.here()):
            measured = bench.call(*SMALL)

        assert (measured.code, bench.journals) == (4, [])
        assert "another run holds the device" in measured.err


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("crash", "crashed"),
        ("killed", "killed"),
        ("hang", "hung"),
        ("garbage", "garbage"),
        ("silent", "garbage"),
        ("fail", "f3"),
        ("oom", "out_of_memory"),
    ],
)
def test_a_build_that_fails_is_no_refusal(tmp_path: Path, kind: str, failure: str) -> None:
    """Its class is kept with its log, and there is no evidence of it."""
    with Bench(tmp_path, trtexec_build=kind, settings={"operator_timeout_s": 0.6}) as bench:
        measured = bench.call("operators", "--cases", own(bench, RELU), "--precision", "int8")

        (one,) = bench.of("operator_case")
        assert measured.code == 5
        assert "Not built:" in measured.out
        assert (one["verdict"], one["log"]) == ("failed", "logs/own.2.int8.log.gz")
        assert one["failure"] == failure or (kind == "fail" and one["failure"])
        assert not evidence(bench)


def test_trtexec_of_another_version_is_no_witness(tmp_path: Path) -> None:
    """What it refuses says nothing of the version that the rows would name."""
    with Bench(tmp_path, trtexec_version="8.6.1") as bench:
        measured = bench.call("operators", "--rules", "unary", "--precision", "int8")

        assert measured.code == 5
        assert {(one["verdict"], one["failure"]) for one in bench.of("operator_case")} == {
            ("failed", "wrong_version")
        }
        assert not evidence(bench)

        bench.fake.knobs(trtexec_version="")
        assert bench.call("operators", "--resume", bench.journals[-1].parent.name).code == 0
        assert set(verdicts(bench).values()) == {"accepted", "refused"}


def test_a_device_out_of_order_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Builds that fail for the device's sake, one after the other, are no use to go on with."""
    monkeypatch.setattr(run_cases, "MOST_IN_A_ROW", 3)
    with Bench(tmp_path, trtexec_build="crash") as bench:
        measured = bench.call(*FEW)

        assert measured.code == 5
        assert "3 builds failed one after the other" in measured.err
        assert len(verdicts(bench)) == 3
        assert bench.of("end")[-1]["outcome"] == "failed"

        bench.fake.knobs(trtexec_build="")
        assert bench.call("operators", "--resume").code == 0
        assert set(verdicts(bench).values()) == {"accepted", "refused"}
        assert len(evidence(bench)) == len(verdicts(bench))


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends with what to do, and goes on where it was."""
    with Bench(tmp_path) as bench:
        real, calls = os.write, []

        def full(descriptor: int, data: bytes) -> int:
            if b'"operator_case"' in data:
                calls.append(data)
                if len(calls) == 3:
                    raise OSError(28, "No space left on device")
            return real(descriptor, data)

        monkeypatch.setattr(os, "write", full)
        measured = bench.call(*SMALL)
        kept = verdicts(bench)

        assert measured.code == 2
        assert "the disk is full" in measured.err
        assert len(kept) == 2

        assert bench.call("operators", "--resume").code == 0
        assert kept.items() <= verdicts(bench).items()
        assert len(bench.of("operator_case")) == len(verdicts(bench))


def _begun(bench: Bench, count: int) -> bool:
    return wait_until(lambda: bench.journals and len(bench.of("operator_case")) >= count)


def test_ctrl_c_ends_cleanly_and_resume_goes_on(tmp_path: Path) -> None:
    """What was built is not built again."""
    with Bench(tmp_path, build_s=0.05) as bench:
        process = bench.start(*FEW)
        assert _begun(bench, 3)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=120)
        kept = verdicts(bench)
        builds = bench.fake.calls("trtexec-build")

        assert process.returncode == 130
        assert "what was built is kept" in err
        assert bench.of("end")[-1]["outcome"] == "interrupted"
        assert not (bench.journals[-1].parent / "work").exists()

        resumed = bench.call("operators", "--resume")
        planned = len(bench.of("operator_plan")[0]["cases"])
        assert resumed.code == 0
        assert len(bench.of("operator_case")) == len(verdicts(bench)) == planned
        assert bench.fake.calls("trtexec-build") <= builds + planned - len(kept) + 1
        assert bench.of("end")[-1]["outcome"] == "complete"

        again = bench.call("operators", "--resume")
        assert "is left to go on with" in again.err


def test_kill_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """After SIGKILL at several points each case is there once."""
    with Bench(tmp_path, build_s=0.02) as bench:
        words: tuple[str, ...] = FEW
        for count in (1, 3, 5):
            process = bench.start(*words)
            assert _begun(bench, count)
            time.sleep(0.01 * count)
            bench.kill(process)
            bench.fake.kill_all()
            words = ("operators", "--resume")

        measured = bench.call(*words)

        records = bench.of("operator_case")
        planned = bench.of("operator_plan")[0]["cases"]
        assert measured.code == 0
        assert len(records) == len({one["key"] for one in records}) == len(planned)


def test_resume_on_another_device(tmp_path: Path) -> None:
    """Verdicts of two devices do not mix."""
    with Bench(tmp_path) as bench:
        bench.call(*SMALL)
        run = bench.journals[-1].parent.name
    with Bench(tmp_path / "other", trt="8.5.2") as other:
        measured = other.call("operators", "--resume", run, "--runs", str(bench.runs))

    assert measured.code == 3
    assert "was begun on jetson-agx-orin-64gb with TensorRT 10.3.0.30" in measured.err


def test_a_run_of_another_kind(tmp_path: Path) -> None:
    """A run that measures networks has no plan of operators, and the other way round."""
    with Bench(tmp_path) as bench:
        bench.call(*SMALL)
        run = bench.journals[-1].parent
        wrong: Measured = bench.call("run", "--resume", run.name)
        assert wrong.code == 2
        lines = (run / "journal.jsonl").read_bytes().splitlines(keepends=True)
        (run / "journal.jsonl").write_bytes(lines[0])

        measured = bench.call("operators", "--resume", run.name)

        assert measured.code == 2
        assert "no plan of operators" in measured.err
