"""What the rules say about one node."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

DLA = "dla"
GPU = "gpu"
BUILD_TIME = "build_time"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """One rule that a node doesn't meet, or why its place isn't known."""

    rule: str
    """Key of the rule."""
    parameter: str
    """What the rule looks at: kernel, batch, operator."""
    value: Any
    """The node's value, such as can be written as JSON; None when the model doesn't tell."""
    bound: Any
    """What the rule allows: a number, a text or a list."""
    message: str
    """The rule as a sentence, with the node's value."""
    fix: str
    """The smallest change that satisfies the rule and what else the user can do."""
    source: str
    """Key of the source."""
    source_title: str
    locator: str
    severity: str
    """certain or likely."""
    effect: str
    """falls_back, build_fails, splits, inserts_layer, runs_in_fp16 or advice."""
    evidence: dict[str, list[str]] = field(default_factory=lambda: {"agree": [], "contradict": []})
    """Keys of the device observations that agree with the rule and that contradict it."""


@dataclass(frozen=True)
class Verdict:
    """Where a node runs and why."""

    placement: str
    """dla, gpu, build_time or unknown."""
    reasons: list[Reason]
    """Every rule that keeps the node off the DLA, or why its place is unknown."""
    notes: list[Reason]
    """Rules that don't move the node: advice, inserted layers, layers that run in FP16."""
    layer: str
    """Key of the TensorRT layer that the parser makes of the node; empty when unknown."""
    state: str = ""
    """The operator's state at the target: native, limited, reconstruction …"""


@dataclass(frozen=True)
class NetworkContext:
    """What is known of a node from the network around it."""

    strict: bool = True
    """Whether a parameter that can't be told makes the verdict unknown; a case is judged on
    what it states instead."""
    scales: Mapping[str, float] | None = None
    """The INT8 scale of each tensor, by its name; None without a calibration cache."""
    input_formats: Mapping[str, str] = field(default_factory=dict)
    """The memory layout planned for network inputs, by tensor: dla_hwc4, chw16 …"""
    static_tensors: frozenset[str] = frozenset()
    """Names of the tensors the builder computes, beyond those the model marks constant."""
    stands_for: Mapping[str, str] = field(default_factory=dict)
    """What a node writes that the builder removes: the tensor that takes its place."""
