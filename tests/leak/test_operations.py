"""Operations of another unit or regime are absent: in lists, by number, by every code, in text, in time of states."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.fieldwork import FACTS, active, ago, met, planned
from tests.leak.conftest import _message
from tests.office import Office, office

from brightline.model.errors import BrightlineError, Missing, Refused
from brightline.store.install import PACKAGE, read_rooms

pytestmark = pytest.mark.database

FUNCTIONS = {f.name: f for f in read_rooms([PACKAGE / "operations" / "sql"])}
BY_NUMBER = sorted(name for name, f in FUNCTIONS.items() if "{operation" in f.params)
FULL: dict[str, Any] = {
    "reason": "A reason that is long enough to be one.",
    "summary": "A summary that is long enough to be one.",
    "findings": "Findings that are long enough to be some.",
    "amount": 5,
    "what": "Ferry",
    "person": {"name": "Nobody Known"},
    "time": ago(),
    "place": "12 Quay Street",
    "selection": "targeted",
    "authority": "18-usc-1956",
    "basis": "facts",
    "facts": FACTS,
    "outcome": "questioned",
}
CANARIES = ("Lantern yard", "Quillfeather", "Harbour House", "Wren Low", "Quay Street")


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        made.world.person("una", ("fraud", "analyst"))
        made.world.unit("customs", "criminal")
        made.world.person("cas", ("customs", "agent"))
        yield made


@pytest.fixture(scope="module")
def hidden(at: Office) -> dict[str, str]:
    """A civil operation with everything in it."""
    number = active(at, "labour")
    one = met(at, number, "labour", person={"name": "Ottoline Quillfeather"}, time=ago(60))
    two = met(
        at, number, "labour", person={"name": "Ivo Quillfeather"}, indicia=[{"kind": "birth"}], outcome="released"
    )
    at.do(
        "cleo",
        "labour/agent",
        "custody_add",
        person=one["person"],
        event="book_in",
        time=ago(30),
        facility="Harbour House",
    )
    at.do("cleo", "labour/agent", "encounter_add", operation=number, person={"name": "Wren Low", "category": "witness"})
    return {"operation": number, "person": one["person"], "hold": two["hold"]}


def persona(name: str) -> tuple[str, str]:
    return ("ana", "fraud/agent") if "agent" in FUNCTIONS[name].roles else ("sam", "fraud/supervisor")


@pytest.mark.parametrize("name", BY_NUMBER)
def test_anothers_operation_and_none_are_one_answer(at: Office, hidden: dict[str, str], name: str) -> None:
    told = []
    for number in (hidden["operation"], "O-1999-0000", "nonsense", "O-1999-0000'--"):
        with pytest.raises(Missing) as caught:
            at.do(*persona(name), name, **{**FULL, "operation": number})
        told.append((caught.value.code, caught.value.detail, caught.value.hint))
    assert len(set(told)) == 1


@pytest.mark.parametrize(
    ("name", "key", "more"),
    [
        ("hold_clear", "hold", {"finding": "not supported", "reason": FULL["reason"]}),
        ("custody_add", "person", {"event": "release", "time": ago(), "reason": "bond"}),
    ],
)
def test_codes_of_hidden_people_are_codes_of_nobody(
    at: Office, hidden: dict[str, str], name: str, key: str, more: dict[str, Any]
) -> None:
    told = []
    for code in (hidden[key], f"{hidden[key][0]}-00000000", "nonsense"):
        with pytest.raises(Missing) as caught:
            at.do("ana", "fraud/agent", name, **{key: code}, **more)
        told.append(str(caught.value))
    assert len(set(told)) == 1


def test_no_other_desk_sees_a_word_of_it(at: Office, hidden: dict[str, str]) -> None:
    for who, desk in (
        ("ana", "fraud/agent"),
        ("sam", "fraud/supervisor"),
        ("una", "fraud/analyst"),
        ("cas", "customs/agent"),
    ):
        for name in ("operation_list", "hold_list", "extract_list"):
            said = json.dumps(at.do(who, desk, name))
            assert hidden["operation"] not in said
            assert not any(word in said for word in CANARIES), (who, name)
    assert at.do("ana", "fraud/agent", "operation_list")["total"] == 0


def test_a_hold_of_another_unit_tells_nothing_by_refusing(at: Office, hidden: dict[str, str]) -> None:
    """Somebody of the same name as a person held elsewhere is met as if nobody were held."""
    at.world.authority("customs-civil", "civil")
    number = active(at)
    done = met(
        at,
        number,
        authority="customs-civil",
        selection="collateral",
        basis="facts",
        warrant=None,
        facts=FACTS,
        person={"name": "Ivo Quillfeather"},
    )
    assert done["outcome"] == "arrested"


def test_legal_review_sees_plans_that_wait_and_nobody_met(at: Office, hidden: dict[str, str]) -> None:
    seen = at.do("lou", "legal/approver", "operation_show", operation=hidden["operation"])
    assert (seen["encounters"], seen["holds"], seen["custody"], seen["protected"]) == ([], [], [], [])
    assert "Quillfeather" not in json.dumps(seen)
    draft = planned(at)
    with pytest.raises(Missing):
        at.do("lou", "legal/approver", "operation_show", operation=draft)


def test_overseers_see_the_grounds_and_no_names(at: Office, hidden: dict[str, str]) -> None:
    seen = at.do("ines", "inspectorate/overseer", "operation_show", operation=hidden["operation"])
    assert len(seen["encounters"]) == 2
    assert "Quillfeather" not in json.dumps(seen)
    with pytest.raises(Refused):
        at.do("ines", "inspectorate/overseer", "operation_protected", operation=hidden["operation"])


def test_the_tables_give_the_application_nothing(at: Office, hidden: dict[str, str]) -> None:
    tables = at.world.db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'operations'").fetchall()
    assert len(tables) > 10
    with at.database.connect("brightline_app") as conn:
        for (table,) in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f'SELECT 1 FROM operations."{table}"')
    with psycopg.connect(at.database.admin_dsn) as conn:
        conn.execute("SET ROLE brightline_writer")
        for (table,) in tables:
            found = conn.execute(f'SELECT count(*) FROM operations."{table}"').fetchone()
            assert found is not None
            assert found[0] == 0 or table == "transition", table


JUNK = [
    None,
    5,
    True,
    [],
    {},
    "",
    " ",
    "x" * 30_000,
    "\u202e",
    ["a", 1],
    {"a": 1},
    -1,
    10**12,
    "2026-13-45",
    [{}],
    [{"a": []}],
]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_wrong_types_are_told_and_break_nothing(at: Office, name: str) -> None:
    who, desk = persona(name)
    keys = {
        "operation",
        "title",
        "starts",
        "sites",
        "objectives",
        "expected",
        "budget",
        "case",
        *FULL,
        "hold",
        "finding",
        "event",
        "facility",
        "status_evidence",
        "indicia",
        "officer",
        "kind",
        "content_base64",
        "sha256",
        "limit",
        "regime",
    }
    number = next(
        (o["operation"] for o in at.do("ana", "fraud/agent", "operation_list", state="active")["operations"]), None
    )
    broken = []
    for key in sorted(keys):
        for junk in JUNK:
            whole = {**FULL, "operation": number, "title": "A title", "starts": "2026-10-02", "sites": ["A quay"]}
            try:
                at.do(who, desk, name, **{**whole, key: junk})
            except BrightlineError as error:
                if error.code == "internal" or "inside the database" in error.detail:
                    broken.append((key, junk))
    assert broken == []


def _messages(at: Office) -> list[dict[str, Any]]:
    """Head and body of every entry in the write-ahead log, oldest first."""
    rows = at.world.db.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (at.database.slot,),
    ).fetchall()
    found = [_message(bytes(data)) for (data,) in rows if bytes(data[:1]) == b"M"]
    return [{part: json.loads(one[part]) for part in ("head", "body")} for one in found]


def test_heads_carry_the_arrests_and_answers_whom_they_showed(at: Office) -> None:
    number = active(at)
    one = met(at, number, person={"name": "Counted Person"})
    met(at, number, selection="collateral", basis="facts", warrant=None, facts=FACTS, person={"name": "Beside Counted"})
    at.do("sam", "fraud/supervisor", "operation_show", operation=number)
    at.do("sam", "fraud/supervisor", "operation_list")  # flushes the answer's entry before it
    said = _messages(at)
    counts = [
        m["head"]["counts"].get("arrests")
        for m in said
        if m["head"]["name"] == "encounter_add" and m["head"]["outcome"] == "ok"
    ]
    assert counts[-2:] == [
        {"criminal": {"targeted": 1, "collateral": 0}},
        {"criminal": {"targeted": 0, "collateral": 1}},
    ]
    plans = [
        m["head"]["counts"] for m in said if m["head"]["name"] == "operation_plan" and m["head"]["outcome"] == "ok"
    ]
    assert plans[-1] == {"plans": 1, "planned": {"criminal": {"targeted": 4, "collateral": 0}}}
    shown = [
        m["body"]["shown"] for m in said if m["head"]["name"] == "operation_show" and m["head"]["outcome"] == "answer"
    ][-1]
    assert len(shown) == 3, "the operation and both people"
    assert any(id.startswith(one["person"][2:].lower()) for id in shown)
    assert all("Counted" not in json.dumps(m["head"]) for m in said)
