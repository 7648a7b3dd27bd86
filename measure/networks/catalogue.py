"""The reference networks by their keys in data/reference/networks.csv."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from measure.errors import UserError
from measure.networks.builder import Builder
from measure.networks.model_file import WEIGHTS
from measure.networks.resnet import build_backbone_34, build_resnet_50
from measure.networks.retinanet import build_retinanet_34, build_retinanet_resnext_50
from measure.networks.ssd_mobilenet import build_ssd_mobilenet
from measure.networks.ssd_resnet import build_ssd_resnet_34
from measure.tables import Row, read_table

if TYPE_CHECKING:
    from measure.networks.builder import Network

BYTE_RANGE, UNIT_RANGE, NORMALISED_RANGE = 128.0, 1.0, 2.64064
"""Largest pixel: means subtracted from bytes, minus one to one, or ImageNet's normalisation."""


@dataclass(frozen=True)
class Recipe:
    """How a network is built."""

    build: Callable[[Builder], Network]
    input_range: float


RECIPES = {
    "resnet-50": Recipe(build_resnet_50, BYTE_RANGE),
    "ssd-mobilenet-v1": Recipe(build_ssd_mobilenet, UNIT_RANGE),
    "ssd-resnet-34": Recipe(build_ssd_resnet_34, NORMALISED_RANGE),
    "retinanet-resnext-50": Recipe(build_retinanet_resnext_50, NORMALISED_RANGE),
    "retinanet-resnet-34": Recipe(build_retinanet_34, NORMALISED_RANGE),
    "resnet-34-backbone": Recipe(build_backbone_34, NORMALISED_RANGE),
}


def row_of(key: str) -> Row:
    """Return what the data say of a network."""
    rows = {row["network"]: row for row in read_table("reference/networks")}
    if key not in rows or key not in RECIPES:
        raise UserError(f"{key!r} is no reference network; choose {', '.join(RECIPES)}")
    return rows[key]


def default_batch(key: str, engine: str = "dla") -> int:
    """Return the batch that NVIDIA's published figures have on an engine, dla or gpu."""
    return int(row_of(key)[f"{engine}_batch"])


def build_network(key: str, weights: str = WEIGHTS[0], batch: int = 1) -> Network:
    """Return a reference network; its weights are made only when it is written.

    Raises
    ------
    UserError
        When there is no such network, kind of weights or batch.
    """
    row = row_of(key)
    if weights not in WEIGHTS:
        raise UserError(f"{weights!r} are no weights; choose {', '.join(WEIGHTS)}")
    if batch < 1:
        raise UserError(f"a batch of {batch}; it takes at least one image")
    shape = (batch, *(int(row[f"input_{side}"]) for side in ("channels", "height", "width")))
    recipe = RECIPES[key]
    return recipe.build(Builder(key, shape, recipe.input_range, weights))
