"""trtexec: builds and runs engines that are only text, with the log of the version it plays."""

from __future__ import annotations

import os
import sys
import time

from tests.fake_jetson.device import common, trtexec_build, trtexec_load
from tests.fake_jetson.device.trtexec_log import Log, RunError


def main(words: list[str]) -> int:
    """Answer one call; a standard output that is cut off ends it like the real one."""
    version = str(common.knob("trtexec_version") or common.scenario()["tensorrt"])
    log = Log(version, words)
    log.banner("RUNNING")
    options = _options(words)
    if not words or "help" in options:
        log.usage(common.scenario()["flags"])
        return log.end(not words)
    log.verbose = "verbose" in options
    try:
        _refuse_unknown(log, options)
        _run(log, options)
    except RunError as error:
        for line in str(error).splitlines():
            log.error(line)
        return log.end(True)
    return log.end(False)


def _options(words: list[str]) -> dict[str, str]:
    """Split the options into names and values."""
    pairs = (word.lstrip("-").partition("=") for word in words)
    return {name: value for name, _, value in pairs}


def _refuse_unknown(log: Log, options: dict[str, str]) -> None:
    """Refuse what this version's trtexec does not parse."""
    known = set(common.scenario()["flags"])
    unknown = [name for name in options if name not in known]
    if unknown:
        log.usage(sorted(known))
        raise RunError("\n".join(f"Unknown option: --{name} {options[name]}" for name in unknown))
    if "onnx" not in options and "loadEngine" not in options:
        raise RunError("Model missing or format not recognized")


def _run(log: Log, options: dict[str, str]) -> None:
    """Build or load an engine, then run it unless that is not wanted."""
    load = "loadEngine" in options
    kind = _fault("load" if load else "build", options)
    if kind == "garbage":
        sys.stdout.buffer.write(bytes(range(1, 256)) * 40 + b"\n")
        sys.stdout.flush()
        os._exit(0)
    if kind == "silent":
        os._exit(0)
    trtexec_build.print_options(log, options)
    if kind == "crash":
        os.kill(os.getpid(), 11)
    if kind == "killed":
        os.kill(os.getpid(), 9)
    if kind == "hang":
        common.wait_forever()
    core = int(options["useDLACore"]) if options.get("useDLACore") else -1
    cores = int(common.scenario()["dla_cores"])
    if core >= cores:
        raise RunError(
            f"Cannot create DLA engine, {core} not available\n"
            + ("Network And Config setup failed\nBuilding engine failed\n" if not load else "")
            + "Failed to create engine from model or file.\nEngine set up failed"
        )
    time.sleep(float(common.knob("load_s" if load else "build_s", 0.0)))
    engine = (
        trtexec_load.read_engine(log, options)
        if load
        else trtexec_build.build(log, options, core, kind)
    )
    if kind == "oom":
        raise RunError(
            "[TRT] 2: [virtualMemoryBuffer.cpp::resizePhysical::140] Error Code 2: "
            "OutOfMemory (no further information)\nEngine set up failed"
        )
    if not ("skipInference" in options or "buildOnly" in options):
        trtexec_load.infer(log, options, engine, core, kind)


def _fault(phase: str, options: dict[str, str]) -> str:
    """Return what is broken in this call: the kind, or nothing."""
    number = common.count(f"trtexec-{phase}")
    fault = common.knob(f"trtexec_{phase}")
    if not fault:
        return ""
    if isinstance(fault, str):
        return fault
    core = fault.get("core")
    if core is not None and options.get("useDLACore") != str(core):
        return ""
    return str(fault["kind"]) if number >= fault.get("from", 1) else ""
