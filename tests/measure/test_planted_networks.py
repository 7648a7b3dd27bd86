"""Rules on neighbours, scales and whole networks, planted in real ONNX files."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from measure.check.as_json import as_object
from measure.check.model_check import check_model
from measure.rules import load_rules
from measure.target import resolve_target
from tests.measure.planted.beds import BEDS
from tests.measure.planted.networks import GPU_LAYER, NETWORKS
from tests.measure.planted.plants import planted

if TYPE_CHECKING:
    from typing import Any

    from tests.measure.planted.networks import PlantedNetwork

REPO = Path(__file__).parents[2]
PLANNED = {"conv.groups.image", "gen.standalone.formats"}
"""Rules that no model breaks by itself: the check plans the formats such that they hold."""
FOLDED = {"cmp.const", "cmp.const.drive", "elt.div_const", "elt.div_const.drive"}
"""Rules on nodes that are computed while building, so that none is left to break them."""


def written(network: PlantedNetwork, folder: Path) -> tuple[str, str | None]:
    """Write the model and its calibration cache, and return their paths."""
    model = folder / "model.onnx"
    model.write_bytes(network.build().SerializeToString())
    if not network.scales:
        return str(model), None
    lines = [f"{name}: {struct.pack('>f', each).hex()}" for name, each in network.scales.items()]
    cache = folder / "scales.cache"
    cache.write_text("\n".join(["TRT-8602-EntropyCalibration2", *lines]) + "\n")
    return str(model), str(cache)


def reported(network: PlantedNetwork, folder: Path) -> dict[str, Any]:
    """Return the report on a network."""
    model, cache = written(network, folder)
    on = network.on
    target = resolve_target(
        tensorrt=on.tensorrt,
        soc=on.soc,
        precision=on.precision,
        standalone=network.standalone,
    )
    return as_object(check_model(model, target, calibration=cache))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_what_is_planted_in_a_network_is_reported(network: PlantedNetwork, tmp_path: Path) -> None:
    report = reported(network, tmp_path)

    nodes = [node for node in report["nodes"] if not node["name"].startswith(GPU_LAYER)]
    found = {
        node["name"]: {reason["rule"] for reason in node["reasons"] + node["notes"]}
        for node in nodes
    }
    assert {name: rules for name, rules in found.items() if rules} == network.rules
    assert {each["rule"]: each["value"] for each in report["network"]} == network.of_network
    placements = {node["name"]: node["placement"] for node in nodes}
    assert {name: placements[name] for name in network.runs} == network.runs


@pytest.mark.parametrize("network", NETWORKS[::6], ids=lambda network: network.name)
def test_the_command_says_the_same(network: PlantedNetwork, tmp_path: Path) -> None:
    model, cache = written(network, tmp_path)
    on = network.on
    options = ["--tensorrt", on.tensorrt, "--soc", on.soc, "--precision", on.precision]
    options += ["--standalone"] if network.standalone else []
    options += ["--calib", cache] if cache else []
    words = [sys.executable, "-m", "measure", "check", model, *options, "--json"]

    done = subprocess.run(words, cwd=REPO, capture_output=True, text=True, check=False)

    report = json.loads(done.stdout)
    schema = json.loads((REPO / "measure/check/schema.json").read_text("utf-8"))
    jsonschema.validate(report, schema)
    assert report == reported(network, tmp_path)
    assert done.returncode == (0 if report["all_on_dla"] else 1)


def test_every_rule_is_planted_somewhere() -> None:
    in_nodes = {rule.rule for case in planted(BEDS) for rule in case.expected}
    in_networks = set().union(
        *(set(network.of_network).union(*network.rules.values()) for network in NETWORKS)
    )

    assert set(load_rules().rules) - in_nodes - in_networks == PLANNED | FOLDED
