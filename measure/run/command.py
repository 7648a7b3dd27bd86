"""The command ``run``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from measure.run_folders import NEWEST

if TYPE_CHECKING:
    from measure.run.options import Options

_EXAMPLES = """\
examples:
  python3 -m measure run --plan
  python3 -m measure run --quick --networks resnet-50
  python3 -m measure run --engines dla0,dla,gpu --modes maxn,30w --allow-reboot
  python3 -m measure run --resume 20261121-trtexec-1a2b3c

On a Jetson the reference networks are measured on one DLA core, on both and on the GPU, in INT8
and in each power mode that needs no reboot. On any other machine two networks are measured on the
CPU, quickly. Whatever happens, the board is put back as it was found; what was measured is kept.

Exit code: 0 when all jobs have a figure, 2 when the input can't be used, 3 when a condition does
not hold, 4 when another run holds the device, 5 when some jobs failed or the board could not be
put back, 130 after Ctrl-C."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    what = parser.add_argument_group("what to measure")
    what.add_argument("--networks", type=_words, default=(), help="keys of networks, with commas")
    what.add_argument("--engines", type=_words, default=(), help="dla0,dla1,dla,gpu,gpu+dla,cpu")
    what.add_argument("--precision", type=_words, default=(), help="int8,fp16,fp32")
    what.add_argument("--weights", type=_words, default=(), help="dense,sparse")
    what.add_argument("--batch", type=int, metavar="N", help="that of the published figures")
    what.add_argument("--modes", type=_words, default=(), help="current, all, or names of modes")
    what.add_argument("--models", metavar="FILE", help="TOML file with models of your own")
    how = parser.add_argument_group("how to measure")
    length = how.add_mutually_exclusive_group()
    length.add_argument(
        "--quick", action="store_true", help="a first look; of a DLA or GPU never published"
    )
    length.add_argument("--full", action="store_true", help="by the protocol; default on a Jetson")
    how.add_argument("--marginal", action="store_true", help="measure the energy per image, too")
    how.add_argument("--endurance", action="store_true", help="one long load for each job, too")
    how.add_argument("--dvfs", action="store_true", help="leave the clocks to the governors")
    how.add_argument("--no-power", action="store_true", help="throughput alone; no rail is read")
    how.add_argument("--backend", choices=("trtexec", "onnxruntime"), help="that of the machine")
    how.add_argument("--seed", type=int, metavar="N", default=0, help="of order and inputs")
    how.add_argument("--allow-reboot", action="store_true", help="for modes that need it")
    note = parser.add_argument_group("what to note")
    note.add_argument("--ambient", type=float, metavar="C", help="room temperature")
    note.add_argument("--psu", default="", metavar="TEXT", help="power supply: barrel, USB-C, W")
    parser.add_argument("--runs", metavar="DIR", help="folder of runs; DLA_MEASURE_RUNS or runs/")
    parser.add_argument(
        "--resume", metavar="RUN", nargs="?", const=NEWEST, help="go on with a run, or the newest"
    )
    parser.add_argument(
        "--resume-after-boot", action="store_true", help="what the unit of `rights` calls"
    )
    parser.add_argument("--plan", action="store_true", help="print the jobs and end")
    parser.add_argument("--json", action="store_true", help="print the plan or results as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Plan or measure, and return the exit code."""
    from measure.run.options import Options
    from measure.run.whole_run import measure, show_plan

    options: Options = Options.from_arguments(arguments)
    return show_plan(options) if options.plan_only else measure(options)


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a list with commas."""
    words = tuple(word for word in text.split(",") if word)
    if not words:
        raise argparse.ArgumentTypeError("name at least one")
    return words
