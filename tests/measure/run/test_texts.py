"""What a run says of itself when it ends."""

from __future__ import annotations

import pytest

from measure.run.texts import results_as_text


@pytest.mark.parametrize(
    ("engine", "flags", "quick", "said"),
    [
        ("dla", "", "no", "where the repository is: make publish RUN=one"),
        ("dla", "custom_settings wide_ci", "no", "(DLA_MEASURE_SETTINGS): not for the site"),
        ("dla", "custom_settings", "yes", "a quick run of a DLA or GPU is not published"),
        ("cpu", "quick", "yes", "where the repository is: make publish RUN=one"),
        ("cpu", "custom_settings", "no", "where the repository is: make publish RUN=one"),
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


@pytest.mark.parametrize("segments", [[], [{"valid": "no"}]])
def test_a_run_that_was_broken_off_goes_on(segments: list[dict[str, str]]) -> None:
    """Without a figure there is nothing to compare; what there is of segments says why."""
    tables = {"runs": [{"quick": "no"}], "results": [], "segments": segments}

    shown = results_as_text(tables, "one", broken_off=True)

    assert shown.splitlines()[-2:] == [
        "run one",
        "go on with it: python3 -m measure run --resume one",
    ]
    assert ("segments.csv" in shown) == bool(segments)
