"""ATTACKS R8: nobody decides or overwrites what they haven't read; an act sent twice is done once."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.leak.conftest import messages
from tests.office import Office, office

from brightline.gate import Answer, Gate
from brightline.model.errors import BadInput, BrightlineError, Conflict
from brightline.store import install

pytestmark = pytest.mark.database
FUNCTIONS = {one.name: one for one in install.read_rooms(install.ROOMS)}
PASSAGE = {"kind": "fact", "text": "Harmless.", "basis": "Statement 12", "reliability": "B", "credibility": 2}


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


def sent(at: Office, who: str, under: str | None, name: str, **given: Any) -> Answer:
    """One act with `key` and `seen` beside its parameters."""
    call = replace(at.call(who, under), key=given.pop("key", None), seen=given.pop("seen", None))
    return at.gate.run(call, name, given)


def at_once(at: Office, times: int, act: Callable[[Gate, int], Any]) -> list[Any]:
    """The same by several connections at the same moment: answers, or the house's errors."""
    start, done = threading.Barrier(times), [None] * times

    def one(place: int) -> None:
        with (
            psycopg.connect(at.database.dsn("brightline_app"), autocommit=True) as app,
            psycopg.connect(at.database.dsn("brightline_policy"), autocommit=True) as policy,
        ):
            gate = Gate(connect=lambda: _lent(app), policy=lambda: _lent(policy))
            start.wait(20)
            try:
                done[place] = act(gate, place)
            except BrightlineError as error:
                done[place] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=one, args=(place,)) for place in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return list(done)


