"""What an engine computes for trtexec's own input, which is the same each time."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from measure.journal.files import make_folder, sha256_of
from measure.trtexec.flags import parses

if TYPE_CHECKING:
    from measure.backends.trtexec_run import Instances, Start

LARGEST_TEXT = 64 << 20
"""Bytes of outputs as JSON beyond which writing them takes too long to be done again."""
_RAW = "dumpRawBindingsToFile"


class Outputs:
    """Runs an engine once and hashes what comes out.

    Parameters
    ----------
    instances
        What runs trtexec.
    tensorrt
        Its version.
    """

    def __init__(self, instances: Instances, tensorrt: str) -> None:
        self._instances = instances
        self._tensorrt = tensorrt
        self._large: set[str] = set()
        """Engines whose outputs are too large for JSON."""

    def sha256(self, start: Start) -> str | None:
        """Return the sha256 of the outputs of a process; None where they cannot be had."""
        engine = start.words[0]
        if engine in self._large:
            return self._of_bytes(start)
        output = start.times.with_suffix(".output")
        try:
            if not self._run(start, f"--exportOutput={output}") or not output.is_file():
                return None
            size = output.stat().st_size
            if size <= LARGEST_TEXT:
                return sha256_of(output) if size else None
        finally:
            with contextlib.suppress(FileNotFoundError):
                output.unlink()
        self._large.add(engine)
        return self._of_bytes(start)

    def _of_bytes(self, start: Start) -> str | None:
        """Return the sha256 of inputs and outputs as they are in memory, a file for each."""
        if not parses(_RAW, self._tensorrt):
            return None
        # trtexec writes them to where it runs.
        folder = start.times.with_suffix(".bindings")
        make_folder(folder)
        try:
            if not self._run(replace(start, folder=folder), f"--{_RAW}"):
                return None
            files = sorted(folder.iterdir())
            digest = hashlib.sha256()
            for file in files:
                digest.update(f"{file.name} {sha256_of(file)}\n".encode())
            return digest.hexdigest() if files else None
        finally:
            shutil.rmtree(str(folder), ignore_errors=True)

    def _run(self, start: Start, word: str) -> bool:
        """Run an engine once with one more word; say whether it ended well."""
        once = replace(start, words=(*start.words, word))
        return bool(self._instances.run([once], 0, 0).instances)
