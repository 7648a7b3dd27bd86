"""A whole run: modes, jobs in turn, and the board put back whatever happens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Iterable, Union

from measure.errors import INTERRUPTED as BY_USER
from measure.errors import SOME_FAILED, UserError
from measure.modes.boot_loop import count_progress
from measure.modes.keeper import ModeKeeper
from measure.modes.none import NoModes
from measure.modes.outcome import RebootPending, Restored
from measure.modes.switching import RebootNeeded
from measure.results.pairs import ENDURANCE
from measure.run.groups import counted, measure_group
from measure.run.interrupt import Interrupted
from measure.run.job_records import FAILED, INTERRUPTED, REFUSED
from measure.run.job_run import JobRun
from measure.run.plan import groups_of
from measure.run_folders import COMPLETE

if TYPE_CHECKING:
    from measure.backends.engine_cache import EngineCache
    from measure.run.jobs import Extras, Job
    from measure.run.models import Models
    from measure.run.progress import Progress
    from measure.run.segments import Tools

Keeper = Union[ModeKeeper, NoModes]

IDLE = NoModes.state


@dataclass
class Runner:
    """Goes through the jobs of a plan.

    Parameters
    ----------
    tools
        Of the run.
    jobs
        The plan.
    keeper
        Of the power modes.
    models
        Where ONNX files come from.
    engines
        Engines built before.
    progress
        Told what is done.
    extras
        What to measure of each job besides its pairs.
    """

    tools: Tools
    jobs: list[Job]
    keeper: Keeper
    models: Models
    engines: EngineCache
    progress: Progress
    extras: Extras
    _rebooting: bool = False
    _is_changed: bool = False
    """Whether the board could not be put back."""

    def run(self) -> int:
        """Measure what is left, put the board back and return the exit code."""
        # What can't be taken up is left as it is: the keeper says what to do.
        if not self._take_up():
            return SOME_FAILED if self._is_changed else 0
        outcome = FAILED
        try:
            if not self._measure():
                return 0
            outcome = COMPLETE
        except Interrupted:
            outcome = INTERRUPTED
            self._leave_jobs()
            self.progress.say("ending: the board is put back as it was")
        finally:
            self.tools.backend.close()
            if not self._rebooting:
                self._restore(outcome)
        if outcome == INTERRUPTED:
            return BY_USER
        ends = [one for one in self.tools.journal.records if one["type"] in ("stop", ENDURANCE)]
        has_failed = any(one["why"] in (FAILED, REFUSED) for one in ends)
        return SOME_FAILED if has_failed or self._is_changed else 0

    def _leave_jobs(self) -> None:
        """Note which jobs were begun and lack pairs."""
        for run in self._left(self.jobs):
            if run.segments and run.stop_record is None:
                run.stop(INTERRUPTED)

    def _left(self, jobs: Iterable[Job]) -> list[JobRun]:
        """Return what is left to do of some jobs."""
        runs = [JobRun(self.tools, job, self.extras) for job in jobs]
        return [run for run in runs if run.is_left]

    def _measure(self) -> bool:
        """Go through modes and jobs; say whether it is done, or goes on after a reboot."""
        for mode in dict.fromkeys(job.power_mode for job in self.jobs):
            left = self._left(job for job in self.jobs if job.power_mode == mode)
            if not left:
                continue
            applied = self._apply(mode, left)
            if applied is None:
                return False
            if applied:
                for group in groups_of(run.job for run in left):
                    self._measure_group([run for run in left if run.job in group])
        return True

    def _take_up(self) -> bool:
        """Note how the board is, or go on where the last process of this run ended.

        Returns False when the board is about to reboot.
        """
        journal, keeper = self.tools.journal, self.keeper
        found = None
        if keeper.state != IDLE:
            found = keeper.resume(count_progress(journal.records))
        if isinstance(found, RebootPending):
            return self._say_reboot(found)
        if isinstance(found, Restored):
            journal.append({"type": "restore", **found.as_dict()})
            if found.reboot_pending:
                self._rebooting = True
                return False
            if not found.goes_on:
                self._say_end(found)
                return False
            if found.reason:
                self._give_up_mode(found.reason)
        if keeper.state == IDLE and self._left(self.jobs):
            original = keeper.save(self.tools.folder.name)
            # If the disk is full, the next record tells, when the board is put back for it.
            self._note({"type": "note", "text": "board saved", "original": original.as_dict()})
        return True

    def _say_end(self, found: Restored) -> None:
        """Note the end of a run whose board has been put back after a boot."""
        left = self._left(self.jobs)
        self._note({"type": "end", "outcome": INTERRUPTED if left else COMPLETE})
        if found.reason:
            self.progress.say(found.reason)
        self._say_problems(found)

    def _give_up_mode(self, reason: str) -> None:
        """Refuse the jobs of the mode that the board was to reboot into; others may still go."""
        journal = self.tools.journal
        wanted = [one["rebooting_into"] for one in journal.records if "rebooting_into" in one]
        for run in self._left(self.jobs):
            if wanted and run.job.power_mode == wanted[-1]:
                run.give_up(REFUSED, reason)

    def _say_reboot(self, pending: RebootPending, mode: str | None = None) -> bool:
        """Note that the board reboots, and return that this process must end."""
        self._rebooting = True
        text = f"rebooting into {pending.mode}, attempt {pending.attempt}"
        note = {"type": "note", "text": text}
        self.tools.journal.append(note if mode is None else {**note, "rebooting_into": mode})
        self.progress.say(f"the board reboots into {pending.mode}; the run goes on after that")
        return False

    def _apply(self, mode: str, left: list[JobRun]) -> bool | None:
        """Apply a mode; None means that the board reboots, False that its jobs are refused."""
        journal = self.tools.journal
        self.tools.interrupt.check()
        policy = left[0].job.clock_policy
        self.progress.step(f"power mode {mode}" if mode else "")
        try:
            applied = self.keeper.apply(mode, policy)
        except RebootNeeded as error:
            self._refuse(left, str(error))
            return False
        if isinstance(applied, RebootPending):
            self._say_reboot(applied, mode)
            return None
        journal.append({"type": "mode", **applied.as_dict(), "key": mode})
        if not applied.ok:
            self._refuse(left, "; ".join(applied.contradictions))
        return applied.ok

    def _refuse(self, left: list[JobRun], text: str) -> None:
        for run in left:
            run.give_up(REFUSED, text)
        self.progress.say(f"{left[0].job.power_mode} refused: {text}")

    def _measure_group(self, runs: list[JobRun]) -> None:
        """Build the engines of a group, then measure its jobs in turn."""
        built = []
        for run in runs:
            self.tools.interrupt.check()
            self.progress.step(f"building {run.job.title}")
            self.keeper.running(run.job.job)
            model = self.models.file(run.job)
            if counted(run, self.progress, partial(run.build, model, self.engines)):
                built.append(run)
        measure_group(built, self.progress)
        for run in runs:
            self.progress.say(_line(run))

    def _restore(self, outcome: str) -> None:
        """Put the board back and write down how that went, also when the disk is full."""
        restored = self.keeper.restore()
        self._note({"type": "restore", **restored.as_dict()})
        if restored.reboot_pending:
            self.progress.say(f"the board reboots into {restored.mode}, as it was found")
            return
        self._note({"type": "end", "outcome": outcome})
        self._say_problems(restored)

    def _say_problems(self, restored: Restored) -> None:
        """Say why the board is not as it was, and what to do."""
        for problem in restored.problems:
            self.progress.say(f"the board is not as it was: {problem}")
        self._is_changed = not restored.restored
        if self._is_changed:
            self.progress.say("`python3 -m measure restore` tries again to put the board back")

    def _note(self, record: dict[str, Any]) -> None:
        """Append a record that must not keep the board from being put back."""
        try:
            self.tools.journal.append(record)
        except UserError as error:
            self.progress.say(str(error))


def _line(run: JobRun) -> str:
    """Return how a job ended, in a line."""
    stop = run.stop_record
    assert stop is not None
    figure = f"{stop['images_per_second']:.6g} images/s" if stop["images_per_second"] else "-"
    text = f": {stop['text']}" if stop["text"] else ""
    return f"{run.job.title}: {figure} ({stop['why']}{text}){_endurance(run)}"


def _endurance(run: JobRun) -> str:
    """Return how the long load of a job ended; nothing where there was none."""
    if run.endurance_given_up is not None:
        return f"; endurance: - ({run.endurance_given_up})"
    valid = [one for one in run.endurances if one["valid"]]
    return f"; endurance: {valid[-1]['images_per_second']:.6g} images/s" if valid else ""
