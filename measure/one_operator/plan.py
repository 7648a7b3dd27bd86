"""Which cases are built: what was asked for, each network once, in each precision."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

from measure.errors import UserError
from measure.one_operator.case import OperatorCase, once_each
from measure.one_operator.coverage import Untried, untried_rules
from measure.one_operator.own_cases import own_cases
from measure.one_operator.prepared import FOLDER, INDEX, read_prepared
from measure.one_operator.rule_cases import LeftOut, rule_cases
from measure.run_folders import runs_folder
from measure.target import PRECISIONS, resolve_target

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from measure.target import Target

PLAN = "operator_plan"
"""Type of the record that holds the cases of a run."""

EXPECTED_S = 15.0
"""Seconds that a build is expected to take before there are any to go by."""


@dataclass(frozen=True)
class Choice:
    """What the user asks for; nothing is everything."""

    rules: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    precisions: tuple[str, ...] = PRECISIONS
    own: Path | None = None
    prepared: Path | None = None

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace) -> Choice:
        """Return the choice of a command line.

        Raises
        ------
        UserError
            When a precision is none of the DLA's.
        """
        precisions = arguments.precision or PRECISIONS
        for name in precisions:
            if name not in PRECISIONS:
                raise UserError(f"--precision {name}: choose among {','.join(PRECISIONS)}")
        found = runs_folder(arguments.runs) / FOLDER
        prepared = arguments.prepared or (found if (found / INDEX).is_file() else None)
        return cls(
            rules=tuple(arguments.rules or ()),
            operators=tuple(arguments.operators or ()),
            precisions=tuple(precisions),
            own=arguments.cases,
            prepared=prepared,
        )


def targets_of(tensorrt: str, soc: str, precisions: Sequence[str]) -> dict[str, Target]:
    """Return what a device is, by precision."""
    return {
        name: resolve_target(tensorrt=tensorrt or None, soc=soc or None, precision=name)
        for name in precisions
    }


@dataclass(frozen=True)
class OperatorPlan:
    """The networks to build, and how many cases of rules give none, by reason.

    Parameters
    ----------
    untried
        Rules in force that are not tried on both sides, whichever operators were asked for.
    """

    cases: list[OperatorCase]
    left_out: Mapping[str, int] = field(default_factory=dict)
    untried: Sequence[Untried] = ()

    @property
    def expected_s(self) -> float:
        """Seconds that building all of them is expected to take."""
        return len(self.cases) * EXPECTED_S

    def as_record(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the journal stores."""
        cases = [case.as_dict() for case in self.cases]
        return {"type": PLAN, "cases": cases, "settings": dict(settings)}


def make_plan(choice: Choice, targets: Mapping[str, Target]) -> OperatorPlan:
    """Return what is to be built.

    Raises
    ------
    UserError
        When nothing fits what was asked for, or a file of cases cannot be used.
    """
    left_out: list[LeftOut] = []
    of_rules = rule_cases(targets, left_out) if choice.own is None else []
    found = [
        case
        for case in (*of_rules, *_of_files(choice, targets))
        if _is_wanted(case.operator, choice.operators)
        and (not choice.rules or _is_of(case.rule, choice.rules))
    ]
    if not found:
        raise UserError("no case fits; python3 -m measure operators --list shows what there is")
    untried = [
        one
        for one in (untried_rules(of_rules, left_out, targets) if of_rules else ())
        if not choice.rules or _is_of(one.rule, choice.rules)
    ]
    return OperatorPlan(once_each(found), Counter(one.why for one in left_out), untried)


def _of_files(choice: Choice, targets: Mapping[str, Target]) -> Iterable[OperatorCase]:
    """Yield the cases of a file of the user's, or ONNX's tests beside all rules."""
    any_precision: list[OperatorCase] = []
    if choice.own is not None:
        any_precision = own_cases(choice.own)
    elif choice.prepared is not None and not choice.rules:
        any_precision = read_prepared(choice.prepared)
    for case in any_precision:
        for precision in targets:
            yield replace(case, precision=precision)


def _is_wanted(operator: str, wanted: Sequence[str]) -> bool:
    names = {name.lower() for name in wanted}
    return not names or operator.lower() in names


def _is_of(rule: str, wanted: Sequence[str]) -> bool:
    """Say whether a rule is one of those named, or begins like one: conv, conv.kernel."""
    return any(rule == name or rule.startswith(f"{name}.") for name in wanted)
