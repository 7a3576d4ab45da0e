"""The work on a case as state machines: tasks, reports of investigation, evidence; and what its guards say.

    task      open ──end──▶ done | dropped
    report    draft ──submit──▶ in_review ──approve──▶ approved (locked)
                ▲                  │return
                └──(write)── returned ──submit──▶ in_review
    evidence  seized ──store──▶ stored ──offer or reassign, accept──▶ transferred ──store──▶ stored
                  └── return | forfeit | destroy ──▶ returned | forfeited | destroyed (the end)

Pure: no clock, no database. The database holds the same tables of steps (`cases.report_transition`,
`cases.evidence_transition`); a test compares them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from brightline.model.errors import Conflict, Refused


class Report(StrEnum):
    """Where a report of investigation stands. Approved is locked: a correction is a further report."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"


class Step(StrEnum):
    """Which step of an investigation a report tells."""

    OPENING = "opening"
    CONTINUING = "continuing"
    CLOSING = "closing"
    INFORMATION = "information"


class Evidence(StrEnum):
    """Where an item of evidence stands; the last three are its end."""

    SEIZED = "seized"
    STORED = "stored"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    FORFEITED = "forfeited"
    DESTROYED = "destroyed"


REPORT_STEPS: Mapping[tuple[Report, str], Report] = {
    (Report.DRAFT, "submit"): Report.IN_REVIEW,
    (Report.RETURNED, "submit"): Report.IN_REVIEW,
    (Report.IN_REVIEW, "approve"): Report.APPROVED,
    (Report.IN_REVIEW, "return"): Report.RETURNED,
    (Report.IN_REVIEW, "withdraw"): Report.DRAFT,
}

HELD = (Evidence.SEIZED, Evidence.STORED, Evidence.TRANSFERRED)
"""Somebody has the item in custody."""

DISPOSITIONS: Mapping[str, Evidence] = {
    "return": Evidence.RETURNED,
    "forfeit": Evidence.FORFEITED,
    "destroy": Evidence.DESTROYED,
}

EVIDENCE_STEPS: Mapping[tuple[Evidence, str], Evidence] = {
    **{(state, "store"): Evidence.STORED for state in HELD},
    **{(state, "offer"): state for state in HELD},
    **{(state, "accept"): Evidence.TRANSFERRED for state in HELD},
    **{(state, "decline"): state for state in HELD},
    **{(state, "reassign"): state for state in HELD},
    **{(state, act): end for state in HELD for act, end in DISPOSITIONS.items()},
}

CHECKS_PER_INQUIRY = 20
MINUTES_PER_DAY = 1440
ACTIVITIES = ("investigation", "records", "interview", "surveillance", "court", "travel", "writing", "other")


def next_report(state: Report, act: str) -> Report:
    """Where `act` leads a report; Conflict where it leads nowhere, an approved one above all."""
    try:
        return REPORT_STEPS[state, act]
    except KeyError:
        raise Conflict(
            f"A report that is {state.value.replace('_', ' ')} can't be changed by {act}.",
            hint="An approved report is locked: write a further one that corrects it.",
            code="state",
        ) from None


def require_reviewer(author: str, reviewer: str) -> None:
    """An author never decides about their own report."""
    if author == reviewer:
        raise Refused(
            "An author never decides about their own report.",
            hint="Another supervisor of the case reviews it.",
            code="four_eyes",
        )


def next_evidence(state: Evidence, act: str, *, offered: bool = False) -> Evidence:
    """Where `act` leads an item. While offered it is accepted or declined, or a supervisor names another taker."""
    answering = act in ("accept", "decline")
    if (state, act) not in EVIDENCE_STEPS or (answering != offered and act != "reassign"):
        raise Conflict(
            f"An item that is {state.value}{' and offered' if offered else ''} can't be changed by {act}.",
            hint="An offer is accepted or declined first; nothing follows a disposition.",
            code="state",
        )
    return EVIDENCE_STEPS[state, act]


def require_transfer(giver: str, taker: str, signer: str, act: str) -> None:
    """Two people sign a transfer: the giver offers, the taker accepts, each in their own session."""
    if giver == taker:
        raise Refused("Nobody hands an item to themselves.", hint="Name the person who takes it.", code="two_people")
    if act == "reassign" and signer in (giver, taker):
        raise Refused(
            "A third person reassigns an item.", hint="Another supervisor of the unit does.", code="two_people"
        )
    if act == "offer" and signer != giver:
        raise Refused("Only its custodian hands an item on.", hint="Ask the custodian.", code="custodian")
    if act == "accept" and signer != taker:
        raise Refused(
            "Only the person to whom it is offered accepts an item.",
            hint="The taker signs in their own session.",
            code="taker",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of a chain of custody as the database tells it."""

    n: int
    act: str
    giver: str | None
    taker: str | None
    place: str
    reason: str
    account: str
    at: str
    entry: str
    sha256: str | None = None
    """Of the bytes, as the server computed it at this link; none where there are none."""


def seal(before: bytes, item: str, link: Link) -> bytes:
    """The link's seal: SHA-256 over the seal before it and the link, each with its length in front.

    The first link follows the SHA-256 of the item's content, or nothing. Written as PostgreSQL writes a jsonb array,
    so that whoever holds an exported chain can check it without the database.
    """
    parts = [item, link.n, link.act, link.giver, link.taker, link.place, link.reason, link.account, link.at, link.entry]
    if link.sha256 is not None:
        parts.append(link.sha256)
    text = json.dumps(parts, ensure_ascii=False, separators=(", ", ": ")).encode()
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in (before, text))).digest()


def closing_gaps(*, open_tasks: int, reports_in_review: int, offered_items: int) -> Sequence[str]:
    """What stands between a case and its closure, by code; empty when nothing does."""
    found = (("tasks", open_tasks), ("reports", reports_in_review), ("custody", offered_items))
    return tuple(code for code, count in found if count > 0)
