"""trtexec's building: the dump of options, placement, layer information, the engine file."""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import Any

from tests.fake_jetson.device import common, taken
from tests.fake_jetson.device.onnx_names import Network, read_network
from tests.fake_jetson.device.trtexec_log import Log, RunError

MAGIC = b"ftrt"


def print_options(log: Log, options: dict[str, str]) -> None:
    """Print what was asked for, under the titles of the version."""
    newer = log.parts >= (8, 6)
    on = {True: "Enabled", False: "Disabled"}
    core = options.get("useDLACore", "")
    typed = log.parts >= (11, 0)
    precision = "FP32" + "".join(
        f"+{name.upper()}" for name in ("fp16", "int8") if name in options or "best" in options
    )
    graph = ("noCudaGraph" not in options and not core) if typed else "useCudaGraph" in options
    spin = "noSpinWait" not in options if typed else "useSpinWait" in options
    transfers = "includeDataTransfers" in options if typed else "noDataTransfers" not in options
    fallback = "allowGPUFallback" in options
    building_only = on["skipInference" in options or "buildOnly" in options]
    log.info("=== Model Options ===", f"Format: {'ONNX' if 'onnx' in options else '*'}")
    log.info(f"Model: {options.get('onnx', '')}", "Output:", "=== Build Options ===")
    if not newer:
        log.info("Max batch: explicit batch")
    pools = options.get("memPoolSize", "dlaSRAM:default").replace("dlaSRAM:", "dlaSRAM: ")
    log.info(f"Memory Pools: workspace: default, {pools}, dlaLocalDRAM: default")
    log.info(f"Precision: {'Strongly Typed' if typed else precision}", "LayerPrecisions: ")
    log.info(
        "Calibration: " + ("Dynamic" if "int8" in options and not options.get("calib") else "")
    )
    log.info(f"Sparsity: {options.get('sparsity', 'Disabled').capitalize()}", "Safe mode: Disabled")
    if newer:
        log.info("Build DLA standalone loadable: " + on["buildDLAStandalone" in options])
        log.info(f"Allow GPU fallback for DLA: {on[fallback]}")
    log.info("DirectIO mode: " + on["directIO" in options])
    log.info(f"{'Skip inference' if newer else 'Build only'}: {building_only}")
    log.info(f"Save engine: {options.get('saveEngine', '')}")
    log.info(f"Load engine: {options.get('loadEngine', '')}")
    log.info(f"Profiling verbosity: {2 if options.get('profilingVerbosity') == 'detailed' else 0}")
    log.info(f"Input(s)s format: {options.get('inputIOFormats', 'fp32:CHW')}")
    log.info(f"Output(s)s format: {options.get('outputIOFormats', 'fp32:CHW')}")
    log.info("Input build shapes: " + options.get("shapes", "model"))
    log.info("=== System Options ===", f"Device: {options.get('device', '0')}")
    shown = core + "(With GPU fallback)" if core and fallback and not newer else core
    log.info(f"DLACore: {shown}", "Plugins:", "=== Inference Options ===", "Batch: Explicit")
    log.info("Input inference shapes: " + options.get("shapes", "model"))
    log.info(f"Iterations: {options.get('iterations', '10')}")
    warm = options.get("warmUp", "200")
    log.info(f"Duration: {options.get('duration', '3')}s (+ {warm}ms warm up)")
    log.info(f"Sleep time: {options.get('sleepTime', '0')}ms")
    log.info(f"Idle time: {options.get('idleTime', '0')}ms")
    streams = options.get("infStreams", options.get("streams", "1"))
    log.info(f"{'Inference Streams' if newer else 'Streams'}: {streams}")
    log.info(f"ExposeDMA: {on['exposeDMA' in options]}", f"Data transfers: {on[transfers]}")
    log.info(f"Spin-wait: {on[spin]}", f"Multithreading: {on['threads' in options]}")
    log.info(f"CUDA Graph: {on[graph]}")
    log.info("Separate profiling: " + on["separateProfileRun" in options or typed], "Inputs:")
    log.info("=== Reporting Options ===", f"Verbose: {on[log.verbose]}")
    log.info(f"Averages: {options.get('avgRuns', '10')} inferences")
    log.info(f"Percentiles: {options.get('percentile', '90,95,99')}")
    log.info(f"Export timing to JSON file: {options.get('exportTimes', '')}", "")
    _print_device(log)


