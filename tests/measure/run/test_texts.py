"""What a run says of itself when it ends."""

from __future__ import annotations

import pytest

from measure.run.texts import results_as_text


@pytest.mark.parametrize(
    ("engine", "flags", "quick", "said"),
    [
        ("dla", "", "no", "put the run on the site: make publish RUN=one"),
        ("dla", "custom_settings wide_ci", "no", "(DLA_MEASURE_SETTINGS): not for the site"),
        ("dla", "custom_settings", "yes", "a quick run is not published"),
        ("cpu", "custom_settings", "no", "put the run on the site: make publish RUN=one"),
    ],
)
def test_next_step(engine: str, flags: str, quick: str, said: str) -> None:
    """Only what follows the protocol is offered to the site."""
    row = {
        "model": "tiny",
        "engine": engine,
        "dla_cores": "1",
        "precision": "int8",
        "weights": "dense",
        "batch": "1",
        "aggregation": "single",
        "images_per_second": "100",
        "stop_reason": "narrow",
        "flags": flags,
    }

    shown = results_as_text({"runs": [{"quick": quick}], "results": [row]}, "one")

    assert said in shown.splitlines()[-1]
    assert ("make publish" in shown) == ("make publish" in said)
