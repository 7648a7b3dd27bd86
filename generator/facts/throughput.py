"""What the published throughput amounts to: the computed statements of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.facts.published import mode_label
from generator.words import dash, fixed, listing, percent, span

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.published import Published
    from generator.package import Record

CAMERA_RATE = 30
"""Images per second of a common camera, and the rate NVIDIA's document names for its networks."""


def _described(page: PageBuilder, published: Published, record: Record) -> dict[str, object]:
    return {
        "network": published.name(record["network"]),
        "mode": mode_label(record["power_mode"]),
        "rate": page.figure(record, "images_per_second"),
        "half": fixed(per_core(record)),
    }


def per_core(record: Record) -> float:
    """Return the throughput of one core: the printed one, or its part of the printed sum."""
    cores = record["dla_cores"] if record["aggregation"] == "sum" else 1
    return float(record["images_per_second"] / cores)


def cameras(rate: float) -> int:
    """Return how many cameras a throughput serves, whole ones only."""
    return int(rate // CAMERA_RATE)


def kept(page: PageBuilder, published: Published) -> list[dict[str, object]]:
    """Return what each lower power mode keeps of the throughput and of the TOPS."""
    rows: list[dict[str, object]] = []
    for mode in published.modes[1:]:
        shares = [
            share
            for network in published.networks()
            if (record := published.throughput.get((network, mode, "dense")))
            and (share := published.kept(record)) is not None
        ]
        tops = published.tops_kept(mode, "dla")
        if shares and tops is not None:
            rows.append(
                {
                    "mode": mode_label(mode),
                    "throughput": span(percent(min(shares)), percent(max(shares))),
                    "short": dash(fixed(100 * min(shares)), fixed(100 * max(shares))),
                    "tops": page.figure(published.tops[mode, "dla"], "tops", percent(tops)),
                    "bandwidth": _bandwidth_kept(published, mode),
                    "above": sum(share > tops for share in shares),
                    "count": len(shares),
                }
            )
    return rows


def _bandwidth_kept(published: Published, mode: str) -> str:
    here, first = published.bandwidth(mode), published.bandwidth(published.modes[0])
    return percent(here / first) if here and first else "unknown"


def speedups(page: PageBuilder, published: Published) -> dict[str, object]:
    """Return the range of the printed speed-ups and how many differ from the recomputed ones."""
    sparse = [record for record in published.throughput.values() if record["printed_speedup"]]
    low = min(sparse, key=lambda record: record["printed_speedup"])
    high = max(sparse, key=lambda record: record["printed_speedup"])
    off = [
        record
        for record in sparse
        if (value := published.speedup(record["network"], record["power_mode"])) is not None
        and fixed(value, 2) != record.raw["printed_speedup"]
    ]
    outside = [record for record in off if not _within(published, record)]
    return {
        "low": page.figure(low, "printed_speedup"),
        "high": page.figure(high, "printed_speedup"),
        "count": len(sparse),
        "off": len(off),
        "outside": len(outside),
    }


def _within(published: Published, record: Record) -> bool:
    bounds = published.speedup_bounds(record["network"], record["power_mode"])
    return (
        bounds is not None and bounds[0] - 0.005 <= record["printed_speedup"] <= bounds[1] + 0.005
    )


def camera_claim(page: PageBuilder, published: Published) -> dict[str, object]:
    """Check the claim that batch-1 networks hold 30 images/s in the lowest power mode."""
    mode = published.modes[-1]
    rows = [
        record
        for network in published.networks()
        if (record := published.throughput.get((network, mode, "dense"))) and record["batch"] == 1
    ]
    lowest = min(rows, key=lambda record: record["images_per_second"])
    alone = [record for record in rows if per_core(record) >= CAMERA_RATE]
    return {
        "count": len(rows),
        "holding": sum(record["images_per_second"] >= CAMERA_RATE for record in rows),
        "lowest": page.figure(lowest, "images_per_second"),
        "lowest_networks": listing(
            [
                published.name(record["network"])
                for record in rows
                if record["images_per_second"] == lowest["images_per_second"]
            ]
        ),
        "alone": len(alone),
        "alone_names": listing([published.name(record["network"]) for record in alone]),
    }


def head_cost(page: PageBuilder, published: Published) -> dict[str, object] | None:
    """Compare a backbone with the detector built on it at the same input size."""
    networks = published.atlas.networks
    mode = published.modes[0]
    for backbone in published.networks():
        if networks[backbone]["head"]:
            continue
        for network in published.networks():
            if not _builds_on(networks[network], networks[backbone]):
                continue
            bare = published.throughput.get((backbone, mode, "dense"))
            whole = published.throughput.get((network, mode, "dense"))
            if bare and whole:
                return {
                    "backbone": published.name(backbone),
                    "network": published.name(network),
                    "bare": page.figure(bare, "images_per_second"),
                    "whole": page.figure(whole, "images_per_second"),
                    "share": percent(whole["images_per_second"] / bare["images_per_second"]),
                    "macs": page.figure(networks[network], "gmacs"),
                    "bare_macs": page.figure(networks[backbone], "gmacs"),
                }
    return None


def _builds_on(network: Record, backbone: Record) -> bool:
    sizes = ("input_width", "input_height")
    return bool(
        network["head"]
        and str(network["backbone"]).startswith(str(backbone["backbone"]))
        and all(network[size] == backbone[size] for size in sizes)
    )


def utilisation(published: Published) -> list[dict[str, object]]:
    """Return the range of the shares of peak reached, in the highest and the lowest mode."""
    rows: list[dict[str, object]] = []
    for mode in (published.modes[0], published.modes[-1]):
        shares = {
            network: share
            for network in published.networks()
            if (record := published.throughput.get((network, mode, "dense")))
            and (share := published.utilisation(record)) is not None
        }
        if shares:
            low, high = min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)
            rows.append(
                {
                    "mode": mode_label(mode),
                    "low": percent(shares[low]),
                    "low_network": published.name(low),
                    "high": percent(shares[high]),
                    "high_network": published.name(high),
                }
            )
    return rows


