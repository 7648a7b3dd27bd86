"""The rules agree with what devices were seen to do."""

from __future__ import annotations

from measure.rules import CASE, graph_from_case, load_rules
from measure.score.cases import Case, read_cases

LEAST_F1 = 0.95
MOST_UNKNOWN = 0.05


def predicted(case: Case) -> bool | None:
    """Say whether the rules put a case on the GPU; None if its targets differ or are unknown."""
    graph, node = graph_from_case(case.operator, case.parameters)
    placements = {
        load_rules().check_node(node, graph, target, CASE, with_evidence=False).placement
        for target in case.targets()
    }
    if placements == {"gpu"}:
        return True
    return False if placements <= {"dla", "build_time"} else None


def test_score_of_the_shipped_cases() -> None:
    cases = read_cases()
    pairs = [(predicted(case), not case.runs_on_dla) for case in cases]
    unknown = sum(found is None for found, _ in pairs)
    hits = sum(found is True and fell_back for found, fell_back in pairs)
    misses = sum(found is False and fell_back for found, fell_back in pairs)
    alarms = sum(found is True and not fell_back for found, fell_back in pairs)

    assert unknown <= MOST_UNKNOWN * len(cases)
    assert 2 * hits / (2 * hits + misses + alarms) >= LEAST_F1
