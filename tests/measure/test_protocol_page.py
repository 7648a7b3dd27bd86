"""The page on the protocol says what the program does: each number, each reason, each flag."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

import pytest

from measure.compare import conditions
from measure.device import ceilings, gates, power_mode
from measure.power import definitions, marginal, quantisation
from measure.results import endurance
from measure.run import job_records, job_run, run_record, settings
from measure.statistics import interval, outliers, stationarity, stopping, systematic
from tests.measure.codes import REPOSITORY, flags, reasons

PAGE = REPOSITORY / "docs" / "protocol.md"
S = settings.Settings()
_PERCENT = [f"{100 * fraction:g}" for fraction in S.rate_fractions]

SENTENCES = (
    # What a segment is
    (
        f"at least {S.min_pairs} load segments of {S.load_s:g} s, each between two idle segments "
        f"of {S.idle_s:g} s, with a {interval.CONFIDENCE:.0%} interval"
    ),
    f"`{run_record.PROTOCOL}`",
    f"If |H| is more than {definitions.LARGEST_HOST_SHARE:.0%} of the rail's increment",
    (
        f"at {', '.join(_PERCENT[:-1])} and {_PERCENT[-1]}% of the full rate, each twice, "
        f"{S.rate_s:g} s each"
    ),
    f"It needs {marginal.FEWEST_POINTS} points and R² ≥ {marginal.LEAST_R2:g}",
    f"Its interval is Student's at {interval.CONFIDENCE:.0%} over the slope's standard error",
    (
        f"less than {S.soak_change_c:g} °C between the first and the last quarter of a "
        f"{S.soak_window_s:g} s window, for {S.soak_max_s:g} s at most"
    ),
    f"segments ({S.host_pairs} for each job, {S.host_s:g} s each)",
    f"one long load of {S.endurance_s:g} s for each job",
    f"measured once more, {job_run.MOST_ENDURANCES} times in all",
    f"those of its last {S.load_s:g} s",
    f"lower than the figure by more than {endurance.LARGEST_LOSS:.0%}",
    f"{S.warmup_s:g} s of warm-up",
    f"less than {S.common_window_min:.0%} of its run",
    (
        f"without its first {S.settle_s:g} s (clocks and regulators settle) and its last "
        f"{S.tail_s:g} s"
    ),
    f"every {1000 * S.sampler_period_s:g} ± {1000 * S.sampler_jitter_s:g} ms",
    # Gates
    f"After {job_run.MOST_ALIKE} loads in a row",
    f"ran more than {gates.LARGEST_LAG:.0%} below it in {gates.CONSECUTIVE} readings in a row",
    (
        f"ran more than {power_mode.TOLERANCE:.0%} below its cap (rounded down to a step of "
        f"{ceilings.DLA_STEP_MHZ} MHz; "
    ),
    f"it lay more than {power_mode.TOLERANCE:.0%} below the module's highest clock",
    f"busy for {gates.LARGEST_LEAK:.0%} of the time",
    f"was over {S.sampler_median_gap_ms:g} ms, or the longest over {S.sampler_max_gap_ms:g} ms",
    f"less than {S.sampler_coverage:.0%} of the window",
    f"did not start within {S.start_timeout_s:g} s, or did not end within {S.hang_s:g} s",
    f"a build has {S.build_timeout_s:g} s",
    f"more than {outliers.FAR:g} robust standard deviations",
    f"fewer than {systematic.FEW_CODES} steps",
    f"drifts by more than {stationarity.LARGEST_SLOPE:g}% a minute",
    f"scatter by more than {stationarity.LARGEST_COV:.0%}",
    f"of {stationarity.SMALLEST_STEP:.0%} or more for at least {stationarity.SHORTEST_STEP} s",
    # Statistics
    f"Student's t at {interval.CONFIDENCE:.0%}",
    (
        f"the first {S.min_pairs} pairs decide how many are needed for a half-width of "
        f"{S.target_half_width:.0%}, up to {S.max_pairs}; the scatter of those {S.min_pairs} alone"
    ),
    f"taken as {systematic.GAIN:.0%} (assumed",
    f"a percentile bootstrap with {interval.BOOTSTRAP_DRAWS} draws",
    f"a DLA clock under {conditions.SLOWER_CLOCK:.0%} of what the mode allows",
    f"the {systematic.GAIN:.0%} of gain, whether {S.min_pairs} pairs are enough",
)
NAMES = (
    r"`[^`]*`",
    r"\{: #\w+ \}",
    r"\bp99\b",
    r"TensorRT 7\b",
    r"INT8|FP16|L4T|SHA-256|HC3",
    r"^\d+\. ",
    r"\]\([^)]*\)",
)
"""What has digits and is no number of the protocol."""


@lru_cache(maxsize=1)
def text() -> str:
    """Return the page without code blocks, with the signs that tests write."""
    page = re.sub(r"```.*?```", "", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return page.replace(" %", "%")


def rows(head: str) -> dict[str, str]:
    """Return the second cells of a table by the code in the first, under which pages link to it."""
    table = text().partition(f"| {head} |")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| `(\w+)`\{: #\1 \} \| (.+) \|$", table, re.MULTILINE))


def simulation() -> tuple[str, ...]:
    """Return what the page says of the simulation, with the numbers of its test."""
    source = (REPOSITORY / "tests/measure/statistics/test_simulation.py").read_text("utf-8")
    found = {
        target.id: ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in ("RUNS", "COVERAGE")
    }
    low, high = (f"{100 * share:.0f}" for share in found["COVERAGE"])
    return (f"simulates {found['RUNS']} runs", f"in {low} to {high}% of them")


@pytest.mark.parametrize("sentence", [*SENTENCES, *simulation()])
def test_a_number_is_that_of_the_code(sentence: str) -> None:
    assert sentence in text()


def test_no_number_stands_there_untested() -> None:
    """Whatever is left when the sentences above are taken out has no number in it."""
    left = text().partition("---\n\n")[2]
    for sentence in (*SENTENCES, *simulation()):
        left = left.replace(sentence, "")
    for pattern in NAMES:
        left = re.sub(pattern, "", left, flags=re.MULTILINE)

    assert [line for line in left.splitlines() if re.search(r"\d", line)] == []


def test_every_reason_is_explained() -> None:
    found = rows("Reason")

    assert set(found) == reasons()
    assert all(found.values())


def test_every_flag_is_explained() -> None:
    # What an import refuses for is a flag of the refused segment, too.
    assert set(rows("Flag")) == flags() - reasons()


def test_conditions_stand_in_the_order_in_which_they_are_compared() -> None:
    """The table lists the codes in the order of the comparison."""
    source = (REPOSITORY / "measure/compare/conditions.py").read_text(encoding="utf-8")
    functions = {
        node.name: re.findall(
            r"(?:Difference|_unlike)\(\s*\"(\w+)\"", ast.unparse(node).replace("'", '"')
        )
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    expected = [
        code
        for condition in conditions.ORDER
        for code in dict.fromkeys(functions[condition.__name__])
    ]

    table = text().partition("| Order |")[2].partition("\n\n")[0]
    assert re.findall(r"`(\w+)`", table) == expected


def test_stop_reasons_are_those_of_the_code() -> None:
    given_up = (job_records.FAILED, job_records.REFUSED, job_records.INTERRUPTED)
    words = (stopping.NARROW, stopping.CAP, *given_up)

    assert f"The stop reason is in the row: {', '.join(f'`{word}`' for word in words)}." in text()


def test_few_codes_means_the_same_everywhere() -> None:
    assert quantisation.FEWEST_CODES == systematic.FEW_CODES
