"""What each form of log comes to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import measure.build_log
from measure.build_log.as_json import as_json
from measure.build_log.build_log import read_build_log
from measure.build_log.text import as_text
from tests.measure.build_log.logs import CORPUS, corpus_files, only_run, summary_of

SCHEMA = json.loads((Path(measure.build_log.__file__).parent / "schema.json").read_text())


def _numbers(name: str) -> dict[str, Any]:
    numbers: dict[str, Any] = only_run(name)["summary"]
    return numbers


@pytest.mark.parametrize("path", corpus_files(), ids=lambda path: path.name)
def test_json_of_every_log_is_of_the_schema(path: Path) -> None:
    """The schema describes what is written, whatever was read."""
    log = read_build_log(str(path))

    jsonschema.validate(json.loads(json.dumps(as_json(log))), SCHEMA)
    assert as_text(log).startswith(path.name)


def test_lists_on_one_line() -> None:
    """7.x prints each list on one line, groups in braces."""
    run = only_run("trt7_lists.log")

    assert [subgraph["ends"] for subgraph in run["subgraphs"]] == [
        ["stem/conv", "(Unnamed Layer* 3) [Scale]"],
        ["body/conv_a", "body/relu_a", "body/conv_b"],
    ]
    assert [layer["name"] for layer in run["gpu_layers"]] == [
        "stem/leaky",
        "PWN(PWN(head/exp, head/add), head/mul)",
        "(Unnamed Layer* 20) [Constant] + (Unnamed Layer* 21) [Shuffle]",
    ]
    assert tuple(run["summary"][key] for key in ("dla_subgraphs", "dla_layers", "gpu_layers")) == (
        2,
        5,
        3,
    )
    assert run["tensorrt"] is None
    assert (run["settings"]["dla_core"], run["settings"]["gpu_fallback"]) == (1, True)


def test_an_empty_list_is_not_a_missing_one() -> None:
    """Nothing on the DLA is a result, not an unknown."""
    numbers = _numbers("trt7_nothing_on_dla.log")

    assert tuple(
        numbers[key] for key in ("placement", "dla_subgraphs", "dla_layers", "gpu_layers")
    ) == ("none_on_dla", 0, 0, 1)


def test_lists_with_a_line_for_each_layer() -> None:
    """8.x: ForeignNodes with their ends, and GPU layers with their types."""
    run = only_run("trt85_lists.log")

    assert [subgraph["ends"] for subgraph in run["subgraphs"]] == [
        ["/stem/Conv + /stem/Relu", "/neck/it's, a [list]...v2/Relu"],
        ["/neck/Conv + (Unnamed Layer* 9) [ElementWise]"],
    ]
    assert [layer["type"] for layer in run["gpu_layers"]] == [
        "SHUFFLE",
        "CONCATENATION",
        "POINTWISE",
    ]
    assert run["summary"]["dla_layers"] is None
    assert "a ForeignNode names its first and last layer only" in run["unknown"][0]
    assert run["tensorrt"] == "8.5.2"


def test_gpu_layers_without_type() -> None:
    """Early 8.x gives no types."""
    run = only_run("trt82_untyped.log")

    assert run["gpu_layers"] == [{"name": "Softmax_9", "type": ""}]
    assert (run["settings"]["soc"], run["tensorrt"]) == ("xavier", "8.2.1")


def test_everything_on_the_dla() -> None:
    numbers = _numbers("trt86_all_on_dla.log")

    assert tuple(
        numbers[key] for key in ("placement", "dla_subgraphs", "dla_layers", "gpu_layers")
    ) == ("all_on_dla", 1, 1, 0)


def test_a_verbose_log_tells_all() -> None:
    """Candidates, what was offloaded, inner layers, borders and reformats."""
    run = only_run("trt103_verbose.log")

    assert run["summary"] == {
        "placement": "some_on_gpu",
        "basis": "engine",
        "dla_subgraphs": 2,
        "dla_layers": 4,
        "gpu_layers": 2,
        "reformats": 2,
        "candidate_layers": 4,
        "candidates": 2,
        "offloaded": 2,
        "refused": 1,
        "bookkeeping": 2,
    }
    assert run["subgraphs"][0]["inputs"][0]["vector"] == 4
    assert run["subgraphs"][0]["outputs"][0]["vector"] == 32
    assert [layer["precision"] for layer in run["dla_layers"]] == ["Int8", "Int8", "Half", "Int8"]
    assert [layer["type"] for layer in run["gpu_layers"]] == ["CaskPooling", "NoOp"]
    assert "without calibration" in run["warnings"][0]


def test_a_quiet_log_says_that_it_does_not_tell() -> None:
    """10.x prints no list without --verbose; the refusals still show that something fell back."""
    run = only_run("trt103_normal.log")

    assert tuple(run["summary"][key] for key in ("placement", "dla_subgraphs", "gpu_layers")) == (
        "some_on_gpu",
        None,
        None,
    )
    assert "--verbose" in run["unknown"][0]


def test_candidates_are_not_the_result() -> None:
    """The list names four layers, the compiler took one subgraph of three."""
    run = only_run("trt103_capped.log")

    assert tuple(
        run["summary"][key] for key in ("dla_subgraphs", "gpu_layers", "candidate_layers")
    ) == (1, None, 4)
    (warning,) = run["warnings"]
    assert warning.startswith("1 of 3 candidates were offloaded to the DLA; the 4 layers listed")


def test_reasons_are_paired_with_the_layers_they_are_about() -> None:
    """A named reason finds its layer; a nameless one the layer of the next line."""
    refusals = {refusal["layer"]: refusal for refusal in only_run("trt85_lists.log")["refusals"]}

    assert (
        refusals["/head/Concat_2"]["rule"],
        refusals["/head/Concat_2"]["type"],
    ) == ("concat.axis", "CONCATENATION")
    assert refusals["/head/Pow"]["rule"] == "elt.divpow"
    assert refusals["/neck/Reshape"]["rule"] == "shuffle.neighbours"
    assert refusals["/head/Constant_1_output_0"]["bookkeeping"]
    assert refusals["(Unnamed Layer* 31) [Shuffle]"]["bookkeeping"]
    assert all(
        reason["what_to_do"] for refusal in refusals.values() for reason in refusal["reasons"]
    )


def test_what_is_printed_again_is_kept_once(tmp_path: Path) -> None:
    """A builder that refuses a layer in each of its passes gives no more reasons for it."""
    said = (
        "[01/02/2024-09:00:00] [W] [TRT] MatMul is unsupported on DLA\n"
        "[01/02/2024-09:00:00] [W] [TRT] Layer 'x' (MATRIX_MULTIPLY): Unsupported on DLA. "
        "Switching this layer's device type to GPU.\n"
    )
    log = tmp_path / "passes.log"
    log.write_text(3 * said)
    (run,) = as_json(read_build_log(str(log)))["runs"]

    (refusal,) = run["refusals"]
    assert [reason["line"] for reason in refusal["reasons"]] == [1, 2]
    assert {told["count"] for told in run["messages"]} == {3}


def test_the_oldest_wording_is_understood() -> None:
    """Bookkeeping shows by the name where the type is missing."""
    refusals = {refusal["layer"]: refusal for refusal in only_run("trt5_fallback.log")["refusals"]}

    assert refusals["neck-route"]["rule"] == "concat.inputs"
    assert refusals["(Unnamed Layer* 12) [Shuffle]"]["bookkeeping"]
    assert not refusals["stem-act"]["bookkeeping"]


def test_a_type_that_is_no_layer_s_is_not_taken_for_one() -> None:
    """An activation is LEAKY_RELU; the layer's type is not printed."""
    refusals = {refusal["layer"]: refusal for refusal in only_run("trt7_lists.log")["refusals"]}

    assert refusals["stem/leaky"]["type"] is None
    assert [reason["message"] for reason in refusals["stem/leaky"]["reasons"]] == ["m8b", "m2"]
    assert refusals["head/mul"]["rule"] == "gen.batch"


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("failed_no_dla.log", {"m21"}),
        ("failed_no_fallback.log", {"f1", "f3"}),
        ("failed_standalone.log", {"m19", "f3"}),
        (
            "runtime_failures.log",
            {"m23b", "m23c", "m23", "m23d", "f4", "f5", "m20", "f2", "m22"},
        ),
    ],
)
def test_failures_are_classified(name: str, keys: set[str]) -> None:
    run = only_run(name)

    assert run["summary"]["placement"] == "failed"
    assert keys == {failure["message"] for failure in run["failures"]}


