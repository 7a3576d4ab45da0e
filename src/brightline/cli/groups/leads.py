"""lead: intake, list, show, check, decide, refer and what belongs to them; programme: apply, list, show; referral."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import SENDING, Kind, Limit, Offset, Wait, Work, command, segment, still_waits, taken_in
from brightline.cli.output import Columns
from brightline.model.errors import BadInput, InputFaults

lead = typer.Typer(help="Leads: vetted by people before anybody acts on them.", no_args_is_help=True)
programme = typer.Typer(help="Lead programmes: rules, checks, recipients, by version.", no_args_is_help=True)
referral = typer.Typer(help="Packages that come from another unit's vetting.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="N")]
Why = Annotated[str, typer.Option("--reason", help="Facts, in a sentence.")]
Seen = Annotated[
    str | None,
    typer.Option("--seen", help="Refuse if the lead has gone on since this revision.", metavar="REVISION"),
]
Source = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
_ROW: Columns = {
    "Lead": "number",
    "Title": "title",
    "State": "state",
    "Due": "due",
    "Checks": lambda one: f"{one['checks_done']} of {one['checks_required']}",
    "Held": "held",
    "Vetter": "vetter_title",
    "Same subject": "same_subject",
}
_REFERRAL: Columns = {"Referral": "referral", "From": "from_title", "To": "to_title", "State": "state", "Due": "due"}
_PROGRAMME: Columns = {
    "Programme": "programme",
    "Version": "version",
    "In force": "in_force",
    "Unit": "unit_title",
    "Authority": "authority",
    "Weakens": "weakens",
    "Effective": "effective",
}


def install(app: typer.Typer) -> None:
    """Add the groups."""
    app.add_typer(lead, name="lead")
    app.add_typer(programme, name="programme")
    app.add_typer(referral, name="referral")


def _address(number: str) -> str:
    return f"/leads/{segment(number)}"


def _told(work: Work, found: dict[str, Any]) -> None:
    work.out.document(found, lambda one: work.out.say(f"{one['number']}: {one['state']} {one['code'] or ''}".strip()))


def _intake(
    work: Work,
    name: Annotated[str, typer.Argument(metavar="PROGRAMME")],
    file: Source,
    wait: Wait = True,
) -> None:
    """Take in a CSV, of any size that is taken here. Exit 3 when rows went to quarantine; the others are in."""
    with file.open("rb") as source:
        sent = {"file": (file.name, source, "text/csv")}
        sent_in = work.post("/leads/intake", files=sent, data={"programme": name}, timeout=SENDING)
    number = sent_in["intake"]
    found = taken_in(work, sent_in, lambda: work.get("/leads/intakes", intake=number)["intakes"][0], wait=wait)
    if found["state"] == "failed":
        raise InputFaults(f"{file.name} {found['message']}.", hint=found["hint"] or "")
    if found["state"] != "done":
        waits = still_waits(found, f"brightline lead quarantine {number}")
        work.out.document(found, lambda _: work.out.say(waits))
        return
    words = (
        f"{found['accepted']} leads, {found['known']} known already, {found['changed']} changed, "
        f"{found['linked']} linked, {found['held']} held"
    )
    work.out.document(found, lambda _: work.out.say(words))
    if found["rejected"]:
        named = "; ".join(f"row {one['row']}: {', '.join(one['reasons'])}" for one in found["faults"][:20])
        raise InputFaults(
            f"{found['rejected']} of {found['rows']} rows went to quarantine: {named}.",
            hint=f"See brightline lead quarantine {found['intake']}.",
        )


def _list(
    work: Work,
    tab: Annotated[str, typer.Option("--tab", help="to_vet, second, decided, changed or all.")] = "all",
    name: Annotated[str | None, typer.Option("--programme")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only those you took.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """The queue, oldest promise first."""
    found = work.get("/leads", tab=tab, programme=name, mine=mine or None, limit=limit, offset=offset)
    work.out.listed(found, _ROW)


def _show(
    work: Work,
    number: Number,
    associates: Annotated[bool, typer.Option("--associates", help="Whole names of associates.")] = False,
) -> None:
    """A lead with its checklist and what stands before a decision."""
    found = work.get(_address(number), associates=associates or None)
    work.out.document(found, lambda one: _people(work, one))


def _people(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"{found['number']}  {found['title']}", style="bold")
    subject = found["subject"] or {"properties": {}}
    work.out.fields(
        {**found, **dict(subject["properties"].items())},
        {
            "State": "state",
            "Programme": "programme_title",
            "Due": "due",
            "Kept until": "keep_until",
            "Revision": "revision",
            **{name: name for name in subject["properties"]},
            "Says": "narrative",
            "You may": "may",
        },
    )
    latest = [
        {**one, **(one["entries"][0] if one["entries"] else {"result": "", "by": ""})} for one in found["checklist"]
    ]
    columns: Columns = {"Check": "name", "Title": "title", "Required": "required", "Result": "result", "By": "by"}
    work.out.table(latest, columns, title="\nChecks")
    if found["related"]:
        work.out.table(found["related"], {"Lead": "lead", "Title": "title", "State": "state"}, title="\nSame subject")
    if found["alike"]:
        columns = {"Lead": "lead", "Title": "title", "Why": "why", "Differs in": "differs"}
        work.out.table(found["alike"], columns, title="\nPerhaps the same person")
    for one in found["shares"]:
        work.out.say(f"Shares {one['type']} with {one['others']} others, which tells nobody apart.")
    if found["change"]:
        rows = [{"field": name, **said} for name, said in found["change"]["difference"].items()]
        work.out.table(rows, {"Field": "field", "Was": "was", "Is": "is"}, title="\nThe source sends it otherwise now")
    if found["associates"]:
        work.out.table(
            found["associates"], {"Associate": "name", "Relation": "relation", "Id": "id"}, title="\nNot the subject"
        )
    for gap in found["gaps"]:
        work.out.say(f"Before a decision: {gap['text']}")


def _check(
    work: Work,
    number: Number,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    result: Annotated[str, typer.Option("--result", help="confirmed, refuted, nothing, inconclusive or claim.")],
    evidence: Annotated[
        str, typer.Option("--evidence", help="Id of a record, or number of a paper of this lead.", metavar="ID")
    ] = "",
    document: Annotated[
        str | None, typer.Option("--document", help="Document that it rests on: title and number or date.")
    ] = None,
    system: Annotated[
        str | None, typer.Option("--consulted", help="System asked outside, as the programme names it.")
    ] = None,
    reference: Annotated[str | None, typer.Option("--reference", help="That system's own reference.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="When it was asked; now, if nothing is said.")] = None,
    finding: Annotated[str, typer.Option("--finding", help="What was found.")] = "",
    matched: Annotated[list[str] | None, typer.Option("--matched", help="Identifier that agrees; may repeat.")] = None,
    household: Annotated[
        bool, typer.Option("--household", help="The person's own household supplied it: it counts towards no match.")
    ] = False,
) -> None:
    """Enter a consultation. A record is cited under the lead's own purpose: --purpose N, after `lead open N`."""
    body: dict[str, Any] = {"name": name, "result": result, "evidence": evidence, "finding": finding}
    body |= {"matched": matched or [], "household": household}
    if document:
        body["document"] = document
    if system or reference or at:
        asked = at or datetime.now(UTC).isoformat()
        body["consulted"] = {"system": system or "", "reference": reference or "", "time": asked}
    _told(work, work.post(f"{_address(number)}/checks", body))


