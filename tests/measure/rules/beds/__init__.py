"""Sound nodes of every operator that has rules, with what breaks each rule."""

from __future__ import annotations

from tests.measure.rules.beds.convolution import CONVOLUTIONS, POOLINGS
from tests.measure.rules.beds.others import GENERAL_BEDS, OTHERS
from tests.measure.rules.beds.pointwise import POINTWISE

BEDS = (*CONVOLUTIONS, *POOLINGS, *POINTWISE, *OTHERS, *GENERAL_BEDS)
