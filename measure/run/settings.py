"""How long to measure, how often, and when to stop."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Mapping

from measure.errors import UserError

OVERRIDES = "DLA_MEASURE_SETTINGS"


@dataclass(frozen=True)
class Settings:
    """Durations in seconds and limits; the defaults are those of the protocol."""

    load_s: float = 60.0
    idle_s: float = 30.0
    host_s: float = 60.0
    rate_s: float = 60.0
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
        """Return settings for a first look; the rows are flagged quick and never published."""
        return cls(
            load_s=8.0,
            idle_s=5.0,
            host_s=10.0,
            rate_s=10.0,
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
        try:
            stored = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"{path} (settings): {error}") from None
        if not isinstance(stored, dict):
            raise UserError(f"{path} (settings): a JSON object is needed")
        return replace(self.changed(stored, path), custom=True)

    def changed(self, values: Mapping[str, Any], source: str) -> Settings:
        """Return the settings with other values."""
        known = asdict(self)
        for name, value in values.items():
            if name not in known:
                raise UserError(f"{source} (settings): {name!r} is no setting")
            if name != "rate_fractions" and not isinstance(value, (int, float)):
                raise UserError(f"{source} (settings): {name} must be a number")
        fractions = values.get("rate_fractions", self.rate_fractions)
        return replace(self, **{**values, "rate_fractions": tuple(fractions)})

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        return {**asdict(self), "rate_fractions": list(self.rate_fractions)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Settings:
        """Return the settings that the journal stored."""
        names = {field.name for field in fields(cls)}
        known = {name: value for name, value in stored.items() if name in names}
        return cls().changed(known, "journal")