@contextmanager
def _lent(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    yield connection


# ------------------------------------------------------------------------------------------------------- done once


def test_r8_three_equal_acts_under_one_key_make_one_note(at: Office) -> None:
    case, key = at.opened(), str(uuid4())
    note = {"text": "Paid twice.", "kind": "fact", "basis": "Statement 12"}
    answers = [sent(at, "ana", case, "case_note_add", key=key, **note) for _ in range(3)]
    assert len({str(answer.result) for answer in answers}) == 1
    assert len({answer.receipt.entry for answer in answers}) == 1
    assert len(at.do("ana", case, "case_show")["notes"]) == 1
    # Without a key, or with another, it is another note.
    sent(at, "ana", case, "case_note_add", **note)
    sent(at, "ana", case, "case_note_add", key=str(uuid4()), **note)
    assert len(at.do("ana", case, "case_show")["notes"]) == 3


def test_r8_equal_acts_at_the_same_moment_make_one(at: Office) -> None:
    case, key = at.opened(), str(uuid4())
    call = replace(at.call("ana", case), key=key)
    note = {"text": "Paid at once.", "kind": "fact", "basis": "Statement 12"}
    answers = at_once(at, 4, lambda gate, _: gate.run(call, "case_note_add", note))
    assert len({str(answer.result) for answer in answers}) == 1, answers
    assert len(at.do("ana", case, "case_show")["notes"]) == 1


def test_r8_another_act_under_the_same_key_is_refused(at: Office) -> None:
    case, other, key = at.opened(), at.opened(), str(uuid4())
    note = {"kind": "fact", "basis": "Statement 12"}
    sent(at, "ana", case, "case_note_add", key=key, text="One.", **note)
    for purpose, name, given in (
        (case, "case_note_add", {"text": "Two.", **note}),
        (other, "case_note_add", {"text": "One.", **note}),
        (case, "case_task_add", {"title": "One."}),
    ):
        with pytest.raises(Conflict) as caught:
            sent(at, "ana", purpose, name, key=key, **given)
        assert caught.value.code == "key_reused"
    # Another person's equal key is another key, and one act that was refused leaves its key free.
    at.do("ana", case, "case_member_add", account="bo")
    assert sent(at, "bo", case, "case_note_add", key=key, text="Two.", **note).result
    late = str(uuid4())
    with pytest.raises(BrightlineError):
        sent(at, "ana", case, "case_note_add", key=late, text="", **note)
    assert sent(at, "ana", case, "case_note_add", key=late, text="Three.", **note).result


def test_r8_an_answer_is_repeated_for_ten_minutes_and_known_for_a_day(at: Office) -> None:
    case, key = at.opened(), str(uuid4())
    note = {"text": "Paid thrice.", "kind": "fact", "basis": "Statement 12"}
    sent(at, "ana", case, "case_note_add", key=key, **note)
    who = at.world.accounts["ana"]
    at.world.db.execute("UPDATE line.repeat SET at = at - interval '11 minutes' WHERE account = %s", (who,))
    with pytest.raises(Conflict) as caught:
        sent(at, "ana", case, "case_note_add", key=key, **note)
    assert caught.value.code == "repeated"
    at.world.db.execute("UPDATE line.repeat SET at = at - interval '1 day' WHERE account = %s", (who,))
    sent(at, "ana", case, "case_note_add", key=key, **note)
    assert len(at.do("ana", case, "case_show")["notes"]) == 2


def test_r8_no_secret_and_nothing_of_another_epoch_is_told_again(at: Office) -> None:
    key = str(uuid4())
    made = sent(at, "max", None, "factor_totp_begin", key=key, title="Telephone")
    assert made.result["secret"]
    with pytest.raises(Conflict):
        sent(at, "max", None, "factor_totp_begin", key=key, title="Telephone")
    kept = at.world.db.execute("SELECT string_agg(answer::text, '') FROM line.repeat").fetchone()
    assert kept is not None
    assert made.result["secret"] not in (kept[0] or "")
    case, key = at.opened(), str(uuid4())
    note = {"text": "Before the rules moved.", "kind": "fact", "basis": "Statement 12"}
    sent(at, "ana", case, "case_note_add", key=key, **note)
    at.world.move()
    with pytest.raises(Conflict) as caught:
        sent(at, "ana", case, "case_note_add", key=key, **note)
    assert caught.value.code == "repeated"


@pytest.mark.parametrize("key", ["short", "x" * 201, "with space here", "tab\tinside-it", "żółw-żółw-żółw"])
def test_r8_a_key_is_plain_and_long_enough(at: Office, key: str) -> None:
    with pytest.raises(BadInput):
        sent(at, "ana", "C-2026-0001", "case_note_add", key=key, text="x")


def test_r8_what_is_told_again_is_an_entry(at: Office) -> None:
    case, key = at.opened(), str(uuid4())
    note = {"text": "Entered twice.", "kind": "fact", "basis": "Statement 12"}
    first = sent(at, "ana", case, "case_note_add", key=key, **note)
    sent(at, "ana", case, "case_note_add", key=key, **note)
    entry = str(first.receipt.entry)
    [again] = [
        m
        for m in messages(at.database)
        if json.loads(m["head"])["outcome"] == "answer" and json.loads(m["head"]).get("of") == entry
    ]
    assert json.loads(again["head"])["name"] == "case_note_add"
    assert json.loads(again["body"])["repeated"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("unit_add", {"name": "twice", "title": "Twice", "regime": "criminal", "contact": "desk@twice"}),
        (
            "authority_add",
            {
                "code": "twice-act",
                "title": "Twice Act",
                "regime": "criminal",
                "statute": "1 Twice",
                "processes": ["warrant"],
                "from": "2020-01-01",
            },
        ),
    ],
)
def test_r8_the_same_name_at_once_is_a_conflict_and_never_a_fault(at: Office, name: str, given: dict[str, Any]) -> None:
    role = "admin" if "admin" in FUNCTIONS[name].roles else "steward"
    who = {"admin": "ada", "steward": "stu"}[role]
    call = at.call(who, f"records/{role}")
    told = at_once(at, 4, lambda gate, _: gate.run(call, name, given))
    made = [one for one in told if isinstance(one, Answer)]
    assert len(made) <= 1
    assert {type(one) for one in told if not isinstance(one, Answer)} == {Conflict}, told
    assert made, told


# ------------------------------------------------------------------------------------------------- what was read


