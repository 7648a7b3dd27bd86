"""The words of trtexec for each version: build an engine, measure it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Sequence

from measure.errors import UserError
from measure.target import NO_HARDWARE, NOT_USABLE, resolve_target
from measure.trtexec.flags import (
    check_words,
    family,
    format_options,
    is_strongly_typed,
    parses,
    shapes_option,
)
from measure.versions import in_range

IMPLICIT = "implicit"
"""Quantization without nodes in the model: TensorRT makes up ranges or reads a cache."""

PERCENTILES = (50, 90, 95, 99)

AVG_TIMING, OPTIMIZATION_LEVEL = 8, 3
"""How often a kernel is timed and how hard kernels are looked for: what all versions begin with."""


@dataclass(frozen=True)
class EngineBuild:
    """What an engine is built from and how."""

    model: str
    engine: str
    """File that is written."""
    dla_core: int | None = None
    """None builds for the GPU."""
    precision: str = "fp16"
    """int8, fp16 or fp32."""
    quantization: str = "none"
    """implicit, explicit or none."""
    weights: str = "dense"
    """dense or sparse."""
    shapes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Sizes of the inputs whose sizes the model leaves open."""
    input_formats: Sequence[str] = ()
    """One for each input, as in int8:dla_hwc4; none leaves linear FP32."""
    output_formats: Sequence[str] = ()
    calibration: str = ""
    """Calibration cache."""
    pools: Mapping[str, float] = field(default_factory=dict)
    """Memory pool, as in dlaSRAM, and its size in MiB."""
    layer_info: str = ""
    """File that is written with what the engine consists of."""


@dataclass(frozen=True)
class Timing:
    """How long and in which way an engine is run; the defaults are the protocol's."""

    seconds: float
    warmup_s: float
    iterations: int = 1
    """A run goes on until both the time and this count are reached."""
    transfers: bool = False
    spin_wait: bool = False
    cuda_graph: bool | None = None
    """None is on for the GPU and off for the DLA, which has none."""
    streams: int = 1
    idle_ms: float = 0.0
    """Pause between queries, for less than the full rate."""
    avg_runs: int = 100


def build_words(build: EngineBuild, tensorrt: str, soc: str = "orin") -> list[str]:
    """Return the words that build an engine without running it.

    Raises
    ------
    UserError
        When the version has no DLA, with the reason, or cannot do what is asked.
    """
    check_version(tensorrt, soc, build.dla_core)
    words = [f"--onnx={build.model}", f"--saveEngine={build.engine}"]
    if build.shapes:
        words.append(shapes_option(build.shapes.items()))
    words += _type_words(build, tensorrt)
    words.append(f"--sparsity={'enable' if build.weights == 'sparse' else 'disable'}")
    words.append(f"--avgTiming={AVG_TIMING}")
    if parses("builderOptimizationLevel", tensorrt):
        words.append(f"--builderOptimizationLevel={OPTIMIZATION_LEVEL}")
    words += _core_words(build.dla_core)
    if build.dla_core is not None:
        words.append("--allowGPUFallback")
    words += format_options(build.input_formats, build.output_formats, tensorrt)
    if build.pools:
        words.append(pools_option(build.pools, tensorrt))
    words.append("--profilingVerbosity=detailed")
    if build.layer_info:
        words.append(f"--exportLayerInfo={build.layer_info}")
    words.append("--skipInference" if parses("skipInference", tensorrt) else "--buildOnly")
    words.append("--verbose")
    check_words(words, tensorrt)
    return words


