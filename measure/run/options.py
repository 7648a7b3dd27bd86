"""What the user asked a run for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Mapping

from measure.errors import UserError
from measure.modes.outcome import DVFS, PINNED
from measure.run.jobs import Extras
from measure.run.plan import Wishes
from measure.run.rig import ONNXRUNTIME
from measure.run.settings import Settings
from measure.run_folders import runs_folder

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_LISTS = ("networks", "engines", "precision", "weights", "modes")
_OF_TODAY = ("runs", "resume", "resume_after_boot", "json", "plan_only")
"""Options that say nothing of what is measured, and may be others when a run goes on."""
_COLDEST_C, _HOTTEST_C = -40.0, 85.0
_LARGEST_BATCH = 4096
_LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Options:
    """The words of the command; what a run stores so that it can be resumed."""

    networks: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    precision: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    batch: int | None = None
    modes: tuple[str, ...] = ()
    models: str = ""
    quick: bool = False
    full: bool = False
    marginal: bool = False
    endurance: bool = False
    dvfs: bool = False
    no_power: bool = False
    """Whether throughput is enough: no rail is read."""
    backend: str = ""
    seed: int = 0
    allow_reboot: bool = False
    ambient: float | None = None
    psu: str = ""
    runs: str = ""
    resume: str = ""
    resume_after_boot: bool = False
    """Whether nobody types this: what stops a start may pass when the device has settled."""
    plan_only: bool = False
    json: bool = False

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace) -> Options:
        """Return the options of a command line.

        Raises
        ------
        UserError
            When a number is out of bounds.
        """
        if arguments.batch is not None and not 1 <= arguments.batch <= _LARGEST_BATCH:
            raise UserError(f"--batch {arguments.batch}: 1 to {_LARGEST_BATCH} images are possible")
        if not 0 <= arguments.seed <= _LARGEST_SEED:
            raise UserError(f"--seed {arguments.seed}: 0 to {_LARGEST_SEED} are possible")
        resumes = arguments.resume is not None or arguments.resume_after_boot
        if arguments.resume == "":
            raise UserError("--resume has no name; give that of a run, or leave the name out")
        if arguments.plan and resumes:
            raise UserError("--plan is of a new run; leave it out to go on with an old one")
        if resumes:
            _check_nothing_new(arguments)
        if arguments.no_power and arguments.marginal:
            raise UserError("--marginal is about power; leave out --no-power")
        ambient = arguments.ambient
        if ambient is not None and not _COLDEST_C <= ambient <= _HOTTEST_C:
            raise UserError(
                f"--ambient {ambient}: from {_COLDEST_C:g} to {_HOTTEST_C:g} °C are possible"
            )
        names = {field.name for field in fields(cls)} - {"plan_only", "models"}
        values = {name: getattr(arguments, name) for name in names}
        texts = {name: values[name] or "" for name in ("backend", "psu", "runs", "resume")}
        words = {**values, **texts, "plan_only": arguments.plan, "models": arguments.models or ""}
        return cls(**words)

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        values = {name: value for name, value in asdict(self).items() if name not in _OF_TODAY}
        return {**values, **{name: list(getattr(self, name)) for name in _LISTS}}

    def resumed(self, stored: Mapping[str, Any]) -> Options:
        """Return the options that a run was begun with, in the folder of today."""
        names = {field.name for field in fields(self)}
        values = {name: value for name, value in stored.items() if name in names}
        lists = {name: tuple(values[name]) for name in _LISTS if name in values}
        now = {name: getattr(self, name) for name in _OF_TODAY}
        return Options(**{**values, **lists, **now})

    @property
    def folder(self) -> Path:
        """Folder of all runs."""
        return runs_folder(self.runs)

    @property
    def wishes(self) -> Wishes:
        """What the plan is made from."""
        return Wishes(self.networks, self.engines, self.precision, self.weights, self.batch)

    @property
    def extras(self) -> Extras:
        """What to measure of each job besides its pairs."""
        return Extras(self.marginal, self.endurance)

    def settings(self, backend: str) -> Settings:
        """Return the settings: quick on a CPU unless the full protocol is asked for."""
        quick = self.quick or (backend == ONNXRUNTIME and not self.full)
        return (Settings.make_quick() if quick else Settings()).overridden()

    def clock_policy(self, backend: str) -> str:
        """Return who rules the clocks; nobody pins those of a CPU."""
        return DVFS if self.dvfs or backend == ONNXRUNTIME else PINNED


def _check_nothing_new(arguments: argparse.Namespace) -> None:
    """Refuse what would not be heeded: a run goes on with the options that it was begun with.

    Raises
    ------
    UserError
        Naming the first option of that kind.
    """
    for field in fields(Options):
        # A script may name the models again; it is the stored file that is read.
        stored = field.name not in (*_OF_TODAY, "models")
        if stored and (getattr(arguments, field.name) or field.default) != field.default:
            option = f"--{field.name.replace('_', '-')}"
            raise UserError(f"{option} is of a new run; leave it out to go on with an old one")
