"""The matrix: every operator along the versions of TensorRT and of the DLA software."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from generator.facts.operators import CONFLICTING, DLA_SOFTWARE, MEASURED, OBSERVED
from generator.facts.releases import soc_name
from generator.markup import attributes, link
from generator.pages.operators.parts import (
    basis_mark,
    known_words,
    measured_on,
    operator_address,
    precision_words,
    state_badge,
    words,
)
from generator.record_ids import slug
from generator.words import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.builder import PageBuilder
    from generator.facts.operator_axes import Axes, Step
    from generator.facts.operator_rules import Rules
    from generator.facts.operators import Operators, Verdict
    from generator.package import Record

KEY = "matrix"
MARKED = (OBSERVED, MEASURED, CONFLICTING)
"""What the cell of a version says beside the state."""


class Matrix:
    """Prints the matrix as a table whose chosen release scripts can change.

    Parameters
    ----------
    page
        The page it is shown on.
    operators, axes, rules
        What it shows, along which versions, and the names of layers.
    release
        The release that is chosen at the start.
    soc
        The SoC that is chosen at the start.
    """

    def __init__(
        self,
        page: PageBuilder,
        operators: Operators,
        axes: Axes,
        rules: Rules,
        release: Record,
        soc: str,
    ) -> None:
        self.page, self.operators, self.axes, self.rules = page, operators, axes, rules
        self.soc = soc
        self.name = f"{release['product']} {release['release']}"
        self.steps = axes.jetson + axes.drive
        step = axes.step_of(release)
        assert step is not None
        self.chosen = step
        self.software = axes.software_of(release)

    def table(self) -> Markup:
        """Return the table."""
        head = "".join(self._groups()) + "</tr><tr>" + "".join(self._heads())
        body = "".join(self._row(row) for row in self.operators.rows.values())
        return Markup(
            f'<div class="atlas-table op-matrix" id="tbl-{KEY}" data-table="{KEY}">'
            '<div class="atlas-table__scroll atlas-table__scroll--long" tabindex="0" role="region"'
            f' aria-label="Operators by release"><table class="atlas-grid">{self._columns()}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
        )

    def _columns(self) -> str:
        # Widths are settled here and not by what is in the cells, which a filter would measure.
        widths = [
            *((name, 1) for name in ("name", "state", "known", "precision", "layer")),
            ("software", len(self.axes.software)),
            ("step", len(self.steps)),
        ]
        columns = (f'<col class="op-col-{name}" span="{count}">' for name, count in widths)
        return f"<colgroup>{''.join(columns)}</colgroup>"

    def _groups(self) -> Iterator[str]:
        chosen = f"{self.name}, TensorRT {self.chosen.version}, {soc_name(self.soc)}"
        yield "<td></td>"
        yield (
            '<th scope="colgroup" colspan="4">Through TensorRT in '
            f"<span data-chosen>{escape(chosen)}</span></th>"
        )
        yield _group("In DLA software, by its own version", len(self.axes.software), "op-edge")
        yield _group("Through TensorRT on Jetson, by version", len(self.axes.jetson), "op-edge")
        yield _group("On DRIVE OS", len(self.axes.drive), "op-edge")

    def _heads(self) -> Iterator[str]:
        for name, title, kind in (
            ("operator", "Operator", "text"),
            ("state", "State", "select"),
            ("known", "Known from", "select"),
            ("precision", "Precision", "select"),
            ("layer", "TensorRT layer", "text"),
        ):
            yield (
                f'<th scope="col" data-column="{name}" data-filter="{kind}" data-sort="text">'
                f"{title}</th>"
            )
        for at, software in enumerate(self.axes.software):
            edge = "op-edge" if at == 0 else ""
            pairs: list[tuple[str, object]] = [("data-software", at)]
            if software is self.software:
                pairs.append(("aria-current", "true"))
            yield f'<th scope="col"{_class(edge)}{attributes(pairs)}>{escape(software.title)}</th>'
        for at, step in enumerate(self.steps):
            pairs = [("data-step", at), ("title", step.names)]
            if step is self.chosen:
                pairs.append(("aria-current", "true"))
            edge = "op-edge" if step in (self.axes.jetson[0], self.axes.drive[0]) else ""
            socs = "<br>".join(soc_name(soc) for soc in step.socs)
            yield (
                f'<th scope="col"{_class(edge)}{attributes(pairs)}>'
                f"{escape(step.version)}<small>{socs}</small></th>"
            )

    def _row(self, row: Record) -> str:
        operator = str(row["operator"])
        here = self._verdict(operator, self.chosen, self.soc)
        address = self.page.url(operator_address(operator))
        mark = basis_mark(here.basis, measured_on(self.operators, here))
        cells = [
            f'<th scope="row">{link(address, operator)}</th>',
            f'<td data-value="{here.state}">{state_badge(self.page, here.state, here.row)}</td>',
            f'<td data-value="{here.basis}">{link(f"{address}#seen", mark)}</td>',
            f'<td data-value="{here.precisions}">{precision_words(here.precisions)}</td>',
            f"<td>{escape(self.rules.layer_name(row['layer']))}</td>",
            *self._software_cells(operator),
            *self._step_cells(operator),
        ]
        return f"<tr>{''.join(cells)}</tr>"

    def _software_cells(self, operator: str) -> Iterator[str]:
        for at, software in enumerate(self.axes.software):
            verdict = self.operators.verdict(
                operator, DLA_SOFTWARE, software.versions[-1], self.soc
            )
            edge = " op-edge" if at == 0 else ""
            yield f'<td class="op-step op-{slug(verdict.state)}{edge}">{words(verdict.state)}</td>'

    def _step_cells(self, operator: str) -> Iterator[str]:
        """Yield a cell for each run of versions in which everything is the same."""
        for steps in (self.axes.jetson, self.axes.drive):
            cells = [self._cell(operator, step) for step in steps]
            for at, (cell, same) in enumerate(groupby(cells)):
                count = len(list(same))
                classes = f"op-step {cell.classes}" + (" op-edge" if at == 0 else "")
                span = f' colspan="{count}"' if count > 1 else ""
                yield f'<td class="{classes}"{span}{cell.attributes}>{cell.text}</td>'

    def _cell(self, operator: str, step: Step) -> StepCell:
        soc = self.soc if self.soc in step.socs else step.socs[0]
        verdict = self._verdict(operator, step, soc)
        packed = self._packed(verdict)
        pairs: list[tuple[str, object]] = [("data-now", packed)]
        state, text = words(verdict.state), self._spoken(verdict)
        for other in step.socs:
            another = self._verdict(operator, step, other)
            if self._packed(another) != packed:
                pairs.append((f"data-{other}", self._packed(another)))
                text += f"; {soc_name(other)}: {self._spoken(another)}"
        classes = f"op-{slug(verdict.state)}"
        if verdict.basis in MARKED:
            classes += f" op-{slug(verdict.basis)}"
        # The line below a cell and the one around it say the rest to those who see them.
        more = text.removeprefix(state)
        shown = Markup('{}<span class="atlas-sr">{}</span>').format(state, more) if more else state
        return StepCell(shown, classes, attributes(pairs))

    def _verdict(self, operator: str, step: Step, soc: str) -> Verdict:
        return self.operators.verdict(operator, step.kind, step.version, soc)

    def _packed(self, verdict: Verdict) -> str:
        """Return a verdict as scripts read it: state, basis, record, precisions.

        What was measured has the releases behind its basis, without blanks.
        """
        atlas = self.page.atlas
        record = self.page.url(atlas.record_url(verdict.row)) if verdict.row else "#"
        releases = listing(measured_on(self.operators, verdict)).replace(" ", "_")
        basis = f"{verdict.basis}:{releases}" if releases else verdict.basis
        return f"{verdict.state} {basis} {record} {verdict.precisions}".strip()

    def _spoken(self, verdict: Verdict) -> str:
        if verdict.basis in MARKED:
            return f"{words(verdict.state)}, {known_words(self.operators, verdict)}"
        return words(verdict.state)


class StepCell(NamedTuple):
    """An operator in one version of TensorRT, as the matrix shows it."""

    text: str | Markup
    classes: str
    attributes: Markup


def _group(title: str, columns: int, classes: str) -> str:
    return f'<th scope="colgroup" class="{classes}" colspan="{columns}">{escape(title)}</th>'


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
