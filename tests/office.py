"""An office at work, for tests: the small world with real case files in it, made through the gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from tests.world import World, small_world

from brightline.accounts import factors
from brightline.box.starting import WHOLE, Box
from brightline.cases import commands as cases
from brightline.crossings import commands as crossings
from brightline.gate import Call, Gate
from brightline.model.ids import printed
from brightline.model.keys import entity_keys
from brightline.worker import errands
from brightline.worker.reading import Reader
from brightline.worker.taking import Tables, Taker

PREDICATE = "Three invoices of March were paid twice to a company without staff; the clerk reported it on 4 May."
NECESSITY = "The payroll shows who signed the second invoice; without it the payee of account 4711 stays unknown."
ALTERNATIVES = "The company register was searched and names nobody."
REASON = "Proportionate: two fields of one person, for sixty days."
LAW = "Section 1956 permits the further use of wage records to show where the money came from."
AGREED = "Read against the statute; the custodian was asked."
SOON = (date.today() + timedelta(days=60)).isoformat()  # noqa: DTZ011


@dataclass
class Office:
    """`world` below it; `ana` and `bo` work at fraud under `sam` and `sue`, `cleo` and `max` at labour under `vic`."""

    database: Any
    world: World

    @property
    def gate(self) -> Gate:
        return self.world.gate

    def call(self, who: str, purpose: str | None = None) -> Call:
        return self.world.call(who, purpose)

    def do(self, who: str, purpose: str | None, function: str, **params: Any) -> Any:
        """One call of an installed function; its result."""
        return self.world.run(who, purpose, function, **params).result

    def accept(self, made: dict[str, Any], who: str = "lou", desk: str = "legal/approver") -> dict[str, Any]:
        """Another person accepts a proposal."""
        told: dict[str, Any] = self.do(who, desk, "proposal_accept", proposal=made["proposal"], reason=AGREED)
        return told

    def pass_notice(self) -> None:
        """The days of every notice go by; what waited holds from the next act on."""
        self.world.db.execute("UPDATE line.proposal SET effective = now() WHERE state = 'notice'")
        self.gate.compile(str(self.world.purposes["legal/approver"]))

    def agreed(self, made: dict[str, Any]) -> dict[str, Any]:
        """A proposal accepted, and its notice over."""
        self.accept(made)
        self.pass_notice()
        shown: dict[str, Any] = self.do("lou", "legal/approver", "proposal_show", proposal=made["proposal"])
        return shown

    def settle(self) -> int:
        """Let the worker do what commands have left to it; how many errands there were."""
        return errands.once(self.database.dsn("brightline_worker"))

    def take(self, who: str, role: str) -> None:
        """End a role that a test gave."""
        self.world.db.execute(
            "DELETE FROM line.role_grant WHERE role = %s AND account = %s", (role, self.world.accounts[who])
        )

    def draft(self, who: str = "ana", unit: str = "fraud", **changes: Any) -> str:
        """A draft's number."""
        law = {"fraud": "18-usc-1956", "labour": "29-usc-216"}[unit]
        wanted = {"title": "Invoices paid twice", "authority": law, "predicate": PREDICATE, "category": "fraud"}
        number: str = self.do(who, f"{unit}/agent", "case_open", **{**wanted, **changes})["case"]
        return number

    def paper(
        self, number: str, who: str = "ana", purpose: str = "fraud/agent", content: bytes = b"The complaint."
    ) -> str:
        """A document put into the case; its id."""
        made = cases.case_document_add(
            self.gate,
            self.call(who, purpose),
            case=number,
            name="complaint.txt",
            media_type="text/plain",
            content=content,
        )
        id: str = made.result["id"]
        return id

    def opened(self, who: str = "ana", unit: str = "fraud", boss: str = "", **changes: Any) -> str:
        """A case that a supervisor has approved; its number, which is its purpose."""
        number = self.draft(who, unit, **changes)
        self.paper(number, who, f"{unit}/agent")
        self.do(who, f"{unit}/agent", "case_submit", case=number)
        self.do(boss or {"fraud": "sam", "labour": "vic"}[unit], f"{unit}/supervisor", "case_approve", case=number)
        self.know(number)
        return number

    def know(self, key: str) -> None:
        """Let the world open inquiries under this purpose."""
        row = self.world.db.execute("SELECT id, case_id FROM line.purpose WHERE key = %s", (key,)).fetchone()
        assert row is not None
        self.world.purposes[key], self.world.cases[key] = row

    def person(self, source: str, name: str, **properties: list[str]) -> tuple[str, UUID]:
        """(printed id, uuid) of a person in a source."""
        return self.thing(source, "Person", name=[name], **properties)

    def thing(self, source: str, schema: str, **properties: list[str]) -> tuple[str, UUID]:
        caption = properties["name"][0]
        keys = entity_keys(schema, properties).keys
        marking = self.world.marking(source)
        id = self.world.aspect(
            source, caption, marking=marking, schema=schema, keys=sorted(keys), properties=dict(properties)
        )
        return printed(source, id), id

    def request(
        self, purpose: str, *ids: str, who: str = "ana", fields: tuple[str, ...] = ("name",), **changes: Any
    ) -> str:
        """A crossing's number."""
        reasons = {"basis": "18-usc-1956", "necessity": NECESSITY, "alternatives": ALTERNATIVES, "expires": SOON}
        answer = crossings.crossing_request(
            self.gate, self.call(who, purpose), items=ids, fields=fields, **{**reasons, **changes}
        )
        number: str = answer.result["crossing"]
        return number

    def opine(self, number: str) -> None:
        """Both sides speak: the beneficiary's supervisor and the custodian of `wages`."""
        words = "Needed for the case, nothing else shows it."
        self.do("sam", "fraud/supervisor", "crossing_opinion", crossing=number, opinion="support", text=words)
        self.do("vic", "labour/supervisor", "crossing_opinion", crossing=number, opinion="oppose", text=words)

    def review(self, number: str, who: str = "lea", finding: str = "permitted", **more: Any) -> Any:
        """The law of it reviewed, by another than who decides."""
        return self.do(who, "legal/approver", "crossing_review", crossing=number, finding=finding, reason=LAW, **more)

    def approve(self, number: str, who: str = "lou", purpose: str = "legal/approver") -> Any:
        return crossings.crossing_approve(self.gate, self.call(who, purpose), crossing=number, reason=REASON).result

    def crossed(self, purpose: str, *ids: str, fields: tuple[str, ...] = ("name",), **changes: Any) -> str:
        number = self.request(purpose, *ids, fields=fields, **changes)
        self.opine(number)
        self.review(number)
        self.approve(number)
        return number

    def aspects(self, purpose: str, who: str, entity: UUID) -> list[dict[str, Any]]:
        """What row-level security shows of an entity under a purpose, straight from the table."""
        if purpose in self.world.purposes:
            self.gate.compile(self.world.purposes[purpose])
        with psycopg.connect(self.database.admin_dsn) as conn:
            conn.execute("SET ROLE brightline_line")
            row = conn.execute("SELECT id FROM line.account WHERE name = %s", (who,)).fetchone()
            assert row is not None
            conn.execute(
                "SELECT line.give_pass(jsonb_populate_record(NULL::line.context, jsonb_build_object('entry',"
                " gen_random_uuid(), 'account', %s::uuid, 'purpose', p.id, 'kind', p.kind)))"
                " FROM line.purpose p WHERE p.key = %s",
                (row[0], purpose),
            )
            conn.execute("SET ROLE brightline_reader")
            rows = conn.execute(
                "SELECT caption, properties, original, keys, text::text, places, compartment"
                " FROM content.aspect WHERE entity = %s",
                (entity,),
            ).fetchall()
            conn.rollback()
        names = ("caption", "properties", "original", "keys", "text", "places", "compartment")
        return [dict(zip(names, row, strict=True)) for row in rows]


