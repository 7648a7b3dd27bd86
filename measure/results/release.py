"""Product and release of a run, as the data package has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.device.release import PRODUCT
from measure.results import cells

if TYPE_CHECKING:
    from measure.results.journal_view import Record


def release_cells(run: Record) -> dict[str, str]:
    """Return product and release; both are empty where the release is not known."""
    release = cells.text(run.get("jetpack"))
    product = cells.text(run.get("product") or PRODUCT)
    return {"product": product if release else "", "release": release}