def _print_device(log: Log) -> None:
    """Print what the GPU is, and the version."""
    board = common.scenario()["board"]
    log.info("=== Device Information ===", f"Selected Device: {board['gpu_name']}")
    log.info(f"Compute Capability: {board['compute']}", f"SMs: {board['sms']}")
    log.info(f"Device Global Memory: {board['memory_mib']} MiB", "")
    log.info(f"TensorRT version: {log.version}", "Loading standard plugins")


def build(log: Log, options: dict[str, str], core: int, kind: str) -> dict[str, Any]:
    """Build an engine and write what was asked for."""
    started = time.monotonic()
    log.info("Start parsing network model")
    network = read_network(options["onnx"])
    if network is None:
        raise RunError(
            "[TRT] ModelImporter.cpp:727: Failed to parse ONNX model from file: "
            f"{options['onnx']}\nFailed to parse onnx file\nParsing model failed\n"
            "Failed to create engine from model or file.\nEngine set up failed"
        )
    log.info("Finish parsing network model")
    if kind == "fail":
        raise RunError(
            "[TRT] 10: [optimizer.cpp::computeCosts::3728] Error Code 10: Internal Error (Could "
            "not find any implementation for node {ForeignNode["
            + network.nodes[0][0]
            + "]}.)\nEngine could not be created from network\nBuilding engine failed\n"
            "Failed to create engine from model or file.\nEngine set up failed"
        )
    engine = _engine(log, options, core, network)
    if core >= 0:
        _print_placement(log, options, network, engine)
    took = time.monotonic() - started
    log.info(f"Engine built in {took:.6g} sec.")
    data = MAGIC + json.dumps(engine).encode() + b"\0" * 1024
    log.info(f"Created engine with size: {len(data) / 2**20:.6g} MiB")
    if options.get("saveEngine"):
        _save(options["saveEngine"], data)
    if log.verbose:
        _print_rows(log, engine)
    if options.get("exportLayerInfo"):
        _write_layer_info(options, engine)
    return engine


def _save(path: str, data: bytes) -> None:
    """Write the engine file."""
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise RunError(
            f"Cannot open engine file: {path} to write.\nSaving engine to file failed."
        ) from error


def _engine(log: Log, options: dict[str, str], core: int, network: Network) -> dict[str, Any]:
    """Return what the engine file says."""
    shapes = dict(network.inputs)
    for part in filter(None, options.get("shapes", "").split(",")):
        name, _, sizes = part.rpartition(":")
        shapes[name] = [int(size) for size in sizes.split("x")]
    on_gpu = min(int(common.knob("gpu_layers", 0)), len(network.nodes) - 1) if core >= 0 else 0
    names = [name for name, _ in network.nodes]
    left = names[len(names) - on_gpu :]
    left += [name for name in taken.refused(network, log.parts) if name not in left]
    typed = log.parts >= (11, 0)
    stem = os.path.basename(options["onnx"]).rpartition(".")[0]
    is_int8 = "int8" in options or "best" in options or (typed and "fp16" not in stem)
    return {
        "version": log.version,
        "stem": stem,
        "model": hashlib.sha256(json.dumps(network.nodes).encode()).hexdigest(),
        "engine": "dla" if core >= 0 else "gpu",
        "precision": "int8" if is_int8 else "fp16" if "fp16" in options or typed else "fp32",
        "sparse": options.get("sparsity", "disable") != "disable",
        "detailed": options.get("profilingVerbosity") == "detailed",
        "takes_dla_format": "dla_" in options.get("inputIOFormats", ""),
        "inputs": shapes,
        "outputs": network.outputs,
        "batch": next(iter(shapes.values()), [1])[0] or 1,
        "layers": names,
        "dla_layers": [name for name in names if name not in left] if core >= 0 else [],
        "gpu_layers": [name for name in names if name in left or core < 0],
        "operators": dict(network.nodes),
    }


