"""The whole command, on fake boards and on a machine that is none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import measure.device.doctor
from measure.__main__ import main
from tests.fake_jetson.jetson import FakeJetson, make_jetson

SCHEMA = json.loads(
    (Path(measure.device.doctor.__file__).parent / "schema.json").read_text(encoding="utf-8")
)


class Doctor:
    """Calls the command for a board."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self._folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def board(self, **scenario: Any) -> FakeJetson:
        """Make a board the machine that is meant."""
        jetson = make_jetson(self._folder / "device", **scenario)
        for name, value in jetson.env().items():
            self._monkeypatch.setenv(name, value)
        return jetson

    def text(self) -> tuple[int, str]:
        """Return exit code and text."""
        code = main(["doctor"])
        captured = self._capsys.readouterr()
        assert captured.err == ""
        return code, captured.out

    def report(self) -> tuple[int, dict[str, dict[str, str]]]:
        """Return exit code and checks by key, after the JSON has passed its schema."""
        code = main(["doctor", "--json"])
        stored = json.loads(self._capsys.readouterr().out)
        jsonschema.Draft202012Validator(SCHEMA).validate(stored)
        assert (code == 3) == bool(stored["summary"]["stop"])
        assert sum(stored["summary"].values()) == len(stored["checks"])
        return code, {check["key"]: check for check in stored["checks"]}


@pytest.fixture
def doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Doctor:
    """Return the command."""
    return Doctor(tmp_path, monkeypatch, capsys)


def test_schema() -> None:
    """The schema is one."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("board", "trt"),
    [
        ("jetson-agx-orin-64gb", "10.3.0"),
        ("jetson-agx-orin-32gb", "8.6.2"),
        ("jetson-orin-nx-16gb", "8.5.2"),
        ("jetson-agx-xavier", "8.2.1"),
    ],
)
def test_healthy_boards(doctor: Doctor, board: str, trt: str) -> None:
    """On a healthy board every line is fine, whatever its module and release."""
    doctor.board(board=board, trt=trt)
    code, checks = doctor.report()

    unwell = {key: check for key, check in checks.items() if check["verdict"] != "ok"}
    assert unwell == {}
    assert code == 0
    assert list(checks) == [
        "board",
        "l4t",
        "jetpack",
        "tensorrt",
        "trtexec",
        "dla_cores",
        "dla_nodes",
        "power_mode",
        "power_modes",
        "clocks",
        "rails",
        "temperature",
        "throttling",
        "users",
        "packages",
        "load",
        "rights",
        "disk",
        "python",
        "numpy",
    ]


def test_text_of_a_healthy_board(doctor: Doctor) -> None:
    """Without a terminal there are no colours, and each line begins with its verdict."""
    doctor.board()
    code, text = doctor.text()

    assert code == 0
    assert "\x1b" not in text
    assert text.endswith("\nNothing stops a measurement.\n")
    assert all(re.match(r"(ok|warn|stop|Nothing) |  +|$", line) for line in text.splitlines())


@pytest.mark.parametrize(
    ("scenario", "key", "verdict", "words"),
    [
        ({"trt": "10.16.2"}, "tensorrt", "stop", "this JetPack's TensorRT has no DLA"),
        ({"trt": "10.16.2"}, "dla_cores", "stop", "TensorRT sees 0; the module has 2"),
        ({"board": "jetson-agx-thor", "trt": "10.13.3"}, "board", "warn", "has no DLA"),
        ({"dla_cores": 1}, "dla_cores", "warn", "TensorRT sees 1"),
        ({"no_dla_nodes": True, "dla_cores": 0}, "dla_nodes", "stop", "0 device files"),
        ({"no_dla_nodes": True}, "dla_nodes", "warn", "0 device files"),
        ({"programs_missing": ["trtexec"]}, "trtexec", "stop", "missing"),
        ({"programs_missing": ["nvpmodel"]}, "power_mode", "stop", "nvpmodel is missing"),
        ({"programs_missing": ["dla-measure-priv"]}, "rights", "stop", "is missing"),
        ({"sudo": "password"}, "rights", "stop", "a password is required"),
        ({"nvpmodel_conf": "nonsense"}, "power_mode", "stop", "holds no power mode"),
        ({"nvpmodel": "crash"}, "power_mode", "stop", "Segmentation fault"),
        (
            {"mode": "MODE_50W", "mode_in_truth": "MODE_30W"},
            "power_mode",
            "stop",
            "8 CPUs online, the mode 50W has 12",
        ),
        ({"rails_missing": ["VDD_CPU_CV"]}, "rails", "warn", "VDD_GPU_SOC"),
        (
            {"other_users": [["trtexec", "/dev/nvhost-nvdla0"]]},
            "users",
            "stop",
            "trtexec (4242)",
        ),
        ({"model": "EAI-I233"}, "board", "ok", "jetson-agx-orin-64gb (EAI-I233"),
    ],
)
def test_what_is_wrong(
    doctor: Doctor, scenario: dict[str, Any], key: str, verdict: str, words: str
) -> None:
    """Each thing that is wrong has its line, its verdict, and where needed its remedy."""
    doctor.board(**scenario)
    code, checks = doctor.report()

    assert checks[key]["verdict"] == verdict
    assert words in checks[key]["found"]
    assert code == (3 if verdict == "stop" else 0)
    assert bool(checks[key]["remedy"]) == (verdict != "ok")


@pytest.mark.parametrize("python", [False, "crash"])
def test_cores_without_python(doctor: Doctor, python: bool | str) -> None:
    """Where Python has no TensorRT, or takes its process down, trtexec counts the cores."""
    doctor.board(tensorrt_python=python)
    code, checks = doctor.report()

    assert checks["dla_cores"]["found"] == "TensorRT sees 2; the module has 2"
    assert code == 0


def test_no_jetson(doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is no Jetson is told so in one line, and its CPU is judged."""
    monkeypatch.setenv("DLA_MEASURE_ROOT", str(tmp_path))
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path / "runs"))
    _, checks = doctor.report()
    _, text = doctor.text()

    assert list(checks) == ["board", "load", "disk", "python", "numpy", "onnxruntime"]
    assert checks["board"]["verdict"] == "ok"
    assert text.startswith("ok    board         no Jetson, ")
    assert not (tmp_path / "runs").exists()


def test_this_machine(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine that runs the tests can be judged."""
    monkeypatch.delenv("DLA_MEASURE_ROOT", raising=False)
    code, text = doctor.text()

    assert code in (0, 3)
    assert re.search(r"^(ok|stop) +numpy +\S", text, re.MULTILINE)


def test_nothing_is_changed(doctor: Doctor) -> None:
    """The doctor leaves mode and clocks as they are."""
    jetson = doctor.board()
    before = jetson.state
    doctor.text()

    assert jetson.state == before
