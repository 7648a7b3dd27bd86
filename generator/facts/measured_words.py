"""What measured results are called: engines, conditions, differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.facts.published import mode_label
from generator.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.atlas import Atlas
    from generator.package import Record

CPU = "cpu"

ENGINES = {"dla": "DLA", "gpu": "GPU", "gpu+dla": "GPU and DLA", CPU: "CPU"}

PER_CORE = "per_core"
"""Aggregation of a result on one of several DLA cores that ran."""

DEFINITIONS = {"a": "A, module delta", "b": "B, rail delta"}
"""The definitions of power that perf/W goes by."""

DIFFERENCES = {
    "one_core": "one DLA core instead of two",
    "two_cores": "two DLA cores instead of one",
    "power_mode_not_applied": "power mode not applied",
    "power_mode": "another power mode",
    "implicit_batch": "implicit batch",
    "batch": "another batch",
    "input_size": "another input size",
    "weights": "other weights",
    "precision": "another precision",
    "fp16_fallback": "layers in FP16",
    "gpu_layers": "layers on the GPU",
    "release": "another release",
    "clocks": "lower clocks",
    "transfers": "transfers included",
    "quantization": "another quantization",
    "power_definition": "how power is isolated",
    "none": "no known condition",
}
"""What a comparison says first, in a few words."""


def network_name(atlas: Atlas, result: Record) -> str:
    """Return the network of a result or build as people call it."""
    network = atlas.networks.get(result["network"])
    return str(network["name"] if network else result["model"])


def is_part(result: Record) -> bool:
    """Whether a result is of one of several cores that ran, which their sum holds, too."""
    return bool(result["aggregation"] == PER_CORE)


def engine_words(result: Record) -> str:
    """Return what computed, with the number of DLA cores where there is one."""
    name = ENGINES[result["engine"]]
    cores = result["dla_cores"]
    if not cores:
        return name
    if is_part(result):
        return f"{name}, one of {counted(cores, 'core')}"
    return f"{name}, {counted(cores, 'core')}"


def conditions(result: Record) -> str:
    """Return the conditions that tell results of one network apart."""
    mode = result["power_mode"]
    batch = result["batch"]
    words: Sequence[str | None] = (
        engine_words(result),
        str(result["precision"]).upper() if result["precision"] else None,
        "sparse" if result["weights"] == "sparse" else None,
        f"batch {batch}" if batch else None,
        mode_label(mode) if mode else None,
    )
    return ", ".join(word for word in words if word)
