"""The trtexec command that confirms a check on a device.

Every option is looked up in the table of options, so that the command has none which the
TensorRT version in question does not know.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from measure.trtexec.flags import PROGRAM, format_options, option_name, parses, shapes_option

if TYPE_CHECKING:
    from typing import Iterable, Mapping, Sequence

    from measure.check.report import EndFormat
    from measure.target import Target


def build_command(
    model: str,
    target: Target,
    *,
    formats: Iterable[EndFormat],
    shapes: Mapping[str, Sequence[int]],
    fallback: bool,
    cache: str | None,
) -> list[str]:
    """Return the words of the command that builds the engine and prints the placement.

    There are none where the options of the TensorRT version are not known.

    Parameters
    ----------
    formats
        Network inputs and outputs, in the order of the model.
    shapes
        Sizes of the inputs whose sizes the model leaves open.
    fallback
        Whether the GPU may run layers; without it the build fails where the DLA does not run
        the whole network.
    """
    standalone = target.standalone
    words = [f"--onnx={model}"]
    if shapes:
        words.append(shapes_option(shapes.items()))
    if target.precision == "int8":
        words += ["--int8", "--fp16"]
        words += [f"--calib={cache}"] if cache else []
    else:
        words.append("--fp16")
    words.append("--useDLACore=0")
    if standalone:
        newer = parses("buildDLAStandalone", target.tensorrt)
        words.append("--buildDLAStandalone" if newer else "--safe")
    elif fallback:
        words.append("--allowGPUFallback")
    words += io_format_options(formats, target.tensorrt)
    ending = ".loadable" if standalone else ".engine"
    words.append(f"--saveEngine={PurePath(model).stem}{ending}")
    if not standalone:
        newer = parses("skipInference", target.tensorrt)
        words.append("--skipInference" if newer else "--buildOnly")
    words.append("--verbose")
    known = [word for word in words if parses(option_name(word), target.tensorrt)]
    return [PROGRAM, *known] if known else []


def io_format_options(formats: Iterable[EndFormat], tensorrt: str) -> list[str]:
    """Return the options that name the formats of inputs and outputs the DLA takes over.

    trtexec takes one format for each in order, so the GPU's are named too; where no input (or
    no output) is the DLA's, the option is left out.
    """
    ends = list(formats)
    named: dict[str, list[str]] = {}
    for direction in ("input", "output"):
        own = [end for end in ends if end.direction == direction]
        taken = any(end.side == "dla" for end in own)
        named[direction] = [end.format for end in own] if taken else []
    return format_options(named["input"], named["output"], tensorrt)


def written(words: Sequence[str], width: int = 0) -> str:
    """Return a command as typed into a shell, on lines of `width` where that is not zero."""
    lines: list[str] = []
    for word in map(quoted, words):
        if lines and (not width or len(lines[-1]) + len(word) + 3 <= width):
            lines[-1] += f" {word}"
        else:
            lines.append(word if not lines else f"    {word}")
    return " \\\n".join(lines)


def quoted(word: str) -> str:
    """Return a word so that a shell takes it as it is, on one line."""
    if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII):
        return word
    if word.isprintable():
        return "'" + word.replace("'", "'\\''") + "'"
    escaped = "".join(
        sign
        if sign.isprintable() and sign not in "\\'"
        else "".join(map(_octal, sign.encode("utf-8", "surrogateescape")))
        for sign in word
    )
    return f"$'{escaped}'"


def _octal(byte: int) -> str:
    """Return a byte as a shell's $'…' reads it."""
    return f"\\{byte:03o}"