def test_a_failure_without_error_lines_says_what_is_missing() -> None:
    run = only_run("failed_without_errors.log")

    assert run["outcome"] == "failed"
    assert "2>&1" in run["warnings"][0]


def test_errors_that_nothing_explains_are_kept() -> None:
    assert only_run("failed_no_dla.log")["errors"] == ["Network And Config setup failed"]


def test_runs_are_told_apart_by_their_banners() -> None:
    """Each has its own command, core and outcome; the lines between belong to the next."""
    log = as_json(read_build_log(str(CORPUS / "two_runs.log")))

    assert [
        (run["summary"]["placement"], run["settings"]["dla_core"], run["outcome"])
        for run in log["runs"]
    ] == [("all_on_dla", 0, "passed"), ("failed", 1, "failed")]
    assert [run["settings"]["model"] for run in log["runs"]] == ["one.onnx", "two.onnx"]
    assert log["notes"] == []


def test_runs_that_write_into_one_log_are_ended_by_their_own_banner() -> None:
    """Outcomes go by the command line; a note says that lines may be mixed up."""
    log = as_json(read_build_log(str(CORPUS / "interleaved.log")))

    assert [run["outcome"] for run in log["runs"]] == ["passed", "failed"]
    assert "runs overlap" in log["notes"][0]


