"""F1, F3, F11: parameters that stop the log, make an entry nobody's, or fill it.

Any jsonb that PostgreSQL takes comes through with its own head; what is too large stands there by hash and length;
whatever a message does to its reader, it is filed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from tests.leak.conftest import Lab, find_params

from brightline.ledger import sequencer as seq
from brightline.ledger.leaf import commits

pytestmark = pytest.mark.database
CASE = "C-2026-0001"


@pytest.fixture(scope="module")
def book(lab: Lab) -> Iterator[seq.Book]:
    with psycopg.connect(lab.database.dsn("brightline_sequencer"), autocommit=True) as connection:
        yield seq.Book(connection)


def drain(book: seq.Book) -> None:
    book.flush()
    for _ in range(1000):
        if not book.integrate(2000)[1]:
            break
    book.advance()


def entry_of(lab: Lab, entry: object) -> dict[str, Any]:
    row = lab.admin.execute(
        "SELECT jsonb_build_object('act', act, 'name', name, 'outcome', outcome, 'account', account, 'purpose',"
        " purpose, 'inquiry', inquiry, 'bytes', length(body)), head, head_salt, body, body_salt, leaf"
        " FROM ledger.entry WHERE entry = %s",
        (entry,),
    ).fetchone()
    assert row is not None, "the entry isn't in the log under its own id"
    told, head, head_salt, body, body_salt, leaf = row
    # The verifier that an inspector takes away can read both, whatever is in them.
    assert commits(bytes(leaf), "head", bytes(head_salt), bytes(head).decode())
    assert commits(bytes(leaf), "body", bytes(body_salt), bytes(body).decode())
    return {**told, "body": bytes(body).decode()}


def refused(lab: Lab, name: str, call: tuple[Any, ...], params: str) -> tuple[str, dict[str, Any]]:
    """(what the refusal says, what it adds) of a call in raw SQL."""
    with lab.app() as app, pytest.raises(psycopg.Error) as caught:
        app.execute(f"SELECT app.{name}(%s, %s, %s, %s::jsonb)", (*call, params))
    return str(caught.value.diag.message_primary), json.loads(caught.value.diag.message_detail or "{}")


def nested(levels: int) -> str:
    return '{"q": ' + "[" * levels + "]" * levels + "}"


def test_f1_one_refused_call_of_great_depth_is_an_entry_like_another(lab: Lab, book: seq.Book) -> None:
    _, told = refused(lab, "whoami", ("nobody", None, None), nested(1200))
    after = uuid4()
    lab.admin.execute("SELECT line.emit(%s, '{\"act\": \"view\"}', '{}', false, true)", (after,))
    drain(book)
    assert entry_of(lab, after)["act"] == "view"
    found = entry_of(lab, told["entry"])
    assert (found["name"], found["outcome"]) == ("whoami", "refused")
    assert json.loads(found["body"])["params"]["q"]["bytes"] == 2400
    assert lab.admin.execute("SELECT count(*) FROM ledger.entry WHERE act = 'malformed'").fetchone() == (0,)


def test_f1_depth_is_refused_to_people_too_with_its_entry(lab: Lab, book: seq.Book) -> None:
    call = lab.world.call("ana", CASE)
    said, told = refused(lab, "search_find", (call.token, call.purpose, call.inquiry), nested(70))
    assert said == "too_large"
    assert "64 levels" in told["detail"]
    drain(book)
    found = entry_of(lab, told["entry"])
    assert (found["outcome"], found["account"]) == ("refused", str(lab.world.accounts["ana"]))


def test_f1_whatever_reaches_the_log_is_filed_and_what_comes_after_it_too(lab: Lab, book: seq.Book) -> None:
    """Written by somebody with the database in hands, past line.emit: each is kept, and none holds the next one up."""
    whole = {
        "v": 2,
        "entry": str(uuid4()),
        "head": '{"act": "view"}',
        "head_salt": "01" * 32,
        "body": "{}",
        "body_salt": "02" * 32,
    }
    account = str(uuid4())
    known = json.dumps({"account": account, "purpose_id": account}, separators=(", ", ": "))
    changes: tuple[dict[str, Any], ...] = (
        {"v": 3}, {"v": "1"}, {"v": True}, {"v": 1.5}, {"head": "[1]"}, {"head": None}, {"entry": "x"}, {"entry": None},
        {"head": '{"a":  1}', "body": known}, {"body": "{} "}, {"body": '{"a": 1, "a": 2}'}, {"head": 5}, {"head": ""},
        {"head_salt": "01" * 31}, {"head_salt": "x"}, {"body_salt": None}, {"body_salt": "02" * 33},
    )  # fmt: skip
    texts = [b"", b"{", b"\xff\xfe", b"null", b"[]", b"{}", b"\x00", b"[" * 100_000, b'"' * 70_000]
    texts += [json.dumps(whole | each).encode() for each in changes]
    deep = json.dumps(whole | {"entry": str(uuid4()), "body": '{"x": ' + "[" * 9000 + "]" * 9000 + "}"}).encode()
    (before,) = lab.admin.execute("SELECT size FROM ledger.state").fetchone() or (0,)
    for text in (*texts, deep):
        lab.admin.execute("SELECT pg_logical_emit_message(false, 'line', %b, true)", (text,))
    last = uuid4()
    lab.admin.execute("SELECT line.emit(%s, '{\"act\": \"view\"}', '{}', false, true)", (last,))
    drain(book)
    rows = lab.admin.execute(
        "SELECT act, convert_from(body, 'UTF8'), entry FROM ledger.entry WHERE index >= %s ORDER BY index", (before,)
    ).fetchall()
    kept = [json.loads(body) for act, body, _ in rows if act == "malformed"]
    assert [bytes.fromhex(body["content"]) for body in kept] == [text[:65536] for text in texts]
    assert [body["sha256"] for body in kept] == [hashlib.sha256(text).hexdigest() for text in texts]
    # Depth alone keeps nothing from being an entry.
    assert [act for act, _, _ in rows[-2:]] == ["view", "view"]
    assert entry_of(lab, rows[-2][2])["bytes"] > 18_000
    assert rows[-1][2] == last
    # What can be read of it is kept.
    assert kept[-9]["account"] == account
    assert kept[-9]["entry"] == whole["entry"]
    assert kept[-1]["head"] == {"act": "view"}


def test_f3_a_search_with_an_unused_number_stays_its_searcher_s(lab: Lab, book: seq.Book) -> None:
    lab.warm("ana", CASE)
    call = lab.world.call("ana", CASE)
    for number in ("1e5000", "1" * 5000, "-1e-9000", "1e131071", "[" + ",".join(["1e131071"] * 30) + "]"):
        params = json.dumps(find_params("canary"))[:-1] + f', "zz": {number}}}'
        with lab.app() as app:
            answer = app.execute(
                "SELECT app.search_find(%s, %s, %s, %s::jsonb)", (call.token, call.purpose, call.inquiry, params)
            ).fetchone()
        assert answer is not None
        drain(book)
        found = entry_of(lab, answer[0]["entry"])
        assert (found["act"], found["name"], found["outcome"]) == ("search", "search_find", "ok")
        assert found["account"] == str(lab.world.accounts["ana"])
        assert found["inquiry"] == str(call.inquiry)
        assert found["purpose"] == str(lab.world.purposes[CASE])
        assert found["bytes"] < 200_000


def test_f11_a_large_parameter_is_kept_by_hash_and_length_even_refused(lab: Lab, book: seq.Book) -> None:
    value = '"' * 4_000_000
    _, told = refused(lab, "whoami", ("nobody", None, None), json.dumps({"q": value, "also": "small"}))
    drain(book)
    found = entry_of(lab, told["entry"])
    params = json.loads(found["body"])["params"]
    assert found["bytes"] < 2_000
    assert params["also"] == "small"
    text = json.dumps(value)
    assert params["q"] == {"sha256": hashlib.sha256(text.encode()).hexdigest(), "bytes": len(text)}
    assert params["_whole"]["keys"] == 2


def test_f11_keys_and_names_take_no_room_either(lab: Lab, book: seq.Book) -> None:
    many = {f"key {n} {'x' * 1000}": n for n in range(500)}
    _, told = refused(lab, "whoami", ("nobody", None, None), json.dumps(many))
    _, named = refused(lab, "search_find", ("nobody", "C-" + "9" * 1_000_000, None), "{}")
    drain(book)
    assert entry_of(lab, told["entry"])["bytes"] < 30_000
    assert entry_of(lab, named["entry"])["bytes"] < 2_000


def test_f11_more_than_any_act_works_with_is_refused_with_its_entry(lab: Lab, book: seq.Book) -> None:
    call = lab.world.call("ana", CASE)
    said, told = refused(
        lab, "search_find", (call.token, call.purpose, call.inquiry), '{"q": "' + "x" * (33 << 20) + '"}'
    )
    assert said == "too_large"
    drain(book)
    found = entry_of(lab, told["entry"])
    assert (found["outcome"], found["account"]) == ("refused", str(lab.world.accounts["ana"]))
    assert found["bytes"] < 2_000


def test_f11_what_is_large_and_right_works_and_its_entry_holds_the_hash(lab: Lab, book: seq.Book) -> None:
    call = lab.world.call("ana", CASE)
    filler = ["word " * 10] * 4000
    with lab.app() as app:
        answer = app.execute(
            "SELECT app.search_find(%s, %s, %s, %s)",
            (call.token, call.purpose, call.inquiry, Jsonb(find_params("canary") | {"zz": filler})),
        ).fetchone()
    assert answer is not None
    assert answer[0]["result"]["hits"]
    drain(book)
    params = json.loads(entry_of(lab, answer[0]["entry"])["body"])["params"]
    assert set(params["zz"]) == {"sha256", "bytes"}
    assert params["q"] == "canary"


def test_f11_a_turn_takes_so_many_bytes_and_comes_again(lab: Lab, book: seq.Book) -> None:
    drain(book)
    entries = [uuid4() for _ in range(40)]
    body = Jsonb({"words": "x" * 100_000})
    for entry in entries:
        lab.admin.execute('SELECT line.emit(%s, \'{"act": "view"}\', %s, false, true)', (entry, body))
    turns = 0
    more = True
    while more and turns < 100:
        row = book.conn.execute("SELECT moved, more FROM ledger.integrate(2000, 1)").fetchone()
        assert row is not None
        assert row[0] < 20
        more, turns = row[1], turns + 1
        book.advance()
    assert 3 <= turns < 100
    found = lab.admin.execute(
        "SELECT array_agg(entry ORDER BY index) FROM ledger.entry WHERE entry = ANY (%s)", (entries,)
    ).fetchone()
    assert found == (entries,)


# ------------------------------------------------------------------------------------- any jsonb that PostgreSQL takes

NUMBERS = st.one_of(
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(json.dumps),
    st.builds("{}e{}".format, st.integers(-9, 9), st.integers(-16000, 130000)),
    st.integers(1, 7000).map(lambda n: "9" * n),
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=200).map(json.dumps)
LEAVES = st.one_of(NUMBERS, TEXTS, st.sampled_from(["null", "true", "false", '"NaN"', '"' + "y" * 70_000 + '"']))


def _list(values: list[str]) -> str:
    return "[" + ",".join(values) + "]"


def _object(values: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{key}:{value}" for key, value in values) + "}"


JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=8).map(_list),
        st.lists(st.tuples(TEXTS, inner), max_size=8).map(_object),
        st.tuples(inner, st.integers(1, 300)).map(lambda pair: "[" * pair[1] + pair[0] + "]" * pair[1]),
    ),
    max_leaves=30,
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(values=st.lists(st.tuples(TEXTS, JSON), max_size=6).map(_object))
def test_f1_any_jsonb_comes_through_with_its_own_head(lab: Lab, book: seq.Book, values: str) -> None:
    """Asked by somebody, and by nobody: both entries are under their own id, with name, outcome and account."""
    call = lab.world.call("ana", CASE)
    _, told = refused(lab, "whoami", ("nobody", None, None), values)
    with lab.app() as app:
        try:
            row = app.execute("SELECT app.whoami(%s, NULL, NULL, %s::jsonb)", (call.token, values)).fetchone()
        except psycopg.Error as error:
            told_mine = json.loads(error.diag.message_detail or "{}")
            mine, outcome = told_mine["entry"], {"too_large": "refused"}[told_mine["code"]]
        else:
            assert row is not None
            mine, outcome = row[0]["entry"], "ok"
    drain(book)
    stranger, own = entry_of(lab, told["entry"]), entry_of(lab, mine)
    assert (stranger["name"], stranger["outcome"], stranger["account"]) == ("whoami", "refused", None)
    assert (own["name"], own["outcome"], own["account"]) == ("whoami", outcome, str(lab.world.accounts["ana"]))
    assert max(stranger["bytes"], own["bytes"]) < 200_000
    assert UUID(mine)
