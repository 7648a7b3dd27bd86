from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.device.nvpmodel import CONF, parse_conf, parse_query, read_modes
from measure.device.power_mode import PowerMode
from measure.journal.files import sha256_of
from tests.measure.device.devices import device

if TYPE_CHECKING:
    from pathlib import Path

ORIN = """\
# FORMAT:
# < PARAM TYPE=PARAM_TYPE NAME=PARAM_NAME >
# < POWER_MODEL ID=id_num NAME=mode_name >
# CPU_ONLINE CORE_0 1
# < PM_CONFIG DEFAULT=default_mode >

< PARAM TYPE=CLOCK NAME=CPU_A78_0 >
MAX_FREQ /sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq
<PARAM TYPE=CLOCK NAME=EMC >
MAX_FREQ /sys/kernel/nvpmodel_clk_cap/emc

< POWER_MODEL ID=0 NAME=MAXN >
CPU_ONLINE CORE_0 1
CPU_ONLINE CORE_1 1
TPC_POWER_GATING TPC_PG_MASK 0
CPU_A78_0 MIN_FREQ 729600
CPU_A78_0 MAX_FREQ -1
GPU MIN_FREQ 0
GPU MAX_FREQ -1
EMC MAX_FREQ 0
DLA0_CORE MAX_FREQ -1

< POWER_MODEL ID=2 NAME=MODE_30W > # the one to start with
CPU_ONLINE CORE_0 1
CPU_ONLINE CORE_1 0
TPC_POWER_GATING TPC_PG_MASK 240
GPU_POWER_CONTROL_ENABLE GPU_PWR_CNTL_EN on
CPU_A78_0 MAX_FREQ 1728000
CPU_A78_1 MAX_FREQ 1497600
GPU MAX_FREQ 612000000
EMC MAX_FREQ 2133000000
DLA0_CORE MAX_FREQ 1369600000
DLA1_CORE MAX_FREQ 1369600000
DLA1_FALCON MAX_FREQ 729600000
PVA0_VPS MAX_FREQ 512000000
NVENC MAX_FREQ 100

# mandatory section to configure the default power mode
< PM_CONFIG DEFAULT=2 >
"""


class TestConf:
    """The grammar of nvpmodel.conf."""

    def test_modes(self) -> None:
        """Numbers, names, caps in MHz, CPUs and masks come out; the explained format doesn't."""
        modes = parse_conf(ORIN)
        maxn, limited = modes.modes

        assert modes.default == 2
        assert maxn == PowerMode(
            0, "MAXN", "maxn", {"cpu": None, "gpu": None, "emc": None, "dla0_core": None}, 2, 0
        )
        assert (limited.id, limited.name, limited.key) == (2, "MODE_30W", "30w")
        assert (limited.cpu_online, limited.tpc_pg_mask) == (1, 240)
        assert limited.caps == {
            "cpu": 1728.0,
            "gpu": 612.0,
            "emc": 2133.0,
            "dla0_core": 1369.6,
            "dla1_core": 1369.6,
            "dla1_falcon": 729.6,
            "pva_vps": 512.0,
        }

    def test_xavier(self) -> None:
        """One cap of the DLA holds for both cores."""
        text = "< POWER_MODEL ID=3 NAME=MODE_30W_ALL >\nDLA_CORE MAX_FREQ 1050000000\n"
        (mode,) = parse_conf(text).modes

        assert mode.key == "30w-all"
        assert mode.caps == {"dla0_core": 1050.0, "dla1_core": 1050.0}

    @pytest.mark.parametrize("value", ["-1", "0", "2147483647", "18446744073709551615"])
    def test_no_cap(self, value: str) -> None:
        """Every spelling of no cap is none, and one free CPU cluster frees them all."""
        text = f"< POWER_MODEL ID=0 NAME=X >\nCPU_A MAX_FREQ {value}\nCPU_B MAX_FREQ 1000000\n"

        assert parse_conf(text).modes[0].caps == {"cpu": None}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "# < POWER_MODEL ID=0 NAME=MAXN >",
            "< POWER_MODEL NAME=MAXN >",
            "< POWER_MODEL ID=x NAME=MAXN >",
            "< POWER_MODEL ID=0 >",
            "< POWER_MODEL ID=99999999999 NAME=MAXN >",
            "GPU MAX_FREQ 612000000",
            "A" * 2000,
        ],
    )
    def test_no_modes(self, text: str) -> None:
        """What isn't a section with number and name is no mode."""
        modes = parse_conf(text)

        assert modes.modes == ()
        assert modes.default is None

    def test_settings_of_other_sections(self) -> None:
        """A line after the last mode's section doesn't belong to it."""
        text = "< POWER_MODEL ID=0 NAME=X >\n< PM_CONFIG DEFAULT=0 >\nGPU MAX_FREQ 612000000\n"

        assert parse_conf(text).modes[0].caps == {}


