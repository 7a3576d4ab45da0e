"""ATTACKS F10: what a command writes into the write-ahead log tells nothing of rows that its caller doesn't see.

Whoever runs a statement may ask how many records and bytes it wrote; that can't be revoked. So each command that looks
at hidden rows is measured with a hidden match, with none, and with one of another regime: the figures are the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests import reading
from tests.leak.recipes import FUNCTIONS
from tests.office import ALTERNATIVES, NECESSITY, SOON, Office, office

from brightline.cases import deconfliction
from brightline.model.ids import printed

pytestmark = pytest.mark.database
NEED = "The van that is watched now was seen at the yard, and nobody of the case can be reached tonight."
TRIES = 8


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        _left_alone(made)
        yield made


def _left_alone(at: Office) -> None:
    """No autovacuum: while it looks, old versions stay, and each later change of a row writes into its indexes too."""
    at.world.db.execute(
        "DO $$ DECLARE t regclass; BEGIN"
        " FOR t IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' LOOP"
        " EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', t); END LOOP; END $$"
    )


def written(at: Office, who: str, purpose: str, name: str, params: dict[str, Any]) -> tuple[int, int, int]:
    """(records, bytes without page images, bytes of the log's position moved, or -1 where an image came between)."""
    call = at.call(who, purpose)
    row = at.world.db.execute("SELECT id FROM line.purpose WHERE key = %s", (purpose,)).fetchone()
    at.gate.compile(row[0])  # type: ignore[index]
    if FUNCTIONS[name].seen:
        params = {**params, "_seen": reading.revision(at.world.db, call, name, params)}
    with psycopg.connect(at.database.dsn("brightline_app"), autocommit=True, prepare_threshold=None) as app:
        # What a first statement of a session reads (and tidies) of the catalogue isn't what is measured.
        app.execute("SELECT app.whoami(%s, NULL, NULL, '{}')", (call.token,))
        before = at.world.db.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
        with app.transaction():
            rows = app.execute(
                f"EXPLAIN (ANALYZE, WAL, COSTS OFF, TIMING OFF) SELECT app.{name}(%s, %s, %s, %s)",
                (call.token, call.purpose, call.inquiry, Jsonb(params)),
            ).fetchall()
        after = at.world.db.execute("SELECT pg_current_wal_insert_lsn() - %s", (before[0],)).fetchone()  # type: ignore[index]
    said = " ".join(row[0] for row in rows)
    found = re.search(r"WAL: records=(\d+)(?: fpi=(\d+))? bytes=(\d+)", said)
    assert found, said
    assert after
    records, images, size = int(found[1]), int(found[2] or 0), int(found[3])
    return (records, size, int(after[0])) if not images else (records, -1, -1)


def least(
    at: Office, who: str, purpose: str, name: str, made: Mapping[str, Callable[[], dict[str, Any]]]
) -> dict[str, tuple[int, int]]:
    """Of each kind the figures that all kinds have in common, twice at least; where there are none, its smallest.

    A page that splits adds to one try, a checkpoint of the server to whatever is tried while it lasts, so they are
    tried turn by turn. What depends on a hidden row is there in every try, and then nothing is in common.
    """
    tries: dict[str, list[tuple[int, int]]] = {label: [] for label in made}
    for _ in range(TRIES):
        for label, word in made.items():
            records, size, _ = written(at, who, purpose, name, word())
            if size >= 0:
                tries[label].append((records, size))
    seen = [Counter(clean) for clean in tries.values()]
    common = [figures for figures in seen[0] if all(each[figures] > 1 for each in seen)]
    return {label: min(common or clean) for label, clean in tries.items()}


def plate(at: Office, owner: str, case: str | None, mark: str) -> str:
    """A car with this mark in the register, in a case or in none; the mark."""
    id, _ = at.thing("register", "Vehicle", name=["Grey van"], registrationNumber=[mark])
    if case:
        at.do(owner, case, "case_add_items", ids=[id])
    return mark


def test_f10_a_check_writes_the_same_whatever_it_finds(at: Office) -> None:
    hidden, civil, other = at.opened(), at.opened("cleo", "labour"), at.opened("max", "labour")
    marks = {"hidden": "SM 1101 AA", "none": "SM 1102 AA", "regime": "SM 1103 AA"}
    plate(at, "ana", hidden, marks["hidden"])
    plate(at, "max", other, marks["regime"])
    at.settle()
    words = {label: deconfliction.check(mark, None).params() for label, mark in marks.items()}
    found = least(at, "cleo", civil, "case_deconflict", {label: lambda p=p: p for label, p in words.items()})  # type: ignore[misc]
    assert len(set(found.values())) == 1, found
    # And the hidden owner hears all the same, from the worker; the civil side of its own regime's other case.
    at.settle()
    heard = [n for n in at.do("ana", None, "notice_list")["notices"] if n["kind"] == "deconfliction"]
    assert heard
    assert {n["detail"]["unit"] for n in heard} == {"labour"}
    mine = [n for n in at.do("cleo", None, "notice_list")["notices"] if n["kind"] == "deconfliction"]
    assert {n["detail"]["contact"] for n in mine} == {"Max"}
    assert all("ask Max" in n["what"] for n in mine)


def test_f10_taking_something_in_writes_the_same_whoever_holds_it(at: Office) -> None:
    hidden, civil = at.opened(), at.opened("cleo", "labour")
    pool: dict[str, list[str]] = {"hidden": [], "none": []}
    for n in range(TRIES):
        for label, ids in pool.items():
            id, _ = at.thing("register", "Vehicle", name=[f"Van {n}"], registrationNumber=[f"SM 22{n:02d} BB"])
            ids.append(id)
            if label == "hidden":
                at.do("ana", hidden, "case_add_items", ids=[id])
    at.settle()
    made = {label: lambda ids=ids: {"ids": [ids.pop()]} for label, ids in pool.items()}  # type: ignore[misc]
    found = least(at, "cleo", civil, "case_add_items", made)
    assert found["hidden"] == found["none"], found
    at.settle()
    events = [e for e in at.do("ana", hidden, "case_activity")["activity"] if e["object"]["kind"] == "deconfliction"]
    assert len(events) == TRIES


def test_f10_breaking_a_glass_writes_the_same_for_any_number(at: Office) -> None:
    at.world.person("gus", ("fraud", "agent"))
    numbers = {
        "own regime": [at.opened() for _ in range(TRIES)],
        "absent": [f"C-1999-99{n:02d}" for n in range(TRIES)],
        "other regime": [at.opened("cleo", "labour") for _ in range(TRIES)],
    }
    assert not {len(n) for of in numbers.values() for n in of} - {11}
    asked = {
        label: [{"case": n, "reason": f"{NEED} It concerns {n} alone."} for n in of].pop
        for label, of in numbers.items()
    }
    found = least(at, "gus", "fraud/agent", "glass_ask", asked)
    assert len(set(found.values())) == 1, found
    at.settle()
    waiting = [g["case"] for g in at.do("sue", "fraud/supervisor", "glass_list")["requests"] if g["may_decide"]]
    assert sorted(waiting) == sorted(numbers["own regime"])


def test_f10_a_request_for_a_crossing_writes_the_same_for_any_id(at: Office) -> None:
    case = at.opened()
    at.world.person("wim", ("labour", "steward"))
    ids = {
        "held": [at.person("wages", f"Hidden {n}")[0] for n in range(TRIES)],
        "absent": [printed("wages", uuid4()) for _ in range(TRIES)],
    }
    base = {
        "basis": "18-usc-1956",
        "necessity": NECESSITY,
        "alternatives": ALTERNATIVES,
        "expires": SOON,
        "fields": ["name"],
    }
    made: list[str] = []
    asking = {label: lambda of=of: {**base, "items": [of.pop()]} for label, of in ids.items()}  # type: ignore[misc]
    found = least(at, "ana", case, "crossing_request", asking)
    assert found["held"] == found["absent"], found
    at.settle()
    made = [c["crossing"] for c in at.do("ana", case, "crossing_list")["crossings"]]
    sizes = {}
    for number in made:
        row = at.world.db.execute(
            "SELECT c.state, array_length(c.chain, 1),"
            " (SELECT count(*) FROM line.crossing_party p WHERE p.crossing = c.id)"
            " FROM line.crossing c WHERE c.number = %s",
            (number,),
        ).fetchone()
        assert row is not None
        sizes[number] = row
    # The sides are known, and differ; what a withdrawal writes doesn't.
    assert len({row[2] for row in sizes.values()}) == 2
    assert {row[1] for row in sizes.values()} == {None}
    ends: dict[int, set[tuple[int, int]]] = {}
    for number in made:
        records, size, _ = written(at, "ana", case, "crossing_withdraw", {"crossing": number})
        ends.setdefault(sizes[number][2], set()).add((records, size))
    assert len({min(of) for of in ends.values()}) == 1, ends


def test_f10_the_worker_makes_one_entry_for_each_errand(at: Office) -> None:
    """The size of the log is published, so an errand that finds nobody to tell makes its entry too."""
    civil = at.opened("cleo", "labour")
    at.settle()
    for mark in ("SM 1101 AA", "SM 0000 ZZ"):
        params = deconfliction.check(mark, None).params()
        at.do("cleo", civil, "case_deconflict", **params)
    size = at.world.db.execute("SELECT count(*), count(DISTINCT length(body)) FROM line.errand").fetchone()
    assert size == (2, 1)
    assert at.settle() == 2


def test_f10_a_restriction_tells_the_asking_case_nothing_of_what_others_hold(at: Office) -> None:
    case = at.opened()
    told = []
    for name in ("Held Elsewhere", "Held Nowhere"):
        printed_id, entity = at.person("register", name)
        if name == "Held Elsewhere":
            at.world.aspect("wages", name, marking=at.world.marking("wages"), keys=[], entity=entity)
        basis = {
            "kind": "protected",
            "basis": "8 USC 1367",
            "reason": f"The victims' unit confirmed it for {name} today.",
        }
        told.append(at.do("ana", case, "restriction_ask", about=printed_id, **basis)["counts"])
    assert told == [{}, {}]
    at.settle()
    shown = at.do("lou", "legal/approver", "restriction_list")["items"]
    assert sorted(one["counts"]["aspects"] for one in shown)[-2:] == [1, 2]


def test_f10_a_restriction_writes_the_same_whatever_others_hold(at: Office) -> None:
    case = at.opened()
    # Nothing of the first restriction of a marking is measured: that one makes the marking.
    basis = {"kind": "protected", "basis": "8 USC 1367"}
    pool: dict[str, list[tuple[str, UUID]]] = {"held": [], "none": []}
    # Without search words: how they lie in their index depends on what was written before, whoever wrote it.
    marking = at.world.marking("register")
    for people in pool.values():
        for n in range(TRIES):
            made = at.world.aspect("register", f"Reta {n}", marking=marking)
            people.append((printed("register", made), made))
    for printed_id, entity in pool["held"]:
        for n in range(3):
            said = {"passportNumber": [f"W-{n}"], "name": [f"Wanda {n}"], "birthDate": ["1970-01-01"]}
            at.world.aspect("wages", f"Wanda {n}", marking=at.world.marking("wages"), entity=entity, properties=said)
        other = at.opened("cleo", "labour")
        at.world.db.execute(
            "INSERT INTO cases.item (case_id, kind, object, printed, account) VALUES (%s, 'entity', %s, %s, %s)",
            (at.world.cases[other], entity, printed_id, at.world.accounts["cleo"]),
        )
    at.world.db.execute("UPDATE line.state SET rulebook = jsonb_set(rulebook, '{accounts,restrictions_day}', '50')")

    def asked(label: str) -> dict[str, Any]:
        about, _ = pool[label].pop()
        return {
            **basis,
            "about": about,
            "reason": f"The victims' unit confirmed it today for the person {uuid4().hex}.",
        }

    first, _ = at.person("register", "Rita First")
    at.do("ana", case, "restriction_ask", about=first, **basis, reason="The victims' unit confirmed it for Rita First.")
    found = least(at, "ana", case, "restriction_ask", {label: partial(asked, label) for label in pool})
    (records, size), (none, without) = found["held"], found["none"]
    # A row more is a record more, of fifty bytes at least; what an index writes of one depends by a few on its place.
    assert records == none, found
    assert abs(size - without) < 50, found
    at.settle()
    counts = at.world.db.execute(
        "SELECT DISTINCT (r.counts ->> 'aspects')::integer FROM restrictions.restriction r WHERE r.counts <> '{}'"
        " AND r.reason LIKE '%for the person%' ORDER BY 1"
    ).fetchall()
    assert counts == [(1,), (4,)]
    told = at.do("cleo", None, "notice_list")["notices"]
    assert [n for n in told if n["kind"] == "restriction"]


def test_f10_a_judgement_writes_the_same_whatever_else_was_judged(at: Office) -> None:
    case = at.opened()
    pool: dict[str, list[tuple[str, str]]] = {"joined": [], "none": []}
    for label, pairs in pool.items():
        for n in range(TRIES):
            _, one = at.person("register", f"Jonas {label} {n}")
            _, other = at.person("register", f"Jona {label} {n}")
            pairs.append((str(one), str(other)))
            if label == "joined":
                # Each is joined with a row of another regime, by a word that ana doesn't see.
                for end in (one, other):
                    _, far = at.person("wages", f"Jonas far {n}")
                    at.world.db.execute(
                        'INSERT INTO content.judgement ("left", "right", verdict, account, marking)'
                        " VALUES (%s, %s, 'same', %s, %s)",
                        (*sorted((end, far)), at.world.accounts["cleo"], at.world.marking("wages")),
                    )
                    at.world.db.execute("SELECT line.resolution_recluster(ARRAY[%s, %s]::uuid[])", (end, far))
    reason = "Register number and telephone agree in both of the rows."
    for verdict in ("same", "unsure", "different"):
        words = {
            label: iter([{"left": a, "right": b, "verdict": verdict, "reason": reason} for a, b in pairs])
            for label, pairs in pool.items()
        }
        judging = {label: partial(next, each) for label, each in words.items()}
        found = least(at, "ana", case, "resolution_judge", judging)
        assert found["joined"] == found["none"], (verdict, found)
        at.settle()
    clusters = at.world.db.execute("SELECT count(*) FROM line.errand WHERE kind LIKE 'cluster%'").fetchone()
    assert clusters == (0,)


def test_f10_what_was_judged_holds_before_the_worker_looks(at: Office) -> None:
    """The component is found by the words themselves, so nobody waits for the worker to see what he has just said."""
    case = at.opened()
    three = [at.person("register", f"Ulf Karst {n}")[1] for n in range(3)]
    for one, other in pairwise(three):
        given = {
            "left": str(one),
            "right": str(other),
            "verdict": "same",
            "reason": "Register number and address agree.",
        }
        told = at.do("ana", case, "resolution_judge", **given)
    assert len(told["members"]) == 3
    shown = at.do("ana", case, "entity_show", id=str(three[0]))
    assert len(shown["members"]) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_current_wal_insert_lsn()",
        "SELECT pg_current_wal_lsn()",
        "SELECT pg_current_wal_flush_lsn()",
        "SELECT pg_last_wal_replay_lsn()",
        "SELECT pg_current_snapshot()",
        "SELECT pg_current_xact_id()",
        "SELECT txid_current()",
        "SELECT txid_current_snapshot()",
        "SELECT * FROM pg_control_checkpoint()",
        "SELECT * FROM pg_control_system()",
        "SELECT age(datfrozenxid) FROM pg_database",
        "SELECT * FROM pg_db_role_setting",
    ],
)
def test_f10_the_server_s_own_counters_are_closed(at: Office, statement: str) -> None:
    with (
        psycopg.connect(at.database.dsn("brightline_app"), autocommit=True) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(statement)
