from __future__ import annotations

from measure.device.ceilings import ceilings_of


def test_ceilings() -> None:
    """Each is that of the table, or left out where the table doesn't know it."""
    assert ceilings_of("jetson-agx-xavier") == {"gpu": 1377.0, "dla": 1395.2}
    assert ceilings_of("jetson-orin-nx-16gb") == {"dla": 614.4}
    assert ceilings_of("jetson-agx-orin-32gb") == {}
    assert ceilings_of("") == {}
