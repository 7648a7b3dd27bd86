"""From the options to the end of a run."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from measure.backends.engine_cache import EngineCache
from measure.device.machine import Machine
from measure.device.power_mode import needs_reboot
from measure.errors import INTERRUPTED, ConditionError, UserError
from measure.journal.journal import Journal
from measure.modes.keeper import ModeKeeper
from measure.modes.lock import DeviceLock
from measure.modes.none import NoModes
from measure.modes.unattended import board_put_back
from measure.output import tell, write_out
from measure.results.derive import write_tables
from measure.results.private import PrivateWords
from measure.results.record_shape import check_records
from measure.run.durations import durations, in_words
from measure.run.interrupt import Interrupt
from measure.run.job_run import JobRun
from measure.run.jobs import Job
from measure.run.models import Models
from measure.run.plan import Place, make_plan
from measure.run.preflight import check_conditions, wait_for_conditions
from measure.run.progress import Progress
from measure.run.rig import ONNXRUNTIME, Rig, read_rig
from measure.run.run_record import run_record
from measure.run.runner import Runner
from measure.run.segments import Tools
from measure.run.settings import Settings
from measure.run.texts import plan_as_json, plan_as_text, results_as_json, results_as_text
from measure.run_folders import ENGINES, JOURNAL, NETWORKS, NEWEST, new_run, run_folder, unfinished

if TYPE_CHECKING:
    from pathlib import Path

    from measure.backends.base import Backend
    from measure.run.options import Options

CURRENT, ALL = "current", "all"
_OF_BEGINNING = ("backend", "module", "tensorrt", "cpu_model")
"""What the record of a run says of the machine that it was begun on."""


@dataclass(frozen=True)
class Planned:
    """What is to be done, on what, by which settings."""

    options: Options
    rig: Rig
    settings: Settings
    models: Models
    jobs: list[Job]
    notes: list[str]
    """What else there is to know: what the plan leaves out and why."""

    @property
    def job_s(self) -> float:
        """Return the expected time of each job."""
        rig, extras = self.rig, self.options.extras
        return durations(self.settings, rig.backend, rig.has_power, extras).job_s


def show_plan(options: Options) -> int:
    """Print the jobs with the time they are expected to take."""
    planned = plan(options)
    shown = plan_as_json if options.json else plan_as_text
    write_out(shown(planned.jobs, planned.job_s, planned.rig, planned.notes))
    return 0


def plan(options: Options) -> Planned:
    """Return what the options mean on this machine."""
    rig = read_rig(Machine.here(), options.backend or None, with_power=not options.no_power)
    if options.marginal and not rig.has_power:
        raise ConditionError("--marginal is about power, and none can be read here; leave it out")
    models = Models(options.folder / NETWORKS, options.models or None)
    modes, notes = _modes(options, rig)
    place = Place(
        rig.backend,
        rig.dla_cores,
        rig.strongly_typed,
        modes,
        options.clock_policy(rig.backend),
    )
    jobs = make_plan(options.wishes, models.subjects(), place, options.seed)
    settings = options.settings(rig.backend)
    if options.endurance:
        notes.append(f"each job ends with an endurance load of {in_words(settings.endurance_s)}")
    return Planned(options, rig, settings, models, jobs, notes)


def _modes(options: Options, rig: Rig) -> tuple[tuple[str, ...], list[str]]:
    """Return the modes to measure in, the one in force first, and what was left out."""
    if rig.modes is None or rig.modes.current is None:
        if options.modes not in ((), (CURRENT,)):
            raise ConditionError(f"--modes {','.join(options.modes)}: no power modes here")
        return ("",), []
    current = rig.modes.current
    known = {mode.key: mode for mode in rig.modes.modes}
    if options.modes == (CURRENT,):
        return (current.key,), []
    if options.modes in ((), (ALL,)):
        wanted = [current.key, *(key for key in known if key != current.key)]
    else:
        wanted = [rig.modes.by_name(name).key for name in options.modes]
    behind = [key for key in wanted if key in known and needs_reboot(current, known[key])]
    if not behind or options.allow_reboot:
        return tuple(wanted), []
    names = ", ".join(known[key].title for key in behind)
    if options.modes not in ((), (ALL,)):
        raise ConditionError(f"--modes {names}: only after a reboot; add --allow-reboot")
    notes = [f"left out, as they need a reboot (--allow-reboot): {names}"]
    return tuple(key for key in wanted if key not in behind), notes


def measure(options: Options) -> int:
    """Measure what is planned, or go on with what is left, and return the exit code."""
    runs = options.folder
    if options.resume or options.resume_after_boot:
        return _resume(options)
    planned = plan(options)
    with _lock(planned.rig):
        return _begin(planned, runs)


def _begin(planned: Planned, runs: Path) -> int:
    """Begin a run on a device that is held, and return the exit code."""
    left = unfinished(runs)
    if left:
        tell(f"not finished: {left}; go on with it by --resume {left}")
    folder = runs / new_run(planned.rig.backend)
    check_conditions(planned.rig, planned.jobs, runs, planned.rig.load)
    record = run_record(planned.options, planned.settings, planned.rig, folder.name, runs)
    PrivateWords.of(planned.rig.machine).check_record(record, "the record of the run")
    keeper = _keeper(planned)
    keeper.check_idle()
    with Journal.open(folder / JOURNAL) as journal:
        journal.append(record)
        jobs = [job.as_dict() for job in planned.jobs]
        journal.append({"type": "plan", "jobs": jobs, "settings": planned.settings.as_dict()})
        return _measure(planned, journal, folder, keeper)


def _run_to_resume(options: Options) -> str:
    """Return the name of the run to go on with.

    Raises
    ------
    UserError
        When none is left to go on with.
    """
    if options.resume not in ("", NEWEST):
        return options.resume
    # The run that changed the board comes first: only it may put the board back.
    left = ModeKeeper(Machine.here()).run or unfinished(options.folder)
    if not left:
        raise UserError(f"the newest run in {options.folder} has ended; name the one to go on with")
    return left


def _resume(options: Options) -> int:
    """Go on with what is left, and return the exit code."""
    unattended = options.resume_after_boot
    with contextlib.ExitStack() as held:
        with board_put_back(Machine.here()) if unattended else contextlib.nullcontext():
            folder = run_folder(options.folder, _run_to_resume(options))
            journal = held.enter_context(Journal.open(folder / JOURNAL))
            planned = _stored_plan(options, journal)
            patience_s = planned.settings.boot_patience_s if unattended else 0.0
            wait_for_conditions(planned.rig, planned.jobs, folder.parent, patience_s, time.sleep)
        return _go(planned, journal, folder)


def _go(planned: Planned, journal: Journal, folder: Path) -> int:
    """Go on with a run whose journal is open."""
    with _lock(planned.rig):
        keeper = _keeper(planned)
        if keeper.run != folder.name:
            keeper.check_idle()
        return _measure(planned, journal, folder, keeper)


def _stored_plan(options: Options, journal: Journal) -> Planned:
    """Return the plan that a run was begun with.

    Raises
    ------
    UserError
        When the run ended before it had a plan.
    """
    begun = next((one for one in journal.records if one["type"] == "run"), None)
    listed = next((one for one in journal.records if one["type"] == "plan"), None)
    if begun is None or listed is None:
        raise UserError(f"{journal.path}: the run ended before its plan; begin another run")
    check_records(journal.records, str(journal.path))
    missing = [name for name in ("options", *_OF_BEGINNING) if name not in begun]
    if missing or not isinstance(begun["options"], dict):
        raise UserError(
            f"{journal.path}: nothing says how to go on with this run (no "
            f"{missing[0] if missing else 'options'}); only a run made by `run` can be resumed"
        )
    try:
        then = options.resumed(begun["options"])
        jobs = [Job.from_dict(job) for job in listed["jobs"]]
        settings = Settings.from_dict(listed["settings"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"{journal.path}: the plan can't be read ({error}); take the journal from a copy, or "
            "begin another run"
        ) from None
    rig = read_rig(Machine.here(), begun["backend"], with_power=not then.no_power)
    if rig.as_record()["module"] != begun["module"] or rig.tensorrt.version != begun["tensorrt"]:
        raise ConditionError(
            f"{begun['run']} was begun on {begun['module'] or begun['cpu_model']} with TensorRT "
            f"{begun['tensorrt'] or 'none'}; go on there, or begin another run here"
        )
    models = Models(then.folder / NETWORKS, then.models or None)
    return Planned(then, rig, settings, models, jobs, [])


def _measure(planned: Planned, journal: Journal, folder: Path, keeper: ModeKeeper | NoModes) -> int:
    """Run the jobs, derive the tables, print the results and return the exit code."""
    options = planned.options
    runs = folder.parent
    with Interrupt() as interrupt:
        backend = _backend(planned, folder, interrupt)
        engines = EngineCache(runs / ENGINES, planned.rig.software())
        tools = Tools(
            planned.rig, backend, journal, planned.settings, interrupt, folder, options.seed
        )
        extras = options.extras
        progress = Progress(sum(JobRun(tools, job, extras).left_s for job in planned.jobs))
        runner = Runner(tools, planned.jobs, keeper, planned.models, engines, progress, extras)
        code = runner.run()
        progress.end()
    tables = write_tables(journal.records, folder)
    if options.json:
        write_out(results_as_json(tables, folder.name))
    else:
        write_out(results_as_text(tables, folder.name, broken_off=code == INTERRUPTED))
    return code


def _backend(planned: Planned, folder: Path, interrupt: Interrupt) -> Backend:
    if planned.rig.backend == ONNXRUNTIME:
        from measure.backends.onnxruntime import OnnxRuntimeBackend

        return OnnxRuntimeBackend(folder, planned.settings, interrupt.wait, planned.options.seed)
    from measure.backends.trtexec import TrtexecBackend

    return TrtexecBackend(planned.rig, folder, planned.settings, interrupt.wait)


def _keeper(planned: Planned) -> ModeKeeper | NoModes:
    """Return who changes power modes, if there are any."""
    if planned.rig.modes is None:
        return NoModes()
    return ModeKeeper(
        planned.rig.machine,
        allow_reboot=planned.options.allow_reboot,
        settle_s=planned.settings.settle_s,
    )


@contextlib.contextmanager
def _lock(rig: Rig) -> Iterator[None]:
    """Hold the device; two runs on CPUs share no device but the folder, which has its own lock."""
    if rig.backend == ONNXRUNTIME:
        yield
        return
    with DeviceLock(rig.machine):
        yield
