"""``python3 -m measure bundle``: pack what a device needs into one archive."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from measure.errors import UserError
from measure.networks.model_file import FORMS, WEIGHTS
from measure.output import tell, write_out
from measure.printable import printable

SCHEMA = "dla-atlas/bundle/1"

DEFAULT = Path("build/dla-measure.tar.gz")

_EXAMPLE = """\
examples:
  python3 -m measure bundle                                  the program and its tables
  python3 -m measure bundle --models models.toml             and models of your own
  python3 -m measure bundle --with-networks --form fp32      and the networks, built here
  python3 -m measure bundle --with-operator-cases            and ONNX's tests of operators
  scp build/dla-measure.tar.gz jetson: && ssh jetson tar -xzf dla-measure.tar.gz

The device builds the networks itself, with numpy alone; packing them saves it some seconds.
The same files give the same archive, byte for byte."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = _EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--out", type=Path, default=DEFAULT, metavar="FILE", help=f"{DEFAULT}")
    parser.add_argument("--models", type=Path, metavar="FILE.toml", help="models of your own")
    parser.add_argument("--with-networks", action="store_true", help="pack built networks, too")
    parser.add_argument(
        "--with-operator-cases",
        action="store_true",
        help="pack ONNX's tests of operators, too; needs the package onnx",
    )
    parser.add_argument(
        "--network", action="append", default=[], metavar="KEY", help="all when left out"
    )
    parser.add_argument("--form", choices=FORMS, action="append", help="fp32 when left out")
    parser.add_argument("--weights", choices=WEIGHTS, action="append", help="dense when left out")
    parser.add_argument(
        "--batch", type=int, metavar="N", help="images an inference; as published when left out"
    )
    parser.add_argument("--json", action="store_true", help="print JSON for a program")


def run(arguments: argparse.Namespace) -> int:
    """Pack and say where the archive is."""
    from measure.bundle.archive import archive
    from measure.bundle.contents import (
        code_members,
        network_members,
        operator_members,
        own_members,
        with_manifest,
    )
    from measure.journal.files import write_whole
    from measure.networks.own import read_entries
    from measure.networks.store import model_files

    chosen = arguments.network or arguments.form or arguments.weights or arguments.batch
    if chosen and not arguments.with_networks:
        raise UserError("--network, --form, --weights and --batch need --with-networks")
    members = code_members()
    if arguments.models is not None:
        members += own_members(read_entries(arguments.models))
    if arguments.with_networks:
        members += network_members(
            model_files(
                arguments.network, arguments.form, arguments.weights, arguments.batch, tell=tell
            )
        )
    if arguments.with_operator_cases:
        members += operator_members()
    size = sum(member.size for member in members) / 1e6
    tell(f"packing {len(members)} files, {size:.0f} MB …")
    digest = write_whole(arguments.out, archive(with_manifest(members)))
    if arguments.json:
        found = {"schema": SCHEMA, "path": str(arguments.out), "sha256": digest}
        write_out(json.dumps({**found, "files": len(members)}, indent=2) + "\n")
    else:
        write_out(f"{digest}  {printable(str(arguments.out))}\n")
    return 0
