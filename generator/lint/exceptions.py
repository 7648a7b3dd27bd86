"""Known deviations: rows of the exceptions table that explain a finding of sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.lint.collect import Hit, Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.lint.sheet import Sheet

TABLE = "exceptions"
_COLUMNS = ("rule", "table", "record")

RULES = {
    "exceptions.unused": "An exception explains a finding the lint would report without it.",
}


class Exceptions:
    """The exceptions of a package, and which of them were needed."""

    def __init__(self, sheets: Mapping[str, Sheet]) -> None:
        self._sheets = sheets
        sheet = sheets.get(TABLE)
        self.sheet = sheet if sheet is not None and sheet.has(*_COLUMNS) else None
        self._positions: dict[tuple[str, str, str], int] = {}
        if self.sheet is not None:
            rows = self.sheet.rows(range(len(self.sheet)), _COLUMNS)
            self._positions = {row: position for position, row in enumerate(rows)}
        self._used: set[int] = set()

    def explain(self, hit: Hit) -> bool:
        """Return whether an exception explains a hit, and remember that it was needed."""
        position = self._positions.get((hit.finding.rule, hit.table, hit.record))
        if position is None:
            return False
        self._used.add(position)
        return True

    def report_unused(self, left_out: set[tuple[str, str]]) -> None:
        """Report exceptions that explained nothing, after all hits are in.

        Parameters
        ----------
        left_out
            Rules and tables they could not be asked about. Of these, and of tables with findings,
            nothing can be said.
        """
        if self.sheet is None:
            return
        for _ in self.sheet.collector.hits():
            pass  # each is shown to explain()
        doubtful = {name for name, sheet in self._sheets.items() if sheet.is_doubtful}
        unused = [
            position
            for (rule, table, _), position in self._positions.items()
            if position not in self._used
            and (rule, table) not in left_out
            and table not in doubtful
        ]
        self.sheet.report(
            sorted(unused),
            "record",
            "exceptions.unused",
            "the rule finds nothing wrong there",
            "delete the exception, or mend its rule, table or record",
            Layer.KEYS,
        )
