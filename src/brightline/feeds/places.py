"""Where a feed's folder may lie: asked when it is registered, and again whenever it is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

OUTSIDE = "lies outside the folders for feeds"
HINT = (
    "Put it into the home's `feeds`, or name the folder above it in BRIGHTLINE_FEEDS; that holds after "
    "`brightline down` and `brightline up`."
)


def lies_in(folder: Path, roots: Iterable[Path]) -> bool:
    """Whether the folder is one of these or lies below one, once all links are followed."""
    try:
        place = folder.resolve()
        return any(place.is_relative_to(root.resolve()) for root in roots)
    except (OSError, RuntimeError, ValueError):  # links in a circle, a NUL in the name
        return False
