from __future__ import annotations

import io
import os
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from measure.backends.engine_cache import EngineCache
from measure.errors import INTERRUPTED, SOME_FAILED, UserError
from measure.modes.none import NoModes
from measure.modes.outcome import Applied, Original, RebootPending, Restored
from measure.modes.switching import RebootNeeded
from measure.run.interrupt import Interrupt
from measure.run.jobs import Extras
from measure.run.progress import Progress
from measure.run.runner import Runner
from tests.measure.run.stage import MODEL, Told, job, of, tools

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from measure.run.segments import Tools

SAVED = "SAVED"


@dataclass
class Keeper(NoModes):
    """Does what it is told, and remembers what was asked of it."""

    applies: list[Any] = field(default_factory=list)
    resumes: Any = None
    restores: Restored = field(default_factory=lambda: Restored(True, "MAXN", clocks=True))
    state: str = "IDLE"
    calls: list[str] = field(default_factory=list)

    def save(self, run: str = "") -> Original:
        """Remember."""
        self.calls.append("save")
        self.state = SAVED
        return super().save(run)

    def apply(self, wanted: Any, clock_policy: str = "dvfs") -> Any:
        """Return, or raise, what comes next."""
        self.calls.append(f"apply {wanted}")
        outcome = self.applies.pop(0) if self.applies else super().apply(wanted, clock_policy)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def restore(self, allow_reboot: bool | None = None, reason: str = "") -> Restored:
        """Return what is told."""
        self.calls.append("restore")
        return self.restores

    def resume(self, progress: int) -> Any:
        """Return what is told."""
        self.calls.append("resume")
        if isinstance(self.resumes, Restored) and self.resumes.restored:
            self.state = "IDLE"
        return self.resumes


class Models:
    def file(self, job: Any) -> Any:
        """Return the same file for all."""
        return MODEL


