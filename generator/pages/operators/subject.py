"""What every page on operators stands on, looked up once for all of them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from generator.facts.operator_axes import Axes
from generator.facts.operator_rules import Rules, holds
from generator.facts.operators import DLA_SOFTWARE, JETSON, Operators, Verdict
from generator.facts.releases import Releases
from generator.facts.versions import parse_version, short_version

if TYPE_CHECKING:
    from generator.atlas import Atlas
    from generator.package import Record


class Subject:
    """The operators, the rules, the releases and what belongs to each of them.

    Parameters
    ----------
    atlas
        The data.
    """

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.releases = Releases(atlas)
        self.operators = Operators(atlas)
        self.rules = Rules(atlas)
        self.axes = Axes(self.releases, self.operators)
        self.recipes = self._grouped("recipes", "operator")
        self.messages = self._grouped("messages", "rule")
        self.examples = self._grouped("rule-examples", "onnx_op")

    def _grouped(self, table: str, column: str) -> dict[str, list[Record]]:
        groups: dict[str, list[Record]] = defaultdict(list)
        for record in self.atlas.package.records(table):
            groups[record.raw[column]].append(record)
        return groups

    @cached_property
    def newest(self) -> dict[str, Record]:
        """The newest JetPack that runs the DLA of each SoC, the newest of all first."""
        socs = dict.fromkeys(module["soc"] for module in self.atlas.modules.values())
        found = {soc: record for soc in socs if (record := self.releases.newest(soc))}
        newest_first = sorted(
            found.items(), key=lambda item: parse_version(self.tensorrt(item[1])), reverse=True
        )
        return dict(newest_first)

    @property
    def soc(self) -> str:
        """The SoC of the newest JetPack that runs a DLA."""
        return next(iter(self.newest))

    @staticmethod
    def tensorrt(release: Record) -> str:
        """Return the version of TensorRT of a release, without its build number."""
        return short_version(release["tensorrt_min"] or "")

    def verdict(self, operator: str, soc: str) -> Verdict:
        """Return what is known of an operator with the newest JetPack of an SoC."""
        version = self.tensorrt(self.newest[soc])
        return self.operators.verdict(operator, JETSON, version, soc)

    def software(self, operator: str) -> Verdict:
        """Return what the newest DLA software does with an operator."""
        version = self.axes.software[-1].versions[-1] if self.axes.software else ""
        return self.operators.verdict(operator, DLA_SOFTWARE, version, self.soc)

    def in_force(self, rules: list[Record], soc: str) -> list[Record]:
        """Return those of some rules that hold with the newest JetPack of an SoC."""
        version = self.tensorrt(self.newest[soc])
        return [rule for rule in rules if holds(rule, JETSON, version, soc)]
