"""The page of the matrix: the answer for the newest release, the matrix, and how to read it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.operators import (
    BASES,
    CONFLICTING,
    RUNS,
    STATES,
)
from generator.facts.releases import soc_name
from generator.markup import badge
from generator.pages.operators.matrix import Matrix
from generator.pages.operators.parts import basis_mark, operator_address, words
from generator.pages.operators.releases import choice, conditions, notices
from generator.words import listing

if TYPE_CHECKING:
    from generator.page import Page
    from generator.pages.operators.subject import Subject


def index_page(subject: Subject) -> Page:
    """Return the page of the matrix."""
    page = PageBuilder(
        subject.atlas,
        "operators/index.md",
        "Operators",
        "Which ONNX operators run on the DLA: every operator by release, SoC and precision, "
        "through TensorRT and in the DLA's own software.",
        hide=("navigation", "toc"),
        search={"boost": 2},
    )
    soc = subject.soc
    release = subject.newest[soc]
    verdicts = {name: subject.verdict(name, soc) for name in subject.operators.rows}
    counts = Counter(verdict.state for verdict in verdicts.values())
    conflicting = [name for name, verdict in verdicts.items() if verdict.basis == CONFLICTING]
    matrix = Matrix(page, subject.operators, subject.axes, subject.rules, release, soc)
    return page.build(
        "operators.md.jinja",
        release=f"JetPack {release['release']}",
        tensorrt=subject.tensorrt(release),
        soc=soc_name(soc),
        total=len(verdicts),
        runs=sum(counts[state] for state in RUNS),
        states=[
            (badge(state, words(state), "state"), counts[state], meaning)
            for state, meaning in STATES.items()
        ],
        conflicting=listing([page.link(operator_address(name), name) for name in conflicting]),
        conflict_count=len(conflicting),
        bases=[(basis_mark(basis), basis) for basis in BASES],
        refusing=subject.releases.refusing,
        choice=page.slot(choice(subject.axes, release, soc, list(subject.newest))),
        matrix=page.slot(matrix.table()),
        notices=notices(page, subject.axes),
        conditions=conditions(page, subject.axes),
    )
