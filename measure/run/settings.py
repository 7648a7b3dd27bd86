"""How long to measure, how often, and when to stop."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Mapping

from measure.errors import UserError
from measure.regular import check_regular

OVERRIDES = "DLA_MEASURE_SETTINGS"
LONGEST_S = 86_400.0
"""Nothing takes longer than a day."""
LARGEST = 604_800.0
"""What is no time is not above this."""
SHORTEST_S = 0.001
FEWEST_PAIRS, MOST_PAIRS = 2, 1000
"""One pair alone has no scatter that could decide about the number of all."""
ABOVE_ZERO = (
    *("load_s", "idle_s", "host_s", "rate_s", "endurance_s", "block_s"),
    *("sampler_period_s", "watch_period_s", "target_half_width"),
)
"""What can't be nothing at all."""


@dataclass(frozen=True)
class Settings:
    """Durations in seconds and limits; the defaults are those of the protocol."""

    load_s: float = 60.0
    idle_s: float = 30.0
    host_s: float = 60.0
    rate_s: float = 60.0
    endurance_s: float = 600.0
    """Of the one long load of a job, where it is asked for."""
    settle_s: float = 5.0
    """Cut off at the start of each segment: clocks and regulators settle."""
    tail_s: float = 1.0
    """Cut off before the first instance stops."""
    warmup_s: float = 5.0
    soak_window_s: float = 120.0
    soak_max_s: float = 900.0
    soak_change_c: float = 0.5
    min_pairs: int = 8
    max_pairs: int = 16
    target_half_width: float = 0.02
    """Stop when the interval's half-width is this part of the figure."""
    sampler_period_s: float = 0.02
    sampler_jitter_s: float = 0.01
    sampler_median_gap_ms: float = 40.0
    sampler_max_gap_ms: float = 250.0
    sampler_coverage: float = 0.98
    watch_period_s: float = 1.0
    block_s: float = 1.0
    common_window_min: float = 0.8
    """Part of an instance's run in which all the others must run too."""
    rate_fractions: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
    host_pairs: int = 2
    build_timeout_s: float = 3600.0
    operator_timeout_s: float = 300.0
    """How long the build of a network of one operator may take."""
    start_timeout_s: float = 300.0
    """How long a process may take to load its engine."""
    hang_s: float = 60.0
    """How long a process may run past its time before it is killed."""
    boot_patience_s: float = 900.0
    """How long a device gets to come to rest after it was booted."""
    quick: bool = False
    custom: bool = False
    """Whether a file changed any of this; rows are flagged then."""

    @classmethod
    def make_quick(cls) -> Settings:
        """Return settings for a first look; the rows are flagged quick."""
        return cls(
            load_s=8.0,
            idle_s=5.0,
            host_s=10.0,
            rate_s=10.0,
            endurance_s=30.0,
            settle_s=2.0,
            warmup_s=1.0,
            soak_window_s=10.0,
            soak_max_s=60.0,
            min_pairs=5,
            max_pairs=5,
            quick=True,
        )

    def overridden(self, path: str | None = None) -> Settings:
        """Return the settings changed by a JSON file: the one given, or DLA_MEASURE_SETTINGS."""
        path = path or os.environ.get(OVERRIDES)
        if not path:
            return self
        check_regular(path)
        try:
            stored = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UserError(f"{path} (settings): cannot be read: {reason}") from None
        if not isinstance(stored, dict):
            raise UserError(f"{path} (settings): a JSON object is needed")
        return replace(self.changed(stored, path), custom=True)

    def changed(self, values: Mapping[str, Any], source: str) -> Settings:
        """Return the settings with other values."""
        known = asdict(self)
        for name, value in values.items():
            if name not in known:
                raise UserError(f"{source} (settings): {name!r} is no setting")
            problem = _problem(name, value, known[name])
            if problem:
                raise UserError(f"{source} (settings): {name} must be {problem}")
        fractions = values.get("rate_fractions", self.rate_fractions)
        changed = replace(self, **{**values, "rate_fractions": tuple(fractions)})
        if changed.min_pairs > changed.max_pairs:
            raise UserError(f"{source} (settings): min_pairs is above max_pairs")
        return changed

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        return {**asdict(self), "rate_fractions": list(self.rate_fractions)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Settings:
        """Return the settings that the journal stored."""
        names = {field.name for field in fields(cls)}
        known = {name: value for name, value in stored.items() if name in names}
        return cls().changed(known, "journal")


def _problem(name: str, value: Any, default: Any) -> str:
    """Return what a setting must be; empty if the value is that."""
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "true or false"
    if isinstance(default, tuple):
        is_list = isinstance(value, (list, tuple)) and all(map(_is_number, value))
        return "" if is_list and all(0 < part <= 1 for part in value) else "a list of parts of 1"
    if not _is_number(value):
        return "a number"
    if isinstance(default, int):
        fewest = FEWEST_PAIRS if name == "min_pairs" else 0
        is_count = isinstance(value, int) and fewest <= value <= MOST_PAIRS
        return "" if is_count else f"a whole number from {fewest} to {MOST_PAIRS}"
    least = 0 if name not in ABOVE_ZERO else SHORTEST_S
    most = LONGEST_S if name.endswith("_s") else LARGEST
    return "" if least <= value <= most else f"from {least:g} to {most:g}"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
