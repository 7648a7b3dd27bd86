"""A run over cases: from the plan to the tables, resumed where it was broken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.backends.failures import CRASHED, GARBAGE, HUNG, KILLED, WRONG_VERSION
from measure.build_log.settings import SOCS
from measure.device.machine import Machine
from measure.errors import INTERRUPTED, SOME_FAILED, ConditionError, UserError
from measure.journal.journal import Journal
from measure.modes.lock import DeviceLock
from measure.one_operator import verdict
from measure.one_operator.building import Bench
from measure.one_operator.case import OperatorCase
from measure.one_operator.plan import EXPECTED_S, PLAN, Choice, make_plan, targets_of
from measure.one_operator.rows import last_records
from measure.one_operator.texts import line_of
from measure.results.derive import write_tables
from measure.results.private import PrivateWords
from measure.run.interrupt import Interrupt, Interrupted
from measure.run.progress import Progress
from measure.run.rig import TRTEXEC, Rig, read_rig
from measure.run.run_record import machine_record
from measure.run.settings import Settings
from measure.run_folders import (
    COMPLETE,
    JOURNAL,
    NEWEST,
    new_run,
    run_folder,
    runs_folder,
    unfinished,
)
from measure.target import PRECISIONS

if TYPE_CHECKING:
    from pathlib import Path

    from measure.target import Target

PROTOCOL = "dla-operators/1"
PASSING = (
    *(CRASHED, GARBAGE, HUNG, KILLED, WRONG_VERSION),
    *("device_lost", "disk_full", "no_dla", "out_of_memory"),
)
"""Failures that say nothing of a case: it is built again when the run is resumed."""

MOST_IN_A_ROW = 10
"""So many of them one after the other mean that the device is not in order."""


@dataclass(frozen=True)
class Planned:
    """What is to be built, on what."""

    rig: Rig
    cases: Sequence[OperatorCase]
    settings: Settings

    @property
    def targets(self) -> dict[str, Target]:
        """Return what the device is, by precision."""
        return targets_of(self.rig.tensorrt.version, self.rig.board.soc, PRECISIONS)


def begin(choice: Choice, runs: str | None) -> tuple[int, Sequence[Mapping[str, Any]], str]:
    """Build what is chosen; return the exit code, the journal and the name of the run."""
    rig = _ready_rig()
    with DeviceLock(rig.machine):
        settings = Settings().overridden()
        targets = targets_of(rig.tensorrt.version, rig.board.soc, choice.precisions)
        plan = make_plan(choice, targets)
        folder = runs_folder(runs) / new_run(TRTEXEC)
        record = machine_record(rig, folder.name, folder.parent, PROTOCOL)
        PrivateWords.of(rig.machine).check_record(record, "the record of the run")
        with Journal.open(folder / JOURNAL) as journal:
            journal.append(record)
            journal.append(plan.as_record(settings.as_dict()))
            code = _go(Planned(rig, plan.cases, settings), journal, folder)
            return code, journal.records, folder.name


def resume(name: str, runs: str | None) -> tuple[int, Sequence[Mapping[str, Any]], str]:
    """Go on with a run, or the newest that is not complete.

    Raises
    ------
    UserError
        When there is none, or it has no plan.
    ConditionError
        When it was begun on another device.
    """
    place = runs_folder(runs)
    chosen = unfinished(place, PLAN) if name == NEWEST else name
    if not chosen:
        raise UserError(f"no run of operators in {place} is left to go on with")
    folder = run_folder(place, chosen)
    rig = _ready_rig()
    with DeviceLock(rig.machine), Journal.open(folder / JOURNAL) as journal:
        begun = next((one for one in journal.records if one["type"] == "run"), None)
        plan = next((one for one in journal.records if one["type"] == PLAN), None)
        if begun is None or plan is None:
            raise UserError(f"{journal.path}: it has no plan of operators; begin another run")
        if rig.as_record()["module"] != begun["module"] or (
            rig.tensorrt.version != begun["tensorrt"]
        ):
            raise ConditionError(
                f"{chosen} was begun on {begun['module']} with TensorRT {begun['tensorrt']}; "
                "go on there, or begin another run here"
            )
        cases = [OperatorCase.from_dict(one) for one in plan["cases"]]
        code = _go(Planned(rig, cases, Settings.from_dict(plan["settings"])), journal, folder)
        return code, journal.records, chosen


def _ready_rig() -> Rig:
    """Return the device, if it has a DLA that TensorRT can build for.

    Raises
    ------
    ConditionError
        When it has none, with the reason.
    """
    rig = read_rig(Machine.here(), TRTEXEC, with_power=False)
    soc = rig.board.soc
    if soc not in SOCS:
        raise ConditionError(f"{soc or 'this board'} has no DLA that operators can be built for")
    target = targets_of(rig.tensorrt.version, soc, PRECISIONS)[PRECISIONS[0]]
    if not rig.dla_cores:
        reason = target.dla_reason or "are its device files missing, as in a container?"
        raise ConditionError(f"TensorRT {rig.tensorrt.version} sees no DLA core here: {reason}")
    return rig


def _go(planned: Planned, journal: Journal, folder: Path) -> int:
    """Build what is left, write the tables and return the exit code."""
    done = {
        key for key, one in last_records(journal.records).items() if one["failure"] not in PASSING
    }
    left = [case for case in planned.cases if case.key not in done]
    progress = Progress(len(left) * EXPECTED_S)
    with Interrupt() as interrupt:
        bench = Bench(
            planned.rig,
            planned.targets,
            folder,
            planned.settings.operator_timeout_s,
            interrupt.wait,
        )
        outcome = _build_all(left, bench, journal, progress, interrupt)
    journal.append({"type": "end", "outcome": outcome})
    progress.end()
    write_tables(journal.records, folder)
    if outcome == "interrupted":
        return INTERRUPTED
    failed = any(one["verdict"] == verdict.FAILED for one in last_records(journal.records).values())
    return SOME_FAILED if failed or outcome == verdict.FAILED else 0


def _build_all(
    left: Sequence[OperatorCase],
    bench: Bench,
    journal: Journal,
    progress: Progress,
    interrupt: Interrupt,
) -> str:
    """Build the cases in turn; return how that ended."""
    in_a_row = 0
    for number, case in enumerate(left, start=1):
        progress.step(f"{number}/{len(left)} {case.key}")
        try:
            interrupt.check()
            record = bench.build(case)
        except Interrupted:
            progress.say("ending: what was built is kept")
            return "interrupted"
        journal.append(record)
        progress.add(EXPECTED_S)
        progress.say(f"{number}/{len(left)} {line_of(record)}")
        in_a_row = in_a_row + 1 if record["failure"] in PASSING else 0
        if in_a_row == MOST_IN_A_ROW:
            progress.say(
                f"ending: {in_a_row} builds failed one after the other; look at the device "
                "(python3 -m measure doctor), then go on with --resume"
            )
            return verdict.FAILED
    return COMPLETE
