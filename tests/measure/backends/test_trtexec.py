"""trtexec's backend with programs that do one thing each."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from measure.backends import outputs, trtexec, trtexec_build
from measure.backends.base import BuildError
from measure.backends.engine_cache import EngineCache
from measure.backends.trtexec import TrtexecBackend
from measure.backends.trtexec_call import run_to_end
from measure.backends.worker import Worker
from measure.device.board import Board
from measure.device.machine import Machine
from measure.device.tensorrt import TensorRT
from measure.errors import UserError
from measure.networks.model_file import ModelFile
from measure.run.settings import Settings
from tests.measure.run.stage import job, rig

if TYPE_CHECKING:
    from measure.run.rig import Rig

SETTINGS = Settings(build_timeout_s=120.0, start_timeout_s=120.0, hang_s=120.0)
HASTY = Settings(build_timeout_s=0.3, start_timeout_s=0.3, hang_s=0.1)
HEAD = """\
#!/bin/sh
exec {python} -S - "$@" <<'END'
import json, os, sys, time
options = dict(word[2:].partition("=")[::2] for word in sys.argv[1:])
banner = "&&&& {} TensorRT.trtexec [TensorRT v%s] # trtexec"
def say(*lines):
    for line in lines:
        print(line, flush=True)
say(banner.format("RUNNING"))
"""
BUILDS = """
if "onnx" in options:
    open(options["saveEngine"], "w").write("engine")
    say(banner.format("PASSED"))
    sys.exit()
"""
RUNS = """
say("[11/21/2026-06:49:24] [I] Starting inference")
rows = []
for number in range(20):
    row = dict.fromkeys(["startH2dMs", "startComputeMs"], number * 10.0)
    row.update(endD2hMs=number * 10.0 + 10, computeMs=10.0, latencyMs=10.0)
    rows.append(row)
json.dump(rows, open(options["exportTimes"], "w"))
if "exportOutput" in options:
    open(options["exportOutput"], "w").write(options.get("useDLACore", "gpu"))
