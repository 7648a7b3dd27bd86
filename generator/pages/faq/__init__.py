"""Questions users ask most, answered from the data."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.claims import difference, read_claims
from generator.facts.measured import DEVICE, Measured
from generator.facts.published import Published, mode_label
from generator.facts.releases import Releases, names_of
from generator.facts.throughput import CAMERA_RATE, cameras, per_core
from generator.pages.faq import reports
from generator.pages.sparsity import CHANNELS_NOTE
from generator.words import counted, joined, percent, shortest, span, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.page import Page

DLA_AGAIN = "tensorrt-versions.11.4.1"
"""Record of the TensorRT version that brings the DLA back to Jetson."""

LOADABLES = "disagreements.loadables-per-core"
"""Record of what is said of the number of loadables a core can hold."""


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    published = Published(atlas)
    measured = Measured(atlas)
    releases = Releases(atlas)
    page = PageBuilder(
        atlas,
        "faq.md",
        "FAQ",
        "What users of NVIDIA's DLA ask most: modules, speed, fallback, INT8, releases.",
    )
    yield page.build(
        "faq.md.jinja",
        module=published.module["name"],
        cores=counted(published.cores, "DLA core"),
        mode=mode_label(published.modes[0]),
        modules=_modules(atlas),
        shares=_shares(page, published),
        camera=CAMERA_RATE,
        ends=_ends(page, published),
        held=_held(published),
        ratios=_ratios(page, published),
        speedups=_speedups(page, published),
        channels=page.figure(atlas.record(CHANNELS_NOTE), "value"),
        claims=_claims(page),
        verdicts=_verdicts(atlas),
        formats=_formats(atlas),
        batches=_batches(atlas),
        loadables=_loadables(page),
        newest=_newest(page, releases),
        refusing=releases.refusing,
        again=_again(page),
        drive=releases.drive_versions(),
        calib_gone=_gone(atlas, "calib"),
        origins=measured.origins,
        on_device=measured.count(DEVICE),
        reports=reports.answers(page),
        issue=lambda repository, number: page.link(
            f"https://github.com/{repository}/issues/{number}", f"{repository}#{number}"
        ),
    )


def _modules(atlas: Atlas) -> dict[str, str]:
    def names(cores: int, **equal: object) -> str:
        return joined([row["name"] for row in atlas.records("modules", dla_cores=cores, **equal)])

    releases = Releases(atlas)
    chips = dict.fromkeys(row["soc"] for row in atlas.modules.values())
    spared = [
        row["name"]
        for row in atlas.modules.values()
        if not row["dla_cores"] and releases.has_dla(row["soc"])
    ]
    return {
        "two": names(2),
        "one": names(1),
        "none": names(0),
        "spared": joined(spared),
        "without": names_of([soc for soc in chips if not releases.has_dla(soc)]),
    }


def _shares(page: PageBuilder, published: Published) -> list[dict[str, object]]:
    return [
        {
            "mode": mode_label(mode),
            "share": page.figure(published.shares[mode], "share_percent"),
        }
        for mode in (published.modes[0], published.modes[-1])
        if mode in published.shares
    ]


def _ends(page: PageBuilder, published: Published) -> list[dict[str, object]]:
    records = [
        record
        for (_, mode, weights), record in published.throughput.items()
        if (mode, weights) == (published.modes[0], "dense")
    ]
    records.sort(key=lambda record: -record["images_per_second"])
    return [
        {
            "name": published.name(record["network"]),
            "link": page.link(f"networks/{record['network']}/", published.name(record["network"])),
            "sum": page.figure(record, "images_per_second"),
            "half": page.figure(
                record, "images_per_second", shortest(per_core(record)), derived=True
            ),
            "cameras": cameras(record["images_per_second"]),
        }
        for record in (records[:1] + records[-1:] if records else [])
    ]


def _held(published: Published) -> list[dict[str, str]]:
    """Return how much of the first mode's dense throughput the others keep."""
    rows = []
    for mode in published.modes[1:]:
        shares = [
            share
            for (_, here, weights), record in published.throughput.items()
            if (here, weights) == (mode, "dense") and (share := published.kept(record)) is not None
        ]
        if shares:
            kept = span(percent(min(shares)), percent(max(shares)))
            rows.append({"mode": mode_label(mode), "kept": kept})
    return rows


