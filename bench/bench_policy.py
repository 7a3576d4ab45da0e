"""Recomputing one purpose's visible set: 2,000 markings of 200 sources, no peer; proving the shipped rulebook.

The rules alone, then with reading the facts, then all that happens when a purpose's set is stale: the facts out of the
database, the rules, the set into it again, committed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from bench.lib import Row, med, milliseconds, p95, say, scratch, write
from brightline.gate import Gate
from brightline.line import rulebook, rules
from brightline.line.proof import prove
from brightline.line.rulebook_check import CATEGORIES
from brightline.policy import doors

MARKINGS, SOURCES, RUNS, SEED = 2_000, 200, 200, 7
TODAY = date(2026, 5, 1)
CAVEATS = ("sealed", "pii", "tax", "grand-jury", "commercial", "covert")


def run() -> Path:
    facts = world()
    shown = sum(decision.visible for _, decision in rules.compile_set(facts))
    say(f"{len(facts.markings)} markings, {shown} visible")
    compiled = milliseconds(lambda _: _read_off(facts), range(RUNS))
    raw = _raw(facts)
    read = milliseconds(lambda _: _read_off(rules.read_facts(raw)), range(RUNS // 4))
    proved = milliseconds(lambda _: _proved(), range(10))
    whole = _in_database(facts, shown)
    rows = [
        _row("visible set recomputed, median", med(compiled), "≤ 5 ms", med(compiled) <= 5),
        _row("visible set recomputed, p95", p95(compiled), "", True),
        _row("the same with reading the facts, median", med(read), "", True),
        _row("stale set brought up to date in the database, median", med(whole), "", True),
        _row("rulebook proved, median", med(proved), "", True),
    ]
    data = {"markings": MARKINGS, "sources": SOURCES, "visible": shown, "seed": SEED}
    return write(
        "policy", data=data, runs={"compile": RUNS, "read": RUNS // 4, "database": RUNS // 4, "prove": 10}, rows=rows
    )


def _read_off(facts: rules.Facts) -> None:
    """Takes every pair, so that nothing is left undone until later."""
    for _ in rules.compile_set(facts):
        pass


def _row(name: str, ours: float, goal: str, holds: bool) -> Row:
    return Row(name=name, ours=ours, peer=None, peer_name="", unit="ms", ratio=None, goal=goal, holds=holds)


def _proved() -> None:
    if not prove(rulebook.shipped(), doors.installed()).holds:
        raise SystemExit("The shipped rulebook isn't proved.")


def _in_database(facts: rules.Facts, shown: int) -> list[float]:
    """Milliseconds of each whole recompute; what is stored must be what the rules showed."""
    with (
        scratch("bench_policy") as (server, made),
        psycopg.connect(server.admin_dsn(), autocommit=True) as admin,
        psycopg.connect(server.dsn("brightline_policy"), autocommit=True) as policy,
    ):

        @contextmanager
        def lend() -> Iterator[psycopg.Connection[Any]]:
            yield policy

        gate = Gate(connect=lend, policy=lend)
        purpose = _written(admin, facts) if made else _known(admin)
        spent = milliseconds(lambda _: gate.compile(str(purpose)), range(RUNS // 4))
        row = admin.execute("SELECT count(*) FROM line.visible_marking WHERE purpose = %s", (purpose,)).fetchone()
        if row != (shown,):
            raise SystemExit(f"The database shows {row} markings, the rules {shown}.")
        return spent


def _known(admin: psycopg.Connection[Any]) -> UUID:
    row = admin.execute("SELECT id FROM line.purpose WHERE key = 'bench'").fetchone()
    assert row is not None
    return UUID(str(row[0]))


def _written(admin: psycopg.Connection[Any], facts: rules.Facts) -> UUID:
    """The same world in a database, written by its installer; the purpose's id."""
    case = uuid4()
    with admin.transaction(), admin.cursor() as into:
        into.executemany(
            "INSERT INTO line.authority (code, title, regime, statute, valid_from)"
            " VALUES (%s, 'Law', %s, 'Law', '2000-01-01')",
            list(facts.regimes.items()),
        )
        into.execute("INSERT INTO line.unit (name, title) VALUES ('fraud', 'Unit')")
        into.executemany(
            "INSERT INTO line.source (name, title, authority, state, custodian_unit)"
            " VALUES (%s, 'Source', %s, 'active', 'fraud')",
            [(name, f"a{int(name[1:]) % 20}") for name in facts.sources],
        )
        into.executemany(
            "INSERT INTO line.agreement (id, source, regimes, units, pointer_tier, valid_from, expires)"
            " VALUES (%s, %s, %s, '{}', %s, %s, %s)",
            [
                (a.id, source.name, sorted(a.regimes), a.pointer_tier, a.valid_from, a.expires)
                for source in facts.sources.values()
                for a in source.agreements
            ],
        )
        into.executemany(
            "INSERT INTO line.assessment VALUES ('PIA', %s, '2020-01-01', '2029-01-01')",
            [(name,) for name in facts.sources],
        )
        into.executemany(
            "INSERT INTO line.marking (origins, category, caveats, retention) VALUES (%s, %s, %s, '')",
            [(Jsonb(m.origins), m.category, sorted(m.caveats)) for m in facts.markings],
        )
        into.execute("INSERT INTO line.case_ref (case_id, unit) VALUES (%s, 'fraud')", (case,))
        into.execute(
            "INSERT INTO line.purpose (key, kind, case_id, unit, authority, clearances)"
            " VALUES ('bench', 'case', %s, 'fraud', 'a0', %s)",
            (case, sorted(facts.purpose.clearances)),
        )
    admin.execute("ANALYZE")
    return _known(admin)


