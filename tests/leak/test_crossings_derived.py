"""What is written on crossed material ends with the crossing: no note, report, document, judgement, event, export or
disclosure keeps a value that only the crossing opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.office import REASON, Office, office, reader_of

from brightline.cases import commands as cases
from brightline.documents import queries as documents
from brightline.model.errors import BrightlineError, Conflict, Missing, Refused
from brightline.model.ids import printed
from brightline.search import bulk
from brightline.search import commands as bulk_commands
from brightline.search import queries as search

pytestmark = pytest.mark.database

NAME = "Thessaly Quorndon"
NUMBER = "ZX998877"
PASSAGE = {"kind": "fact", "basis": "Statement", "reliability": "B", "credibility": 2}


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture
def case(at: Office) -> str:
    number = at.opened()
    at.do("ana", number, "case_member_add", account="sam", capacity="supervisor")
    return number


def earner(at: Office, name: str = NAME, number: str = NUMBER, category: str = "witness") -> tuple[str, UUID]:
    entity = at.world.aspect(
        "wages",
        name,
        marking=at.world.marking("wages", category),
        keys=[f"t:{word}" for word in name.lower().split()],
        properties={"name": [name], "idNumber": [number]},
    )
    return printed("wages", entity), entity


def crossed(at: Office, case: str, *ids: str) -> str:
    return at.crossed(case, *ids, fields=("name", "idNumber"))


def end(at: Office, number: str) -> None:
    at.do("lea", "legal/approver", "crossing_revoke", crossing=number, reason=REASON)


def everything(at: Office, case: str, *entities: Any) -> str:
    """All that a member may read under the case, as one text."""
    call = at.call("ana", case)
    told = [at.do("ana", case, name) for name in (
        "case_show", "case_activity", "case_report_list", "case_document_list", "case_document_readings",
        "case_evidence_list", "case_task_list", "case_hours_list", "case_related", "crossing_list", "workspace_list",
    )]  # fmt: skip
    for text in (NAME, NUMBER, "Quorndon"):
        found = search.find(at.gate, call, search.Search(q=text, fuzzy=0)).result
        told.append({key: value for key, value in found.items() if key != "query"})  # the question isn't an answer
        told.append(search.suggest(at.gate, call, text[:6]).result)
    for report in range(1, 4):
        told.append(_or_nothing(at, case, "case_report_show", report=report))
    for entity in entities:
        told.append(_or_nothing(at, case, "entity_show", id=str(UUID(str(entity)))))
        told.append(_or_nothing(at, case, "resolution_history", id=str(UUID(str(entity)))))
        told.append(_or_nothing(at, case, "case_document_text", id=str(UUID(str(entity)))))
    return json.dumps(told, default=str)


def _or_nothing(at: Office, case: str, name: str, **params: Any) -> Any:
    try:
        return at.do("ana", case, name, **params)
    except BrightlineError:
        return None


def marking(at: Office, entity: str) -> tuple[Any, ...]:
    row = at.world.db.execute(
        "SELECT m.origins, m.category, m.caveats, k.kind FROM content.aspect a JOIN line.marking m ON m.id = a.marking"
        " JOIN line.compartment k ON k.id = a.compartment WHERE a.entity = %s",
        (entity,),
    ).fetchone()
    assert row is not None
    return row


# ------------------------------------------------------------------------------------------- notes


@pytest.mark.parametrize("words", [f"{NAME.upper()} signed for it.", f"The number is zx 998877, or {NUMBER}.", "He."])
def test_a_note_on_crossed_material_carries_the_strictest_marking_and_ends_with_it(
    at: Office, case: str, words: str
) -> None:
    id, entity = earner(at)
    number = crossed(at, case, id)
    about = [id] if words == "He." else []
    text = words + " Nothing else is known."
    made = cases.case_note_add(at.gate, at.call("ana", case), text=text, kind="assessment", about=about).result
    assert made["crossing"] == number
    origins, category, caveats, room = marking(at, made["id"][-32:])
    assert sorted(o[0] for o in origins) == ["case", "wages"]
    assert (category, caveats, room) == ("witness", ["crossed"], "crossing")
    note = next(n for n in at.do("ana", case, "case_show")["notes"] if n["id"] == made["id"])
    assert (note["text"], note["crossing"], note["visible"]) == (text, number, True)
    assert NAME in everything(at, case, entity, made["id"][-32:])
    end(at, number)
    note = next(n for n in at.do("ana", case, "case_show")["notes"] if n["id"] == made["id"])
    assert (note["text"], note["visible"], note["crossed"]) == ("", False, True)
    found = everything(at, case, entity, made["id"][-32:])
    assert NAME.lower() not in found.lower()
    assert NUMBER not in found


def test_a_basis_that_repeats_a_crossed_value_ends_with_it_too(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = crossed(at, case, id)
    at.do("ana", case, "case_note_add", text="He was paid twice.", kind="fact", basis=f"Payroll line of {NAME}")
    assert NAME in json.dumps(at.do("ana", case, "case_show"))
    assert NAME not in json.dumps(at.do("sam", "fraud/supervisor", "case_show", case=case))
    assert NAME not in json.dumps(at.do("ines", "inspectorate/overseer", "case_show", case=case))
    end(at, number)
    assert NAME not in json.dumps(at.do("ana", case, "case_show"))


def test_a_note_on_such_a_note_ends_with_the_crossing_as_well(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = crossed(at, case, id)
    first = at.do("ana", case, "case_note_add", text=f"{NAME} signed.", kind="assessment")["id"]
    second = at.do("ana", case, "case_note_add", text="I doubt it.", kind="assessment", about=[first])
    third = at.do("ana", case, "case_note_add", text="So do I.", kind="assessment", corrects=second["id"])
    assert (second["crossing"], third["crossing"]) == (number, number)


def test_what_the_case_knows_by_another_way_stays_its_own(at: Office, case: str) -> None:
    """A value of an open row, of the request itself, or too short to tell, makes nothing derived."""
    open_id, _ = at.person("register", "Ophelia Openly")
    id, _ = earner(at, "Ophelia Openly", "Q1")
    number = crossed(at, case, id)
    for words in ("Ophelia Openly was seen on the pier.", "It was Q1 of the year.", "Nothing of this is known yet."):
        assert at.do("ana", case, "case_note_add", text=words, kind="assessment")["crossing"] is None
    end(at, number)
    shown = json.dumps(at.do("ana", case, "case_show"))
    assert "Ophelia Openly was seen" in shown
    assert open_id


def test_words_that_rest_on_two_crossings_are_refused(at: Office, case: str) -> None:
    one, _ = earner(at)
    two, _ = earner(at, "Barnaby Sedgewick", "KK112233")
    crossed(at, case, one)
    crossed(at, case, two)
    with pytest.raises(Refused) as caught:
        at.do("ana", case, "case_note_add", text=f"{NAME} met Barnaby Sedgewick.", kind="assessment")
    assert caught.value.code == "compartments"


# ------------------------------------------------------------------------------- reports, documents


def test_passages_of_a_report_end_each_with_its_crossing(at: Office, case: str) -> None:
    id, entity = earner(at)
    number = crossed(at, case, id)
    passages = [{**PASSAGE, "text": "The ferry left at noon."}, {**PASSAGE, "text": f"On board was {NAME}, {NUMBER}."}]
    made = at.do("ana", case, "case_report_write", step="opening", title="The ferry", passages=passages)
    assert [p["crossing"] for p in made["passages"]] == [None, number]
    at.do("ana", case, "case_report_submit", report=made["number"])
    cases.case_report_approve(at.gate, at.call("sam", case), report=made["number"])
    call = at.call("ana", case)
    assert search.find(at.gate, call, search.Search(q=NUMBER, fuzzy=0)).result["hits"]
    assert "On board was" in everything(at, case, made["id"][-32:])
    end(at, number)
    shown = at.do("ana", case, "case_report_show", report=made["number"])
    assert [p["text"] for p in shown["passages"]] == ["The ferry left at noon."]
    found = everything(at, case, entity, made["id"][-32:])
    assert NAME not in found
    assert NUMBER not in found
    assert search.find(at.gate, call, search.Search(q="ferry noon", fuzzy=0)).result["hits"]


def test_a_report_is_not_locked_with_passages_that_are_over(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = crossed(at, case, id)
    passages = [{**PASSAGE, "text": "The ferry left at noon."}, {**PASSAGE, "text": f"On board was {NAME}."}]
    made = at.do("ana", case, "case_report_write", step="opening", title="The ferry", passages=passages)["number"]
    at.do("ana", case, "case_report_submit", report=made)
    end(at, number)
    with pytest.raises(Conflict) as caught:
        cases.case_report_approve(at.gate, at.call("sam", case), report=made)
    assert caught.value.code == "crossed"
    at.do("sam", case, "case_report_return", report=made, reason="Without what has ended.")
    at.do("ana", case, "case_report_write", report=made, step="opening", title="The ferry", passages=passages[:1])
    at.do("ana", case, "case_report_submit", report=made)
    assert cases.case_report_approve(at.gate, at.call("sam", case), report=made).result["state"] == "approved"
    assert at.world.db.execute("SELECT count(*) FROM cases.passage WHERE text LIKE '%%" + NAME + "%%' AND report IN"
        " (SELECT id FROM cases.report WHERE case_id = (SELECT id FROM cases.case_file WHERE number = %s))", (case,)
    ).fetchone() == (0,)  # fmt: skip


def test_a_document_with_a_crossed_value_ends_with_the_crossing(at: Office, case: str) -> None:
    id, entity = earner(at)
    number = crossed(at, case, id)
    made = cases.case_document_add(
        at.gate, at.call("ana", case), case=case, name="list.txt", media_type="text/plain",
        content=f"Crew of the ferry: {NAME}, {NUMBER}.".encode(),
    ).result  # fmt: skip
    reader_of(at.database).once()
    text = documents.case_document_text(at.gate, at.call("ana", case), id=made["id"]).result
    assert NAME in json.dumps(text)
    assert "Crew of the ferry" in everything(at, case, made["id"])
    end(at, number)
    for name in ("case_document_get", "case_document_text"):
        with pytest.raises(Missing):
            at.do("ana", case, name, id=made["id"])
        with pytest.raises((Missing, Refused)):
            at.do("ana", "fraud/agent", name, case=case, id=made["id"])
    assert NAME not in everything(at, case, entity, made["id"])


# ----------------------------------------------------------------------- judgements, everything else


def test_a_judgement_on_crossed_material_ends_with_it(at: Office, case: str) -> None:
    id, entity = earner(at)
    _, other = at.person("register", "Thea Quorndon")
    number = crossed(at, case, id)
    why = f"The name {NAME} and the day of birth agree."
    at.do("ana", case, "resolution_judge", left=str(entity), right=str(other), verdict="same", reason=why)
    row = at.world.db.execute(
        "SELECT m.caveats, k.kind FROM content.judgement j JOIN line.marking m ON m.id = j.marking"
        " JOIN line.compartment k ON k.id = j.compartment WHERE j.evidence = %s",
        (why,),
    ).fetchone()
    assert row == (["crossed"], "crossing")
    assert "the day of birth agree" in everything(at, case, entity, other)
    end(at, number)
    assert "the day of birth agree" not in everything(at, case, entity, other)
    assert NAME not in everything(at, case, entity, other)


PART = {"part": "name", "left": NAME, "right": "T. Q.", "alike": 0.4, "weight": 3.0}


@pytest.mark.parametrize(
    ("why", "parts"),
    [(f"The captain is {NAME}, the payroll says.", []), ("The name is nearly the same, see the parts.", [PART])],
    ids=["reason", "parts"],
)
def test_a_judgement_on_two_open_rows_that_repeats_a_crossed_value_ends_with_the_crossing(
    at: Office, case: str, why: str, parts: list[dict[str, Any]]
) -> None:
    """Neither of the two crossed; the words on them come from a row that did."""
    id, _ = earner(at)
    _, one = at.person("register", "T. Q.")
    _, other = at.person("register", "Tess Q.")
    number = crossed(at, case, id)
    at.do("ana", case, "resolution_judge", left=str(one), right=str(other), verdict="same", reason=why, parts=parts)
    assert NAME in everything(at, case, one, other)
    colleague = at.opened("bo")
    shown = json.dumps(at.do("bo", colleague, "resolution_history", id=str(one)))
    assert NAME not in shown
    assert "nearly the same" not in shown
    end(at, number)
    assert NAME not in everything(at, case, one, other)


def test_a_split_that_repeats_a_crossed_value_ends_with_the_crossing(at: Office, case: str) -> None:
    id, _ = earner(at)
    _, one = at.person("register", "Tamsin Quill")
    _, other = at.person("register", "T. Quill")
    judge(at, case, one, other, "same")
    number = crossed(at, case, id)
    at.do("ana", case, "resolution_split", id=str(one), reason=f"The payroll names {NUMBER}, another person.")
    assert NUMBER in everything(at, case, one, other)
    end(at, number)
    assert NUMBER not in everything(at, case, one, other)
    assert "T. Quill" in json.dumps(at.do("ana", case, "entity_show", id=str(one)))


def test_a_judgement_whose_words_rest_on_two_crossings_is_refused(at: Office, case: str) -> None:
    one, entity = earner(at)
    two, _ = earner(at, "Barnaby Sedgewick", "KK112233")
    _, other = at.person("register", "B. S.")
    crossed(at, case, one)
    crossed(at, case, two)
    with pytest.raises(Refused) as caught:
        at.do("ana", case, "resolution_judge", left=str(entity), right=str(other), verdict="same",
              reason="Both know Barnaby Sedgewick, says the payroll.")  # fmt: skip
    assert caught.value.code == "compartments"


ELSEWHERE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("case_task_add", {"title": f"Ask {NAME}"}),
    ("case_evidence_add", {"title": f"Phone of {NAME}", "place": "Vault 3"}),
    ("case_hours_add", {"day": "2026-01-05", "minutes": 30, "kind": "investigation", "note": f"Read on {NAME}"}),
    ("case_deconflict", {"kind": "identifier", "key": NUMBER, "groups": [], "needed": NUMBER}),
    ("watch_add", {"query": NAME, "words": []}),
    ("workspace_save", {"title": "Ferry", "content": {"notes": [f"{NAME} is the captain"]}}),
    ("case_close", {"outcome": "other", "summary": f"All done; it was {NAME} alone."}),
    ("case_document_add", {"name": f"{NAME}.txt", "media_type": "text/plain", "content_base64": "QUJD"}),
    ("disclosure_prepare", {"recipient": "Police", "purpose": f"To find {NAME}"}),
    ("crossing_request", {"items": ["wages-" + "0" * 32], "necessity": f"{NAME} must be found; see the crossing."}),
)


@pytest.mark.parametrize(("name", "params"), ELSEWHERE, ids=[name for name, _ in ELSEWHERE])
def test_nothing_else_of_a_case_takes_a_crossed_value_over(
    at: Office, ended: tuple[str, str], name: str, params: dict[str, Any]
) -> None:
    case, number = ended
    with pytest.raises(Refused) as caught:
        at.gate.run(at.call("ana", case), name, params)
    assert caught.value.code == "crossed", caught.value
    assert number in caught.value.detail
    assert NAME not in caught.value.detail


@pytest.fixture(scope="module")
def ended(at: Office) -> tuple[str, str]:
    """A case with a crossing that is open."""
    case = at.opened()
    id, _ = earner(at)
    return case, crossed(at, case, id)


@pytest.mark.parametrize(("population", "q"), [(f"All who know {NAME}", "Canary"), ("Men of the ferry", NAME)])
def test_a_bulk_list_takes_no_crossed_value_out(at: Office, ended: tuple[str, str], population: str, q: str) -> None:
    wanted = bulk_commands.Wanted(
        population=f"{population} of 3 May, as it was handed over",
        aim="Find which of them own a company that was paid.",
        expected=1, fuzzy=0, lines=[bulk.Line(q=q)],
    )  # fmt: skip
    with pytest.raises(Refused) as caught:
        bulk_commands.request(at.gate, at.call("ana", ended[0]), wanted)
    assert caught.value.code == "crossed"


def test_a_crossed_item_does_not_leave_nor_lend_its_dates(at: Office, case: str) -> None:
    id, entity = earner(at)
    crossed(at, case, id)
    at.do("ana", case, "case_add_items", ids=[id], role="witness", basis="He is named by the crossing.")
    wanted = {
        "items": [id], "recipient": "Harbour Police", "address": "1 Quay Road, Porthaven", "recipient_kind": "court",
        "fields": ["name"], "purpose": "Evidence for the hearing on the invoices that were paid twice.",
        "need_to_know": "The court asks for it by name.", "right_to_know": "Order of the court of 3 May.",
        "nature": "List of witnesses", "others_justified": "The court asks for the witnesses.",
    }  # fmt: skip
    with pytest.raises(Refused) as caught:
        at.gate.run(at.call("ana", case), "disclosure_prepare", wanted)
    assert caught.value.code == "crossed"
    note = at.do("ana", case, "case_note_add", text=f"{NAME} signed.", kind="assessment")["id"]
    with pytest.raises(Refused) as caught:
        at.gate.run(at.call("ana", case), "disclosure_prepare", {**wanted, "items": [note], "fields": ["description"]})
    assert caught.value.code == "crossed"
    assert entity


WANTED = {
    "recipient": "District court", "address": "1 Quay Road, Porthaven", "recipient_kind": "court", "fields": ["name"],
    "purpose": "Evidence for the hearing on the invoices that were paid twice.", "nature": "List of suspects",
    "need_to_know": "The court asks for it by name.", "right_to_know": "Order of the court of 3 May.",
}  # fmt: skip
WHY = "The passport number and the day of birth agree."


def leaving(at: Office, case: str, *ids: str) -> list[str]:
    """The ids that would leave for these."""
    made = at.gate.run(at.call("ana", case), "disclosure_prepare", {**WANTED, "items": list(ids)}).result
    shown = at.do("ana", case, "disclosure_show", disclosure=made["disclosure"])
    return sorted(line["id"] for line in shown["lines"])


@pytest.fixture
def pair(at: Office, case: str) -> tuple[str, UUID, str, UUID]:
    """Two rows of the register, both suspects; the register lets data leave."""
    at.world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
    at.world.move()
    one, first = at.person("register", "Orla Fenwick")
    two, second = at.person("register", "O. Fenwick")
    at.do("ana", case, "case_add_items", ids=[one, two], role="suspect", basis="Signed the second invoice of 4 March.")
    return one, first, two, second


def judge(at: Office, case: str, one: UUID, two: UUID, verdict: str) -> None:
    at.do("ana", case, "resolution_judge", left=str(one), right=str(two), verdict=verdict, reason=WHY)
    at.settle()


def opened_by_crossing(at: Office, case: str, id: str, entity: UUID) -> None:
    """Wages of the same person, which only a crossing opens."""
    paid = {"name": ["Orla Fenwick-Hale"], "idNumber": ["FH445566"]}
    marked = at.world.marking("wages", "witness")
    at.world.aspect("wages", "Orla Fenwick-Hale", marking=marked, schema="LegalEntity", entity=entity, properties=paid)
    crossed(at, case, id)


def test_a_judgement_that_rests_on_a_crossing_joins_nothing_in_a_disclosure(at: Office, case: str, pair: Any) -> None:
    """Two rows that only a crossed one holds together are one entity on the screen, and leave as two."""
    one, first, two, second = pair
    crossing, third = earner(at, "Orla Fenwick-Hale", "FH445566")
    crossed(at, case, crossing)
    judge(at, case, first, third, "same")
    judge(at, case, third, second, "same")
    assert "O. Fenwick" in json.dumps(at.do("ana", case, "entity_show", id=str(first)))
    assert leaving(at, case, one) == [one]
    assert leaving(at, case, one, two) == sorted([one, two])
    judge(at, case, first, second, "same")
    assert leaving(at, case, one) == sorted([one, two])


def test_a_crossed_word_does_not_join_a_pair_that_is_doubtful_without_it(at: Office, case: str, pair: Any) -> None:
    one, first, two, second = pair
    judge(at, case, first, second, "unsure")
    opened_by_crossing(at, case, two, second)
    judge(at, case, first, second, "same")
    assert "O. Fenwick" in json.dumps(at.do("ana", case, "entity_show", id=str(first)))
    assert leaving(at, case, one) == [one]


def test_nobody_passes_on_as_one_what_a_crossed_word_holds_apart(at: Office, case: str, pair: Any) -> None:
    one, first, two, second = pair
    judge(at, case, first, second, "same")
    assert leaving(at, case, two) == sorted([one, two])
    opened_by_crossing(at, case, two, second)
    judge(at, case, first, second, "different")
    assert leaving(at, case, two) == [two]


def test_what_leaves_has_neither_kind_nor_name_by_a_crossing(at: Office, case: str, pair: Any) -> None:
    _, _, two, second = pair
    opened_by_crossing(at, case, two, second)
    made = at.gate.run(at.call("ana", case), "disclosure_prepare", {**WANTED, "items": [two]}).result
    (line,) = at.do("ana", case, "disclosure_show", disclosure=made["disclosure"])["lines"]
    assert (line["id"], line["schema"], line["sources"]) == (two, "Person", ["register"])
    assert line["properties"] == {"name": ["O. Fenwick"]}


def test_the_log_of_the_case_and_the_warehouse_never_held_a_crossed_value(at: Office, case: str) -> None:
    id, entity = earner(at)
    number = crossed(at, case, id)
    at.do("ana", case, "case_note_add", text=f"{NAME} signed, {NUMBER}.", kind="assessment")
    _, other = at.person("register", "T. Q.")
    why = f"{NAME} is rarely spelt that way, and nothing else is known."
    at.do("ana", case, "resolution_judge", left=str(entity), right=str(other), verdict="unsure", reason=why)
    held = at.world.db.execute(
        "SELECT (SELECT string_agg(e::text, ' ') FROM content.event e)"
        " || (SELECT COALESCE(string_agg(o::text, ' '), '') FROM warehouse.outbox o)"
    ).fetchone()
    assert held is not None
    assert NAME not in held[0]
    assert NUMBER not in held[0]
    assert number in held[0]


def test_a_case_that_is_purged_takes_its_derived_words_along(at: Office, case: str) -> None:
    id, _ = earner(at)
    crossed(at, case, id)
    note = at.do("ana", case, "case_note_add", text=f"{NAME} signed the purged invoice.", kind="assessment")["id"]
    of = at.world.cases[case]
    at.world.db.execute("SET session_replication_role = replica")
    with psycopg.connect(at.database.admin_dsn) as conn:
        conn.execute("SELECT line.retention_destroy_case(gen_random_uuid(), %s, gen_random_uuid())", (of,))
        left = conn.execute("SELECT count(*) FROM content.aspect WHERE entity = %s", (note[-32:],)).fetchone()
        kept = conn.execute("SELECT count(*) FROM content.record WHERE id = %s", (note[-32:],)).fetchone()
        conn.rollback()
    at.world.db.execute("RESET session_replication_role")
    assert (left, kept) == ((0,), (0,))
