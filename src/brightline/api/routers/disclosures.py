"""Disclosures: prepared under a case, decided by others, sent with a manifest, recalled with notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from brightline.api.pages import Paging, paged
from brightline.api.problems import documented
from brightline.api.routers.search import Id
from brightline.api.shapes import disclosures as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Inquiring, Visiting
from brightline.disclosures import commands, model, queries

router = APIRouter(tags=["disclosures"])

Number = Annotated[str, Path(pattern=r"^D-\d{4}-\d{4,6}$", examples=["D-2026-4711"])]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/disclosures",
    response_model=Listed[shapes.DisclosureRow],
    operation_id="disclosure_list",
    summary="Disclosures of the case, the unit, an approver's queue, or all",
    responses=documented(401, 403, 422, 503),
)
def disclosure_list(visit: Visiting, paging: Paging, state: Annotated[shapes.State | None, Query()] = None) -> Any:
    """Newest first. An approver's desk lists those that need a second approver."""
    found = visit.ask(queries.listed, state=state, limit=paging.limit, offset=paging.offset)
    return paged(found["disclosures"], paging, found["total"])


@router.post(
    "/disclosures",
    status_code=201,
    response_model=shapes.DisclosureRow,
    operation_id="disclosure_prepare",
    summary="Prepare a disclosure",
    responses=_CHANGE,
)
def disclosure_prepare(wanted: shapes.DisclosureWanted, visit: Visiting) -> Any:
    """A draft with its preview: how many people of which category would be named."""
    return visit.ask(commands.prepare, wanted.model_dump(mode="json", exclude_none=True))


@router.get(
    "/disclosures/owed",
    response_model=Listed[shapes.Owed],
    operation_id="disclosure_owed",
    summary="Receipts that are owed",
    responses=documented(401, 403, 422, 503),
)
def disclosure_owed(visit: Visiting, paging: Paging) -> Any:
    """Recalls and corrections that no recipient has confirmed yet, oldest first, each with its age in days."""
    found = visit.run("disclosure_owed", paging.params())
    return paged(found["owed"], paging, found["total"])


@router.get(
    "/disclosures/{number}",
    response_model=shapes.Disclosure,
    operation_id="disclosure_show",
    summary="One disclosure",
    responses=_READ,
)
def disclosure_show(number: Number, visit: Visiting) -> Any:
    """Under its case with the values that would leave; at a desk, once submitted, with the values that were fixed."""
    return visit.ask(queries.shown, number)


@router.post(
    "/disclosures/{number}/submit",
    response_model=shapes.DisclosureRow,
    operation_id="disclosure_submit",
    summary="Ask for approval",
    responses=_CHANGE,
)
def disclosure_submit(number: Number, visit: Visiting) -> Any:
    """From here on the bytes of what would leave are fixed; again, when the records changed since."""
    return visit.ask(commands.submit, number)


@router.post(
    "/disclosures/{number}/decide",
    response_model=shapes.DisclosureRow,
    operation_id="disclosure_decide",
    summary="Approve or deny",
    responses=_CHANGE,
)
def disclosure_decide(number: Number, wanted: shapes.DisclosureDecision, visit: Visiting) -> Any:
    """By a supervisor who didn't prepare it; above the rulebook's number of people also by an approver."""
    return visit.ask(commands.decide, number, decision=wanted.decision, reason=wanted.reason)


def _zip(package: model.Package, number: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{number}.zip"',
        "X-Package-Sha256": package.sha256,
    }
    return Response(package.content, media_type="application/zip", headers=headers)


def _answered(visit: Visiting, act: Callable[..., tuple[Any, model.Package]], number: str) -> Response:
    packages: list[model.Package] = []

    def both(gate: Any, call: Any) -> Any:
        answer, package = act(gate, call, number)
        packages.append(package)
        return answer

    visit.ask(both)
    return _zip(packages[0], number)


@router.post(
    "/disclosures/{number}/send",
    operation_id="disclosure_send",
    summary="Send the approved package and account for it",
    responses={200: {"content": {"application/zip": {}}}, **_CHANGE},
    response_class=Response,
)
def disclosure_send(number: Number, visit: Visiting) -> Response:
    """Answers the package (zip: entities, manifest with hashes, README). 409 `changed`: the records moved on."""
    response = _answered(visit, commands.send, number)
    response.headers.update(visit.stamps())
    return response


@router.get(
    "/disclosures/{number}/package",
    operation_id="disclosure_package",
    summary="The package once more",
    responses={200: {"content": {"application/zip": {}}}, **_CHANGE},
    response_class=Response,
)
def disclosure_package(number: Number, visit: Visiting) -> Response:
    """The same bytes as sent, until it is recalled; each fetch is accounted for."""
    response = _answered(visit, commands.again, number)
    response.headers.update(visit.stamps())
    return response


@router.post(
    "/disclosures/{number}/withdraw",
    response_model=shapes.DisclosureRow,
    operation_id="disclosure_withdraw",
    summary="Take a disclosure back",
    responses=_CHANGE,
)
def disclosure_withdraw(number: Number, wanted: shapes.Withdrawal, visit: Visiting) -> Any:
    """Before it has left. What was sent is recalled instead."""
    return visit.ask(commands.withdraw, number, reason=wanted.reason)


@router.post(
    "/disclosures/{number}/recall",
    response_model=shapes.DisclosureRow,
    operation_id="disclosure_recall",
    summary="Recall or correct what was sent",
    responses=_CHANGE,
)
def disclosure_recall(number: Number, wanted: shapes.NoticeWanted, visit: Visiting) -> Any:
    """The recipient is owed a notice until it confirms."""
    return visit.ask(commands.recall, number, text=wanted.text, kind=wanted.kind)


@router.post(
    "/disclosures/{number}/notices/{notice}/confirm",
    response_model=shapes.DisclosureRow,
    operation_id="disclosure_confirm",
    summary="Record the recipient's receipt",
    responses=_CHANGE,
)
def disclosure_confirm(number: Number, notice: UUID, wanted: shapes.ReceiptWanted, visit: Visiting) -> Any:
    """Who confirmed, and when."""
    return visit.ask(commands.confirm, number, notice=str(notice), by=wanted.by)


@router.post(
    "/subjects/{id}/report",
    response_model=shapes.SubjectReport,
    operation_id="subject_report",
    summary="What is held about somebody, and to whom it went",
    responses=_READ,
)
def subject_report(id: Id, wanted: shapes.ReportWanted, visit: Inquiring) -> Any:
    """For a steward, approver or overseer who answers a person's request (552a(c)(3)): counts, releases, looks."""
    return visit.ask(queries.subject, id, exceptions=wanted.exceptions)