def test_a_build_from_python_has_no_banner() -> None:
    run = only_run("python_api.log")

    assert tuple(run["summary"][key] for key in ("placement", "dla_subgraphs", "gpu_layers")) == (
        "some_on_gpu",
        1,
        2,
    )
    assert [refusal["rule"] for refusal in run["refusals"]] == ["slice.rank", "slice.mode.old"]
    assert any("whether the build succeeded" in sentence for sentence in run["unknown"])


def test_deepstream_writes_its_own_stamps() -> None:
    run = only_run("deepstream.log")

    assert tuple(run["summary"][key] for key in ("dla_subgraphs", "dla_layers", "gpu_layers")) == (
        2,
        3,
        2,
    )
    assert run["refusals"][0]["rule"] == "gen.loadables"


def test_colours_and_a_cut_do_no_harm() -> None:
    run = only_run("coloured_and_cut.log")

    assert (run["outcome"], run["tensorrt"]) == ("unknown", "8.5.2")
    assert run["refusals"][0]["layer"] == "/head/Pow"


def test_a_build_for_the_gpu_has_nothing_on_the_dla() -> None:
    run = only_run("gpu_only.log")

    assert (run["summary"]["placement"], run["settings"]["uses_dla"]) == ("none_on_dla", False)
    assert run["unknown"] == []


def test_the_last_of_several_lists_counts(tmp_path: Path) -> None:
    """A builder that calibrates prints its lists once before the real build."""
    text = (CORPUS / "trt86_all_on_dla.log").read_text()
    title = text.index("[02/03/2024-09:00:03]")
    first = text[title:].partition("[02/03/2024-09:00:09]")[0]
    path = tmp_path / "build.log"
    path.write_text(text[:title] + first + text[title:])
    run = as_json(read_build_log(str(path)))["runs"][0]

    assert run["summary"]["dla_subgraphs"] == 1
    assert "the lists of layers were printed 2 times" in run["warnings"][0]


def test_a_list_that_is_cut_is_not_complete(tmp_path: Path) -> None:
    """Without the title of the GPU's list nobody knows what is on the GPU."""
    text = (CORPUS / "trt86_all_on_dla.log").read_text()
    path = tmp_path / "build.log"
    path.write_text(
        text[: text.index("[02/03/2024-09:00:03] [I] [TRT] ---------- Layers Running on GPU")]
    )
    run = as_json(read_build_log(str(path)))["runs"][0]

    assert (run["summary"]["placement"], run["summary"]["gpu_layers"]) == ("unknown", None)


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "build.log"
    path.write_bytes(
        b"[W] [TRT] Layer 'a\x07\x9bb' (REDUCE): Unsupported on DLA. Switching this "
        b"layer's device type to GPU.\n"
    )
    text = as_text(read_build_log(str(path)))

    assert "a\\x07" in text


def test_equal_causes_are_told_once() -> None:
    """Many layers with one cause take one entry."""
    text = as_text(read_build_log(str(CORPUS / "trt103_capped.log")))

    assert "2 layers: Too many subgraphs (message m16, rule gen.loadables)" in text
    assert "/b/Conv and 1 more" in text


def test_a_summary_keeps_refusals_apart_from_bookkeeping() -> None:
    summary = summary_of("trt103_verbose.log")

    assert [refusal.layer for refusal in summary.refused] == ["/pool/GlobalAveragePool"]
    assert [refusal.layer for refusal in summary.bookkeeping] == ["/Flatten", "fc.weight"]
