"""The command ``import``."""

from __future__ import annotations

import argparse

_EXAMPLES = """\
examples:
  python3 -m measure import --trtexec run.log
  python3 -m measure import --trtexec run.log --times times.json --tegrastats power.log \\
      --module jetson-agx-orin-64gb --power-mode 30W --release jetpack-6.2
  python3 -m measure import --trtexec three-runs.log --pick 2 --build-log build.log --json

Several runs of the same command in one log count as repetitions. The files are copied into a
folder of their own below runs/, with a journal like that of a run made by this program.

Exit code: 0 when the rows are there; 2 when a file cannot be used or the log leaves open what an
image is; 3 when a run is refused because what was observed contradicts the power mode or the log
itself; the journal keeps that run with the reason."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    files = parser.add_argument_group("files, plain or gzip")
    files.add_argument(
        "--trtexec", metavar="LOG", required=True, help="what trtexec printed when it measured"
    )
    files.add_argument("--pick", type=int, metavar="N", help="only the N-th run of that log")
    files.add_argument(
        "--build-log", metavar="LOG", help="what it printed when it built the engine"
    )
    files.add_argument("--tegrastats", metavar="LOG", help="tegrastats during the run")
    files.add_argument("--times", metavar="JSON", help="file of --exportTimes")
    files.add_argument("--profile", metavar="JSON", help="file of --exportProfile")
    files.add_argument("--layer-info", metavar="JSON", help="file of --exportLayerInfo")
    known = parser.add_argument_group("what the files do not say")
    known.add_argument("--module", metavar="KEY", help="key of reference/modules")
    known.add_argument("--power-mode", metavar="NAME", help="as nvpmodel calls it: 30W, MAXN")
    known.add_argument(
        "--clock-policy", choices=("pinned", "dvfs"), help="pinned: jetson_clocks was on"
    )
    known.add_argument("--release", metavar="KEY", help="of the software: jetpack-6.2")
    known.add_argument("--network", metavar="KEY", help="key of reference/networks")
    known.add_argument("--engine", choices=("dla", "gpu"), help="for a log that does not tell")
    known.add_argument(
        "--batch", type=int, metavar="N", help="images of a query, where the batch is explicit"
    )
    known.add_argument("--input-shape", metavar="NxCxHxW", help="sizes of the input")
    origin = parser.add_argument_group("where it is from")
    origin.add_argument("--source", metavar="KEY", help="key of reference/sources")
    origin.add_argument("--locator", metavar="TEXT", help="line, path or row within the source")
    origin.add_argument("--note", metavar="TEXT", help="what a reader must know")
    parser.add_argument("--runs", metavar="DIR", help="folder of runs; DLA_MEASURE_RUNS or runs/")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Bring the runs in and return the exit code."""
    from measure.recorded.bring_in import bring_in
    from measure.recorded.request import Request

    return bring_in(Request.from_arguments(arguments))
