"""A small world for tests: units of two regimes, people, sources under agreements, purposes, a few rows of content.

Everything is written by the superuser straight into the tables, since what is tested is what happens afterwards.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from brightline.gate import Answer, Call, Gate

FAR = date(2099, 1, 1)
FAST_KDF = {"kind": "argon2id", "time": 1, "memory": 64, "lanes": 1, "length": 32, "salt": "00" * 16}


@dataclass
class World:
    """Writes the world, remembers ids. `db` is a superuser's connection in autocommit, `gate` a real Gate."""

    db: psycopg.Connection[Any]
    gate: Gate
    accounts: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    purposes: dict[str, UUID] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)

    # ------------------------------------------------------------------ people and powers

    def unit(self, name: str, regime: str | None = None) -> str:
        self.db.execute(
            "INSERT INTO line.unit (name, title, regime, contact) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (name, name.title(), regime, f"desk@{name}"),
        )
        return name

    def authority(self, code: str, regime: str, *, valid_to: date | None = None) -> str:
        self.db.execute(
            "INSERT INTO line.authority (code, title, regime, statute, processes, valid_from, valid_to)"
            " VALUES (%s, %s, %s, %s, %s, '2000-01-01', %s) ON CONFLICT DO NOTHING",
            (code, code.upper(), regime, code.upper(), ["warrant", "subpoena"], valid_to),
        )
        self.move()
        return code

    def person(self, name: str, *grants: tuple[str, str], authority: str | None = None) -> UUID:
        """An account with roles as (unit, role); each gives a desk purpose `<unit>/<role>`."""
        row = self.db.execute(
            "INSERT INTO line.account (name, title, verifier, kdf) VALUES (%s, %s, %s, %s) RETURNING id",
            (name, name.title(), hashlib.sha256(name.encode()).digest(), json.dumps(FAST_KDF)),
        ).fetchone()
        assert row is not None
        self.accounts[name] = row[0]
        for unit, role in grants:
            self.grant(name, unit, role, authority)
        return self.accounts[name]

    def grant(self, name: str, unit: str, role: str, authority: str | None = None) -> None:
        self.db.execute(
            "INSERT INTO line.role_grant (account, unit, role) VALUES (%s, %s, %s)", (self.accounts[name], unit, role)
        )
        kind = "oversight" if role == "overseer" else "desk"
        row = self.db.execute(
            "INSERT INTO line.purpose (key, kind, unit, role, authority, title) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (key) DO UPDATE SET title = excluded.title RETURNING id",
            (f"{unit}/{role}", kind, unit, role, authority or self._unit_authority(unit), f"{unit} {role} desk"),
        ).fetchone()
        assert row is not None
        self.purposes[f"{unit}/{role}"] = row[0]

    def _unit_authority(self, unit: str) -> str:
        row = self.db.execute(
            "SELECT a.code FROM line.authority a JOIN line.unit u ON u.regime = a.regime"
            " WHERE u.name = %s AND a.code <> 'case-born' ORDER BY a.code LIMIT 1",
            (unit,),
        ).fetchone()
        return row[0] if row else self.authority("inspector-general-act", "oversight")

    def token(self, name: str) -> str:
        """A live session's token for this person, made once."""
        if name not in self.tokens:
            token = f"token-{name}-{uuid4().hex}"
            self.db.execute(
                "INSERT INTO line.session (token_hash, account, expires) VALUES (%s, %s, now() + interval '12 hours')",
                (hashlib.sha256(token.encode()).digest(), self.accounts[name]),
            )
            self.tokens[name] = token
        return self.tokens[name]

    # --------------------------------------------------------------------- sources, markings

    def source(
        self,
        name: str,
        authority: str,
        regimes: Sequence[str],
        *,
        tier: int = 0,
        units: Sequence[str] = (),
        custodian: str | None = None,
        expires: date = FAR,
    ) -> str:
        self.db.execute(
            "INSERT INTO line.source (name, title, reliability, authority, custodian_unit)"
            " VALUES (%s, %s, 'B', %s, %s)",
            (name, name.title(), authority, custodian),
        )
        self.db.execute(
            "INSERT INTO line.agreement (id, source, regimes, units, pointer_tier, valid_from, expires)"
            " VALUES (%s, %s, %s, %s, %s, '2000-01-01', %s)",
            (f"AG-{name}", name, list(regimes), list(units), tier, expires),
        )
        self.db.execute("INSERT INTO line.assessment VALUES (%s, %s, '2000-01-01', %s)", (f"PIA-{name}", name, FAR))
        self.move()
        return name

    def marking(self, source: str, category: str = "other", caveats: Sequence[str] = ()) -> int:
        row = self.db.execute(
            "SELECT line.intern_marking(jsonb_build_array(jsonb_build_array(s.name, s.authority)), %s, %s, '')"
            " FROM line.source s WHERE s.name = %s",
            (category, list(caveats), source),
        ).fetchone()
        assert row is not None
        return int(row[0])

    def move(self) -> None:
        self.db.execute("SELECT line.move_epoch()")

    # ------------------------------------------------------------------------------ purposes

    def case(
        self, key: str, unit: str, authority: str, members: Sequence[str], *, clearances: Sequence[str] = ()
    ) -> UUID:
        """An open case as the line knows it: reference, members (the first leads), purpose, compartment."""
        case = uuid4()
        self.db.execute("INSERT INTO line.case_ref (case_id, unit) VALUES (%s, %s)", (case, unit))
        for i, name in enumerate(members):
            self.db.execute(
                "INSERT INTO line.case_member (case_id, account, capacity) VALUES (%s, %s, %s)",
                (case, self.accounts[name], "member" if i else "lead"),
            )
        row = self.db.execute(
            "INSERT INTO line.purpose (key, kind, case_id, unit, authority, title, clearances)"
            " VALUES (%s, 'case', %s, %s, %s, %s, %s) RETURNING id",
            (key, case, unit, authority, key, list(clearances)),
        ).fetchone()
        assert row is not None
        self.purposes[key] = row[0]
        self.cases[key] = case
        self.db.execute("INSERT INTO line.compartment (id, kind) VALUES (%s, 'case')", (case,))
        self.db.execute("INSERT INTO line.compartment_open VALUES (%s, %s)", (case, row[0]))
        self.db.execute("SELECT line.case_marking(%s)", (authority,))
        return case

    def inquiry(self, name: str, purpose: str) -> UUID:
        row = self.db.execute(
            "INSERT INTO line.inquiry (account, purpose, reason, folded) VALUES (%s, %s, %s, %s) RETURNING id",
            (
                self.accounts[name],
                self.purposes[purpose],
                "A reason written for a test of the line itself.",
                uuid4().hex,
            ),
        ).fetchone()
        assert row is not None
        inquiry: UUID = row[0]
        return inquiry

    def call(self, name: str, purpose: str | None = None, *, inquiry: bool = True) -> Call:
        """A call as this person under this purpose, with an inquiry of its own unless told otherwise."""
        opened = self.inquiry(name, purpose) if inquiry and purpose in self.purposes else None
        return Call(token=self.token(name), purpose=purpose, inquiry=opened)

    def settle(self) -> None:
        """What the worker would do now about what commands have left to it."""
        for _ in range(200):
            if self.db.execute("SELECT line.errand_turn()").fetchone() == (False,):
                return

    def run(self, who: str, purpose: str | None, function: str, **params: Any) -> Answer:
        return self.gate.run(self.call(who, purpose), function, params)

    # ------------------------------------------------------------------------------- content

    def aspect(
        self,
        source: str,
        caption: str,
        *,
        marking: int,
        schema: str = "Person",
        keys: Sequence[str] = (),
        entity: UUID | None = None,
        record: UUID | None = None,
        compartment: UUID | None = None,
        properties: dict[str, list[str]] | None = None,
    ) -> UUID:
        """One record with one aspect; answers the entity's id. Keys are stored scoped where the marking is."""
        entity = entity or uuid4()
        record = record or uuid4()
        self.db.execute(
            "INSERT INTO content.record (id, source, source_key, version, hash, payload, marking, compartment)"
            " VALUES (%s, %s, %s, 1, %s, %s, %s, %s)",
            (record, source, record.hex, b"h", json.dumps({"name": caption}), marking, compartment),
        )
        self.db.execute(
            "INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema, caption,"
            " properties, original, keys, text, first, last)"
            " SELECT %s, %s, %s, %s, %s, m.id, %s, %s, %s, %s, %s,"
            " CASE WHEN m.scoped THEN ARRAY(SELECT m.id || ':' || k FROM unnest(%s::text[]) k) ELSE %s END,"
            " CASE WHEN m.scoped THEN ''::tsvector ELSE to_tsvector('pg_catalog.simple', %s) END,"
            " '2024-05-01', '2024-05-01' FROM line.marking m WHERE m.id = %s",
            (
                uuid4(),
                record,
                source,
                entity,
                entity,
                compartment,
                schema,
                caption,
                json.dumps(properties or {"name": [caption]}),
                json.dumps(properties or {"name": [caption]}),
                list(keys),
                list(keys),
                caption,
                marking,
            ),
        )
        words = [key[2:] for key in keys if key.startswith("t:")]
        self.db.execute(
            "INSERT INTO content.token SELECT w FROM unnest(%s::text[]) w, line.marking m"
            " WHERE m.id = %s AND NOT m.scoped ON CONFLICT DO NOTHING",
            (words, marking),
        )
        return entity

    def link(
        self, src: UUID, dst: UUID, kind: str, *, source: str, marking: int, compartment: UUID | None = None
    ) -> None:
        """One link, stored in both directions."""
        link, aspect, record = uuid4(), uuid4(), uuid4()
        for a, b, forward in ((src, dst, True), (dst, src, False)):
            self.db.execute(
                "INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking, compartment)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (link, a, b, kind, forward, aspect, record, source, marking, compartment),
            )


