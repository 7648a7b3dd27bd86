"""Bring recorded runs in: read everything, then keep files, journal and rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Sequence

from measure.errors import ConditionError
from measure.journal.files import store_file
from measure.journal.journal import Journal
from measure.output import write_out
from measure.recorded.choice import check_figure, check_run, chosen_runs
from measure.recorded.figures import times_of
from measure.recorded.observed import Observed, observe
from measure.recorded.records import BACKEND, Records, Stored
from measure.recorded.report import as_json, as_text
from measure.recorded.stamps import Span, span_of_tegrastats, span_of_trtexec
from measure.recorded.subject import Recorded, build_from, build_of, engine_of
from measure.results.derive import write_tables
from measure.run_folders import JOURNAL, new_run
from measure.trtexec.layer_info import read_layer_info
from measure.trtexec.log import read_trtexec_log
from measure.trtexec.placement import DLA
from measure.trtexec.profile import read_profile
from measure.trtexec.profile_table import read_profile_tables

if TYPE_CHECKING:
    from measure.recorded.request import Request
    from measure.trtexec.log import TrtexecLog, TrtexecRun

_UNSAFE = re.compile(r"[^A-Za-z0-9_.+-]+")
_FILES = ("trtexec", "build_log", "tegrastats", "times", "profile", "layer_info")
LOGS_APART = "logs_apart"
MODE_UNCHECKED = "mode_unchecked"
DLA_NOT_SEEN = "dla_not_seen"


@dataclass
class Understood:
    """Everything that was read, before anything is kept."""

    request: Request
    recorded: list[Recorded]
    observed: Observed | None
    span: Span | None
    """Of the runs by the clock of the device; None if the log does not tell."""
    notes: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    @property
    def date(self) -> str:
        """Return the day of the first run, YYYY-MM-DD; empty if it is not known."""
        return self.span.first.date().isoformat() if self.span else ""


def bring_in(request: Request) -> int:
    """Read the files, keep them with the records and rows, and print what was understood.

    Raises
    ------
    ConditionError
        When a run is refused; the journal keeps the refusal.
    """
    found = understand(request)
    assert request.folder is not None
    run = new_run(BACKEND)
    folder = request.folder / run
    with Journal.open(folder / JOURNAL) as journal:
        records = Records(
            run, request, found.recorded, found.observed, _store(request, folder), found.flags
        )
        for record in records.all(found.date):
            journal.append(record)
        tables = write_tables(journal.records, folder)
    shown = as_json if request.as_json else as_text
    write_out(shown(found, tables, run, folder, records.refusals))
    if records.refusals:
        raise ConditionError(f"refused: {'; '.join(records.refusals)}; {folder / JOURNAL} keeps it")
    return 0


def understand(request: Request) -> Understood:
    """Read all files and hold them against each other.

    Raises
    ------
    UserError
        When one cannot be used, or they contradict each other.
    """
    log = read_trtexec_log(request.trtexec, request.images_per_query)
    chosen = chosen_runs(log, request)
    for number, run in chosen:
        check_run(run, request, f"{log.name}: run {number}")
    built = build_from(request.build_log, chosen[0][1]) if request.build_log else None
    recorded = []
    for number, run in chosen:
        one = Recorded(number, run, request, built or build_of(run, log))
        engine = engine_of(one)
        if request.layer_info:
            one.info = read_layer_info(request.layer_info, for_dla=engine == DLA)
        if request.times:
            one.times = times_of(request.times, run)
        check_figure(run, f"{log.name}: run {number}")
        if request.profile:
            one.profiles = read_profile(request.profile)
        elif len(log.runs) == 1:
            one.profiles = read_profile_tables(request.trtexec)
        recorded.append(one)
    observed = observe(request)
    found = Understood(request, recorded, observed, _span_of(log, chosen, request), list(log.notes))
    _compare(found)
    return found


def _span_of(
    log: TrtexecLog, chosen: Sequence[tuple[int, TrtexecRun]], request: Request
) -> Span | None:
    """Return when the chosen runs ran: a log may hold others of other days."""
    last, _ = chosen[-1]
    behind = log.runs[last].run.first_line if last < len(log.runs) else None
    return span_of_trtexec(request.trtexec, chosen[0][1].run.first_line, behind)


def _compare(found: Understood) -> None:
    """Note where the logs do not belong together, or leave the mode open."""
    observed, request = found.observed, found.request
    if observed is None:
        if request.power_mode is not None:
            found.flags.append(MODE_UNCHECKED)
            found.notes.append(
                f"nothing shows that the mode {request.power_mode.title} was in force; "
                "give the log of tegrastats"
            )
        return
    found.flags += observed.flags
    found.notes += observed.notes
    own = found.span
    other = span_of_tegrastats([reading.date for reading in observed.log.readings])
    if own and other and not own.meets(other):
        found.flags.append(LOGS_APART)
        found.notes.append(
            f"trtexec ran until {own.last}, tegrastats from {other.first} to {other.last}: power "
            "and throughput are not of the same minutes"
        )
    for core in found.recorded[0].job.cores:
        seen = [reading.engines.get(f"NVDLA{core}") for reading in observed.log.readings]
        if any(seen) and not any(engine.on for engine in seen if engine):
            found.flags.append(DLA_NOT_SEEN)
            found.notes.append(f"tegrastats never saw DLA core {core} on")


def _store(request: Request, folder: Path) -> dict[str, Stored]:
    """Keep the files beside the journal; they get the names of their options."""
    stored = {}
    for option in _FILES:
        given = getattr(request, option)
        if given:
            name = _UNSAFE.sub("_", f"{option}-{Path(given).name}")
            stored[option] = Stored(*store_file(folder, f"logs/{name}", Path(given)))
    return stored
