"""Who is who: candidates, judgements, splits."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from brightline.api.pages import Paging, part_of
from brightline.api.problems import documented
from brightline.api.routers.search import Id
from brightline.api.shapes import resolution as shapes
from brightline.api.visit import Inquiring, Visiting
from brightline.resolution import commands, queries

router = APIRouter(tags=["resolution"])
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/entities/{id}/candidates",
    response_model=shapes.Candidates,
    operation_id="resolution_candidates",
    summary="Who might be the same",
    responses=_READ,
)
def resolution_candidates(id: Id, visit: Inquiring, limit: Annotated[int, Query(ge=1, le=50)] = 20) -> Any:
    """Entities that share an identifier, or two words of a name, each with the compared parts of its score."""
    return visit.ask(queries.candidates, id, limit=limit)


@router.get(
    "/entities/{id}/judgements",
    response_model=shapes.History,
    operation_id="resolution_history",
    summary="What was judged so far",
    responses=_READ,
)
def resolution_history(id: Id, visit: Inquiring, paging: Paging) -> Any:
    """Newest first: every judgement on this entity that this purpose may see. None is ever erased."""
    found = visit.ask(queries.history, id, limit=paging.limit, offset=paging.offset)
    return {**found, **part_of(len(found["judgements"]), paging, found["total"])}


@router.post(
    "/judgements",
    status_code=201,
    response_model=shapes.Judged,
    operation_id="resolution_judge",
    summary="Judge two entities: same, different or unsure",
    responses=_CHANGE,
)
def resolution_judge(wanted: shapes.JudgementWanted, visit: Visiting) -> Any:
    """A row of its own with its reason; the newest of a pair counts.

    403 `kinds`: nothing can be both. 409 `held_apart`: another judgement stands against it; `births_differ`: no birth
    date agrees, send `despite` when you know why; `still_joined`: a chain keeps the two together, name in `cut` what is
    wrong.
    """
    made = commands.Judgement(
        left=wanted.left,
        right=wanted.right,
        verdict=wanted.verdict,
        reason=wanted.reason,
        parts=[part.model_dump() for part in wanted.parts],
        despite=wanted.despite,
        cut=[(pair.left, pair.right) for pair in wanted.cut],
    )
    return visit.ask(commands.judge, made)


@router.post(
    "/entities/{id}/split",
    response_model=shapes.Split,
    operation_id="resolution_split",
    summary="Take an entity out of what it was joined with",
    responses=_CHANGE,
)
def resolution_split(id: Id, wanted: shapes.SplitWanted, visit: Visiting) -> Any:
    """A judgement `different` on each pair that held it; nothing is erased, and it can be judged again."""
    return visit.ask(commands.split, id, reason=wanted.reason)
