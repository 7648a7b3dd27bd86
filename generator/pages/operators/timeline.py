"""The states of one operator along the versions of each platform."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from generator.facts.operators import CONFLICTING, DLA_SOFTWARE, OBSERVED
from generator.facts.releases import release_span, soc_name
from generator.markup import attributes
from generator.pages.operators.parts import basis_mark, state_badge
from generator.record_ids import slug
from generator.words import span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.builder import PageBuilder
    from generator.facts.operator_axes import Step
    from generator.facts.operators import Verdict
    from generator.pages.operators.subject import Subject


class Piece(NamedTuple):
    """An operator in one version, as a timeline shows it."""

    version: str
    verdict: Verdict
    step: Step | None


def timelines(page: PageBuilder, subject: Subject, operator: str) -> Markup:
    """Return the states of an operator, one line for each platform and SoC."""
    lines = Markup("").join(_lines(page, subject, operator))
    return Markup('<div class="op-lines">{}</div>').format(lines)


def _lines(page: PageBuilder, subject: Subject, operator: str) -> Iterator[Markup]:
    for name, steps in (("Jetson", subject.axes.jetson), ("DRIVE OS", subject.axes.drive)):
        for soc in dict.fromkeys(soc for step in reversed(steps) for soc in step.socs):
            pieces = [
                Piece(
                    step.version,
                    subject.operators.verdict(operator, step.kind, step.version, soc),
                    step,
                )
                for step in steps
                if soc in step.socs
            ]
            yield _line(page, f"{name}, {soc_name(soc)}", pieces, "TensorRT")
    software = [
        Piece(
            version,
            subject.operators.verdict(operator, DLA_SOFTWARE, version, subject.soc),
            None,
        )
        for step in subject.axes.software
        for version in step.versions
    ]
    yield _line(page, "In DLA software", software, "DLA software")


def _line(page: PageBuilder, name: str, pieces: list[Piece], what: str) -> Markup:
    items = Markup("")
    for (row, basis), group in groupby(
        pieces, key=lambda piece: (piece.verdict.row, piece.verdict.basis)
    ):
        run = list(group)
        state = run[0].verdict.state
        steps = [piece.step for piece in run if piece.step]
        names = release_span([record for step in steps for record in step.releases])
        product = steps[0].product if steps else ""
        items += Markup("<li{}>{}{}<small>{} {}{}</small></li>").format(
            attributes([("class", f"op-{slug(state)}"), ("style", f"--n:{len(run)}")]),
            state_badge(page, state, row),
            basis_mark(basis) if basis in (OBSERVED, CONFLICTING) else "",
            what,
            span(run[0].version, run[-1].version),
            f"; {product} {names}" if names else "",
        )
    return Markup('<p>{}</p><ol class="op-line">{}</ol>').format(name, items)
