"""One look at the slot, without a database: what is new, what is skipped, what is a gap."""

from __future__ import annotations

import json
from uuid import UUID

from brightline.ledger.entry import from_message, from_wal
from brightline.ledger.leaf import Message
from brightline.ledger.tree import Frontier
from brightline.ledger.turn import State, distinct, turn
from brightline.ledger.wal import Emitted


def state(**change: object) -> State:
    known: dict[str, object] = {"confirmed": 100, "promised": 100, "cluster": "a", "here": "a", "slot": 100}
    return State(frontier=Frontier(), **(known | change))  # type: ignore[arg-type]


def row(position: int, number: int) -> bytes:
    content = json.dumps(
        {
            "v": 1,
            "entry": str(UUID(int=number)),
            "head": json.dumps({"time": "2026-03-01T10:00:00Z", "act": "view", "outcome": "ok"}),
            "head_salt": "00" * 32,
            "body": "{}",
            "body_salt": "11" * 32,
        }
    ).encode()
    return b"M\x00" + position.to_bytes(8, "big") + b"line\x00" + len(content).to_bytes(4, "big") + content


def test_what_is_in_the_table_is_skipped() -> None:
    made = turn(state(), [row(90, 1), row(100, 2), row(120, 3)], looked=150, full=False)
    assert [e.message.entry for e in made.entries] == [UUID(int=3)]
    assert (made.confirmed, made.end, made.more) == (120, 150, False)


def test_a_batch_cut_off_confirms_only_what_it_gave() -> None:
    made = turn(state(), [row(120, 3)], looked=900, full=True)
    assert (made.confirmed, made.end, made.more) == (120, 120, True)


def test_a_slot_further_on_than_told_is_a_gap() -> None:
    made = turn(state(slot=500), [row(600, 1)], looked=700, full=False)
    assert [e.act for e in made.entries] == ["gap", "view"]
    assert json.loads(made.entries[0].message.body)["from"] == "0/64"
    assert turn(state(promised=None, slot=500), [], looked=700, full=False).entries == []


def test_another_cluster_starts_counting_anew_and_says_so() -> None:
    made = turn(state(here="b", confirmed=9000, promised=9000), [row(120, 1)], looked=150, full=False)
    assert [e.act for e in made.entries] == ["gap", "view"]
    assert (made.confirmed, made.end) == (120, 150)


def test_one_id_twice_keeps_both() -> None:
    twins = [from_wal(Emitted(position=n, content=row(n, 7)[19:])) for n in (1, 2)]
    first, second = distinct(twins, set())
    assert first.message.entry == UUID(int=7)
    assert second.act == "malformed"
    assert json.loads(second.message.body)["entry"] == str(UUID(int=7))
    assert distinct(twins[:1], {UUID(int=7)})[0].act == "malformed"


def test_what_overseers_ask_by_is_copied_out_of_the_texts() -> None:
    person = UUID(int=0xABC)
    head = {
        "time": "2026-03-01T11:00:00+01:00",
        "act": "search",
        "name": "a\x00b\ud800",
        "outcome": 5,
        "of": str(person),
    }
    body = {"shown": [f"sdn-{person.hex}", str(person), "nothing", 5], "inquiry": str(person), "purpose_id": "x"}
    made = from_message(
        Message(
            entry=person,
            head=json.dumps(head).encode(),
            head_salt=bytes(32),
            body=json.dumps(body).encode(),
            body_salt=bytes(32),
        ),
        5,
    )
    assert made.shown == [person, person]
    assert (made.inquiry, made.purpose, made.account, made.of) == (person, None, None, person)
    assert (made.name, made.outcome) == ("ab?", "")
    assert made.at.isoformat() == "2026-03-01T11:00:00+01:00"
    bare = from_message(Message(entry=person, head=b"{}", head_salt=bytes(32), body=b"{}", body_salt=bytes(32)), 5)
    assert (bare.at.year, bare.act, bare.shown) == (1970, "", None)
