"""Where the layers are, as a build's record has it."""

from __future__ import annotations

from typing import Any

import pytest

from measure.trtexec.layer_info import read_layer_info
from measure.trtexec.placement import placement_record, runs_in_fp16
from tests.measure.trtexec.files import CORPUS, corpus, only_run


def _log(name: str) -> Any:
    from measure.trtexec.log import read_trtexec_log

    (run,) = read_trtexec_log(str(CORPUS.parent / "logs" / name)).runs
    return run.run


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (only_run("trt103_dla.log").run, ("dla", "engine", 0, 1, 1)),
        (only_run("trt85_shapes.log").run, ("mixed", "lists", 1, 1, None)),
        (only_run("trt86_streams.log").run, ("gpu", "options", None, None, None)),
        (only_run("trt84_loaded.log").run, ("unknown", "", None, None, None)),
        (_log("trt103_normal.log"), ("mixed", "refusals", None, None, None)),
        (_log("failed_no_dla.log"), ("unknown", "", None, None, None)),
    ],
)
def test_from_the_log(run: Any, expected: tuple[Any, ...]) -> None:
    """Rows of the engine, lists, options or refusals, in this order."""
    record = placement_record(run)

    assert expected == (
        record["placement"],
        record["placement_basis"],
        record["gpu_layers"],
        record["dla_subgraphs"],
        record["reformats"],
    )


def test_layer_info_is_nearer_to_the_truth() -> None:
    """What the engine consists of replaces what the builder meant to do."""
    run = only_run("trt85_shapes.log").run
    mixed = placement_record(run, read_layer_info(corpus("layer_info.json"), for_dla=True))
    gpu = placement_record(None, read_layer_info(corpus("layer_info_names.json"), for_dla=False))

    assert (mixed["placement"], mixed["gpu_layers"], mixed["reformats"]) == ("mixed", 1, 1)
    assert mixed["placement_basis"] == gpu["placement_basis"] == "layer_info"
    assert (gpu["placement"], gpu["dla_subgraphs"]) == ("gpu", 0)


def test_nothing_known() -> None:
    """Without any file every count is unknown."""
    record = placement_record(None)

    assert record.pop("placement") == "unknown"
    assert record.pop("placement_basis") == ""
    assert set(record.values()) == {None}


def test_fp16_inside_a_subgraph() -> None:
    """The rows of the DLA's network tell the type of each layer."""
    assert not runs_in_fp16(only_run("trt103_dla.log").run)
    verbose = _log("trt103_verbose.log")
    halves = [layer for layer in verbose.engine.inner if layer.precision == "Half"]

    assert runs_in_fp16(verbose) == bool(halves)
