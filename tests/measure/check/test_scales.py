"""INT8 scales come from a calibration cache or from quantize nodes."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from measure.check.folding import fold
from measure.check.scales import read_calibration_cache, scales_from_nodes, without_scale
from measure.check.view import view_network
from measure.errors import UserError
from tests.measure.check.networks import Network

if TYPE_CHECKING:
    from pathlib import Path


class TestCalibrationCache:
    def test_scales_are_floats_in_hexadecimal(self, tmp_path: Path) -> None:
        """Tensor names may hold a colon and a blank; leading zeros may be missing."""
        tiny = struct.unpack(">f", bytes.fromhex("00ab12cd"))[0]
        path = tmp_path / "calibration.cache"
        path.write_text(
            "TRT-8602-EntropyCalibration2\n"
            f"input: {struct.pack('>f', 0.25).hex()}\n"
            f"scope: 1 Conv: 3f800000\n"
            "tiny: ab12cd\n\n"
        )

        assert read_calibration_cache(str(path)) == {
            "input": 0.25,
            "scope: 1 Conv": 1.0,
            "tiny": tiny,
        }

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "first line"),
            ("input: 3f800000\n", "first line"),
            ("TRT-8602-EntropyCalibration2\ninput 3f800000\n", "line 2"),
            ("TRT-8602-EntropyCalibration2\ninput: 3f80000012\n", "line 2"),
            ("TRT-8602-EntropyCalibration2\ninput: 7f800000\n", "line 2"),
        ],
    )
    def test_another_file_is_refused(self, tmp_path: Path, text: str, message: str) -> None:
        """The error names the file and what is wrong."""
        path = tmp_path / "calibration.cache"
        path.write_text(text)

        with pytest.raises(UserError, match=message):
            read_calibration_cache(str(path))

    def test_a_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        """Neither a missing file nor bytes end in a traceback."""
        (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")

        for name in ("missing", "bytes"):
            with pytest.raises(UserError, match=name):
                read_calibration_cache(str(tmp_path / name))


def test_quantize_nodes_give_scales_to_the_tensors_around_them() -> None:
    """The scale holds before and behind the pair; weights have their own."""
    network = Network()
    a = network.conv(network.input(), "a")
    q = network.add(
        "QuantizeLinear", [a, network.constant("scale", np.float32(0.5))], "q", kind="int8"
    )
    network.add("DequantizeLinear", [q, "scale"], "d")
    graph = network.graph(network.add("Relu", ["d"], "y"))

    assert scales_from_nodes(graph, fold(graph, scales_from_nodes=True)) == dict.fromkeys(
        "aqd", 0.5
    )


def test_what_is_fused_needs_no_scale() -> None:
    """Between a convolution and its activation no tensor is written."""
    network = Network()
    a = network.conv(network.input(), "a")
    b = network.add("Relu", [a], "b")
    network.gpu(b, "y")
    graph = network.graph("y")
    folding = fold(graph, scales_from_nodes=True)
    view = view_network(graph, folding)

    assert without_scale(view, folding, [True, True, False], {"x": 1.0}) == ["b"]
    assert without_scale(view, folding, [False, True, False], {"x": 1.0}) == ["a", "b"]
