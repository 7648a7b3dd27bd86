"""The file of --exportLayerInfo: what the finished engine consists of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from measure.build_log.engine import DLA_TYPE, EngineLayer
from measure.build_log.names import FOREIGN_NODE
from measure.build_log.reading import LogFile
from measure.errors import UserError

MOST_CHARACTERS = 1 << 27
"""Size of a file that is read; those of large networks have a few million characters."""


@dataclass(frozen=True)
class LayerInfo:
    """All layers of an engine; types are empty where the file has names alone."""

    layers: list[EngineLayer] = field(default_factory=list)
    detailed: bool = False
    """Whether the engine was built with --profilingVerbosity=detailed."""

    @property
    def dla_subgraphs(self) -> list[EngineLayer]:
        """Return the subgraphs on the DLA."""
        return [layer for layer in self.layers if layer.on_dla]

    @property
    def gpu_layers(self) -> list[EngineLayer]:
        """Return the layers on the GPU that do more than change a layout."""
        return [layer for layer in self.layers if not (layer.on_dla or layer.is_reformat)]

    @property
    def reformats(self) -> list[EngineLayer]:
        """Return the layers that only change a layout."""
        return [layer for layer in self.layers if not layer.on_dla and layer.is_reformat]


def read_layer_info(path: str, *, for_dla: bool) -> LayerInfo:
    """Read the file, which holds names alone or, of a detailed build, dictionaries.

    Parameters
    ----------
    for_dla
        Whether the engine was built for a DLA. Builds for the GPU alone name the subgraphs of
        another compiler alike, so that without a type a name proves nothing there.
    """
    document = _document(path)
    layers = document.get("Layers") if isinstance(document, dict) else None
    if not isinstance(layers, list):
        raise UserError(
            f"{path}: has no list of layers; give the file of trtexec's --exportLayerInfo"
        )
    detailed = any(isinstance(layer, dict) for layer in layers)
    return LayerInfo([_layer(layer, path, for_dla) for layer in layers], detailed)


def _document(path: str) -> Any:
    """Return the one JSON document of the file."""
    file = LogFile(path)
    lines, size = [], 0
    for line in file.lines():
        size += len(line)
        if size > MOST_CHARACTERS:
            raise UserError(f"{path}: is larger than {MOST_CHARACTERS} characters")
        lines.append(line)
    try:
        return json.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: is no JSON: {file.cut or error}") from None


def _layer(layer: Any, path: str, for_dla: bool) -> EngineLayer:
    """Turn a name or a dictionary into a layer."""
    name = layer.get("Name") if isinstance(layer, dict) else layer
    kind = layer.get("LayerType") if isinstance(layer, dict) else None
    if not isinstance(name, str):
        raise UserError(f"{path}: {layer!r:.80} is no layer; give what --exportLayerInfo wrote")
    if not isinstance(kind, str):
        kind = DLA_TYPE if for_dla and name.startswith(FOREIGN_NODE) else ""
    return EngineLayer(name, kind)
