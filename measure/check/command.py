"""The command ``check``."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from measure.errors import UserError
from measure.output import write_out
from measure.target import PRECISIONS, resolve_target

if TYPE_CHECKING:
    from measure.check.report import Report

ALL_ON_DLA, SOME_FALL_BACK = 0, 1
"""Exit codes of a model that can be read."""

_EXAMPLES = """\
examples:
  python3 -m measure check model.onnx
  python3 -m measure check model.onnx --release jetpack-5.1.2 --soc xavier --precision fp16
  python3 -m measure check model.onnx --calib model.cache --html report.html
  python3 -m measure check model.onnx --json | jq .summary

Exit code: 0 when every layer runs on the DLA, 1 when some fall back or are unknown,
2 when the model cannot be read."""

WIDEST = 100
"""Longest line of the text, however wide the terminal."""

_SHAPE = re.compile(r"(?P<name>.+):(?P<sizes>[0-9]+(x[0-9]+)*)", re.DOTALL)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    parser.add_argument("model", metavar="MODEL.onnx", help="the model")
    parser.add_argument(
        "--release",
        help="release of the device, such as jetpack-6.2; the newest JetPack on which the DLA is "
        "usable when neither it nor --tensorrt is given",
    )
    parser.add_argument("--tensorrt", metavar="VERSION", help="version of TensorRT, such as 10.3")
    parser.add_argument("--soc", help="orin (default) or xavier")
    parser.add_argument("--precision", choices=PRECISIONS, help="int8 (default) or fp16")
    parser.add_argument(
        "--standalone",
        action="store_true",
        help="ask for a DLA loadable that runs without TensorRT (cuDLA)",
    )
    parser.add_argument("--calib", metavar="CACHE", help="calibration cache with INT8 scales")
    parser.add_argument(
        "--shape",
        metavar="NAME:1x3x224x224",
        action="append",
        default=[],
        help="sizes of an input, in place of those of the model; may be repeated",
    )
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print the report as JSON")
    output.add_argument("--html", metavar="FILE", help="write the report as one HTML page")


def run(arguments: argparse.Namespace) -> int:
    """Check a model, hand the report out and return the exit code."""
    from measure.check.model_check import check_model

    target = resolve_target(
        release=arguments.release,
        tensorrt=arguments.tensorrt,
        soc=arguments.soc,
        precision=arguments.precision,
        standalone=arguments.standalone,
    )
    if arguments.html is not None:
        refuse_to_write(arguments.html, arguments.model)
    report = check_model(
        arguments.model,
        target,
        calibration=arguments.calib,
        shapes=dict(map(read_shape, arguments.shape)),
    )
    if arguments.json:
        from measure.check.as_json import as_json

        write_out(as_json(report))
    elif arguments.html is not None:
        from measure.check.as_html import as_html

        write_file(arguments.html, as_html(report))
        _print_text(report)
    else:
        _print_text(report)
    return ALL_ON_DLA if report.all_on_dla else SOME_FALL_BACK


def read_shape(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the name and the sizes in NAME:1x3x224x224."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise UserError(f"--shape {text!r} is not NAME:SIZExSIZE…, as in input:1x3x224x224")
    return match["name"], tuple(int(size) for size in match["sizes"].split("x"))


def refuse_to_write(path: str, model: str) -> None:
    """Refuse to put a report where something else is than a report of before."""
    if not path:
        raise UserError("--html names no file")
    if os.path.isdir(path):
        raise UserError(f"{path} cannot be written: it is a folder; name a file in it")
    if os.path.exists(path) and not os.path.isfile(path):
        raise UserError(f"{path} cannot be written: it is not a regular file")
    if os.path.exists(path) and os.path.exists(model) and os.path.samefile(path, model):
        raise UserError(f"{path} is the model; give the report another name")


def write_file(path: str, text: str) -> None:
    """Write a file as a whole: where that fails, the file of before is still there."""
    target = Path(os.path.realpath(path))
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=".report.", delete=False
        ) as stream:
            temporary = stream.name
            stream.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, target)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)


def _print_text(report: Report) -> None:
    from measure.check.text import as_text

    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    width = min(shutil.get_terminal_size((WIDEST, 0)).columns, WIDEST) if is_terminal else WIDEST
    colour = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    write_out(as_text(report, width, colour=colour))
