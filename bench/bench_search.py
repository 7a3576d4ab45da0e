"""Search of a name: enter, search, ledger entry and commit under the line, against the same search bare.

Bare is the same function on the same database, run by a role whose policy is one constant comparison, with no entry,
no pass and no answer to hash: what a search engine without a line would do. Both return the same hits.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from bench.lib import Row, med, milliseconds, p95, say, size, write
from bench.region import ENTITIES, SEED, Region, region
from brightline.gate import Call
from brightline.model.keys import query_keys
from brightline.search import model
from brightline.search.queries import Search, find

RUNS = {"small": 40, "medium": 200, "full": 400}
Params = dict[str, Any]


def run() -> Path:
    with region() as made:
        _bare(made)
        sets = _queries(made)
        for queries in sets.values():
            _check_same(made, queries[:10])
        call = made.call()
        spent: dict[str, list[float]] = {}
        with psycopg.connect(made.server.admin_dsn(), autocommit=True, prepare_threshold=None) as conn:
            conn.execute("SET ROLE bench_bare")
            # In turns, query by query: whatever else the machine does meets both sides alike.
            for kind, queries in sets.items():
                _in_turns(made, call, conn, queries[:20])
                spent[f"ours {kind}"], spent[f"bare {kind}"] = _in_turns(made, call, conn, queries)
        whole = milliseconds(lambda q: find(made.gate, call, Search(q=q["q"])), sets["name"])
        return write(
            "search",
            data={"entities": ENTITIES[size()], "hits_median": _hits(made, sets["name"])},
            runs={kind: len(queries) for kind, queries in sets.items()},
            rows=[*_rows(spent, whole), _told("one flush of the disk, which an entry waits for", _flushes())],
        )


def _rows(spent: dict[str, list[float]], whole: list[float]) -> list[Row]:
    ours, bare, typo = spent["ours name"], spent["bare name"], spent["ours typo"]
    added = med(ours) - med(bare)
    return [
        Row(
            name="name, under the line, median",
            ours=med(ours),
            peer=med(bare),
            peer_name="bare",
            unit="ms",
            ratio=round(med(ours) / med(bare), 2),
            goal="the line adds ≤ 2 ms",
            holds=added <= 2,
        ),
        Row(
            name="name, under the line, p95",
            ours=p95(ours),
            peer=p95(bare),
            peer_name="bare",
            unit="ms",
            ratio=round(p95(ours) / p95(bare), 2),
            goal="≤ 25 ms",
            holds=p95(ours) <= 25,
        ),
        Row(
            name="name with a typo, p95",
            ours=p95(typo),
            peer=p95(ours),
            peer_name="exact",
            unit="ms",
            ratio=round(p95(typo) / p95(ours), 2),
            goal="≤ 3 × exact",
            holds=p95(typo) <= 3 * p95(ours),
        ),
        *(_told(name, values) for name, values in (*spent.items(), ("ours name, with reasons in Python", whole))),
    ]


def _told(name: str, values: list[float]) -> Row:
    """A figure without a goal: median, and p95 as the peer's column."""
    return Row(
        name=name, ours=med(values), peer=p95(values), peer_name="p95", unit="ms", ratio=None, goal="", holds=True
    )


def _flushes() -> list[float]:
    """Milliseconds to write a page and have it on the disk, where the database lies."""
    with tempfile.TemporaryFile(dir=os.environ.get("BENCH_HOME")) as page:

        def flush(at: int) -> None:
            os.pwrite(page.fileno(), b"x" * 8192, at % 64 * 8192)
            os.fdatasync(page.fileno())

        return milliseconds(flush, range(100))


def _ours(made: Region, call: Call, params: Params) -> Any:
    return made.gate.run(call, "search_find", params).result


def _in_turns(
    made: Region, call: Call, conn: psycopg.Connection[Any], queries: list[Params]
) -> tuple[list[float], list[float]]:
    """Either goes first every second time: who does brings the pages of the index from memory into the processor, and
    the other finds them there."""
    sides: list[Callable[[Params], Any]] = [lambda q: _ours(made, call, q), lambda q: _run_bare(conn, q)]
    ours: list[float] = []
    bare: list[float] = []
    for at, query in enumerate(queries):
        for side, spent in list(zip(sides, (ours, bare), strict=True))[:: 1 if at % 2 else -1]:
            spent += milliseconds(side, [query])
    return ours, bare