def small_world(db: psycopg.Connection[Any], gate: Gate) -> World:
    """Two regimes, two cases, three sources: `register` (all regimes), `bank` (criminal), `wages` (civil)."""
    world = World(db=db, gate=gate)
    for name, regime in (
        ("fraud", "criminal"),
        ("labour", "civil"),
        ("legal", "oversight"),
        ("inspectorate", "oversight"),
        ("records", "criminal"),
    ):
        world.unit(name, regime)
    world.authority("18-usc-1956", "criminal")
    world.authority("29-usc-216", "civil")
    world.authority("inspector-general-act", "oversight")
    world.source("register", "18-usc-1956", ["criminal", "civil", "regulatory"])
    world.source("bank", "18-usc-1956", ["criminal"], tier=0, custodian="fraud")
    world.source("wages", "29-usc-216", ["civil"], tier=2, custodian="labour")
    world.person("ana", ("fraud", "agent"))
    world.person("sam", ("fraud", "supervisor"))
    world.person("cleo", ("labour", "agent"))
    world.person("vic", ("labour", "supervisor"))
    world.person("lou", ("legal", "approver"))
    world.person("lea", ("legal", "approver"))
    world.person("ines", ("inspectorate", "overseer"))
    world.person("stu", ("records", "steward"))
    world.person("ada", ("records", "admin"))
    world.case("C-2026-0001", "fraud", "18-usc-1956", ["ana"])
    world.case("C-2026-0002", "labour", "29-usc-216", ["cleo"])
    return world


def yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)
