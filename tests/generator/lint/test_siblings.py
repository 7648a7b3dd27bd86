"""The median of the others, against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.lint.sense_siblings import median_of_others


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.one_of(st.just(np.nan), st.floats(0.1, 1e6))),
        max_size=30,
    )
)
def test_it_is_the_median_of_the_rest_of_the_group(pairs: list[tuple[int, float]]) -> None:
    """For groups of four or more it is what numpy finds without the value."""
    groups = np.array([group for group, _ in pairs], dtype=int)
    values = np.array([value for _, value in pairs], dtype=float)

    medians = median_of_others(groups, values)

    for position, (group, value) in enumerate(pairs):
        others = [
            other
            for number, (own, other) in enumerate(pairs)
            if own == group and number != position and not np.isnan(other)
        ]
        if np.isnan(value) or len(others) < 3:
            assert np.isnan(medians[position])
        else:
            assert medians[position] == pytest.approx(np.median(others))