def _foreign(engine: dict[str, Any]) -> str:
    """Return the name of the DLA's subgraph."""
    names = engine["dla_layers"]
    inner = f"{names[0]}...{names[-1]}" if len(names) > 1 else names[0]
    return f"{{ForeignNode[{inner}]}}"


def _print_placement(
    log: Log, options: dict[str, str], network: Network, engine: dict[str, Any]
) -> None:
    """Print which layers the DLA does not take, and the lists of the version."""
    operators = dict(network.nodes)
    kinds = taken.refused(network, log.parts)
    layers = {name: operators[name].upper() for name in operators}
    layers |= {name: kind.layer for name, kind in kinds.items()}
    for name in engine["gpu_layers"]:
        kind = layers[name]
        if "allowGPUFallback" not in options:
            raise RunError(
                f"[TRT] 4: [network.cpp::validate::2901] Error Code 4: Internal Error (Assertion "
                f"allowGPUFallback failed. Layer '{name}' is not supported on DLA but GPU fallback "
                "is not enabled.)\nEngine could not be created from network\nEngine set up failed"
            )
        if name in kinds and kinds[name].reason:
            log.warning(f"[TRT] {name}{kinds[name].reason}")
        log.warning(
            f"[TRT] Layer '{name}' ({kind}): Unsupported on DLA. Switching this layer's device "
            "type to GPU."
        )
    listing = log.info if log.parts < (10, 0) else lambda text: log.detail(text)
    if not engine["dla_layers"]:
        log.warning(
            "[TRT] setDefaultDeviceType was called but no layer in the network can run on DLA."
        )
    listing("[TRT] ---------- Layers Running on DLA ----------")
    for name in _listed(log, engine):
        listing(f"[TRT] [DlaLayer] {name}")
    listing("[TRT] ---------- Layers Running on GPU ----------")
    for name in engine["gpu_layers"]:
        listing(f"[TRT] [GpuLayer] {layers[name]}: {name}")
    if log.parts >= (10, 0) and engine["dla_layers"]:
        log.detail(f"[TRT] {_foreign(engine)} successfully offloaded to DLA.")
        log.detail("[TRT] Number of DLA node candidates offloaded : 1 out of 1")


def _listed(log: Log, engine: dict[str, Any]) -> list[str]:
    """Return what the list of DLA layers holds: subgraphs, or layers that are candidates."""
    names: list[str] = engine["dla_layers"]
    return [_foreign(engine)] if names and log.parts < (10, 0) else names


def _rows(engine: dict[str, Any]) -> list[tuple[str, str]]:
    """Return name and type of each layer of the finished engine."""
    rows = []
    if engine["dla_layers"]:
        first = "Reformatting CopyNode for Input Tensor 0 to " + _foreign(engine)
        rows = [] if engine["takes_dla_format"] else [(first, "Reformat")]
        rows.append((_foreign(engine), "DLA"))
    kinds = {"Conv": "CaskConvolution", "MaxPool": "CaskPooling", "Gemm": "CaskGemm"}
    rows += [
        (name, kinds.get(engine["operators"][name], "PointWiseV2")) for name in engine["gpu_layers"]
    ]
    return rows


def _print_rows(log: Log, engine: dict[str, Any]) -> None:
    """Print the rows of the engine, which have no stamps."""
    log.detail("[TRT] Engine Layer Information:")
    for name, kind in _rows(engine):
        log.plain(
            f"Layer({kind}): {name}, Tactic: 0x0000000000000003, in (Int8[1,3:4,224,224]) -> "
            "out (Int8[1,64:32,56,56])"
        )


def _write_layer_info(options: dict[str, str], engine: dict[str, Any]) -> None:
    """Write the inspector's JSON: names only, or all it knows."""
    layers: list[Any] = [name for name, _ in _rows(engine)]
    if engine["detailed"]:
        layers = [
            {
                "Name": name,
                "LayerType": kind,
                "Inputs": [],
                "Outputs": [],
                "TacticValue": "0x3",
                "StreamId": 0,
                "Metadata": "",
            }
            for name, kind in _rows(engine)
        ]
    info = {"Layers": layers, "Bindings": [*engine["inputs"], *engine["outputs"]]}
    with open(options["exportLayerInfo"], "w", encoding="utf-8") as file:
        json.dump(info, file, indent=1)
