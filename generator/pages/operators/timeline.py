"""The states of one operator along the versions of each platform."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from generator.facts.operators import CONFLICTING, DLA_SOFTWARE, OBSERVED
from generator.facts.releases import release_span, soc_name
from generator.facts.versions import parse_version
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
    for _, group in groupby(pieces, key=_same):
        run = list(group)
        steps = [piece.step for piece in run if piece.step]
        names = release_span([record for step in steps for record in step.releases])
        product = steps[0].product if steps else ""
        state, marks = _marks(page, run[0].verdict)
        items += Markup("<li{}>{}<small>{} {}{}</small></li>").format(
            attributes([("class", f"op-{slug(state)}"), ("style", f"--n:{len(run)}")]),
            marks,
            what,
            span(run[0].version, run[-1].version),
            f"; {product} {names}" if names else "",
        )
    return Markup('<p>{}</p><ol class="op-line">{}</ol>').format(name, items)


def _same(piece: Piece) -> object:
    """Return what neighbouring pieces have in common that are drawn as one."""
    return piece.verdict and (piece.verdict.row, piece.verdict.basis)


def _marks(page: PageBuilder, verdict: Verdict | None) -> tuple[str, Markup]:
    """Return the state of a piece and what its marks are."""
    if verdict is None:
        return "no-dla", Markup('<span class="state">no DLA</span>')
    basis = verdict.basis
    mark = basis_mark(basis) if basis in (OBSERVED, CONFLICTING) else ""
    return verdict.state, state_badge(page, verdict.state, verdict.row) + mark
