"""Where the installed Plotly package keeps its JavaScript."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def plotly_bundle() -> Path:
    """Return the path of ``plotly.min.js``; finding it does not import Plotly.

    Raises
    ------
    FileNotFoundError
        Plotly is not installed, or no longer ships its bundle there.
    """
    spec = find_spec("plotly")
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        bundle = Path(folder) / "package_data" / "plotly.min.js"
        if bundle.is_file():
            return bundle
    raise FileNotFoundError("plotly.min.js is not in the installed plotly; run 'make setup'")
