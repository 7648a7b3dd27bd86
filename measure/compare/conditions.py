"""The conditions under which a figure holds, compared one by one in a fixed order.

A published row says less than a measured one. Where it does not state a condition that is known
to matter, the difference is possible, not certain, and both words reach the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Iterator, Mapping, Optional

from measure.device.ceilings import ceilings_of, dla_step_below
from measure.tables import read_table

if TYPE_CHECKING:
    Row = Mapping[str, str]

SLOWER_CLOCK = 0.99
"""A clock below this share of what the mode allows is another condition; readings are rounded."""

UNKNOWN = ("", "unknown")
PER_CORE = "per_core"


@dataclass(frozen=True)
class Difference:
    """One condition in which a measured figure differs from a published one.

    Parameters
    ----------
    code
        Name of the condition, for programs and for the table of comparisons.
    text
        What was measured and what was published, in one sentence.
    certain
        False where one side does not state the condition.
    """

    code: str
    text: str
    certain: bool = True


Condition = Callable[["Row", "Row"], Optional[Difference]]


def differences(measured: Row, published: Row) -> list[Difference]:
    """Return what differs, the condition that explains most first.

    Parameters
    ----------
    measured
        A row of measured/results.
    published
        A row of published/throughput.
    """
    return list(_differing(measured, published))


def _differing(measured: Row, published: Row) -> Iterator[Difference]:
    for condition in ORDER:
        difference = condition(measured, published)
        if difference:
            yield difference


def flags_of(row: Row) -> list[str]:
    """Return the flags of a measured row."""
    return row["flags"].split()


def _cores(measured: Row, published: Row) -> Difference | None:
    ours, theirs = measured["dla_cores"], published["dla_cores"]
    if measured["aggregation"] == PER_CORE and theirs == ours:
        text = "Your figure is of one DLA core while both ran, the table is the sum of two."
        return Difference("one_core", text)
    if ours == theirs or ours in UNKNOWN:
        return None
    if theirs in UNKNOWN:
        text = "You ran one DLA core; the table does not say how many."
        return Difference("one_core", text, certain=False) if ours == "1" else None
    if theirs == "2":
        return Difference("one_core", "You ran one DLA core, the table is the sum of two.")
    return Difference("two_cores", "You ran two DLA cores, the table is of one.")


def _mode_not_applied(measured: Row, published: Row) -> Difference | None:
    """Return an unproven mode as a possible difference; one that was off gives no result."""
    if "mode_unchecked" not in flags_of(measured):
        return None
    text = f"Nothing shows that the power mode {measured['power_mode']} was applied in your run."
    return Difference("power_mode_not_applied", text, certain=False)


def _power_mode(measured: Row, published: Row) -> Difference | None:
    return _unlike(
        "power_mode", measured["power_mode"], published["power_mode"], "power mode {0}", "{1}"
    )


def _implicit_batch(measured: Row, published: Row) -> Difference | None:
    if "implicit_batch" not in flags_of(measured):
        return None
    return Difference(
        "implicit_batch",
        "Your engine has an implicit batch, where trtexec's throughput counts images already; "
        "the table is of an explicit batch.",
    )


def _batch(measured: Row, published: Row) -> Difference | None:
    return _unlike("batch", measured["batch"], published["batch"], "batch {0}", "{1}")


def _input_size(measured: Row, published: Row) -> Difference | None:
    ours, theirs = (f"{row['input_width']}x{row['input_height']}" for row in (measured, published))
    if ours == "x":
        return Difference("input_size", "The input size of your run is not known.", certain=False)
    return _unlike("input_size", ours, theirs, "an input of {0}", "{1}")


def _weights(measured: Row, published: Row) -> Difference | None:
    return _unlike("weights", measured["weights"], published["weights"], "{0} weights", "{1} ones")


def _precision(measured: Row, published: Row) -> Difference | None:
    return _unlike("precision", measured["precision"], published["precision"], "{0}", "{1}")


def _fp16_fallback(measured: Row, published: Row) -> Difference | None:
    if "fp16_fallback" not in flags_of(measured):
        return None
    text = "Layers of your INT8 engine ran in FP16, since they had no scale."
    return Difference("fp16_fallback", text)


def _gpu_layers(measured: Row, published: Row) -> Difference | None:
    count = measured["gpu_layers"]
    if measured["engine"] != "dla" or count in ("", "0"):
        return None
    layers = "One layer" if count == "1" else f"{count} layers"
    return Difference("gpu_layers", f"{layers} of your engine ran on the GPU.")


def _release(measured: Row, published: Row) -> Difference | None:
    ours, theirs = (f"{row['product']} {row['release']}".strip() for row in (measured, published))
    return _unlike("release", ours, theirs, "{0}", "{1}")


def _clocks(measured: Row, published: Row) -> Difference | None:
    allowed = allowed_dla_mhz(measured["module"], measured["power_mode"])
    seen = measured["dla_mhz"]
    if allowed and seen and float(seen) < SLOWER_CLOCK * dla_step_below(allowed):
        text = f"The DLA ran at {seen} MHz, the power mode allows {allowed:g} MHz."
        return Difference("clocks", text)
    if measured["clock_policy"] == "dvfs":
        text = "Your clocks were not pinned; the table does not say whether its were."
        return Difference("clocks", text, certain=False)
    return None


def _transfers(measured: Row, published: Row) -> Difference | None:
    if measured["transfers"] != "included":
        return None
    text = "Your figure includes the transfers of input and output; the table does not say."
    return Difference("transfers", text, certain=False)


def _quantization(measured: Row, published: Row) -> Difference | None:
    return _unlike(
        "quantization",
        measured["quantization"],
        published["quantization"],
        "{0} quantization",
        "{1}",
    )


def _unlike(code: str, ours: str, theirs: str, said: str, other: str) -> Difference | None:
    """Return the difference of two words; none where the published side does not say."""
    if ours == theirs or theirs in UNKNOWN:
        return None
    said, other = said.format(ours), other.format("", theirs)
    if ours in UNKNOWN:
        text = f"Your run does not state its {code.replace('_', ' ')}; the table has {other}."
        return Difference(code, text, certain=False)
    return Difference(code, f"You ran {said}, the table has {other}.")


def allowed_dla_mhz(module: str, mode: str) -> float | None:
    """Return the clock that a power mode allows the DLA, where one document states it.

    Modules whose configurations differ in the cap of the mode give nothing.
    """
    caps = {
        (row["cap"], row["cap_mhz"])
        for row in read_table("reference/power-mode-clocks")
        if (row["module"], row["mode"], row["domain"]) == (module, mode, "dla0_core")
    }
    if len(caps) != 1:
        return None
    cap, mhz = caps.pop()
    if mhz:
        return float(mhz)
    return ceilings_of(module).get("dla") if cap == "uncapped" else None


ORDER: tuple[Condition, ...] = (
    _cores,
    _mode_not_applied,
    _power_mode,
    _implicit_batch,
    _batch,
    _input_size,
    _weights,
    _precision,
    _fp16_fallback,
    _gpu_layers,
    _release,
    _clocks,
    _transfers,
    _quantization,
)
"""The conditions by how much they usually change a figure: the number of cores first."""
