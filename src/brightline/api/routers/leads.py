"""Leads: programmes, intake, vetting, referral. Worked from a desk; what is searched for a lead has its own purpose."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Response, UploadFile

from brightline.api.pages import Paging, paged, part_of
from brightline.api.problems import documented
from brightline.api.shapes import leads as shapes
from brightline.api.shapes.common import Reason
from brightline.api.visit import Visiting
from brightline.leads import commands
from brightline.model.errors import BrightlineError
from brightline.stories import referring

router = APIRouter(tags=["leads"])

Number = Annotated[str, Path(pattern=r"^L-\d{4}-\d{4,8}$", examples=["L-2026-4711"])]
Referral = Annotated[str, Path(pattern=r"^R-\d{4}-\d{4,6}$", examples=["R-2026-4711"])]
Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


def _row(head: dict[str, Any]) -> dict[str, Any]:
    return {**head, "number": head["lead"]}


def _versions(visit: Visiting, name: str | None = None) -> dict[str, Any]:
    found = visit.run("programme_list", {"programme": name})["programmes"]
    return {"items": [{**one["config"], **one} for one in found]}


@router.get(
    "/programmes",
    response_model=shapes.Programmes,
    operation_id="programme_list",
    summary="Programmes",
    responses=_READ,
)
def programme_list(visit: Visiting) -> Any:
    """The versions in force."""
    return _versions(visit)


@router.post(
    "/programmes",
    response_model=shapes.ProgrammeApplied,
    operation_id="programme_apply",
    summary="Propose a programme",
    responses=_CHANGE,
)
def programme_apply(wanted: shapes.ProgrammeWanted, visit: Visiting) -> Any:
    """By a steward or administrator; an approver decides (proposal accept). What weakens a guard is told to overseers
    then, and waits a week (rule 47)."""
    return visit.ask(commands.programme_apply, text=wanted.text, reason=wanted.reason)


@router.get(
    "/programmes/{name}",
    response_model=shapes.Programmes,
    operation_id="programme_show",
    summary="All versions of a programme",
    responses=_READ,
)
def programme_show(name: Name, visit: Visiting) -> Any:
    """Newest first, with what each weakened."""
    return _versions(visit, name)


@router.get("/leads", response_model=shapes.LeadQueue, operation_id="lead_list", summary="The queue", responses=_READ)
def lead_list(
    visit: Visiting,
    paging: Paging,
    tab: Annotated[shapes.Tab, Query()] = "all",
    programme: Annotated[str | None, Query(max_length=63)] = None,
    mine: Annotated[bool | None, Query(description="Only those one took.")] = None,
) -> Any:
    """Leads of the desk's unit, oldest promise first."""
    found = visit.run("lead_list", {"tab": tab, "programme": programme, "mine": mine, **paging.params()})
    rows = [_row(head) for head in found["leads"]]
    return {**paged(rows, paging, found["total"]), "counts": found["counts"]}


@router.post(
    "/leads/intake",
    status_code=202,
    response_model=shapes.LeadIntake,
    operation_id="lead_intake",
    summary="Take in a file of leads",
    responses=_CHANGE,
)
def lead_intake(programme: Annotated[str, Form(max_length=63)], file: UploadFile, visit: Visiting) -> Any:
    """A CSV of the programme's columns, of as many rows and megabytes as this installation is set to (2,000,000 and
    2,000). The worker takes it in: `GET /leads/intakes` tells how far it is. Rows with faults go to quarantine and are
    counted and named."""
    visit.run("programme_list", {"programme": programme})
    kept = visit.house.inbox.keep(file.filename or "leads.csv", file.file)
    try:
        told = {"programme": programme, "name": (file.filename or "leads.csv")[:255], "file": str(kept)}
        with kept.open("rb") as source:
            told["sha256"] = hashlib.file_digest(source, "sha256").hexdigest()
        return visit.run("lead_intake", told)
    except BrightlineError:
        kept.unlink(missing_ok=True)
        raise


@router.get(
    "/leads/intakes",
    response_model=shapes.LeadIntakes,
    operation_id="lead_intakes",
    summary="Files taken in, and their quarantine",
    responses=_READ,
)
def lead_intakes(
    visit: Visiting, paging: Paging, named: Annotated[str | None, Query(alias="intake", max_length=60)] = None
) -> Any:
    """Newest first; with the rows that couldn't be taken, of the one that is named."""
    found = visit.run("lead_intakes", {"intake": named, **paging.params()})
    return {**found, **part_of(len(found["intakes"]), paging, found["total"])}


@router.get(
    "/leads/notices", response_model=shapes.LeadNotices, operation_id="lead_notices", summary="Notices", responses=_READ
)
def lead_notices(visit: Visiting, paging: Paging) -> Any:
    """Newest first. Wrong persons, for the unit; weakened guards, for overseers."""
    found = visit.run("lead_notices", paging.params())
    return paged(found["notices"], paging, found["total"])


@router.get("/leads/{number}", response_model=shapes.Lead, operation_id="lead_show", summary="A lead", responses=_READ)
def lead_show(
    number: Number,
    visit: Visiting,
    associates: Annotated[bool, Query(description="Whole names of associates.")] = False,
) -> Any:
    """With its checklist, what stands before a decision, and what the caller may do."""
    return _row(visit.run("lead_show", {"lead": number, "associates": associates}))


