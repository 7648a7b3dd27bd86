"""The reference networks as tables of the data package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

from measure.networks.catalogue import RECIPES, build_network, default_batch
from measure.networks.forms import as_form
from measure.networks.layers import layers_of, totals_of
from measure.networks.model_file import FORMS, WEIGHTS
from measure.onnx_file.writing import digest_and_size
from measure.tables import data_folder, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from measure.networks.builder import Network
    from measure.networks.layers import Layer

LAYERS = "reference/network-layers"
TOTALS = "reference/network-totals"
FILES = "reference/network-files"

OWN_SOURCE = "dla-atlas-networks"
"""Key of the source that stands for what this command works out."""

LAYER_COLUMNS = (
    "network", "layer", "name", "operator", "activation", "inputs", "channels_in",
    "height_in", "width_in", "channels_out", "height_out", "width_out", "kernel",
    "stride", "groups", "shares_weights_with", "macs", "parameters", "weight_bytes",
    "input_bytes", "output_bytes", "sparse", "source",
)  # fmt: skip

TOTAL_COLUMNS = (
    "network", "layers", "convolutions", "outputs", "macs", "parameters", "weight_bytes",
    "activation_bytes", "largest_activation_bytes", "sparse_macs", "source",
)  # fmt: skip

FILE_COLUMNS = ("network", "form", "weights", "batch", "bytes", "sha256", "source")


def layer_rows(network: Network) -> list[dict[str, str]]:
    """Return a row for each layer of a network; in INT8 a value is a byte."""
    return [_row({"network": network.key, **_layer(layer)}) for layer in layers_of(network)]


def total_row(network: Network) -> dict[str, str]:
    """Return the row with the sums of a network."""
    totals = totals_of(network)
    return _row(
        {
            "network": network.key,
            "layers": totals.layers,
            "convolutions": totals.convolutions,
            "outputs": totals.outputs,
            "macs": totals.macs,
            "parameters": totals.parameters,
            "weight_bytes": totals.weight_values,
            "activation_bytes": totals.activation_values,
            "largest_activation_bytes": totals.largest_activation,
            "sparse_macs": totals.sparse_macs,
        }
    )


def file_row(key: str, form: str, weights: str) -> dict[str, str]:
    """Return the row of a network's file, for the batch of the published figures on the DLA."""
    batch = default_batch(key)
    digest, n_bytes = digest_and_size(as_form(build_network(key, weights, batch), form))
    return _row(
        {
            "network": key,
            "form": form,
            "weights": weights,
            "batch": batch,
            "bytes": n_bytes,
            "sha256": digest,
        }
    )


def write_tables() -> list[Path]:
    """Write the tables and return their paths."""
    networks = [build_network(key) for key in RECIPES]
    layers = [row for network in networks for row in layer_rows(network)]
    files = [
        file_row(key, form, weights) for key in RECIPES for form in FORMS for weights in WEIGHTS
    ]
    return [
        _write(LAYERS, LAYER_COLUMNS, layers),
        _write(TOTALS, TOTAL_COLUMNS, map(total_row, networks)),
        _write(FILES, FILE_COLUMNS, files),
    ]


def _layer(layer: Layer) -> dict[str, Any]:
    cells: dict[str, Any] = {
        "layer": layer.index,
        "name": layer.name,
        "operator": layer.operator,
        "activation": layer.activation,
        "inputs": " ".join(layer.inputs),
        "kernel": layer.kernel or "",
        "stride": layer.stride or "",
        "groups": layer.groups or "",
        "shares_weights_with": layer.shares_weights_with,
        "macs": layer.macs,
        "parameters": layer.parameters,
        "weight_bytes": layer.weight_values,
        "input_bytes": layer.input_values,
        "output_bytes": layer.output_values,
        "sparse": "yes" if layer.sparse else "no",
    }
    for end, shape in (("in", layer.input_shape), ("out", layer.output_shape)):
        for side, size in zip(("channels", "height", "width"), shape[1:]):
            cells[f"{side}_{end}"] = size
    return cells


def _row(cells: Mapping[str, Any]) -> dict[str, str]:
    return {**{name: str(cell) for name, cell in cells.items()}, "source": OWN_SOURCE}


def _write(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Path:
    path = data_folder() / f"{name}.csv"
    write_table(path, columns, rows)
    return path
