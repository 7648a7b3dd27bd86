"""Seeded weights: the same everywhere, exact in every precision, sparse where asked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.networks.catalogue import RECIPES, build_network
from measure.networks.values import Biases, Weights
from measure.networks.weights import Filter
from tests.measure.test_command_line import ROOT, find_python

SHAPES = st.tuples(
    st.integers(1, 9), st.integers(1, 24), st.integers(1, 3), st.integers(1, 3)
)  # fmt: skip


def filters(**options: bool) -> st.SearchStrategy[Filter]:
    """Return filters of many sizes and gains."""
    return st.builds(
        Filter,
        key=st.text("abc/.0", max_size=8),
        shape=SHAPES,
        gain=st.floats(1 / 64, 4),
        **{name: st.just(value) for name, value in options.items()},
    )


@given(filters())
def test_weights_are_the_same_numbers_in_every_precision(weights: Filter) -> None:
    """INT8 times its scale is the weight in single and, not rounded, in half precision."""
    integers, scale = weights.integers(), weights.scale
    single = Weights(weights, "float32")()
    half = Weights(weights, "float16")()

    assert (integers.dtype, integers.shape) == (np.int8, weights.shape)
    assert np.frexp(scale)[0] == 0.5
    np.testing.assert_array_equal(single, integers.astype("float64") * scale)
    np.testing.assert_array_equal(half.astype("float32"), single)
    np.testing.assert_array_equal(Weights(weights, "int8")(), integers)


@given(filters())
def test_weights_are_spread_up_to_their_level(weights: Filter) -> None:
    """No weight exceeds the bound, and the bound is in the upper half of what INT8 holds."""
    integers = weights.integers().astype(int)

    assert 64 <= weights.levels <= 127
    assert abs(integers).max() <= weights.levels
    bound = weights.gain * (6 / weights.used) ** 0.5
    assert weights.levels * weights.scale == pytest.approx(bound, rel=0.01)


def test_weights_are_evenly_spread() -> None:
    """Over many weights mean and variance are those of whole numbers drawn with one chance each."""
    weights = Filter("even", (64, 256, 3, 3))
    integers = weights.integers().astype("float64")

    levels = weights.levels
    assert set(np.unique(integers)) == set(range(-levels, levels + 1))
    sigma = (levels * (levels + 1) / 3) ** 0.5
    assert abs(integers.mean()) < 5 * sigma / integers.size**0.5
    assert integers.var() == pytest.approx(sigma**2, rel=0.01)


@given(filters(sparse=True))
def test_two_of_four_input_channels_are_zero(weights: Filter) -> None:
    """In every group of four exactly two are left; where there are no groups nothing is zeroed."""
    outputs, inputs, height, width = weights.shape
    integers = weights.integers()
    if inputs % 4:
        assert not weights.is_sparse
        np.testing.assert_array_equal(integers, replace(weights, sparse=False).integers())
        return
    kept = (integers != 0).reshape(outputs, inputs // 4, 4, height, width).sum(axis=2)
    assert (kept == 2).all()


def test_all_choices_of_two_of_four_occur() -> None:
    """Each of the six patterns is about as frequent as the others."""
    integers = Filter("choice", (64, 64, 3, 3), sparse=True).integers()
    kept = (integers != 0).reshape(64, 16, 4, 9)
    patterns = (kept * np.array([1, 2, 4, 8]).reshape(1, 1, 4, 1)).sum(axis=2)
    found, counts = np.unique(patterns, return_counts=True)

    assert list(found) == [3, 5, 6, 9, 10, 12]
    expected = patterns.size / 6
    assert (abs(counts - expected) < 5 * expected**0.5).all()


def test_no_two_filters_of_a_network_are_alike() -> None:
    """Every filter has a seed of its own; so have its biases."""
    for key in RECIPES:
        network = build_network(key)
        keys = [weights.key for weights in network.filters.values()]
        assert len(set(keys)) == len(keys)
    one = Filter("one", (64, 64, 1, 1))
    assert not np.array_equal(one.integers()[:, 0, 0, 0], one.biases())


@given(filters(), st.integers(-12, 4))
def test_biases_are_exact_in_half_precision(weights: Filter, exponent: int) -> None:
    """A bias, too, is a whole number times a power of two."""
    single = Biases(weights, 2.0**exponent, "float32")()
    half = Biases(weights, 2.0**exponent, "float16")()

    assert single.shape == (weights.shape[0],)
    np.testing.assert_array_equal(half.astype("float32"), single)


CODE = """\
import json, sys
from hashlib import sha256
from measure.networks.weights import Filter
filters = Filter("a/b", (7, 12, 3, 1)), Filter("c", (5, 9, 1, 1), 0.3, True)
filters += (Filter("d", (8, 16, 3, 3), 0.7, True),)
print(json.dumps([sha256(f.integers().tobytes() + f.biases().tobytes()).hexdigest()
                  + repr(f.scale) for f in filters]))
"""


@pytest.mark.parametrize("version", ["3.8", "3.10", "3.13"])
def test_other_versions_of_numpy_make_the_same_bytes(version: str) -> None:
    """An old device makes the weights that this machine makes."""
    python = find_python(version)
    if python is None or not _has_numpy(python):
        pytest.skip(f"no Python {version} with numpy")
    answers = [
        subprocess.run(
            [which, "-B", "-c", CODE], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        for which in (python, sys.executable)
    ]

    assert json.loads(answers[0]) == json.loads(answers[1])


def test_bytes_are_pinned() -> None:
    """A change of the recipe is seen, so that its number is raised with it."""
    weights = Filter("pinned", (3, 8, 1, 2), sparse=True)
    digest = sha256(weights.integers().tobytes() + weights.biases().tobytes()).hexdigest()

    assert (digest[:16], weights.scale, weights.levels) == ("de9b03c8562fc46a", 0.0078125, 111)


def _has_numpy(python: str) -> bool:
    found = subprocess.run([python, "-c", "import numpy"], capture_output=True, check=False)
    return found.returncode == 0 and Path(python).exists()
