"""Build engines with trtexec, once for each content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Sequence

from measure.backends.base import Build, BuildError, Problem
from measure.backends.engine_cache import BUILD_LOG, ENGINE, LAYERS
from measure.backends.failures import GARBAGE, read_run
from measure.backends.trtexec_call import run_to_end
from measure.device.clock import now_ns
from measure.journal.files import sha256_of, store_file
from measure.tables import read_table
from measure.trtexec.commands import EngineBuild, build_words
from measure.trtexec.placement import placement_record

if TYPE_CHECKING:
    from pathlib import Path

    from measure.backends.engine_cache import EngineCache
    from measure.backends.trtexec_call import RunPlace
    from measure.networks.model_file import ModelFile
    from measure.run.jobs import Job

DLA, GPU = "dla", "gpu"
SRAM_MIB = 1.0
"""Size of the DLA's SRAM pool, as in the published commands."""
_FP16_FORMAT, _INT8_FORMAT, _INT8_IMAGE = "fp16:chw16", "int8:chw32", "int8:dla_hwc4"
_IMAGE_CHANNELS = (1, 3, 4)
"""Channels that the DLA's format of images can have."""
_MODEL = "model.onnx"


class EngineBuilder:
    """Builds what a job needs; what failed once in a run is not tried again.

    Parameters
    ----------
    place
        Where and how the run calls trtexec.
    """

    def __init__(self, place: RunPlace) -> None:
        self._place = place
        self._failed: dict[str, Build] = {}

    def build(self, engine: str, job: Job, model: ModelFile, engines: EngineCache) -> Build:
        """Return an engine for the DLA or the GPU, from the cache or built now.

        Raises
        ------
        BuildError
            When it cannot be built.
        """
        nameless = self._words(engine, job, model, _MODEL, ENGINE, LAYERS)
        key = engines.key(model.sha256, nameless)
        if key in self._failed:
            raise BuildError(self._failed[key])
        found = engines.find(key)
        if found is None:
            place = engines.place(key)
            build = Build(
                engine,
                key,
                "built",
                place / ENGINE,
                command=("trtexec", *nameless),
                onnx_sha256=model.sha256,
            )
            found = self._run(build, job, model, place)
            engines.keep(found)
        return self._with_files(found, engines.place(key))

    def _words(
        self, engine: str, job: Job, model: ModelFile, onnx: str, path: str, layers: str
    ) -> list[str]:
        """Return the words of the build."""
        on_dla = engine == DLA
        inputs, outputs = _formats(job) if on_dla else ((), ())
        build = EngineBuild(
            model=onnx,
            engine=path,
            # The core is chosen when the engine is loaded.
            dla_core=0 if on_dla else None,
            precision=job.precision,
            quantization=job.quantization,
            weights=job.weights,
            shapes=model.left_open,
            input_formats=inputs,
            output_formats=outputs,
            pools={"dlaSRAM": SRAM_MIB} if on_dla else {},
            layer_info=layers,
        )
        rig = self._place.rig
        return build_words(build, rig.tensorrt.version, rig.board.soc or "orin")

    def _run(self, build: Build, job: Job, model: ModelFile, place: Path) -> Build:
        """Run trtexec; the engine gets its name only when it is whole."""
        unfinished = place / f"{ENGINE}.part"
        log = place / BUILD_LOG
        words = self._words(
            build.engine, job, model, str(model.path), str(unfinished), str(place / LAYERS)
        )
        began_ns = now_ns()
        limit_s = self._place.settings.build_timeout_s
        problem = run_to_end(self._place.rig, words, log, limit_s, self._place.wait)
        build = replace(build, seconds=round((now_ns() - began_ns) / 1e9, 3))
        if problem is None and not unfinished.is_file():
            problem = Problem(GARBAGE, "trtexec said PASSED and wrote no engine")
        if problem is not None:
            self._failed[build.build] = self._with_files(build.failed(problem), place)
            raise BuildError(self._failed[build.build])
        unfinished.replace(place / ENGINE)
        engine = place / ENGINE
        return replace(
            _with_placement(build, log),
            engine_sha256=sha256_of(engine),
            engine_bytes=engine.stat().st_size,
        )

    def _with_files(self, build: Build, place: Path) -> Build:
        """Return the build with its log and layers copied into the run's folder."""
        name = f"logs/build-{build.build[:16]}"
        log, digest = store_file(self._place.folder, f"{name}.log", place / BUILD_LOG)
        layers = ""
        if (place / LAYERS).is_file():
            layers, _ = store_file(self._place.folder, f"{name}-{LAYERS}", place / LAYERS)
        return replace(build, log=log, log_sha256=digest, layer_info=layers)


def _formats(job: Job) -> tuple[Sequence[str], Sequence[str]]:
    """Return the formats at inputs and outputs that the DLA reads and writes directly."""
    if job.precision != "int8":
        return (_FP16_FORMAT,), (_FP16_FORMAT,)
    for row in read_table("reference/networks"):
        if row["network"] == job.network:
            return (row["input_io_format"],), (row["output_io_format"],)
    is_image = job.input_shape[1] in _IMAGE_CHANNELS
    return (_INT8_IMAGE if is_image else _INT8_FORMAT,), (_INT8_FORMAT,)


def _with_placement(build: Build, log: Path) -> Build:
    """Return the build with what the log says of where its layers are."""
    if build.engine == GPU:
        return replace(build, placement=GPU, placement_basis="command")
    run = read_run(log)
    return build if run is None else replace(build, **placement_record(run.run))
