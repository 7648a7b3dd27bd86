"""The conditions under which a ratio of perf/W holds: those of both its results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Mapping

from measure.compare.conditions import ORDER, Difference

if TYPE_CHECKING:
    Row = Mapping[str, str]

DEFINITION_NAMES = {"a": "A, module delta", "b": "B, rail delta"}


def ratio_differences(definition: str, dla: Row, gpu: Row, published: Row) -> list[Difference]:
    """Return what differs, in the order of throughput; how power was isolated comes last.

    Parameters
    ----------
    definition
        Of power: a or b.
    dla, gpu
        The rows of measured/results that the ratio is of.
    published
        A row of published/perf-per-watt.
    """
    return [*_differing(dla, gpu, published), _power_definition(definition)]


def _differing(dla: Row, gpu: Row, published: Row) -> Iterator[Difference]:
    # What the table does not state differs from nothing.
    stated = {"dla_cores": "", "precision": "", "quantization": "", **published}
    dla_side = {**stated, "batch": published["dla_batch"]}
    gpu_side = {**stated, "batch": published["gpu_batch"]}
    for condition in ORDER:
        on_dla, on_gpu = condition(dla, dla_side), condition(gpu, gpu_side)
        if on_dla == on_gpu:
            yield from filter(None, [on_dla])
            continue
        for engine, found in (("DLA", on_dla), ("GPU", on_gpu)):
            if found:
                yield Difference(found.code, f"{engine}: {found.text}", found.certain)


def _power_definition(definition: str) -> Difference:
    return Difference(
        "power_definition",
        "The table does not say how accelerator power was isolated; "
        f"yours is {DEFINITION_NAMES[definition]}.",
        certain=False,
    )
