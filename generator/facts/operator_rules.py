"""The conditions under which layers run on the DLA: their sentences, and where each one holds."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from generator.facts.operators import ANY, DRIVE, JETSON
from generator.facts.releases import soc_name
from generator.facts.versions import in_range
from generator.words import joined, span

if TYPE_CHECKING:
    from generator.atlas import Atlas
    from generator.package import Record

LAYER, NETWORK, BOUNDARY = "layer", "network", "boundary"
SCOPES = {
    LAYER: "one layer",
    NETWORK: "the whole network",
    BOUNDARY: "inputs and outputs of the network",
}
EFFECTS = {
    "falls_back": "falls back to the GPU",
    "splits": "splits the network",
    "inserts_layer": "adds a layer on the GPU",
    "build_fails": "the build fails",
    "runs_in_fp16": "runs in FP16",
    "advice": "advice",
}
LIKELY = "likely"
PRECISIONS = {"int8": "INT8", "fp16": "FP16"}
PLATFORMS = {JETSON: "Jetson", DRIVE: "DRIVE OS"}
PASSES, VIOLATES = "passes", "violates"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Rules:
    """The rules with the questions pages ask of them.

    Parameters
    ----------
    atlas
        The data.
    """

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.rows = {str(row["rule"]): row for row in atlas.package.records("rules")}
        self.layers = {str(row["layer"]): row for row in atlas.package.records("dla-layers")}
        self.operators: dict[str, list[str]] = defaultdict(list)
        self._of: dict[str, list[Record]] = defaultdict(list)
        for pair in atlas.package.records("rule-operators"):
            self.operators[pair.raw["rule"]].append(pair.raw["operator"])
            self._of[pair.raw["operator"]].append(self.rows[pair.raw["rule"]])
        self.examples: dict[str, list[Record]] = defaultdict(list)
        for example in atlas.package.records("rule-examples"):
            self.examples[example.raw["rule"]].append(example)

    def of(self, operator: str) -> list[Record]:
        """Return the rules that name an operator, in file order."""
        return self._of.get(operator, [])

    def general(self) -> list[Record]:
        """Return the rules that hold for every layer."""
        return [row for row in self.rows.values() if row["scope"] == LAYER and not row["layer"]]

    def layer_name(self, key: str | None) -> str:
        """Return TensorRT's name of a layer, with the key where others share it; empty for none."""
        if key not in self.layers:
            return key or ""
        name = str(self.layers[key]["name"])
        shared = sum(layer["name"] == name for layer in self.layers.values()) > 1
        return f"{name} ({key})" if shared and key != name.lower() else name


def holds(rule: Record, kind: str, version: str, soc: str) -> bool:
    """Return whether a rule is in force for a version of TensorRT and an SoC."""
    return (
        rule["soc"] in (ANY, soc)
        and rule["version_kind"] in (ANY, kind)
        and in_range(version, rule.raw["since"], rule.raw["until"])
    )


def sentence(rule: Record) -> str:
    """Return the rule as a sentence with its bounds."""
    return _filled(rule, "sentence")


def remedy(rule: Record) -> str:
    """Return what a user can do about the rule, with its bounds; empty if nothing is known."""
    return _filled(rule, "remedy")


def _filled(rule: Record, column: str) -> str:
    values = {
        "minimum": rule.raw["minimum"],
        "maximum": rule.raw["maximum"],
        "allowed": ", ".join(rule.raw["allowed"].split()),
        "bound_parameter": rule.raw["bound_parameter"].replace("_", " "),
        "value": "the value",
    }
    return _PLACEHOLDER.sub(lambda found: values[found[1]], rule.raw[column])


def versions(rule: Record) -> str:
    """Return in which versions of TensorRT a rule holds, and on which platform if on one."""
    platform = PLATFORMS.get(rule["version_kind"])
    span = version_span(rule)
    return f"{span}, {platform} only" if platform else span


def version_span(row: Record) -> str:
    """Return the versions of TensorRT from ``since`` to ``until`` of a row."""
    since, until = row.raw["since"], row.raw["until"]
    if since and until:
        return f"TensorRT {span(since, until)}"
    if since:
        return f"TensorRT {since} and later"
    return f"TensorRT up to {until}" if until else "every TensorRT"


def where(rule: Record) -> str:
    """Return for which SoC, precision and parameters a rule holds; empty if for all."""
    parts = [f"{soc_name(rule['soc'])} only"] if rule["soc"] != ANY else []
    if rule["precision"] in PRECISIONS:
        parts.append(f"{PRECISIONS[rule['precision']]} only")
    return ", ".join(filter(None, [*parts, conditions(rule)]))


def conditions(rule: Record) -> str:
    """Return the parameters that a node must have for a rule to apply; empty if none."""
    pairs = [text.partition("=") for text in (rule["applies_when"] or "").split()]
    listed = joined([f"{name.replace('_', ' ')} is {value}" for name, _, value in pairs])
    return f"where {listed}" if listed else ""


def note_text(note: Record) -> str:
    """Return a note for building with its value."""
    value = f"{note.raw['value']} {note.raw['unit']}".strip()
    text = note.raw["text"]
    return text.replace("{value}", value) if value else text


def parameters(example: Record) -> list[tuple[str, str]]:
    """Return the parameters of an example or of a row of evidence, each as a name and a text."""
    try:
        found = json.loads(example.raw["parameters"] or "{}")
    except json.JSONDecodeError:
        return [("parameters", example.raw["parameters"])]
    return [
        (name, _short(value, "×" if "shape" in name else ", ")) for name, value in found.items()
    ]


def _short(value: object, between: str) -> str:
    if isinstance(value, list):
        flat = not any(isinstance(part, list) for part in value)
        return (between if flat else "; ").join(_short(part, between) for part in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
