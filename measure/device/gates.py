"""The conditions of a segment, and which of them didn't hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why a segment doesn't count, or a flag that it carries."""

    code: str
    """under_voltage, gpu_clock, boot_changed …"""
    text: str
    """One sentence with what was seen."""
