"""Whatever a device or its tools say, reading it ends with values or "unknown"."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from measure.device.board import read_board
from measure.device.clocks import DEBUG_CLOCKS, count_cpus, parse_show
from measure.device.lines import LONGEST, short_lines
from measure.device.nodes import read_dla_nodes
from measure.device.nvpmodel import CONF, parse_conf, parse_query
from measure.device.packages import upstream
from measure.device.power_mode import contradictions, mode_key
from measure.device.release import jetpack_of, parse_release, read_release
from measure.device.state import DeviceState, read_quickly, read_state
from measure.device.tensorrt import read_tensorrt
from measure.device.users import read_load, read_users
from tests.measure.device.devices import ORIN as TREE
from tests.measure.device.devices import device
from tests.measure.device.test_nvpmodel import ORIN
from tests.measure.device.test_state import FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from measure.device.machine import Machine
    from measure.device.power_mode import Modes

SHOWN = """\
SOC family:tegra234  Machine:x
Online CPUs: 0-7,9
cpu0:  Online=1 Governor=schedutil MinFreq=729600 MaxFreq=1728000 CurrentFreq=729600 IdleStates:
GPU MinFreq=306000000 MaxFreq=612000000 CurrentFreq=306000000
Active GPU TPCs: 4
DLA0_CORE:   Online=1 MinFreq=0 MaxFreq=1369600000 CurrentFreq=1369600000
NV Power Mode: MODE_30W
2
# R36 (release), REVISION: 4.3, GCID: 1
"""
PARSERS: tuple[Callable[[str], object], ...] = (
    parse_conf,
    parse_query,
    parse_show,
    parse_release,
    count_cpus,
    upstream,
    mode_key,
)


def mutated(text: str, seed: int) -> str:
    """Return a text with pieces cut, doubled, swapped and replaced."""
    rng = random.Random(seed)
    signs = list(text)
    for _ in range(rng.randrange(1, 30)):
        at = rng.randrange(len(signs) + 1)
        length = rng.randrange(1, 40)
        kind = rng.randrange(4)
        if kind == 0:
            del signs[at : at + length]
        elif kind == 1:
            signs[at:at] = signs[at : at + length]
        elif kind == 2:
            signs[at : at + 1] = rng.choice(["\0", "\n", "-", "9" * 50, "=", "<", "#", "٣", "\r"])
        else:
            signs[at:at] = list(rng.choice(["MAX_FREQ ", "< POWER_MODEL ID=", "Freq=", "NAME="]))
    return "".join(signs)


@settings(deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    """No text is too odd for a parser."""
    for parser in PARSERS:
        parser(text)


@settings(deadline=None)
@given(st.integers(0, 1 << 32))
def test_damaged_outputs(seed: int) -> None:
    """Outputs of tools that are damaged are read as far as they go."""
    check_modes(parse_conf(mutated(ORIN, seed)))
    shown = parse_show(mutated(SHOWN, seed))
    clocks = [*shown.cpus.values(), *shown.clocks.values()]

    assert all(clock.highest is None or clock.highest >= 0 for clock in clocks)
    l4t = parse_release(mutated(SHOWN, seed))
    assert l4t == "" or l4t.count(".") == 2
    jetpack_of(l4t or "0.0.0")


def check_modes(modes: Modes) -> None:
    """Require that modes are such that a run can work with them."""
    for mode in modes.modes:
        assert mode.id is not None
        assert mode.key == mode_key(mode.name)
        assert all(cap is None or cap > 0 for cap in mode.caps.values())
        contradictions(mode, 8, 612.0, {0: 1369.6}, 2133.0)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), seed=st.integers(0, 1 << 32))
def test_damaged_devices(data: st.DataObject, seed: int) -> None:
    """A device whose files hold anything at all is read without an error."""
    rng = random.Random(seed)
    files = {**FILES, **TREE, "/etc/nv_tegra_release": SHOWN, "/proc/loadavg": "0.1 0 0"}
    files["/proc/1/comm"] = "systemd"
    damaged: dict[str, str | bytes] = {}
    for path, text in files.items():
        kind = rng.randrange(5)
        if kind == 0:
            continue
        damaged[path] = text
        if kind == 1:
            damaged[path] = data.draw(st.binary(max_size=60))
        elif kind == 2:
            damaged[path] = mutated(text, seed)
    with tempfile.TemporaryDirectory() as folder:
        machine = device(Path(folder), damaged)
        read_everything(machine)


def read_everything(machine: Machine) -> None:
    """Read all there is."""
    board = read_board(machine)
    assert (board.expected_dla_cores is None) == (board.module == "")
    read_release(machine)
    read_tensorrt(machine)
    read_dla_nodes(machine)
    read_users(machine)
    read_load(machine)
    state = read_state(machine)
    assert DeviceState.from_dict(state.as_dict()) == state
    load = read_quickly(machine).gpu_load
    assert load is None or 0 <= load <= 1


def test_huge_files(tmp_path: Path) -> None:
    """Files without an end in sight are read in part, and in no time that grows with them."""
    huge = b"< POWER_MODEL ID=0 NAME=" + b"A" * (3 << 20)
    files: dict[str, str | bytes] = dict.fromkeys((*FILES, *TREE, CONF), huge)
    files |= {path: b" 9" * (1 << 20) for paths in DEBUG_CLOCKS.values() for path in paths}

    read_everything(device(tmp_path, files))


def test_endless_lines() -> None:
    """A line longer than any known one is passed over, the others count."""
    assert list(short_lines("a\n" + "b" * (LONGEST + 1) + "\n c \n")) == ["a", "c"]
    query = "x" * 10_000_000 + "\nNV Power Mode: MAXN\n0\n"
    found = parse_query(query)

    assert found is not None
    assert found.id == 0
    for parser in PARSERS:
        parser("A" * 1_000_000)
        parser(" " * 1_000_000 + "x")
        parser("GPU" + " " * 900 + "\n" * 100_000)
