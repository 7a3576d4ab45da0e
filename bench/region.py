"""A big invented population for the benchmarks of search and paths, made set by set inside the database.

Names are drawn from made-up syllables with the skew that real names have (few common ones, a long tail). Beside the
entities and links that are counted lie a fifth more under markings that the benchmark's purpose may not see.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from tests.world import World, small_world

from bench.lib import say, scratch, size
from brightline.gate import Call, Gate
from brightline.model.keys import name_keys
from brightline.store.server import Server
from brightline.store.sessions import Pools

CASE = "C-2026-0001"
ENTITIES = {"small": 5_000, "medium": 200_000, "full": 2_000_000}
"""Entities that the purpose sees. Links: five for each, counted in both directions."""
SEED = 20260101
ONSETS = "b,br,c,ch,d,dr,f,fl,g,gr,h,j,k,kl,l,m,n,p,pr,qu,r,s,sh,sl,st,t,tr,v,w,z"
MIDDLES = "a,e,i,o,u,ai,ea,ou,ie"

# Rows first, indexes after: as after a restore, and ten times faster.
INDEXES = (
    "aspect_keys",
    "aspect_text",
    "aspect_schema",
    "aspect_source",
    "link_step",
    "token_trigram",
    "token_prefix",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The filled database with a gate over the pools that the program itself uses."""

    server: Server
    world: World
    admin: psycopg.Connection[Any]

    @property
    def gate(self) -> Gate:
        return self.world.gate

    def call(self) -> Call:
        """A call with an inquiry of its own (one lasts for 200 acts)."""
        return self.world.call("ana", CASE)


@contextmanager
def region() -> Iterator[Region]:
    """The population of BENCH_SIZE, made if it isn't there, and a case that sees five sixths of it."""
    with scratch(f"bench_{size()}") as (server, made):
        # One connection for each side: two that take turns find the processor's memory cold.
        pools = Pools(server, size=1)
        with (
            closing(pools),
            psycopg.connect(server.admin_dsn(), autocommit=True, prepare_threshold=None) as admin,
        ):
            gate = Gate(
                connect=lambda: pools.of("brightline_app").connection(),
                policy=lambda: pools.of("brightline_policy").connection(),
            )
            if made:
                world = small_world(admin, gate)
                _fill(world)
            else:
                world = _again(admin, gate)
            yield Region(server=server, world=world, admin=admin)


def _again(admin: psycopg.Connection[Any], gate: Gate) -> World:
    world = World(db=admin, gate=gate)
    world.accounts = dict(admin.execute("SELECT name, id FROM line.account").fetchall())
    world.purposes = dict(admin.execute("SELECT key, id FROM line.purpose").fetchall())
    return world


def _fill(world: World) -> None:
    # `register` is open to the case (criminal), `wages` isn't (civil only); caveats that need no clearance make
    # eight markings of each.
    kinds = [(), ("pii",), ("commercial",), ("pii", "commercial")]
    categories = ("suspect", "other")
    for source in ("register", "wages"):
        for category in categories:
            for caveats in kinds:
                world.marking(source, category, caveats)
    db = world.db
    dropped = [_definition(db, name) for name in INDEXES]
    for name in INDEXES:
        db.execute(f"DROP INDEX content.{name}")
    _names(db)
    say(f"{ENTITIES[size()]:,} entities and a fifth more that are hidden")
    _entities(db)
    say(f"{5 * ENTITIES[size()]:,} links, counted in both directions, and a fifth more that are hidden")
    _links(db)
    say("indexes")
    db.execute("SET maintenance_work_mem = '2GB'")
    for definition in dropped:
        db.execute(definition)
    say("vacuum")
    for table in ("aspect", "link", "token", "record"):
        db.execute(f"VACUUM ANALYZE content.{table}")
    db.execute("CHECKPOINT")


