"""What a recorded run measured: network, engine, precision, weights."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from measure.build_log.grammar import switches_of
from measure.errors import UserError
from measure.run.jobs import KEY_LENGTH, Job
from measure.trtexec.batch import IMPLICIT
from measure.trtexec.flags import is_strongly_typed
from measure.trtexec.log import read_trtexec_log
from measure.trtexec.placement import DLA, GPU, MIXED, placement_record, runs_in_fp16

if TYPE_CHECKING:
    from measure.recorded.request import Request
    from measure.trtexec.layer_info import LayerInfo
    from measure.trtexec.log import TrtexecLog, TrtexecRun
    from measure.trtexec.profile import Profile
    from measure.trtexec.times import Times

INT8, FP16, FP32 = "int8", "fp16", "fp32"
DYNAMIC = "Dynamic"
"""What the option dump calls INT8 without a calibration."""

UNNAMED = "unnamed"
_IMAGE_RANK = 4


@dataclass
class Recorded:
    """One run with the files that belong to it."""

    number: int
    """In its log, from 1."""
    run: TrtexecRun
    request: Request
    build: TrtexecRun | None = None
    """The run that built the engine, where its log is at hand."""
    info: LayerInfo | None = None
    times: Times | None = None
    profiles: list[Profile] = field(default_factory=list)

    @property
    def placement(self) -> dict[str, Any]:
        """Return where the layers are."""
        return placement_record(self.build.run if self.build else None, self.info)

    @property
    def is_open_engine(self) -> bool:
        """Say whether the run's log leaves open what its engine was built for.

        A loaded engine is for what it was built for, also where no option for the DLA is given.
        """
        settings = self.run.run.settings
        return "loadEngine" in switches_of(settings.command) and not settings.uses_dla

    @property
    def job(self) -> Job:
        """Return what was measured as a job; its key holds the conditions, too."""
        run, request = self.run, self.request
        engine, batch = engine_of(self), run.batch.size or 1
        core = run.run.settings.dla_core
        job = Job(
            network=request.network or _model(self),
            input_shape=_input_shape(self),
            engine=engine,
            cores=(core or 0,) if engine == DLA else (),
            precision=precision_of(self.build),
            quantization=quantization_of(self.build),
            form="",
            weights="dense" if self.build and self.build.conditions.sparsity == "Disabled" else "",
            batch=batch,
            power_mode=request.power_mode.key if request.power_mode else "",
            clock_policy=request.clock_policy,
        ).keyed()
        conditions = [job.job, run.batch.kind, run.version, *timing_of(run).values()]
        digest = hashlib.sha256(json.dumps(conditions).encode()).hexdigest()
        return replace(job, job=digest[:KEY_LENGTH])

    def flags(self) -> list[str]:
        """Return what to keep in mind about the run, in words."""
        flags = list(self.run.warnings)
        if self.run.batch.kind == IMPLICIT:
            flags.append("implicit_batch")
        if quantization_of(self.build) == "implicit_uncalibrated":
            flags.append("implicit_ranges")
        placement = self.placement
        if engine_of(self) == DLA and (placement["gpu_layers"] or placement["placement"] == MIXED):
            flags.append("gpu_layers")
        if self.build and precision_of(self.build) == INT8 and runs_in_fp16(self.build.run):
            flags.append("fp16_fallback")
        if not self.run.run.ended:
            flags.append("no_last_banner")
        return flags

    def as_job_record(self) -> dict[str, Any]:
        """Return the job of a plan, with what holds for all its segments."""
        job = self.job.as_dict()
        return {**job, "transfers": self.run.conditions.transfers, "note": self.request.note}


def engine_of(recorded: Recorded) -> str:
    """Return dla or gpu.

    Raises
    ------
    UserError
        When neither the log nor the user says it, or both say something else.
    """
    settings, stated = recorded.run.run.settings, recorded.request.engine
    if recorded.is_open_engine and (stated or recorded.build):
        # Without the option an engine for the DLA runs on its core 0.
        built = recorded.build.run.settings.uses_dla if recorded.build else None
        return stated or (DLA if built else GPU)
    if settings.uses_dla is None:
        if not stated:
            raise UserError(
                f"run {recorded.number}: the log does not tell the engine; give --engine dla or gpu"
            )
        return stated
    found = DLA if settings.uses_dla else GPU
    if stated and stated != found:
        raise UserError(
            f"run {recorded.number} ran on the {found.upper()} by its log; leave --engine out"
        )
    return found


def precision_of(build: TrtexecRun | None) -> str:
    """Return the arithmetic that the build allowed; empty if it is unknown."""
    if build is None or (build.version and is_strongly_typed(build.version)):
        return ""
    allowed = build.run.settings.precisions
    return next((precision for precision in (INT8, FP16, FP32) if precision in allowed), "")


def quantization_of(build: TrtexecRun | None) -> str:
    """Return how the INT8 scales came about; empty if it is unknown."""
    precision = precision_of(build)
    if build is None or precision != INT8:
        return "none" if precision else ""
    if build.summary.explicit_quantization:
        return "explicit"
    calibration = build.run.settings.calibration
    if calibration is None and not build.options:
        calibration = switches_of(build.run.settings.command).get("calib") or DYNAMIC
    if calibration == DYNAMIC:
        return "implicit_uncalibrated"
    return "implicit_calibrated" if calibration else ""


def build_of(run: TrtexecRun, log: TrtexecLog) -> TrtexecRun | None:
    """Return the run of a log that built the engine: itself, or the one that saved what it loads.

    There is none if the engine was built elsewhere. A later build may have the same file.
    """
    loaded = switches_of(run.run.settings.command).get("loadEngine")
    if loaded is None:
        return run
    before = log.runs[: log.runs.index(run)]
    builders = [one for one in before if not one.run.has_failed]
    saved = (switches_of(one.run.settings.command).get("saveEngine") for one in builders)
    found = [one for one, engine in zip(builders, saved) if engine and engine == loaded]
    return found[-1] if found else None


def build_from(path: str, run: TrtexecRun) -> TrtexecRun:
    """Return the run of a build log that built the engine of another run.

    Raises
    ------
    UserError
        When it holds no build that passed, or several and none that saved this engine.
    """
    log = read_trtexec_log(path)
    built = [one for one in log.runs if not one.run.has_failed]
    if not built:
        raise UserError(f"{log.name}: the build failed; give the log of the build that was used")
    loaded = _file_name(run, "loadEngine")
    saved = [one for one in built if loaded and _file_name(one, "saveEngine") == loaded]
    if loaded and len(built) > 1 and not saved:
        raise UserError(
            f"{log.name}: holds {len(built)} builds, none of which saved {loaded}; give the log of "
            "the build that was used"
        )
    return (saved or built)[-1]


def _file_name(run: TrtexecRun, option: str) -> str:
    return PurePath(switches_of(run.run.settings.command).get(option, "")).name


def timing_of(run: TrtexecRun) -> dict[str, Any]:
    """Return the settings that change the time, as a segment holds them."""
    found = run.conditions
    return {
        "transfers": found.transfers,
        "spin_wait": found.spin_wait,
        "cuda_graph": found.cuda_graph,
        "streams": found.streams,
        "warmup_ms": found.warmup_ms,
        "duration_s": found.duration_s,
        "iterations": found.iterations,
        "basis": found.basis,
    }


def _model(recorded: Recorded) -> str:
    """Return the name of the model's file, else of the engine's."""
    switches = switches_of(recorded.run.run.settings.command)
    options = recorded.run.options.get("Model Options", {})
    files = (
        recorded.build.run.settings.model if recorded.build else "",
        recorded.run.run.settings.model,
        options.get("Prototxt", ""),
        switches.get("deploy", ""),
        switches.get("loadEngine", ""),
    )
    return next((PurePath(file).stem for file in files if file), UNNAMED)


def _input_shape(recorded: Recorded) -> tuple[int, ...]:
    """Return the sizes of the one input that is an image; nothing if there are several."""
    if recorded.request.input_shape:
        return recorded.request.input_shape
    images = [sizes for sizes in recorded.run.inputs.values() if len(sizes) == _IMAGE_RANK]
    return images[0] if len(images) == 1 else ()
