"""Two people decide the same thing at the same moment, one says yes and one says no: one decision stands, whole.

Both have the same state before them; who comes second has read what isn't there any more, and is told so (`changed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from tests import reading
from tests.leadroom import LeadRoom, lead_room, shipped
from tests.leak.test_powers import restrict, row
from tests.leak.test_r8_once_and_seen import at_once
from tests.office import Office
from tests.rules.test_rule_32_access import ask

from brightline.gate import Answer
from brightline.leads.programme import read
from brightline.model.errors import Conflict
from brightline.search import commands
from brightline.search.bulk import Line

pytestmark = pytest.mark.database
WHY = "It was looked at with the file in hand, and this is what follows."
LISTED = "People named on the manifest of the ferry of 3 May"
AIM = "Find which of the passengers own a company that was paid from the same account."
LETTER = {
    "recipient": "District court", "address": "1 Quay Road, Porthaven", "recipient_kind": "court", "fields": ["name"],
    "purpose": "Evidence for the hearing on the invoices that were paid twice.", "nature": "List of suspects",
    "need_to_know": "The court asks for it by name.", "right_to_know": "Order of the court of 3 May.",
}  # fmt: skip


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        made.at.world.person("lux", ("legal", "approver"))
        made.at.world.person("gil", ("fraud", "agent"))
        made.at.world.unit("house")
        made.at.world.person("hal", ("house", "steward"), authority="inspector-general-act")
        yield made


@pytest.fixture
def at(room: LeadRoom) -> Office:
    return room.at


def both(at: Office, act: str, *ways: tuple[str, str, dict[str, Any]]) -> int:
    """The place of the one that stands; the other is told that what it read has changed."""
    calls = [at.call(who, desk) for who, desk, _ in ways]
    given = [{**params, "reason": WHY} for _, _, params in ways]
    found = [reading.revision(at.world.db, call, act, params) for call, params in zip(calls, given, strict=True)]
    assert found[0] is not None
    assert set(found) == {found[0]}
    told = at_once(at, len(ways), lambda gate, n: gate.run(replace(calls[n], seen=found[n]), act, given[n]))
    return one_stands(told)


def one_stands(told: list[Any], otherwise: str = "changed") -> int:
    """Which; the other was told by this code that it came second."""
    stands = [n for n, one in enumerate(told) if isinstance(one, Answer)]
    assert len(stands) == 1, told
    lost = [one for one in told if not isinstance(one, Answer)]
    assert {(type(one), one.code) for one in lost} == {(Conflict, otherwise)}, told
    return stands[0]


def glass(at: Office) -> None:
    number = ask(at, "gil", at.opened(supervisor="sam"))["glass"]
    first = ("sam", "fraud/supervisor", {"glass": number, "approve": True})
    won = both(at, "glass_decide", first, ("lou", "legal/approver", {"glass": number, "approve": False}))
    found = at.world.db.execute(
        "SELECT g.state, a.name FROM line.glass g JOIN line.account a ON a.id = g.decided_by WHERE g.number = %s",
        (number,),
    ).fetchone()
    assert found == (("open", "sam"), ("denied", "lou"))[won]


def restriction(at: Office) -> None:
    number = restrict(at, key=row(at)[2])
    first = ("lou", "legal/approver", {"restriction": number, "decision": "confirm"})
    # What is confirmed may be lifted, so only the revision tells that somebody else decided in between.
    other = ("lux", "legal/approver", {"restriction": number, "decision": "lift"})
    won = both(at, "restriction_decide", first, other)
    found = at.world.db.execute(
        "SELECT r.state, a.name FROM restrictions.restriction r JOIN line.account a ON a.id = r.decided_by"
        " WHERE r.number = %s",
        (number,),
    ).fetchone()
    assert found == (("confirmed", "lou"), ("lifted", "lux"))[won]


def disclosure(at: Office) -> None:
    case = at.opened(supervisor="sam")
    at.world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
    at.world.move()
    id, _ = at.person("register", "Odo Ferryman")
    at.do("ana", case, "case_add_items", ids=[id], role="suspect", basis="Named by the invoices of March.")
    number = at.gate.run(at.call("ana", case), "disclosure_prepare", {**LETTER, "items": [id]}).result["disclosure"]
    at.do("ana", case, "disclosure_submit", disclosure=number)
    first = ("sam", "fraud/supervisor", {"disclosure": number, "decision": "approve"})
    # What is approved may be denied until it is sent: again it is the revision that tells.
    other = ("sue", "fraud/supervisor", {"disclosure": number, "decision": "deny"})
    won = both(at, "disclosure_decide", first, other)
    found = at.world.db.execute(
        "SELECT d.state, a.name FROM disclosures.disclosure d JOIN line.account a ON a.id = d.approver"
        " WHERE d.number = %s",
        (number,),
    ).fetchone()
    assert found == (("approved", "sam"), ("denied", "sue"))[won]


def bulk(at: Office) -> None:
    case = at.opened(supervisor="sam")
    at.person("register", "Odo Ferryman")
    wanted = commands.Wanted(population=LISTED, aim=AIM, expected=1, lines=[Line(q="Odo Ferryman")], fuzzy=0)
    number = commands.request(at.gate, at.call("ana", case), wanted).result["bulk"]
    commands.sample(at.gate, at.call("ana", case), number)
    for hit in at.do("ana", case, "bulk_hits", bulk=number)["items"]:
        said = {"verdict": "confirmed", "compared": ["identifier"], "reason": "The passport numbers agree."}
        at.do("ana", case, "bulk_judge", hit=hit["hit"], **said)
    first = ("sam", "fraud/supervisor", {"bulk": number, "decision": "approve"})
    won = both(at, "bulk_decide", first, ("sue", "fraud/supervisor", {"bulk": number, "decision": "deny"}))
    found = at.world.db.execute(
        "SELECT r.state, a.name FROM bulk.request r JOIN line.account a ON a.id = r.decider WHERE r.number = %s",
        (number,),
    ).fetchone()
    assert found == (("approved", "sam"), ("denied", "sue"))[won]


def lead(at: Office) -> None:
    """One vetter calls it viable, the other closes it."""
    room = LeadRoom(at)
    number = room.tip(f"T-{uuid4().hex[:6]}", register_no=f"SM-{uuid4().int % 10**6}")
    room.checks(number, matched=(("register", "registrationNumber"), ("contact", "phone")))
    first = ("tam", "tips/vetter", {"lead": number, "code": "viable"})
    won = both(at, "lead_decide", first, ("tess", "tips/vetter", {"lead": number, "code": "insufficient"}))
    assert room.show(number)["state"] == ("viable", "closed")[won]


def programme(at: Office) -> None:
    """Two stewards propose two texts of one programme: one waits to be decided, the other is told of it."""
    texts = [read(shipped("procurement-fraud-tips", title=f"Tips {uuid4().hex[:6]}")).config() for _ in range(2)]
    desk, names = "records/steward", ("stu", "sal")
    if "sal" not in at.world.accounts:
        at.world.person("sal", ("records", "steward"))
    given = [{"config": text, "reason": WHY} for text in texts]
    calls = [at.call(who, desk) for who in names]
    seen = reading.revision(at.world.db, calls[0], "programme_apply", given[0])
    told = at_once(at, 2, lambda gate, n: gate.run(replace(calls[n], seen=seen), "programme_apply", given[n]))
    won = one_stands(told, "waits")
    at.do("lou", "legal/approver", "proposal_accept", proposal=told[won].result["proposal"], reason=WHY)
    found = at.do("stu", desk, "programme_list", programme="procurement-fraud-tips")["programmes"]
    titles = [one["config"]["title"] for one in found]
    assert titles[0] == texts[won]["title"]
    assert texts[1 - won]["title"] not in titles


def proposal(at: Office) -> None:
    code = f"18-usc-{uuid4().hex[:6]}"
    wanted = {"authority": code, "title": "Nine", "statute": "18 USC 9", "regime": "criminal"}
    number = at.do("hal", "house/steward", "authority_add", **wanted)["proposal"]
    ways = [(who, "legal/approver", {"proposal": number}) for who in ("lou", "lux")]
    calls = [at.call(who, desk) for who, desk, _ in ways]
    read_ = reading.revision(at.world.db, calls[0], "proposal_accept", {"proposal": number})
    acts = ("proposal_accept", "proposal_refuse")
    given = {"proposal": number, "reason": WHY}
    told = at_once(at, 2, lambda gate, n: gate.run(replace(calls[n], seen=read_), acts[n], given))
    won = one_stands(told)
    shown = at.do("lou", "legal/approver", "proposal_show", proposal=number)
    assert (shown["state"], shown["decided_by"]) == (("notice", "lou"), ("refused", "lux"))[won]


def referral(at: Office) -> None:
    room = LeadRoom(at)
    if "fern" not in at.world.accounts:
        at.world.person("fern", ("fraud", "vetter"))
    numbers = {"register_no": f"SM-{uuid4().int % 10**6}", "phone": f"+1 555 {uuid4().int % 10**7:07d}"}
    number = room.refer(room.checked(f"T-{uuid4().hex[:6]}", **numbers))["referral"]
    at.do("finn", "fraud/vetter", "referral_answer", referral=number, act="acknowledge")
    first = ("finn", "fraud/vetter", {"referral": number, "act": "accept"})
    won = both(at, "referral_answer", first, ("fern", "fraud/vetter", {"referral": number, "act": "decline"}))
    listed = at.do("finn", "fraud/vetter", "referral_list", referral=number)["referrals"]
    assert listed[0]["state"] == ("accepted", "declined")[won]


def grant(at: Office) -> None:
    """A supervisor keeps a role, an administrator ends it."""
    at.world.grant("gil", "fraud", "analyst")
    given = {"account": "gil", "unit": "fraud", "role": "analyst", "reason": WHY}
    calls = [at.call("sam", "fraud/supervisor"), at.call("ada", "records/admin")]
    acts = ("role_confirm", "role_revoke")
    read_ = reading.revision(at.world.db, calls[0], acts[0], given)
    assert read_ == reading.revision(at.world.db, calls[1], acts[1], given)
    told = at_once(at, 2, lambda gate, n: gate.run(replace(calls[n], seen=read_), acts[n], given))
    won = one_stands(told)
    live = at.do("ada", "records/admin", "role_list", account="gil")["roles"]
    assert ("analyst" in {one["role"] for one in live}) == (won == 0)
    at.world.db.execute("DELETE FROM line.role_grant WHERE role = 'analyst'")


KINDS = [glass, restriction, disclosure, bulk, lead, programme, proposal, referral, grant]


@pytest.mark.parametrize("decided", KINDS, ids=lambda one: one.__name__)
def test_of_two_decisions_at_once_one_stands(at: Office, decided: Callable[[Office], None]) -> None:
    for _ in range(2):
        decided(at)
