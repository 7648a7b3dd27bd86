from __future__ import annotations

from pathlib import Path

import pytest

from measure.device.clocks import (
    DEBUG_CLOCKS,
    Clock,
    ShownClocks,
    count_cpus,
    parse_show,
    read_cpu_clocks,
    read_cpus_online,
    read_debug_clock,
    read_dla_clocks,
    read_gpu_clock,
    read_gpu_load,
)
from measure.device.power_mode import contradictions, mode_from_tables
from measure.root.dla_measure_priv import READABLE
from tests.measure.build_log.logs import real_log
from tests.measure.device.devices import device

PRIV = "/usr/local/sbin/dla-measure-priv"
SUDO = 'shift; exec "$@"'


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0-11", 12),
        ("0-3,8", 5),
        ("0", 1),
        ("0-3, 2-5", 6),
        ("", None),
        ("3-0", None),
        ("0-99999", None),
        ("0-4096", None),
        ("a-b", None),
        ("0-", None),
        ("-1", None),
    ],
)
def test_cpu_lists(text: str, count: int | None) -> None:
    """Lists of CPUs are counted once each; what is none has no count."""
    assert count_cpus(text) == count


def test_cpus(tmp_path: Path) -> None:
    """CPUs have a clock each; those that are offline have no files."""
    cpu = "/sys/devices/system/cpu"
    files = {
        f"{cpu}/online": "0-1\n",
        f"{cpu}/cpu0/cpufreq/scaling_cur_freq": "729600\n",
        f"{cpu}/cpu0/cpufreq/scaling_min_freq": "729600\n",
        f"{cpu}/cpu0/cpufreq/scaling_max_freq": "2201600\n",
        f"{cpu}/cpu10/cpufreq/scaling_max_freq": "1728000\n",
        f"{cpu}/cpu11/cpufreq/scaling_max_freq": "garbage",
    }
    machine = device(tmp_path, files)

    assert read_cpus_online(machine) == 2
    assert read_cpu_clocks(machine) == {
        0: Clock(729.6, 729.6, 2201.6),
        10: Clock(None, None, 1728.0),
    }
    assert read_cpus_online(device(tmp_path / "none")) is None


@pytest.mark.parametrize("name", ["17000000.ga10b", "17000000.gpu", "gpu-gpc-0", "57000000.gpu"])
def test_gpu(tmp_path: Path, name: str) -> None:
    """The GPU's clock is found under each release's name."""
    folder = f"/sys/class/devfreq/{name}"
    files = {
        f"{folder}/cur_freq": "306000000",
        f"{folder}/min_freq": "306000000",
        f"{folder}/max_freq": "1300500000",
    }
    found = read_gpu_clock(device(tmp_path, files))

    assert found == Clock(306.0, 306.0, 1300.5)
    assert found.is_pinned is False


def test_no_gpu(tmp_path: Path) -> None:
    """A folder without clocks is no GPU."""
    files = {"/sys/class/devfreq/17000000.gpu/governor": "x"}

    assert read_gpu_clock(device(tmp_path, files)) is None


@pytest.mark.parametrize(
    ("clock", "pinned"),
    [
        (Clock(1, 1, 1), True),
        (Clock(1, 2, 1), True),
        (Clock(1, 1, 2), False),
        (Clock(1, None, 1), None),
        (Clock(1, 1, None), None),
    ],
)
def test_pinned(clock: Clock, pinned: bool | None) -> None:
    """A clock is pinned when its lowest is its highest."""
    assert clock.is_pinned is pinned


@pytest.mark.parametrize(
    ("text", "load"), [("0", 0.0), ("157", 0.157), ("1000", 1.0), ("1001", None), ("x", None)]
)
def test_gpu_load(tmp_path: Path, text: str, load: float | None) -> None:
    """The load is a part of the time; no other number is a load."""
    assert read_gpu_load(device(tmp_path, {"/sys/devices/gpu.0/load": text})) == load


