"""After a disclosure was prepared or sent: taken back, corrected by a real run of a feed, confirmed, owed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.contract.test_disclosures import approved, decide, fraud, prepare, suspect
from tests.feeding import BASE, KEY, Feeding, folder_of
from tests.office import Office

from brightline.disclosures import commands, queries
from brightline.feeds import pipeline
from brightline.model.errors import BadInput, Conflict, Missing, Refused

pytestmark = pytest.mark.database
__all__ = ["fraud"]


def owed(made: Office, who: str, purpose: str) -> dict[str, dict[str, Any]]:
    found = made.do(who, purpose, "disclosure_owed", limit=200)
    assert found["total"] >= len(found["owed"])
    return {one["disclosure"]: one for one in found["owed"]}


@pytest.mark.parametrize("far", ["draft", "submitted", "approved"])
def test_what_has_not_left_is_taken_back(fraud: tuple[Office, str], far: str) -> None:
    made, case = fraud
    number = prepare(made, case, suspect(made, case, f"Taken Back {far}"))["disclosure"]
    if far != "draft":
        commands.submit(made.gate, made.call("ana", case), number)
    if far == "approved":
        decide(made, number)
    call = made.call("ana", case)
    with pytest.raises(BadInput):
        commands.withdraw(made.gate, call, number, reason="")
    done = commands.withdraw(made.gate, call, number, reason="The prosecutor asks for nothing any more.").result
    assert done["state"] == "withdrawn"
    for act in (commands.submit, commands.send):
        with pytest.raises(Conflict):
            act(made.gate, made.call("ana", case), number)
    with pytest.raises(Conflict):
        commands.withdraw(made.gate, made.call("ana", case), number, reason="Once more, to be sure.")
    row = made.world.db.execute("SELECT count(*) FROM disclosures.accounting WHERE disclosure = %s", (number,))
    assert row.fetchone() == (0,)


def test_what_was_sent_is_recalled_and_never_taken_back(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    number = approved(made, case, suspect(made, case, "Sent Already"))
    commands.send(made.gate, made.call("ana", case), number)
    with pytest.raises(Conflict) as caught:
        commands.withdraw(made.gate, made.call("ana", case), number, reason="It was a mistake after all.")
    assert "recall" in caught.value.hint


def test_another_member_takes_nothing_back(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    made.do("ana", case, "case_member_add", account="bo")
    number = prepare(made, case, suspect(made, case, "Another's Draft"))["disclosure"]
    with pytest.raises(Refused) as caught:
        commands.withdraw(made.gate, made.call("bo", case), number, reason="I would rather not.")
    assert caught.value.code == "capacity"
    with pytest.raises((Refused, Missing)):
        commands.withdraw(made.gate, made.call("cleo", "C-2026-0002"), number, reason="I would rather not.")


def test_rules_are_not_accepted_in_the_future(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    with pytest.raises(BadInput):
        prepare(made, case, suspect(made, case, "Future Rules"), rules_accepted="2199-01-01")


def test_rule_08_a_refresh_that_changes_a_sent_value_is_owed_and_one_that_adds_is_not(
    fraud: tuple[Office, str], tmp_path: Path
) -> None:
    """By the feed itself: published by its process, not by a change in the table."""
    made, case = fraud
    made.world.person("stu2", ("records", "steward"))
    settings = pipeline.Settings(
        dsn=made.database.dsn("brightline_feed"), entity_key=KEY, data=None, feed_roots=(tmp_path,), processes=1
    )
    feed = Feeding(db=made.database, gate=made.gate, world=made.world, settings=settings)
    feed._call = made.call("stu", "records/steward")
    rows = "id,name,born,phone\n1,Edvard Vann,1985-09-09,\n2,Other Person,1970-01-01,\n"
    feed.add(folder_of(tmp_path, BASE, {"inbox/a.csv": rows}))
    assert feed.refresh("people").new == 2
    printed = made.world.db.execute(
        "SELECT 'register-' || replace(a.entity::text, '-', '') FROM content.aspect a WHERE a.caption = 'Edvard Vann'"
    ).fetchone()
    assert printed is not None
    basis = "Signed the second invoice of 4 March."
    made.do("ana", case, "case_add_items", ids=[printed[0]], role="suspect", basis=basis)
    fields = ["name", "birthDate"]
    numbers = [approved(made, case, printed[0], fields=fields) for _ in range(2)]
    for number in numbers:
        commands.send(made.gate, made.call("ana", case), number)
    # A telephone is added, and another person's row changes: nothing that was sent says anything else now.
    added = rows.replace("1985-09-09,", "1985-09-09,+12025550143").replace("1970-01-01", "1970-01-02")
    folder_of(tmp_path, BASE, {"inbox/a.csv": added})
    assert feed.refresh("people").changed == 2
    assert not set(numbers) & set(owed(made, "ana", case))
    # The birth date was wrong: each recipient is owed a correction, once.
    folder_of(tmp_path, BASE, {"inbox/a.csv": added.replace("1985-09-09", "1986-09-09")})
    assert feed.refresh("people").changed == 1
    waiting = owed(made, "ana", case)
    assert set(numbers) <= set(waiting)
    one = waiting[numbers[0]]
    assert (one["kind"], one["days"], one["recipient"]) == ("correction", 0, "District prosecutor of Saltmere")
    assert "birthDate" in one["text"]
    assert "198" not in one["text"]
    bell = [n["what"] for n in made.do("ana", None, "notice_list")["notices"] if n["kind"] == "disclosure"]
    assert any(numbers[0] in said for said in bell)
    # What was sent stays what was sent; its age is told until the recipient confirms.
    made.world.db.execute("UPDATE disclosures.notice SET at = at - interval '9 days' WHERE id = %s", (one["notice"],))
    assert owed(made, "sam", "fraud/supervisor")[numbers[0]]["days"] == 9
    commands.confirm(made.gate, made.call("ana", case), numbers[0], notice=one["notice"], by="Clerk of the court")
    left = owed(made, "ana", case)
    assert numbers[0] not in left
    assert numbers[1] in left
    with pytest.raises(Missing):
        commands.confirm(made.gate, made.call("ana", case), numbers[0], notice=one["notice"], by="Clerk of the court")
    shown = queries.shown(made.gate, made.call("ana", case), numbers[0]).result
    assert [n["confirmed_by"] for n in shown["notices"]] == ["Clerk of the court"]


def test_another_unit_is_owed_nothing(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    number = approved(made, case, suspect(made, case, "Recalled One"))
    commands.send(made.gate, made.call("ana", case), number)
    commands.recall(made.gate, made.call("ana", case), number, text="The payee was confused with another person.")
    assert number in owed(made, "ana", case)
    assert number not in owed(made, "vic", "labour/supervisor")
