"""Rule 34: a check finds the same door, number or person, by keyed values alone, and tells nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.office import Office, office, reader_of

from brightline.cases import commands as cases
from brightline.model.errors import BadInput

pytestmark = pytest.mark.database

TODAY = date.today()  # noqa: DTZ011
DOOR = "72 Tower Street, Lower Thorne"


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture
def pair(at: Office) -> Iterator[tuple[str, str]]:
    """Two open cases of one regime: ana's, who asks, and bo's, of which she may not know."""
    mine, theirs = at.opened(), at.opened("bo", boss="sue")
    yield mine, theirs
    # What one test's case holds isn't found by the next.
    at.world.db.execute("UPDATE cases.case_file SET restricted = true WHERE number = ANY (%s)", ([mine, theirs],))


def heard(at: Office, who: str) -> list[dict[str, Any]]:
    return [n for n in at.do(who, None, "notice_list")["notices"] if n["kind"] == "deconfliction"]


def check(at: Office, case: str, key: str, kind: str | None = None, who: str = "ana", **days: Any) -> list[str]:
    """Whom the asker is told of, at once and by the worker, by contact."""
    at.do(who, None, "notice_read")
    at.settle()
    told = cases.case_deconflict(at.gate, at.call(who, case), key=key, kind=kind, **days).result["told"]
    at.settle()
    news = [n["detail"] for n in heard(at, who) if not n["read"]]
    return [one["contact"] for one in [*told, *news]]


def test_rule_34_the_door_is_found_by_what_an_item_links_to(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    _, place = at.thing("register", "Address", name=[DOOR], full=["72 Tower St., Lower Thorne LT4 9XY"])
    firm, company = at.thing("register", "Company", name=["Tarn and Vale"])
    marking = at.world.marking("register")
    at.world.link(company, place, "address", source="register", marking=marking)
    at.do("bo", theirs, "case_add_items", ids=[firm])
    assert check(at, mine, DOOR) == ["Bo"]
    assert check(at, mine, "Flat 2, 72 TOWER STREET, Lower Thorne") == ["Bo"]
    for other in ("74 Tower Street, Lower Thorne", "72 Tower Street, Lower Wick", "72 Tower Road, Lower Thorne"):
        assert check(at, mine, other) == []
    for words in ("72 Tower", "72 Thorne"):
        assert check(at, mine, words, "address") == []
    at.do("bo", theirs, "case_item_remove", id=firm, reason="Not of this case.")
    assert check(at, mine, DOOR) == []


def test_rule_34_no_words_are_searched_in_others_files(at: Office, pair: tuple[str, str]) -> None:
    """A year and a trade, a name and a year of birth: neither is an address, and none is told of."""
    mine, theirs = pair
    id, _ = at.thing("register", "Person", name=["Orla Gallagher"], birthDate=["1985-04-02"], summary=["1992 Salvage"])
    at.do("bo", theirs, "case_add_items", ids=[id], role="other", basis="Named in the complaint.")
    for words in ("1992 Salvage", "Gallagher 1985", "1985 Gallagher", "Orla 1985"):
        assert check(at, mine, words, "address") == []
    with pytest.raises(BadInput) as caught:
        check(at, mine, "Gallagher", "address")
    assert "Lower Thorne" in str(caught.value.hint)


def test_rule_34_a_name_counts_with_its_birth_date_only(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    id, _ = at.thing(
        "register", "Person", name=["Wilhelmina Ashgrove"], birthDate=["1971-02-03"], deathDate=["1999-01-01"]
    )
    at.do("bo", theirs, "case_add_items", ids=[id], role="other", basis="Named in the complaint.")
    assert check(at, mine, "Ashgrove Wilhelmina, 1971-02-03") == ["Bo"]
    assert check(at, mine, "Wilhelmina Ashgrove, 1971-02-04") == []
    assert check(at, mine, "Wilhelmina Ashgrove, 1999-01-01") == []
    assert check(at, mine, "Wilhelmina Quarrel, 1971-02-03") == []
    with pytest.raises(BadInput):
        check(at, mine, "Wilhelmina Ashgrove", "name")


@pytest.mark.slow
def test_rule_34_numbers_and_doors_in_notes_reports_and_documents(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    text = "She called from +13085550888; he lives at 9 Tarn Lane, Pelham Ridge since May. Van SM 8812 KK."
    cases.case_note_add(at.gate, at.call("bo", theirs), text=text, kind="assessment")
    paper = b"Paid from DE44 5001 0517 5407 3249 31 on 4 May. Seen at 11 Tarn Lane, Pelham Ridge, with a dog."
    at.paper(theirs, "bo", theirs, paper)
    reader_of(at.database).once()
    passage = {"kind": "fact", "text": "Her mail is oak@barrow.example.", "basis": "Her words", "reliability": "B"}
    at.do("bo", theirs, "case_report_write", title="First report", passages=[{**passage, "credibility": 2}])
    at.do("bo", theirs, "case_report_submit", report=1)
    at.do("ana", mine, "case_member_add", account="sue", capacity="supervisor")
    at.do("bo", theirs, "case_member_add", account="sam", capacity="supervisor")
    cases.case_report_approve(at.gate, at.call("sam", theirs), report=1)
    for key in (
        "+1 308 555 0888", "308 555 0888", "9 Tarn Lane, Pelham Ridge", "sm8812kk", "11 Tarn Ln, Pelham Ridge",
        "DE44500105175407324931", "Oak@Barrow.example",
    ):  # fmt: skip
        assert check(at, mine, key) == ["Bo"], key
    for key in ("+1 308 555 0889", "10 Tarn Lane, Pelham Ridge", "DE44500105175407324932"):
        assert check(at, mine, key) == [], key


def test_rule_34_what_was_sealed_since_matches_no_more(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    id, entity = at.thing("register", "Vehicle", name=["Grey truck"], registrationNumber=["SM 4472 NJ"])
    at.do("bo", theirs, "case_add_items", ids=[id])
    assert check(at, mine, "SM 4472 NJ") == ["Bo"]
    sealed = at.world.marking("register", caveats=["sealed"])
    assert at.world.db.execute("SELECT scoped FROM line.marking WHERE id = %s", (sealed,)).fetchone() == (True,)
    at.world.db.execute("UPDATE content.aspect SET marking = %s WHERE entity = %s", (sealed, entity))
    assert check(at, mine, "SM 4472 NJ") == []


def test_rule_34_nothing_is_read_back_of_the_index(at: Office, pair: tuple[str, str]) -> None:
    _, theirs = pair
    id, _ = at.thing("register", "Address", name=["5 Mill Lane, Ash"], full=["5 Mill Lane, Ash"])
    at.do("bo", theirs, "case_add_items", ids=[id])
    at.settle()
    rows = at.world.db.execute("SELECT k::text FROM cases.match_key k").fetchall()
    assert rows
    assert not [row for row in rows if "mill" in row[0].lower()]


def test_rule_34_equal_repeats_are_one_notice_with_a_count(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    id, _ = at.thing("register", "Vehicle", name=["Red truck"], registrationNumber=["SM 7781 QQ"])
    at.do("bo", theirs, "case_add_items", ids=[id])
    at.do("bo", None, "notice_read")
    at.do("ana", None, "notice_read")
    for _ in range(10):
        cases.case_deconflict(at.gate, at.call("ana", mine), key="SM 7781 QQ")
    at.settle()
    assert [n["times"] for n in heard(at, "bo") if not n["read"]] == [10]
    assert [n["times"] for n in heard(at, "ana") if not n["read"]] == [10]
    at.do("bo", None, "notice_read")
    assert check(at, mine, "SM 7781 QQ") == ["Bo"]
    assert [n["times"] for n in heard(at, "bo") if not n["read"]] == [1]


def test_rule_34_planned_events_meet_by_place_and_days(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    days: dict[str, Any] = {"starts": TODAY + timedelta(days=3), "ends": TODAY + timedelta(days=5)}
    assert check(at, theirs, "14 Barrow Way, Ash", "event", who="bo", **days) == []
    later: dict[str, Any] = {"starts": TODAY + timedelta(days=6)}
    assert check(at, mine, "14 Barrow Way, Ash", "event", **later) == []
    within: dict[str, Any] = {"starts": TODAY + timedelta(days=5), "ends": TODAY + timedelta(days=8)}
    at.do("bo", None, "notice_read")
    assert check(at, mine, "14 Barrow Way, Ash", "event", **within) == ["Bo"]
    assert [n["detail"]["contact"] for n in heard(at, "bo") if not n["read"]] == ["Ana"]
    assert check(at, mine, "16 Barrow Way, Ash", "event", **within) == []
    # A place without a number is compared as a whole.
    assert check(at, theirs, "The old ferry landing", "event", who="bo", **days) == []
    assert check(at, mine, "the OLD ferry-landing", "event", **within) == ["Bo"]
    for bad in ({}, {"starts": TODAY - timedelta(days=1)}, {"starts": TODAY, "ends": TODAY + timedelta(days=40)}):
        with pytest.raises(BadInput):
            check(at, mine, "14 Barrow Way, Ash", "event", **bad)


def test_rule_34_a_planned_operation_there_is_told_of(at: Office, pair: tuple[str, str]) -> None:
    mine, _ = pair
    at.world.db.execute(
        "INSERT INTO operations.operation (id, number, title, regime, unit, author, sites, starts, state)"
        " VALUES (gen_random_uuid(), 'O-2026-7781', 'Search of an office', 'criminal', 'fraud', %s,"
        " '{\"Marlow Finch, 77 Harbor Street, Saltmere\"}', %s, 'cleared')",
        (at.world.accounts["bo"], TODAY + timedelta(days=4)),
    )
    at.do("bo", None, "notice_read")
    near: dict[str, Any] = {"starts": TODAY + timedelta(days=2), "ends": TODAY + timedelta(days=4)}
    assert check(at, mine, "77 Harbor St, Saltmere", "event", **near) == ["Bo"]
    assert [n["detail"]["contact"] for n in heard(at, "bo") if not n["read"]] == ["Ana"]
    assert check(at, mine, "77 Harbor St, Saltmere", "event", starts=TODAY) == []
    assert check(at, mine, "79 Harbor St, Saltmere", "event", **near) == []


def test_rule_34_the_answer_is_the_same_whether_or_not_something_is_there(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    id, _ = at.thing("register", "Address", name=["31 Kiln Road, Ash"], full=["31 Kiln Road, Ash"])
    at.do("bo", theirs, "case_add_items", ids=[id])
    at.settle()
    call = at.call("ana", mine)
    hit = cases.case_deconflict(at.gate, call, key="31 Kiln Road, Ash").result
    miss = cases.case_deconflict(at.gate, call, key="32 Kiln Road, Ash").result
    assert {**hit, "left": 0, "compared": None} == {**miss, "left": 0, "compared": None}
    sizes = at.world.db.execute(
        "SELECT DISTINCT length(body) FROM line.errand WHERE btrim(kind) = 'deconflict'"
    ).fetchall()
    assert len(sizes) == 1
    at.settle()


def test_rule_34_a_refresh_brings_new_values_into_the_comparison(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    id, entity = at.thing("register", "Vehicle", name=["Blue truck"], registrationNumber=["SM 3391 AB"])
    at.do("bo", theirs, "case_add_items", ids=[id])
    at.settle()
    run = uuid4()
    at.world.db.execute(
        "UPDATE content.aspect SET run = %s, keys = keys || '{i:registration:SM3392AB,i:any:SM3392AB}'"
        " WHERE entity = %s",
        (run, entity),
    )
    assert check(at, mine, "SM 3392 AB") == []
    at.world.db.execute("SELECT line.match_published(%s)", (run,))
    assert check(at, mine, "SM 3392 AB") == ["Bo"]


def _hub(at: Office, centre: UUID, links: int) -> list[str]:
    """So many vehicles that one entity links to, in the order in which the index looks at them: their plates."""
    marking = at.world.marking("register")
    at.world.db.execute(
        "WITH made AS (SELECT n, gen_random_uuid() AS entity, gen_random_uuid() AS record, gen_random_uuid() AS link"
        "   FROM generate_series(1, %(links)s) n),"
        " kept AS (INSERT INTO content.record (id, source, source_key, version, hash, payload, marking)"
        "   SELECT record, 'register', record::text, 1, '\\x00', '{}', %(marking)s FROM made),"
        " seen AS (INSERT INTO content.aspect (id, record, source, entity, cluster, marking, schema, caption,"
        "     properties, original, keys, text, first, last)"
        "   SELECT gen_random_uuid(), record, 'register', entity, entity, %(marking)s, 'Vehicle', 'Van', '{}', '{}',"
        "     ARRAY['i:registration:HUB' || n, 'i:any:HUB' || n], '', '2024-05-01', '2024-05-01' FROM made)"
        " INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking)"
        " SELECT link, %(centre)s, entity, 'owner', true, gen_random_uuid(), record, 'register', %(marking)s FROM made",
        {"links": links, "marking": marking, "centre": centre},
    )
    rows = at.world.db.execute(
        "SELECT a.keys[1] FROM content.link l JOIN content.aspect a ON a.entity = l.dst WHERE l.src = %s"
        " ORDER BY l.dst",
        (centre,),
    ).fetchall()
    return [str(row[0]).rsplit(":", 1)[-1] for row in rows]


def _compared(at: Office, case: str) -> tuple[int, int]:
    """Rows of the index of a case, and of how many entities."""
    row = at.world.db.execute(
        "SELECT count(*), count(DISTINCT k.entity) FROM cases.match_key k JOIN cases.case_file f ON f.id = k.case_id"
        " WHERE f.number = %s AND k.part = 'items'",
        (case,),
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


@pytest.mark.slow
def test_rule_34_all_that_a_hub_links_to_is_compared(at: Office, pair: tuple[str, str]) -> None:
    mine, theirs = pair
    id, centre = at.thing("register", "Company", name=["Hub Rentals"])
    plates = _hub(at, centre, 1_300)
    at.do("bo", theirs, "case_add_items", ids=[id])
    at.settle()
    rows, entities = _compared(at, theirs)
    assert entities == 1_300
    for plate in (plates[0], plates[499], plates[500], plates[999], plates[-1]):
        assert check(at, mine, plate) == ["Bo"], plate
    # Once more, and what came in between: nothing twice, nothing left behind.
    at.world.db.execute(
        "SELECT line.cases_match_due(f.id, 'items', f.id) FROM cases.case_file f WHERE f.number = %s", (theirs,)
    )
    at.world.db.execute("SELECT line.match_turn()")
    at.world.db.execute(
        "DELETE FROM content.link l USING content.aspect a WHERE a.entity = l.dst AND a.keys[1] = %s",
        (f"i:registration:{plates[3]}",),
    )
    at.world.db.execute(
        "SELECT line.cases_match_due(f.id, 'items', f.id) FROM cases.case_file f WHERE f.number = %s", (theirs,)
    )
    at.settle()
    assert _compared(at, theirs) == (rows * 1_299 // 1_300, 1_299)
    assert check(at, mine, plates[3]) == []
    assert at.world.db.execute("SELECT count(*) FROM line.match_place").fetchone() == (0,)
    at.do("bo", theirs, "case_item_remove", id=id, reason="Not of this case.")
    at.settle()
    assert _compared(at, theirs) == (0, 0)