@pytest.mark.parametrize("name", ["17000000.gpu", "17000000.ga10b", "17000000.gv11b"])
def test_gpu_load_by_the_clock(tmp_path: Path, name: str) -> None:
    """Where the GPU lies differs by release; the device of its clock is it everywhere."""
    gpu = tmp_path / "sys/devices/platform" / name
    machine = device(tmp_path, {f"/sys/devices/platform/{name}/load": "123\n"})
    (gpu / "devfreq" / name).mkdir(parents=True)
    (gpu / "devfreq" / name / "device").symlink_to("../..")
    (tmp_path / "sys/class/devfreq").mkdir(parents=True)
    (tmp_path / "sys/class/devfreq" / name).symlink_to(gpu / "devfreq" / name)

    assert read_gpu_load(machine) == 0.123


class TestDebugClocks:
    """Clocks that only root may read."""

    @pytest.mark.parametrize(
        ("key", "path"), [(key, path) for key, paths in DEBUG_CLOCKS.items() for path in paths]
    )
    def test_files(self, tmp_path: Path, key: str, path: str) -> None:
        """Every release's file is read, without a program where that may be."""
        assert read_debug_clock(device(tmp_path, {path: "1369600000\n"}), key) == 1369.6

    def test_no_limit(self, tmp_path: Path) -> None:
        """The largest number stands for no limit."""
        files = {DEBUG_CLOCKS["emc"][0]: "18446744073709551615"}

        assert read_debug_clock(device(tmp_path, files), "emc") is None

    def test_through_the_root_program(self, tmp_path: Path) -> None:
        """What only root may read, its program reads."""
        program = 'test "$1 $2" = "read emc" && echo 2133000000'
        machine = device(tmp_path, programs={"sudo": SUDO, PRIV: program})

        assert read_debug_clock(machine, "emc") == 2133.0
        assert read_dla_clocks(machine) is None

    @pytest.mark.parametrize("program", ["echo 2133000000; exit 1", "echo no such clock", "exit 0"])
    def test_program_without_answer(self, tmp_path: Path, program: str) -> None:
        """A program that fails or prints anything else has told no clock."""
        machine = device(tmp_path, programs={"sudo": SUDO, PRIV: program})

        assert read_debug_clock(machine, "emc") is None

    def test_root_program_knows_the_same(self) -> None:
        """The root program reads the same clocks from the same files."""
        assert set(READABLE) == set(DEBUG_CLOCKS)
        assert all(set(READABLE[key]) <= set(paths) for key, paths in DEBUG_CLOCKS.items())

    def test_one_core(self, tmp_path: Path) -> None:
        """A module with one core has one clock."""
        machine = device(tmp_path, {DEBUG_CLOCKS["dla0_core"][1]: "614400000"})

        assert read_dla_clocks(machine) == {0: 614.4}


