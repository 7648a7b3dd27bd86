"""The states of one operator along the versions of each platform."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from generator.facts.operators import DLA_SOFTWARE
from generator.facts.releases import release_span, soc_name
from generator.facts.versions import parse_version
from generator.markup import attributes
from generator.pages.operators.matrix import MARKED
from generator.pages.operators.parts import basis_mark, measured_on, state_badge
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
    verdict: Verdict | None
    """None where this TensorRT has no DLA."""
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
            pieces += [
                Piece(gap.version, None, gap)
                for gap in subject.axes.gaps[steps[0].kind]
                if soc in gap.socs
            ]
            pieces.sort(key=lambda piece: parse_version(piece.version))
            yield _line(page, subject, f"{name}, {soc_name(soc)}", pieces, "TensorRT")
    software = [
        Piece(
            version,
            subject.operators.verdict(operator, DLA_SOFTWARE, version, subject.soc),
            None,
        )
        for step in subject.axes.software
        for version in step.versions
    ]
    yield _line(page, subject, "In DLA software", software, "DLA software")


def _line(page: PageBuilder, subject: Subject, name: str, pieces: list[Piece], what: str) -> Markup:
    items = Markup("")
    for _, group in groupby(pieces, key=lambda piece: _same(subject, piece)):
        run = list(group)
        steps = [piece.step for piece in run if piece.step]
        names = release_span([record for step in steps for record in step.releases])
        product = steps[0].product if steps else ""
        state, marks = _marks(page, subject, run[0].verdict)
        items += Markup("<li{}>{}<small>{} {}{}</small></li>").format(
            attributes([("class", f"op-{slug(state)}"), ("style", f"--n:{len(run)}")]),
            marks,
            what,
            span(run[0].version, run[-1].version),
            f"; {product} {names}" if names else "",
        )
    return Markup('<p>{}</p><ol class="op-line">{}</ol>').format(name, items)


def _same(subject: Subject, piece: Piece) -> object:
    """Return what neighbouring pieces have in common that are drawn as one."""
    verdict = piece.verdict
    if verdict is None:
        return None
    return verdict.row, verdict.basis, measured_on(subject.operators, verdict)


def _marks(page: PageBuilder, subject: Subject, verdict: Verdict | None) -> tuple[str, Markup]:
    """Return the state of a piece and what its marks are."""
    if verdict is None:
        return "no-dla", Markup('<span class="state">no DLA</span>')
    basis = verdict.basis
    mark = basis_mark(basis, measured_on(subject.operators, verdict)) if basis in MARKED else ""
    return verdict.state, state_badge(page, verdict.state, verdict.row) + mark
