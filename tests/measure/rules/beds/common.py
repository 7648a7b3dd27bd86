"""Targets, plants and beds that many operators share."""

from __future__ import annotations

from tests.measure.rules.planting import Bed, Plant, put, put_at

ORIN = ("orin", "10.3.0", "fp16")
ORIN_INT8 = ("orin", "10.3.0", "int8")
ORIN_10_7 = ("orin", "10.7.0", "fp16")
ORIN_11_4 = ("orin", "11.4.1", "fp16")
DRIVE = ("orin", "8.6.12", "fp16")
DRIVE_INT8 = ("orin", "8.6.12", "int8")
DRIVE_OLD = ("orin", "8.6.11", "fp16")
JETPACK_6_0 = ("orin", "8.6.2", "fp16")
JETPACK_5 = ("orin", "8.5.2", "fp16")
XAVIER = ("xavier", "8.5.2", "fp16")
XAVIER_8_2 = ("xavier", "8.2.1", "fp16")
XAVIER_8_0 = ("xavier", "8.0.1", "fp16")
XAVIER_7 = ("xavier", "7.1.3", "fp16")
EARLY_8_4 = ("orin", "8.4.0", "fp16")

IMAGE = [1, 64, 56, 56]
CUBE_SHAPE = [1, 16, 8, 28, 28]
BATCH = put_at("input_shape", 0, 4097, "gen.batch")
DYNAMIC = put_at("input_shape", 0, "batch", "gen.dynamic")
HEIGHT = put_at("input_shape", 2, 8193, "gen.dims")
INTEGERS = put("data_type", "gen.precision", data_type="int64")
GENERAL = (BATCH, DYNAMIC, HEIGHT, INTEGERS)


def both(*plants: Plant) -> Plant:
    """Join plants into one."""

    def change(parameters: dict[str, object]) -> None:
        for plant in plants:
            plant.change(parameters)

    return Plant(plants[0].slot, frozenset().union(*(plant.rules for plant in plants)), change)


def image(operator: str, target: tuple[str, str, str], *plants: Plant, **parameters: object) -> Bed:
    """Return a bed of one image."""
    return Bed(operator, target, {"input_shape": list(IMAGE), **parameters}, plants)


def pair(operator: str, target: tuple[str, str, str], *plants: Plant, **parameters: object) -> Bed:
    """Return a bed of two images."""
    shapes = [list(IMAGE), list(IMAGE)]
    return Bed(operator, target, {"input_shapes": shapes, **parameters}, plants)


def named(rule: str, plant: Plant) -> Plant:
    """Return a plant that breaks one more rule."""
    return Plant(plant.slot, plant.rules | {rule}, plant.change)
