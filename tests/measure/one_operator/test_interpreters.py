"""The command under the interpreters of the older JetPacks, which have no onnx."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.fake_jetson.jetson import REPOSITORY
from tests.measure.faults.measuring import Bench
from tests.measure.faults.test_interpreters import VERSIONS, interpreter

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ("-m", "measure", "operators", "--rules", "resize.scales", "--json")


def call(bench: Bench, python: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, *WORDS, *words],
        env=bench.environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_the_list_needs_no_package(tmp_path: Path, version: str) -> None:
    """The same networks as anywhere."""
    python = interpreter(version, numpy=False)
    with Bench(tmp_path) as bench:
        finished = call(bench, python, "--list")

        assert finished.returncode == 0, finished.stderr
        assert json.loads(finished.stdout) == json.loads(bench.call(*WORDS[2:], "--list").out)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("trt", ["10.3.0", "11.4.1"])
def test_networks_are_built_with_numpy_alone(tmp_path: Path, version: str, trt: str) -> None:
    """The files are the same under every version, byte for byte."""
    python = interpreter(version, numpy=True)
    with Bench(tmp_path, trt=trt) as bench:
        finished = call(bench, python)
        digests = [one["onnx_sha256"] for one in bench.of("operator_case")]
        bench.call(*WORDS[2:])

        assert finished.returncode == 0, finished.stderr
        assert digests == [one["onnx_sha256"] for one in bench.of("operator_case")]
