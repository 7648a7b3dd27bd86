"""A network as this project builds it: totals, and its layers and files on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator import markup
from generator.markup import Cell, Column
from generator.words import capital, counted, fixed, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.builder import PageBuilder
    from generator.package import Record

GIGA, MEGA = 10**9, 10**6

FORMS = {
    "fp32": "single precision, for implicit quantization",
    "fp16": "half precision, strongly typed",
    "qdq": "INT8 with quantize and dequantize nodes, strongly typed",
}
"""What the forms of a file are for."""

LAYER_COLUMNS = (
    Column("layer", "Layer", numeric=True),
    Column("name", "Name", filter="text"),
    Column("operator", "Operator", filter="select"),
    Column("input", "Reads (C×H×W)"),
    Column("output", "Writes (C×H×W)"),
    Column("window", "Window, stride"),
    Column("macs", "MMAC", numeric=True),
    Column("parameters", "Parameters", numeric=True),
    Column("weights", "Weights (bytes)", numeric=True),
    Column("activations", "Activations (bytes)", numeric=True),
)

FILE_COLUMNS = (
    Column("form", "Form"),
    Column("weights", "Weights"),
    Column("batch", "Batch", numeric=True),
    Column("bytes", "Size (bytes)", numeric=True),
    Column("sha256", "SHA-256", sortable=False),
)


def built_here(page: PageBuilder, network: Record) -> dict[str, object] | None:
    """Return totals, layers and files of a network, None where none are in the data."""
    key = network["network"]
    totals = page.atlas.find("network-totals", network=key)
    layers = page.atlas.records("network-layers", network=key)
    files = page.atlas.records("network-files", network=key)
    if totals is None or not layers:
        return None

    heading = f"{capital(counted(len(files), 'file'))} and their digests"

    def figure(field: str, unit: int, digits: int) -> Markup:
        return page.figure(totals, field, fixed(totals[field] / unit, digits))

    return {
        "layers": counted(totals["layers"], "layer"),
        "convolutions": page.figure(totals, "convolutions"),
        "gmacs": figure("macs", GIGA, 2),
        "parameters": figure("parameters", MEGA, 2),
        "weights": figure("weight_bytes", MEGA, 1),
        "activations": figure("activation_bytes", MEGA, 1),
        "largest": figure("largest_activation_bytes", MEGA, 1),
        "outputs": counted(totals["outputs"], "output"),
        "sparse": page.figure(
            totals, "sparse_macs", percent(totals["sparse_macs"] / totals["macs"])
        ),
        "table": _folded(page, f"All {counted(len(layers), 'layer')}", _layers(page, layers)),
        "files": _folded(page, heading, _files(page, files)) if files else "",
        "command": Markup("<code>python3 -m measure networks --network {}</code>").format(key),
    }


def _folded(page: PageBuilder, title: str, table: Markup) -> Markup:
    box = Markup('<details class="atlas-more"><summary>{}</summary>{}</details>')
    return page.slot(box.format(title, table))


def _layers(page: PageBuilder, layers: Sequence[Record]) -> Markup:
    caption = "One layer of the network at batch 1; in INT8 a value is one byte"
    return markup.table("layers", caption, LAYER_COLUMNS, [_layer(page, row) for row in layers])


def _layer(page: PageBuilder, layer: Record) -> list[Cell]:
    activation = f" + {layer['activation']}" if layer["activation"] else ""
    window = f"{layer['kernel']}×{layer['kernel']}, {layer['stride']}" if layer["kernel"] else ""
    groups = f", {layer['groups']} groups" if layer["groups"] and layer["groups"] > 1 else ""
    shared = layer["shares_weights_with"]
    activations = layer["input_bytes"] + layer["output_bytes"]
    return [
        Cell(layer.raw["layer"]),
        Cell(markup.link(page.url(page.atlas.record_url(layer)), layer["name"]), layer["name"]),
        Cell(f"{layer['operator']}{activation}", layer["operator"]),
        Cell(_shape(layer, "in")),
        Cell(_shape(layer, "out")),
        Cell(f"{window}{groups}" or "–", window),
        Cell(fixed(layer["macs"] / MEGA, 1) if layer["macs"] else "–", layer.raw["macs"]),
        Cell(f"as {shared}" if shared else layer.raw["parameters"], layer.raw["parameters"]),
        Cell(layer.raw["weight_bytes"]),
        Cell(str(activations)),
    ]


def _shape(layer: Record, end: str) -> str:
    return " × ".join(layer.raw[f"{side}_{end}"] for side in ("channels", "height", "width"))


def _files(page: PageBuilder, files: Sequence[Record]) -> Markup:
    rows = [
        [
            Cell(FORMS[file["form"]], file["form"]),
            Cell(file["weights"]),
            Cell(file.raw["batch"]),
            page.figure_cell(file, "bytes"),
            Cell(Markup("<code>{}</code>").format(file["sha256"])),
        ]
        for file in files
    ]
    return markup.table("network-files", "One ONNX file of the network", FILE_COLUMNS, rows)
