"""Two accounts whose purposes differ by one marking: whatever they ask, the answers differ by its content alone.

The twin worlds are one database: `C-2026-0001` holds the clearance for what is sealed, `C-2026-0003` doesn't. Beside
it, the same questions are asked of a database where the sealed rows were never loaded: the uncleared answers must be
equal to those, byte for byte, whatever was hidden.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import psycopg
import pytest
from tests.world import World, small_world

from brightline.gate import Gate
from brightline.links import queries as links
from brightline.model.errors import Missing, Refused
from brightline.model.keys import entity_keys, scoped
from brightline.search import queries as search

pytestmark = pytest.mark.database
CLEARED, PLAIN = "C-2026-0001", "C-2026-0003"
SPACE = UUID("7f1c6f9a-53f1-4a5a-8a51-0d9c60f3b001")
OPEN = ("Marla Quint", "Marlon Quint", "Quint Shipping Ltd", "Peter Harrow", "Quinta Harrow")
SEALED = ("Marla Quint Sealed", "Quill Harrow", "Quinze Harrow", "Marlo Quimt")


def named(name: str) -> UUID:
    return uuid5(SPACE, name)


@dataclass
class Twin:
    """A world, with or without the sealed rows, and the questions that are asked of it."""

    world: World
    ids: dict[str, UUID] = field(default_factory=dict)

    def put(self, caption: str, marking: int, properties: dict[str, list[str]] | None = None) -> None:
        said = {"name": [caption], **(properties or {})}
        self.ids[caption] = self.world.aspect(
            "register",
            caption,
            marking=marking,
            entity=named(caption),
            properties=said,
            keys=sorted(entity_keys("Person", said).keys),
        )

    def link(self, a: str, b: str, marking: int) -> None:
        self.world.link(named(a), named(b), "Family", source="register", marking=marking)

    def ask(self, purpose: str, question: str) -> Any:
        """The answer without times, ids of links and records, which are random in each world."""
        call = self.world.call("ana", purpose)
        gate = self.world.gate
        try:
            return _plain(QUESTIONS[question](gate, call))
        except (Missing, Refused) as error:
            return {"refused": error.code, "detail": error.detail, "hint": error.hint}


QUESTIONS: dict[str, Any] = {
    "search": lambda g, c: search.find(g, c, search.Search(q="Quint")),
    "search with a typo": lambda g, c: search.find(g, c, search.Search(q="Marla Quimt", fuzzy=2)),
    "search by sound": lambda g, c: search.find(g, c, search.Search(q="Kwint Marlo")),
    "search by identifier": lambda g, c: search.find(g, c, search.Search(q="P-77-1234")),
    "search in text": lambda g, c: search.find(g, c, search.Search(q="lighthouse")),
    "search of the hidden": lambda g, c: search.find(g, c, search.Search(q="Quill")),
    "search of the absent": lambda g, c: search.find(g, c, search.Search(q="Quoll")),
    "newest first": lambda g, c: search.find(g, c, search.Search(q="Harrow", sort="newest", limit=2)),
    "page two": lambda g, c: search.find(g, c, search.Search(q="Harrow", limit=1, offset=1)),
    "by schema": lambda g, c: search.find(g, c, search.Search(q="", schemas=("Person",))),
    "suggest": lambda g, c: search.suggest(g, c, "qui"),
    "suggest second word": lambda g, c: search.suggest(g, c, "marla qu"),
    "batch": lambda g, c: search.batch(g, c, ["Marla Quint", "Quill Harrow"]),
    "entity": lambda g, c: search.entity_show(g, c, f"register-{named('Marla Quint').hex}"),
    "entity hidden": lambda g, c: search.entity_show(g, c, named("Quill Harrow").hex),
    "entity absent": lambda g, c: search.entity_show(g, c, named("nobody").hex),
    "why": lambda g, c: search.why(g, c, named("Marla Quint").hex),
    "why hidden": lambda g, c: search.why(g, c, named("Quill Harrow").hex),
    "links": lambda g, c: links.expand(g, c, [named("Marla Quint").hex]),
    "links of two steps": lambda g, c: links.expand(g, c, [named("Peter Harrow").hex], hops=2),
    "links hidden": lambda g, c: links.expand(g, c, [named("Quill Harrow").hex]),
    "path": lambda g, c: links.path(g, c, links.Ends(a=named("Marla Quint").hex, b=named("Peter Harrow").hex)),
    "path to the hidden": lambda g, c: links.path(
        g, c, links.Ends(a=named("Marla Quint").hex, b=named("Quill Harrow").hex)
    ),
}
UNSTABLE = frozenset({"took_ms", "purpose", "at", "record", "record_id", "aspect", "hash", "entry", "run"})


def _plain(answer: Any) -> Any:
    return _without(json.loads(json.dumps(answer.result, default=str)))


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            k: _without(v) for k, v in value.items() if k not in UNSTABLE and not (k == "id" and str(v).count("-") == 4)
        }
    return [_without(item) for item in value] if isinstance(value, list) else value


@contextmanager
def _lend(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    yield connection


def _twin(database: Any, *, with_sealed: bool) -> Twin:
    app, policy = database.connect("brightline_app"), database.connect("brightline_policy")
    world = small_world(database.admin, Gate(connect=lambda: _lend(app), policy=lambda: _lend(policy)))
    world.case(PLAIN, "fraud", "18-usc-1956", ["ana"])
    world.db.execute("UPDATE line.purpose SET clearances = '{sealed}' WHERE key = %s", (CLEARED,))
    plain, sealed = world.marking("register"), world.marking("register", caveats=["sealed"])
    world.move()
    twin = Twin(world=world)
    for caption in OPEN:
        twin.put(caption, plain)
    twin.put("Ida Number", plain, {"passportNumber": ["P-77-1234"], "notes": ["lives near the lighthouse"]})
    twin.link("Marla Quint", "Marlon Quint", plain)
    twin.link("Marlon Quint", "Quinta Harrow", plain)
    twin.link("Quinta Harrow", "Peter Harrow", plain)
    if with_sealed:
        for caption in SEALED:
            twin.put(caption, sealed, {"passportNumber": ["P-77-1234"], "notes": ["the lighthouse keeper"]})
        _sealed_side_of_an_open_entity(twin, sealed)
        twin.link("Marla Quint", "Quill Harrow", sealed)
        twin.link("Quill Harrow", "Peter Harrow", sealed)
    return twin


def _sealed_side_of_an_open_entity(twin: Twin, sealed: int) -> None:
    """An open person has one sealed aspect more: an alias, an earlier date, a country."""
    said = {"name": ["Marla the Knife"], "country": ["pt"]}
    keys = sorted(entity_keys("Person", said).keys)
    twin.world.aspect(
        "register", "Marla the Knife", marking=sealed, entity=named("Marla Quint"), properties=said, keys=keys
    )


@pytest.fixture(scope="module")
def twin(module_db: Any) -> Twin:
    return _twin(module_db, with_sealed=True)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_hidden_changes_nothing_that_is_told(twin: Twin, question: str) -> None:
    """The uncleared purpose is answered as if the sealed rows weren't there: no word, count or order differs."""
    before = twin.ask(PLAIN, question)
    text = json.dumps(before)
    for word in ("Sealed", "Quill Harrow", "Quinze", "Quimt Marlo", "Knife", '"pt"', "keeper"):
        assert word not in text.replace('"query": "Quill Harrow"', "")
    with _sealed_rows_gone(twin):
        assert twin.ask(PLAIN, question) == before


