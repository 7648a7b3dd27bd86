"""TensorRT's Python package, as far as a probe for DLA cores needs it."""

from __future__ import annotations

import os
import signal

from tests.fake_jetson.device import common

__version__ = common.scenario()["tensorrt"]

if common.knob("tensorrt_python") == "crash":
    os.kill(os.getpid(), signal.SIGSEGV)
if common.knob("tensorrt_python") == "hang":
    common.wait_forever()


class Logger:
    """A logger."""

    INTERNAL_ERROR, ERROR, WARNING, INFO, VERBOSE = range(5)

    def __init__(self, *_: object) -> None:
        pass


class Builder:
    """A builder, which knows the DLA cores."""

    def __init__(self, logger: Logger) -> None:
        self.num_DLA_cores = int(common.scenario()["dla_cores"])


class Runtime(Builder):
    """A runtime, which knows them too."""


def get_plugin_registry() -> None:
    """Return no registry."""
