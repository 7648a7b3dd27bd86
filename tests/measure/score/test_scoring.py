"""Counting predictions: a fallback is the positive outcome."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from measure.rules import BUILD_TIME, DLA, GPU, UNKNOWN
from measure.score.cases import Case
from measure.score.scoring import Prediction, Tally, score, wilson


def case(runs_on_dla: bool, operator: str = "Conv", **parameters: object) -> Case:
    """Return a case on Orin with TensorRT 10.3."""
    return Case("c", operator, parameters, "orin", "10.3.0", "int8", runs_on_dla, "s", "")


def tally(*outcomes: tuple[str, bool]) -> Tally:
    """Count predictions, each a placement and whether the device ran the node on the DLA."""
    result = Tally()
    for placement, runs in outcomes:
        result.add(Prediction(case(runs), placement, []))
    return result


def test_counts_each_kind_of_outcome() -> None:
    """Folded nodes count as not fallen back, undecided ones apart."""
    result = tally(
        (GPU, False), (GPU, False), (GPU, True), (DLA, False), (DLA, True), (BUILD_TIME, True),
        (UNKNOWN, True),
    )  # fmt: skip

    assert (
        result.true_positive,
        result.false_positive,
        result.false_negative,
        result.true_negative,
        result.unknown,
    ) == (2, 1, 1, 2, 1)
    assert result.n == 7
    assert result.precision == result.recall == result.f1 == pytest.approx(2 / 3)


def test_f1_is_the_harmonic_mean() -> None:
    """F1 from counts equals F1 from precision and recall."""
    result = tally(*[(GPU, False)] * 5, *[(GPU, True)] * 2, *[(DLA, False)] * 3)

    precision, recall = result.precision, result.recall
    assert precision is not None
    assert recall is not None
    assert result.f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_shares_of_nothing_are_unknown() -> None:
    """Without a predicted or observed fallback there is no precision and no recall."""
    result = tally((DLA, True))

    assert (result.precision, result.recall, result.f1) == (None, None, None)


def test_wilson_is_the_published_interval() -> None:
    """The textbook's example: 8 of 10 gives 0.49 to 0.94."""
    interval = wilson(8, 10)

    assert interval == pytest.approx([0.4902, 0.9433], abs=5e-4)
    assert wilson(0, 0) is None
    assert wilson(10, 10) == pytest.approx([1 / (1 + 1.959964**2 / 10), 1.0])


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (1, 1), (3, 7), (500, 1000)])
def test_wilson_holds_the_share(successes: int, trials: int) -> None:
    """The interval lies within 0 to 1, around the share."""
    low, high = wilson(successes, trials) or (math.nan, math.nan)

    assert 0 <= low <= successes / trials <= high <= 1


def test_score_breaks_down_by_source_operator_and_rule() -> None:
    """A kernel beyond its bound is predicted to fall back by the rule on kernels."""
    fits = case(True, kernel_shape=[3, 3], input_shape=[1, 3, 32, 32], weight_shape=[8, 3, 3, 3])
    too_large = case(
        False, kernel_shape=[33, 1], input_shape=[1, 3, 64, 64], weight_shape=[8, 3, 33, 1]
    )

    result = score([fits, too_large])

    assert result.total.f1 == 1.0
    assert {"s"} == set(result.by_source)
    assert {"Conv"} == set(result.by_operator)
    assert result.by_rule["conv.kernel"].true_positive == 1
    assert result.disagreements == []


def test_an_open_release_is_judged_only_where_all_agree() -> None:
    """LeakyRelu runs from one release on, a plugin on none."""
    leaky = replace(case(False, "LeakyRelu"), soc="xavier", tensorrt="", precision="")
    plugin = replace(leaky, operator="Plugin")

    result = score([leaky, plugin])

    assert [one.placement for one in result.predictions] == [UNKNOWN, GPU]


def test_a_case_that_makes_no_sense_is_left_open() -> None:
    """A shape that is no shape is told, and the other cases are scored."""
    result = score([case(True, kernel_shape="three"), case(True, operator="Relu")])

    assert [one.is_unknown for one in result.predictions] == [True, False]
    assert "kernel_shape" in result.predictions[0].problem