def test_r8_a_command_compares_what_was_read_or_says_why_it_needs_not() -> None:
    """The guard of the whole kind: a new act that changes something can't forget to say which of the two it is."""
    commands = {name: one for name, one in FUNCTIONS.items() if one.kind == "command"}
    assert {name for name, one in commands.items() if not one.seen and not one.unread} == set()


def test_r8_what_is_compared_is_held() -> None:
    """Of two at once the second has to wait until the first is done: the row is locked before it is compared."""
    texts = "\n".join(path.read_text() for folder in install.SCRIPTS for path in folder.glob("*.sql"))
    texts += "\n".join(path.read_text() for room in install.ROOMS for path in room.glob("[0-9]*.sql"))
    bodies = {
        found.group(1): found.group(0)
        for found in re.finditer(r"(?ms)^CREATE OR REPLACE FUNCTION ([a-z_.]+)\(.*?(?=^CREATE OR REPLACE|\Z)", texts)
    }

    def holds(name: str, depth: int = 3) -> bool:
        body = bodies.get(name, "")
        called = set(re.findall(r"\b([a-z]+\.[a-z_]+)\(", body)) - {name}
        locks = "FOR UPDATE" in body or "pg_advisory_xact_lock" in body
        return locks or (depth > 0 and any(holds(one, depth - 1) for one in called))

    assert {one.seen for one in FUNCTIONS.values() if one.seen and not holds(one.seen)} == set()


@pytest.mark.parametrize("seen", ["", "0" * 20])
def test_r8_what_is_decided_unread_is_refused(at: Office, seen: str) -> None:
    case = at.opened()
    task = at.do("ana", case, "case_task_add", title="Hear the clerk")
    with pytest.raises(Conflict) as caught:
        sent(at, "ana", case, "case_task_end", seen=seen, task=task["id"], state="done", result="Heard.")
    assert caught.value.code == "changed"
    assert caught.value.hint
    assert at.do("ana", case, "case_task_list")["tasks"][0]["state"] == "open"


def test_r8_an_approval_names_the_text_that_was_read(at: Office) -> None:
    case = at.opened()
    at.do("ana", case, "case_member_add", account="sam", capacity="supervisor")
    at.do("ana", case, "case_report_write", step="opening", title="First steps", passages=[PASSAGE])
    at.do("ana", case, "case_report_submit", report=1)
    read = at.do("sam", case, "case_report_show", report=1)["revision"]
    at.do("sam", case, "case_report_return", report=1, reason="Name the payee.")
    told = ""
    # Of each part a revision holds eight bits, so one change in 256 isn't named; the whole holds 64, and is refused.
    for n in range(3):
        worse = {**PASSAGE, "text": f"Something quite different, {n}."}
        at.do("ana", case, "case_report_write", report=1, step="opening", title="First steps", passages=[worse])
        at.do("ana", case, "case_report_submit", report=1)
        with pytest.raises(Conflict) as caught:
            sent(at, "sam", case, "case_report_approve", report=1, seen=read)
        assert caught.value.code == "changed"
        told += caught.value.detail
        if "passages" in told:
            break
        at.do("sam", case, "case_report_return", report=1, reason="Name the payee.")
    assert "passages" in told
    assert at.do("ana", case, "case_report_show", report=1)["state"] == "in_review"
    now = at.do("sam", case, "case_report_show", report=1)["revision"]
    assert sent(at, "sam", case, "case_report_approve", report=1, seen=now).result["state"] == "approved"


def test_r8_an_act_answers_with_the_thing_as_it_stands_under_its_own_entry(at: Office) -> None:
    """Nobody has to look again at what they have just changed, and the log holds no look that nobody asked for."""
    number = at.draft("ana", "fraud")
    at.paper(number, "ana", "fraud/agent")
    at.do("ana", "fraud/agent", "case_submit", case=number)
    before = len(messages(at.database))
    told = at.do("sam", "fraud/supervisor", "case_approve", case=number)
    heads = [json.loads(each["head"]) for each in messages(at.database)[before:]]
    assert [(head["name"], head["outcome"]) for head in heads] == [("case_approve", "attempt"), ("case_approve", "ok")]
    shown = at.do("sam", "fraud/supervisor", "case_show", case=number)
    assert told["state"] == "open"
    assert {key: told[key] for key in shown} == shown


