from __future__ import annotations

import pytest

from measure.device.power_mode import (
    Modes,
    PowerMode,
    contradictions,
    mode_from_tables,
    mode_key,
    needs_reboot,
)
from measure.errors import UserError
from measure.tables import read_table

THIRTY = PowerMode(
    2,
    "MODE_30W",
    "30w",
    {"gpu": 612.0, "dla0_core": 1369.6, "dla1_core": 1369.6, "emc": 2133.0, "cpu": 1728.0},
    cpu_online=8,
    tpc_pg_mask=240,
)
MAXN = PowerMode(0, "MAXN", "maxn", {"gpu": None, "dla0_core": None, "emc": None}, 12, 0)
MODES = Modes((MAXN, THIRTY), default=2, current=MAXN)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("MODE_30W", "30w"),
        ("30W", "30w"),
        ("30w", "30w"),
        ("MAXN_SUPER", "maxn-super"),
        ("MODE_30W_ALL", "30w-all"),
        (" Mode 15w_2core ", "15w-2core"),
    ],
)
def test_keys(name: str, key: str) -> None:
    """All spellings of a mode's name give the key of the tables."""
    assert mode_key(name) == key


def test_by_name() -> None:
    """A mode is chosen by any spelling; an unknown one is refused with those there are."""
    assert MODES.by_name("30W") is MODES.by_name("mode_30w") is THIRTY
    assert THIRTY.title == "30W"
    with pytest.raises(UserError, match=r"'60W' is no power mode of this device; it has MAXN, 30W"):
        MODES.by_name("60W")
    with pytest.raises(UserError, match="it has none"):
        Modes((), None, None).by_name("MAXN")


def test_reboot() -> None:
    """Only another mask of the GPU needs a reboot, as far as both masks are known."""
    unknown = PowerMode(9, "X", "x")

    assert needs_reboot(MAXN, THIRTY)
    assert not needs_reboot(MAXN, MAXN)
    assert not needs_reboot(None, THIRTY)
    assert not needs_reboot(unknown, THIRTY)
    assert not needs_reboot(MAXN, unknown)


class TestContradictions:
    """What can't be in a mode."""

    def test_mode_that_was_not_applied(self) -> None:
        """Runs logged as 30W that stayed in another mode say so by CPUs and GPU clock."""
        assert contradictions(THIRTY, cpus_online=12, gpu_mhz=813, dla_mhz=1369) == [
            "12 CPUs online, the mode 30W has 8",
            "GPU ran at 813 MHz, the mode 30W caps it at 612 MHz",
        ]

    def test_clocks_of_each_core(self) -> None:
        """Each DLA core has its own cap; the memory has one too."""
        assert contradictions(THIRTY, dla_mhz={0: 1369.6, 1: 1600.0}, emc_mhz=3199) == [
            "DLA core 1 ran at 1600 MHz, the mode 30W caps it at 1370 MHz",
            "memory ran at 3199 MHz, the mode 30W caps it at 2133 MHz",
        ]

    @pytest.mark.parametrize(
        "seen",
        [
            {},
            {"cpus_online": 8, "gpu_mhz": 306, "dla_mhz": 0, "emc_mhz": 204},
            {"gpu_mhz": 618, "dla_mhz": 1383, "emc_mhz": 2154},
            {"dla_mhz": {}},
        ],
    )
    def test_nothing_wrong(self, seen: dict[str, float]) -> None:
        """Idle clocks, rounding within one percent and unknown values contradict nothing."""
        assert contradictions(THIRTY, **seen) == []  # type: ignore[arg-type]

    def test_uncapped(self) -> None:
        """A mode without caps only has its CPUs; a mode nobody knows has nothing."""
        assert contradictions(MAXN, cpus_online=12, gpu_mhz=9999, dla_mhz=9999) == []
        assert contradictions(PowerMode(1, "X", "x"), cpus_online=3, gpu_mhz=9999) == []


class TestTables:
    """Modes as the tables know them, for runs made by hand."""

    def test_every_mode(self) -> None:
        """Each row of the tables becomes a mode with CPUs and caps."""
        for row in read_table("reference/power-modes"):
            mode = mode_from_tables(row["module"], row["name"])

            assert mode.key == row["mode"]
            assert mode.cpu_online == int(row["cpu_online"])
            assert {"gpu", "dla0_core", "emc"} <= set(mode.caps)

    def test_agx_orin(self) -> None:
        """The 30W mode of AGX Orin 64GB has the caps of its file."""
        mode = mode_from_tables("jetson-agx-orin-64gb", "30W")

        assert (mode.id, mode.name, mode.tpc_pg_mask) == (2, "MODE_30W", 240)
        assert (mode.caps["gpu"], mode.caps["dla0_core"], mode.caps["emc"]) == (612, 1369.6, None)

    def test_two_configurations(self) -> None:
        """Where configurations differ, only the highest cap is one, and unsure values are none."""
        mode = mode_from_tables("jetson-orin-nx-16gb", "25W")
        rows = [
            row
            for row in read_table("reference/power-mode-clocks")
            if row["module"] == "jetson-orin-nx-16gb" and row["mode"] == "25w"
        ]
        caps = [float(row["cap_mhz"]) for row in rows if row["domain"] == "dla0_core"]

        assert len(caps) == 2
        assert mode.caps["dla0_core"] == max(caps)
        assert mode.tpc_pg_mask is None

    @pytest.mark.parametrize(
        ("module", "name", "hint"),
        [
            ("jetson-agx-orin-64gb", "60W", "it has maxn, 15w, 30w, 50w"),
            ("", "30W", "they hold no mode of that module"),
        ],
    )
    def test_unknown(self, module: str, name: str, hint: str) -> None:
        """An unknown mode is refused with those there are."""
        with pytest.raises(UserError, match=hint):
            mode_from_tables(module, name)
