"""``python3 -m measure networks``: build the reference networks, list them and their layers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure.errors import UserError
from measure.networks.model_file import FORMS, WEIGHTS
from measure.output import tell, write_out

if TYPE_CHECKING:
    from measure.networks.layers import Layer
    from measure.networks.model_file import ModelFile

SCHEMA = "dla-atlas/networks/1"

_EXAMPLE = """\
examples:
  python3 -m measure networks --list
  python3 -m measure networks                                all six, for TensorRT up to 10
  python3 -m measure networks --network resnet-50 --form qdq --batch 1
  python3 -m measure networks --network resnet-50 --layers
  python3 -m measure networks --models models.toml           check the files of your own models
  python3 -m measure networks --network resnet-50 --json | jq -r '.files[].path'

A network is built once: files are found again by what is in them, and built anew when damaged.
fp32 is for implicit quantization (TensorRT up to 10) and for ONNX Runtime, fp16 and qdq are for
strongly typed networks (TensorRT 11.4.1 and later).

A models file names ONNX files of your own, one table each; path is relative to the models file:
  [[model]]
  name = "my-detector"
  path = "detector.onnx"
  sha256 = "<64 hexadecimal digits>"        # optional; another file is then refused
  address = "https://…"                     # optional; nothing is downloaded, it needs sha256
  batch = 1                                 # where the model leaves the batch open
  weights = "dense"                         # or "sparse"
  [model.inputs]                            # where the model leaves other sizes open
  image = [1, 3, 640, 640]"""

_HEADER = ("network", "input", "batch", "GMAC", "parameters", "weights INT8", "activations INT8")

_LAYER_HEADER = (
    "network", "layer", "name", "operator", "input", "output", "window", "MMAC", "parameters",
)  # fmt: skip

MEGA, GIGA = 10**6, 10**9
LARGEST_BATCH = 4096

_OF_A_FILE = ("form", "weights", "batch", "out")
"""What is said of a file that is to be built."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = _EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--network",
        action="append",
        default=[],
        metavar="KEY",
        help="a network of --list; may be repeated; all when left out",
    )
    parser.add_argument("--form", choices=FORMS, action="append", help="fp32 when left out")
    parser.add_argument("--weights", choices=WEIGHTS, action="append", help="dense when left out")
    parser.add_argument(
        "--batch", type=int, metavar="N", help="images an inference; as published when left out"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder; runs/networks if left out")
    parser.add_argument("--models", type=Path, metavar="FILE.toml", help="check models of your own")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the networks, build nothing")
    what.add_argument("--layers", action="store_true", help="list their layers, build nothing")
    what.add_argument(
        "--write-tables",
        action="store_true",
        help="write layers, totals and files into the data package, for the site",
    )
    parser.add_argument("--json", action="store_true", help="print JSON for a program")


def run(arguments: argparse.Namespace) -> int:
    """Build or list and return the exit code."""
    from measure.networks.catalogue import RECIPES

    if arguments.batch is not None and not 1 <= arguments.batch <= LARGEST_BATCH:
        raise UserError(f"--batch {arguments.batch}: 1 to {LARGEST_BATCH} images are possible")
    _refuse_idle(arguments)
    keys = list(dict.fromkeys(arguments.network)) or list(RECIPES)
    if arguments.write_tables:
        from measure.networks.reference_tables import write_tables

        write_out("".join(f"wrote {path}\n" for path in write_tables()))
    elif arguments.list:
        _hand_out("networks", _totals(keys), _HEADER, arguments.json)
    elif arguments.layers:
        rows = [row for key in keys for row in _layers(key)]
        _hand_out("layers", rows, _LAYER_HEADER, arguments.json)
    else:
        _hand_out_files(_files(arguments), arguments.json)
    return 0


def _refuse_idle(arguments: argparse.Namespace) -> None:
    """Refuse options that would do nothing beside another one."""
    others = {
        "models": (*_OF_A_FILE, "network", "list", "layers", "write_tables"),
        "list": _OF_A_FILE,
        "layers": _OF_A_FILE,
        "write_tables": (*_OF_A_FILE, "network"),
    }
    for name, idle in others.items():
        for other in idle if getattr(arguments, name) else ():
            if getattr(arguments, other):
                first, second = (f"--{word.replace('_', '-')}" for word in (other, name))
                raise UserError(f"{first} does nothing beside {second}; leave one of them out")


def _files(arguments: argparse.Namespace) -> list[ModelFile]:
    """Return the files that are asked for, building those that are not there."""
    if arguments.models is not None:
        from measure.networks.own import model_file_of, read_entries

        return [model_file_of(entry) for entry in read_entries(arguments.models)]
    from measure.networks.store import model_files

    return model_files(
        arguments.network,
        arguments.form,
        arguments.weights,
        arguments.batch,
        arguments.out,
        tell=tell,
    )


def _totals(keys: list[str]) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from measure.networks.catalogue import build_network, default_batch
    from measure.networks.layers import totals_of

    rows = []
    for key in keys:
        network = build_network(key)
        totals = asdict(totals_of(network))
        shape = next(iter(network.inputs.values()))
        cells = (
            key,
            _by(shape[1:]),
            str(default_batch(key)),
            f"{totals['macs'] / GIGA:.2f}",
            f"{totals['parameters'] / MEGA:.2f} M",
            f"{totals['weight_values'] / MEGA:.1f} MB",
            f"{totals['activation_values'] / MEGA:.1f} MB",
        )
        rows.append({"network": key, "input": shape, **totals, "cells": cells})
    return rows


def _layers(key: str) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from measure.networks.catalogue import build_network
    from measure.networks.layers import layers_of

    return [
        {"network": key, **asdict(layer), "cells": (key, *_layer_cells(layer))}
        for layer in layers_of(build_network(key))
    ]


def _layer_cells(layer: Layer) -> tuple[str, ...]:
    window = f"{layer.kernel}x{layer.kernel}/{layer.stride}" if layer.kernel else ""
    groups = f" x{layer.groups}" if layer.groups > 1 else ""
    operator = f"{layer.operator}+{layer.activation}" if layer.activation else layer.operator
    return (
        str(layer.index),
        layer.name,
        operator,
        _by(layer.input_shape[1:]),
        _by(layer.output_shape[1:]),
        window + groups,
        f"{layer.macs / MEGA:.1f}" if layer.macs else "",
        str(layer.parameters or ""),
    )


def _hand_out(
    name: str, rows: list[dict[str, Any]], header: tuple[str, ...], as_json: bool
) -> None:
    cells = [row.pop("cells") for row in rows]
    if as_json:
        write_out(json.dumps({"schema": SCHEMA, name: rows}, indent=2) + "\n")
        return
    widths = [max(map(len, column)) for column in zip(header, *cells)]
    lines = ("  ".join(cell.ljust(w) for cell, w in zip(row, widths)) for row in (header, *cells))
    write_out("".join(f"{line.rstrip()}\n" for line in lines))


def _hand_out_files(files: list[ModelFile], as_json: bool) -> None:
    if as_json:
        found = [
            {
                "network": file.network,
                "path": str(file.path),
                "sha256": file.sha256,
                "inputs": file.inputs,
                "form": file.form,
                "weights": file.weights,
                "batch": file.batch,
            }
            for file in files
        ]
        write_out(json.dumps({"schema": SCHEMA, "files": found}, indent=2) + "\n")
    else:
        write_out("".join(f"{file.sha256}  {file.path}\n" for file in files))


def _by(sizes: tuple[int, ...]) -> str:
    return "x".join(map(str, sizes))
