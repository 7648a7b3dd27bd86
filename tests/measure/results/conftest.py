"""What tests of results share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.measure.results import journals

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def orin(tmp_path: Path) -> Path:
    """Return the folder of a run on a Jetson: one core, both, both and the GPU, and failures."""
    one, two = journals.job(), journals.job(cores=(0, 1))
    together = journals.job("gpu+dla", (0, 1))
    broken = journals.job("gpu", (), network="own-model", power_mode="30w")
    refused = journals.job("dla", (1,), job="refused0", power_mode="30w")
    reason = {"code": "gpu_clock", "text": "GPU ran at 813 MHz, the mode caps it at 612 MHz"}
    bad = {"valid": False, "reasons": [reason]}
    records: list[dict[str, Any]] = [
        journals.run_record(),
        journals.plan(one, two, together, broken, refused),
        journals.mode(),
        journals.build(one),
        *journals.measured(one),
        journals.build(two, outcome="cached", seconds=0.0),
        *journals.measured(two, 1900.0),
        journals.build(together, outcome="cached", seconds=0.0),
        journals.build(together, build="gpu0", engine="gpu", command=["trtexec", "--int8"]),
        *journals.measured(together, 3000.0),
        journals.mode("30w", 2),
        journals.build(
            broken, build="dead", outcome="failed", failure="out_of_memory", placement="unknown"
        ),
        journals.stop(broken, "failed"),
        journals.build(refused, build="b0b1b2b3", outcome="cached"),
        journals.idle(refused, 1, 1),
        journals.load(refused, 2, 1, 500.0, **bad),
        journals.idle(refused, 3, 1),
        journals.stop(refused, "refused"),
        {"type": "end", "outcome": "complete"},
    ]
    return journals.write(tmp_path, records)
