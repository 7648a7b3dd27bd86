"""Measurements that gave no figure, since a condition did not hold in any of their segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping

from measure.printable import safe

NOT_APPLIED = ("mode_contradicted", "mode_changed")
"""Reasons that mean that another power mode was in force than the one asked for."""


@dataclass(frozen=True)
class Refusal:
    """One measurement without a figure.

    Parameters
    ----------
    result
        The key that its result would have.
    reasons
        Codes of what did not hold, each once.
    """

    run: str
    result: str
    reasons: tuple[str, ...]

    @property
    def first_difference(self) -> str:
        """Return the condition that keeps it from being compared, as comparisons name it."""
        applied = not any(code in NOT_APPLIED for code in self.reasons)
        return "invalid" if applied else "power_mode_not_applied"

    def as_dict(self) -> dict[str, Any]:
        """Return the refusal for JSON."""
        return {
            "run": self.run,
            "result": self.result,
            "first_difference": self.first_difference,
            "reasons": list(self.reasons),
        }

    def as_text(self) -> str:
        """Return the refusal in one paragraph."""
        codes = ", ".join(self.reasons)
        if self.first_difference == "power_mode_not_applied":
            why = f"the power mode was not applied ({codes})"
        else:
            why = f"a condition did not hold in any segment ({codes})"
        return f"{safe(self.result)}: no figure to compare; {why}; the journal has the details"


def refusals(
    segments: Iterable[Mapping[str, str]], results: Iterable[Mapping[str, str]]
) -> list[Refusal]:
    """Return the measurements whose load segments are all invalid.

    Parameters
    ----------
    segments, results
        Rows of the measured tables.
    """
    loads = [row for row in segments if row["role"] == "load"]
    given = {row["result"] for row in results}
    given |= {row["result"] for row in loads if row.get("valid") == "yes"}
    found: dict[tuple[str, str], dict[str, None]] = {}
    for row in loads:
        if row["result"] not in given:
            codes = found.setdefault((row["run"], row["result"]), {})
            codes.update(dict.fromkeys(row["reasons"].split()))
    return [Refusal(run, result, tuple(codes)) for (run, result), codes in found.items()]
