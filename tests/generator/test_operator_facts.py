from __future__ import annotations

import re
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from generator.facts.messages import javascript_pattern
from generator.facts.operator_axes import Axes
from generator.facts.operator_rules import (
    Rules,
    conditions,
    holds,
    parameters,
    remedy,
    sentence,
    version_span,
)
from generator.facts.operators import (
    CONFLICTING,
    DOCUMENT_ONLY,
    DRIVE,
    JETSON,
    OBSERVED,
    UNSTATED,
    Operators,
    contradicts,
)
from generator.facts.releases import Releases
from generator.facts.versions import in_range, parse_version, short_version
from generator.package import Record

if TYPE_CHECKING:
    from generator.atlas import Atlas


def record(table: str, **cells: str) -> Record:
    """Return a row made by hand."""
    values = {name: cell or None for name, cell in cells.items()}
    return Record(table, f"{table}.x", 2, MappingProxyType(values), MappingProxyType(cells))


@pytest.fixture(scope="module")
def operators(atlas: Atlas) -> Operators:
    return Operators(atlas)


@pytest.mark.parametrize(
    ("version", "since", "until", "inside"),
    [
        ("8.2.1", "", "8.2", True),
        ("8.2.1", "8.2", "", True),
        ("8.4.0", "", "8.2", False),
        ("10.3.0", "8.6.12", "", True),
        ("8.6.2", "8.6.12", "", False),
        ("10.3.0.30", "10.3.0", "10.3", True),
        ("10.3", "10.3.0", "", True),
        ("10.3", "10.3.1", "", False),
        ("3.13.0", "", "3.13", True),
        ("11.4.1", "", "", True),
        ("", "", "", True),
    ],
)
def test_until_is_inclusive_and_a_prefix(
    version: str, since: str, until: str, inside: bool
) -> None:
    """Versions are compared part by part, and an end covers all that begin like it."""
    assert in_range(version, since, until) is inside


def test_versions_are_numbers_not_text() -> None:
    """The number of a version is what counts; the build number is left away for readers."""
    assert parse_version("8.6.12") > parse_version("8.6.2")
    assert short_version("10.3.0.30") == "10.3.0"


@pytest.mark.parametrize(
    ("state", "disputed", "ran", "rule", "expected"),
    [
        ("native", "", "yes", "", False),
        ("native", "", "no", "", True),
        ("native", "", "no", "conv.kernel", True),
        ("limited", "", "yes", "", False),
        ("limited", "", "no", "conv.kernel", False),
        ("limited", "", "no", "", True),
        ("limited", "refused", "no", "elt.divpow", True),
        ("refused", "", "yes", "", True),
        ("refused", "", "no", "", False),
        ("reconstruction", "", "yes", "", True),
        ("reconstruction", "", "no", "", False),
        ("unknown", "", "yes", "", False),
        ("unknown", "", "no", "", False),
    ],
)
def test_what_contradicts_a_state(
    state: str, disputed: str, ran: str, rule: str, expected: bool
) -> None:
    """A refusal is explained by a condition, unless the state itself is in dispute."""
    row = record("operator-states", state=state, disputed_state=disputed)
    evidence = record("evidence", runs_on_dla=ran, rule=rule)

    assert contradicts(row, evidence) is expected


@pytest.mark.parametrize(
    ("operator", "kind", "version", "soc", "state", "basis"),
    [
        ("Conv", JETSON, "10.3.0", "orin", "limited", OBSERVED),
        ("Div", JETSON, "10.3.0", "orin", "limited", CONFLICTING),
        ("Pow", JETSON, "10.3.0", "orin", "limited", CONFLICTING),
        ("Div", JETSON, "8.6.2", "orin", "refused", OBSERVED),
        ("Div", DRIVE, "8.6.12", "orin", "limited", DOCUMENT_ONLY),
        ("Greater", JETSON, "10.3.0", "orin", "limited", CONFLICTING),
        ("Ceil", JETSON, "8.5.2", "orin", "refused", DOCUMENT_ONLY),
        ("GlobalAveragePool", JETSON, "10.3.0", "orin", "refused", OBSERVED),
        ("Softmax", JETSON, "8.5.2", "xavier", "refused", DOCUMENT_ONLY),
        ("Softmax", JETSON, "8.5.2", "orin", "limited", DOCUMENT_ONLY),
        ("DequantizeLinear", JETSON, "10.3.0", "orin", "reconstruction", DOCUMENT_ONLY),
        ("DequantizeLinear", JETSON, "11.4.1", "orin", "limited", DOCUMENT_ONLY),
        ("Einsum", JETSON, "10.3.0", "orin", "unknown", UNSTATED),
    ],
)
def test_named_cases(
    operators: Operators,
    operator: str,
    kind: str,
    version: str,
    soc: str,
    state: str,
    basis: str,
) -> None:
    """What users ask most comes out as documents and devices have it."""
    verdict = operators.verdict(operator, kind, version, soc)

    assert (verdict.state, verdict.basis) == (state, basis)