def _decide(
    work: Work,
    number: Number,
    code: Annotated[str, typer.Argument(metavar="CODE")],
    reason: Why,
    match_reason: Annotated[str | None, typer.Option("--match-reason", help="Why one identifier is enough.")] = None,
    of: Annotated[str | None, typer.Option("--of", help="The lead that this one repeats.", metavar="N")] = None,
    seen: Seen = None,
) -> None:
    """viable; confirm or return, by another person; or a close code of the programme."""
    body = {"code": code, "reason": reason, "match_reason": match_reason, "of": of}
    sent = {key: one for key, one in body.items() if one is not None}
    if seen:
        work.client.seen.know(_address(number), seen)
    _told(work, work.post(f"{_address(number)}/decide", sent))


def _change(
    work: Work,
    number: Number,
    how: Annotated[str, typer.Argument(metavar="AS", help="taken or left.")],
    reason: Why,
    seen: Seen = None,
) -> None:
    """Take over what the source sends otherwise now (taken), or leave the lead as it is (left)."""
    if seen:
        work.client.seen.know(_address(number), seen)
    _told(work, work.post(f"{_address(number)}/change", {"as": how, "reason": reason}))


def _open(work: Work, number: Number) -> None:
    """Open a search for a lead: its number is a purpose from now on."""
    found = work.post(f"{_address(number)}/open")
    work.out.document(found, lambda one: work.out.say(f"Search with --purpose {one['purpose']} --reason TEXT."))


