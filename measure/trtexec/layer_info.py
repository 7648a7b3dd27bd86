"""The file of --exportLayerInfo: what the finished engine consists of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from measure.build_log.engine import DLA_TYPE
from measure.build_log.names import FOREIGN_NODE
from measure.build_log.reading import LogFile
from measure.errors import UserError

MOST_CHARACTERS = 1 << 27
"""Size of a file that is read; large networks have a few million characters."""

_REFORMAT = "Reformat"
_COPY = "Reformatting CopyNode"
_NO_OPERATION = "NoOp"


@dataclass(frozen=True)
class InfoLayer:
    """A layer of the engine; type and format are empty where the file has names alone."""

    name: str
    type: str = ""
    input_formats: tuple[str, ...] = ()
    output_formats: tuple[str, ...] = ()

    @property
    def is_reformat(self) -> bool:
        """Say whether it only changes the layout of a tensor."""
        return self.type == _REFORMAT or self.name.startswith(_COPY)

    def is_on_dla(self, *, dla_build: bool) -> bool:
        """Say whether it is a DLA subgraph.

        Parameters
        ----------
        dla_build
            Whether the engine was built for a DLA: builds for the GPU alone name subgraphs of
            another compiler alike, so a name proves nothing there.
        """
        if self.type:
            return self.type == DLA_TYPE or (
                dla_build and self.name.startswith(FOREIGN_NODE) and self.type == "ForeignNode"
            )
        return dla_build and self.name.startswith(FOREIGN_NODE)


@dataclass(frozen=True)
class LayerInfo:
    """All layers of an engine."""

    layers: list[InfoLayer] = field(default_factory=list)
    detailed: bool = False
    """Whether the engine was built with --profilingVerbosity=detailed."""

    def dla_subgraphs(self, *, dla_build: bool) -> list[InfoLayer]:
        """Return the subgraphs on the DLA."""
        return [layer for layer in self.layers if layer.is_on_dla(dla_build=dla_build)]

    def gpu_layers(self, *, dla_build: bool) -> list[InfoLayer]:
        """Return the layers on the GPU without those that only change a layout or do nothing."""
        return [
            layer
            for layer in self.layers
            if not layer.is_on_dla(dla_build=dla_build)
            and not layer.is_reformat
            and layer.type != _NO_OPERATION
        ]

    @property
    def reformats(self) -> list[InfoLayer]:
        """Return the layers that only change a layout."""
        return [layer for layer in self.layers if layer.is_reformat]


def read_layer_info(path: str) -> LayerInfo:
    """Read the file, which holds names alone or, of a detailed build, dictionaries."""
    document = _document(path)
    layers = document.get("Layers") if isinstance(document, dict) else None
    if not isinstance(layers, list):
        raise UserError(
            f"{path}: has no list of layers; give the file of trtexec's --exportLayerInfo"
        )
    detailed = any(isinstance(layer, dict) for layer in layers)
    return LayerInfo([_layer(layer, path) for layer in layers], detailed)


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


def _layer(layer: Any, path: str) -> InfoLayer:
    if isinstance(layer, str):
        return InfoLayer(layer)
    name = layer.get("Name") if isinstance(layer, dict) else None
    if not isinstance(name, str):
        raise UserError(f"{path}: {layer!r:.80} is no layer; give what --exportLayerInfo wrote")
    kind = layer.get("LayerType")
    return InfoLayer(
        name,
        kind if isinstance(kind, str) else "",
        _formats(layer.get("Inputs")),
        _formats(layer.get("Outputs")),
    )


def _formats(tensors: Any) -> tuple[str, ...]:
    """Return the formats of the tensors as the file has them."""
    if not isinstance(tensors, list):
        return ()
    return tuple(
        str(tensor.get("Format/Datatype", "")) for tensor in tensors if isinstance(tensor, dict)
    )