say(banner.format("PASSED"))
"""
MODEL = ModelFile("net", Path("net.onnx"), "0" * 64, {"x": (1, 3, 8, 8)})
DLA = replace(job(), engine="dla", cores=(0, 1), precision="int8", quantization="implicit")
GPU = replace(job(), engine="gpu", precision="fp16")


class Device:
    """A machine whose trtexec is a script."""

    def __init__(self, folder: Path, script: str, version: str = "10.3.0.30") -> None:
        program = folder / "trtexec"
        digits = "8401" if version.startswith("8.4") else "100300"
        program.write_text(
            HEAD.replace("%s", digits).replace("{python}", sys.executable) + script + "END\n"
        )
        program.chmod(0o755)
        board = Board("jetson-agx-orin-64gb", (), "", "orin", 2)
        self.rig: Rig = replace(
            rig(folder, "trtexec"),
            board=board,
            tensorrt=TensorRT(version, "", program),
            machine=Machine(Path("/"), (Path("/usr/bin"),)),
        )
        self.folder = folder
        self.engines = EngineCache(folder / "engines", {})

    def backend(self, settings: Settings = SETTINGS) -> TrtexecBackend:
        """Return a backend on it."""
        return TrtexecBackend(self.rig, self.folder / "run", settings, time.sleep)


def test_builds_and_runs(tmp_path: Path) -> None:
    """Two instances of one engine run together; stamps are those of the one clock."""
    device = Device(tmp_path, BUILDS + RUNS)
    backend = device.backend()
    builds = backend.build(DLA, MODEL, device.engines)
    outcome = backend.load(DLA, builds, 0.2, 0.0)

    assert [build.engine for build in builds] == ["dla"]
    assert builds[0].command[0] == "trtexec"
    assert "--onnx=model.onnx" in builds[0].command
    assert (tmp_path / "run" / builds[0].log).is_file()
    assert [one.dla_core for one in outcome.instances] == [0, 1]
    for one in outcome.instances:
        assert len(one.ends_ns) == 20
        assert one.last_ns - one.first_ns == 200_000_000
        assert outcome.start_ns < one.first_ns
        assert (tmp_path / "run" / one.times).is_file()
        assert str(tmp_path) not in " ".join(one.command)


def test_both_engines(tmp_path: Path) -> None:
    """GPU and DLA together have an engine each."""
    device = Device(tmp_path, BUILDS + RUNS)
    both = replace(DLA, engine="gpu+dla", cores=(0,))
    builds = device.backend().build(both, MODEL, device.engines)

    assert [build.engine for build in builds] == ["dla", "gpu"]
    assert builds[1].placement == "gpu"
    again = device.backend().build(both, MODEL, device.engines)
    assert [build.outcome for build in again] == ["cached", "cached"]


def test_own_model_and_fp16_formats(tmp_path: Path) -> None:
    """The DLA reads and writes its own formats, for INT8 and for FP16."""
    device = Device(tmp_path, BUILDS)
    own, half = (
        device.backend().build(replace(DLA, precision=precision), MODEL, device.engines)[0]
        for precision in ("int8", "fp16")
    )
    published = device.backend().build(replace(DLA, network="resnet-50"), MODEL, device.engines)
    features = replace(DLA, input_shape=(1, 64, 8, 8))
    deep = device.backend().build(features, MODEL, device.engines)

    assert "--inputIOFormats=int8:chw32" in deep[0].command
    assert "--inputIOFormats=int8:dla_hwc4" in own.command
    assert "--outputIOFormats=int8:chw32" in published[0].command
    assert "--inputIOFormats=fp16:chw16" in half.command


def test_sizes_that_a_model_leaves_open(tmp_path: Path) -> None:
    """They are said when it is built and when it runs: trtexec would make up an image of one."""
    device = Device(tmp_path, BUILDS + RUNS)
    model = replace(MODEL, inputs={"x": (4, 3, 8, 8)}, left_open={"x": (4, 3, 8, 8)})
    backend = device.backend()
    builds = backend.build(DLA, model, device.engines)
    outcome = backend.load(DLA, builds, 0.2, 0.0)
    fixed = device.backend().build(DLA, MODEL, device.engines)

    assert "--shapes=x:4x3x8x8" in builds[0].command
    assert all("--shapes=x:4x3x8x8" in one.command for one in outcome.instances)
    assert not any(word.startswith("--shapes") for word in fixed[0].command)


def test_pause_for_a_lower_rate(tmp_path: Path) -> None:
    """The pause between queries is the period less what a query takes."""
    device = Device(tmp_path, BUILDS + RUNS)
    backend = device.backend()
    builds = backend.build(GPU, MODEL, device.engines)
    backend.load(GPU, builds, 0.2, 0.0)
    outcome = backend.load(GPU, builds, 0.2, 0.0, period_s=0.025)

    assert "--idleTime=15" in outcome.instances[0].command


def test_output_of_each_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checksum covers all instances, and nothing of the outputs is left behind."""
    device = Device(tmp_path, BUILDS + RUNS)
    backend = device.backend()
    builds = backend.build(DLA, MODEL, device.engines)
    first = backend.checksum(DLA, builds)

    assert first == backend.checksum(DLA, builds)
    assert first != backend.checksum(replace(DLA, cores=(0,)), builds)
    assert not list((tmp_path / "run").rglob("*.output"))
    monkeypatch.setattr(outputs, "LARGEST_TEXT", 0)
    assert backend.checksum(DLA, builds) is None


RAW = """
if "dumpRawBindingsToFile" in options:
    open("y.output.1.raw", "w").write(options.get("useDLACore", "gpu"))
"""