@contextmanager
def _sealed_rows_gone(twin: Twin) -> Iterator[None]:
    """The same database without one sealed row, for a while. Tokens of sealed rows go too."""
    db = twin.world.db
    where = "marking IN (SELECT id FROM line.marking WHERE scoped)"
    with db.transaction(force_rollback=False):
        for table in ("aspect", "link"):
            db.execute(f"CREATE TABLE line.kept_{table} AS SELECT * FROM content.{table} WHERE {where}")
            db.execute(f"DELETE FROM content.{table} WHERE {where}")
        tokens = sorted({t for caption in (*SEALED, "Marla the Knife") for t in caption.lower().split()})
        kept = sorted({t for caption in OPEN for t in caption.lower().split()})
        db.execute("DELETE FROM content.token WHERE token = ANY (%s) AND token <> ALL (%s)", (tokens, kept))
    try:
        yield
    finally:
        for table in ("aspect", "link"):
            db.execute(f"INSERT INTO content.{table} SELECT * FROM line.kept_{table}")
            db.execute(f"DROP TABLE line.kept_{table}")
        db.execute("INSERT INTO content.token SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (tokens,))


def test_the_cleared_purpose_sees_what_the_other_does_not(twin: Twin) -> None:
    captions = {hit["caption"] for hit in twin.ask(CLEARED, "search")["hits"]}
    assert captions >= {"Marla Quint Sealed"}
    assert twin.ask(CLEARED, "search of the hidden")["hits"][0]["caption"] == "Quill Harrow"
    assert twin.ask(CLEARED, "path")["hops"] == 2
    assert twin.ask(PLAIN, "path")["hops"] == 3
    assert twin.ask(CLEARED, "entity hidden")["caption"] == "Quill Harrow"
    cleared = {item["caption"] for item in twin.ask(CLEARED, "suggest")["items"]}
    more = cleared - {item["caption"] for item in twin.ask(PLAIN, "suggest")["items"]}
    assert {"Quill Harrow", "Quinze Harrow"} <= more <= set(SEALED)


def test_hidden_and_absent_are_answered_alike(twin: Twin) -> None:
    assert twin.ask(PLAIN, "entity hidden") == twin.ask(PLAIN, "entity absent")
    hidden, absent = twin.ask(PLAIN, "search of the hidden"), twin.ask(PLAIN, "search of the absent")
    assert {**hidden, "query": ""} == {**absent, "query": ""}


def test_keys_of_sealed_rows_carry_their_marking(twin: Twin) -> None:
    rows = twin.world.db.execute("SELECT keys, marking FROM content.aspect WHERE caption = 'Quill Harrow'").fetchall()
    bare = entity_keys("Person", {"name": ["Quill Harrow"], "passportNumber": ["P-77-1234"], "notes": ["x"]}).keys
    assert [set(keys) for keys, _ in rows] == [set(scoped(bare, marking)) for _, marking in rows]
