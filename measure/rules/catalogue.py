"""What the data package says of operators and TensorRT layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.tables import Row, read_table
from measure.target import JETSON, Target
from measure.versions import in_range

if TYPE_CHECKING:
    from typing import Iterable

ANY = "any"


class Catalogue:
    """Operators, their states and the layers they become, indexed for look-ups by node."""

    def __init__(
        self, operators: Iterable[Row], states: Iterable[Row], layers: Iterable[Row]
    ) -> None:
        self._operators = {row["operator"]: row for row in operators}
        self._layers = {row["layer"]: row for row in layers}
        self._states: dict[str, list[Row]] = {}
        for row in states:
            self._states.setdefault(row["operator"], []).append(row)
        self._state_at: dict[tuple[str, Target], Row | None] = {}
        self._layer_at: dict[tuple[str, Target], bool] = {}

    def is_operator(self, name: str) -> bool:
        """Say whether ai.onnx has the operator."""
        return name in self._operators

    def layer_of_operator(self, name: str) -> str:
        """Return the layer the parser makes of an operator; empty when unknown."""
        row = self._operators.get(name)
        return row["layer"] if row else ""

    def parser(self, name: str) -> str:
        """Return whether TensorRT's ONNX parser imports an operator: yes, no, partly, unknown."""
        row = self._operators.get(name)
        return row["parser"] if row else "unknown"

    def layer_title(self, layer: str) -> str:
        """Return TensorRT's name of a layer."""
        row = self._layers.get(layer)
        return row["name"] if row else layer

    def is_layer_on_dla(self, layer: str, target: Target) -> bool:
        """Say whether the DLA has a layer in the target's release; of the SoC rules tell."""
        key = (layer, target)
        if key not in self._layer_at:
            self._layer_at[key] = self._find_layer(layer, target)
        return self._layer_at[key]

    def _find_layer(self, layer: str, target: Target) -> bool:
        """Look a layer up."""
        row = self._layers.get(layer)
        if row is None or row["dla"] != "yes":
            return False
        since = row["jetson_since" if target.version_kind == JETSON else "drive_since"]
        return in_range(target.tensorrt, since, row["until"])

    def state(self, operator: str, target: Target) -> Row | None:
        """Return the row of an operator's state on a target, the SoC's own before the general."""
        key = (operator, target)
        if key not in self._state_at:
            rows = [
                row
                for row in self._states.get(operator, ())
                if row["version_kind"] == target.version_kind
                and row["soc"] in (ANY, target.soc)
                and in_range(target.tensorrt, row["since"], row["until"])
            ]
            rows.sort(key=lambda row: row["soc"] == ANY)
            self._state_at[key] = rows[0] if rows else None
        return self._state_at[key]


def load_catalogue() -> Catalogue:
    """Return the catalogue of the data package."""
    return Catalogue(
        read_table("operators/operators"),
        read_table("operators/operator-states"),
        read_table("operators/dla-layers"),
    )
