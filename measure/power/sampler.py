"""Sample the rails in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.machine import Machine
    from measure.power.rails import Rail


class Sampler:
    """Samples rails into a file from `start` (or ``with``) to `stop`."""

    def __init__(
        self,
        machine: Machine,
        rails: Sequence[Rail],
        path: Path,
        period_s: float = 0.02,
        jitter_s: float = 0.01,
        seed: int = 0,
    ) -> None:
        raise NotImplementedError
