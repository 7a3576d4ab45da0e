"""Attacks on case files, crossings and accounts: another's case, guessed ids, raw SQL, wrong types in every field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.office import PREDICATE, REASON, Office, office

from brightline.model.errors import BrightlineError, Missing
from brightline.search import queries
from brightline.store.install import PACKAGE, read_rooms

pytestmark = pytest.mark.database

FUNCTIONS = {
    f.name: f for f in read_rooms([PACKAGE / room / "sql" for room in ("accounts", "cases", "crossings", "documents")])
}
CASE_FUNCTIONS = sorted(
    name for name in FUNCTIONS if name.startswith("case_") and name not in ("case_open", "case_list")
)


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture(scope="module")
def case(at: Office) -> str:
    number = at.opened()
    at.do("ana", number, "case_member_add", account="sam", capacity="supervisor")
    return number


@pytest.fixture(scope="module")
def hidden(at: Office) -> str:
    """A case of another regime, with a person, a note and a document in it."""
    number = at.opened("cleo", "labour")
    id, _ = at.person("wages", "Hidden Witness")
    at.do("cleo", number, "case_add_items", ids=[id], role="witness", basis="Named in the complaint.")
    at.do("cleo", number, "case_note_add", text="Quillfeather was seen at the gate.", kind="assessment")
    return number


def persona(name: str, case: str) -> tuple[str, str]:
    """Somebody who may call this function, and under which purpose."""
    function = FUNCTIONS[name]
    who = {"admin": "ada", "steward": "stu", "supervisor": "sam", "approver": "lou", "agent": "ana", "any": "ana"}
    who |= {"overseer": "ines"}
    desk = {"ada": "records/admin", "stu": "records/steward", "sam": "fraud/supervisor", "lou": "legal/approver"}
    desk |= {"ines": "inspectorate/overseer"}
    order = ("agent", "any", "admin", "steward", "approver", "supervisor", "overseer")
    one = next(who[role] for role in order if role in function.roles)
    if "case" in function.purposes and (one == "ana" or "desk" not in function.purposes):
        return one, case
    return one, desk.get(one, "fraud/agent")


FULL: dict[str, Any] = {
    "reason": REASON,
    "title": "A new title",
    "outcome": "other",
    "summary": "A long enough summary.",
    "ids": ["register-" + "0" * 32],
    "role": "other",
    "basis": "A stated basis of this.",
    "id": "register-" + "0" * 32,
    "text": "Some words of a note.",
    "kind": "assessment",
    "name": "a.txt",
    "media_type": "text/plain",
    "content_base64": "QUJD",
    "account": "bo",
    "authority": "18-usc-1956",
    "task": str(uuid4()),
    "report": 1,
    "passages": [{"kind": "fact", "text": "It was so.", "basis": "Statement", "reliability": "B", "credibility": 2}],
    "item": "EV-0001",
    "place": "Vault 3",
    "to": "bo",
    "minutes": 30,
    "key": "SM 4471 NJ",
    "other": "C-1999-0001",
    "caveat": "sealed",
    "order": "District court, order 26-mj-88 of May.",
}


@pytest.mark.parametrize("name", CASE_FUNCTIONS)
def test_anothers_case_and_no_case_are_one_answer(at: Office, case: str, hidden: str, name: str) -> None:
    who, purpose = persona(name, case)
    told = []
    for number in (hidden, "C-1999-0000", "nonsense", "C-1999-0000'--"):
        params = {
            key: str(uuid4()) if key == "id" and name.startswith("case_document_") else value
            for key, value in FULL.items()
        }
        with pytest.raises(Missing) as caught:
            at.do(who, purpose, name, **params, case=number)
        told.append((caught.value.code, caught.value.detail, caught.value.hint))
    assert len(set(told)) == 1


def test_a_supervisor_of_another_unit_finds_nothing(at: Office, hidden: str) -> None:
    assert hidden not in json.dumps(at.do("sam", "fraud/supervisor", "case_list"))
    assert hidden not in json.dumps(at.do("ana", "fraud/agent", "case_list"))
    assert hidden in json.dumps(at.do("vic", "labour/supervisor", "case_list"))


def test_a_colleague_who_is_no_member_finds_nothing(at: Office, case: str) -> None:
    assert at.do("bo", "fraud/agent", "case_list", limit=200)["total"] == 0
    with pytest.raises(Missing):
        at.do("bo", "fraud/agent", "case_show", case=case)


@pytest.mark.parametrize("prefix", ["wages", "register", "case"])
def test_a_hidden_and_an_absent_item_are_one_answer(at: Office, case: str, prefix: str) -> None:
    _, entity = at.person("wages", f"Unseen {prefix}")
    told = []
    for id in (entity, uuid4()):
        with pytest.raises(Missing) as caught:
            at.do("ana", case, "case_add_items", ids=[f"{prefix}-{id.hex}"], role="other", basis="Somebody said so.")
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_one_hidden_id_refuses_the_lot(at: Office, case: str) -> None:
    open_id, _ = at.thing("register", "Company", name=["Open Ltd"])
    _, entity = at.person("wages", "Unseen Again")
    before = at.do("ana", case, "case_show")["items"]
    with pytest.raises(Missing):
        at.do(
            "ana", case, "case_add_items", ids=[open_id, f"wages-{entity.hex}"], role="other", basis="Somebody said so."
        )
    assert at.do("ana", case, "case_show")["items"] == before


def test_a_hidden_version_of_a_row_and_none_are_one_answer(at: Office, case: str) -> None:
    """A case says that the source changed a row since it was added, but only by a version that it sees; and the
    numbers count those alone, so that no gap in them tells of another."""
    db, row = at.world.db, uuid4()
    at.world.aspect("register", "Quoin Haulage Ltd", schema="Company", marking=at.world.marking("register"), record=row)
    at.do("ana", case, "case_add_items", ids=[f"register:{row.hex}"])
    before = at.do("ana", case, "case_show")["items"]
    second = at.opened("ana", "fraud")
    asked = {"source": "register", "key": row.hex}
    lineage = at.do("ana", case, "lineage_show", **asked)["rows"]
    assert [(one["version"], one["current"]) for one in lineage] == [(1, True)]

    def version(number: int, marking: int) -> None:
        db.execute("UPDATE content.record SET current = false WHERE source_key = %s", (row.hex,))
        db.execute(
            "INSERT INTO content.record (id, source, source_key, version, hash, payload, marking)"
            " VALUES (%s, 'register', %s, %s, '', '{}', %s)",
            (uuid4(), row.hex, number, marking),
        )

    version(2, at.world.marking("register", caveats=["sealed"]))
    assert at.do("ana", case, "case_show")["items"] == before
    assert at.do("ana", case, "lineage_show", **asked)["rows"] == lineage
    assert at.do("ana", second, "case_add_items", ids=[f"register:{row.hex}"])["added"] == [f"register:{row.hex}"]
    version(3, at.world.marking("register"))
    [item] = [one for one in at.do("ana", case, "case_show")["items"] if one["id"] == f"register:{row.hex}"]
    assert (item["version"], item["newer"]["version"]) == (1, 2)
    lineage = at.do("ana", case, "lineage_show", **asked)["rows"]
    assert [(one["version"], one["current"]) for one in lineage] == [(2, True), (1, False)]


def test_anothers_document_cannot_be_fetched_through_ones_own_case(at: Office, case: str, hidden: str) -> None:
    id = at.paper(hidden, "cleo", hidden, b"The hidden statement.")
    for asked in (id, str(uuid4())):
        with pytest.raises(Missing):
            at.do("ana", case, "case_document_get", id=asked)


def test_a_note_is_found_in_its_case_and_nowhere_else(at: Office, case: str, hidden: str) -> None:
    second = at.opened("cleo", "labour")

    def hits(who: str, purpose: str) -> int:
        found = queries.find(at.gate, at.call(who, purpose), queries.Search(q="Quillfeather", fuzzy=0))
        return len(found.result["hits"])

    assert hits("cleo", hidden) == 1
    assert hits("cleo", second) == 0
    assert hits("ana", case) == 0
    assert "Quillfeather" not in json.dumps(at.do("vic", "labour/supervisor", "case_show", case=hidden))
    assert "Quillfeather" not in json.dumps(at.do("ines", "inspectorate/overseer", "case_show", case=hidden))


def test_numbers_tell_nothing_about_how_many_there_are(at: Office) -> None:
    numbers = [int(at.draft().rsplit("-", 1)[1]) for _ in range(6)]
    steps = {b - a for a, b in pairwise(numbers)}
    assert len(steps) > 2


# -------------------------------------------------------------------------------- raw SQL as the application


@pytest.mark.parametrize("role", ["brightline_app", "brightline_worker", "brightline_login", "brightline_feed"])
def test_no_login_reads_or_changes_case_tables(at: Office, case: str, role: str) -> None:
    conn = at.database.connect(role)
    tables = [
        *("cases.case_file", "cases.person_role", "cases.item", "cases.note", "cases.document"),
        *("cases.task", "cases.report", "cases.passage", "cases.evidence", "cases.custody", "cases.hours"),
        *("documents.reading", "cases.relation", "cases.checked", "cases.notice", "line.clearance"),
        *("line.crossing", "line.crossing_item", "line.crossing_opinion", "line.crossing_aspect", "line.account"),
        *("line.role_grant", "line.case_member", "line.purpose", "line.compartment_open"),
    ]
    for table in tables:
        for statement in (f"SELECT 1 FROM {table}", f"DELETE FROM {table}", f"EXPLAIN SELECT 1 FROM {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement)


def test_no_login_calls_the_functions_behind(at: Office) -> None:
    admin = at.database.admin
    names = admin.execute(
        "SELECT p.oid::regprocedure::text, r.rolname FROM pg_proc p CROSS JOIN pg_roles r"
        " WHERE (p.pronamespace = 'cases'::regnamespace OR (p.pronamespace = 'line'::regnamespace"
        " AND p.proname ~ '^(accounts|cases|crossing|sources)_'))"
        " AND r.rolname IN ('brightline_app', 'brightline_worker', 'brightline_login', 'brightline_feed',"
        " 'brightline_policy')"
        " AND has_function_privilege(r.rolname, p.oid, 'EXECUTE') AND p.proname <> 'keep'"
    ).fetchall()
    assert names == []


def test_functions_name_their_search_path(at: Office) -> None:
    """But those whose names were resolved when they were made, and that act with nobody's rights but the caller's."""
    loose = at.database.admin.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p"
        " WHERE p.pronamespace IN ('line'::regnamespace, 'cases'::regnamespace)"
        " AND NOT COALESCE(p.proconfig, '{}') @> ARRAY['search_path=pg_catalog, pg_temp']"
        " AND (p.prosecdef OR p.prosqlbody IS NULL)"
    ).fetchall()
    assert loose == []


@pytest.mark.parametrize("role", ["brightline_reader", "brightline_writer"])
def test_without_a_pass_the_functions_owner_sees_no_case(at: Office, case: str, role: str) -> None:
    with psycopg.connect(at.database.admin_dsn) as conn:
        conn.execute(f"SET ROLE {role}")
        work = ("task", "report", "passage", "evidence", "custody", "hours", "relation", "checked")
        for table in ("case_file", "person_role", "item", "note", "document", *work):
            assert conn.execute(f"SELECT count(*) FROM cases.{table}").fetchone() == (0,)


# ------------------------------------------------------------------------------------- wrong input in every field

WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(
        [
            "'; DROP TABLE cases.case_file; --",
            "x" * 5000,
            "9999-99-99",
            "infinity",
            "-infinity",
            "2026-02-30",
            "\x00",
            "%s %(a)s",
            "{1,2}",
            "ana",
            "sam",
            "fraud",
            "18-usc-1956",
            "suspect",
            "fact",
            "support",
            PREDICATE,
            str(uuid4()),
        ]
    ),
    st.lists(st.text(max_size=10), max_size=3),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


def refusal(act: Callable[[], Any]) -> BrightlineError | None:
    try:
        act()
    except BrightlineError as error:
        return error
    return None


def params_of(name: str) -> list[str]:
    """The words in the header's braces that can be parameters."""
    return sorted(set(re.findall(r"[a-z_0-9]+", FUNCTIONS[name].params.split("}")[0])) | {"case", "crossing"})


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_wrong_input_gets_a_clear_refusal(at: Office, case: str, name: str) -> None:
    who, purpose = persona(name, case)
    call = at.call(who, None if FUNCTIONS[name].purposes == ("none",) else purpose)
    keys = params_of(name)
    number = case

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.dictionaries(st.sampled_from(keys), WRONG, max_size=len(keys)), st.booleans())
    def attack(params: dict[str, Any], own: bool) -> None:
        if own and name.startswith("case_") and name not in ("case_open", "case_list"):
            params = {**FULL, **params, "case": number}
        error = refusal(lambda: at.gate.run(call, name, params))
        if error is None:
            return
        assert type(error) is not BrightlineError, f"{name} {params}"
        assert error.detail
        assert "cases." not in str(error)
        assert "SQL" not in str(error)

    attack()
