"""Lines of every release, and whatever else may be in a log."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.tegrastats.grammar import Memo
from measure.tegrastats.lines import MOST_LAYOUTS, LineReader
from measure.tegrastats.reading import Core, Engine, Memory
from tests.measure.build_log.logs import real_log
from tests.measure.tegrastats import lines
from tests.measure.tegrastats.generated import LINES, Line


def test_orin_with_rights() -> None:
    """Cores, engines, sensors and rails; the second number of a rail is left out."""
    reading = LineReader().read(lines.ORIN)

    assert reading.date == "03-14-2026 10:20:30"
    assert reading.memory == {"RAM": Memory(5000, 62000), "SWAP": Memory(10, 31000)}
    assert reading.cpus == (Core(3, 1113), Core(0, 1113), Core(100, 2201), None)
    assert reading.cpus_online == 3
    assert reading.engines["GR3D"] == Engine(True, 12, (408, 306))
    assert reading.engines["NVDLA0"] == Engine(True, 71, (1369,))
    assert reading.engines["APE"] == Engine(True, None, (174,))
    assert (reading.gpu_mhz, reading.emc_mhz) == (408, 3199)
    assert (reading.dla_mhz(0), reading.dla_mhz(1)) == (1369, None)
    assert reading.temperatures["cpu"] == 51.25
    assert math.isnan(reading.temperatures["gpu"])
    assert reading.rails == {"VDD_GPU_SOC": 4800, "VDD_CPU_CV": 2000, "VIN_SYS_5V0": 5100}
    assert reading.unread == ()
    assert reading.is_tegrastats


def test_old_line_of_tx1() -> None:
    """One clock for all cores; engines without their ending; no rails."""
    reading = LineReader().read(lines.TX1_28)

    assert reading.cpus == (Core(9, 518), Core(8, 518), None, Core(6, 518))
    assert (reading.date, reading.rails, reading.emc_mhz) == ("", {}, 800)


def test_memory_beside_rails_without_a_unit() -> None:
    """IRAM has no blank before its bracket, and is no rail."""
    reading = LineReader().read(lines.TX1_RAILS)

    assert reading.memory == {"RAM": Memory(900, 3900), "IRAM": Memory(4, 252)}
    assert reading.rails == {"VDD_IN": 2500, "VDD_CPU": 70, "VDD_GPU": 20}
    assert reading.temperatures == {"AO": 42.5, "PMIC": 100}


def test_names_that_mean_three_things_on_xavier() -> None:
    """CPU is a list, a sensor and a rail; MTS has two loads."""
    reading = LineReader().read(lines.XAVIER)

    assert reading.cpus == (Core(5, 1190), Core(6, 1190))
    assert reading.temperatures == {"GPU": 37.5, "CPU": 38.5}
    assert reading.rails == {
        "GPU": 0,
        "CPU": 311,
        "SOC": 1500,
        "CV": 155,
        "VDDRQ": 620,
        "SYS5V": 2700,
    }
    assert (reading.engines["MTS fg"], reading.engines["bg"]) == (
        Engine(True, 1, ()),
        Engine(True, 2, ()),
    )
    assert reading.engines["EMC"] == Engine(True, 0, ())


def test_line_cut_at_its_start() -> None:
    reading = LineReader().read(lines.XAVIER_35)

    assert reading.cpus == (Core(4, 1190), None)
    assert reading.rails == {"GPU": 467, "CPU": 466}
    assert reading.is_tegrastats


def test_clock_alone_and_rails_not_connected() -> None:
    """The DLA of L4T 35 shows its clock only; NC is no rail; a second GPU is another engine."""
    reading = LineReader().read(lines.ORIN_35)

    assert reading.engines["NVDLA0"] == Engine(True, None, (1600,))
    assert reading.dla_mhz(0) == 1600
    assert reading.gpu_mhz == 0
    assert "GR3D2" in reading.engines
    assert reading.rails == {"VDD_GPU_SOC": 2400, "VDDQ_VDD2_1V8AO": 300}


def test_thor() -> None:
    reading = LineReader().read(lines.THOR_38)

    assert (reading.gpu_mhz, reading.dla_mhz(0)) == (316, None)
    assert reading.rails == {"VDD_GPU": 5, "VIN": 16000}


def test_three_powers_and_two_temperatures() -> None:
    reading = LineReader().read(lines.ORIN_39)

    assert reading.temperatures == {"cpu": 52.9}
    assert reading.rails == {"VDD_IN": 5100}
    assert reading.memory == {"RAM": Memory(2, 6)}


def test_no_rights() -> None:
    """Without rights there are no clocks, but power."""
    reading = LineReader().read(lines.NO_RIGHTS)

    assert (reading.gpu_mhz, reading.emc_mhz, reading.dla_mhz(0)) == (None, None, None)
    assert sum(reading.rails.values()) == 6700


def test_irregular_blanks() -> None:
    reading = LineReader().read(lines.PADDED)

    assert reading.engines == {"NVENC": Engine(False, None, ()), "NVDLA0": Engine(False, None, ())}
    assert reading.rails == {"VDD_GPU_SOC": 3200, "VDD_CPU_CV": 4400}
    assert reading.unread == ()


@pytest.mark.parametrize(
    ("line", "unread"),
    [
        ("", ()),
        ("   ", ()),
        ("NVMAP failed", ("NVMAP", "failed")),
        ("CPU [5%@1190,x] EMC_FREQ 3%", ("CPU", "[5%@1190,x]")),
        ("RAM 3/7GB CPU [1%]", ("RAM", "3/7GB")),
        ("cpu@hot", ("cpu@hot",)),
        ("GR3D_FREQ 12%@fast", ("GR3D_FREQ", "12%@fast")),
        (f"VDD_IN {'9' * 5000}/1", ("VDD_IN", f"{'9' * 5000}/1")),
        ("RAM ٣/٧MB", ("RAM", "٣/٧MB")),
    ],
)
def test_words_that_are_no_field(line: str, unread: tuple[str, ...]) -> None:
    """What fits no rule is kept as it is, and the fields beside it are read."""
    assert LineReader().read(line).unread == unread


def test_a_word_that_is_none_in_a_known_layout() -> None:
    """The next line of a layout may have a word in its place that means nothing."""
    reader = LineReader()
    for _ in range(3):
        reader.read("CPU [1%@2] GR3D_FREQ 5% cpu@1C")

    reading = reader.read("CPU [1%@2] GR3D_FREQ fast cpu@1C")

    assert reading.unread == ("GR3D_FREQ", "fast")
    assert reading.temperatures == {"cpu": 1}


def test_many_layouts() -> None:
    """Layouts beyond those that are kept are read as well."""
    reader = LineReader()
    names = [f"E{number}" for number in range(3 * MOST_LAYOUTS)]

    for _ in range(2):
        for name in names:
            for _ in range(2):
                assert reader.read(f"CPU [1%] {name} 5%").engines == {name: Engine(True, 5, ())}


def test_memo_forgets() -> None:
    """A log with ever new words does not fill the memory."""
    memo = Memo(int)
    for number in range(70_000):
        assert memo[str(number)] == number

    assert len(memo) < 70_000


@given(LINES)
def test_generated_lines(line: Line) -> None:
    """A line of the grammar says what it was made from, whether its layout is known or not."""
    reader = LineReader()

    for _ in range(3):
        assert reader.read(line.text) == line.reading


@given(st.lists(LINES, min_size=2, max_size=4))
def test_layouts_do_not_mix(several: list[Line]) -> None:
    """One reader for lines of several boards reads each as a fresh reader does."""
    reader = LineReader()

    for line in several * 3:
        assert reader.read(line.text) == line.reading


@given(st.text())
def test_any_text(text: str) -> None:
    """Whatever a line holds, it is read and its words are kept or understood."""
    reader = LineReader()

    assert reader.read(text) == reader.read(text) == reader.read(text)


@given(st.sampled_from(lines.ALL), st.data())
def test_torn_lines(line: str, data: st.DataObject) -> None:
    """A line cut at both ends is read as far as it goes, also by a reader that knows it whole."""
    reader = LineReader()
    whole = reader.read(line)
    reader.read(line)
    first = data.draw(st.integers(0, len(line)))
    torn = line[first : data.draw(st.integers(first, len(line)))]

    assert repr(reader.read(torn)) == repr(LineReader().read(torn))
    assert repr(reader.read(line)) == repr(whole)


def test_real_lines() -> None:
    """Lines that others published, from TX1 to Thor, hold nothing that is not understood."""
    with open(real_log("tegrastats/lines.jsonl"), encoding="utf-8") as stream:
        samples = [json.loads(line) for line in stream]

    for sample in samples:
        reading = LineReader().read(sample["line"])
        assert reading.unread == (), sample["id"]
        assert reading.is_tegrastats, sample["id"]
        assert len(reading.cpus) >= 2, sample["id"]
        assert repr([LineReader().read(sample["line"]) for _ in range(2)][1]) == repr(reading)
    assert len(samples) >= 25