def test_every_operator_has_one_state_in_every_column(atlas: Atlas, operators: Operators) -> None:
    """No column of the matrix is without a row, and none has two."""
    axes = Axes(Releases(atlas), operators)
    for operator in operators.rows:
        for step in axes.jetson + axes.drive:
            for soc in step.socs:
                rows = [
                    row
                    for row in operators.states(operator, step.kind)
                    if row["soc"] in ("any", soc)
                    and in_range(step.version, row.raw["since"], row.raw["until"])
                ]
                assert len(rows) == 1, (operator, step.version, soc)


def test_columns_are_the_versions_that_have_a_dla(atlas: Atlas, operators: Operators) -> None:
    """A version of TensorRT stands once, by number, with the SoCs of its releases."""
    axes = Axes(Releases(atlas), operators)
    jetson = {step.version: step for step in axes.jetson}
    versions = [parse_version(version) for version in jetson]

    assert versions == sorted(versions)
    assert jetson["10.3.0"].names == "JetPack 6.1 to 6.2.3"
    assert jetson["10.3.0"].socs == ("orin",)
    assert jetson["8.0.1"].socs == ("xavier",)
    assert not any(version.startswith("10.16") for version in jetson)
    assert [step.version for step in axes.drive][-1] == "8.6.12"


def test_releases_without_a_column_have_no_dla_or_an_unknown_tensorrt(
    atlas: Atlas, operators: Operators
) -> None:
    """What shows no operators is exactly what cannot."""
    axes = Axes(Releases(atlas), operators)

    for row in axes.silent():
        assert row["dla"] not in ("usable", "usable_with_conditions") or not row["tensorrt_min"]
    assert "11.1" in {row["tensorrt"] for row in axes.versions_without_dla()}


def test_dla_software_is_divided_where_states_change(atlas: Atlas, operators: Operators) -> None:
    """Between two columns of the DLA software something changes, within one nothing does."""
    axes = Axes(Releases(atlas), operators)

    def states(version: str) -> list[str]:
        return [
            operators.verdict(name, "dla-software", version, "orin").state
            for name in operators.rows
        ]

    for step in axes.software:
        assert len({tuple(states(version)) for version in step.versions}) == 1
    firsts = [states(step.versions[0]) for step in axes.software]
    assert all(one != other for one, other in pairwise(firsts))


def test_sentences_have_their_bounds(atlas: Atlas) -> None:
    """Every placeholder is filled, and a bound that is printed is the row's."""
    rules = Rules(atlas)
    for rule in rules.rows.values():
        for text in (sentence(rule), remedy(rule)):
            assert not re.search(r"[{}]", text), rule["rule"]
        if "{maximum}" in rule.raw["sentence"]:
            assert rule.raw["maximum"] in sentence(rule)
    kernel = rules.rows["conv.kernel"]
    assert sentence(kernel) == "Kernel height and width lie between 1 and 32."


def test_where_a_rule_holds() -> None:
    """SoC, platform and versions all have to fit."""
    rule = record(
        "rules", soc="orin", version_kind=JETSON, since="8.4.1", until="10.2", applies_when="mode=a"
    )

    assert holds(rule, JETSON, "8.5.2", "orin")
    assert not holds(rule, JETSON, "8.5.2", "xavier")
    assert not holds(rule, DRIVE, "8.5.10", "orin")
    assert not holds(rule, JETSON, "10.3.0", "orin")
    assert conditions(rule) == "where mode is a"


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        ("8.4.1", "10.3", "TensorRT 8.4.1 to 10.3"),
        ("8.2", "8.2", "TensorRT 8.2"),
        ("8.4.1", "", "TensorRT 8.4.1 and later"),
        ("", "8.2", "TensorRT up to 8.2"),
        ("", "", "every TensorRT"),
    ],
)
def test_version_span(since: str, until: str, text: str) -> None:
    """A range is written as it is read."""
    assert version_span(record("rules", since=since, until=until)) == text


def test_parameters_are_short() -> None:
    """Shapes are written with a cross, other lists with commas; broken JSON is shown as it is."""
    case = record(
        "evidence",
        parameters='{"input_shapes": [[1, 64, 7, 7], [1]], "axes": [2, 3], "keepdims": true}',
    )

    assert parameters(case) == [
        ("input_shapes", "1×64×7×7; 1"),
        ("axes", "2, 3"),
        ("keepdims", "yes"),
    ]
    assert parameters(record("evidence", parameters="{")) == [("parameters", "{")]
    assert parameters(record("evidence", parameters="")) == []


@pytest.mark.parametrize(
    ("python", "javascript"),
    [
        (r"Layer '(?P<layer>.+)'", (r"Layer '(?<layer>.+)'", "")),
        (r"(?P<a>x)(?P=a)", (r"(?<a>x)\k<a>", "")),
        (r"(?i)dla", ("dla", "i")),
    ],
)
def test_patterns_for_browsers(python: str, javascript: tuple[str, str]) -> None:
    """Named groups, references to them and flags have other signs in JavaScript."""
    assert javascript_pattern(python) == javascript
