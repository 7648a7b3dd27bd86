"""The parameters of nodes that rules ask for."""

from __future__ import annotations

from measure.rules.parameters import (  # noqa: F401 - each registers its functions
    axes,
    convolution,
    functions,
    general,
    geometry,
    resize,
    shuffle,
    slicing,
)
