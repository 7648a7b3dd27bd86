"""The command ``placement``."""

from __future__ import annotations

import argparse
import json

from measure.build_log.as_json import as_json
from measure.build_log.build_log import BuildLog, read_build_log
from measure.build_log.settings import SOCS
from measure.build_log.summary import ALL_ON_DLA, summarize
from measure.build_log.text import as_text
from measure.errors import UserError
from measure.output import write_out

NOT_ALL_ON_DLA = 1
"""Exit code when layers are on the GPU, a build failed, or the log does not tell."""


_EXAMPLES = """\
examples:
  trtexec --onnx=model.onnx --useDLACore=0 --allowGPUFallback --verbose 2>&1 | tee build.log
  python3 -m measure placement build.log
  python3 -m measure placement build.log --evidence --model model.onnx --source my-source > rows.csv

Exit code: 0 all layers on the DLA; 1 layers on the GPU, a failed build, or a log that does
not tell; 2 a file that cannot be read or is no log of TensorRT. With --evidence 0 once the
rows are printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "log", metavar="LOG", help="what trtexec printed, plain or gzip; - for stdin"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print everything as JSON")
    form.add_argument(
        "--evidence",
        action="store_true",
        help="print the certain verdicts as rows for data/operators/evidence.csv",
    )
    parser.add_argument(
        "--model",
        metavar="MODEL.onnx",
        help="with --evidence: the model that was built, for operators and parameters",
    )
    parser.add_argument(
        "--source",
        metavar="KEY",
        default="",
        help="with --evidence: the source of the log, a key of reference/sources.csv",
    )
    parser.add_argument(
        "--soc",
        choices=SOCS,
        help="with --evidence: the SoC, for a log that does not tell it",
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES


def run(arguments: argparse.Namespace) -> int:
    """Read the log, print what it says, and return the exit code."""
    if not arguments.evidence and (arguments.model or arguments.source or arguments.soc):
        raise UserError("--model, --source and --soc go with --evidence")
    log = read_build_log(arguments.log)
    if arguments.evidence:
        from measure.build_log.evidence import evidence_of, write_evidence

        write_evidence(evidence_of(log, arguments.model, arguments.source, arguments.soc))
        return 0
    if arguments.json:
        write_out(json.dumps(as_json(log), indent=2) + "\n")
    else:
        write_out(as_text(log))
    return _exit_code(log)


def _exit_code(log: BuildLog) -> int:
    """Return 0 only if every run of the log is known to be all on the DLA."""
    placements = {summarize(run).placement for run in log.runs}
    return 0 if placements == {ALL_ON_DLA} else NOT_ALL_ON_DLA
