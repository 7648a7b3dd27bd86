"""The command line: ``python3 -m measure``."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Any

from measure.errors import CANNOT_READ, INTERRUPTED, UserError
from measure.output import forget, tell, write_out

COMMANDS: dict[str, tuple[str, str]] = {
    "bundle": ("measure.bundle.command", "Pack what a device needs into one archive."),
    "check": ("measure.check.command", "Say where each layer of an ONNX model runs, and why."),
    "compare": ("measure.compare.command", "Hold measured figures against published ones."),
    "doctor": ("measure.device.doctor.command", "Say what of a machine lets it measure."),
    "import": ("measure.recorded.command", "Bring in runs of trtexec that were made by hand."),
    "networks": ("measure.networks.command", "Build the reference networks, list their layers."),
    "operators": (
        "measure.one_operator.command",
        "Build networks of one operator to see what the DLA takes.",
    ),
    "placement": ("measure.build_log.command", "Read where a TensorRT build put each layer."),
    "restore": ("measure.modes.command", "Put a board back that a run left changed."),
    "rights": (
        "measure.root.command",
        "Grant, check or take back the rights of measuring.",
    ),
    "rows": ("measure.results.command", "Derive the tables of a run from its journal."),
    "run": ("measure.run.command", "Measure networks on the DLA, the GPU or the CPU."),
    "publish": ("measure.publish.command", "Take a run into the data package."),
    "score": ("measure.score.command", "Compare the rules with what devices were seen to do."),
}
"""Command: module with ``add_arguments(parser)`` and ``run(arguments) -> int``, and a sentence.

The module is imported only when its command is the one called, so that help is instant.
"""

LONGEST_ERROR = 2000


class Parser(argparse.ArgumentParser):
    """A parser whose help says when it cannot be written; newer argparse keeps that to itself."""

    def print_help(self, file: Any = None) -> None:
        """Write the help to standard output, or to a file."""
        if file is None:
            write_out(self.format_help())
        else:
            super().print_help(file)


def build_parser(called: str | None) -> argparse.ArgumentParser:
    """Return the parser, with the arguments of the command that is called."""
    parser = Parser(
        prog="python3 -m measure",
        description="Measure on NVIDIA's DLA, check models for it and read its builds.",
        epilog="`python3 -m measure COMMAND --help` has examples of each.",
    )
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )
    for name, (module, sentence) in COMMANDS.items():
        command = commands.add_parser(name, help=sentence, description=sentence)
        if name == called:
            import_module(module).add_arguments(command)
    return parser


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if words is None else words
    called = words[0] if words else None
    try:
        arguments = build_parser(called).parse_args(words)
        return int(import_module(COMMANDS[arguments.command][0]).run(arguments))
    except UserError as error:
        return _fail(str(error), error.exit_code)
    except OSError as error:
        # A disk or a stream that broke where nobody could do anything about it.
        if not error.filename:
            forget()
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", CANNOT_READ)
    except KeyboardInterrupt:
        tell("interrupted")
        return INTERRUPTED


def _fail(text: str, code: int) -> int:
    """Say in one line what is wrong, and return the exit code."""
    from measure.printable import safe

    tell(f"error: {safe(text, LONGEST_ERROR)}")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
