"""The command has the options that trtexec of the version knows, and no other."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from measure.check.report import EndFormat
from measure.check.trtexec import build_command, io_format_options, quoted, written
from measure.target import resolve_target
from measure.trtexec.flags import parses

IMAGE = EndFormat("x", "input", "dla", "int8:dla_hwc4", True, "")
PLAIN = EndFormat("z", "input", "gpu", "int32:chw", False, "")
OUTPUT = EndFormat("y", "output", "dla", "int8:chw32", True, "")
ENDS = [IMAGE, PLAIN, OUTPUT]


@pytest.mark.parametrize(
    ("tensorrt", "fallback", "standalone", "cache", "expected"),
    [
        (
            "8.2.1",
            True,
            False,
            None,
            (
                "--onnx=m.onnx --int8 --fp16 --useDLACore=0 --allowGPUFallback "
                "--inputIOFormats=int8:dla_hwc4,int32:chw --outputIOFormats=int8:chw32 "
                "--saveEngine=m.engine --buildOnly --verbose"
            ),
        ),
        (
            "8.5.2",
            False,
            False,
            "m.cache",
            (
                "--onnx=m.onnx --int8 --fp16 --calib=m.cache --useDLACore=0 "
                "--inputIOFormats=int8:dla_hwc4,int32:chw --outputIOFormats=int8:chw32 "
                "--saveEngine=m.engine --buildOnly --verbose"
            ),
        ),
        (
            "8.5.2",
            True,
            True,
            None,
            (
                "--onnx=m.onnx --int8 --fp16 --useDLACore=0 --safe "
                "--inputIOFormats=int8:dla_hwc4,int32:chw --outputIOFormats=int8:chw32 "
                "--saveEngine=m.loadable --verbose"
            ),
        ),
        (
            "8.6.2",
            True,
            True,
            None,
            (
                "--onnx=m.onnx --int8 --fp16 --useDLACore=0 --buildDLAStandalone "
                "--inputIOFormats=int8:dla_hwc4,int32:chw --outputIOFormats=int8:chw32 "
                "--saveEngine=m.loadable --verbose"
            ),
        ),
        (
            "10.3.0.30",
            True,
            False,
            None,
            (
                "--onnx=m.onnx --int8 --fp16 --useDLACore=0 --allowGPUFallback "
                "--inputIOFormats=int8:dla_hwc4,int32:chw --outputIOFormats=int8:chw32 "
                "--saveEngine=m.engine --skipInference --verbose"
            ),
        ),
        (
            "11.4.1",
            True,
            False,
            "m.cache",
            (
                "--onnx=m.onnx --useDLACore=0 --allowGPUFallback "
                "--inputIOFormats=dla_hwc4,chw --outputIOFormats=chw32 "
                "--saveEngine=m.engine --skipInference --verbose"
            ),
        ),
    ],
)
def test_commands_by_version(
    tensorrt: str, fallback: bool, standalone: bool, cache: str | None, expected: str
) -> None:
    """Each family of versions has its spelling."""
    target = resolve_target(tensorrt=tensorrt, standalone=standalone)
    words = build_command("m.onnx", target, formats=ENDS, shapes={}, fallback=fallback, cache=cache)

    assert words == ["trtexec", *expected.split()]
    assert all(parses(word[2:].partition("=")[0], tensorrt) for word in words[1:])


def test_sizes_and_half_precision() -> None:
    """Sizes that the user fixed are the command's too."""
    target = resolve_target(tensorrt="10.3.0", precision="fp16")
    words = build_command(
        "m.onnx", target, formats=[], shapes={"x": (1, 3, 8, 8)}, fallback=False, cache=None
    )

    assert "--shapes=x:1x3x8x8" in words
    assert "--fp16" in words
    assert "--int8" not in words


def test_formats_are_left_out_where_the_dla_takes_none_over() -> None:
    """Naming the plain formats would change nothing."""
    assert io_format_options([PLAIN], "10.3.0") == []
    assert io_format_options([PLAIN, OUTPUT], "10.3.0") == ["--outputIOFormats=int8:chw32"]


def test_unknown_options_are_not_parsed() -> None:
    """What the table does not have, no version knows."""
    assert not parses("noSuchOption", "10.3.0")


@pytest.mark.parametrize(
    "word", ["a b", "it's", "$HOME", "`id`", "line\nbreak", "tab\t'x'", "ü\n\\"]
)
def test_a_shell_reads_words_as_they_are(word: str) -> None:
    """Names from a model may hold anything; the command stays one line and one word."""
    assert "\n" not in quoted(word)
    out = subprocess.run(
        ["bash", "-c", f"printf %s {quoted(word)}"], capture_output=True, text=True, check=True
    )
    assert out.stdout == word


def test_long_commands_are_continued() -> None:
    """Lines fit, and a shell joins them again."""
    words = ["trtexec", *(f"--option{number}=value" for number in range(20))]
    lines = written(words, 60).splitlines()

    assert max(map(len, lines)) <= 62
    assert shlex.split(written(words, 60).replace("\\\n", " ")) == words
