"""The operations of the API for tests that are written once and run for each of them.

Their names, and where they answer, stand in the routers, which cost nothing to read. What they take and tell stands in
the OpenAPI document, which takes seconds to make: a test that runs asks for it (`document`), never the collecting.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, get_args

from fastapi.routing import APIRoute
from pydantic import BaseModel

from brightline.api.app import PREFIX, ROUTERS
from brightline.api.reference import document
from brightline.api.routers import public

__all__ = ["Route", "document", "routes", "tells"]


class Route(NamedTuple):
    """One operation as its router has it; `answer` is the type of its answer."""

    name: str
    method: str
    path: str
    answer: Any


@cache
def routes() -> Mapping[str, Route]:
    """Every operation that the API has today, by its id."""
    every = [route for room in (public, *ROUTERS) for route in room.router.routes if isinstance(route, APIRoute)]
    return {
        str(route.operation_id): Route(
            str(route.operation_id), *route.methods, PREFIX + route.path, route.response_model
        )
        for route in every
        if route.include_in_schema
    }


def tells(answer: Any, field: str) -> bool:
    """Whether an answer of this type can hold a field of this name, however deep."""
    waiting, seen = [answer], set[int]()
    while waiting:
        kind = waiting.pop()
        if id(kind) in seen:
            continue
        seen.add(id(kind))
        waiting += get_args(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if field in kind.model_fields:
                return True
            waiting += [each.annotation for each in kind.model_fields.values()]
    return False
