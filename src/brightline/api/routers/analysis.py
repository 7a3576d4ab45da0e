"""Timeline and map, saved searches that watch, saved workspaces."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from brightline.analysis import commands, queries
from brightline.api.pages import Paging, Window, paged, part_of
from brightline.api.problems import documented
from brightline.api.shapes import analysis as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Inquiring, Visiting

router = APIRouter(tags=["analysis"])
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/workspace/events",
    response_model=shapes.Events,
    operation_id="analysis_events",
    summary="Everything dated and placed of some entities",
    responses=_READ,
)
def analysis_events(visit: Inquiring, wanted: Annotated[shapes.EventsQuery, Query()]) -> Any:
    """For timeline, map and table. An id that this purpose doesn't see adds nothing."""
    return visit.ask(queries.events, wanted.ids)


@router.get(
    "/watches",
    response_model=Listed[shapes.Watch],
    operation_id="watch_list",
    summary="One's own watches under this purpose",
    responses=documented(401, 403, 422, 503),
)
def watch_list(visit: Visiting, paging: Paging) -> Any:
    """Newest first. A watch whose account, purpose or time has ended is told as ended."""
    found = visit.ask(queries.watches, limit=paging.limit, offset=paging.offset)
    return paged(found["watches"], paging, found["total"])


@router.post(
    "/watches",
    status_code=201,
    response_model=shapes.Watch,
    operation_id="watch_add",
    summary="Save a search as a watch",
    responses=_CHANGE,
)
def watch_add(wanted: shapes.WatchWanted, visit: Inquiring) -> Any:
    """From the next refresh on, what matches it anew is a hit. The reason of this inquiry stands for it."""
    return visit.ask(
        commands.watch_add, wanted.query, fuzzy=wanted.fuzzy, schemas=wanted.schemas, sources=wanted.sources
    )


@router.get(
    "/watches/hits",
    response_model=shapes.WatchHits,
    operation_id="watch_hits",
    summary="What watches found",
    responses=_READ,
)
def watch_hits(visit: Inquiring, wanted: Annotated[shapes.HitsQuery, Query()]) -> Any:
    """Newest first, as far as this purpose sees it now."""
    window = Window(limit=wanted.limit, offset=wanted.offset)
    found = visit.ask(queries.hits, watch=wanted.watch, **window.params())
    return {**found, **part_of(len(found["hits"]), window, found["total"])}


@router.post(
    "/watches/{watch}",
    response_model=shapes.Watch,
    operation_id="watch_set",
    summary="Pause, resume or end a watch",
    responses=_CHANGE,
)
def watch_set(watch: UUID, wanted: shapes.WatchAct, visit: Visiting) -> Any:
    """What ended doesn't come back."""
    return visit.ask(commands.watch_set, str(watch), wanted.act)


@router.get(
    "/workspaces",
    response_model=Listed[shapes.WorkspaceRow],
    operation_id="workspace_list",
    summary="Own and shared workspaces",
    responses=documented(401, 403, 422, 503),
)
def workspace_list(visit: Visiting, paging: Paging) -> Any:
    """One's own under this purpose, and those shared with the case."""
    found = visit.ask(queries.workspaces, limit=paging.limit, offset=paging.offset)
    return paged(found["workspaces"], paging, found["total"])


@router.post(
    "/workspaces",
    status_code=201,
    response_model=shapes.WorkspaceRow,
    operation_id="workspace_save",
    summary="Save a workspace",
    responses=_CHANGE,
)
def workspace_save(wanted: shapes.WorkspaceWanted, visit: Visiting) -> Any:
    """Private until it is shared. Ids and positions alone are kept."""
    return visit.ask(commands.workspace_save, commands.Workspace(**wanted.model_dump()))


@router.get(
    "/workspaces/{workspace}",
    response_model=shapes.Workspace,
    operation_id="workspace_show",
    summary="One workspace",
    responses=_READ,
)
def workspace_show(workspace: UUID, visit: Inquiring) -> Any:
    """Of its entities those that this purpose sees."""
    return visit.ask(queries.workspace, str(workspace))


@router.post(
    "/workspaces/{workspace}/share",
    response_model=shapes.WorkspaceRow,
    operation_id="workspace_share",
    summary="Share a workspace with the case, or take it back",
    responses=_CHANGE,
)
def workspace_share(workspace: UUID, wanted: shapes.WorkspaceAct, visit: Visiting) -> Any:
    """Its maker alone."""
    return visit.ask(commands.workspace_share, str(workspace), wanted.act)
