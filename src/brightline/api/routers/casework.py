"""The work on a case: tasks, reports, evidence, hours, deconfliction, relations, clearances."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query

from brightline.api.pages import Paging, page, paged
from brightline.api.problems import documented
from brightline.api.routers.cases import Number
from brightline.api.shapes import casework as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Inquiring, Visiting
from brightline.cases import commands

router = APIRouter(tags=["casework"])

ReportNumber = Annotated[int, Path(ge=1, le=100_000)]
ItemName = Annotated[str, Path(max_length=60, pattern=r"^[A-Za-z0-9./-]+$", examples=["EV-0001"])]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


def _given(body: Any) -> dict[str, Any]:
    told: dict[str, Any] = body.model_dump(exclude_none=True, mode="json")
    return told


# --------------------------------------------------------------------------------------------- tasks


@router.get(
    "/cases/{number}/tasks",
    response_model=Listed[shapes.Task],
    operation_id="case_task_list",
    summary="Tasks of a case",
    responses=_READ,
)
def case_task_list(number: Number, visit: Visiting, paging: Paging) -> Any:
    """Open ones first, by due date."""
    return page(visit.run("case_task_list", {"case": number}), "tasks", paging)


@router.post(
    "/cases/{number}/tasks",
    status_code=201,
    response_model=shapes.Task,
    operation_id="case_task_add",
    summary="Add a task",
    responses=_CHANGE,
)
def case_task_add(number: Number, wanted: shapes.TaskWanted, visit: Visiting) -> Any:
    """To a member of the case or to its unit; they are told. A case with open tasks doesn't close."""
    return visit.run("case_task_add", {"case": number, **_given(wanted)})


@router.post(
    "/cases/{number}/tasks/template",
    response_model=shapes.TasksAdded,
    operation_id="case_task_template",
    summary="Add the tasks of the case's category",
    responses=_CHANGE,
)
def case_task_template(number: Number, visit: Visiting) -> Any:
    """What is there already isn't added again."""
    return visit.run("case_task_template", {"case": number})


@router.post(
    "/cases/{number}/tasks/{task}/end",
    response_model=shapes.Task,
    operation_id="case_task_end",
    summary="End a task",
    responses=_CHANGE,
)
def case_task_end(number: Number, task: UUID, wanted: shapes.TaskEnd, visit: Visiting) -> Any:
    """Done with its result, or dropped with a reason."""
    return visit.run("case_task_end", {"case": number, "task": str(task), **_given(wanted)})


@router.post(
    "/cases/{number}/tasks/{task}/assign",
    response_model=shapes.Task,
    operation_id="case_task_assign",
    summary="Give a task to another",
    responses=_CHANGE,
)
def case_task_assign(number: Number, task: UUID, wanted: shapes.TaskAssign, visit: Visiting) -> Any:
    """A member of the case, or its unit."""
    return visit.run("case_task_assign", {"case": number, "task": str(task), **_given(wanted)})


# ------------------------------------------------------------------------------------------- reports


@router.get(
    "/cases/{number}/reports",
    response_model=Listed[shapes.CaseReportHead],
    operation_id="case_report_list",
    summary="Reports of investigation",
    responses=_READ,
)
def case_report_list(number: Number, visit: Visiting, paging: Paging) -> Any:
    """Their heads. The words are read under the case's own purposes."""
    return page(visit.run("case_report_list", {"case": number}), "reports", paging)


@router.post(
    "/cases/{number}/reports",
    status_code=201,
    response_model=shapes.CaseReport,
    operation_id="case_report_write",
    summary="Begin a report",
    responses=_CHANGE,
)
def case_report_write(number: Number, wanted: shapes.CaseReportWanted, visit: Visiting) -> Any:
    """Each assertion is fact or assessment, with a grade; a fact names its basis (rule 20)."""
    return visit.run("case_report_write", {"case": number, **_given(wanted)})


@router.get(
    "/cases/{number}/reports/{report}",
    response_model=shapes.CaseReport,
    operation_id="case_report_show",
    summary="A report with its words",
    responses=_READ,
)
def case_report_show(number: Number, report: ReportNumber, visit: Visiting) -> Any:
    """Under the case's purposes only; no desk and no overseer reads it."""
    return visit.run("case_report_show", {"case": number, "report": report})