@pytest.mark.parametrize(("version", "has_one"), [("10.3.0.30", True), ("8.4.1", False)])
def test_large_outputs_are_hashed_as_they_are_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, has_one: bool
) -> None:
    """As text they are written once, to see how large they are; older versions can't do else."""
    texts = tmp_path / "texts"
    counts = f"""
if "exportOutput" in options:
    open({str(texts)!r}, "a").write("x")
"""
    device = Device(tmp_path, BUILDS + counts + RAW + RUNS, version)
    backend = device.backend()
    gpu, dla = (backend.build(one, MODEL, device.engines) for one in (GPU, DLA))
    monkeypatch.setattr(outputs, "LARGEST_TEXT", 0)
    found = [backend.checksum(GPU, gpu) for _ in range(2)]
    written = texts.read_text()
    other = backend.checksum(DLA, dla)

    assert found[0] == found[1]
    assert len({*found, other} - {None}) == (2 if has_one else 0)
    assert written == "x"
    left = [path.suffix for path in (tmp_path / "run/raw").iterdir()]
    assert set(left) == {".json"}


def test_outputs_that_are_broken_off_leave_nothing(tmp_path: Path) -> None:
    """What was written until the user wanted the end is taken away."""
    writes = "open(options['exportOutput'], 'w').write('half')\ntime.sleep(600)\n"
    device = Device(tmp_path, BUILDS + writes)
    builds = device.backend().build(GPU, MODEL, device.engines)

    def end(seconds: float) -> None:
        if list(tmp_path.rglob("*.output")):
            raise KeyboardInterrupt
        time.sleep(seconds)

    backend = TrtexecBackend(device.rig, tmp_path / "run", SETTINGS, end)
    with pytest.raises(KeyboardInterrupt):
        backend.checksum(GPU, builds)

    assert list(tmp_path.rglob("*.output")) == []


def test_no_output(tmp_path: Path) -> None:
    """A version that writes none has no checksum."""
    script = BUILDS + RUNS.replace('"exportOutput" in options', "False")
    device = Device(tmp_path, script)
    backend = device.backend()

    assert backend.checksum(GPU, backend.build(GPU, MODEL, device.engines)) is None


def test_host(tmp_path: Path) -> None:
    """As many processes rest as there are instances; one that fails is a problem."""
    device = Device(tmp_path, BUILDS)
    backend = device.backend()
    builds = backend.build(DLA, MODEL, device.engines)

    assert backend.host(DLA, builds, 0.001, 0.01).problems == ()
    assert len(list((tmp_path / "run/raw").glob("*-host-*.times"))) == 2
    hasty = device.backend(replace(HASTY, hang_s=0.0)).host(DLA, builds, 0.001, 0.0)
    assert {problem.code for problem in hasty.problems} <= {"hung"}
    backend.close()


def test_host_that_cannot_start_a_second_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one doesn't stay behind."""
    started: list[Worker] = []

    class Once(Worker):
        def __init__(self, *arguments: Any) -> None:
            if started:
                raise UserError("no memory")
            super().__init__(*arguments)
            started.append(self)

    monkeypatch.setattr(trtexec, "Worker", Once)
    device = Device(tmp_path, BUILDS)
    backend = device.backend()
    builds = backend.build(DLA, MODEL, device.engines)

    with pytest.raises(UserError, match="no memory"):
        backend.host(DLA, builds, 0.001, 0.01)

    assert [worker.running for worker in started] == [False]


def test_warm_up_of_old_versions_is_cut(tmp_path: Path) -> None:
    """Up to 8.4 the times hold the warm-up."""
    device = Device(tmp_path, BUILDS + RUNS, "8.4.1")
    backend = device.backend()
    builds = backend.build(GPU, MODEL, device.engines)
    outcome = backend.load(GPU, builds, 0.15, 0.05)
    nothing = backend.load(GPU, builds, 0.15, 5.0)

    assert len(outcome.instances[0].ends_ns) == 15
    assert [problem.code for problem in nothing.problems] == ["garbage"]
    assert "no query after the warm-up" in nothing.problems[0].text