def _ratios(page: PageBuilder, published: Published) -> dict[str, object] | None:
    records = sorted(published.ratios.values(), key=lambda record: record["ratio"])
    if not records:
        return None
    means = {
        mode: [row["ratio"] for row in records if row["power_mode"] == mode]
        for mode in published.modes
    }
    averages = sorted(sum(values) / len(values) for values in means.values() if values)
    return {
        "low": page.figure(records[0], "ratio"),
        "high": page.figure(records[-1], "ratio"),
        "means": span(times(averages[0]), times(averages[-1])),
    }


def _speedups(page: PageBuilder, published: Published) -> dict[str, object] | None:
    records = [row for row in published.throughput.values() if row["printed_speedup"]]
    if not records:
        return None
    records.sort(key=lambda record: record["printed_speedup"])
    return {
        "low": page.figure(records[0], "printed_speedup"),
        "high": page.figure(records[-1], "printed_speedup"),
        "networks": joined([published.name(key) for key in published.networks("sparse")]),
    }


def _claims(page: PageBuilder) -> list[dict[str, object]]:
    """Return the difference between DLA and GPU for each network's current accuracies."""
    return [
        {
            "name": claim.network["name"],
            "dla": page.figure(claim.figures["dla"], "value"),
            "gpu": page.figure(claim.figures["gpu"], "value"),
            "equal": difference(claim, "dla", "gpu") == 0,
        }
        for claim in read_claims(page.atlas)
        if claim.is_current
    ]


def _verdicts(atlas: Atlas) -> dict[str, object]:
    checks = atlas.records("accuracy-checks", engine="dla")
    counts = Counter(check["verdict"] for check in checks)
    words = [f"{count} {verdict.replace('_', ' ')}" for verdict, count in counts.most_common()]
    return {"count": len(checks), "words": joined(words)}


def _formats(atlas: Atlas) -> dict[str, str] | None:
    for network in atlas.networks.values():
        if network["input_io_format"] and network["output_io_format"]:
            return {"input": network["input_io_format"], "output": network["output_io_format"]}
    return None


def _batches(atlas: Atlas) -> dict[str, str] | None:
    """Return the networks with the largest batch on the DLA, if it is more than one image."""
    largest = max((network["dla_batch"] for network in atlas.networks.values()), default=1)
    if largest == 1:
        return None
    names = [row["name"] for row in atlas.networks.values() if row["dla_batch"] == largest]
    return {"names": joined(names), "size": str(largest)}


def _loadables(page: PageBuilder) -> dict[str, object] | None:
    record = page.atlas.find("disagreements", subject=LOADABLES.partition(".")[2])
    if record is None:
        return None
    return {
        "sentence": record["statement_b"],
        "link": page.link(page.atlas.record_url(record), "record"),
    }


def _newest(page: PageBuilder, releases: Releases) -> list[dict[str, object]]:
    chips = dict.fromkeys(row["soc"] for row in page.atlas.modules.values())
    return [
        {
            "soc": names_of([soc]),
            "release": page.figure(record, "release"),
            "tensorrt": record["tensorrt"] or "unknown",
        }
        for soc in chips
        if (record := releases.newest(soc))
    ]


def _again(page: PageBuilder) -> dict[str, object] | None:
    record = page.atlas.find("tensorrt-versions", tensorrt=DLA_AGAIN.partition(".")[2])
    if record is None:
        return None
    return {"version": page.figure(record, "tensorrt"), "note": record["dla_note"] or ""}


def _gone(atlas: Atlas, flag: str) -> str:
    record = atlas.find("trtexec-flags", flag=flag)
    return str(record["gone_in"] or "") if record else ""