@dataclass
class Stage:
    """A runner with all that it works with."""

    folder: Path
    interrupt: Interrupt
    said: io.StringIO = field(default_factory=io.StringIO)
    extras: Extras = field(default_factory=Extras)

    def run(self, keeper: Keeper, told: Told | None = None, modes: tuple[str, ...] = ("",)) -> int:
        """Run a job in each mode."""
        self.told = told or Told()
        self.tools: Tools = tools(self.folder, self.told, self.interrupt)
        jobs = [job(power_mode=mode) for mode in modes]
        engines = EngineCache(self.folder / "engines", {})
        progress = Progress(1, self.said)
        models: Any = Models()
        self.runner = Runner(self.tools, jobs, keeper, models, engines, progress, self.extras)
        return self.runner.run()

    def stops(self) -> list[tuple[str, str]]:
        """Return mode and reason of each stop."""
        modes = {job(power_mode=mode).job: mode for mode in ("", "30w", "maxn")}
        return [(modes[one["job"]], one["why"]) for one in of(self.tools, "stop")]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a stage on which signals are heard."""
    with Interrupt() as interrupt:
        made = Stage(tmp_path, interrupt)
        yield made
        made.tools.journal.close()


def applied(mode: str, *contradictions: str) -> Applied:
    """Return a mode that was applied."""
    return Applied(0, mode, mode.lower(), "pinned", contradictions=contradictions)


def test_saves_first_and_restores_last(stage: Stage) -> None:
    """The board is put back after the last job, and the journal says how."""
    keeper = Keeper()

    assert stage.run(keeper) == 0
    assert keeper.calls == ["save", "apply ", "restore"]
    assert stage.told.closed
    assert [one["outcome"] for one in of(stage.tools, "end")] == ["complete"]
    assert "net, CPU, fp32, dense, batch 1: 100 images/s" in stage.said.getvalue()


def test_mode_that_is_not_in_force(stage: Stage) -> None:
    """No job is measured under a mode that the board contradicts; the next mode is tried."""
    keeper = Keeper(applies=[applied("30W", "12 CPUs online, the mode 30W has 8"), applied("MAXN")])

    assert stage.run(keeper, modes=("30w", "maxn")) == SOME_FAILED
    assert stage.stops() == [("30w", "refused"), ("maxn", "narrow")]
    assert "30w refused: 12 CPUs online" in stage.said.getvalue()
    assert of(stage.tools, "mode")[0]["applied"] is False


def test_reboot_that_is_not_allowed(stage: Stage) -> None:
    """A mode that turns out to need a reboot is refused."""
    keeper = Keeper(applies=[RebootNeeded("only after a reboot")])

    assert stage.run(keeper, modes=("30w",)) == SOME_FAILED
    assert of(stage.tools, "stop")[0]["text"] == "only after a reboot"


def test_reboot_leaves_the_board(stage: Stage) -> None:
    """Before a reboot nothing is put back, and the run has no end."""
    keeper = Keeper(applies=[RebootPending("MODE_30W", 1)])

    assert stage.run(keeper, modes=("30w",)) == 0
    assert "restore" not in keeper.calls
    assert of(stage.tools, "end") == []
    assert of(stage.tools, "note")[-1]["rebooting_into"] == "30w"


def test_goes_on_after_the_reboot(stage: Stage) -> None:
    """A board in the wanted mode is measured without being saved again."""
    keeper = Keeper(state="SWITCHING", resumes=applied("MODE_30W"))

    assert stage.run(keeper, modes=("30w",)) == 0
    assert keeper.calls == ["resume", "apply 30w", "restore"]


def test_one_more_reboot(stage: Stage) -> None:
    """A mode may take another attempt."""
    keeper = Keeper(state="SWITCHING", resumes=RebootPending("MODE_30W", 2))

    assert stage.run(keeper, modes=("30w",)) == 0
    assert keeper.calls == ["resume"]


def test_mode_never_reached(stage: Stage) -> None:
    """The jobs of a mode that was given up are refused; those of others are measured."""
    first = Stage(stage.folder, stage.interrupt)
    first.run(Keeper(applies=[RebootPending("MODE_30W", 1)]), modes=("30w", "maxn"))
    first.tools.journal.close()
    restored = Restored(True, "MAXN", clocks=True, reason="not reached after 2 reboots")
    keeper = Keeper(state="SWITCHING", resumes=restored, applies=[applied("MAXN")])

    assert stage.run(keeper, modes=("30w", "maxn")) == SOME_FAILED
    assert stage.stops() == [("30w", "refused"), ("maxn", "narrow")]
    assert keeper.calls == ["resume", "save", "apply maxn", "restore"]


def test_only_putting_back_was_left(stage: Stage) -> None:
    """After the last boot the board may still have to be put back, and that may take another."""
    pending = Restored(False, "MAXN", clocks=False, reboot_pending=True)

    assert stage.run(Keeper(state="RESTORING", resumes=pending)) == 0
    assert of(stage.tools, "end") == []


def test_reboot_to_put_back(stage: Stage) -> None:
    """A run whose board reboots to be as it was ends after that."""
    pending = Restored(False, "MAXN", clocks=False, reboot_pending=True)

    assert stage.run(Keeper(restores=pending)) == 0
    assert of(stage.tools, "end") == []
    assert "the board reboots into MAXN, as it was found" in stage.said.getvalue()


def test_board_that_cannot_be_put_back(stage: Stage) -> None:
    """What is not as it was is said, with what to do, and the exit code tells, too."""
    keeper = Keeper(restores=Restored(False, "MAXN", clocks=False, problems=("clocks: no rights",)))

    assert stage.run(keeper) == SOME_FAILED

    assert "the board is not as it was: clocks: no rights" in stage.said.getvalue()
    assert "`python3 -m measure restore` tries again" in stage.said.getvalue()


def test_board_that_cannot_be_put_back_after_a_boot(stage: Stage) -> None:
    """A run that ends with putting back tells the same."""
    problems = ("clocks: no rights",)
    left = Restored(False, "MAXN", clocks=False, problems=problems, goes_on=False)

    assert stage.run(Keeper(state="RESTORING", resumes=left)) == SOME_FAILED

    assert "`python3 -m measure restore` tries again" in stage.said.getvalue()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_restores(stage: Stage, number: int) -> None:
    """The user may end a run at any time: the board is put back, what was measured is kept."""
    keeper = Keeper()
    told = Told(on_load=lambda: os.kill(os.getpid(), number) if told.loads else None)

    assert stage.run(keeper, told) == INTERRUPTED
    assert keeper.calls[-1] == "restore"
    assert stage.stops() == [("", "interrupted")]
    assert of(stage.tools, "end")[0]["outcome"] == "interrupted"


def test_signal_before_anything_was_measured(stage: Stage) -> None:
    """A job that was not begun has no stop."""
    told = Told(on_load=lambda: os.kill(os.getpid(), signal.SIGINT))
    keeper = Keeper()

    assert stage.run(keeper, told, ("", "30w")) == INTERRUPTED
    assert keeper.calls[-1] == "restore"


def test_error_restores(stage: Stage) -> None:
    """Whatever goes wrong, the board is put back."""

    class Broken(Told):
        def build(self, *arguments: Any) -> Any:
            """Meet something that nobody thought of."""
            raise RuntimeError("unforeseen")

    keeper = Keeper()
    with pytest.raises(RuntimeError, match="unforeseen"):
        stage.run(keeper, Broken())

    assert keeper.calls[-1] == "restore"
    assert of(stage.tools, "end")[0]["outcome"] == "failed"


def test_full_disk_restores(stage: Stage) -> None:
    """A journal that takes no more records doesn't keep the board from being put back."""

    def full() -> None:
        stage.tools.journal.append = nothing  # type: ignore[method-assign]

    def nothing(record: Any) -> int:
        raise UserError("the disk is full")

    keeper = Keeper()
    with pytest.raises(UserError, match="the disk is full"):
        stage.run(keeper, Told(on_load=full))

    assert keeper.calls[-1] == "restore"
    assert "the disk is full" in stage.said.getvalue()