@router.put(
    "/cases/{number}/reports/{report}",
    response_model=shapes.CaseReport,
    operation_id="case_report_rewrite",
    summary="Write a draft anew",
    responses=_CHANGE,
)
def case_report_rewrite(number: Number, report: ReportNumber, wanted: shapes.CaseReportWanted, visit: Visiting) -> Any:
    """By its author, while it is a draft or returned."""
    return visit.run("case_report_write", {"case": number, "report": report, **_given(wanted)})


@router.post(
    "/cases/{number}/reports/{report}/submit",
    response_model=shapes.CaseReportHead,
    operation_id="case_report_submit",
    summary="Submit a report for review",
    responses=_CHANGE,
)
def case_report_submit(number: Number, report: ReportNumber, visit: Visiting) -> Any:
    """By its author."""
    return visit.run("case_report_submit", {"case": number, "report": report})


@router.post(
    "/cases/{number}/reports/{report}/approve",
    response_model=shapes.CaseReportHead,
    operation_id="case_report_approve",
    summary="Approve a report",
    responses=_CHANGE,
)
def case_report_approve(number: Number, report: ReportNumber, wanted: shapes.Approval, visit: Visiting) -> Any:
    """Never by its author. It is locked then, and found by searches under the case; what corrects it is a new one."""
    return visit.ask(commands.case_report_approve, case=number, report=report, reason=wanted.reason or "")


@router.post(
    "/cases/{number}/reports/{report}/return",
    response_model=shapes.CaseReportHead,
    operation_id="case_report_return",
    summary="Return a report to its author",
    responses=_CHANGE,
)
def case_report_return(number: Number, report: ReportNumber, wanted: shapes.Because, visit: Visiting) -> Any:
    """With what has to change."""
    return visit.run("case_report_return", {"case": number, "report": report, **_given(wanted)})


# ------------------------------------------------------------------------------------------ evidence


@router.get(
    "/cases/{number}/evidence",
    response_model=shapes.EvidenceListed,
    operation_id="case_evidence_list",
    summary="Evidence and its chains of custody",
    responses=_READ,
)
def case_evidence_list(number: Number, visit: Visiting, paging: Paging) -> Any:
    """By number. `seals` says of all items, whatever page is asked for, which seals don't fit any more."""
    found = visit.run("case_evidence_list", {"case": number, **paging.params()})
    return {**paged(found["evidence"], paging, found["total"]), "seals": found["seals"]}


@router.get(
    "/cases/{number}/evidence/{item}",
    response_model=shapes.Evidence,
    operation_id="case_evidence_show",
    summary="An item of evidence with its chain",
    responses=_READ,
)
def case_evidence_show(number: Number, item: ItemName, visit: Visiting) -> Any:
    """By its number or barcode; each seal computed again. Also for whoever has it in hand or is offered it."""
    return visit.run("case_evidence_show", {"case": number, "item": item})


@router.get(
    "/custody",
    response_model=Listed[shapes.InCustody],
    operation_id="custody_list",
    summary="What is in one's custody",
    responses=_READ,
)
def custody_list(visit: Visiting, paging: Paging) -> Any:
    """At a desk: what one has in hand or is offered, over all cases; for a supervisor also what nobody can sign for."""
    found = visit.run("custody_list", paging.params())
    return paged(found["items"], paging, found["total"])


@router.post(
    "/cases/{number}/evidence",
    status_code=201,
    response_model=shapes.Evidence,
    operation_id="case_evidence_add",
    summary="Take an item into evidence",
    responses=_CHANGE,
)
def case_evidence_add(number: Number, wanted: shapes.EvidenceWanted, visit: Visiting) -> Any:
    """The caller becomes its custodian."""
    return visit.run("case_evidence_add", {"case": number, **_given(wanted)})


@router.post(
    "/cases/{number}/evidence/{item}/store",
    response_model=shapes.Evidence,
    operation_id="case_evidence_store",
    summary="Store an item",
    responses=_CHANGE,
)
def case_evidence_store(number: Number, item: ItemName, wanted: shapes.EvidencePlace, visit: Visiting) -> Any:
    """By its custodian."""
    return visit.run("case_evidence_store", {"case": number, "item": item, **_given(wanted)})


