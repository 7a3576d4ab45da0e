"""Operations: from a plan to its review; encounters, holds, custody; published extracts."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, UploadFile

from brightline.api.pages import Paging, paged
from brightline.api.problems import documented
from brightline.api.shapes import operations as shapes
from brightline.api.shapes.common import Listed, Nothing, Reason
from brightline.api.visit import Inquiring, Visiting
from brightline.model.errors import BrightlineError
from brightline.operations import commands

router = APIRouter(prefix="/operations", tags=["operations"])

Number = Annotated[str, Path(pattern=r"^O-\d{4}-\d{4,6}$", examples=["O-2026-4711"])]
Hold = Annotated[str, Path(pattern=r"^H-[0-9A-F]{8}$")]
Extract = Annotated[str, Path(pattern=r"^X-[0-9A-F]{8}$")]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


def _step(visit: Visiting, act: str, number: str, **params: Any) -> Any:
    return visit.run(act, {"operation": number, **params})


@router.get(
    "",
    response_model=Listed[shapes.OperationRow],
    operation_id="operation_list",
    summary="Operations of the desk",
    responses=documented(401, 403, 422, 503),
)
def operation_list(visit: Visiting, paging: Paging, state: Annotated[shapes.State | None, Query()] = None) -> Any:
    """Those of the unit and its regime; at an approver's desk what waits for legal review."""
    found = visit.run("operation_list", {"state": state, **paging.params()})
    return paged(found["operations"], paging, found["total"])


@router.post(
    "",
    status_code=201,
    response_model=shapes.Operation,
    operation_id="operation_plan",
    summary="Plan an operation",
    responses=_CHANGE,
)
def operation_plan(wanted: shapes.PlanWanted, visit: Visiting) -> Any:
    """A draft. A criminal instrument for a civil objective is refused (Perez Cruz v. Barr, 926 F.3d 1128)."""
    return visit.ask(commands.operation_plan, wanted.model_dump(exclude_none=True, mode="json"))


# Fixed words before the number, or they would be taken for one.
@router.get(
    "/holds",
    response_model=shapes.StatusHolds,
    operation_id="hold_list",
    summary="Claims of citizenship or lawful status",
    responses=documented(401, 403, 503),
)
def hold_list(visit: Visiting) -> Any:
    """Each locks civil action against the person until two people clear it."""
    return visit.run("hold_list")


@router.post(
    "/holds/{hold}/clear",
    response_model=shapes.StatusHold,
    operation_id="hold_clear",
    summary="Say whether a claim is supported",
    responses=_CHANGE,
)
def hold_clear(hold: Hold, wanted: shapes.ClearanceWanted, visit: Visiting) -> Any:
    """Two different people, neither of whom opened the hold. One who finds it supported locks it for good."""
    return visit.run("hold_clear", {"hold": hold, **wanted.model_dump()})


@router.post(
    "/custody",
    status_code=201,
    response_model=shapes.CustodyAdded,
    operation_id="custody_add",
    summary="Enter an event of custody",
    responses=_CHANGE,
)
def custody_add(wanted: shapes.CustodyWanted, visit: Visiting) -> Any:
    """Nobody is in two places, whichever unit entered them; nobody is booked in without an arrest since they left."""
    return visit.ask(commands.custody_add, wanted.model_dump(exclude_none=True, mode="json"))


@router.get(
    "/extracts",
    response_model=shapes.ExtractList,
    operation_id="extract_list",
    summary="Published tables taken in",
    responses=documented(401, 403, 503),
)
def extract_list(visit: Visiting) -> Any:
    """Newest first."""
    return visit.run("extract_list")


@router.post(
    "/extracts",
    status_code=202,
    response_model=shapes.ExtractRow,
    operation_id="extract_import",
    summary="Take in a published table",
    responses={**_CHANGE, **documented(413)},
)
def extract_import(
    visit: Visiting, file: UploadFile, kind: Annotated[str, Form(description="arrests, detentions or removals")]
) -> Any:
    """CSV in UTF-8, of as many rows and megabytes as this installation is set to (2,000,000 and 2,000). No names,
    numbers, birth dates or traits are read; faulty rows are kept back with the reason. The worker takes it in:
    `GET /operations/extracts/{extract}` tells how far it is."""
    visit.run("extract_list")
    name = (file.filename or "table.csv").replace("\\", "/").rsplit("/", 1)[-1][:200] or "table.csv"
    kept = visit.house.inbox.keep(name, file.file)
    try:
        with kept.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        return visit.run("extract_import", {"kind": kind, "name": name, "sha256": digest, "file": str(kept)})
    except BrightlineError:
        kept.unlink(missing_ok=True)
        raise


