"""P5: whoever holds the password of brightline_feed, with any SQL. R6 is what it published beside its entry before."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.feeding import BASE, KEY, Feeding, feeding, folder_of
from tests.leak import powers
from tests.leak.conftest import messages

from brightline.model.ids import entity_id

pytestmark = pytest.mark.database
ROLE = "brightline_feed"
ROWS = "id,name,born,phone\n1,Rosa Quist,1970,+1 202 555 0100\n2,Emil Tarn,1981,\n"
FUNCTIONS = {
    "feed.begin": "begins a run that a steward asked for; answers the feed's own file",
    "feed.seal": "seals the folder of a feed that never was, once; an entry",
    "feed.progress": "how far it is",
    "feed.intern_marking": "a marking of the run's own source that the feed's file can give",
    "feed.diff": "compares staged keys with the feed's own; answers counts",
    "feed.todo": "the keys to map, of those it staged",
    "feed.publish": "publishes what the stage holds, as the line counts it; an entry",
    "feed.fail": "ends the run without a change; an entry",
    "feed.tidy": "empties the stage",
    "feed.inbox_leaves": "whether a file of the inbox is needed still",
}
STAGE = ("key", "record", "aspect", "link", "token", "quarantine")


@pytest.fixture
def desk(db: Any, tmp_path: Path) -> Feeding:
    """Two sources with a feed each, both published; `people` queued again with one row more."""
    made = feeding(db)
    made.add(folder_of(tmp_path, BASE, {"inbox/a.csv": ROWS}))
    other = deepcopy(BASE)
    other |= {"feed": "accounts", "source": {"name": "bank", "publisher": "Nobody", "reliability": "B"}}
    other["agreement"] = {"id": "AG-bank", "regimes": ["criminal"], "expires": "2099-01-01"}
    other["assessment"] = {"id": "PIA-bank", "approved": "2020-01-01", "expires": "2099-01-01"}
    made.add(folder_of(tmp_path, other, {"inbox/a.csv": "id,name,born,phone\n9,Bea Roth,1960,+1 202 555 0100\n"}))
    made.refresh("people")
    made.refresh("accounts")
    return made


class Run:
    """A run of `people` worked by hand: everything that the login can write, with one new record by default."""

    def __init__(self, desk: Feeding) -> None:
        self.desk, self.feed = desk, desk.db.connect(ROLE)
        self.id, self.record, self.entity = desk.queue("people"), uuid4(), entity_id(KEY, "register", "person", "7")
        self.feed.execute("SELECT feed.begin(%s)", (self.id,))
        (self.marking,) = self.feed.execute(
            "SELECT feed.intern_marking(%s, 'other', '{}', '28cfr23:5')", (self.id,)
        ).fetchone() or (0,)
        self.hash = b"\x07" * 32
        rows = desk.all("SELECT source_key, hash FROM content.record WHERE source = 'register' AND current")
        for key, hash in [*rows, ("7", self.hash)]:
            self.feed.execute("INSERT INTO stage.key (run, key, hash) VALUES (%s, %s, %s)", (self.id, key, hash))
        self.diff = self.feed.execute("SELECT feed.diff(%s, '{}')", (self.id,)).fetchone()

    def put(self, *, hash: bytes | None = None, marking: int | None = None, entity: UUID | None = None) -> Run:
        """The new record and its one aspect."""
        self.feed.execute(
            "INSERT INTO stage.record VALUES (%s, %s, '7', 1, %s, '{\"id\": \"7\"}', %s)",
            (self.id, self.record, hash or self.hash, marking or self.marking),
        )
        return self.aspect(entity or self.entity)

    def aspect(self, entity: UUID, *, record: UUID | None = None, schema: str = "Person") -> Run:
        self.feed.execute(
            "INSERT INTO stage.aspect (run, id, record, entity, marking, schema, caption, properties, original, keys,"
            " document, places) VALUES (%s, gen_random_uuid(), %s, %s, %s, %s, 'x', '{}', '{}', '{}', '', '[]')",
            (self.id, record or self.record, entity, self.marking, schema),
        )
        return self

    def link(self, src: UUID, dst: UUID, *, record: UUID | None = None, local: bool = True) -> Run:
        self.feed.execute(
            "INSERT INTO stage.link (run, id, src, dst, kind, aspect, record, marking, weight, local)"
            " VALUES (%s, gen_random_uuid(), %s, %s, 'Ownership', gen_random_uuid(), %s, %s, 1, %s)",
            (self.id, src, dst, record or self.record, self.marking, local),
        )
        return self

    def publish(self, **told: Any) -> dict[str, Any]:
        row = self.feed.execute("SELECT feed.publish(%s, %s)", (self.id, Jsonb(told))).fetchone()
        assert row is not None
        return dict(row[0])


def entity_of(desk: Feeding, source: str) -> UUID:
    return UUID(
        str(desk.one("SELECT entity FROM content.aspect WHERE source = %s AND schema = 'Person' LIMIT 1", (source,)))
    )


# --------------------------------------------------------------------------------------------- what it may


def test_p5_the_login_reaches_exactly_these_functions_and_fills_the_stage(desk: Feeding) -> None:
    admin = desk.world.db
    assert powers.functions(admin, ROLE) == set(FUNCTIONS)
    assert powers.tables(admin, ROLE) == {f"stage.{name}": {"INSERT"} for name in STAGE}
    assert powers.attributes(admin, ROLE) == (False, False, False, False, False, [])


def test_p5_nothing_else_is_its_part(desk: Feeding) -> None:
    feed = desk.db.connect(ROLE)
    for statement in (
        *powers.NOBODY,
        "SELECT * FROM stage.key",
        "INSERT INTO stage.todo (run, key, version, op) VALUES (gen_random_uuid(), 'x', 1, 'n')",
        "DELETE FROM stage.key",
        "TRUNCATE stage.record",
        "UPDATE feed.run SET state = 'published'",
        "SELECT * FROM feed.feed",
        "SELECT feed.withdraw(gen_random_uuid(), 'x')",
        "SELECT jobs.defer('feeds', 'feed_refresh', NULL, '{}')",
        "SELECT feed.queue(gen_random_uuid())",
    ):
        with pytest.raises(psycopg.Error):
            feed.execute(statement)


# --------------------------------------------------------------------------------------------- what it publishes


def test_r6_the_counts_are_the_lines_own_whatever_is_told(desk: Feeding) -> None:
    run = Run(desk).put()
    done = run.publish(rows=0, new=0, changed=0, unchanged=163, deleted=9, rejected_rows=0, rejected_values=0)
    assert (done["new"], done["changed"], done["unchanged"], done["deleted"], done["rows"]) == (1, 0, 2, 0, 3)
    heads = [json.loads(m["head"]) for m in messages(desk.db)]
    assert [h["counts"]["new"] for h in heads if h["name"] == "feed_publish"][-1] == 1
    assert desk.one("SELECT count(*) FROM content.record WHERE run = %s", (run.id,)) == 1


def test_r6_what_was_set_aside_is_counted(desk: Feeding) -> None:
    run = Run(desk).put()
    for reason in ("key", "date"):
        run.feed.execute(
            "INSERT INTO stage.quarantine (run, reason, detail, state) VALUES (%s, %s, 'x', 'open')", (run.id, reason)
        )
    done = run.publish(rows=3, rejected_rows=0, rejected_values=0)
    assert (done["rejected_rows"], done["rejected_values"]) == (1, 1)


def test_r6_a_run_that_wasnt_compared_publishes_nothing(desk: Feeding) -> None:
    feed, run = desk.db.connect(ROLE), desk.queue("people")
    feed.execute("SELECT feed.begin(%s)", (run,))
    with pytest.raises(psycopg.Error, match="stage"):
        feed.execute("SELECT feed.publish(%s, '{}')", (run,))


def test_r6_a_records_hash_is_the_one_that_was_compared(desk: Feeding) -> None:
    """Another would have every later refresh call the row unchanged."""
    with pytest.raises(psycopg.Error, match="stage"):
        Run(desk).put(hash=b"\x08" * 32).publish()
    assert desk.one("SELECT count(*) FROM content.record WHERE source_key = '7'") == 0


def test_r6_an_entity_belongs_to_a_record_of_the_run(desk: Feeding) -> None:
    theirs = desk.one("SELECT id FROM content.record WHERE source = 'bank' LIMIT 1")
    for record in (uuid4(), theirs):
        run = Run(desk).put()
        with pytest.raises(psycopg.Error, match="no record of this run"):
            run.aspect(uuid4(), record=record).publish()
        run.feed.execute("SELECT feed.fail(%s, 'x', 'x', '{}')", (run.id,))


@pytest.mark.parametrize("schema", ["Person", "Value"])
def test_r6_another_sources_entity_is_never_written_about(desk: Feeding, schema: str) -> None:
    run = Run(desk).put()
    with pytest.raises(psycopg.Error, match="another source"):
        run.aspect(entity_of(desk, "bank"), schema=schema).publish()


def test_r6_a_value_that_two_sources_share_stays_shared(desk: Feeding) -> None:
    """One telephone in two registers: the same node, published by both."""
    rows = desk.all(
        "SELECT entity FROM content.aspect WHERE schema = 'Value' GROUP BY 1 HAVING count(DISTINCT source) = 2"
    )
    assert len(rows) == 1
    assert Run(desk).put().aspect(rows[0][0], schema="Value").publish()["new"] == 1


def test_r6_a_shared_value_becomes_no_person(desk: Feeding) -> None:
    (shared,) = desk.one("SELECT array_agg(entity) FROM content.aspect WHERE schema = 'Value' AND source = 'bank'")
    run = Run(desk).put()
    with pytest.raises(psycopg.Error, match="another source"):
        run.aspect(shared).publish()


def test_r6_a_link_within_a_record_has_both_ends_there(desk: Feeding) -> None:
    own, theirs = entity_of(desk, "register"), entity_of(desk, "bank")
    for src, dst in ((own, theirs), (theirs, own), (uuid4(), uuid4())):
        run = Run(desk).put()
        with pytest.raises(psycopg.Error, match="doesn't hold"):
            run.link(src, dst).publish()
        run.feed.execute("SELECT feed.fail(%s, 'x', 'x', '{}')", (run.id,))
    run = Run(desk).put()
    with pytest.raises(psycopg.Error, match="no record of this run"):
        run.link(own, own, record=uuid4(), local=False).publish()


def test_r6_a_link_to_what_is_hidden_from_its_readers_dangles(desk: Feeding) -> None:
    """Not within the record, so its ends are looked up: one that isn't there for the link's readers keeps it aside."""
    run = Run(desk).put()
    done = run.link(run.entity, uuid4(), local=False).publish()
    assert done["links"] == 0
    assert desk.one("SELECT count(*) FROM feed.dangling WHERE run = %s", (run.id,)) == 1


@pytest.mark.parametrize(
    ("category", "caveats", "retention", "said"),
    [
        ("other", ["sealed", "grand-jury"], "28cfr23:5", "caveat"),
        ("other", ["crossed"], "28cfr23:5", "caveat"),
        ("other", None, "28cfr23:5", "caveat"),
        ("suspect", [], "28cfr23:5", "category"),
        (None, [], "28cfr23:5", "category"),
        ("other", [], "28cfr23:99", "retention"),
        ("other", [], None, "retention"),
    ],
)
def test_r6_a_marking_is_one_that_the_feeds_file_can_give(
    desk: Feeding, category: str | None, caveats: list[str] | None, retention: str | None, said: str
) -> None:
    feed, run = desk.db.connect(ROLE), desk.queue("people")
    feed.execute("SELECT feed.begin(%s)", (run,))
    with pytest.raises(psycopg.Error, match=said):
        feed.execute("SELECT feed.intern_marking(%s, %s, %s, %s)", (run, category, caveats, retention))


def test_r6_a_caveat_that_every_row_has_is_never_left_out(db: Any, tmp_path: Path) -> None:
    desk, manifest = feeding(db), deepcopy(BASE)
    manifest["marking"]["caveats"] = {"always": ["sealed"], "column": "phone", "map": {"T": ["tax"]}}
    desk.add(folder_of(tmp_path, manifest, {"inbox/a.csv": ROWS}))
    feed, run = desk.db.connect(ROLE), desk.queue("people")
    feed.execute("SELECT feed.begin(%s)", (run,))
    wanted = "SELECT feed.intern_marking(%s, 'other', %s, '28cfr23:5')"
    for caveats in ([], ["tax"], ["sealed", "covert"]):
        with pytest.raises(psycopg.Error, match="caveat"):
            feed.execute(wanted, (run, caveats))
    for caveats in (["sealed"], ["sealed", "tax"]):
        feed.execute(wanted, (run, caveats))
