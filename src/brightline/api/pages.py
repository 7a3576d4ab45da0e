"""Pagination by limit and offset, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query

from brightline.api.shapes.common import MAX_LIMIT, MAX_OFFSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of a list is wanted."""

    limit: int
    offset: int

    def params(self) -> dict[str, int]:
        """For a room that pages by itself."""
        return {"limit": self.limit, "offset": self.offset}


def _window(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many at most.")] = 50,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET, description="How many to leave out first.")] = 0,
) -> Window:
    return Window(limit=limit, offset=offset)


Paging = Annotated[Window, Depends(_window)]


def page(items: Sequence[Any], window: Window) -> dict[str, Any]:
    """One page of a list that the room gave whole."""
    part = items[window.offset : window.offset + window.limit]
    more = window.offset + len(part) < len(items)
    return {"items": part, "total": len(items), **window.params(), "more": more}


def paged(items: Sequence[Any], window: Window, total: int | None = None) -> dict[str, Any]:
    """A page that the room cut by itself."""
    reached = window.offset + len(items)
    more = reached < total if total is not None else len(items) >= window.limit
    return {"items": items, "total": total, **window.params(), "more": more}
