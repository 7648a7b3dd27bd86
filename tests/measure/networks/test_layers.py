"""The tables of layers, totals and files say what the networks are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from measure.networks.catalogue import RECIPES, build_network
from measure.networks.layers import layers_of, totals_of
from measure.networks.reference_tables import (
    FILES,
    LAYERS,
    TOTALS,
    file_row,
    layer_rows,
    total_row,
    write_tables,
)
from measure.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path

KEYS = list(RECIPES)

QUICK = [(key, "qdq", weights) for key in KEYS for weights in ("dense", "sparse")]
QUICK += [
    ("ssd-mobilenet-v1", form, weights)
    for form in ("fp32", "fp16")
    for weights in ("dense", "sparse")
]
"""Files whose bytes are made again here; those of INT8 are made of the same numbers as all."""


@pytest.mark.parametrize("key", KEYS)
def test_shipped_tables_are_fresh(key: str) -> None:
    """What the site shows is what is built; else: python3 -m measure networks --write-tables."""
    network = build_network(key)

    shipped = [row for row in read_table(LAYERS) if row["network"] == key]
    assert shipped == layer_rows(network)
    assert [row for row in read_table(TOTALS) if row["network"] == key] == [total_row(network)]


@pytest.mark.parametrize(("key", "form", "weights"), QUICK)
def test_shipped_digests_are_fresh(key: str, form: str, weights: str) -> None:
    """A file that is built here has the digest that the table says."""
    rows = {(row["network"], row["form"], row["weights"]): row for row in read_table(FILES)}

    assert rows[key, form, weights] == file_row(key, form, weights)


@pytest.mark.parametrize("key", KEYS)
def test_totals_are_the_sums_of_the_layers(key: str) -> None:
    """Whoever adds a column up in the CSV gets the total."""
    sums: dict[str, int] = defaultdict(int)
    for row in read_table(LAYERS):
        if row["network"] == key:
            sums["layers"] += 1
            sums["macs"] += int(row["macs"])
            sums["parameters"] += int(row["parameters"])
            sums["activation_bytes"] += int(row["input_bytes"]) + int(row["output_bytes"])
            sums["sparse_macs"] += int(row["macs"]) if row["sparse"] == "yes" else 0
            if not row["shares_weights_with"]:
                sums["weight_bytes"] += int(row["weight_bytes"])
    (total,) = (row for row in read_table(TOTALS) if row["network"] == key)

    assert {name: int(total[name]) for name in sums} == sums


@pytest.mark.parametrize("key", KEYS)
def test_arithmetic_of_the_layers(key: str) -> None:
    """Operations, weights and bytes follow from the sizes in the same row."""
    for row in read_table(LAYERS):
        if row["network"] == key:
            check_arithmetic(row)


def check_arithmetic(row: dict[str, str]) -> None:
    """Work a layer's figures out again."""
    made = [int(row[f"{side}_out"]) for side in ("channels", "height", "width")]
    read = [int(row[f"{side}_in"]) for side in ("channels", "height", "width")]
    assert int(row["output_bytes"]) == made[0] * made[1] * made[2]
    inputs = max(len(row["inputs"].split()), 1)
    assert int(row["input_bytes"]) == inputs * read[0] * read[1] * read[2]
    if row["operator"] != "Conv":
        assert (row["macs"], row["parameters"], row["weight_bytes"]) == ("0", "0", "0")
        return
    weights = made[0] * read[0] // int(row["groups"]) * int(row["kernel"]) ** 2
    assert int(row["weight_bytes"]) == weights
    assert int(row["macs"]) == weights * made[1] * made[2]
    own = 0 if row["shares_weights_with"] else weights + made[0]
    assert int(row["parameters"]) == own


def test_known_counts() -> None:
    """Parameters agree with what the networks are known for, normalisation folded."""
    totals = {key: totals_of(build_network(key)) for key in KEYS}

    # torchvision: 25.557 M for 1000 classes; one class more, and a bias where two numbers were.
    assert totals["resnet-50"].parameters == 25_557_032 + 2049 - 26_560
    assert totals["resnet-50"].convolutions == 54
    # The backbone of torchvision's ResNet-34 without its 513,000 weights for classes.
    assert totals["resnet-34-backbone"].parameters == 21_797_672 - 513_000 - 8_512


def test_heads_share_their_weights() -> None:
    """The five levels of a RetinaNet have one head: its weights count once."""
    layers = {layer.name: layer for layer in layers_of(build_network("retinanet-resnet-34"))}

    assert layers["classes.0.3"].shares_weights_with == ""
    assert layers["classes.0.7"].shares_weights_with == "classes.0.3"
    assert layers["classes.0.7"].parameters == 0
    assert layers["classes.0.7"].weight_values == layers["classes.0.3"].weight_values


def test_tables_are_written_where_the_data_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command writes all three tables as they are shipped."""
    shipped = {name: read_table(name) for name in (LAYERS, TOTALS, FILES)}
    (tmp_path / "reference").mkdir()
    networks = read_table("reference/networks")
    monkeypatch.setattr("measure.networks.catalogue.read_table", lambda name: networks)
    monkeypatch.setattr(
        "measure.networks.reference_tables.file_row",
        lambda *case: next(
            row for row in shipped[FILES] if (row["network"], row["form"], row["weights"]) == case
        ),
    )
    monkeypatch.setenv("DLA_ATLAS_DATA", str(tmp_path))

    paths = write_tables()

    assert [path.stem for path in paths] == ["network-layers", "network-totals", "network-files"]
    assert {name: read_table(name) for name in shipped} == shipped
