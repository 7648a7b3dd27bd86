"""Predict each case by the rules alone and count how often devices agree."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Callable, Iterable, Sequence

from measure.errors import UserError
from measure.rules import BUILD_TIME, DLA, GPU, UNKNOWN, NetworkContext, load_rules
from measure.rules.cases import graph_from_case

if TYPE_CHECKING:
    from measure.score.cases import Case

_OF_STATE = {
    "native": DLA,
    "limited": DLA,
    "build_time": BUILD_TIME,
    "reconstruction": GPU,
    "refused": GPU,
}

CONFIDENCE = 0.95
"""Confidence level of the intervals."""


@dataclass(frozen=True)
class Prediction:
    """What the rules say of a case."""

    case: Case
    placement: str
    """dla, gpu, build_time or unknown."""
    rules: Sequence[str]
    """Rules that keep the node off the DLA."""
    listed: str = UNKNOWN
    """What the operator's state alone says, without a look at parameters."""
    problem: str = ""
    """Why the case can't be judged at all."""

    @property
    def is_unknown(self) -> bool:
        """Whether the rules don't decide."""
        return self.placement == UNKNOWN

    @property
    def falls_back(self) -> bool:
        """Whether the rules say that the node leaves the DLA."""
        return self.placement == GPU

    @property
    def agrees(self) -> bool:
        """Whether the device did what the rules say."""
        return not self.is_unknown and self.falls_back != self.case.runs_on_dla


@dataclass
class Tally:
    """Counts of predictions; "positive" means that the node falls back to the GPU."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0
    unknown: int = 0
    seen: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, prediction: Prediction) -> None:
        """Count a prediction."""
        self.seen.add(prediction.case.circumstances())
        if prediction.is_unknown:
            self.unknown += 1
        elif prediction.falls_back:
            self.true_positive += not prediction.case.runs_on_dla
            self.false_positive += prediction.case.runs_on_dla
        else:
            self.false_negative += not prediction.case.runs_on_dla
            self.true_negative += prediction.case.runs_on_dla

    @property
    def n(self) -> int:
        """Number of cases, those the rules don't decide among them."""
        return (
            self.true_positive
            + self.false_positive
            + self.false_negative
            + self.true_negative
            + self.unknown
        )

    @property
    def precision(self) -> float | None:
        """Share of predicted fallbacks that devices showed."""
        return _share(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float | None:
        """Share of observed fallbacks that the rules predict."""
        return _share(self.true_positive, self.true_positive + self.false_negative)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        wrong = self.false_positive + self.false_negative
        return _share(2 * self.true_positive, 2 * self.true_positive + wrong)

    def as_dict(self) -> dict[str, Any]:
        """Return counts and figures for JSON; a share of nothing is null."""
        return {
            "n": self.n,
            "distinct": len(self.seen),
            "unknown": self.unknown,
            "true_positive": self.true_positive,
            "false_positive": self.false_positive,
            "false_negative": self.false_negative,
            "true_negative": self.true_negative,
            "precision": self.precision,
            "precision_interval": wilson(
                self.true_positive, self.true_positive + self.false_positive
            ),
            "recall": self.recall,
            "recall_interval": wilson(self.true_positive, self.true_positive + self.false_negative),
            "f1": self.f1,
        }


@dataclass
class Score:
    """How the rules do on a set of cases."""

    predictions: list[Prediction]
    total: Tally = field(default_factory=Tally)
    listed: Tally = field(default_factory=Tally)
    """The same cases by the operators' states alone."""
    by_source: dict[str, Tally] = field(default_factory=dict)
    by_rule: dict[str, Tally] = field(default_factory=dict)
    by_operator: dict[str, Tally] = field(default_factory=dict)

    @property
    def disagreements(self) -> list[Prediction]:
        """Predictions that a device contradicts."""
        return [one for one in self.predictions if not one.is_unknown and not one.agrees]

    @property
    def undecided(self) -> list[Prediction]:
        """Cases that the rules leave open."""
        return [one for one in self.predictions if one.is_unknown]


def score(cases: Iterable[Case]) -> Score:
    """Predict every case and count.

    A rule counts the cases in which it alone or with others keeps the node off the DLA.
    """
    found: dict[tuple[str, ...], Prediction] = {}
    predictions = []
    for case in cases:
        known = found.get(case.circumstances())
        prediction = predict(case) if known is None else replace(known, case=case)
        found[case.circumstances()] = prediction
        predictions.append(prediction)
    result = Score(predictions)
    for prediction in predictions:
        result.total.add(prediction)
        result.listed.add(replace(prediction, placement=prediction.listed))
    result.by_source = _tallies(predictions, lambda one: [one.case.source])
    result.by_operator = _tallies(predictions, lambda one: [one.case.operator])
    result.by_rule = _tallies(predictions, lambda one: one.rules)
    return result


def predict(case: Case) -> Prediction:
    """Return what the rules say of a case.

    Where a case leaves the release, the SoC or the precision open, every one that it may mean
    is asked; the rules decide only if all answers are the same.
    """
    book = load_rules()
    try:
        graph, node = graph_from_case(case.operator, dict(case.parameters))
    except UserError as error:
        return Prediction(case, UNKNOWN, [], problem=str(error))
    context = NetworkContext(strict=False)
    verdicts = [book.check_node(node, graph, target, context) for target in case.targets()]
    rules = {reason.rule: None for verdict in verdicts for reason in verdict.reasons}
    return Prediction(
        case,
        _unanimous([verdict.placement for verdict in verdicts]),
        list(rules),
        _unanimous([_OF_STATE.get(verdict.state, UNKNOWN) for verdict in verdicts]),
    )


def _unanimous(placements: Sequence[str]) -> str:
    """Return a placement if all of them say the same about leaving the DLA."""
    falls_back = {placement == GPU for placement in placements}
    decided = UNKNOWN not in placements and len(falls_back) == 1
    return placements[0] if decided else UNKNOWN


def wilson(successes: int, trials: int) -> list[float] | None:
    """Return Wilson's interval of a share, None where there is nothing to share.

    It takes the cases for independent draws. Nodes of one network are not: the true interval
    is wider.

    References
    ----------
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    if not trials:
        return None
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, squared = successes / trials, z * z / trials
    centre = share + squared / 2
    spread = z * math.sqrt(share * (1 - share) / trials + squared / (4 * trials))
    low, high = ((centre + sign * spread) / (1 + squared) for sign in (-1, 1))
    return [max(0.0, low), min(1.0, high)]


def _tallies(
    predictions: Iterable[Prediction], groups: Callable[[Prediction], Sequence[str]]
) -> dict[str, Tally]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for prediction in predictions:
        for group in groups(prediction):
            tallies[group].add(prediction)
    return {name: tallies[name] for name in sorted(tallies)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