def fastest_and_slowest(page: PageBuilder, published: Published) -> dict[str, dict[str, object]]:
    """Return the networks with the highest and the lowest dense rate in the first mode."""
    mode = published.modes[0]
    dense = [
        record
        for network in published.networks()
        if (record := published.throughput.get((network, mode, "dense")))
    ]
    ends = {"fastest": max(dense, key=_rate_of), "slowest": min(dense, key=_rate_of)}
    return {name: _described(page, published, record) for name, record in ends.items()}


def _rate_of(record: Record) -> float:
    return float(record["images_per_second"])


def reported_halves(published: Published) -> list[tuple[Record, Record]]:
    """Return reports of one core beside the published sum for the same conditions."""
    pairs = []
    for report in published.atlas.records("user-reports", engine="dla", dla_cores=1):
        mode = (report["power_mode_as_reported"] or "").lower()
        record = published.throughput.get((report["network"], mode, report["weights"]))
        if (
            record
            and report["images_per_second"] is not None
            and report["module"] == record["module"]
            and report["batch"] == record["batch"]
            and report["precision"] == record["precision"]
        ):
            pairs.append((report, record))
    return pairs


def halves_span(pairs: list[tuple[Record, Record]]) -> str:
    """Return the range of reported over derived one-core rates."""
    shares = [report["images_per_second"] / per_core(record) for report, record in pairs]
    return span(percent(min(shares)), percent(max(shares))) if shares else ""


def conditions(page: PageBuilder, published: Published) -> dict[str, object]:
    """Return the software and the quantization behind the published rates."""
    records = list(published.throughput.values())
    keys = dict.fromkeys((record["product"], record["release"]) for record in records)
    releases = [
        release
        for product, name in keys
        if (release := page.atlas.find("releases", product=product, release=name))
    ]
    return {
        "software": listing([f"{product} {name}" for product, name in keys]),
        "tensorrt": listing([page.figure(release, "tensorrt") for release in releases]),
        "quantization": listing(
            list(dict.fromkeys((r["quantization"] or "unknown").replace("_", " ") for r in records))
        ),
    }
