"""Rule 41: bulk matching needs approval by somebody else, with a sampled error rate; its hits expire unless judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.contract.searching import room
from tests.office import Office, office

import brightline
from brightline.leads import intake, programme
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.model.keys import entity_keys
from brightline.search import bulk, commands, queries

pytestmark = pytest.mark.database

WHO = "Foremen on the payroll list of May that the company handed over"
AIM = "Find which of the foremen own a company that was paid from the same harbour account."
WHY = "Compared the passport number on the payroll with the register's."
PROGRAMME = Path(brightline.__file__).parent / "leads" / "programmes" / "procurement-fraud-tips.yml"
NAMES = [f"Foreman{chr(97 + n // 26)}{chr(97 + n % 26)}q Tarnvale" for n in range(60)]


@pytest.fixture
def at(db: Any) -> Iterator[Office]:
    with office(db) as made:
        made.number = made.opened()  # type: ignore[attr-defined]
        yield made


def put(at: Office, name: str, **properties: Any) -> Any:
    said = {"name": [name], **{key: [value] for key, value in properties.items()}}
    marking = at.world.marking("register")
    return at.world.aspect(
        "register", name, marking=marking, properties=said, keys=sorted(entity_keys("Person", said).keys)
    )


def case(at: Office) -> str:
    return at.number  # type: ignore[attr-defined, no-any-return]


def ask(at: Office, names: list[str], **changes: Any) -> str:
    lines = [bulk.Line(q=name) if isinstance(name, str) else name for name in names]
    wanted = {"population": WHO, "aim": AIM, "expected": 3, "lines": lines, "fuzzy": 0, **changes}
    made = commands.request(at.gate, at.call("ana", case(at)), commands.Wanted(**wanted)).result
    return str(made["bulk"])


def hits(at: Office, number: str, **only: Any) -> list[dict[str, Any]]:
    wanted = {"sample": None, "judged": None, **only}
    answer = queries.bulk_hits(at.gate, at.call("ana", case(at)), number, page={"limit": 200}, **wanted)
    items: list[dict[str, Any]] = answer.result["items"]
    return items


def judge(at: Office, hit: Any, verdict: str = "confirmed", compared: tuple[str, ...] = ("name", "identifier")) -> Any:
    call = at.call("ana", case(at))
    return commands.judge(at.gate, call, hit["hit"], verdict=verdict, compared=compared, reason=WHY).result


def measured(at: Office, names: list[Any], **changes: Any) -> str:
    number = ask(at, names, **changes)
    at.do("ana", case(at), "bulk_sample", bulk=number)
    for hit in hits(at, number, sample=True):
        judge(at, hit)
    return number


def decide(at: Office, number: str, who: str = "sam", decision: str = "approve") -> Any:
    reason = "The list is of one employer and the sample was right."
    return commands.decide(at.gate, at.call(who, "fraud/supervisor"), number, decision=decision, reason=reason).result


def refused(code: str, act: Any, *given: Any, **params: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    assert caught.value.entry
    return caught.value


def test_rule_41_a_list_above_the_threshold_is_refused(db: Any) -> None:
    made = room(db)
    names = [f"Somebody Number{n}" for n in range(51)]
    refusal = refused("bulk", queries.batch, made.gate, made.call, names)
    assert "brightline bulk request" in refusal.hint
    assert len(queries.batch(made.gate, made.call, names[:50]).result["items"]) == 50


def test_rule_41_a_list_in_pieces_is_still_one_list(db: Any) -> None:
    made = room(db)
    queries.batch(made.gate, made.call, NAMES[:30])
    queries.batch(made.gate, made.call, [" ".join(reversed(name.split())) for name in NAMES[:30]])
    refused("bulk_split", queries.batch, made.gate, made.call, NAMES[30:51])
    queries.batch(made.gate, made.call, NAMES[30:50])
    refused("bulk_split", queries.batch, made.gate, made.call, NAMES[50:51])
    made.world.db.execute("UPDATE bulk.asked SET at = at - interval '25 hours'")
    assert queries.batch(made.gate, made.call, NAMES[50:60]).result["items"]
    assert made.world.db.execute("SELECT count(*) FROM bulk.asked").fetchone() == (10,)


def test_rule_41_attributes_in_pieces_are_still_one_search(db: Any) -> None:
    made = room(db)
    for name in NAMES:
        made.put("register", "Person", {"name": [name], "nationality": ["us" if name < NAMES[30] else "mx"]})
    us, mx = queries.Search(q="", countries=["us"], limit=50), queries.Search(q="", countries=["mx"], limit=50)
    asked = [queries.Search(q="", schemas=["Person"], limit=50, countries=one.countries) for one in (us, mx)]
    assert queries.find(made.gate, made.call, asked[0]).result["total"] == 30
    refused("bulk_split", queries.find, made.gate, made.call, asked[1])
    whole = queries.Search(q="", schemas=["Person"])
    assert "brightline bulk request" in refused("bulk", queries.find, made.gate, made.call, whole).hint


def test_rule_41_a_request_says_who_what_for_and_how_many(at: Office) -> None:
    for changes, field in (
        ({"population": "Foremen"}, "population"),
        ({"aim": "To find out."}, "aim"),
        ({"expected": 0}, "expected"),
        ({"lines": []}, "lines"),
        ({"lines": [bulk.Line(q="Ltd 7", born="yesterday")]}, "lines"),
        ({"lines": [bulk.Line(q="%%")]}, "lines"),
        ({"fuzzy": 2}, "fuzzy"),
    ):
        with pytest.raises(BadInput) as told:
            ask(at, NAMES, **changes)
        assert told.value.field == field
        assert told.value.hint


def test_rule_41_nothing_runs_before_somebody_else_approved_by_the_error_rate(at: Office) -> None:
    for name in NAMES[::3]:
        put(at, name, idNumber=f"ID-{name[:9]}")
    number = ask(at, NAMES)
    for act in ("bulk_run",):
        with pytest.raises(Conflict):
            at.do("ana", case(at), act, bulk=number)
    with pytest.raises(Conflict):
        decide(at, number)
    drawn = at.do("ana", case(at), "bulk_sample", bulk=number)
    assert (drawn["state"], drawn["sample"], drawn["size"]) == ("sampled", 20, 60)
    with pytest.raises(Conflict):
        at.do("ana", case(at), "bulk_sample", bulk=number)
    found = hits(at, number, sample=True)
    assert 0 < len(found) == drawn["sample_hits"] <= 20
    with pytest.raises(Conflict) as unjudged:
        decide(at, number)
    assert "judged first" in unjudged.value.hint
    last = [judge(at, hit) for hit in found][-1]
    assert (last["bulk"]["state"], float(last["bulk"]["error_rate"])) == ("measured", 0.0)
    assert 0 < float(last["bulk"]["error_high"]) < 1
    with pytest.raises(Conflict):
        at.do("ana", case(at), "bulk_run", bulk=number)
    with pytest.raises(Conflict):
        judge(at, found[0], "wrong")
    at.world.grant("ana", "fraud", "supervisor")
    refused("four_eyes", decide, at, number, "ana")
    assert decide(at, number)["state"] == "approved"
    done = at.do("ana", case(at), "bulk_run", bulk=number)
    assert (done["state"], done["searched"], done["found"]) == ("done", 60, 20)
    assert sum(hit["verdict"] == "confirmed" for hit in hits(at, number)) == len(found)


def test_rule_41_whoever_judged_the_sample_does_not_decide(at: Office) -> None:
    put(at, NAMES[0])
    at.do("ana", "fraud/agent", "case_member_add", case=case(at), account="sue", capacity="member")
    number = ask(at, NAMES[:51])
    at.do("ana", case(at), "bulk_sample", bulk=number)
    for hit in hits(at, number):
        given = {"verdict": "confirmed", "compared": ["identifier"], "reason": WHY}
        at.do("sue", case(at), "bulk_judge", hit=hit["hit"], **given)
    if at.do("ana", case(at), "bulk_show", bulk=number)["confirmed"]:
        refused("four_eyes", decide, at, number, "sue")
    assert decide(at, number, "sam", "deny")["state"] == "denied"


def test_rule_41_too_many_errors_can_not_be_approved(at: Office) -> None:
    for name in NAMES[:4]:
        put(at, name)
    number = ask(at, NAMES[:4])
    at.do("ana", case(at), "bulk_sample", bulk=number)
    for hit, verdict in zip(hits(at, number), ("wrong", "unsure", "confirmed", "confirmed"), strict=True):
        told = judge(at, hit, verdict)
    assert float(told["bulk"]["error_rate"]) == 0.5
    assert "50.0 %" in refused("error_rate", decide, at, number).detail
    assert decide(at, number, decision="deny")["state"] == "denied"


def test_rule_41_hits_expire_unless_a_person_judges_each(at: Office) -> None:
    for name in NAMES[:3]:
        put(at, name)
    number = measured(at, NAMES[:1])
    decide(at, number)
    at.do("ana", case(at), "bulk_run", bulk=number)
    other = ask(at, NAMES[1:3])
    at.do("ana", case(at), "bulk_sample", bulk=other)
    first, second = hits(at, other)
    judge(at, first, "unsure")
    at.world.db.execute("UPDATE bulk.hit SET expires = now() - interval '1 second'")
    assert [hit["hit"] for hit in hits(at, other)] == [first["hit"]]
    assert len(hits(at, number)) == 1
    with pytest.raises(Missing):
        judge(at, second)
    refused("bulk_unjudged", at.do, "ana", case(at), "case_add_items", ids=[second["id"]], role="other", basis="Seen.")


def test_rule_41_no_action_on_name_and_birth_date_alone(at: Office) -> None:
    put(at, NAMES[0], birthDate="1980-05-01")
    put(at, NAMES[1], birthDate="1979-01-01")
    number = ask(at, [bulk.Line(q=NAMES[0], born="1980-05-01"), bulk.Line(q=NAMES[1], born="1980")])
    at.do("ana", case(at), "bulk_sample", bulk=number)
    (hit,) = hits(at, number)
    assert hit["matched"] == ["name", "birth_date"]
    add = {"ids": [hit["id"]], "role": "suspect", "basis": "Same name and date of birth as on the list."}
    refused("bulk_unjudged", at.do, "ana", case(at), "case_add_items", **add)
    assert judge(at, hit, compared=("name", "birth_date"))["actionable"] is False
    decide(at, number)
    at.do("ana", case(at), "bulk_run", bulk=number)
    refused("name_only", at.do, "ana", case(at), "case_add_items", **add)
    at.do("ana", case(at), "case_add_items", **{**add, "role": "other"})
    role = {"id": hit["id"], "role": "suspect", "basis": "Same name and date of birth as on the list."}
    refused("name_only", at.do, "ana", case(at), "case_role_set", **role)
    assert judge(at, hit, compared=("name", "identifier"))["actionable"] is True
    assert at.do("ana", case(at), "case_role_set", **role)["category"] == "suspect"


def test_rule_41_a_lead_of_name_and_birth_date_alone_is_not_taken_in() -> None:
    known = programme.read(PROGRAMME.read_text("utf-8"))
    columns = known.intake
    row = {columns.key: "K-1", columns.title: "A tip", columns.received: date.today().isoformat()}  # noqa: DTZ011
    row |= {columns.name: "Maria Vega", **({columns.birth_date: "1980-05-01"} if columns.birth_date else {})}
    heading = list(columns.named())
    text = "\n".join([",".join(heading), ",".join(row.get(name, "") for name in heading)])
    batch = intake.read(known, text.encode())
    assert batch.rows == []
    assert "neither an identifier nor a narrative" in batch.rejected[0]["reasons"][0]


def test_rule_41_attributes_alone_go_the_same_way(at: Office) -> None:
    for name in NAMES:
        put(at, name)
    number = ask(at, [], lines=[], filters={"schemas": ["Person"], "sources": ["register"]})
    shown = at.do("ana", case(at), "bulk_show", bulk=number)
    assert (shown["kind"], shown["size"]) == ("attributes", 60)
    at.do("ana", case(at), "bulk_sample", bulk=number)
    assert len([judge(at, hit) for hit in hits(at, number)]) == 20
    decide(at, number)
    done = at.do("ana", case(at), "bulk_run", bulk=number)
    assert (done["state"], done["found"]) == ("done", 60)
    with pytest.raises(BadInput):
        ask(at, [], lines=[], filters={"from": "2020-01-01"})
    with pytest.raises(Conflict):
        ask(at, [], lines=[], filters={"sources": ["nothing"]})


def test_rule_41_a_long_run_goes_on_where_it_stopped_and_a_late_one_not_at_all(at: Office) -> None:
    names = [f"{name} {extra}" for name in NAMES for extra in ("Alder", "Birch", "Cedar", "Dogwood")]
    number = measured(at, names)
    assert at.do("ana", case(at), "bulk_show", bulk=number)["error_rate"] is None
    decide(at, number)
    at.world.db.execute("UPDATE bulk.request SET run_by = now() - interval '1 minute'")
    with pytest.raises(Conflict):
        at.do("ana", case(at), "bulk_run", bulk=number)
    at.world.db.execute("UPDATE bulk.request SET run_by = now() + interval '1 day'")
    first = at.do("ana", case(at), "bulk_run", bulk=number)
    assert (first["state"], first["searched"] <= 200) == ("running", True)
    while first["state"] == "running":
        first = at.do("ana", case(at), "bulk_run", bulk=number)
    assert (first["state"], first["searched"]) == ("done", 240)
    assert at.do("ana", case(at), "bulk_show", bulk=ask(at, names))["earlier"] == 1


def test_rule_41_a_request_can_be_taken_back_by_who_made_it(at: Office) -> None:
    number = ask(at, NAMES)
    with pytest.raises(Missing):
        at.do("cleo", "C-2026-0002", "bulk_withdraw", bulk=number)
    assert at.do("ana", case(at), "bulk_withdraw", bulk=number)["state"] == "withdrawn"
    with pytest.raises(Conflict):
        at.do("ana", case(at), "bulk_sample", bulk=number)
