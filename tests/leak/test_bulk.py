"""Bulk runs tell nobody of what isn't theirs. Two accounts on twin cases, whose purposes differ by one marking."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.leak.conftest import Lab

from brightline.model.errors import Missing, Refused
from brightline.search import bulk, commands, queries

pytestmark = pytest.mark.database
CLEARED, PLAIN = "C-2026-0001", "C-2026-0017"
WHO = "People named on the manifest of the ferry of 3 May"
AIM = "Find which of the passengers own a company that was paid from the same account."
LIST = [bulk.Line(q="Open Canary"), bulk.Line(q="Sealed Canary"), bulk.Line(q="Zelda Quillfeather")]
ABSENT = [bulk.Line(q="Open Canary"), bulk.Line(q="Amber Larkspur"), bulk.Line(q="Ilka Thornapple")]


@pytest.fixture(scope="module")
def twins(lab: Lab) -> Lab:
    """`ana` works on a case that may see what is sealed, `bea` on one of the same unit that may not."""
    lab.admin.execute("UPDATE line.purpose SET clearances = '{sealed}' WHERE key = %s", (CLEARED,))
    lab.world.person("bea", ("fraud", "agent"))
    lab.world.case(PLAIN, "fraud", "18-usc-1956", ["bea"])
    lab.world.move()
    return lab


def sampled(lab: Lab, who: str, purpose: str, lines: list[bulk.Line]) -> dict[str, Any]:
    wanted = commands.Wanted(population=WHO, aim=AIM, expected=2, lines=lines, fuzzy=0)
    number = commands.request(lab.world.gate, lab.world.call(who, purpose), wanted).result["bulk"]
    told: dict[str, Any] = commands.sample(lab.world.gate, lab.world.call(who, purpose), number).result
    return told


def hits(lab: Lab, who: str, purpose: str, number: str) -> dict[str, Any]:
    call = lab.world.call(who, purpose)
    page = {"limit": 50}
    found: dict[str, Any] = queries.bulk_hits(lab.world.gate, call, number, sample=None, judged=None, page=page).result
    return found


def test_a_hidden_and_an_absent_person_are_one_answer(twins: Lab) -> None:
    hidden, absent = (sampled(twins, "bea", PLAIN, lines) for lines in (LIST, ABSENT))
    same = {"bulk", "made", "seed", "earlier", "revision"}
    assert {k: v for k, v in hidden.items() if k not in same} == {k: v for k, v in absent.items() if k not in same}
    told = [hits(twins, "bea", PLAIN, one["bulk"]) for one in (hidden, absent)]
    assert [[(i["caption"], i["place"]) for i in one["items"]] for one in told] == [[("Open Canary", 1)]] * 2
    assert [(one["total"], one["open"]) for one in told] == [(1, 1)] * 2
    cleared = hits(twins, "ana", CLEARED, sampled(twins, "ana", CLEARED, LIST)["bulk"])
    assert cleared["total"] == 3


def test_what_was_hidden_after_the_run_is_neither_shown_counted_nor_judged(twins: Lab) -> None:
    number = sampled(twins, "ana", CLEARED, LIST)["bulk"]
    sealed = next(i for i in hits(twins, "ana", CLEARED, number)["items"] if i["caption"] == "Sealed Canary")
    twins.admin.execute("UPDATE line.purpose SET clearances = '{}' WHERE key = %s", (CLEARED,))
    twins.world.move()
    try:
        found = hits(twins, "ana", CLEARED, number)
        assert (found["total"], [i["caption"] for i in found["items"]]) == (1, ["Open Canary"])
        given = {"verdict": "wrong", "compared": [], "reason": "Another person altogether."}
        told = []
        for hit in (sealed["hit"], str(uuid4())):
            with pytest.raises(Missing) as refusal:
                twins.world.run("ana", CLEARED, "bulk_judge", hit=hit, **given)
            told.append((refusal.value.code, refusal.value.detail, refusal.value.hint))
        assert told[0] == told[1]
    finally:
        twins.admin.execute("UPDATE line.purpose SET clearances = '{sealed}' WHERE key = %s", (CLEARED,))
        twins.world.move()


def test_another_case_s_run_doesnt_exist(twins: Lab) -> None:
    number = sampled(twins, "ana", CLEARED, LIST)["bulk"]
    hit = hits(twins, "ana", CLEARED, number)["items"][0]["hit"]
    assert twins.world.run("cleo", "C-2026-0002", "bulk_list").result["items"] == []
    for name in ("bulk_show", "bulk_sample", "bulk_run", "bulk_withdraw", "bulk_hits"):
        told = []
        for wanted in (number, "B-2026-000000"):
            with pytest.raises(Missing) as refusal:
                twins.world.run("bea", PLAIN, name, bulk=wanted)
            told.append((refusal.value.code, refusal.value.detail, refusal.value.hint))
        assert told[0] == told[1]
    with pytest.raises(Missing):
        twins.world.run("bea", PLAIN, "bulk_judge", hit=hit, verdict="wrong", compared=[], reason="Another person.")
    with pytest.raises(Missing):
        twins.world.run("vic", "labour/supervisor", "bulk_decide", bulk=number, decision="deny", reason="x" * 20)


def test_a_desk_and_an_overseer_see_figures_and_no_names(twins: Lab) -> None:
    number = sampled(twins, "ana", CLEARED, LIST)["bulk"]
    for who, purpose in (("sam", "fraud/supervisor"), ("ines", "inspectorate/overseer")):
        shown = twins.world.run(who, purpose, "bulk_show", bulk=number).result
        assert shown["size"] == 3
        assert "Canary" not in str(shown)
        assert "Quillfeather" not in str(shown)
        with pytest.raises(Refused):
            twins.world.run(who, purpose, "bulk_hits", bulk=number)


def test_a_second_authority_s_purpose_sees_the_case_and_not_the_run(twins: Lab) -> None:
    """`CASE@CODE` may see other markings than `CASE`: lists and matches stay where they were found."""
    number = sampled(twins, "ana", CLEARED, LIST)["bulk"]
    twins.admin.execute(
        "INSERT INTO line.purpose (key, kind, case_id, unit, authority, title) SELECT %s, kind, case_id, unit,"
        " authority, title FROM line.purpose WHERE key = %s ON CONFLICT DO NOTHING",
        (f"{CLEARED}@other", CLEARED),
    )
    row = twins.admin.execute("SELECT id FROM line.purpose WHERE key = %s", (f"{CLEARED}@other",)).fetchone()
    twins.world.purposes[f"{CLEARED}@other"] = row[0]
    with pytest.raises(Missing):
        twins.world.run("ana", f"{CLEARED}@other", "bulk_hits", bulk=number)