def world() -> rules.Facts:
    """Every marking differs from every other: nothing is decided twice."""
    rng = random.Random(SEED)
    found: set[tuple[Any, ...]] = set()
    while len(found) < MARKINGS:
        origins = tuple(
            sorted((f"s{n}", f"a{n % 20}") for n in rng.sample(range(SOURCES), rng.choices((1, 2), (9, 1))[0]))
        )
        caveats = frozenset(rng.sample(CAVEATS, rng.choices((0, 1, 2), (6, 3, 1))[0]))
        found.add((origins, rng.choice(CATEGORIES), caveats))
    ordered = sorted(found, key=lambda one: (one[0], one[1], sorted(one[2])))
    return rules.Facts(
        today=TODAY,
        epoch=1,
        purpose=rules.Purpose(kind="case", unit="fraud", regime="criminal", clearances=frozenset({"sealed"})),
        sources={f"s{n}": _source(n, rng) for n in range(SOURCES)},
        regimes={f"a{n}": ("criminal", "civil", "regulatory")[n % 3] for n in range(20)},
        markings=tuple(
            rules.Marking(id=n, origins=origins, category=category, caveats=caveats)
            for n, (origins, category, caveats) in enumerate(ordered, 1)
        ),
        rulebook=rulebook.parse(rulebook.shipped()),
    )


def _source(number: int, rng: random.Random) -> rules.Source:
    agreements = tuple(
        rules.Agreement(
            id=f"AG-{number}-{n}",
            regimes=frozenset(rng.sample(("criminal", "civil", "regulatory"), rng.randint(1, 3))),
            units=frozenset(),
            pointer_tier=rng.randint(0, 3),
            valid_from=date(2020, 1, 1),
            expires=date(2028, 1, 1),
        )
        for n in range(2)
    )
    assessed = ((date(2020, 1, 1), date(2029, 1, 1)),)
    return rules.Source(name=f"s{number}", open=True, custodian="fraud", agreements=agreements, assessed=assessed)


def _raw(facts: rules.Facts) -> dict[str, Any]:
    """The facts as the database gives them."""
    return {
        "today": TODAY.isoformat(),
        "epoch": 1,
        "purpose": {"kind": "case", "unit": "fraud", "regime": "criminal", "clearances": ["sealed"]},
        "sources": {
            name: {
                "state": "active",
                "custodian": source.custodian,
                "agreements": [
                    {
                        "id": a.id,
                        "regimes": sorted(a.regimes),
                        "units": [],
                        "pointer_tier": a.pointer_tier,
                        "valid_from": a.valid_from.isoformat(),
                        "expires": a.expires.isoformat(),
                    }
                    for a in source.agreements
                ],
                "assessments": [{"approved": "2020-01-01", "expires": "2029-01-01"}],
            }
            for name, source in facts.sources.items()
        },
        "authorities": dict(facts.regimes),
        "markings": [
            {"id": m.id, "origins": [list(o) for o in m.origins], "category": m.category, "caveats": sorted(m.caveats)}
            for m in facts.markings
        ],
        "rulebook": rulebook.shipped(),
    }
