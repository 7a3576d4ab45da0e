"""The warehouse: tables for stewards, schedules, exports, lineage. No file of the warehouse is opened here."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse
from pydantic import AfterValidator

from brightline.api.pages import Paging, page, paged, part_of
from brightline.api.problems import documented
from brightline.api.shapes import warehouse as shapes
from brightline.api.shapes.common import Listed, storable
from brightline.api.visit import Inquiring, Visiting
from brightline.model.errors import Missing
from brightline.warehouse import commands, queries

router = APIRouter(tags=["warehouse"])

Source = Annotated[str, AfterValidator(storable), Path(max_length=60, examples=["harbour"])]
Name = Annotated[str, AfterValidator(storable), Path(max_length=100, examples=["feed:harbour"])]
_LIST = documented(401, 403, 422, 503)
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/warehouse",
    response_model=shapes.Warehouse,
    operation_id="warehouse_list",
    summary="Tables of the warehouse",
    responses=_LIST,
)
def warehouse_list(visit: Visiting, paging: Paging) -> Any:
    """One per source: version, rows, last commit, lag, what waits, what is held back. Limit, offset and total are of
    the exports, newest first."""
    found = visit.ask(queries.tables, limit=paging.limit, offset=paging.offset)
    return {**found, **part_of(len(found["exports"]), paging, found["total"])}


@router.post(
    "/warehouse/{source}/looks",
    status_code=202,
    response_model=shapes.WarehouseLook,
    operation_id="warehouse_look",
    summary="Ask how a table was",
    responses=_READ,
)
def warehouse_look(source: Source, wanted: shapes.LookWanted, visit: Visiting) -> Any:
    """The worker looks: it alone opens the files. Counts and one record's versions, never content."""
    return visit.ask(commands.look, source, version=wanted.version, time=wanted.time, key=wanted.key)


@router.get(
    "/warehouse/looks/{id}",
    response_model=shapes.WarehouseLook,
    operation_id="warehouse_look_show",
    summary="What the worker saw",
    responses=_READ,
)
def warehouse_look_show(id: UUID, visit: Visiting) -> Any:
    """One's own."""
    return visit.ask(queries.look, id)


@router.get(
    "/schedules",
    response_model=Listed[shapes.Schedule],
    operation_id="schedule_list",
    summary="What is done by the clock",
    responses=_LIST,
)
def schedule_list(visit: Visiting, paging: Paging) -> Any:
    """With the next run, the last ten and how late they were."""
    return page(visit.ask(queries.schedules), "schedules", paging)


@router.post(
    "/schedules",
    status_code=201,
    response_model=shapes.Schedule,
    operation_id="schedule_add",
    summary="Have something done by the clock",
    responses=_CHANGE,
)
def schedule_add(wanted: shapes.ScheduleWanted, visit: Visiting) -> Any:
    """Under a standing order of this account and purpose; it dies with either."""
    return visit.ask(commands.schedule_add, wanted.model_dump(exclude_none=True, mode="json"))


@router.post(
    "/schedules/{name}/pause",
    response_model=shapes.Schedule,
    operation_id="schedule_pause",
    summary="Pause a schedule, or let it go on",
    responses=_CHANGE,
)
def schedule_pause(name: Name, wanted: shapes.PauseWanted, visit: Visiting) -> Any:
    """Paused, it is not due."""
    return visit.ask(commands.schedule_pause, name, paused=wanted.paused)


@router.get(
    "/exports",
    response_model=Listed[shapes.Export],
    operation_id="export_list",
    summary="One's exports under this purpose",
    responses=_LIST,
)
def export_list(visit: Visiting, paging: Paging) -> Any:
    """With their manifests, newest first."""
    found = visit.ask(queries.exports, limit=paging.limit, offset=paging.offset)
    return paged(found["exports"], paging, found["total"])


@router.post(
    "/exports",
    status_code=202,
    response_model=shapes.Export,
    operation_id="export_request",
    summary="Export what this case's purpose sees of its items",
    responses=_CHANGE,
)
def export_request(wanted: shapes.ExportWanted, visit: Inquiring) -> Any:
    """Queued; the worker reads only partitions and markings that the purpose sees, and hands the file over."""
    return visit.ask(commands.export_request, format=wanted.format, items=wanted.items, sources=wanted.sources)


@router.get(
    "/exports/{id}",
    response_model=shapes.Export,
    operation_id="export_show",
    summary="One export",
    responses=_READ,
)
def export_show(id: UUID, visit: Visiting) -> Any:
    """One's own under this purpose."""
    found = visit.ask(queries.exports, id)["exports"]
    if not found:
        raise Missing("Nothing of that id can be seen from here.", hint="Look at the list of your exports.")
    return found[0]


@router.get(
    "/exports/{id}/file",
    response_class=FileResponse,
    operation_id="export_fetch",
    summary="Download an export",
    responses={**_CHANGE, 200: {"content": {"application/octet-stream": {}}}},
)
def export_fetch(id: UUID, visit: Visiting) -> FileResponse:
    """An entry each time, and only while the purpose still sees all that is in it."""
    name = visit.ask(queries.fetch, id)["file"]
    path = visit.house.exports / name
    if not path.is_file():
        raise Missing("The file is no longer there.", hint="Ask for the export again.")
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=visit.stamps())


@router.post(
    "/lineage",
    response_model=shapes.Lineage,
    operation_id="lineage_show",
    summary="Where a value comes from and where it went",
    responses=_READ,
)
def lineage_show(wanted: shapes.LineageQuery, visit: Inquiring) -> Any:
    """Source row, record versions, entities, case items, notes, crossings, disclosures, exports: what this purpose
    sees of them. `value` asks for what holds that value. A row's key may be a person's number, and a value
    anything: both come in the body and stand in no address."""
    return visit.ask(queries.lineage, wanted.about, property=wanted.property, value=wanted.value)
