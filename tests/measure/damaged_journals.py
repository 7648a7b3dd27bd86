"""Journals that fit their own chain and hold anything, as no program of ours writes them."""

from __future__ import annotations

import copy
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from measure.journal.lines import FIRST_CHAIN
from tests.measure.results import journals

if TYPE_CHECKING:
    from pathlib import Path

    from tests.measure.results.journals import Record

INFINITE = "1e999"
"""JSON has no word for it, but a number that every reader takes for it."""

NUMBERS = st.one_of(
    st.integers(-3, 100),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([10**30, -(10**400), 2**63, 1e-320, -0.0]),
)
ODD: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        NUMBERS,
        st.sampled_from(["", "load", "idle", "gpu", "../../x", "\x1b[31m\n", "VDD_CPU_CV"]),
        st.text(max_size=5),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["mean_w", "code", "p50", "x"]), inner, max_size=2)
    ),
    max_leaves=5,
)


def lines_of(records: list[Record]) -> bytes:
    """Return the text of a journal with numbers and a chain as they must be."""
    lines, chain = [], FIRST_CHAIN
    for number, record in enumerate(records, start=1):
        at = "2026-11-21T06:00:00Z"
        own = {"seq": number, "chain": chain, "at": at, "t_ns": number, "boot": "b007b007"}
        line = json.dumps({**own, **record}).replace("Infinity", INFINITE).encode()
        lines.append(line + b"\n")
        chain = sha256(line).hexdigest()
    return b"".join(lines)


def write(folder: Path, records: list[Record]) -> Path:
    """Write a journal into a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "journal.jsonl").write_bytes(lines_of(records))
    return folder


def good(pairs: int = 2) -> list[Record]:
    """Return the records of a short run on two DLA cores and on the GPU."""
    two, gpu = journals.job(cores=(0, 1)), journals.job("gpu", ())
    return [
        journals.run_record(),
        journals.plan(two, gpu),
        journals.mode(),
        journals.build(two),
        *journals.measured(two, 1900.0, pairs),
        journals.build(gpu, build="gpu0", engine="gpu"),
        *journals.measured(gpu, 900.0, pairs),
        {"type": "end", "outcome": "complete"},
    ]


KINDS = {"device": good, "cpu": journals.on_cpu, "logs": journals.of_logs}


def _places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values inside a value."""
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return [above]
    return [above, *(place for key, one in inner for place in _places(one, (*above, key)))]


@st.composite
def damaged(draw: st.DrawFn) -> list[Record]:
    """Return good records of which a few values were changed, dropped or doubled."""
    records = copy.deepcopy(KINDS[draw(st.sampled_from(sorted(KINDS)))]())
    for _ in range(draw(st.integers(1, 3))):
        number = draw(st.integers(0, len(records) - 1))
        places = [place for place in _places(records[number]) if place]
        change = draw(st.sampled_from(["set", "set", "set", "drop", "double", "leave out"]))
        if change == "double":
            records.insert(number, copy.deepcopy(records[number]))
        elif change == "leave out" and len(records) > 1:
            del records[number]
        elif places:
            *above, last = draw(st.sampled_from(places))
            owner: Any = records[number]
            for key in above:
                owner = owner[key]
            if change == "set":
                owner[last] = draw(ODD)
            else:
                del owner[last]
    return records


@st.composite
def valid(draw: st.DrawFn) -> list[Record]:
    """Return the records of a run on a device with figures as they may come out."""
    part = st.floats(0.75, 1.3, allow_nan=False)
    records = good(draw(st.integers(1, 4)))
    for record in records:
        if record["type"] != "segment":
            continue
        halves = record.get("power_halves", [])
        for power in (record["power"], *halves):
            for rail in power.values():
                if draw(st.integers(0, 9)) == 0:
                    rail["mean_w"] = draw(st.none() | part.map(rail["mean_w"].__mul__))
        if record["role"] == "load" and draw(st.booleans()):
            record["images"] = max(1, round(record["images"] * draw(part)))
            record["images_per_second"] = record["images"] / record["seconds"]
        if draw(st.integers(0, 9)) == 0:
            record["valid"] = False
            record["reasons"] = [{"code": "thermal", "text": "too hot"}]
        record["clocks"]["gpu_mhz"] = draw(st.none() | st.floats(0, 1300, allow_nan=False))
        record["tj_mean_c"] = draw(st.none() | st.floats(-40, 130, allow_nan=False))
    return records
