"""Pagination by limit and offset, the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def page(found: Mapping[str, Any], name: str, window: Window) -> dict[str, Any]:
    """One page of a list that the room gave whole, under this name of its answer.

    What a room counted it has cut as well: its length is no total, so such an answer is for `paged` and none for here.
    """
    if "total" in found:
        raise TypeError(f"{name} comes in parts: page it by its own total.")
    items = found[name]
    part = items[window.offset : window.offset + window.limit]
    more = window.offset + len(part) < len(items)
    return {"items": part, "total": len(items), **window.params(), "more": more}


def paged(items: Sequence[Any], window: Window, total: int | None = None) -> dict[str, Any]:
    """A page that the room cut by itself."""
    return {"items": items, **part_of(len(items), window, total)}


def part_of(shown: int, window: Window, total: int | None) -> dict[str, Any]:
    """Which part of a list so many are, for answers that hold more than the list."""
    more = window.offset + shown < total if total is not None else shown >= window.limit
    return {"total": total, **window.params(), "more": more}