@router.post(
    "/cases/{number}/evidence/{item}/offer",
    response_model=shapes.Evidence,
    operation_id="case_evidence_offer",
    summary="Hand an item on: the giver's signature",
    responses=_CHANGE,
)
def case_evidence_offer(number: Number, item: ItemName, wanted: shapes.EvidenceOffer, visit: Visiting) -> Any:
    """The transfer counts when the taker has accepted it in a session of their own. It needs no open case."""
    return visit.run("case_evidence_offer", {"case": number, "item": item, **_given(wanted)})


@router.post(
    "/cases/{number}/evidence/{item}/accept",
    response_model=shapes.Evidence,
    operation_id="case_evidence_accept",
    summary="Take an item over: the taker's signature",
    responses=_CHANGE,
)
def case_evidence_accept(number: Number, item: ItemName, wanted: shapes.Approval, visit: Visiting) -> Any:
    """By the person to whom it is offered. Its bytes are hashed anew; others than those taken in are refused."""
    return visit.run("case_evidence_accept", {"case": number, "item": item, **_given(wanted)})


@router.post(
    "/cases/{number}/evidence/{item}/decline",
    response_model=shapes.Evidence,
    operation_id="case_evidence_decline",
    summary="Decline an offered item",
    responses=_CHANGE,
)
def case_evidence_decline(number: Number, item: ItemName, wanted: shapes.Because, visit: Visiting) -> Any:
    """By the taker, by the giver who takes the offer back, or by a supervisor of the unit."""
    return visit.run("case_evidence_decline", {"case": number, "item": item, **_given(wanted)})


@router.post(
    "/cases/{number}/evidence/{item}/reassign",
    response_model=shapes.Evidence,
    operation_id="case_evidence_reassign",
    summary="Give an item to another custodian",
    responses=_CHANGE,
)
def case_evidence_reassign(number: Number, item: ItemName, wanted: shapes.EvidenceReassign, visit: Visiting) -> Any:
    """By a supervisor of the case's unit, where its custodian doesn't hand it on. The new custodian accepts it."""
    return visit.run("case_evidence_reassign", {"case": number, "item": item, **_given(wanted)})


@router.post(
    "/cases/{number}/evidence/{item}/dispose",
    response_model=shapes.Evidence,
    operation_id="case_evidence_dispose",
    summary="Return, forfeit or destroy an item",
    responses=_CHANGE,
)
def case_evidence_dispose(number: Number, item: ItemName, wanted: shapes.EvidenceEnd, visit: Visiting) -> Any:
    """By a supervisor of the case's unit who isn't its custodian."""
    return visit.run("case_evidence_dispose", {"case": number, "item": item, **_given(wanted)})


# --------------------------------------------------------------------------------------------- hours


@router.get(
    "/cases/{number}/hours",
    response_model=shapes.Hours,
    operation_id="case_hours_list",
    summary="Hours on a case",
    responses=_READ,
)
def case_hours_list(number: Number, visit: Visiting) -> Any:
    """By person, week and activity; voided rows are shown and don't count."""
    return visit.run("case_hours_list", {"case": number})


@router.post(
    "/cases/{number}/hours",
    status_code=201,
    response_model=shapes.HoursAdded,
    operation_id="case_hours_add",
    summary="Write down hours",
    responses=_CHANGE,
)
def case_hours_add(number: Number, wanted: shapes.HoursWanted, visit: Visiting) -> Any:
    """One's own. A day has 24 hours, over all cases together."""
    return visit.run("case_hours_add", {"case": number, **_given(wanted)})


@router.post(
    "/cases/{number}/hours/{hours}/void",
    status_code=204,
    response_model=None,
    operation_id="case_hours_void",
    summary="Take hours back",
    responses=_CHANGE,
)
def case_hours_void(number: Number, hours: UUID, wanted: shapes.Because, visit: Visiting) -> None:
    """The row stays, with the reason, and no longer counts."""
    visit.run("case_hours_void", {"case": number, "hours": str(hours), **_given(wanted)})


@router.get(
    "/hours",
    response_model=shapes.HoursTotals,
    operation_id="hours_totals",
    summary="Hours by week and regime",
    responses=_READ,
)
def hours_totals(
    visit: Visiting,
    since: Annotated[str | None, Query(alias="from", max_length=10)] = None,
    until: Annotated[str | None, Query(alias="to", max_length=10)] = None,
) -> Any:
    """Over the cases that this desk, or the overseer, may see."""
    return visit.run("hours_totals", {"from": since, "to": until})


