"""Two people decide the same thing at the same moment, one says yes and one says no: one decision stands, whole.

Both have the same state before them; who comes second has read what isn't there any more, and is told so (`changed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests import reading
from tests.leak.test_powers import restrict, row
from tests.leak.test_r8_once_and_seen import at_once
from tests.office import Office, office
from tests.rules.test_rule_32_access import ask

from brightline.gate import Answer
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
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        made.world.person("lux", ("legal", "approver"))
        made.world.person("gil", ("fraud", "agent"))
        yield made


def both(at: Office, act: str, *ways: tuple[str, str, dict[str, Any]]) -> int:
    """The place of the one that stands; the other is told that what it read has changed."""
    calls = [at.call(who, desk) for who, desk, _ in ways]
    given = [{**params, "reason": WHY} for _, _, params in ways]
    read = [reading.revision(at.world.db, call, act, params) for call, params in zip(calls, given, strict=True)]
    assert read[0] is not None
    assert set(read) == {read[0]}
    told = at_once(at, len(ways), lambda gate, n: gate.run(replace(calls[n], seen=read[n]), act, given[n]))
    stands = [n for n, one in enumerate(told) if isinstance(one, Answer)]
    assert len(stands) == 1, told
    lost = [one for one in told if not isinstance(one, Answer)]
    assert {(type(one), one.code) for one in lost} == {(Conflict, "changed")}, told
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


@pytest.mark.parametrize("decided", [glass, restriction, disclosure, bulk], ids=lambda one: one.__name__)
def test_of_two_decisions_at_once_one_stands(at: Office, decided: Callable[[Office], None]) -> None:
    for _ in range(2):
        decided(at)
