"""What a reference network is: task, input, origin, preparation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.markup import UNKNOWN, link

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.package import Record


def network_facts(page: PageBuilder, network: Record) -> list[tuple[str, Markup | str]]:
    """Return the names and values of what is known of a network."""

    def words(name: str) -> Markup | str:
        return network[name] or UNKNOWN

    shape = f"{network.raw['input_width']}×{network.raw['input_height']}"
    origin: Markup | str = words("origin")
    if network["onnx_address"]:
        origin = Markup("{} {}").format(origin, link(network["onnx_address"], "ONNX file"))
    counted_from = page.figure(network, "gmacs", derived=True)
    note = network["gmacs_note"] or ""
    return [
        ("Task", network["task"]),
        ("Data set", words("dataset")),
        ("Input", f"{shape} pixels (width × height), {network.raw['input_channels']} channels"),
        ("Batch", f"{network.raw['dla_batch']} on the DLA, {network.raw['gpu_batch']} on the GPU"),
        ("Operations", Markup("{} GMAC per image, counted here. {}").format(counted_from, note)),
        ("Backbone", words("backbone")),
        ("Head", network["head"] or "none"),
        ("Always on the GPU", network["gpu_layers"] or "nothing named by NVIDIA"),
        ("Comes from", origin),
        ("Images are prepared by", words("preprocessing")),
        ("The model is prepared by", words("preparation")),
        ("Input tensor", _code(network["input_tensor"])),
        ("Input and output format", _formats(network)),
        ("Scales", words("calibration")),
        ("In MLPerf", network["mlperf_model"] or "no"),
        ("Note", network["note"] or "none"),
        ("Source", page.source(network["source"])),
    ]


def _code(text: str | None) -> Markup:
    return Markup("<code>{}</code>").format(text) if text else UNKNOWN


def _formats(network: Record) -> Markup:
    names = ("input_io_format", "output_io_format")
    return Markup(" → ").join(_code(network[name]) for name in names)