# ---------------------------------------------------------------- deconfliction, relations, clearances


@router.post(
    "/cases/{number}/deconflict",
    response_model=shapes.Checked,
    operation_id="case_deconflict",
    summary="Check a key blind against all cases",
    responses=_CHANGE,
)
def case_deconflict(number: Number, wanted: shapes.CheckWanted, visit: Inquiring) -> Any:
    """Answers what the asker may know of anyway. Other cases are told of by a notice, from the worker: within a
    regime to both sides, across regimes to the criminal side alone (rule 34)."""
    days = {"starts": wanted.starts, "ends": wanted.ends}
    return visit.ask(commands.case_deconflict, case=number, key=wanted.key, kind=wanted.kind, **days)


@router.get(
    "/cases/{number}/related",
    response_model=Listed[shapes.Related],
    operation_id="case_related",
    summary="Related cases",
    responses=_READ,
)
def case_related(number: Number, visit: Visiting, paging: Paging) -> Any:
    """Those that the caller may know of."""
    return page(visit.run("case_related", {"case": number}), "related", paging)


@router.post(
    "/cases/{number}/related",
    status_code=201,
    response_model=Listed[shapes.Related],
    operation_id="case_relate",
    summary="Relate two cases",
    responses=_CHANGE,
)
def case_relate(number: Number, wanted: shapes.RelationWanted, visit: Visiting, paging: Paging) -> Any:
    """Parent, child or related. Both cases must be known to the caller."""
    return page(visit.run("case_relate", {"case": number, **_given(wanted)}), "related", paging)


@router.get(
    "/cases/{number}/clearances",
    response_model=Listed[shapes.CaseClearance],
    operation_id="case_clearance_list",
    summary="Clearances of a case",
    responses=_READ,
)
def case_clearance_list(number: Number, visit: Visiting, paging: Paging) -> Any:
    """Asked for, approved, denied, revoked, expired."""
    return page(visit.run("case_clearance_list", {"case": number}), "clearances", paging)


@router.post(
    "/cases/{number}/clearances",
    status_code=201,
    response_model=shapes.CaseClearance,
    operation_id="case_clearance_ask",
    summary="Ask for a clearance",
    responses=_CHANGE,
)
def case_clearance_ask(number: Number, wanted: shapes.CaseClearanceWanted, visit: Visiting) -> Any:
    """By the lead or a supervisor, with the order it rests on. An approver outside the unit decides."""
    return visit.run("case_clearance_ask", {"case": number, **_given(wanted)})


@router.get(
    "/clearances",
    response_model=Listed[shapes.CaseClearance],
    operation_id="clearance_queue",
    summary="Clearances that an approver may decide",
    responses=_READ,
)
def clearance_queue(visit: Visiting, paging: Paging) -> Any:
    """Of cases in which the approver has no part."""
    return page(visit.run("clearance_queue"), "clearances", paging)


def _decided(visit: Visiting, clearance: UUID, verdict: str, reason: str) -> Any:
    return visit.run("clearance_decide", {"clearance": str(clearance), "verdict": verdict, "reason": reason})


@router.post(
    "/clearances/{clearance}/approve",
    response_model=shapes.CaseClearance,
    operation_id="clearance_approve",
    summary="Approve a clearance",
    responses=_CHANGE,
)
def clearance_approve(clearance: UUID, wanted: shapes.Because, visit: Visiting) -> Any:
    """From the next call on the case's purposes see what carries the caveat, until the day it ends."""
    return _decided(visit, clearance, "approved", wanted.reason)


@router.post(
    "/clearances/{clearance}/deny",
    response_model=shapes.CaseClearance,
    operation_id="clearance_deny",
    summary="Deny a clearance",
    responses=_CHANGE,
)
def clearance_deny(clearance: UUID, wanted: shapes.Because, visit: Visiting) -> Any:
    """A new one can be asked for."""
    return _decided(visit, clearance, "denied", wanted.reason)


@router.post(
    "/clearances/{clearance}/revoke",
    response_model=shapes.CaseClearance,
    operation_id="clearance_revoke",
    summary="Revoke a clearance",
    responses=_CHANGE,
)
def clearance_revoke(clearance: UUID, wanted: shapes.Because, visit: Visiting) -> Any:
    """At once."""
    return _decided(visit, clearance, "revoked", wanted.reason)
