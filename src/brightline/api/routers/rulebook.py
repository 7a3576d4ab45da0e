"""The rulebook: versions, difference and proof, approval, notices of weaker guards."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from brightline.api.deciding import Decisions
from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.shapes import rulebook as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Visiting
from brightline.policy import commands, queries

router = APIRouter(prefix="/rulebook", tags=["rulebook"])
Version = Annotated[int, Path(ge=1, le=1_000_000, examples=[2])]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "",
    response_model=shapes.RulebookVersion,
    operation_id="rulebook_show",
    summary="The rulebook in force",
    responses=_READ,
)
def rulebook_show(visit: Visiting) -> Any:
    """For everybody signed in, under any purpose of theirs."""
    return visit.ask(queries.show)


@router.get(
    "/versions",
    response_model=Listed[shapes.RulebookHead],
    operation_id="rulebook_versions",
    summary="Every version that was proposed",
    responses=_READ,
)
def rulebook_versions(visit: Visiting, paging: Paging) -> Any:
    """Newest first: the log of policy changes, with author, approver and reasons (rule 42)."""
    return page(visit.ask(queries.versions), "items", paging)


@router.get(
    "/versions/{version}",
    response_model=shapes.RulebookVersion,
    operation_id="rulebook_version",
    summary="One version",
    responses=_READ,
)
def rulebook_version(version: Version, visit: Visiting) -> Any:
    """With what it changes in the version before, and what was proved of it."""
    return visit.ask(queries.show, version)


@router.post(
    "/diff",
    response_model=shapes.RulebookDifference,
    operation_id="rulebook_diff",
    summary="What a text would change",
    responses=_READ,
)
def rulebook_diff(wanted: shapes.RulebookText, visit: Visiting) -> Any:
    """Compared with the rulebook in force, and proved; nothing is proposed."""
    return visit.ask(queries.difference, wanted.yaml)


@router.post(
    "/versions",
    status_code=201,
    response_model=shapes.RulebookVersion,
    operation_id="rulebook_propose",
    summary="Propose the next version",
    responses=_CHANGE,
)
def rulebook_propose(wanted: shapes.RulebookWanted, visit: Visiting) -> Any:
    """At an administrator's desk. 422 `broken_rulebook` tells the counter-example; 422 names the key that is wrong."""
    moment = wanted.effective.isoformat() if wanted.effective else None
    return visit.ask(commands.propose, yaml=wanted.yaml, reason=wanted.reason, effective=moment)


_on_version = Decisions(router, "/versions/{version}", Version, shapes.RulebookHead, "rulebook")
_on_version.add(
    "approve",
    commands.approve,
    "Approve a version",
    "At an approver's desk, never by its author (403 `four_eyes`). It holds from its effective time on.",
)
_on_version.add("reject", commands.reject, "Reject a version", "At an approver's desk.")
_on_version.add(
    "withdraw",
    commands.withdraw,
    "Withdraw a version before it holds",
    "Its author; an approver, one that waits for its day.",
)


@router.get(
    "/notices",
    response_model=Listed[shapes.RulebookNotice],
    operation_id="rulebook_notices",
    summary="Weaker guards, before they hold",
    responses=_READ,
)
def rulebook_notices(visit: Visiting, paging: Paging) -> Any:
    """For overseers (rule 47)."""
    return page(visit.ask(queries.notices), "items", paging)


@router.post(
    "/notices/{version}/seen",
    response_model=shapes.RulebookNotice,
    operation_id="rulebook_see",
    summary="Say that a notice was seen",
    responses=_CHANGE,
)
def rulebook_see(version: Version, wanted: shapes.Remark, visit: Visiting) -> Any:
    """An overseer's word, with a remark if one is due."""
    return visit.ask(commands.see, version, remark=wanted.remark)