def _run_bare(conn: psycopg.Connection[Any], params: Params) -> Any:
    row = conn.execute('SELECT "inner".search_find(NULL, %s)', (Jsonb(params),)).fetchone()
    assert row is not None
    return row[0]


def _bare(made: Region) -> None:
    """The role that searches without a line: a constant condition instead of the policy, the same functions."""
    db = made.admin
    row = db.execute("SELECT max(id) FROM line.marking WHERE origins -> 0 ->> 0 = 'register' AND NOT scoped").fetchone()
    assert row is not None
    if db.execute("SELECT 1 FROM pg_roles WHERE rolname = 'bench_bare'").fetchone() is None:
        db.execute("CREATE ROLE bench_bare NOLOGIN")
    db.execute('GRANT USAGE ON SCHEMA content, documents, line, ext, "inner" TO bench_bare')
    db.execute('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA content, documents, line, ext, "inner" TO bench_bare')
    for table in ("aspect", "link", "judgement", "token"):
        db.execute(f"GRANT SELECT ON content.{table} TO bench_bare")
        db.execute(f"DROP POLICY IF EXISTS bench ON content.{table}")
        condition = "true" if table == "token" else f"marking <= {row[0]}"
        db.execute(f"CREATE POLICY bench ON content.{table} FOR SELECT TO bench_bare USING ({condition})")


def _queries(made: Region) -> dict[str, list[Params]]:
    """Names of people who are there; the same with one letter changed; surnames alone; numbers."""
    rng = random.Random(SEED)
    count = RUNS[size()]
    picked = [rng.randint(1, ENTITIES[size()]) for _ in range(count)]
    rows = made.admin.execute(
        "SELECT a.caption, a.properties -> 'idNumber' ->> 0 FROM unnest(%s::int[]) n JOIN content.aspect a"
        " ON a.entity = md5('e' || n)::uuid",
        (picked,),
    ).fetchall()
    names = [row[0] for row in rows]
    say(f"{count} queries of each kind")
    return {
        "name": [_params(name) for name in names],
        "typo": [_params(_mistyped(rng, name)) for name in names],
        "surname": [_params(name.split()[1]) for name in names[: count // 4]],
        "given name": [_params(name.split()[0]) for name in names[: count // 4]],
        "number": [_params(row[1]) for row in rows[: count // 4]],
        "nobody": [_params(name[::-1] + " " + name[::-1]) for name in names[: count // 4]],
    }


def _params(q: str) -> Params:
    return {**Search(q=q).params(), "words": model.as_params(query_keys(q))}


def _mistyped(rng: random.Random, name: str) -> str:
    """One letter of the surname replaced, left out or swapped with its neighbour."""
    given, family = name.split()
    at = rng.randint(1, len(family) - 2)
    head, letter, tail = family[:at], family[at], family[at + 1 :]
    other = rng.choice("aeiourstln".replace(letter.lower(), ""))
    return f"{given} {rng.choice([head + other + tail, head + tail, head + tail[0] + letter + tail[1:]])}"


def _check_same(made: Region, queries: list[Params]) -> None:
    with psycopg.connect(made.server.admin_dsn(), autocommit=True, prepare_threshold=None) as conn:
        conn.execute("SET ROLE bench_bare")
        call = made.call()
        for params in queries:
            ours, bare = _ours(made, call, params), _run_bare(conn, params)
            if ours["total"] != bare["total"] or [h["id"] for h in ours["hits"]] != [h["id"] for h in bare["hits"]]:
                raise SystemExit(f"The two searches of {params['q']!r} differ; the comparison would mean nothing.")


def _hits(made: Region, queries: list[Params]) -> float:
    call = made.call()
    return med([_ours(made, call, params)["total"] for params in queries[:50]])