def _hold(work: Work, number: Number, claim: Annotated[str, typer.Option("--claim", help="What is claimed.")]) -> None:
    """Hold a lead: somebody claims citizenship or a lawful status."""
    _told(work, work.post(f"{_address(number)}/hold", {"claim": claim}))


def _clear(
    work: Work,
    number: Number,
    status: Annotated[str, typer.Option("--status", help="citizen, lawful or none.")],
    reason: Why,
) -> None:
    """One of the two people who clear a claim."""
    _told(work, work.post(f"{_address(number)}/clear", {"status": status, "reason": reason}))


def _refer(
    work: Work,
    number: Number,
    to: Annotated[str, typer.Option("--to", metavar="UNIT")],
    basis: Annotated[str, typer.Option("--basis", help="Why this unit; for a crossing, its authority's code.")],
    document: Annotated[list[str] | None, typer.Option("--document", help="May repeat.")] = None,
    caveat: Annotated[list[str] | None, typer.Option("--caveat", help="May repeat.")] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="DATE")] = None,
    fields: Annotated[list[str] | None, typer.Option("--fields", help="For a crossing; may repeat.")] = None,
    necessity: Annotated[str | None, typer.Option("--necessity", help="For a crossing.")] = None,
    alternatives: Annotated[str | None, typer.Option("--alternatives", help="For a crossing.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", help="For a crossing.", metavar="DATE")] = None,
) -> None:
    """Send a checked lead to a unit; to another regime, ask for a crossing of named fields."""
    body: dict[str, Any] = {"to": to, "basis": basis, "documents": document or [], "caveats": caveat or []}
    if due:
        body["due"] = due
    if fields:
        if not (necessity and alternatives and expires):
            raise BadInput("--necessity", "or --alternatives or --expires is missing.", "A crossing states all three.")
        words = {"basis": basis, "necessity": necessity, "alternatives": alternatives, "expires": expires}
        names = [part for one in fields for part in one.replace(",", " ").split()]
        body = {"to": to, "crossing": {"fields": names, **words}}
    _told(work, work.post(f"{_address(number)}/refer", body))


def _promote(
    work: Work,
    number: Number,
    associate: Annotated[str, typer.Option("--associate", metavar="ID")],
    predicate: Annotated[str, typer.Option("--predicate", help="The facts.")],
) -> None:
    """Begin a lead about an associate, on stated facts."""
    _told(work, work.post(f"{_address(number)}/promote", {"associate": associate, "predicate": predicate}))


