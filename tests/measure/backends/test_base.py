"""What a build says of itself."""

from __future__ import annotations

import pytest

from measure.backends.base import Build


@pytest.mark.parametrize(
    ("placement", "reformats", "uses_gpu"),
    [
        ("dla", 0, False),
        ("dla", None, False),
        ("dla", 2, True),
        ("mixed", 0, True),
        ("gpu", None, True),
        ("unknown", None, False),
    ],
)
def test_reformats_of_an_engine_are_work_for_the_gpu(
    placement: str, reformats: int | None, uses_gpu: bool
) -> None:
    build = Build("dla", "b", "built", None, placement=placement, reformats=reformats)

    assert build.uses_gpu is uses_gpu