def worker_gate(database: Any) -> Gate:
    """The worker's own gate: standing orders are good for its login alone."""

    def opens(role: str) -> Any:
        return lambda: psycopg.connect(database.dsn(role), autocommit=True, prepare_threshold=None)

    return Gate(connect=opens("brightline_worker"), policy=opens("brightline_policy"))


def reader_of(database: Any, box: Box = WHOLE) -> Reader:
    """The worker's part in documents, with its own logins."""
    return Reader(database.dsn("brightline_worker"), worker_gate(database), box)


def taker_of(database: Any, inbox: Path, box: Box = WHOLE) -> Taker:
    """The worker's part in files of leads, with its own logins."""
    return Taker(database.dsn("brightline_worker"), worker_gate(database), box, inbox)


def tables_of(database: Any, inbox: Path, box: Box = WHOLE) -> Tables:
    """The worker's part in published tables, with its own logins."""
    return Tables(database.dsn("brightline_worker"), worker_gate(database), box, inbox)


@contextmanager
def office(database: Any) -> Iterator[Office]:
    """The office in a fresh database."""
    with (
        psycopg.connect(database.dsn("brightline_app"), autocommit=True, prepare_threshold=None) as app,
        psycopg.connect(database.dsn("brightline_policy"), autocommit=True, prepare_threshold=None) as policy,
    ):

        @contextmanager
        def lend(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
            yield connection

        beside = factors.beside(database.home.factor_key())
        gate = Gate(connect=lambda: lend(app), policy=lambda: lend(policy), beside=beside)
        world = small_world(database.admin, gate)
        world.person("bo", ("fraud", "agent"))
        world.person("sue", ("fraud", "supervisor"))
        world.person("max", ("labour", "agent"))
        world.db.execute(
            "UPDATE line.account SET supervisor = (SELECT id FROM line.account WHERE name = 'sam')"
            " WHERE name IN ('ana', 'bo')"
        )
        yield Office(database=database, world=world)
