"""Sound models and what can be planted in them, by TensorRT layer."""

from __future__ import annotations

from tests.measure.planted.beds import (
    activation,
    channels,
    comparison,
    concatenation,
    convolution,
    deconvolution,
    elementwise,
    general,
    normalization,
    pooling,
    products,
    reduction,
    resizing,
    shuffle,
    slicing,
    softmax,
)

BEDS = (
    *activation.BEDS,
    *channels.BEDS,
    *comparison.BEDS,
    *concatenation.BEDS,
    *convolution.BEDS,
    *deconvolution.BEDS,
    *elementwise.BEDS,
    *general.BEDS,
    *normalization.BEDS,
    *pooling.BEDS,
    *products.BEDS,
    *reduction.BEDS,
    *resizing.BEDS,
    *shuffle.BEDS,
    *slicing.BEDS,
    *softmax.BEDS,
)
