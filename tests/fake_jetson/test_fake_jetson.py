"""The fake is no use unless what reads a real device reads it."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from measure.build_log.build_log import read_build_log
from measure.build_log.summary import summarize
from measure.device.board import read_board
from measure.device.machine import Machine
from measure.device.nvpmodel import read_modes
from measure.device.release import read_release
from measure.device.state import read_state
from measure.device.tensorrt import probe_dla_cores, read_tensorrt
from measure.power.rails import discover_rails
from measure.tegrastats.lines import LineReader
from tests.fake_jetson.boards import BOARDS
from tests.fake_jetson.jetson import FakeJetson, make_jetson, wait_until
from tests.fake_jetson.tiny import write_tiny

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = ("8.5.2", "8.6.1", "10.3.0", "11.4.1")


def machine_of(fake: FakeJetson, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return the device as measure sees it."""
    for name, value in fake.env().items():
        monkeypatch.setenv(name, value)
    return Machine.here()


def start(fake: FakeJetson, *words: str) -> subprocess.Popen[str]:
    """Start a program of the device."""
    program = fake.path(words[0])
    return subprocess.Popen(
        [str(program), *words[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(fake: FakeJetson, *words: str, answer: str = "") -> tuple[int, str]:
    """Run a program of the device to its end."""
    process = start(fake, *words)
    output = process.communicate(answer)[0]
    return process.returncode, output


def build(fake: FakeJetson, folder: Path, *words: str) -> tuple[int, str]:
    """Build an engine for the DLA from the small network."""
    write_tiny(folder)
    parts = ["--onnx", folder / "tiny.onnx"], ["--saveEngine", folder / "e"]
    common = [f"{option}={value}" for option, value in parts]
    return run(fake, "usr/src/tensorrt/bin/trtexec", *common, "--useDLACore=0", *words)


@pytest.mark.parametrize("trt", VERSIONS)
@pytest.mark.parametrize("board", sorted(BOARDS))
def test_each_board_is_taken_for_what_it_is(
    tmp_path: Path, board: str, trt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Board, release, TensorRT, modes, rails and cores come out as they went in."""
    machine = machine_of(make_jetson(tmp_path / "jetson", board=board, trt=trt), monkeypatch)
    modes = read_modes(machine)
    rails = {rail.name for rail in discover_rails(machine)}

    assert board == read_board(machine).module
    assert read_release(machine).l4t
    assert read_tensorrt(machine).version.startswith(trt)
    assert BOARDS[board].dla_cores == probe_dla_cores(machine, timeout=60)
    assert modes.current is not None
    assert {rail.label for chip in BOARDS[board].chips.values() for rail in chip if rail} == rails


def test_power_monitors_of_release_32_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under JetPack 4 they are iio devices."""
    fake = make_jetson(tmp_path / "jetson", board="jetson-agx-xavier", trt="8.2.1")

    rails = discover_rails(machine_of(fake, monkeypatch))

    assert {rail.kind for rail in rails} == {"iio"}
    assert {rail.name for rail in rails} == {"GPU", "CPU", "SOC", "CV", "VDDRQ", "SYS5V"}


def test_a_mode_that_needs_no_reboot_changes_the_clocks_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAXN to 50W leaves the TPC mask alone."""
    fake = make_jetson(tmp_path / "jetson", mode="MAXN")
    machine = machine_of(fake, monkeypatch)

    before = read_state(machine)
    run(fake, "usr/bin/sudo", "-n", "nvpmodel", "-m", "3", answer="NO\n")
    after = read_state(machine)

    assert (before.mode, after.mode) == ("MAXN", "MODE_50W")
    assert before.dla_mhz == {0: 1600.0, 1: 1600.0}
    assert after.dla_mhz == {0: 1369.6, 1: 1369.6}
    assert after.gpu_max_mhz == 816.0


def test_a_mode_that_needs_a_reboot_comes_with_the_reboot(tmp_path: Path) -> None:
    """50W to 30W switches TPCs off."""
    fake = make_jetson(tmp_path / "jetson", mode="MODE_50W")
    boot = fake.path("/proc/sys/kernel/random/boot_id").read_text()

    refused, asked = run(fake, "usr/bin/sudo", "nvpmodel", "-m", "2", answer="NO\n")
    mode_after_no = fake.mode
    accepted, _ = run(fake, "usr/bin/sudo", "nvpmodel", "-m", "2", answer="YES\n")
    mode_before_boot, wanted = fake.mode, fake.wants_reboot
    fake.reboot()
    fake.stop()

    assert "Reboot required for changing to this power mode: 2" in asked
    assert (refused, mode_after_no) == (1, "MODE_50W")
    assert (accepted, mode_before_boot, wanted) == (0, "MODE_50W", True)
    assert fake.mode == "MODE_30W"
    assert boot != fake.path("/proc/sys/kernel/random/boot_id").read_text()
    assert fake.path("/sys/devices/system/cpu/online").read_text() == "0-7\n"


def test_programs_that_change_the_board_are_for_root(tmp_path: Path) -> None:
    """Without sudo nothing changes."""
    fake = make_jetson(tmp_path / "jetson", mode="MAXN")

    assert run(fake, "usr/sbin/nvpmodel", "-m", "3")[0] == 255
    assert run(fake, "usr/bin/jetson_clocks", "--show")[0] == 1
    assert fake.mode == "MAXN"


@pytest.mark.parametrize("trt", VERSIONS)
def test_a_build_log_says_where_the_layers_are(tmp_path: Path, trt: str) -> None:
    """What reads real logs finds the layer on the GPU."""
    fake = make_jetson(tmp_path / "jetson", trt=trt, gpu_layers=1)
    words = ["--allowGPUFallback", "--verbose"]
    words += [] if trt.startswith("11") else ["--int8", "--fp16"]
    words += ["--buildOnly"] if trt == "8.5.2" else ["--skipInference"]

    code, text = build(fake, tmp_path, *words)
    (tmp_path / "build.log").write_text(text, encoding="utf-8")
    (read,) = read_build_log(str(tmp_path / "build.log")).runs
    summary = summarize(read)

    assert code == 0
    assert [layer.name for layer in summary.gpu or []] == ["last"]
    assert summary.n_subgraphs == 1


@pytest.mark.parametrize(
    ("trt", "word"), [("10.3.0", "--buildOnly"), ("11.4.1", "--int8"), ("8.5.2", "--skipInference")]
)
def test_options_of_other_versions_are_refused(tmp_path: Path, trt: str, word: str) -> None:
    """As the real one does, with exit code 1."""
    code, text = build(make_jetson(tmp_path / "jetson", trt=trt), tmp_path, word)

    assert code == 1
    assert f"Unknown option: {word}" in text


def test_a_summary_adds_up(tmp_path: Path) -> None:
    """The throughput is queries over walltime, and the exported times have as many rows."""
    fake = make_jetson(tmp_path / "jetson")
    build(fake, tmp_path, "--int8", "--skipInference")
    times = tmp_path / "times.json"
    words = [f"--loadEngine={tmp_path / 'e'}", "--warmUp=20", "--duration=0.1", "--iterations=1"]

    _, text = run(fake, "usr/src/tensorrt/bin/trtexec", *words, f"--exportTimes={times}")
    found = re.search(r"has (\d+) queries over (\S+) s", text)
    qps = re.search(r"Throughput: (\S+) qps", text)

    assert found is not None
    assert qps is not None
    assert float(qps.group(1)) == pytest.approx(int(found.group(1)) / float(found.group(2)), 1e-4)
    assert len(json.loads(times.read_text())) == int(found.group(1))


def test_an_engine_of_another_version_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    """Nothing runs that was not built here."""
    old = make_jetson(tmp_path / "old", trt="8.6.1")
    new = make_jetson(tmp_path / "new")
    build(old, tmp_path, "--int8", "--skipInference")
    words = ["usr/src/tensorrt/bin/trtexec", f"--loadEngine={tmp_path / 'e'}", "--useDLACore=0"]

    other = run(new, *words)
    (tmp_path / "e").write_bytes(b"ftrt{")
    damaged = run(old, *words)

    assert other[0] == damaged[0] == 1
    assert "Version tag does not match" in other[1]
    assert "magicTagRead == kMAGIC_TAG failed" in damaged[1]


def test_rails_and_clocks_follow_what_runs(tmp_path: Path) -> None:
    """A run on the DLA wakes it, and its rail rises; a killed one leaves no load behind."""
    node = "/sys/devices/platform/bus@0/13e00000.host1x/15880000.nvdla0/power/runtime_status"
    rail = "/sys/bus/i2c/devices/1-0040/hwmon/hwmon3/curr2_input"
    with make_jetson(tmp_path / "jetson") as fake:
        build(fake, tmp_path, "--int8", "--skipInference")
        words = [f"--loadEngine={tmp_path / 'e'}", "--duration=30", "--useDLACore=0"]
        process = start(fake, "usr/src/tensorrt/bin/trtexec", *words)
        woke = wait_until(lambda: fake.path(node).read_text().strip() == "active")
        rose = wait_until(lambda: int(fake.path(rail).read_text()) > 100)
        process.kill()
        process.communicate()
        slept = wait_until(lambda: fake.path(node).read_text().strip() == "suspended")
        fell = wait_until(lambda: int(fake.path(rail).read_text()) < 100)

    assert (woke, rose, slept, fell) == (True, True, True, True)


@pytest.mark.parametrize("plain", [False, True])
def test_tegrastats_prints_lines_that_are_read(tmp_path: Path, plain: bool) -> None:
    """With and without the fields that only root sees."""
    fake = make_jetson(tmp_path / "jetson", tegrastats_plain=plain)
    process = start(fake, "usr/bin/sudo", "tegrastats", "--interval", "10")
    assert process.stdout is not None
    reading = LineReader().read(process.stdout.readline())
    process.kill()
    process.communicate()

    assert reading is not None
    assert set(reading.rails) >= {"VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0"}