def _definition(db: psycopg.Connection[Any], name: str) -> str:
    row = db.execute("SELECT pg_get_indexdef(('content.' || %s)::regclass)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


def _syllables(rng: random.Random, count: int, parts: tuple[int, int]) -> list[str]:
    onsets, middles = ONSETS.split(","), MIDDLES.split(",")
    ends = ["", "", "n", "r", "s", "l", "m", "nd", "rt", "ck", "th"]
    found: set[str] = set()
    while len(found) < count:
        word = "".join(rng.choice(onsets) + rng.choice(middles) for _ in range(rng.randint(*parts))) + rng.choice(ends)
        if len(word) > 3:
            found.add(word)
    return sorted(found)


def _names(db: psycopg.Connection[Any]) -> None:
    """Two tables of name words with their keys: given names and surnames, in random order."""
    rng = random.Random(SEED)
    scale = ENTITIES[size()]
    for table, count, parts in (("given", scale // 200, (1, 3)), ("family", scale // 10, (2, 3))):
        words = _syllables(rng, count, parts)
        rng.shuffle(words)
        db.execute(f"CREATE UNLOGGED TABLE line.bench_{table} (n int PRIMARY KEY, word text, keys text[])")
        with db.cursor().copy(f"COPY line.bench_{table} FROM STDIN") as copy:
            for n, word in enumerate(words):
                copy.write_row((n, word, list(name_keys(word).keys)))
        db.execute(f"INSERT INTO content.token SELECT word FROM line.bench_{table} ON CONFLICT DO NOTHING")


_SKEWED = "least(floor(power(random(), %s) * %s)::int, %s - 1)"


def _markings(db: psycopg.Connection[Any], source: str) -> list[int]:
    rows = db.execute("SELECT id FROM line.marking WHERE origins -> 0 ->> 0 = %s ORDER BY id", (source,))
    return [row[0] for row in rows]


def _entities(db: psycopg.Connection[Any]) -> None:
    """One aspect each; entity n has the id md5('e' || n): name, number, country, dates."""
    count = ENTITIES[size()]
    given, family = (f"(SELECT count(*) FROM line.bench_{t})::int" for t in ("given", "family"))
    db.execute("SET work_mem = '512MB'; SET synchronous_commit = off; SELECT setseed(0.5)")
    db.execute(
        f"""INSERT INTO content.aspect (id, record, source, entity, cluster, marking, schema, caption, properties, keys,
          text, first, last)
        SELECT id, id, CASE WHEN seen THEN 'register' ELSE 'wages' END, id, id,
          CASE WHEN seen THEN (%s::int[])[m] ELSE (%s::int[])[m] END, 'Person', caption,
          jsonb_build_object('name', jsonb_build_array(caption), 'idNumber', jsonb_build_array(number),
            'country', jsonb_build_array((ARRAY['us','mx','de','fr','ng','cn','in','br'])[1 + n %% 8])),
          keys || ARRAY['i:idnumber:' || number, 'i:any:' || number],
          to_tsvector('pg_catalog.simple', lower(caption) || ' ' || lower(number)), day, day + 30
        FROM (SELECT d.n, d.n <= %s AS seen, md5('e' || d.n)::uuid AS id,
            initcap(g.word) || ' ' || initcap(f.word) AS caption,
            g.keys || f.keys AS keys, 'N' || lpad(d.n::text, 9, '0') AS number, 1 + floor(random() * 8)::int AS m,
            date '2010-01-01' + (d.n %% 5000) AS day
          FROM (SELECT n, {_SKEWED % ("2.5", given, given)} AS gi, {_SKEWED % ("2.0", family, family)} AS fi
            FROM generate_series(1, %s) n) d
          JOIN line.bench_given g ON g.n = d.gi JOIN line.bench_family f ON f.n = d.fi) x""",
        (_markings(db, "register"), _markings(db, "wages"), count, count * 6 // 5),
    )


def _links(db: psycopg.Connection[Any]) -> None:
    """Random links among the seen, which are seen; links that touch anybody, which are hidden."""
    count = ENTITIES[size()]
    for source, nodes, edges in (("register", count, count * 5 // 2), ("wages", count * 6 // 5, count // 2)):
        db.execute(
            """INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking)
            SELECT id, CASE WHEN w THEN a ELSE b END, CASE WHEN w THEN b ELSE a END, 'Payment', w, id, id, %(source)s,
              %(marking)s
            FROM (SELECT gen_random_uuid() AS id, md5('e' || 1 + floor(random() * %(nodes)s)::int)::uuid AS a,
                md5('e' || 1 + floor(random() * %(nodes)s)::int)::uuid AS b FROM generate_series(1, %(edges)s)) e,
              (VALUES (true), (false)) v (w) WHERE a <> b""",
            {"source": source, "marking": _markings(db, source)[0], "nodes": nodes, "edges": edges},
        )
    db.execute("RESET synchronous_commit; RESET work_mem")


def entity(n: int) -> UUID:
    """Id of the n-th entity (from 1)."""

    # md5 as PostgreSQL has it: an id, not a secret.
    return UUID(bytes=hashlib.md5(f"e{n}".encode(), usedforsecurity=False).digest())
