"""What a user names becomes a target; what can't be is one line with the choices."""

from __future__ import annotations

from typing import Any

import pytest

from measure.errors import UserError
from measure.tables import read_table
from measure.target import has_dla, release_key, resolve_target, usable_versions

RELEASES = read_table("reference/releases")


def newest(soc: str) -> str:
    """Return the last JetPack of the table with a usable DLA on a SoC."""
    return [
        release_key(row)
        for row in RELEASES
        if row["product"] == "JetPack" and row["dla"] == "usable" and soc in row["socs"].split()
    ][-1]


@pytest.mark.parametrize("soc", ["orin", "xavier"])
def test_default_is_the_newest_usable_jetpack(soc: str) -> None:
    target = resolve_target(soc=soc)

    assert (target.release, target.soc, target.dla) == (newest(soc), soc, "usable")
    assert target.version_kind == "tensorrt-jetson"


def test_default_soc_is_orin() -> None:
    assert resolve_target().soc == "orin"


@pytest.mark.parametrize("row", RELEASES, ids=[release_key(row) for row in RELEASES])
def test_every_release_resolves_or_asks_for_its_tensorrt(row: dict[str, str]) -> None:
    for soc in row["socs"].split():
        if not row["tensorrt_min"]:
            with pytest.raises(UserError, match="--tensorrt"):
                resolve_target(release=release_key(row), soc=soc)
            continue
        target = resolve_target(release=release_key(row), soc=soc)
        assert target.tensorrt == row["tensorrt_min"]
        assert target.dla == (row["dla"] if has_dla(soc) else "no_dla_hardware")
        assert target.dla == "usable" or target.dla_reason


@pytest.mark.parametrize(
    ("tensorrt", "kind", "dla"),
    [
        ("8.5.2", "tensorrt-jetson", "usable"),
        ("8.6.12", "tensorrt-drive", "usable"),
        ("8.6.2", "tensorrt-jetson", "usable"),
        ("10.3", "tensorrt-jetson", "usable"),
        ("10.3.0.30", "tensorrt-jetson", "usable"),
        ("10.7.0", "tensorrt-jetson", "usable"),
        ("10.8", "tensorrt-jetson", "not_usable"),
        ("10.16.2", "tensorrt-jetson", "not_usable"),
        ("11.1", "tensorrt-jetson", "not_usable"),
        ("11.4.0", "tensorrt-jetson", "not_usable"),
        ("11.4.1", "tensorrt-jetson", "usable_with_conditions"),
        ("9.3.0", "tensorrt-jetson", "unknown"),
        ("7.1.3", "tensorrt-jetson", "usable"),
        ("6.0.1", "tensorrt-jetson", "unknown"),
    ],
)
def test_tensorrt_alone(tensorrt: str, kind: str, dla: str) -> None:
    target = resolve_target(tensorrt=tensorrt)

    assert (target.version_kind, target.dla, target.release) == (kind, dla, "")
    assert (target.dla == "usable") == (not target.dla_reason)


def test_thor_has_no_dla_whatever_the_release() -> None:
    for release, tensorrt in (("jetpack-7.2.2", None), (None, "11.4.1"), (None, "10.3")):
        target = resolve_target(release=release, tensorrt=tensorrt, soc="thor")
        assert target.dla == "no_dla_hardware"


def test_release_and_tensorrt_together() -> None:
    target = resolve_target(release="jetpack-7.2-ea", tensorrt="10.16.2")

    assert (target.release, target.tensorrt) == ("jetpack-7.2-ea", "10.16.2")


@pytest.mark.parametrize("text", ["JetPack-6.2", "jetpack 6.2", "JETPACK 6.2"])
def test_release_is_read_as_people_write_it(text: str) -> None:
    assert resolve_target(release=text).release == "jetpack-6.2"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"release": "jetpack-9"}, "jetpack-6.2"),
        ({"soc": "tegra"}, "orin, thor, xavier"),
        ({"release": "jetpack-6.2", "soc": "xavier"}, "choose orin"),
        ({"precision": "fp32"}, "int8, fp16"),
        ({"tensorrt": "newest"}, "is no version"),
        ({"tensorrt": "newest", "soc": "thor"}, "is no version"),
    ],
)
def test_wrong_word_is_one_line_with_the_choices(wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        resolve_target(**wanted)


def test_usable_versions_grow_and_belong_to_the_soc() -> None:
    for soc in ("orin", "xavier"):
        targets = usable_versions(soc)
        versions = [tuple(map(int, target.tensorrt.split("."))) for target in targets]

        assert versions == sorted(versions)
        assert {target.soc for target in targets} == {soc}
        assert all(target.dla.startswith("usable") for target in targets)
    assert usable_versions("thor") == []
