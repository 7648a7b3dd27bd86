"""The box with the commands that repeat the published throughput of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from generator.facts.measured import DEVICE, Measured
from generator.facts.modes import modes_of
from generator.facts.published import mode_label
from generator.facts.releases import Releases
from generator.facts.throughput import per_core
from generator.trtexec_command import (
    DURATION_S,
    WARM_UP_MS,
    TrtexecCommand,
    UnknownFlagError,
    preparation,
    written,
)
from generator.words import capital, counted, joined, shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.builder import PageBuilder
    from generator.facts.published import Published
    from generator.package import Record

LATER_FLAG = "calib"
"""A flag of implicit quantization: TensorRT versions without it cannot repeat these figures."""


class Step(NamedTuple):
    """One step of the box: what it does, the commands, and what to expect or to mind."""

    title: str
    commands: Sequence[str]
    note: Markup | str = ""


def reproduce_box(page: PageBuilder, published: Published, network: Record) -> Markup:
    """Return the marker of a slot with the box, empty where no throughput is published."""
    dense = published.throughput.get((network["network"], published.modes[0], "dense"))
    if dense is None:
        return Markup("")
    release = page.atlas.find("releases", product=dense["product"], release=dense["release"])
    measured_with = release["tensorrt_min"] if release else None
    parts = [_step(step) for step in _preparing(page, published, network)]
    if release and measured_with:
        title = f"{release['product']} {release['release']}, TensorRT {measured_with}"
        parts.append(Markup("<h3>{}</h3>").format(title))
        parts += _timing(page, published, network, measured_with)
    newest = Releases(page.atlas).newest(published.module["soc"])
    if newest and newest["tensorrt_min"] and newest["tensorrt_min"] != measured_with:
        title = f"{newest['product']} {newest['release']}, TensorRT {newest['tensorrt_min']}"
        later = _timing(page, published, network, newest["tensorrt_min"])
        parts.append(_folded(f"The same with {title}", later))
    parts.append(_remarks(page, published, network))
    return page.slot(Markup('<div class="atlas-reproduce">{}</div>').format(Markup("").join(parts)))


def _preparing(page: PageBuilder, published: Published, network: Record) -> list[Step]:
    source = page.atlas.sources[network["source"]]
    commands = preparation(network, source)
    steps = []
    if commands:
        note = Markup("The result is <code>{}</code>: copy it to the module.").format(
            network["onnx_file"]
        )
        steps.append(Step("On a computer: fetch and prepare", commands, note))
    modes = [
        mode
        for modes in list(modes_of(page.atlas, published.module["module"]).values())[:1]
        for mode in modes
        if mode.record["mode"] in published.modes
    ]
    if modes:
        others = joined([f"{mode_label(m.record['mode'])}: {m.record['mode_id']}" for m in modes])
        steps.append(
            Step(
                f"On the module: {modes[0].name}, clocks pinned",
                [f"sudo nvpmodel -m {modes[0].record['mode_id']}", "sudo jetson_clocks"],
                f"Numbers of the modes of {published.module['name']}: {others}. "
                "Ask nvpmodel -q which one is really set.",
            )
        )
    return steps


def _timing(
    page: PageBuilder, published: Published, network: Record, tensorrt: str
) -> list[Markup]:
    try:
        parts = [_step(step) for step in _weights(page, published, network, tensorrt, "dense")]
        if (network["network"], published.modes[0], "sparse") in published.throughput:
            parts += [
                _step(step) for step in _weights(page, published, network, tensorrt, "sparse")
            ]
    except UnknownFlagError as error:
        return [Markup("<p>{}: it cannot build these engines.</p>").format(error)]
    return parts


def _weights(
    page: PageBuilder, published: Published, network: Record, tensorrt: str, weights: str
) -> list[Step]:
    command = TrtexecCommand(page.atlas, network, tensorrt, weights)
    mode = published.modes[0]
    record = published.throughput[network["network"], mode, weights]
    cores, sparse = published.cores, " with 2:4 weights" if weights == "sparse" else ""
    each = page.figure(record, "images_per_second", shortest(per_core(record)), derived=True)
    whole = page.figure(record, "images_per_second")
    both = [written(command.run(core), end="&") for core in range(cores)]
    return [
        Step(f"Build{sparse}", [written(command.build)]),
        Step(
            f"One DLA core{sparse}",
            [written(command.run(0))],
            Markup("Expect {} images/s in {} (derived: the published sum over {}).").format(
                each, mode_label(mode), cores
            ),
        ),
        Step(
            f"{capital(counted(cores, 'DLA core'))}{sparse}, at once",
            [*both, "wait"],
            Markup("Add up what the {} print. Published: {} images/s in {}.").format(
                counted(cores, "process", "processes"), whole, mode_label(mode)
            ),
        ),
    ]


def _step(step: Step) -> Markup:
    note = Markup("<p>{}</p>").format(step.note) if step.note else Markup("")
    return Markup('<h3>{}</h3><pre tabindex="0"><code>{}</code></pre>{}').format(
        step.title, "\n".join(step.commands), note
    )


def _folded(title: str, parts: list[Markup]) -> Markup:
    return Markup('<details class="atlas-more"><summary>{}</summary>{}</details>').format(
        title, Markup("").join(parts)
    )


def _remarks(page: PageBuilder, published: Published, network: Record) -> Markup:
    batch = network["dla_batch"]
    items = []
    if batch > 1:
        items.append(
            Markup(
                "trtexec counts queries. One query holds {} images, so images per second are {} "
                "times its “qps”."
            ).format(batch, batch)
        )
    items += [
        Markup(
            "<code>--allowGPUFallback</code> is left out on purpose: a build that succeeds without "
            "{} runs every layer on the DLA. The {} are the DLA's own; with the default ones, "
            "layers that convert them would run on the GPU."
        ).format(page.term("gpu-fallback"), page.term("io-format", "input and output formats")),
        Markup("Scales: {}").format(network["calibration"] or "nothing is known of them."),
        Markup(
            "Formats, {}, batch and INT8 are those of {}. Building first, the warm-up of "
            "{} ms and the {} s of counting are ours."
        ).format(
            page.term("managed-sram", "managed SRAM"),
            page.source(network["source"]),
            WARM_UP_MS,
            DURATION_S,
        ),
        Markup(
            "<strong>Nobody has run these commands for this site</strong>{}. "
            "Their flags are checked against {}."
        ).format(
            "" if Measured(page.atlas).count(DEVICE) else ": no Jetson was at hand",
            page.link("data/trtexec-flags/", "the table of trtexec's flags"),
        ),
    ]
    gone = page.atlas.find("trtexec-flags", flag=LATER_FLAG)
    if gone and gone["gone_in"]:
        items.append(
            Markup(
                "From TensorRT {} on, trtexec has no <code>--{}</code>: what is quantized this way "
                "cannot be built there."
            ).format(gone["gone_in"], LATER_FLAG)
        )
    return Markup("<h3>Mind</h3><ul>{}</ul>").format(
        Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    )
