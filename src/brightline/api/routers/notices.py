"""Notices: assignments, decisions that wait, deconfliction."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from brightline.api.pages import Paging, part_of
from brightline.api.problems import documented
from brightline.api.shapes import casework as shapes
from brightline.api.visit import Visiting

router = APIRouter(prefix="/notifications", tags=["notifications"])
_OWN = documented(401, 422, 503)


@router.get(
    "",
    response_model=shapes.Notifications,
    operation_id="notice_list",
    summary="One's own notices",
    responses=_OWN,
)
def notice_list(visit: Visiting, paging: Paging) -> Any:
    """What waits for one's decision first, then what happened, newest first. Works under every purpose."""
    found = visit.run("notice_list", paging.params())
    return {**found, **part_of(len(found["notices"]), paging, found["total"])}


@router.post(
    "/read",
    response_model=shapes.NotificationsRead,
    operation_id="notice_read",
    summary="Mark one's notices as read",
    responses=_OWN,
)
def notice_read(visit: Visiting) -> Any:
    """What is due stays until it is decided."""
    return visit.run("notice_read")