class TestShow:
    """What ``jetson_clocks --show`` prints."""

    def test_release_36(self) -> None:
        """CPUs in kHz, the rest in Hz, with what is off and how much of the GPU is on."""
        text = """\
SOC family:tegra234  Machine:Some Carrier
Online CPUs: 0-7
cpu0:  Online=1 Governor=schedutil MinFreq=729600 MaxFreq=1728000 CurrentFreq=729600 IdleStates:
cpu10: Online=0 Governor=schedutil MinFreq=729600 MaxFreq=1728000 CurrentFreq=729600 IdleStates:
GPU MinFreq=306000000 MaxFreq=612000000 CurrentFreq=306000000
Active GPU TPCs: 4
EMC MinFreq=204000000 MaxFreq=3199000000 CurrentFreq=2133000000
DLA0_CORE:   Online=1 MinFreq=0 MaxFreq=1369600000 CurrentFreq=1369600000
DLA1_FALCON: Online=0 MinFreq=0 MaxFreq=18446744073709551615 CurrentFreq=x
PVA0_VPS0: Online=1 MinFreq=0 MaxFreq=512000000 CurrentFreq=512000000
FAN Dynamic Speed Control=nvfancontrol hwmon0_pwm1=48
NV Power Mode: MODE_30W
"""
        shown = parse_show(text)

        assert shown.cpus == {
            0: Clock(729.6, 729.6, 1728.0),
            10: Clock(729.6, 729.6, 1728.0, online=False),
        }
        assert shown.clocks == {
            "gpu": Clock(306.0, 306.0, 612.0),
            "emc": Clock(2133.0, 204.0, 3199.0),
            "dla0_core": Clock(1369.6, 0.0, 1369.6),
            "dla1_falcon": Clock(None, 0.0, None, online=False),
            "pva0_vps0": Clock(512.0, 0.0, 512.0),
        }
        assert (shown.cpus_online, shown.gpu_tpcs, shown.mode) == (8, 4, "MODE_30W")

    def test_after_pinning(self) -> None:
        """Lines without Online= are of CPUs that are online; an old misspelling does no harm."""
        text = "cpu0: Gonvernor=interactive MinFreq=1734000 MaxFreq=1734000 CurrentFreq=1734000\n"
        (clock,) = parse_show(text).cpus.values()

        assert clock.is_pinned
        assert clock.online

    @pytest.mark.parametrize(
        "text", ["", "GPU", "Error: Run this script as a root user", "cpuX: a=1"]
    )
    def test_nothing_shown(self, text: str) -> None:
        """Anything else shows no clock."""
        shown = parse_show(text)

        assert not shown.cpus
        assert not shown.clocks

    def test_real_30w(self) -> None:
        """A real 30W mode shows four CPUs off, half of the GPU and its caps."""
        shown = self.real("jetson_clocks_show_agxorin_mode30w.txt")

        assert [cpu for cpu, clock in shown.cpus.items() if not clock.online] == [8, 9, 10, 11]
        assert shown.clocks["gpu"].highest == 612.0
        assert shown.clocks["dla1_core"].current == 1369.6
        assert (shown.gpu_tpcs, shown.mode) == (4, "MODE_30W")

    def test_real_30w_against_modes(self) -> None:
        """What a real 30W mode shows is allowed by that mode, and not by 15W."""
        shown = self.real("jetson_clocks_show_agxorin_mode30w.txt").clocks
        seen = {core: shown[f"dla{core}_core"].highest or 0.0 for core in (0, 1)}
        thirty, fifteen = (
            mode_from_tables("jetson-agx-orin-64gb", name) for name in ("30W", "15W")
        )

        assert contradictions(thirty, 8, shown["gpu"].highest, seen) == []
        assert len(contradictions(fifteen, 8, shown["gpu"].highest, seen)) == 4

    def test_real_release_35(self) -> None:
        """A real release 35 shows twelve CPUs, in the order of their names."""
        shown = self.real("jetson_clocks_show_agxorin_r35_maxn.txt")

        assert sorted(shown.cpus) == list(range(12))
        assert shown.cpus_online == 12
        assert shown.clocks["dla0_core"].highest == 1600.0
        assert (shown.gpu_tpcs, shown.mode) == (None, "MAXN")

    def test_real_orin_nx(self) -> None:
        """A real Orin NX shows its DLA at 614 MHz without a cap."""
        shown = self.real("jetson_clocks_show_orinnx_maxn.txt")

        assert shown.clocks["dla0_core"].current == shown.clocks["dla1_core"].current == 614.4

    def test_real_report(self) -> None:
        """The lines are found inside a longer report, on a carrier with another name."""
        shown = self.real("env_agxorin_r3643_mode50w.txt")

        assert shown.cpus_online == 12
        assert shown.clocks["gpu"].highest == 816.0
        assert (shown.gpu_tpcs, shown.mode) == (8, "MODE_50W")

    def real(self, name: str) -> ShownClocks:
        """Read a real output."""
        return parse_show(Path(real_log(f"excerpts/{name}")).read_text(encoding="utf-8"))
