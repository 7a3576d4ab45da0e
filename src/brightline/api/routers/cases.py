"""Cases: from a draft to a closed file, and what lies in them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Path, Query, Response, UploadFile

from brightline.api.pages import Paging, page, paged
from brightline.api.problems import documented
from brightline.api.shapes import cases as shapes
from brightline.api.shapes.common import Listed, Reason
from brightline.api.visit import Visiting
from brightline.cases import commands, queries
from brightline.model.errors import BadInput

router = APIRouter(prefix="/cases", tags=["cases"])

Number = Annotated[str, Path(pattern=r"^C-\d{4}-\d{4,6}$", examples=["C-2026-4711"])]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)
_LARGEST_DOCUMENT = 20_000_000


def _row(head: dict[str, Any]) -> dict[str, Any]:
    codes = head.get("authorities") or []
    authorities = [code if isinstance(code, dict) else {"code": code} for code in codes]
    return {**head, "number": head["case"], "authorities": authorities, "item_count": head.get("items", 0)}


def _file(head: dict[str, Any]) -> dict[str, Any]:
    """A case file: people and things become one list, a person's category being its role there."""
    revisions = {item["id"]: item.get("revision") for item in head["items"]}
    people = [
        {
            **p,
            "role": p.get("category"),
            "added_by": p.get("by"),
            "added_at": p.get("from"),
            "revision": revisions.get(p["id"]),
        }
        for p in head["people"]
    ]
    known = {person["id"] for person in people}
    things = [
        {**item, "added_by": item.get("by"), "added_at": item.get("added")}
        for item in head["items"]
        if item["id"] not in known
    ]
    return {**_row(head), "items": people + things, "people": len(people), "item_count": len(people) + len(things)}


@router.get(
    "",
    response_model=Listed[shapes.CaseRow],
    operation_id="case_list",
    summary="Cases of the desk",
    responses=documented(401, 403, 422, 503),
)
def case_list(
    visit: Visiting,
    paging: Paging,
    state: Annotated[shapes.State | None, Query()] = None,
    mine: Annotated[bool | None, Query(description="Only those one works on.")] = None,
) -> Any:
    """Cases of the unit that one's desk may see, and one's own. Restricted ones show only to their members."""
    found = visit.run("case_list", {"state": state, "mine": mine, **paging.params()})
    return paged([_row(head) for head in found["cases"]], paging, found.get("total"))


@router.post(
    "",
    status_code=201,
    response_model=shapes.Case,
    operation_id="case_open",
    summary="Draft a case",
    responses=_CHANGE,
)
def case_open(wanted: shapes.CaseWanted, visit: Visiting) -> Any:
    """A draft with its authority and predicate. It opens when a supervisor approves what was submitted."""
    return _file(visit.run("case_open", wanted.model_dump(exclude_none=True)))


@router.get(
    "/{number}",
    response_model=shapes.Case,
    operation_id="case_show",
    summary="A case file",
    responses=_READ,
)
def case_show(number: Number, visit: Visiting) -> Any:
    """The file with its people, things, notes, documents, and what the caller may do with it now."""
    return _file(visit.run("case_show", {"case": number}))


@router.patch(
    "/{number}",
    response_model=shapes.Case,
    operation_id="case_edit",
    summary="Change a draft",
    responses=_CHANGE,
)
def case_edit(number: Number, wanted: shapes.CaseEdit, visit: Visiting) -> Any:
    """Only a draft or a returned case can be changed, and never its regime."""
    return _file(visit.run("case_edit", {"case": number, **wanted.model_dump(exclude_none=True)}))


def _step(visit: Visiting, act: str, number: str, params: dict[str, Any]) -> dict[str, Any]:
    return _file(visit.run(act, {"case": number, **params}))


@router.post(
    "/{number}/submit",
    response_model=shapes.Case,
    operation_id="case_submit",
    summary="Submit a draft",
    responses=_CHANGE,
)
def case_submit(number: Number, visit: Visiting) -> Any:
    """To the supervisor. Refused without predicate, authority or, in the criminal regime, a document."""
    return _step(visit, "case_submit", number, {})


