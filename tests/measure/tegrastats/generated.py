"""Lines made from the grammar, with what they say."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from measure.tegrastats.reading import Core, Engine, Memory, Reading


class Line(NamedTuple):
    """A line and its reading."""

    text: str
    reading: Reading


_BLANKS = st.sampled_from([" ", " ", "  ", "      "])
_PERCENT = st.integers(0, 100)
_MHZ = st.integers(0, 9999)
_MW = st.integers(-99, 99_999)


def _names(*names: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True)


_RAILS = _names("VDD_IN", "VDD_CPU_GPU_CV", "GPU", "CPU", "CV", "SYS5V", "VDD_4V0_WIFI", "VIN")
_SENSORS = _names("GPU", "CPU", "cpu", "tj", "soc012", "PMIC", "Tdiode", "CV0")
_ENGINES = _names("EMC", "GR3D", "GR3D2", "NVDLA0", "NVDLA1", "VIC", "APE", "NVJPG1", "MTS fg")


@st.composite
def _core(draw: st.DrawFn) -> tuple[str, Core | None]:
    if draw(st.integers(0, 4)) == 0:
        return "off", None
    load, mhz = draw(_PERCENT), draw(st.none() | _MHZ)
    return f"{load}%" if mhz is None else f"{load}%@{mhz}", Core(load, mhz)


@st.composite
def _engine(draw: st.DrawFn) -> tuple[str, Engine]:
    kind = draw(st.sampled_from(["off", "P", "P@M", "P@L", "@M", "@L", "M"]))
    load = draw(_PERCENT) if "P" in kind else None
    count = draw(st.integers(1, 3)) if "L" in kind else int("M" in kind)
    mhz = tuple(draw(st.lists(_MHZ, min_size=count, max_size=count)))
    clocks = ",".join(map(str, mhz))
    text = kind.replace("P", f"{load}%").replace("L", f"[{clocks}]").replace("M", clocks)
    return text, Engine(kind != "off", load, mhz)


@st.composite
def _cpus(draw: st.DrawFn) -> tuple[str, tuple[Core | None, ...]]:
    cores = draw(st.lists(_core(), min_size=1, max_size=14))
    text = "[" + ",".join(word for word, _ in cores) + "]"
    if draw(st.booleans()):
        return f"CPU {text}", tuple(core for _, core in cores)
    mhz = draw(_MHZ)
    return f"cpu {text}@{mhz}", tuple(core and Core(core.load, mhz) for _, core in cores)


@st.composite
def _lines(draw: st.DrawFn) -> Line:
    fields: list[str] = []
    memory, engines, temperatures, rails = {}, {}, {}, {}
    date = draw(st.sampled_from(["", "01-02-2026 23:59:58"]))
    for name in draw(_names("RAM", "SWAP", "IRAM")):
        memory[name] = Memory(draw(_MW.map(abs)), draw(_MW.map(abs)))
        used = f"{name} {memory[name].used}/{memory[name].total}"
        fields.append(
            used + {"RAM": "MB (lfb 3x4MB)", "SWAP": "MB (cached 5MB)"}.get(name, "kB(lfb 9kB)")
        )
    cpus_text, cpus = draw(_cpus())
    fields.append(cpus_text)
    for name in draw(_ENGINES):
        text, engines[name] = draw(_engine())
        fields.append(f"{name}{draw(st.sampled_from(['', '_FREQ']))}{draw(_BLANKS)}{text}")
    if "MTS fg" in engines:
        fields = [field.replace("MTS fg_FREQ", "MTS fg") for field in fields]
    second = draw(st.booleans())
    for name in draw(_SENSORS):
        celsius = draw(st.integers(-50_000, 120_000)) / 1000
        temperatures[name] = celsius
        fields.append(f"{name}@{celsius}C" + second * "/1C")
    unit = draw(st.sampled_from(["", "mW"]))
    for name in draw(_RAILS):
        rails[name] = draw(_MW)
        mean = draw(_MW)
        fields.append(f"{name} {rails[name]}{unit}/{mean}{unit}" + second * f"/{mean}{unit}")
    # The order of fields is not the same on all boards.
    fields = draw(st.permutations(fields))
    text = "".join(draw(_BLANKS) + field for field in ([date] if date else []) + fields)
    return Line(
        draw(st.sampled_from([text, text.strip(), text + "  "])),
        Reading(date, memory, cpus, engines, temperatures, rails, ()),
    )


LINES = _lines()
