"""What a rebuild may keep of the build before it."""

from __future__ import annotations

from generator.remember import Remembered


def test_a_value_is_made_again_only_when_its_origin_differs() -> None:
    """Equal origins give the value made before, others a new one."""
    made: list[str] = []
    remembered: Remembered[int] = Remembered()

    def make() -> int:
        made.append("again")
        return len(made)

    assert remembered.get("a", (1, "x"), make) == 1
    assert remembered.get("a", (1, "x"), make) == 1
    assert remembered.get("a", (2, "x"), make) == 2
    assert remembered.get("a", (1, "x"), make) == 3
    assert remembered.get("b", (1, "x"), make) == 4
