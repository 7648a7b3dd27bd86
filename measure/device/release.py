"""Which release of the Jetson software runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """The installed L4T and the JetPack it belongs to."""

    l4t: str
    """36.4.3; empty when unknown."""
    jetpack: str
    """Key of the release in reference/releases (product JetPack), 6.2; empty when unknown."""
    basis: str
    """Where that was read."""
