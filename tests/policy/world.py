"""A world of sources, purposes and data, asked three ways: pure rules, the model that is proved, PostgreSQL itself.

A world is a plain mapping as in worlds.yml. In PostgreSQL it is written by the superuser inside one transaction, with
the database's own functions for joins and crossed markings, compiled by the gate's code, and read under row-level
security with a pass; then all of it is rolled back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from brightline.gate.gate import _compiled
from brightline.line import rulebook, rules
from brightline.line.proof import model

PLAIN = model.Plain()
REGIMES = ("criminal", "civil", "regulatory", "oversight")
_NAMES = count(1)


def book_of(world: Mapping[str, Any]) -> dict[str, Any]:
    """The shipped rulebook with the world's own keys."""
    return rulebook.overlaid(rulebook.shipped(), world.get("rulebook", {}))


class Written:
    """A world in PostgreSQL, inside an open transaction of the superuser."""

    def __init__(self, conn: psycopg.Connection[Any], world: Mapping[str, Any]) -> None:
        self.conn = conn
        self.world = world
        self.tag = f"w{next(_NAMES)}"
        self.purposes: dict[str, UUID] = {}
        self.markings: dict[str, int] = {}
        self.entities: dict[str, UUID] = {}
        self.facts: dict[str, rules.Facts] = {}
        self._write()

    def sees(self, purpose: str) -> set[str]:
        """What row-level security lets through."""
        self.conn.execute(
            "SELECT line.give_pass(jsonb_populate_record(NULL::line.context, jsonb_build_object('entry',"
            " gen_random_uuid(), 'account', gen_random_uuid(), 'purpose', p.id, 'kind', p.kind)))"
            " FROM line.purpose p WHERE p.id = %s",
            (self.purposes[purpose],),
        )
        self.conn.execute("SET LOCAL ROLE brightline_reader")
        rows = self.conn.execute(
            "SELECT entity FROM content.aspect WHERE entity = ANY (%s)", (list(self.entities.values()),)
        ).fetchall()
        self.conn.execute("RESET ROLE")
        found = {row[0] for row in rows}
        return {name for name, entity in self.entities.items() if entity in found}

    def decided(self, purpose: str) -> set[str]:
        """What the pure rules let through, with the compartments that are open to the purpose."""
        facts = self.facts[purpose]
        shown = {marking.id for marking, decision in rules.compile_set(facts) if decision.visible}
        return {name for name, marking in self.markings.items() if marking in shown and self._inside(name, purpose)}

    def modelled(self, purpose: str) -> set[str]:
        """What the model that is proved lets through."""
        facts = self.facts[purpose]
        by_id = {marking.id: marking for marking in facts.markings}
        asked = model.purpose_of(facts)
        return {
            name
            for name, id in self.markings.items()
            if model.visible(PLAIN, facts.rulebook, asked, model.marking_of(facts, by_id[id]))
            and self._inside(name, purpose)
        }

    def _inside(self, datum: str, purpose: str) -> bool:
        rooms = self._rooms(datum)
        return rooms is None or (purpose in rooms[0] and not rooms[1])

    def _rooms(self, datum: str) -> tuple[list[str], bool] | None:
        """(purposes, ended) of the crossing in whose compartment a datum lies; None for what lies in none."""
        given = self.world["data"][datum]
        if "copy" in given:
            return given["for"], bool(given.get("ended"))
        for parent in given.get("made_of", ()):
            found = self._rooms(parent)
            if found is not None:
                return found
        return None

    # --------------------------------------------------------------------------------------------- writing

    def _write(self) -> None:
        self.conn.execute("UPDATE line.state SET rulebook = %s, epoch = epoch + 1", (Jsonb(book_of(self.world)),))
        for regime in REGIMES:
            self.conn.execute(
                "INSERT INTO line.authority (code, title, regime, statute, valid_from) VALUES (%s, 'Law', %s, 'Law',"
                " '2000-01-01')",
                (f"{self.tag}-{regime}", regime),
            )
        for name, source in self.world["sources"].items():
            self._source(f"{self.tag}-{name}", source)
        for name, purpose in self.world["purposes"].items():
            self._purpose(name, purpose)
        rooms: dict[str, UUID] = {}
        for name, datum in self.world["data"].items():
            self._datum(name, datum, rooms)
        for name, id in self.purposes.items():
            self._compile(name, id)

    def _unit(self, name: str) -> str:
        self.conn.execute("INSERT INTO line.unit (name, title) VALUES (%s, 'Unit') ON CONFLICT DO NOTHING", (name,))
        return name

    def _source(self, name: str, given: Mapping[str, Any]) -> None:
        today = date.today()  # noqa: DTZ011
        ages = {"past": (-20, -10), "future": (10, 20)}
        first, last = ages.get(given.get("agreement", ""), (-20, 20))
        self.conn.execute(
            "INSERT INTO line.source (name, title, authority, state) VALUES (%s, 'Source', %s, %s)",
            (name, f"{self.tag}-{given['regime']}", given.get("state", "active")),
        )
        for unit in given.get("units", ()):
            self._unit(unit)
        if given["regimes"]:
            self.conn.execute(
                "INSERT INTO line.agreement (id, source, regimes, units, valid_from, expires)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    f"AG-{name}",
                    name,
                    given["regimes"],
                    given.get("units", []),
                    today + timedelta(days=first),
                    today + timedelta(days=last),
                ),
            )
        if given.get("assessed", True):
            self.conn.execute("INSERT INTO line.assessment VALUES ('PIA', %s, '2000-01-01', '2099-01-01')", (name,))

    def _purpose(self, name: str, given: Mapping[str, Any]) -> None:
        unit, case = self._unit(given["unit"]), uuid4()
        kind = given["kind"]
        if kind == "case":
            self.conn.execute("INSERT INTO line.case_ref (case_id, unit) VALUES (%s, %s)", (case, unit))
        role = {"desk": "agent", "oversight": "overseer"}.get(kind)
        row = self.conn.execute(
            "INSERT INTO line.purpose (key, kind, case_id, unit, role, authority, clearances)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
            (
                f"{self.tag}-{name}",
                kind,
                case if kind == "case" else None,
                unit,
                role,
                f"{self.tag}-{given['regime']}",
                given.get("cleared", []),
            ),
        ).fetchone()
        assert row is not None
        self.purposes[name] = row[0]
        if given.get("papers"):
            self._papers(row[0], given["papers"])

    def _papers(self, purpose: UUID, caveats: list[str]) -> None:
        """An approved crossing whose court order covers these caveats: they open copies, and nothing else."""
        who = [
            self.conn.execute(
                "INSERT INTO line.account (name, verifier, kdf) VALUES (%s, 'x', '{}') RETURNING id", (uuid4().hex,)
            ).fetchone()
            for _ in range(3)
        ]
        self.conn.execute(
            "INSERT INTO line.crossing (number, state, beneficiary, requester, fields, basis, necessity, alternatives,"
            " chain, expires, decided, decided_by, chain_at_decision, reviewed, reviewed_by, finding, covers)"
            " SELECT %s, 'approved', %s, %s, '{name}', p.authority, repeat('n', 40), repeat('a', 20), '{}',"
            " now() + interval '9 days', now(), %s, '{}', now(), %s, 'permitted', %s"
            " FROM line.purpose p WHERE p.id = %s",
            (f"X-2026-{next(_NAMES):06d}", purpose, *(one[0] for one in who if one), caveats, purpose),
        )

    def _datum(self, name: str, given: Mapping[str, Any], rooms: dict[str, UUID]) -> None:
        marking, room = self._marking(given), None
        if "copy" in given:
            room = rooms[name] = self._room(given)
        elif "made_of" in given:
            room = next((rooms[parent] for parent in given["made_of"] if parent in rooms), None)
            if room is not None:
                rooms[name] = room
        self.markings[name], self.entities[name] = marking, uuid4()
        self.conn.execute(
            "INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), 'x', %s, %s, %s, %s, 'Person')",
            (self.entities[name], self.entities[name], marking, room),
        )

    def _room(self, given: Mapping[str, Any]) -> UUID:
        room = uuid4()
        self.conn.execute("INSERT INTO line.compartment (id, kind) VALUES (%s, 'crossing')", (room,))
        for purpose in given["for"]:
            when = "now() - interval '1 day'" if given.get("ended") else "now() + interval '9 days'"
            self.conn.execute(
                f"INSERT INTO line.compartment_open VALUES (%s, %s, {when})", (room, self.purposes[purpose])
            )
        return room

    def _marking(self, given: Mapping[str, Any]) -> int:
        if "copy" in given:
            query, params = "SELECT line.crossed_marking(%s)", (self.markings[given["copy"]],)
        elif "made_of" in given:
            query, params = "SELECT line.join_markings(%s)", ([self.markings[p] for p in given["made_of"]],)
        elif "born" in given:
            query, params = "SELECT line.case_marking(%s)", (f"{self.tag}-{given['born']}",)
        else:
            query = "SELECT line.intern_marking(%s, %s, %s, '')"
            origins = [
                [f"{self.tag}-{name}", f"{self.tag}-{self.world['sources'][name]['regime']}"] for name in given["from"]
            ]
            params = (Jsonb(origins), given.get("category", "other"), given.get("caveats", []))
        row = self.conn.execute(query, params).fetchone()
        assert row is not None
        return int(row[0])

    def _compile(self, name: str, id: UUID) -> None:
        row = self.conn.execute("SELECT line.policy_read(%s)", (id,)).fetchone()
        assert row is not None
        self.facts[name] = rules.read_facts(row[0])
        stored = self.conn.execute(
            "SELECT line.policy_store(%s, %s, %s, %s, %s)", (id, *_compiled(self.facts[name]))
        ).fetchone()
        assert stored == (True,), self.conn.execute(
            "SELECT d FROM line.visible_differs(%s, %s, %s) d", (id, *_compiled(self.facts[name])[2:])
        ).fetchone()