@router.get(
    "/extracts/{extract}",
    response_model=shapes.Extract,
    operation_id="extract_show",
    summary="Figures of a published table",
    responses=_READ,
)
def extract_show(extract: Extract, visit: Visiting, paging: Paging) -> Any:
    """With operations planned, recorded and published side by side. Limit and offset are of the faults."""
    return visit.run("extract_show", {"extract": extract, **paging.params()})


@router.get(
    "/{number}",
    response_model=shapes.Operation,
    operation_id="operation_show",
    summary="An operation",
    responses=_READ,
)
def operation_show(number: Number, visit: Visiting) -> Any:
    """Plan, people met, holds, custody, costs. Legal review sees the plan; overseers see nobody's name."""
    return visit.run("operation_show", {"operation": number})


@router.post(
    "/{number}/submit",
    response_model=shapes.Operation,
    operation_id="operation_submit",
    summary="Send to legal review",
    responses=_CHANGE,
)
def operation_submit(number: Number, visit: Visiting, _: Nothing | None = None) -> Any:
    """A draft, or a plan that was returned."""
    return _step(visit, "operation_submit", number)


@router.post(
    "/{number}/approve",
    response_model=shapes.Operation,
    operation_id="operation_approve",
    summary="Clear in law, or approve",
    responses=_CHANGE,
)
def operation_approve(number: Number, wanted: shapes.OperationApproval, visit: Visiting) -> Any:
    """At an approver's desk the legal review, at a supervisor's the approval. Never by the author."""
    return _step(visit, "operation_approve", number, **wanted.model_dump(exclude_none=True))


@router.post(
    "/{number}/return",
    response_model=shapes.Operation,
    operation_id="operation_return",
    summary="Send a plan back",
    responses=_CHANGE,
)
def operation_return(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """With what has to change."""
    return _step(visit, "operation_return", number, reason=wanted.reason)


@router.post(
    "/{number}/activate",
    response_model=shapes.Operation,
    operation_id="operation_activate",
    summary="Begin",
    responses=_CHANGE,
)
def operation_activate(number: Number, visit: Visiting, _: Nothing | None = None) -> Any:
    """Only what is approved begins."""
    return _step(visit, "operation_activate", number)


@router.post(
    "/{number}/withdraw",
    response_model=shapes.Operation,
    operation_id="operation_withdraw",
    summary="Take a plan back",
    responses=_CHANGE,
)
def operation_withdraw(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """By its author, while it waits or as long as it hasn't begun."""
    return _step(visit, "operation_withdraw", number, reason=wanted.reason)


@router.post(
    "/{number}/close",
    response_model=shapes.Operation,
    operation_id="operation_close",
    summary="End",
    responses=_CHANGE,
)
def operation_close(number: Number, wanted: shapes.OperationClosing, visit: Visiting) -> Any:
    """With what happened. Whoever is still in custody is listed, and ended or handed over to somebody first."""
    return _step(visit, "operation_close", number, **wanted.model_dump(exclude_none=True))


@router.post(
    "/{number}/review",
    response_model=shapes.Operation,
    operation_id="operation_review",
    summary="Review",
    responses=_CHANGE,
)
def operation_review(number: Number, wanted: shapes.OperationReview, visit: Visiting) -> Any:
    """By a supervisor of the unit who neither cleared, approved nor closed it; an overseer where the unit has none."""
    return _step(visit, "operation_review", number, findings=wanted.findings)


@router.post(
    "/{number}/costs",
    status_code=201,
    response_model=shapes.CostAdded,
    operation_id="operation_cost_add",
    summary="Book a cost",
    responses=_CHANGE,
)
def operation_cost_add(number: Number, wanted: shapes.CostWanted, visit: Visiting) -> Any:
    """Above the regime's budget it is booked, and flagged (rule 48). A correction is a further booking."""
    params = wanted.model_dump(exclude_none=True, mode="json")
    return visit.run("operation_cost_add", {"operation": number, **params})


@router.post(
    "/{number}/encounters",
    status_code=201,
    response_model=shapes.EncounterAdded,
    operation_id="encounter_add",
    summary="Enter somebody met",
    responses=_CHANGE,
)
def encounter_add(number: Number, wanted: shapes.EncounterWanted, visit: Visiting) -> Any:
    """Targeted or collateral, authority and basis are mandatory (rule 42); indicia of citizenship open a hold.
    What is odd is flagged and told to overseers. A correction is a further entry."""
    params = wanted.model_dump(exclude_none=True, mode="json")
    return visit.ask(commands.encounter_add, {"operation": number, **params})


@router.get(
    "/{number}/protected",
    response_model=shapes.ProtectedList,
    operation_id="operation_protected",
    summary="Victims and witnesses by name",
    responses=_READ,
)
def operation_protected(number: Number, visit: Inquiring) -> Any:
    """Needs an inquiry: a stated reason."""
    return visit.run("operation_protected", {"operation": number})
