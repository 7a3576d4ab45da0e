"""The lab: a small world with canaries, and somebody who holds the application's password and writes any SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.world import World, small_world

from brightline.gate import Call, Gate
from brightline.model.keys import entity_keys
from brightline.search import queries


class _Captured(Exception):
    pass


class _Recorder:
    """Takes the parameters that a query would send, so that raw SQL can send the very same."""

    def run(self, call: Call, name: str, params: dict[str, Any]) -> Any:
        self.name, self.params = name, params
        raise _Captured


def find_params(text: str) -> dict[str, Any]:
    """What search.queries.find sends to app.search_find for this text."""
    recorder = _Recorder()
    with pytest.raises(_Captured):
        queries.find(recorder, Call(), queries.Search(q=text, fuzzy=0))  # type: ignore[arg-type]
    return recorder.params


@dataclass
class Lab:
    """`app` is an autocommit connection of brightline_app; `admin` sees all; `world` is seeded."""

    database: Any
    world: World
    admin: psycopg.Connection[Any]
    entities: dict[str, UUID] = field(default_factory=dict)

    @contextmanager
    def app(self, **options: Any) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.database.dsn("brightline_app"), autocommit=True, **options) as connection:
            yield connection

    def put(self, source: str, caption: str, *, category: str = "other", caveats: tuple[str, ...] = ()) -> UUID:
        marking = self.world.marking(source, category, caveats)
        keys = sorted(entity_keys("Person", {"name": [caption]}).keys)
        self.entities[caption] = self.world.aspect(source, caption, marking=marking, keys=keys)
        return self.entities[caption]

    def search(self, connection: psycopg.Connection[Any], who: str, purpose: str, text: str) -> dict[str, Any]:
        """The read under attack, as raw SQL of the application's role."""
        call = self.world.call(who, purpose)
        row = connection.execute(
            "SELECT app.search_find(%s, %s, %s, %s)",
            (call.token, call.purpose, call.inquiry, Jsonb(find_params(text))),
        ).fetchone()
        assert row is not None
        answer: dict[str, Any] = row[0]
        return answer

    def warm(self, who: str, purpose: str) -> None:
        """Compiles the purpose's visible set, so that raw SQL doesn't meet 'stale'."""
        self.world.gate.run(self.world.call(who, purpose), "search_find", find_params("warm up"))

    def messages(self) -> list[dict[str, Any]]:
        """All entries that the write-ahead log holds for the sequencer, in its order; nothing is consumed."""
        return messages(self.database)

    def entries(self) -> set[str]:
        return {m["entry"] for m in self.messages()}

    def said(self, entry: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Head and body of one entry."""
        found = next(m for m in self.messages() if m["entry"] == entry)
        return json.loads(found["head"]), json.loads(found["body"])


def messages(database: Any) -> list[dict[str, Any]]:
    """All entries of a database that the write-ahead log holds, in its order; nothing is consumed."""
    rows = database.admin.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (f"brightline_{database.name}",),
    ).fetchall()
    return [_message(bytes(data)) for (data,) in rows if bytes(data[:1]) == b"M"]


def _message(data: bytes) -> dict[str, Any]:
    """pgoutput's message: 'M', flags 1, LSN 8, prefix as a C string, length 4, content."""
    end = data.index(b"\0", 10)
    assert data[10:end] == b"line"
    content: dict[str, Any] = json.loads(data[end + 5 :])
    return content


@pytest.fixture(scope="module")
def lab(module_db: Any) -> Iterator[Lab]:
    with (
        psycopg.connect(module_db.dsn("brightline_app"), autocommit=True) as app,
        psycopg.connect(module_db.dsn("brightline_policy"), autocommit=True) as policy,
    ):

        @contextmanager
        def lend(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
            yield connection

        gate = Gate(connect=lambda: lend(app), policy=lambda: lend(policy))
        made = Lab(database=module_db, world=small_world(module_db.admin, gate), admin=module_db.admin)
        for caption in ("Open Canary", "Olive Rowan"):
            made.put("register", caption)
        for caption in ("Banked Canary", "Borek Rowan"):
            made.put("bank", caption)
        for caption in ("Waged Canary", "Wanda Rowan"):
            made.put("wages", caption)
        for caption in ("Sealed Canary", "Zelda Quillfeather"):
            made.put("bank", caption, caveats=("sealed",))
        made.put("register", "Victim Canary", category="victim")
        made.world.aspect(
            "case",
            "Note Canary",
            marking=made.admin.execute("SELECT line.case_marking('29-usc-216')").fetchone()[0],
            compartment=made.world.cases["C-2026-0002"],
            schema="Note",
            keys=sorted(entity_keys("Note", {"name": ["Note Canary"]}).keys),
        )
        yield made