@pytest.mark.parametrize(
    ("script", "settings", "code"),
    [
        ("sys.exit(3)", SETTINGS, "failed"),
        ("time.sleep(30)", HASTY, "hung"),
        ("say('x', banner.format('PASSED'))", SETTINGS, "garbage"),
        ("os.kill(os.getpid(), 9)", SETTINGS, "killed"),
    ],
)
def test_build_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, settings: Settings, code: str
) -> None:
    """A build that fails has a class, keeps its log, and is not tried twice in a run."""
    run = mock.Mock(side_effect=run_to_end)
    monkeypatch.setattr(trtexec_build, "run_to_end", run)
    device = Device(tmp_path, script + "\n")
    backend = device.backend(settings)
    for _ in range(2):
        with pytest.raises(BuildError) as caught:
            backend.build(GPU, MODEL, device.engines)

    assert caught.value.build.failure == code
    assert caught.value.build.failure_text
    assert (tmp_path / "run" / caught.value.build.log).is_file()
    assert run.call_count == 1


STARTS = "say('[11/21/2026-06:49:24] [I] Starting inference')\n"


@pytest.mark.parametrize(
    ("script", "settings", "code"),
    [
        ("time.sleep(30)\n", HASTY, "hung"),
        (STARTS + "time.sleep(30)\n", HASTY, "hung"),
        ("say(banner.format('PASSED'))\n", SETTINGS, "garbage"),
        (STARTS + "say(banner.format('PASSED'))\n", SETTINGS, "garbage"),
        (
            STARTS
            + "say(banner.format('PASSED'))\nopen(options['exportTimes'], 'w').write('[]')\n",
            SETTINGS,
            "garbage",
        ),
        ("sys.exit(1)\n", SETTINGS, "failed"),
        (
            "sys.exit(1) if options['useDLACore'] == '1' else time.sleep(30)\n",
            SETTINGS,
            "failed",
        ),
    ],
)
def test_run_that_fails(tmp_path: Path, script: str, settings: Settings, code: str) -> None:
    """A run that fails ends all its processes, and the cause is the one that is told."""
    device = Device(tmp_path, BUILDS + script)
    builds = device.backend().build(DLA, MODEL, device.engines)
    outcome = device.backend(settings).load(DLA, builds, 0.1, 0.0)

    assert outcome.instances == ()
    assert {problem.code for problem in outcome.problems} == {code}


def end(seconds: float) -> None:
    """Be the user who wants the end."""
    raise KeyboardInterrupt


def test_broken_off_build(tmp_path: Path) -> None:
    """When the user wants the end, no build goes on."""
    device = Device(tmp_path, "time.sleep(30)\n")
    backend = TrtexecBackend(device.rig, tmp_path / "run", SETTINGS, end)

    with pytest.raises(KeyboardInterrupt):
        backend.build(GPU, MODEL, device.engines)


def test_broken_off_load(tmp_path: Path) -> None:
    """When the user wants the end, no engine runs on."""
    device = Device(tmp_path, BUILDS + "time.sleep(30)\n")
    backend = TrtexecBackend(device.rig, tmp_path / "run", SETTINGS, end)
    builds = device.backend().build(GPU, MODEL, device.engines)

    with pytest.raises(KeyboardInterrupt):
        backend.load(GPU, builds, 0.1, 0.0)


def test_layers_on_the_gpu_are_flagged(tmp_path: Path) -> None:
    """A load with an engine that is partly on the GPU says so; the log tells which."""
    lines = [
        "[V] [TRT] Engine Layer Information:",
        (
            "Layer(DLA): {ForeignNode[a...b]}, Tactic: 0x3, "
            "in (Int8[1,3:4,8,8]) -> out (Int8[1,8:32,8,8])"
        ),
        "Layer(CaskPooling): c, Tactic: 0x3, out (Int8[1,8:32,8,8]) -> o (Int8[1,8:32,8,8])",
    ]
    stamp = "[11/21/2026-06:49:24] "
    shown = [stamp + lines[0], *lines[1:]]
    prints = f"for line in json.loads({json.dumps(json.dumps(shown))}): say(line)\n"
    device = Device(tmp_path, prints + BUILDS + RUNS)
    backend = device.backend()
    builds = backend.build(replace(DLA, cores=(0,)), MODEL, device.engines)
    outcome = backend.load(replace(DLA, cores=(0,)), builds, 0.1, 0.0)

    assert builds[0].placement == "mixed"
    assert (builds[0].gpu_layers, builds[0].dla_subgraphs) == (1, 1)
    assert outcome.flags == ("gpu_layers",)