@router.post(
    "/leads/{number}/checks",
    response_model=shapes.Lead,
    operation_id="lead_check",
    summary="Enter a consultation",
    responses=_CHANGE,
)
def lead_check(number: Number, wanted: shapes.LeadCheckWanted, visit: Visiting) -> Any:
    """Finding, on what it rests, which identifiers matched. A record is cited under the lead's own purpose."""
    return _row(visit.run("lead_check", {"lead": number, **wanted.model_dump(mode="json", exclude_none=True)}))


@router.post(
    "/leads/{number}/decide",
    response_model=shapes.Lead,
    operation_id="lead_decide",
    summary="Decide",
    responses=_CHANGE,
)
def lead_decide(number: Number, wanted: shapes.DecisionWanted, visit: Visiting) -> Any:
    """A person, with a reason. `confirm` and `return` are another person's."""
    return _row(visit.run("lead_decide", {"lead": number, **wanted.model_dump(exclude_none=True)}))


@router.post(
    "/leads/{number}/change",
    response_model=shapes.Lead,
    operation_id="lead_change",
    summary="Take over what the source sends otherwise now, or leave it",
    responses=_CHANGE,
)
def lead_change(number: Number, wanted: shapes.ChangeWanted, visit: Visiting) -> Any:
    """A viable or closed lead whose change is taken is vetted again; one that was referred is left, or corrected."""
    return _row(visit.run("lead_change", {"lead": number, **wanted.model_dump(by_alias=True, exclude_none=True)}))


@router.post(
    "/leads/{number}/open",
    response_model=shapes.LeadPurpose,
    operation_id="lead_open",
    summary="Open a search for a lead",
    responses=_CHANGE,
)
def lead_open(number: Number, visit: Visiting) -> Any:
    """The lead's number is a purpose from now on: search, records and links work under it."""
    return visit.run("lead_open", {"lead": number})


@router.post(
    "/leads/{number}/hold", response_model=shapes.Lead, operation_id="lead_hold", summary="Hold", responses=_CHANGE
)
def lead_hold(number: Number, wanted: shapes.LeadHoldWanted, visit: Visiting) -> Any:
    """Somebody claims citizenship or a lawful status."""
    return _row(visit.run("lead_hold", {"lead": number, **wanted.model_dump(exclude_none=True)}))


@router.post(
    "/leads/{number}/clear", response_model=shapes.Lead, operation_id="lead_clear", summary="Clear", responses=_CHANGE
)
def lead_clear(number: Number, wanted: shapes.ClearingWanted, visit: Visiting) -> Any:
    """One of the two people whom it takes."""
    visit.run("lead_clear", {"lead": number, **wanted.model_dump(exclude_none=True)})
    return _row(visit.run("lead_show", {"lead": number}))


@router.post(
    "/leads/{number}/refer", response_model=shapes.Lead, operation_id="lead_refer", summary="Refer", responses=_CHANGE
)
def lead_refer(number: Number, wanted: shapes.ReferralWanted, visit: Visiting) -> Any:
    """Inside the regime the package is sent; to another one a crossing is asked for and nothing is sent."""
    if wanted.crossing is None:
        visit.run("lead_refer", {"lead": number, **wanted.model_dump(mode="json", exclude_none=True)})
    else:
        asked = referring.Asked(**wanted.crossing.model_dump(mode="json"))
        visit.ask(referring.refer_across, lead=number, to=wanted.to, asked=asked)
    return _row(visit.run("lead_show", {"lead": number}))


@router.post(
    "/leads/{number}/promote",
    status_code=201,
    response_model=shapes.Lead,
    operation_id="lead_promote",
    summary="Begin a lead about an associate",
    responses=_CHANGE,
)
def lead_promote(number: Number, wanted: shapes.PromotionWanted, visit: Visiting, response: Response) -> Any:
    """On stated facts alone."""
    made = visit.run("lead_promote", {"lead": number, **wanted.model_dump(exclude_none=True)})
    response.headers["Location"] = f"/api/v1/leads/{made['lead']}"
    return _row(made)


@router.get(
    "/referrals", response_model=shapes.Referrals, operation_id="referral_list", summary="Referrals", responses=_READ
)
def referral_list(visit: Visiting, side: Annotated[str, Query(pattern="^(in|out)$")] = "in") -> Any:
    """That came to the desk's unit, or went out from it."""
    return {"items": visit.run("referral_list", {"side": side})["referrals"]}


@router.get(
    "/referrals/{number}",
    response_model=shapes.Referral,
    operation_id="referral_show",
    summary="A referral with its package",
    responses=_READ,
)
def referral_show(number: Referral, visit: Visiting) -> Any:
    """The package, as it was sent."""
    return visit.run("referral_list", {"referral": number})["referrals"][0]


@router.post(
    "/referrals/{number}/withdraw",
    response_model=shapes.Referral,
    operation_id="referral_withdraw",
    summary="Take a referral back",
    responses=_CHANGE,
)
def referral_withdraw(number: Referral, wanted: Reason, visit: Visiting) -> Any:
    """By the unit that sent it, before it is accepted. The package is gone at the recipient, which hears of it."""
    return visit.ask(commands.referral_withdraw, referral=number, reason=wanted.reason)


@router.post(
    "/referrals/{number}/answer",
    response_model=shapes.Referral,
    operation_id="referral_answer",
    summary="Answer a referral",
    responses=_CHANGE,
)
def referral_answer(number: Referral, wanted: shapes.AnswerWanted, visit: Visiting) -> Any:
    """acknowledge, then accept or decline, then the outcome."""
    visit.run("referral_answer", {"referral": number, **wanted.model_dump(exclude_none=True)})
    return visit.run("referral_list", {"referral": number})["referrals"][0]