def _quarantine(
    work: Work,
    intake: Annotated[str | None, typer.Argument(metavar="INTAKE")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Files taken in; with an id, the rows that weren't."""
    found = work.get("/leads/intakes", intake=intake, limit=limit, offset=offset)
    named: Columns = (
        {"Row": "row", "Reasons": "reasons"}
        if intake
        else {"Intake": "intake", "File": "name", "State": "state", "Rows": "rows", "Rejected": "rejected"}
    )
    work.out.listed({"items": found["quarantine"]} if intake else {**found, "items": found["intakes"]}, named)


def _notices(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Wrong persons for a unit; weakened guards for overseers."""
    columns: Columns = {"At": "made", "Kind": "kind", "Text": "text", "Details": "details"}
    work.out.listed(work.get("/leads/notices", limit=limit, offset=offset), columns)


def _apply(
    work: Work, file: Source, reason: Annotated[str | None, typer.Option("--reason", help="Why it changes.")] = None
) -> None:
    """Propose a programme; an approver decides. What weakens a guard waits a week then, and overseers are told."""
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(str(file), "isn't UTF-8.", "Save it as UTF-8.") from error
    found = work.post("/programmes", {"text": text, **({"reason": reason} if reason else {})})
    work.out.document(found, lambda one: _proposed(work, one))


def _proposed(work: Work, one: dict[str, Any]) -> None:
    if not one["changed"]:
        work.out.say(f"{one['programme']} version {one['version']}: unchanged")
        return
    work.out.say(f"{one['programme']}: {one['proposal']} waits for an approver (proposal accept {one['proposal']})")
    columns: Columns = {"Part": "part", "Before": lambda d: d["before"] or "", "After": lambda d: d["after"] or ""}
    work.out.table(one["diff"], columns)
    for words in one["weakens"]:
        work.out.say(f"Weakens: {words}")


def _programmes(work: Work) -> None:
    """Programmes in force."""
    work.out.listed(work.get("/programmes"), _PROGRAMME)


def _programme(work: Work, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """All versions of a programme."""
    work.out.listed(work.get(f"/programmes/{segment(name)}"), _PROGRAMME)


def _referrals(work: Work, out: Annotated[bool, typer.Option("--out", help="Those that went out.")] = False) -> None:
    """Packages that came to your unit, or went out from it."""
    work.out.listed(work.get("/referrals", side="out" if out else "in"), _REFERRAL)


def _package(work: Work, number: Number) -> None:
    """A package with everything in it."""
    work.out.document(work.get(f"/referrals/{segment(number)}"))


def _take_back(
    work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why you take it back.")]
) -> None:
    """Take a referral of your unit back before it is accepted; the recipient hears of it."""
    found = work.post(f"/referrals/{segment(number)}/withdraw", {"reason": reason})
    work.out.document(found, lambda one: work.out.say(f"{one['referral']}: {one['state']}"))


def _answer(
    work: Work,
    number: Number,
    act: Annotated[str, typer.Argument(metavar="ACT")],
    reason: Annotated[str | None, typer.Option("--reason")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome")] = None,
) -> None:
    """acknowledge, accept, decline, outcome."""
    body = {"act": act, "reason": reason, "outcome": outcome}
    sent = {key: one for key, one in body.items() if one is not None}
    found = work.post(f"/referrals/{segment(number)}/answer", sent)
    work.out.document(found, lambda one: work.out.say(f"{one['referral']}: {one['state']}"))


_DESK = ("vetter", "supervisor")
command(lead, "intake", Kind.DESK, *_DESK)(_intake)
command(lead, "list", Kind.DESK, *_DESK, "overseer")(_list)
command(lead, "show", Kind.DESK, *_DESK, "overseer")(_show)
command(lead, "check", Kind.DESK, "vetter")(_check)
command(lead, "decide", Kind.DESK, *_DESK)(_decide)
command(lead, "change", Kind.DESK, *_DESK)(_change)
command(lead, "open", Kind.DESK, "vetter")(_open)
command(lead, "hold", Kind.DESK, *_DESK)(_hold)
command(lead, "clear", Kind.DESK, *_DESK)(_clear)
command(lead, "refer", Kind.DESK, *_DESK)(_refer)
command(lead, "promote", Kind.DESK, "vetter")(_promote)
command(lead, "quarantine", Kind.DESK, *_DESK)(_quarantine)
command(lead, "notices", Kind.DESK, *_DESK, "overseer")(_notices)
command(programme, "apply", Kind.DESK, "steward", "admin")(_apply)
command(programme, "list", Kind.DESK, "vetter", "supervisor", "steward", "admin", "overseer")(_programmes)
command(programme, "show", Kind.DESK, "vetter", "supervisor", "steward", "admin", "overseer")(_programme)
command(referral, "list", Kind.DESK, *_DESK)(_referrals)
command(referral, "show", Kind.DESK, *_DESK)(_package)
command(referral, "answer", Kind.DESK, *_DESK)(_answer)
command(referral, "withdraw", Kind.DESK, *_DESK)(_take_back)
