"""Recomputing one purpose's visible set: 2,000 markings of 200 sources, no peer; proving the shipped rulebook."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

from bench.lib import Row, med, milliseconds, p95, say, write
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
    compiled = milliseconds(lambda _: rules.compile_set(facts), range(RUNS))
    raw = _raw(facts)
    read = milliseconds(lambda _: rules.compile_set(rules.read_facts(raw)), range(RUNS // 4))
    proved = milliseconds(lambda _: _proved(), range(10))
    rows = [
        _row("visible set recomputed, median", med(compiled), "≤ 5 ms", med(compiled) <= 5),
        _row("visible set recomputed, p95", p95(compiled), "", True),
        _row("the same with reading the facts, median", med(read), "", True),
        _row("rulebook proved, median", med(proved), "", True),
    ]
    data = {"markings": MARKINGS, "sources": SOURCES, "visible": shown, "seed": SEED}
    return write("policy", data=data, runs={"compile": RUNS, "read": RUNS // 4, "prove": 10}, rows=rows)


def _row(name: str, ours: float, goal: str, holds: bool) -> Row:
    return Row(name=name, ours=ours, peer=None, peer_name="", unit="ms", ratio=None, goal=goal, holds=holds)


def _proved() -> None:
    if not prove(rulebook.shipped(), doors.installed()).holds:
        raise SystemExit("The shipped rulebook isn't proved.")


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
