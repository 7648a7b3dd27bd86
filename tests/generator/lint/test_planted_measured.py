"""Mistakes in measured rows are named; sound ones pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.lint.sense import ordered_rules
from tests.generator.measured_data import CPU_RUN, DLA_RUN, LOG_PATH, TABLES, write_measured

if TYPE_CHECKING:
    from .planting import Copy

RESULTS, RUNS = "measured/results.csv", "measured/runs.csv"
SEGMENTS, COMPARISONS = "measured/segments.csv", "measured/comparisons.csv"
FILES, RATIOS = "measured/files.csv", "measured/ratios.csv"
BOTH, ONE, GPU, CPU = ({"result": name} for name in ("dla-both", "dla-one", "gpu", "cpu"))
BY_A, BY_B = {"definition": "a"}, {"definition": "b"}
COMPARED = {"metric": "perf_per_watt_ratio"}
FOLDER, FILE = "measured/files", LOG_PATH


@pytest.fixture
def copy(copy: Copy) -> Copy:
    """Return a copy of the data with sound measurements and a log."""
    write_measured(copy.root)
    return copy


def test_sound_measurements_pass(copy: Copy) -> None:
    assert copy.lint() == []


PLANTED = [
    (RESULTS, BOTH, "images_per_second_low", "2036.9", "measured.interval", None),
    (RESULTS, BOTH, "rail_delta_high_w", "2.1", "measured.interval", "rail_delta_w"),
    (RESULTS, BOTH, "module_delta_low_w", "", "measured.interval", "module_delta_w"),
    (RESULTS, BOTH, "marginal_j_high", "0.0033", "measured.interval", "marginal_j"),
    (RESULTS, BOTH, "interval_basis", "none", "measured.interval", "interval_basis"),
    (RUNS, {"run": DLA_RUN}, "quick", "yes", "measured.quick", "run"),
    (RESULTS, ONE, "flags", "custom_settings wide_ci", "measured.custom", "flags"),
    (RESULTS, CPU, "power_mode", "maxn", "measured.cpu", "power_mode"),
    (RESULTS, CPU, "module", "jetson-agx-orin-64gb", "measured.cpu", "module"),
    (RESULTS, GPU, "dla_cores", "1", "measured.cores", "dla_cores"),
    (RESULTS, ONE, "dla_cores", "0", "measured.cores", "dla_cores"),
    (RESULTS, BOTH, "aggregation", "single", "throughput.aggregation", "aggregation"),
    (RESULTS, ONE, "aggregation", "sum", "throughput.aggregation", "aggregation"),
    (RESULTS, BOTH, "segments_valid", "10", "measured.segments", "segments_valid"),
    (RESULTS, BOTH, "segments_valid", "0", "schema.minimum", "segments_valid"),
    (RESULTS, BOTH, "idle_power_w", "15.4", "measured.power", "load_power_w"),
    (RESULTS, BOTH, "images_per_s_per_w_b_low", "950", "measured.interval", None),
    (RESULTS, BOTH, "module_delta_w", "6.5", "measured.power", "images_per_s_per_w_a"),
    (RESULTS, BOTH, "power_mode", "50w", "measured.clock", "dla_mhz"),
    (RESULTS, BOTH, "power_mode", "7w", "modes.unknown", "power_mode"),
    (RUNS, {"run": DLA_RUN}, "kind", "imported", "measured.kind", "source"),
    (RUNS, {"run": DLA_RUN}, "device", "", "measured.kind", "device"),
    (RESULTS, BOTH, "endurance_s", "", "measured.endurance", "endurance_s"),
    (RESULTS, ONE, "endurance_power_w", "15.3", "measured.endurance", "endurance_s"),
    (
        *(RESULTS, BOTH, "endurance_images_per_second", "2052.5"),
        *("measured.endurance", "endurance_images_per_second"),
    ),
    (SEGMENTS, {"segment": "9"}, "reasons", "", "measured.valid", "reasons"),
    (SEGMENTS, {"segment": "1"}, "reasons", "thermal", "measured.valid", "reasons"),
    (SEGMENTS, {"segment": "1"}, "images", "61086", "measured.rate", "images_per_second"),
    (COMPARISONS, ONE, "published_value", "2138", "measured.comparison", "ratio"),
    (COMPARISONS, ONE, "ratio", "0.61", "measured.comparison", "ratio"),
    (COMPARISONS, ONE, "published_record", "x", "measured.comparison", "published_record"),
    (COMPARISONS, COMPARED, "published_value", "3.6", "measured.comparison", "ratio"),
    (COMPARISONS, COMPARED, "ratio", "1.17", "measured.comparison", "ratio"),
    (COMPARISONS, COMPARED, "definition", "a", "measured.comparison", "ratio"),
    (COMPARISONS, COMPARED, "definition", "", "measured.comparison", "definition"),
    (COMPARISONS, ONE, "definition", "a", "measured.comparison", "definition"),
    (COMPARISONS, ONE, "metric", "perf_per_watt_ratio", "measured.comparison", "metric"),
    (COMPARISONS, COMPARED, "published_table", "throughput", "measured.comparison", None),
    (RATIOS, BY_A, "ratio", "0.476", "measured.ratio", "ratio"),
    (RATIOS, BY_A, "ratio_low", "2.15", "measured.ratio", "ratio"),
    (RATIOS, BY_A, "ratio_high", "", "measured.ratio", "ratio"),
    (RATIOS, BY_B, "pairs", "1", "measured.ratio", "pairs"),
    (RATIOS, BY_A, "dla_result", "dla-one", "measured.ratio", "definition"),
    (RATIOS, BY_A, "dla_result", "gpu", "measured.ratio-of", "dla_result"),
    (RATIOS, BY_B, "gpu_result", "dla-both", "measured.ratio-of", "gpu_result"),
    (RATIOS, BY_B, "run", CPU_RUN, "measured.ratio-of", "gpu_result"),
    (RATIOS, BY_B, "weights", "sparse", "measured.ratio-of", "dla_result"),
    (RATIOS, BY_B, "dla_cores", "1", "measured.ratio-of", "dla_cores"),
    (FILES, {"path": FILE}, "sha256", "0" * 64, "run-files.changed", "sha256"),
    (FILES, {"path": FILE}, "bytes", "7", "run-files.changed", "bytes"),
]
"""File, row, column and new cell; the rule that objects, and the column that it names."""


@pytest.mark.parametrize(("path", "where", "column", "value", "rule", "reported"), PLANTED)
def test_a_planted_mistake_is_named(
    copy: Copy, path: str, where: dict[str, str], column: str, value: str, rule: str, reported: str
) -> None:
    line = copy.plant(path, where, column, value)

    found = [(one.rule, one.column, one.line) for one in copy.lint()]

    columns = [name for name, _, _ in found]
    assert columns, "the mistake was not found"
    assert rule in columns
    if reported is not None:
        assert (rule, reported) in [(name, at) for name, at, _ in found]
    if rule not in ("measured.quick",):
        assert line in [at for _, _, at in found]


def test_a_device_may_differ_from_what_a_table_would_print(copy: Copy) -> None:
    """Rules on how printed figures go together refuse nothing that was measured.

    A GPU may lose more than the DLA in a small power mode, sparse weights may gain nothing, two
    cores may share the memory's bandwidth, and perf/W may be another one in each mode.
    """
    _, one, gpu, _ = TABLES["results"]
    results, ratios = [], []
    for mode, rate, ratio in (("50w", 2000, 2), ("30w", 1500, 1), ("15w", 500, 5)):
        per_watt = {"images_per_s_per_w_a": str(ratio * float(gpu["images_per_s_per_w_a"]))}
        here = {"power_mode": mode, "dla_mhz": ""}
        results += [
            {**gpu, **_with_ends("images_per_second", rate), **here, "result": f"gpu-{mode}"},
            {**one, **per_watt, **here, "result": f"dla-{mode}"},
        ]
        ratios.append(
            {
                **TABLES["ratios"][0],
                **_with_ends("ratio", ratio),
                "power_mode": mode,
                "dla_cores": "1",
                "dla_result": f"dla-{mode}",
                "gpu_result": f"gpu-{mode}",
            }
        )
    results += [
        {**one, **_with_ends("images_per_second", 1011), "result": "sparse", "weights": "sparse"},
        {**one, **_with_ends("images_per_second", 1900), "result": "shared"},
    ]
    write_measured(
        copy.root,
        {
            **TABLES,
            "results": [*TABLES["results"], *results],
            "ratios": [*TABLES["ratios"], *ratios],
        },
    )

    assert [(found.rule, found.line, found.problem) for found in copy.lint()] == []


def _with_ends(name: str, value: float) -> dict[str, str]:
    """Return a figure with its interval."""
    return {name: str(value), f"{name}_low": str(0.98 * value), f"{name}_high": str(1.02 * value)}


def test_a_log_that_is_gone_is_named(copy: Copy) -> None:
    (copy.root / FOLDER / FILE).unlink()

    assert [one.rule for one in copy.lint()] == ["run-files.missing"]


def test_a_log_that_no_row_names_is_stray(copy: Copy) -> None:
    copy.write_rows(FILES, copy.rows(FILES)[:1])

    assert [one.rule for one in copy.lint()] == ["key.foreign", "file.stray"]


def test_a_path_out_of_the_folder_is_left_to_the_pattern(copy: Copy) -> None:
    copy.plant(FILES, {"path": FILE}, "path", "../../etc/passwd")

    assert {one.rule for one in copy.lint()} >= {"file.stray"}


def test_each_rule_of_measured_rows_has_a_planted_mistake() -> None:
    rules = {rule.id for rule in ordered_rules() if rule.id.startswith("measured.")}

    assert rules <= {planted[4] for planted in PLANTED}
