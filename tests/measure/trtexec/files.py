"""The hand-made logs and exports of trtexec, and the real ones where they are at hand."""

from __future__ import annotations

from measure.trtexec.log import TrtexecRun, read_trtexec_log
from tests.measure.build_log.logs import REPOSITORY

CORPUS = REPOSITORY / "tests" / "measure" / "corpus" / "trtexec"


def corpus(name: str) -> str:
    """Return the path of a hand-made file."""
    return str(CORPUS / name)


def only_run(name: str, batch: int | None = None) -> TrtexecRun:
    """Return the one run of a hand-made log."""
    (run,) = read_trtexec_log(corpus(name), batch).runs
    return run
