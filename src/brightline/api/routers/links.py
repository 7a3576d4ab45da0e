"""A node's neighbourhood, and paths."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from brightline.api.dates import first_day, last_day
from brightline.api.problems import documented
from brightline.api.routers.search import Id
from brightline.api.shapes import search as shapes
from brightline.api.visit import Inquiring
from brightline.links import queries

router = APIRouter(tags=["links"])


@router.get(
    "/entities/{id}/links",
    response_model=shapes.Expanded,
    operation_id="links_expand",
    summary="Expand a node",
    responses=documented(401, 403, 404, 422, 503),
)
def links_expand(id: Id, visit: Inquiring, wanted: Annotated[shapes.LinksQuery, Query()]) -> Any:
    """An edge shows only if both ends and its own source may be seen. Hubs are capped, and say so."""
    narrow = queries.Narrow(
        kinds=wanted.kind, date_from=first_day(wanted.from_, "from"), date_to=last_day(wanted.to, "to")
    )
    return visit.ask(queries.expand, [id], narrow=narrow, limit=wanted.limit, hops=wanted.hops)


@router.get(
    "/paths",
    response_model=shapes.Path,
    operation_id="links_path",
    summary="The shortest ways between two entities",
    responses=documented(401, 403, 404, 422, 503),
)
def links_path(visit: Inquiring, wanted: Annotated[shapes.PathQuery, Query()]) -> Any:
    """Never through what this purpose may not see."""
    ends = queries.Ends(a=wanted.a, b=wanted.b, max_hops=wanted.max_hops)
    found = visit.ask(queries.path, ends, narrow=queries.Narrow(kinds=wanted.kind))
    return {**found, "hops": found["hops"] or 0}  # no way between the two has no hops
