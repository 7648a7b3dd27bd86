"""INT8 accuracy on DLA and GPU beside FP32, and what MLPerf's logs say of each claim."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.claims import TARGET_SHARE, Claim, all_below, difference, read_claims, target
from generator.pages.accuracy import checks as _accuracy_checks
from generator.pages.accuracy import views
from generator.words import NARROW, fixed, listing, percent, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.page import Page

IMAGENET_IMAGES = 50_000
"""Images in the validation set of ImageNet 2012."""

CONFIDENCE_Z = 1.96
"""Quantile of the normal distribution for an interval that holds 95 of 100 times."""


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    page = PageBuilder(
        atlas,
        "accuracy.md",
        "Accuracy",
        "INT8 accuracy on DLA and GPU beside FP32, with the correction of ResNet-50 and what "
        "MLPerf's logs say of every claim.",
    )
    claims = read_claims(atlas)
    current = [claim for claim in claims if claim.is_current]
    fine = [claim for claim in claims if not claim.is_coarse()]
    coarse = [claim for claim in claims if claim.is_coarse()]
    yield page.build(
        "accuracy.md.jinja",
        line=percent(TARGET_SHARE),
        current=[_facts(page, claim) for claim in current],
        network_count=len(current),
        below=[_below(page, claim, engine) for claim, engine in all_below(current)],
        corrections=[
            _correction(page, claim, current)
            for claim in claims
            if claim.superseded and not claim.is_current
        ],
        coarse=[_coarse(page, claim) for claim in coarse],
        undecided=listing(
            [claim.name for claim in coarse if claim.is_current and claim.standing("dla") == "open"]
        ),
        above=listing([claim.name for claim in current if _is_unseen_gain(atlas, claim)]),
        bounds=[entry for claim in current if (entry := _own_bound(page, claim))],
        sampling=[_sampling(page, claim) for claim in claims if _is_imagenet(claim)],
        charts=views.charts(page, fine, coarse),
        table=views.table(page, claims),
        editions=views.editions(page),
        checks=_accuracy_checks.sections(page),
        gpu_layers=listing(_gpu_layers(current)),
        differing=[entry for entry in _differences(current) if entry["gap"]],
        same=listing([entry["name"] for entry in _differences(current) if not entry["gap"]]),
    )


def _value(page: PageBuilder, claim: Claim, engine: str) -> Markup:
    record = claim.figures[engine]
    unit = f"{NARROW}%" if record["unit"] == "percent" else ""
    return page.figure(record, "value", record.raw["value"] + unit)


def _facts(page: PageBuilder, claim: Claim) -> dict[str, object]:
    return {
        "name": claim.name,
        "share": page.figure(
            claim.figures["dla"], "value", percent(claim.share("dla"), 2), derived=True
        ),
        "dla": _value(page, claim, "dla"),
        "reference": _value(page, claim, "reference"),
        "standing": views.STANDING[claim.standing("dla")][1],
        "range": _range(claim) if claim.is_coarse() else "",
    }


def _range(claim: Claim) -> str:
    low, high = claim.bounds("dla")
    return span(percent(low, 1), percent(high, 1))


def _below(page: PageBuilder, claim: Claim, engine: str) -> dict[str, object]:
    return {
        "name": claim.name,
        "on": engine.upper(),
        "value": _value(page, claim, engine),
        "share": percent(claim.share(engine), 2),
    }


def _correction(page: PageBuilder, old: Claim, current: list[Claim]) -> dict[str, object]:
    new = next(claim for claim in current if claim.network is old.network)
    record = old.superseded
    assert record
    changed = [
        {
            "engine": views.ENGINE_NAMES[engine],
            "old": _value(page, old, engine),
            "new": _value(page, new, engine),
        }
        for engine in ("dla", "gpu", "reference")
        if old.figures[engine].raw["value"] != new.figures[engine].raw["value"]
    ]
    return {
        "name": old.name,
        "date": record.raw["superseded_on"],
        "by": page.source(record["superseded_by"]),
        "changed": changed,
        "old_share": percent(old.share("dla"), 2),
        "new_share": percent(new.share("dla"), 2),
        "old_gap": fixed(difference(old, "reference", "dla"), 2),
        "new_gap": fixed(difference(new, "reference", "dla"), 2),
        "standing": new.standing("dla"),
        "editions": listing([page.source(key) for key in old.editions]),
    }


def _is_unseen_gain(atlas: Atlas, claim: Claim) -> bool:
    """Whether INT8 is printed above FP32 and MLPerf's logs print less."""
    checks = atlas.records("accuracy-checks", network=claim.network["network"], engine="dla")
    unseen = bool(checks) and all(check["logged"] < check["claimed"] for check in checks)
    return claim.share("dla") > 1 and unseen


def _coarse(page: PageBuilder, claim: Claim) -> dict[str, object]:
    return {
        "name": claim.name,
        "dla": _value(page, claim, "dla"),
        "reference": _value(page, claim, "reference"),
        "range": _range(claim),
        "standing": claim.standing("dla"),
    }


def _own_bound(page: PageBuilder, claim: Claim) -> dict[str, object] | None:
    """Return a network whose bound in MLPerf is not the usual share of the printed FP32 figure."""
    bound = target(page.atlas, claim.network["network"])
    if bound is None:
        return None
    scale = 100 if claim.figures["reference"]["unit"] == "fraction" else 1
    reference = claim.figures["reference"]["value"] * scale
    if abs(bound["accuracy_target"] / TARGET_SHARE - reference) < 0.005:
        return None
    return {
        "name": claim.name,
        "bound": page.figure(bound, "accuracy_target"),
        "base": fixed(bound["accuracy_target"] / TARGET_SHARE, 2),
        "reference": page.figure(claim.figures["reference"], "value", fixed(reference, 2)),
    }


def _is_imagenet(claim: Claim) -> bool:
    return claim.is_current and "ImageNet" in claim.figures["dla"]["dataset"]


def _sampling(page: PageBuilder, claim: Claim) -> dict[str, object]:
    share = claim.figures["dla"]["value"] / 100
    half = CONFIDENCE_Z * math.sqrt(share * (1 - share) / IMAGENET_IMAGES)
    return {
        "name": claim.name,
        "images": f"{IMAGENET_IMAGES:,}",
        "half": fixed(100 * half, 2),
        "gap": fixed(difference(claim, "gpu", "dla"), 2),
        "is_larger": difference(claim, "gpu", "dla") > 100 * half,
    }


def _differences(claims: list[Claim]) -> list[dict[str, str]]:
    """Return by how much the DLA differs from the GPU in each network, as a share of FP32."""
    rows = []
    for claim in claims:
        gap = claim.share("dla") - claim.share("gpu")
        rows.append(
            {
                "name": claim.name,
                "gap": percent(abs(gap), 2) if gap else "",
                "word": "higher" if gap > 0 else "lower",
            }
        )
    return rows


def _gpu_layers(claims: list[Claim]) -> list[str]:
    """Return what always stays on the GPU, each with the networks it belongs to."""
    names: dict[str, list[str]] = {}
    for claim in claims:
        names.setdefault(claim.network["gpu_layers"] or "unknown", []).append(claim.name)
    return [f"{layers} ({', '.join(networks)})" for layers, networks in names.items()]