def measure_words(
    engine: str,
    tensorrt: str,
    timing: Timing,
    *,
    dla_core: int | None = None,
    times: str = "",
    shapes: Mapping[str, Sequence[int]] | None = None,
    soc: str = "orin",
) -> list[str]:
    """Return the words that run an engine, each setting that changes the time said aloud.

    Parameters
    ----------
    engine
        File of the engine; the core it runs on is chosen here, no engine stores it.
    times
        File that is written with a row for each query.
    """
    check_version(tensorrt, soc, dla_core)
    words = [f"--loadEngine={engine}", *_core_words(dla_core)]
    if shapes:
        words.append(shapes_option(shapes.items()))
    graph = dla_core is None if timing.cuda_graph is None else timing.cuda_graph
    words += [
        f"--warmUp={timing.warmup_s * 1000:g}",
        f"--duration={timing.seconds:g}",
        f"--iterations={timing.iterations}",
        f"--avgRuns={timing.avg_runs}",
        _percentile_word(tensorrt),
        _streams_word(timing.streams, tensorrt),
        f"--idleTime={timing.idle_ms:g}",
        "--sleepTime=0",
        *_switch(timing.transfers, "includeDataTransfers", "noDataTransfers", tensorrt),
        *_switch(timing.spin_wait, "useSpinWait", "noSpinWait", tensorrt),
        *_switch(graph, "useCudaGraph", "noCudaGraph", tensorrt),
    ]
    if times:
        words.append(f"--exportTimes={times}")
    check_words(words, tensorrt)
    return words


def check_version(tensorrt: str, soc: str, dla_core: int | None) -> None:
    """Make sure that a version can build and run what is asked.

    Raises
    ------
    UserError
        When its options are not those of a family that is measured, or it has no DLA.
    """
    if not family(tensorrt).measurable:
        raise UserError(
            f"TensorRT {tensorrt} is too old to measure with; runs made with it by hand can be "
            "brought in: python3 -m measure import"
        )
    if dla_core is None:
        return
    target = resolve_target(tensorrt=tensorrt, soc=soc)
    if target.dla in (NO_HARDWARE, NOT_USABLE):
        raise UserError(f"this TensorRT ({tensorrt}) has no DLA: {target.dla_reason}")


def pools_option(pools: Mapping[str, float], tensorrt: str) -> str:
    """Return the option for the sizes of memory pools.

    Versions before 10 read a bare number of MiB; later ones take a suffix, which says it.
    """
    suffix = "M" if family(tensorrt).key in ("10", "11") else ""
    return f"--memPoolSize={','.join(f'{name}:{size:g}{suffix}' for name, size in pools.items())}"


def _core_words(dla_core: int | None) -> list[str]:
    return [] if dla_core is None else [f"--useDLACore={dla_core}"]


def _type_words(build: EngineBuild, tensorrt: str) -> list[str]:
    """Return the options for types; a strongly typed version reads them from the model."""
    if build.precision == "fp32":
        # Else a GPU computes with the ten bits of TF32, and is said to have used FP32.
        return ["--noTF32"]
    if is_strongly_typed(tensorrt):
        if build.precision == "int8" and build.quantization == IMPLICIT:
            raise UserError(
                f"TensorRT {tensorrt} takes the types from the model: INT8 needs a model with "
                "QuantizeLinear and DequantizeLinear"
            )
        return []
    words = ["--int8", "--fp16"] if build.precision == "int8" else ["--fp16"]
    return [*words, f"--calib={build.calibration}"] if build.calibration else words


def _percentile_word(tensorrt: str) -> str:
    """Return the option for percentiles; versions before 8.5 take one."""
    several = in_range(tensorrt, "8.5", "")
    return f"--percentile={','.join(map(str, PERCENTILES)) if several else PERCENTILES[-1]}"


def _streams_word(streams: int, tensorrt: str) -> str:
    newer = parses("infStreams", tensorrt)
    return f"--{'infStreams' if newer else 'streams'}={streams}"


def _switch(on: bool, positive: str, negative: str, tensorrt: str) -> list[str]:
    """Return the option that says a setting, if a version has one for that side.

    Each version has an option at least for the side that is not its default.
    """
    name = positive if on else negative
    return [f"--{name}"] if parses(name, tensorrt) else []
