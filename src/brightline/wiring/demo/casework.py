"""The work on the cases: opened, approved, filled with what searches found; crossings asked for and decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from brightline.model.errors import Missing
from brightline.wiring.demo.door import Under
from brightline.wiring.demo.load import Loading
from brightline.wiring.demo.office import CASES, CasePlan, account

REASONS = {
    "works": "Find who pays the losing bidders of contracts HW-2101 to HW-2108 named in the audit memorandum.",
    "pier": "Find the account into which Brightwater pays its workers' wages, as the inspection notice asks.",
    "ferry": "Find craft and people seen at Corrin Head on the nights that the harbour master reported.",
    "reports": "Check what the three reports on 418 Harbor Loop have in common before they are referred.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is put into a case: entities by their labels in an answer, the category of people among them and why."""

    case: str
    answer: str
    labels: tuple[str, ...]
    role: str | None = None
    basis: str | None = None


ENTRIES = (
    Entry(case="works", answer="works-phone", labels=("tidewater", "tarn")),
    Entry(case="works", answer="works-chain", labels=("quillon", "marlow", "pelham")),
    Entry(
        case="works",
        answer="works-chain",
        labels=("shell_director",),
        role="suspect",
        basis="Directs Pelham Ridge, which owns the consultancy that paid the losing bidders.",
    ),
    Entry(
        case="works",
        answer="works-chain",
        labels=("officer",),
        role="associate",
        basis="Holds the number that the shell's director left at the register; not yet questioned.",
    ),
    Entry(case="pier", answer="pier-account", labels=("account",)),
    Entry(
        case="pier",
        answer="pier-account",
        labels=("worker_04", "worker_20", "worker_38"),
        role="witness",
        basis="Paid into the account that none of the workers holds; to be heard about the deductions.",
    ),
    Entry(case="ferry", answer="ferry-nights", labels=("boat", "van", "gate")),
    Entry(
        case="ferry",
        answer="ferry-driver",
        labels=("skipper", "driver"),
        role="suspect",
        basis="Spoke on the telephone before each landing that the harbour master reported.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A note of a case: fact or assessment, and what it rests on."""

    case: str
    kind: str
    text: str
    basis: str


STATEMENTS = (
    Statement(
        case="works",
        kind="assessment",
        text="Winner pays Marlow Finch 6 % three days after each award; each loser gets 1.5 % two days later.",
        basis="Bank payments of Marlow Finch Consulting, compared with the dates of contracts HW-2101 to HW-2108.",
    ),
    Statement(
        case="works",
        kind="fact",
        text="Tidewater and Tarn and Vale gave the register the same telephone number.",
        basis="Company register, lines of both companies.",
    ),
    Statement(
        case="pier",
        kind="fact",
        text="All 38 workers' wages of nine months went into one account; the two foremen are paid elsewhere.",
        basis="Wage lines of January to September 2026.",
    ),
    Statement(
        case="ferry",
        kind="assessment",
        text="The van left within 75 minutes of each landing. Nobody else used the night gate on all nine nights.",
        basis="Movements of the harbour office, and its master's report of 3 October 2026.",
    ),
)


def open_cases(loading: Loading) -> dict[str, str]:
    """Each case drafted, documented, submitted by its lead and approved by the supervisor; numbers by key."""
    numbers = {}
    for plan in CASES:
        number = loading.steps.once(f"case {plan.key}", _draft, loading, plan)
        loading.steps.once(f"opened {plan.key}", _open, loading, plan, number)
        numbers[plan.key] = number
    return numbers


def desk(name: str) -> Under:
    return Under(account=name, purpose=account(name).desk)


def _draft(loading: Loading, plan: CasePlan) -> str:
    found = loading.door.get(desk(plan.lead), "/cases")["items"]
    for case in found:
        if case["title"] == plan.title:
            return str(case["number"])
    wanted = {
        "title": plan.title,
        "authorities": list(plan.authorities),
        "predicate": plan.predicate,
        "category": plan.category,
        "supervisor": plan.supervisor,
    }
    return str(loading.door.post(desk(plan.lead), "/cases", wanted)["number"])


def _open(loading: Loading, plan: CasePlan, number: str) -> str:
    door, lead = loading.door, desk(plan.lead)
    case = door.get(lead, f"/cases/{number}")
    if case["state"] == "draft":
        if not any(document["purpose"] == "predicate" for document in case["documents"]):
            door.upload(lead, f"/cases/{number}/documents", "predicate.txt", plan.document.encode())
        case = door.post(lead, f"/cases/{number}/submit")
    if case["state"] == "submitted":
        case = door.post(desk(plan.supervisor), f"/cases/{number}/approve")
    there = {member["account"] for member in case["members"]}
    for member in plan.members:
        if member not in there:
            wanted = {"account": member, "capacity": "member"}
            door.post(desk(plan.supervisor), f"/cases/{number}/members", wanted)
    return str(case["state"])


def lead_of(key: str) -> str:
    return next(plan.lead for plan in CASES if plan.key == key)


def at_work(loading: Loading, key: str, number: str) -> Under:
    """The case's lead at work on it, under the reason that the demo gives for it."""
    return loading.door.inquiry(lead_of(key), number, REASONS[key])


def find(loading: Loading, under: Under, wanted: dict[str, Any]) -> str:
    """The id of an entity that an answer names, found the way a user finds it: by searching."""
    params = {"q": wanted["find"], "source": [wanted["source"]], "schema": [wanted["schema"]], "fuzzy": 0, "limit": 20}
    hits = loading.door.ask(under, "/search", **params)["hits"]
    exact = [hit for hit in hits if hit["caption"] == wanted["caption"]]
    if not (exact or hits):
        raise Missing(f"{wanted['caption']} ({wanted['feed']}) can't be found under {under.purpose}")
    return str((exact or hits)[0]["id"])


def answer(loading: Loading, key: str) -> dict[str, Any]:
    """The planted answer of that key."""
    return next(one for one in loading.world.answers if one["key"] == key)


def fill_cases(loading: Loading, numbers: dict[str, str]) -> None:
    """Entities with their categories, then notes."""
    for n, entry in enumerate(ENTRIES):
        loading.steps.once(f"items {n}", _add, loading, entry, numbers[entry.case])
    for n, statement in enumerate(STATEMENTS):
        loading.steps.once(f"note {n}", _note, loading, statement, numbers[statement.case])


def _add(loading: Loading, entry: Entry, number: str) -> list[str]:
    under = at_work(loading, entry.case, number)
    wanted = answer(loading, entry.answer)["ids"]
    ids = [find(loading, under, wanted[label]) for label in entry.labels]
    body = {"ids": ids, "role": entry.role, "basis": entry.basis}
    loading.door.post(under, f"/cases/{number}/items", {k: v for k, v in body.items() if v is not None})
    return ids


def _note(loading: Loading, statement: Statement, number: str) -> str:
    under = at_work(loading, statement.case, number)
    for note in loading.door.get(under, f"/cases/{number}")["notes"]:
        if note["text"] == statement.text:
            return str(note["id"])
    body = {
        "text": statement.text,
        "kind": statement.kind,
        "basis": statement.basis,
        "reliability": "B",
        "credibility": 2,
    }
    return str(loading.door.post(under, f"/cases/{number}/notes", body)["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A crossing: who asks for what of whose records, and how far it goes in the demo."""

    key: str
    case: str
    finder: str  # key of the case in which the items can be found
    answer: str
    labels: tuple[str, ...]
    fields: tuple[str, ...]
    basis: str
    necessity: str
    alternatives: str
    outcome: str  # approved, denied, refused (after an emergency) or waiting
    danger: str | None = None


REQUESTS = (
    Request(
        key="foremen",
        case="works",
        finder="pier",
        answer="pier-crossing",
        labels=("foreman_1", "foreman_2"),
        fields=("name", "idNumber"),
        basis="smr-pen-118",
        necessity=(
            "Corvane Logistics, paid by a shell company of this case, also receives the wages of Brightwater's workers;"
            " the two foremen are paid elsewhere and may know who gave the order."
        ),
        alternatives="A summons to Brightwater would warn its director before the accounts can be secured.",
        outcome="approved",
    ),
    Request(
        key="workers",
        case="works",
        finder="pier",
        answer="pier-crossing",
        labels=("worker_04", "worker_20"),
        fields=("name", "idNumber", "birthDate"),
        basis="smr-pen-118",
        necessity=(
            "The workers' names would allow a search for their own accounts and telephones, which may show who else is"
            " paid by Corvane Logistics."
        ),
        alternatives="None was tried; the labour inspectors could be asked to put questions to the workers.",
        outcome="denied",
    ),
    Request(
        key="owner",
        case="pier",
        finder="works",
        answer="pier-owner",
        labels=("account_bank",),
        fields=("accountNumber", "bankName"),
        basis="smr-lab-31",
        necessity=(
            "All wages go into one account; whether the bank holds it as a wage account decides whether the deductions"
            " can be recovered by summons."
        ),
        alternatives="The employer was asked twice under the inspection notice and gave no answer.",
        outcome="waiting",
    ),
    Request(
        key="moved",
        case="works",
        finder="pier",
        answer="pier-crossing",
        labels=("worker_20",),
        fields=("name",),
        basis="smr-pen-118",
        necessity=(
            "A dock hand told the patrol that a worker who had talked about Corvane Logistics was taken from the"
            " hostel; her name alone would let the patrol look for her."
        ),
        alternatives="The labour inspectors' desk is closed until Monday; its night number wasn't answered.",
        outcome="refused",
        danger="The dock hand heard that she is to be put on the ferry of 23:40 against her will, with two others.",
    ),
)


def cross(loading: Loading, numbers: dict[str, str]) -> dict[str, str]:
    """Crossings asked for: approved, denied, waiting, and an emergency that its review refused; numbers by key."""
    made = {}
    for request in REQUESTS:
        number = loading.steps.once(f"crossing {request.key}", _ask, loading, request, numbers)
        loading.steps.once(f"decided {request.key}", _decide, loading, request, number)
        made[request.key] = number
    return made


def _ask(loading: Loading, request: Request, numbers: dict[str, str]) -> str:
    """Ask, unless the same was asked before. The holder's side told the requester the ids: he can't find them."""
    under = at_work(loading, request.case, numbers[request.case])
    for row in loading.door.get(under, "/crossings")["items"]:
        if sorted(row["fields"]) == sorted(request.fields):
            return str(row["number"])
    holder = at_work(loading, request.finder, numbers[request.finder])
    named = answer(loading, request.answer)["ids"]
    body = {
        "purpose": numbers[request.case],
        "items": [find(loading, holder, named[label]) for label in request.labels],
        "fields": list(request.fields),
        "basis": request.basis,
        "necessity": request.necessity,
        "alternatives": request.alternatives,
        "expires": (datetime.now(UTC) + timedelta(days=90)).date().isoformat(),
        "danger": request.danger,
    }
    return str(loading.door.post(under, "/crossings", body)["number"])


def _decide(loading: Loading, request: Request, number: str) -> str:
    door, wanted = loading.door, request.outcome
    state = str(door.get(desk("kim.thorne"), f"/crossings/{number}")["state"])
    if state in ("requested", "reviewed") and wanted == "refused":
        door.post(desk("owen.hale"), f"/crossings/{number}/open")
        _opine(
            loading, number, "paula.renner", "oppose", "She is at work today, as her foreman and she herself told us."
        )
        reason = {
            "reason": "The inspectors reached her within the hour: she wasn't taken anywhere. No danger was proved."
        }
        return str(door.post(desk("kim.thorne"), f"/crossings/{number}/deny", reason)["state"])
    if state == "requested" and wanted in LAW:
        law = {"finding": "permitted", "reason": LAW[wanted]}
        state = str(door.post(desk("vera.moss"), f"/crossings/{number}/review", law)["state"])
    if state not in ("requested", "reviewed") or wanted == "waiting":
        return state
    _opine(loading, number, "owen.hale", "support", "The request names two people and two fields, no more.")
    custodian = ("support", "We agree for the foremen; they aren't complainants.")
    if wanted == "denied":
        custodian = ("oppose", "These are witnesses of ours; what they told us would not be told again.")
    _opine(loading, number, "paula.renner", *custodian)
    why = {
        "approved": "Necessary for the procurement case, limited to two people who are no complainants.",
        "denied": "Victims and witnesses of a wage inspection are not to be sought out through a criminal case.",
    }[wanted]
    verb = "approve" if wanted == "approved" else "deny"
    return str(door.post(desk("kim.thorne"), f"/crossings/{number}/{verb}", {"reason": why})["state"])


LAW = {
    "approved": "Section 118 covers payments to losing bidders; named people's wage records may be used to prove them.",
    "waiting": "Section 31 lets the inspectors ask which bank holds wages; nothing else of the account is asked for.",
}


def _opine(loading: Loading, number: str, who: str, opinion: str, text: str) -> None:
    crossing = loading.door.get(desk(who), f"/crossings/{number}")
    if not any(one["by"] == who for one in crossing["opinions"]):
        loading.door.post(desk(who), f"/crossings/{number}/opinion", {"opinion": opinion, "text": text})
