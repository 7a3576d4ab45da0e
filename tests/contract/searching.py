"""A gate over a test database and rows put into it, for the tests of search and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import psycopg
from tests.world import World, small_world

from brightline.gate import Call, Gate
from brightline.model.keys import entity_keys

CASE = "C-2026-0001"
SPACE = UUID("7f1c6f9a-53f1-4a5a-8a51-0d9c60f3b002")


def named(name: str) -> UUID:
    return uuid5(SPACE, name)


@contextmanager
def _lend(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    yield connection


@dataclass
class Room:
    """A small world with a gate, and short words to fill it and to ask it as `ana` under her case."""

    world: World
    database: Any

    @property
    def gate(self) -> Gate:
        return self.world.gate

    @property
    def call(self) -> Call:
        return self.world.call("ana", CASE)

    def put(
        self,
        source: str,
        schema: str,
        properties: Mapping[str, Sequence[str]],
        *,
        marking: int | None = None,
        entity: UUID | None = None,
        first: str | None = "2024-05-01",
        last: str | None = "2024-05-01",
    ) -> UUID:
        """One aspect as a feed would publish it: keys, dictionary and text of all its properties."""
        caption = properties["name"][0]
        found = entity_keys(schema, properties)
        db = self.world.db
        entity = self.world.aspect(
            source,
            caption,
            marking=marking or self.world.marking(source),
            schema=schema,
            keys=sorted(found.keys),
            entity=entity or named(caption),
            properties={name: list(values) for name, values in properties.items()},
        )
        db.execute(
            "UPDATE content.aspect SET text = to_tsvector('pg_catalog.simple', %s), first = %s, last = %s"
            " WHERE entity = %s AND caption = %s",
            (found.document, first, last, entity, caption),
        )
        db.execute("INSERT INTO content.token SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (list(found.tokens),))
        return entity


def room(database: Any) -> Room:
    app, policy = database.connect("brightline_app"), database.connect("brightline_policy")
    gate = Gate(connect=lambda: _lend(app), policy=lambda: _lend(policy))
    return Room(world=small_world(database.admin, gate), database=database)
