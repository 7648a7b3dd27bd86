"""All rules of sense, in the order they are asked."""

from __future__ import annotations

from generator.lint import (
    sense_accuracy,
    sense_evidence,
    sense_examples,
    sense_limits,
    sense_measured,
    sense_mlperf,
    sense_modes,
    sense_modules,
    sense_operators,
    sense_ratios,
    sense_rules,
    sense_siblings,
    sense_sources,
    sense_throughput,
    sense_versions,
)
from generator.lint.rules import RULES, Rule

_ORDER = [
    module.__name__
    for module in (
        sense_modules,
        sense_modes,
        sense_throughput,
        sense_limits,
        sense_siblings,
        sense_accuracy,
        sense_mlperf,
        sense_versions,
        sense_rules,
        sense_examples,
        sense_operators,
        sense_evidence,
        sense_measured,
        sense_ratios,
        sense_sources,
    )
]
"""Of two findings on one cell the first stands, so what says more about a mistake comes first."""


def ordered_rules() -> list[Rule]:
    """Return the rules, whatever order their modules were imported in."""
    return sorted(RULES, key=lambda rule: _ORDER.index(rule.check.__module__))