class TestQuery:
    """What ``nvpmodel -q`` prints."""

    @pytest.mark.parametrize(
        ("text", "number", "name"),
        [
            ("NV Power Mode: MAXN\n0\n", 0, "MAXN"),
            ("NV Fan Mode:quiet\nNV Power Mode: MODE_30W\n2\n", 2, "MODE_30W"),
            (
                (
                    "NVPM VERB: Config file: /etc/nvpmodel.conf\n"
                    "NVPM VERB: Current mode: NV Power Mode: 25W\n"
                    "NVPM ERROR: Error opening /sys/kernel/debug/x: 13\n3\n"
                    "NVPM VERB: PARAM GPU: ARG MAX_FREQ: PATH /sys/x: REAL_VAL: 1 CONF_VAL: 2\n"
                ),
                3,
                "25W",
            ),
            ("NVPM WARN: fan mode is not set!\nNV Power Mode: MAXN\n", None, "MAXN"),
        ],
    )
    def test_answers(self, text: str, number: int | None, name: str) -> None:
        """Name and number are found among other messages; the number may be missing."""
        found = parse_query(text)

        assert found is not None
        assert (found.id, found.name) == (number, name)

    @pytest.mark.parametrize("text", ["", "0\n", "NV Power Mode:\n", "NVPM ERROR: no mode"])
    def test_no_answer(self, text: str) -> None:
        """Anything else names no mode."""
        assert parse_query(text) is None


def test_file_of_another_editor() -> None:
    """Line ends of DOS, tabs and blanks around a line change nothing."""
    lines = (line.replace(" ", "\t ") for line in ORIN.split("\n"))
    edited = "\r\n".join(f"\t{line} " for line in lines)

    assert parse_conf(edited) == parse_conf(ORIN)


class TestRead:
    """The modes of a device."""

    def test_current_with_its_caps(self, tmp_path: Path) -> None:
        """The mode in force is the one of the file, with what it allows."""
        query = "echo 'NV Power Mode: MODE_30W'; echo 2"
        machine = device(tmp_path, {CONF: ORIN}, {"nvpmodel": query})
        modes = read_modes(machine)

        assert modes.problem == ""
        assert modes.conf_sha256 == sha256_of(machine.path(CONF))
        assert modes.current == modes.modes[1]

    def test_current_that_the_file_lacks(self, tmp_path: Path) -> None:
        """Name and number must both agree; else the caps are unknown."""
        query = "echo 'NV Power Mode: MODE_30W'; echo 7"
        current = read_modes(device(tmp_path, {CONF: ORIN}, {"nvpmodel": query})).current

        assert current == PowerMode(7, "MODE_30W", "30w")

    def test_current_without_number(self, tmp_path: Path) -> None:
        """Where the tool names no number, the name is enough."""
        query = "echo 'NV Power Mode: MAXN'"
        current = read_modes(device(tmp_path, {CONF: ORIN}, {"nvpmodel": query})).current

        assert current is not None
        assert current.id == 0

    @pytest.mark.parametrize(
        ("conf", "script", "problem"),
        [
            (None, "echo 'NV Power Mode: MAXN'; echo 0", f"{CONF} cannot be read"),
            ("nonsense", "echo 'NV Power Mode: MAXN'; echo 0", f"{CONF} holds no power mode"),
            (ORIN, None, "the program nvpmodel is missing"),
            (ORIN, "exit 139", "nvpmodel -q names no mode: exit code 139"),
            (
                ORIN,
                "echo 'NVPM ERROR: Error opening /x: 13'; exit 255",
                "nvpmodel -q names no mode: Error opening /x: 13",
            ),
        ],
    )
    def test_problems(
        self, tmp_path: Path, conf: str | None, script: str | None, problem: str
    ) -> None:
        """What is missing is named."""
        files = {} if conf is None else {CONF: conf}
        programs = {} if script is None else {"nvpmodel": script}

        assert read_modes(device(tmp_path, files, programs)).problem == problem

    def test_hanging(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A tool that hangs is given up."""
        machine = device(tmp_path, {CONF: ORIN}, {"nvpmodel": "exec /bin/sleep 60"})
        monkeypatch.setattr("measure.device.nvpmodel.ANSWER_S", 0.1)

        assert read_modes(machine).problem == "nvpmodel -q did not answer"