def test_r8_of_two_tabs_the_second_overwrites_nothing(at: Office) -> None:
    case = at.opened()
    at.do("ana", case, "case_report_write", step="opening", title="Draft", passages=[PASSAGE])
    read = at.do("ana", case, "case_report_show", report=1)["revision"]

    def written(gate: Gate, place: int) -> Any:
        text = {**PASSAGE, "text": f"What tab {place} says."}
        call = replace(at.call("ana", case), seen=read)
        return gate.run(
            call, "case_report_write", {"report": 1, "title": "Draft", "step": "opening", "passages": [text]}
        )

    told = at_once(at, 2, written)
    assert sorted(type(one).__name__ for one in told) == ["Answer", "Conflict"], told
    [lost] = [one for one in told if isinstance(one, Conflict)]
    [won] = [one for one in told if isinstance(one, Answer)]
    assert lost.code == "changed"
    assert at.do("ana", case, "case_report_show", report=1)["passages"] == won.result["passages"]


def test_r8_a_case_is_approved_as_it_was_read(at: Office) -> None:
    number = at.draft()
    at.paper(number)
    at.do("ana", "fraud/agent", "case_submit", case=number)
    read = at.do("sam", "fraud/supervisor", "case_show", case=number)["revision"]
    at.do("sam", "fraud/supervisor", "case_return", case=number, reason="Name the payee of the second invoice.")
    changed = "Two invoices of March were paid to a company without staff; the clerk reported it on 5 May."
    at.do("ana", "fraud/agent", "case_edit", case=number, predicate=changed)
    at.do("ana", "fraud/agent", "case_submit", case=number)
    with pytest.raises(Conflict) as caught:
        sent(at, "sam", "fraud/supervisor", "case_approve", case=number, seen=read)
    assert caught.value.code == "changed"
    assert "predicate" in caught.value.detail
    # What isn't part of what is decided changes nothing: a document of the case, its members.
    read = at.do("sam", "fraud/supervisor", "case_show", case=number)["revision"]
    assert sent(at, "sam", "fraud/supervisor", "case_approve", case=number, seen=read).result["state"] == "open"


def test_r8_a_workspace_and_a_task_and_a_crossing(at: Office) -> None:
    case = at.opened()
    id, entity = at.thing("register", "Company", name=["Zephyrine Ltd"])
    made = at.do("ana", case, "workspace_save", title="Chart", ids=[str(entity)])
    task = at.do("ana", case, "case_task_add", title="Hear the clerk")
    crossing = at.do("ana", case, "crossing_show", crossing=at.request(case, id))
    acts = [
        ("workspace_save", {"workspace": made["workspace"], "title": "Other", "ids": [str(entity)]}, made["revision"]),
        ("case_task_assign", {"task": task["id"], "unit": "fraud"}, task["revision"]),
        ("crossing_withdraw", {"crossing": crossing["crossing"]}, crossing["revision"]),
    ]
    for name, given, read in acts:
        with pytest.raises(Conflict) as caught:
            sent(at, "ana", case, name, seen="0" * len(read), **given)
        assert caught.value.code == "changed", name
        sent(at, "ana", case, name, seen=read, **given)


def test_r8_a_revision_tells_nothing_of_what_is_hidden(at: Office) -> None:
    """Neither an absent thing nor a hidden one has a revision to compare: both are missing, whatever is said."""
    hidden = at.opened("cleo", "labour")
    told = []
    for number in (hidden, "C-1999-0001"):
        with pytest.raises(BrightlineError) as caught:
            sent(at, "ana", "fraud/agent", "case_edit", case=number, seen="0" * 16, title="Mine")
        told.append((caught.value.code, caught.value.detail))
    assert told[0] == told[1]
