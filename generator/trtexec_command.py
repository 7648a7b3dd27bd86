"""The trtexec commands that time a reference network on one or two DLA cores.

Every flag is looked up in the table of flags, so a command never has one that the TensorRT
version in question does not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.atlas import Atlas
    from generator.package import Record

MANAGED_SRAM_MIB = 1
"""Managed SRAM a core may use; NVIDIA's commands for the reference networks set as much."""

WARM_UP_MS = 2000
"""Time before the first counted query; ours, as trtexec's own 200 ms is short."""

DURATION_S = 30
"""Time over which queries are counted; ours, as trtexec's own 3 s is short."""

_NUMBER = re.compile(r"[0-9]+")


class UnknownFlagError(ValueError):
    """A command needs a flag that the TensorRT version does not parse."""


@dataclass(frozen=True)
class TrtexecCommand:
    """What to type for one network under one TensorRT version.

    Parameters
    ----------
    atlas
        The data with the table of flags.
    network
        Row of the network.
    tensorrt
        Version that runs the command, such as ``8.5.2``.
    weights
        ``dense`` or ``sparse``.
    """

    atlas: Atlas
    network: Record
    tensorrt: str
    weights: str = "dense"

    @property
    def engine(self) -> str:
        """Name of the file with the built engine."""
        stem = self.network["network"]
        return f"{stem}-sparse.engine" if self.weights == "sparse" else f"{stem}.engine"

    @property
    def build(self) -> list[str]:
        """Return the words of the command that builds the engine and stops."""
        network = self.network
        words = [f"--onnx={network['onnx_file']}", *self._shapes()]
        words += ["--int8", "--useDLACore=0", f"--memPoolSize=dlaSRAM:{MANAGED_SRAM_MIB}"]
        if network["input_io_format"]:
            words.append(f"--inputIOFormats={network['input_io_format']}")
        if network["output_io_format"]:
            words.append(f"--outputIOFormats={network['output_io_format']}")
        if self.weights == "sparse":
            words.append("--sparsity=force")
        words += [f"--saveEngine={self.engine}", self._stop_after_build()]
        return self._checked(words)

    def run(self, core: int) -> list[str]:
        """Return the words of the command that times the engine on a DLA core."""
        words = [f"--loadEngine={self.engine}", f"--useDLACore={core}", *self._shapes()]
        words += [f"--warmUp={WARM_UP_MS}", f"--duration={DURATION_S}"]
        return self._checked(words)

    def _shapes(self) -> list[str]:
        network = self.network
        if not network["input_tensor"] or network["dla_batch"] == 1:
            return []
        sizes = ("dla_batch", "input_channels", "input_height", "input_width")
        shape = "x".join(str(network[name]) for name in sizes)
        return [f"--shapes={network['input_tensor']}:{shape}"]

    def _stop_after_build(self) -> str:
        newer = parses(self.atlas, "skipInference", self.tensorrt)
        return "--skipInference" if newer else "--buildOnly"

    def _checked(self, words: list[str]) -> list[str]:
        for word in words:
            flag = word.removeprefix("--").partition("=")[0]
            if not parses(self.atlas, flag, self.tensorrt):
                raise UnknownFlagError(f"TensorRT {self.tensorrt} does not parse --{flag}")
        return ["trtexec", *words]


def parses(atlas: Atlas, flag: str, tensorrt: str) -> bool:
    """Return whether trtexec of a TensorRT version is known to parse a flag."""
    row = atlas.find("trtexec-flags", flag=flag)
    if row is None or _key(tensorrt) < _key(row["parsed_since"]):
        return False
    return row["gone_in"] is None or _key(tensorrt) < _key(row["gone_in"])


def unavailable(atlas: Atlas, flags: Iterable[str], tensorrt: str) -> list[str]:
    """Return those of `flags` that trtexec of a TensorRT version does not parse."""
    return [flag for flag in flags if not parses(atlas, flag, tensorrt)]


def written(words: list[str], *, width: int = 78, end: str = "") -> str:
    """Return a command as typed into a shell, continued over lines that fit `width`.

    Parameters
    ----------
    words
        Program and arguments; those with signs that a shell reads are quoted.
    width
        Longest line, if no single word is longer.
    end
        What follows the last word, such as ``&``.
    """
    lines: list[str] = []
    for word in [quoted(word) for word in words] + ([end] if end else []):
        if lines and len(lines[-1]) + len(word) + 3 <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word if not lines else f"    {word}")
    return " \\\n".join(lines)


def quoted(word: str) -> str:
    """Return a word so that a shell takes it as it is."""
    if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def preparation(network: Record, source: Record) -> list[str]:
    """Return the commands that fetch a network and make it ready, for a computer with Python.

    Parameters
    ----------
    network
        Row of the network.
    source
        Row of the source whose repository holds the scripts.
    """
    address, prepared = network["onnx_address"], network["onnx_file"]
    if not address:
        return []
    original = PurePosixPath(address).name
    lines = [f"curl -L -O {quoted(address)}"]
    script = network["preparation_script"]
    if not script:
        return lines
    wanted = prepared.replace("_prepared.onnx", ".onnx")
    if wanted != original:
        words = ["polygraphy", "surgeon", "sanitize", original, "--fold-constants", "-o", wanted]
        lines.append(written(words))
    repository = source["repository"]
    if repository:
        folder = PurePosixPath(repository).name
        lines.append(f"git clone {quoted(f'https://github.com/{repository}')}")
        if source["commit"]:
            lines.append(f"git -C {quoted(folder)} checkout {quoted(source['commit'])}")
        lines.append(f"python3 {quoted(f'{folder}/{script}')}")
    return lines


def _key(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in _NUMBER.findall(version)]
    return (*parts, 0, 0, 0, 0)[:4]
