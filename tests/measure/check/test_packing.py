"""Tensors take the bytes that the DLA's formats need, and cross where they must."""

from __future__ import annotations

import pytest

from measure.check.packing import batch_of, channel_packed, image_bytes, packed_bytes
from measure.target import resolve_target
from tests.measure.check.checking import check
from tests.measure.check.networks import Network


@pytest.mark.parametrize(
    ("shape", "pack", "expected"),
    [
        ((1, 3, 4, 5), 32, 32 * 20),
        ((2, 32, 4, 5), 32, 2 * 32 * 20),
        ((2, 33, 4, 5), 32, 2 * 64 * 20),
        ((7, 10), 32, 7 * 32),
        ((10,), 32, 10 * 32),
        ((), 32, 32),
        ((1, None, 4, 5), 32, None),
        (None, 32, None),
    ],
)
def test_channels_are_padded(
    shape: tuple[int | None, ...] | None, pack: int, expected: int | None
) -> None:
    """Eight-bit channels come in packs; what is unknown stays unknown."""
    assert packed_bytes(shape, "int8", pack) == expected
    assert packed_bytes(shape, "fp16", pack) == (None if expected is None else 2 * expected)


def test_rows_of_images_are_padded() -> None:
    """Three channels take four, and rows end at the pitch of the SoC."""
    shape = (2, 3, 10, 9)

    assert image_bytes(shape, "int8", resolve_target(soc="orin")) == 2 * 10 * 64
    assert image_bytes(shape, "int8", resolve_target(soc="xavier")) == 2 * 10 * 64
    assert image_bytes((1, 3, 10, 8), "int8", resolve_target(soc="xavier")) == 10 * 32
    assert image_bytes((1, 3, 10, 8), "int8", resolve_target(soc="orin")) == 10 * 64
    assert image_bytes((3, 10, 8), "int8", resolve_target()) is None


def test_batch_is_what_stands_before_the_last_three() -> None:
    """Five dimensions have two of them in the batch."""
    assert batch_of((2, 3, 4, 5, 6)) == 6
    assert batch_of((2, 4, 5, 6)) == 2
    assert batch_of((2, 4)) == 2
    assert batch_of(None) is None


def test_packed_formats_by_precision() -> None:
    """Old releases have none for outputs."""
    assert channel_packed(resolve_target(), "input", "int8") == "chw32"
    assert channel_packed(resolve_target(), "output", "fp16") == "chw16"
    assert channel_packed(resolve_target(tensorrt="7.1.3", soc="xavier"), "output", "int8") is None


class TestEnds:
    def formats(self, network: Network, *outputs: str, **target: str) -> dict[str, str]:
        """Return the format of each input and output."""
        report = check(network.graph(*outputs), resolve_target(**target))  # type: ignore[arg-type]
        return {end.name: end.format for end in report.formats}

    @pytest.mark.parametrize(
        ("channels", "layout"),
        [(1, "dla_hwc4"), (3, "dla_hwc4"), (4, "dla_hwc4"), (2, "chw32"), (8, "chw32")],
    )
    def test_images_for_convolutions(self, channels: int, layout: str) -> None:
        """One, three or four channels in front of a convolution are handed over as an image."""
        network = Network()
        network.conv(network.input(shape=(1, channels, 16, 16)), "y")

        assert self.formats(network, "y") == {"x": f"int8:{layout}", "y": "int8:chw32"}

    def test_other_layers_take_no_image(self) -> None:
        """Three channels in front of a pooling are packed."""
        network = Network()
        x = network.input(shape=(1, 3, 16, 16))
        network.add("MaxPool", [x], "y", (1, 3, 16, 16), kernel_shape=[1, 1])

        assert self.formats(network, "y")["x"] == "int8:chw32"

    def test_convolutions_with_many_groups_take_no_image(self) -> None:
        """The bound on groups is that of the image format alone."""
        network = Network()
        x = network.input(shape=(1, 4, 16, 16))
        weights = network.weights("w", 8, 1, 1, 1)
        network.add("Conv", [x, weights], "y", group=4, kernel_shape=[1, 1])
        assert self.formats(network, "y")["x"] == "int8:dla_hwc4"
        network.nodes[0].attributes["group"] = 5

        assert self.formats(network, "y")["x"] == "int8:chw32"

    def test_what_runs_in_half_precision_is_handed_over_in_it(self) -> None:
        """A sigmoid at the end of an INT8 network writes FP16."""
        network = Network()
        network.add("Sigmoid", [network.conv(network.input(), "a")], "y")

        assert self.formats(network, "y") == {"x": "int8:chw32", "y": "fp16:chw16"}
        assert self.formats(network, "y", precision="fp16")["x"] == "fp16:chw16"

    def test_the_gpu_takes_plain_arrays(self) -> None:
        """Also where both read an input."""
        network = Network()
        x = network.input()
        outputs = network.conv(x, "a"), network.gpu(x, "b")

        assert self.formats(network, *outputs) == {
            "x": "fp32:chw",
            "a": "int8:chw32",
            "b": "fp32:chw",
        }


def test_borders_have_every_tensor_once_a_way() -> None:
    """A tensor that two nodes of a part read crosses once; sizes are those of the format."""
    network = Network()
    a = network.conv(network.input(shape=(1, 3, 16, 16)), "a", channels=40)
    b, c = network.gpu(a, "b"), network.gpu(a, "c")
    report = check(network.graph(network.add("Add", [b, c], "y", (1, 40, 16, 16))))
    found = {
        (border.source, border.destination): ([t.tensor for t in border.tensors], border.n_bytes)
        for border in report.borders
    }
    packed = 64 * 16 * 16

    assert found == {
        ("input", "dla-1"): (["x"], 16 * 64),
        ("dla-1", "gpu"): (["a"], packed),
        ("gpu", "dla-2"): (["b", "c"], 2 * packed),
        ("dla-2", "output"): (["y"], packed),
    }