@router.post(
    "/{number}/approve",
    response_model=shapes.Case,
    operation_id="case_approve",
    summary="Approve what waits",
    responses=_CHANGE,
)
def case_approve(number: Number, wanted: shapes.Approval, visit: Visiting) -> Any:
    """Opens a submitted case, closes one whose closure is asked for, reopens a closed one. Never by who asked."""
    return _step(visit, "case_approve", number, wanted.model_dump(exclude_none=True))


@router.post(
    "/{number}/return",
    response_model=shapes.Case,
    operation_id="case_return",
    summary="Send back what waits",
    responses=_CHANGE,
)
def case_return(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """With the reason why it can't be approved as it is."""
    return _step(visit, "case_return", number, wanted.model_dump())


@router.post(
    "/{number}/withdraw",
    response_model=shapes.Case,
    operation_id="case_withdraw",
    summary="Take back what waits",
    responses=_CHANGE,
)
def case_withdraw(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """By whoever asked: a submission, a closure, a reopening that nobody has decided yet."""
    return _step(visit, "case_withdraw", number, wanted.model_dump())


@router.post(
    "/{number}/close",
    response_model=shapes.Case,
    operation_id="case_close",
    summary="Ask for closure",
    responses=_CHANGE,
)
def case_close(number: Number, wanted: shapes.Closing, visit: Visiting) -> Any:
    """With the outcome. Another supervisor approves it; a closed case is read-only."""
    return _step(visit, "case_close", number, wanted.model_dump())


@router.post(
    "/{number}/suspend",
    response_model=shapes.Case,
    operation_id="case_suspend",
    summary="Suspend a case",
    responses=_CHANGE,
)
def case_suspend(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """Work rests until it is resumed."""
    return _step(visit, "case_suspend", number, wanted.model_dump())


@router.post(
    "/{number}/resume",
    response_model=shapes.Case,
    operation_id="case_resume",
    summary="Resume a case",
    responses=_CHANGE,
)
def case_resume(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """Work on a suspended case goes on."""
    return _step(visit, "case_resume", number, wanted.model_dump())


@router.post(
    "/{number}/reopen",
    response_model=shapes.Case,
    operation_id="case_reopen",
    summary="Ask to reopen a closed case",
    responses=_CHANGE,
)
def case_reopen(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """A supervisor decides."""
    return _step(visit, "case_reopen", number, wanted.model_dump())


@router.post(
    "/{number}/items",
    status_code=201,
    response_model=shapes.ItemsAdded,
    operation_id="case_add_items",
    summary="Put entities into the case",
    responses=_CHANGE,
)
def case_add_items(number: Number, wanted: shapes.ItemsWanted, visit: Visiting) -> Any:
    """All or none: one id that can't be seen from here refuses the lot. A person needs a category (rule 18)."""
    return visit.run("case_add_items", {"case": number, **wanted.model_dump(exclude_none=True)})


@router.post(
    "/{number}/items/role",
    response_model=shapes.RoleSet,
    operation_id="case_role_set",
    summary="Change a person's category",
    responses=_CHANGE,
)
def case_role_set(number: Number, wanted: shapes.RoleChange, visit: Visiting) -> Any:
    """A victim or witness becomes a suspect only with a basis and, in the criminal regime, a document of the case."""
    return visit.run("case_role_set", {"case": number, **wanted.model_dump(exclude_none=True, mode="json")})


@router.post(
    "/{number}/items/remove",
    status_code=204,
    response_class=Response,
    operation_id="case_item_remove",
    summary="Take an entity out of the case",
    responses=_CHANGE,
)
def case_item_remove(number: Number, wanted: shapes.ItemRemoval, visit: Visiting) -> None:
    """The case's history keeps that it was there, and why it left."""
    visit.run("case_item_remove", {"case": number, **wanted.model_dump()})


@router.post(
    "/{number}/notes",
    status_code=201,
    response_model=shapes.NoteAdded,
    operation_id="case_note_add",
    summary="Write a note",
    responses=_CHANGE,
)
def case_note_add(number: Number, wanted: shapes.NoteWanted, visit: Visiting) -> Any:
    """A fact or an assessment, with its basis and grade. It is searchable under this case's purposes only."""
    return visit.ask(commands.case_note_add, case=number, **wanted.model_dump(exclude_none=True))


@router.post(
    "/{number}/documents",
    status_code=201,
    response_model=shapes.DocumentAdded,
    operation_id="case_document_add",
    summary="Add a document",
    responses={**_CHANGE, **documented(413, 429)},
)
def case_document_add(
    number: Number,
    visit: Visiting,
    file: UploadFile,
    purpose: Annotated[shapes.DocumentPurpose, Form()] = "other",
) -> Any:
    """At most 20 MB. Kept under its SHA-256; only the case's purposes open it. Under one of them the worker reads it:
    `reading.state` is `waiting` until then; see the case's readings. 429: a hundred of one's own wait already."""
    content = file.file.read(_LARGEST_DOCUMENT + 1)
    if len(content) > _LARGEST_DOCUMENT:
        raise BadInput("file", "is larger than 20 MB", "Split it.")
    return visit.ask(
        commands.case_document_add,
        case=number,
        name=_plain(file.filename or "document"),
        media_type=file.content_type or "application/octet-stream",
        content=content,
        purpose=purpose,
    )


@router.get(
    "/{number}/documents",
    response_model=Listed[shapes.Document],
    operation_id="case_document_list",
    summary="Documents of a case",
    responses=_READ,
)
def case_document_list(number: Number, visit: Visiting, paging: Paging) -> Any:
    """Names, sizes and hashes."""
    return page(visit.run("case_document_list", {"case": number}), "documents", paging)


@router.get(
    "/{number}/documents/{document}",
    response_class=Response,
    operation_id="case_document_get",
    summary="A document's content",
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The bytes."}, **_READ},
)
def case_document_get(number: Number, document: UUID, visit: Visiting) -> Response:
    """Sent as a download, never shown inline: what others wrote must not run here."""
    found = visit.ask(queries.case_document_get, case=number, id=str(document))
    headers = {**visit.stamps(), "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found['name'])}"}
    return Response(found["content"], media_type="application/octet-stream", headers=headers)


@router.post(
    "/{number}/members",
    status_code=201,
    response_model=shapes.Members,
    operation_id="case_member_add",
    summary="Let somebody work on the case",
    responses=_CHANGE,
)
def case_member_add(number: Number, wanted: shapes.MemberWanted, visit: Visiting) -> Any:
    """By its lead or its supervisor."""
    return {"items": visit.run("case_member_add", {"case": number, **wanted.model_dump()})["members"]}


@router.post(
    "/{number}/members/{account}/remove",
    response_model=shapes.Members,
    operation_id="case_member_remove",
    summary="Take somebody off the case",
    responses=_CHANGE,
)
def case_member_remove(
    number: Number, account: Annotated[str, Path(max_length=100)], wanted: Reason, visit: Visiting
) -> Any:
    """At once: the next call under the case's purpose is refused."""
    params = {"case": number, "account": account, "reason": wanted.reason}
    return {"items": visit.run("case_member_remove", params)["members"]}


@router.post(
    "/{number}/authorities",
    response_model=shapes.Case,
    operation_id="case_authority_add",
    summary="Add an authority of the same regime",
    responses=_CHANGE,
)
def case_authority_add(number: Number, wanted: shapes.AuthorityAdded, visit: Visiting) -> Any:
    """It gets a purpose of its own, `CASE@CODE`. Another regime needs another case and a crossing."""
    return _step(visit, "case_authority_add", number, wanted.model_dump())


@router.get(
    "/{number}/activity",
    response_model=Listed[shapes.Activity],
    operation_id="case_activity",
    summary="Who did what in the case",
    responses=_READ,
)
def case_activity(
    number: Number, visit: Visiting, paging: Paging, before: Annotated[datetime | None, Query()] = None
) -> Any:
    """Newest first; each names its ledger entry."""
    params = {"case": number, **paging.params(), "before": before.isoformat() if before else None}
    found = visit.run("case_activity", params)
    return paged([{**event, "text": _said(event)} for event in found["activity"]], paging, found["total"])


def _said(event: dict[str, Any]) -> str:
    """The act as words: `item_added` → `item added`."""
    return str(event.get("what") or "").replace("_", " ")


def _plain(name: str) -> str:
    """A file's name without its folders. What nobody can see in it is refused by the database, not taken out."""
    return name.replace("\\", "/").rsplit("/", 1)[-1].strip() or "document"
