"""Single lines: stamps, levels, banners, versions, options."""

from __future__ import annotations

import pytest

from measure.build_log.grammar import (
    banner_of,
    is_command,
    split_line,
    switches_of,
    version_of_digits,
    version_of_line,
)
from measure.build_log.settings import Settings, read_command, read_option


@pytest.mark.parametrize(
    ("raw", "level", "text", "tagged"),
    [
        ("[01/02/2023-09:00:00] [I] Precision: FP32", "I", "Precision: FP32", True),
        ("[01/02/2023-09:00:00] [V] [TRT] \tpools", "V", "pools", True),
        ("[01/02/2023-09:00:00] [TRT] [W] text", "W", "text", True),
        ("[01/02/2023-09:00:00] [I] ", "I", "", True),
        ("[01/02/2023-09:00:00] [I] [TRT]", "I", "", True),
        (" [W] [TRT] text", "W", "text", True),
        ("WARNING: [TRT]: text", "W", "text", True),
        ("WARNING: text", "W", "text", False),
        ("[TensorRT] ERROR: text", "E", "text", True),
        ("ERROR: [Torch-TensorRT TorchScript Conversion Context] - text", "E", "text", True),
        ("[TRT]    text", "", "text", True),
        (
            "2024-05-01 10:00:00.1 [W:onnxruntime:, a.h:86 log] [2024-05-01 10:00:00 WARNING] text",
            "W",
            "text",
            False,
        ),
        ("2024-05-01T10:00:00.123Z [W] [TRT] text", "W", "text", True),
        ("2024-05-01T10:00:00.123Z [01/02/2023-09:00:00] [I] text", "I", "text", True),
        ("2024-05-01T10:00:00.123Z DLA validation failed", "", "DLA validation failed", False),
        ("[2024-05-01 10:00:00   ERROR] text", "", "text", False),
        ("2024-05-01 10:00:00 CEST text", "", "text", False),
        ("[I] Throughput: 1 qps", "I", "Throughput: 1 qps", True),
        ("#[01/02/2023-09:00:00] [I] [TRT] text", "I", "text", True),
        ("> [I] [TRT] text", "I", "text", True),
        ("[01/02/2023-09:00:00] [01/02/2023-09:00:00] [W] [TRT] text", "W", "text", True),
        ("\x1b[33m[W] [TRT] text\x1b[0m", "W", "text", True),
        ("[01/02/2023-09:00:00] [I] [TRT] [DlaLayer] a", "I", "[DlaLayer] a", True),
        ("Layer(DLA): a, Tactic: 0x3", "", "Layer(DLA): a, Tactic: 0x3", False),
        ("", "", "", False),
    ],
)
def test_what_stands_before_the_text_is_taken_off(
    raw: str, level: str, text: str, tagged: bool
) -> None:
    """Stamps, levels and tags go, in whatever order and number a program prints them."""
    line = split_line(1, raw)

    assert (level, text, tagged) == (line.level, line.text, line.tagged)


@pytest.mark.parametrize(
    ("digits", "version"),
    [
        ("7103", "7.1.3"),
        ("8201", "8.2.1"),
        ("8502", "8.5.2"),
        ("8510", "8.5.10"),
        ("8612", "8.6.12"),
        ("100300", "10.3.0"),
        ("101602", "10.16.2"),
        ("110401", "11.4.1"),
    ],
)
def test_a_banner_s_version_is_decoded_by_its_length(digits: str, version: str) -> None:
    """Four digits give one to the major version, six give two."""
    assert version == version_of_digits(digits)


def test_a_banner_tells_state_version_and_command() -> None:
    """All parts of a banner are read, the build number is no part of the version."""
    banner = banner_of("&&&& PASSED TensorRT.trtexec [TensorRT v101602] [b10] # trtexec --a=b # c")

    assert banner is not None
    assert banner[:3] == ("PASSED", "trtexec", "10.16.2")
    assert banner.command == "trtexec --a=b # c"


def test_a_banner_of_release_7_has_no_version() -> None:
    """Without a version nothing is made up."""
    banner = banner_of("&&&& RUNNING TensorRT.sample_cudla # ./sample_cudla")

    assert banner is not None
    assert banner.version == ""
    assert banner.program == "sample_cudla"


def test_what_only_looks_like_a_banner_is_none() -> None:
    assert banner_of("&&&& TensorRT") is None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("TensorRT version: 10.3.0", "10.3.0"),
        ("TensorRT version 5.0.0", "5.0.0"),
        ("Producer version: 2.11.0", ""),
    ],
)
def test_the_version_line_is_told_from_other_versions(text: str, version: str) -> None:
    assert version == version_of_line(text)


def test_a_command_typed_in_a_shell_is_recognised() -> None:
    """A call of trtexec counts, its name in a sentence does not."""
    assert is_command("$ /usr/src/tensorrt/bin/trtexec --onnx=a.onnx")
    assert not is_command("Please run trtexec with a model")


def test_switches_keep_their_values() -> None:
    assert switches_of("trtexec --onnx=a-b.onnx --int8 --useDLACore=0") == {
        "onnx": "a-b.onnx",
        "int8": "",
        "useDLACore": "0",
    }


@pytest.mark.parametrize(
    ("value", "core", "fallback", "uses_dla"),
    [
        ("0(With GPU fallback)", 0, True, True),
        ("1", 1, None, True),
        ("", None, None, False),
        ("-1", None, None, False),
    ],
)
def test_the_core_is_read_in_both_forms(
    value: str, core: int | None, fallback: bool | None, uses_dla: bool
) -> None:
    """Up to 8.5 the fallback stands behind the core; no core is the GPU."""
    settings = Settings()
    read_option(settings, f"DLACore: {value}")

    assert (core, fallback, uses_dla) == (
        settings.dla_core,
        settings.gpu_fallback,
        settings.uses_dla,
    )


def test_a_command_line_stands_in_for_missing_options() -> None:
    settings = Settings()
    read_command(settings, "trtexec --onnx=m.onnx --best --useDLACore=1 --buildDLAStandalone")

    assert settings.precisions == ["fp32", "fp16", "int8"]
    assert (settings.dla_core, settings.standalone, settings.gpu_fallback) == (1, True, False)


def test_the_soc_comes_from_the_capability_when_the_name_does_not_tell() -> None:
    settings = Settings()
    read_option(settings, "Selected Device: NVIDIA something")
    read_option(settings, "Compute Capability: 7.2")

    assert settings.soc == "xavier"
