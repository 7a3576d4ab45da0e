"""Two databases that are one and the same but for the hidden rows, each behind the real web door.

`bare` has everything that fraud's people may see. `full` is its copy, with the same ids, plus what one marking hides
from them: rows of the source `vault`, open to customs alone, rows that are sealed, and a case of customs at work. Each
request is rolled back, so that every operation meets the same world, however often and in whichever order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import psycopg
from psycopg.types.json import Jsonb
from tests import reading
from tests.contract.conftest import PASSWORD, served
from tests.feeding import BASE, KEY, folder_of
from tests.fieldwork import active, ago, met, planned
from tests.leadroom import LeadRoom, lead_room
from tests.office import Office
from tests.world import World

from brightline.accounts import factors
from brightline.accounts.passwords import new_verifier
from brightline.analysis import commands as analysis
from brightline.api.app import create_app
from brightline.disclosures import commands as disclosing
from brightline.feeds import commands as feeding
from brightline.feeds import pipeline
from brightline.feeds import queries as feeds
from brightline.gate import Gate
from brightline.ledger import sequencer as seq
from brightline.model.keys import entity_keys
from brightline.store import install
from brightline.store.home import factor_key_in
from brightline.store.sessions import connect
from brightline.stories.signing_in import SignIn
from brightline.warehouse import commands as warehouse
from brightline.wiring.objects import Credentials, House

SPACE = UUID("7f1c6f9a-53f1-4a5a-8a51-0d9c60f3b003")
# Words that stand in hidden rows and nowhere else: no answer to fraud's people may hold one of them.
CANARIES = (
    "Quillfeather", "Zweistern", "Knifeblade", "VAULT-77", "Sealgrove", "Undertide", "Smugglersrest", "Nightwatcher",
)  # fmt: skip
A_CASE = "C-2026-0009"
TIERS = (0, 1, 2, 3)
TODAY = date.today().isoformat()  # noqa: DTZ011
DISCLOSED = {
    "fields": ["name"],
    "recipient": "District prosecutor of Saltmere",
    "address": "Court square 1, Saltmere",
    "recipient_kind": "prosecutor",
    "rules_accepted": "2026-01-05",
    "purpose": "Charging decision on the invoices that were paid twice in March.",
    "need_to_know": "The payee is named in the draft charge.",
    "right_to_know": "Prosecutors receive case files by statute.",
    "nature": "Names of two suspects",
}


def named(name: str) -> UUID:
    return uuid5(SPACE, name)


def handle(source: str, name: str) -> str:
    return f"{source}-{named(name).hex}"


class Writing:
    """Rows of content with ids that are the same in every database."""

    def __init__(self, world: World) -> None:
        self.world = world

    def put(
        self,
        source: str,
        caption: str,
        *,
        schema: str = "Person",
        entity: str = "",
        row: str = "",
        marking: int | None = None,
        compartment: UUID | None = None,
        **said: list[str],
    ) -> str:
        """One aspect as a feed would publish it; the entity's printed id."""
        properties = {"name": [caption], **said}
        found = entity_keys(schema, properties)
        made = named(entity or caption)
        self.world.aspect(
            source,
            caption,
            marking=marking or self.world.marking(source),
            schema=schema,
            keys=sorted(found.keys),
            entity=made,
            record=named(row) if row else None,
            properties=properties,
            compartment=compartment,
        )
        self.world.db.execute(
            "UPDATE content.aspect a SET text = to_tsvector('pg_catalog.simple', %s) FROM line.marking m"
            " WHERE m.id = a.marking AND NOT m.scoped AND a.entity = %s AND a.caption = %s",
            (found.document, made, caption),
        )
        return handle(source, entity or caption)

    def version(self, row: str, number: int, marking: int, *, current: bool) -> UUID:
        """Another version of a source's row, under an id of its own."""
        made = named(f"{row} {'shown' if current else 'hidden'}")
        self.world.db.execute(
            "INSERT INTO content.record (id, source, source_key, version, hash, payload, marking, current)"
            " VALUES (%s, 'register', %s, %s, 'h2', '{}', %s, %s)",
            (made, named(row).hex, number, marking, current),
        )
        return made

    def link(self, a: str, b: str, kind: str = "Family", source: str = "register", marking: int | None = None) -> None:
        self.world.link(named(a), named(b), kind, source=source, marking=marking or self.world.marking(source))

    def judge(self, a: str, b: str, marking: int) -> None:
        """Somebody judged them the same, and they were joined."""
        left, right = sorted((named(a), named(b)))
        self.world.db.execute(
            'INSERT INTO content.judgement ("left", "right", verdict, account, marking)'
            " VALUES (%s, %s, 'same', %s, %s)",
            (left, right, self.world.accounts["abe"], marking),
        )
        self.world.db.execute("UPDATE content.aspect SET cluster = %s WHERE entity IN (%s, %s)", (left, left, right))


def open_rows(world: World) -> None:
    """What fraud's people may see: a family, a firm, a call, an account."""
    w = Writing(world)
    said = {"passportNumber": ["P-77-1234"], "notes": ["lives near the lighthouse"]}
    w.put("register", "Marla Quint", row="Marla's row", **said)
    w.put("register", "Marlon Quint", birthDate=["1980-02-03"])
    w.put("register", "Quinta Harrow", phone=["+15550100"])
    w.put("register", "Peter Harrow", country=["us"])
    w.put("register", "Quint Shipping Ltd", schema="Company", registrationNumber=["SM-4711"])
    w.put("bank", "Marla Quint Account", passportNumber=["P-77-1234"])
    w.put("bank", "Peter Harrow Account", email=["peter@harrow.example"])
    w.put("register", "Ring of March", schema="Call", date=["2024-03-01"])
    for a, b in (("Marla Quint", "Marlon Quint"), ("Marlon Quint", "Quinta Harrow"), ("Quinta Harrow", "Peter Harrow")):
        w.link(a, b)
    w.link("Marla Quint", "Quint Shipping Ltd", "Ownership")


def hidden_rows(world: World) -> None:
    """The same questions would find these, were they open: other words, typos, sounds, numbers, links, judgements."""
    w = Writing(world)
    vault = world.marking("vault")
    sealed = world.marking("register", caveats=["sealed"])
    passport, near = ["P-77-1234"], ["the lighthouse keeper"]
    w.put("vault", "Marla Quillfeather", row="vault row 1", passportNumber=passport, notes=near, phone=["+15550100"])
    w.put("vault", "Quint Zweistern", registrationNumber=["VAULT-77"], country=["pt"])
    said = {"birthDate": ["1971-01-01"], "country": ["pt"]}
    w.put("vault", "Marla Knifeblade", entity="Marla Quint", row="vault row 2", **said)
    w.put("vault", "Undertide Trading", schema="Company", registrationNumber=["SM-4711"], country=["mt"])
    w.put("register", "Marla Sealgrove Quint", marking=sealed, passportNumber=passport, notes=near)
    w.put("register", "Sealgrove Harrow", entity="Peter Harrow", marking=sealed, country=["cy"])
    # A version between the two that everybody sees, which would leave a gap in their numbers.
    world.db.execute("UPDATE content.record SET version = 3 WHERE id = %s", (named("Marla's row shown"),))
    w.version("Marla's row", 2, sealed, current=False)
    for marking, far in (
        (vault, "Marla Quillfeather"),
        (vault, "Undertide Trading"),
        (sealed, "Marla Sealgrove Quint"),
    ):
        w.link("Marla Quint", far, "Family", "vault" if marking == vault else "register", marking)
        w.link(far, "Peter Harrow", "Family", "vault" if marking == vault else "register", marking)
    w.judge("Marla Quint", "Quint Zweistern", vault)
    w.judge("Quinta Harrow", "Marla Sealgrove Quint", sealed)
    case = world.cases[A_CASE]
    born = world.db.execute("SELECT line.case_marking('18-usc-1956')").fetchone()[0]
    w.put("case", "Nightwatcher at Smugglersrest", schema="Note", marking=born, compartment=case)


# ------------------------------------------------------------------------------------ the world before it is doubled


def _customs(at: Office) -> None:
    """The other account: of the same regime, with one source more."""
    world = at.world
    world.unit("customs", "criminal")
    # Who stewards what no unit keeps, or every unit does; and a section that a case can be widened by.
    world.unit("house")
    world.authority("18-usc-3", "criminal")
    world.person("hal", ("house", "steward"))
    world.person("abe", ("customs", "agent"))
    world.person("lex", ("legal", "approver"))
    world.source("vault", "18-usc-1956", ["criminal"], units=["customs"], custodian="customs")
    world.case(A_CASE, "customs", "18-usc-1956", ["abe"])
    _file(world, A_CASE, "customs", "abe")
    _held(world, A_CASE, "abe", "vault row 1", "vault row 2")
    world.marking("vault")
    world.marking("register", caveats=["sealed"])
    world.db.execute("SELECT line.case_marking('18-usc-1956')")


def _file(world: World, key: str, unit: str, lead: str) -> None:
    world.db.execute(
        "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by, state,"
        " opened) VALUES (%s, %s, 'Quiet work', 'criminal', '{18-usc-1956}', repeat('predicate ', 6), %s, %s, %s,"
        " 'open', now())",
        (world.cases[key], key, unit, world.accounts[lead], world.accounts[lead]),
    )


def _held(world: World, key: str, who: str, *rows: str) -> None:
    """Rows that the case names, in both worlds, so that the rows themselves are all that differs. Entities would be
    told of besides, lawfully, by deconfliction (rule 34)."""
    for row in rows:
        world.db.execute(
            "INSERT INTO cases.item (case_id, kind, object, printed, account) VALUES (%s, 'record', %s, %s, %s)",
            (world.cases[key], named(row), row, world.accounts[who]),
        )


def _casework(at: Office, ids: dict[str, str]) -> None:
    """A case of ana's with one of everything; what waits for somebody is made by the recipes that need it."""
    number = ids["case"] = at.opened()
    do = at.do
    for who, capacity in (("bo", "member"), ("sam", "supervisor")):
        do("ana", number, "case_member_add", account=who, capacity=capacity)
    people = [handle("register", "Marla Quint"), handle("register", "Marlon Quint")]
    do("ana", number, "case_add_items", ids=people, role="suspect", basis="Signed the second invoice of 4 March.")
    row = named("Marla's row")
    do("ana", number, "case_add_items", ids=[f"register:{row.hex}"])
    at.world.db.execute("UPDATE content.record SET current = false WHERE id = %s", (row,))
    after = Writing(at.world).version("Marla's row", 2, at.world.marking("register"), current=True)
    at.world.db.execute("UPDATE content.aspect SET record = %s WHERE record = %s", (after, row))
    do("ana", number, "case_note_add", text="The clerk names Marla Quint.", kind="fact", basis="Her statement.")
    ids["document"] = at.paper(number, "ana", number, b"The clerk says that Marla Quint signed.")
    ids["task"] = do("ana", number, "case_task_add", title="Hear the clerk", assignee="ana")["id"]
    passage = {"kind": "fact", "text": "It was so.", "basis": "Her words", "reliability": "B", "credibility": 2}
    ids["report"] = str(do("ana", number, "case_report_write", title="First report", passages=[passage])["number"])
    ids["evidence"] = do("ana", number, "case_evidence_add", title="A ledger", place="Vault 3")["item"]
    ids["hours"] = do("ana", number, "case_hours_add", day=TODAY, activity="records", minutes=30)["id"]
    ids["other_case"] = at.opened()
    ids["draft_case"] = at.draft()
    at.paper(ids["draft_case"])


def _beyond_the_case(room: LeadRoom, ids: dict[str, str]) -> None:
    """What other rooms hold of it: a crossing, leads, an operation, a disclosure, a watch, a workspace."""
    at, number = room.at, ids["case"]
    world, gate = at.world, at.gate
    ids["payee"], _ = at.person("wages", "Wanda Payee", phone=["+15550199"])
    ids["crossing"] = at.request(number, ids["payee"])
    ids["lead"] = room.tip("T-1")
    ids["checked"] = room.checked("T-2", register_no="SM-4712", phone="+1 555 0101")
    ids["planned"] = planned(at)
    ids["operation"] = active(at)
    ids["person"] = met(at, ids["operation"])["person"]
    ids["booked"] = ago(2)
    world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
    world.move()
    wanted = {**DISCLOSED, "items": [handle("register", "Marla Quint")]}
    sent = room.refer(room.checked("T-3", register_no="SM-4713", phone="+1 555 0102"))
    ids["referral"] = sent["referral"]
    ids["disclosure"] = disclosing.prepare(gate, at.call("ana", number), wanted).result["disclosure"]
    ids["watch"] = analysis.watch_add(gate, at.call("ana", number), "Quint").result["watch"]
    space = analysis.Workspace(title="Family", ids=[handle("register", "Marla Quint")])
    ids["workspace"] = analysis.workspace_save(gate, at.call("ana", number), space).result["workspace"]


def _flows(at: Office, ids: dict[str, str], database: Any, root: Path) -> None:
    """A feed with a run and a row in quarantine, an export that is ready, a look that is answered, a schedule."""
    world, call = at.world, at.call("stu", "records/steward")
    rows = "id,name,born,phone\n1,Rosa Quist,1970,\n2,Emil Tarn,1981,12\n"
    folder = folder_of(root, BASE, {"inbox/a.csv": rows})
    ids["folder"] = str(folder)
    feeding.add(at.gate, call, folder, [root])
    ids["run"] = feeding.refresh(at.gate, call, "people").result["run"]
    settings = pipeline.Settings(
        dsn=database.dsn("brightline_feed"), entity_key=KEY, data=None, feed_roots=(root,), processes=1
    )
    pipeline.run(settings, UUID(ids["run"]))
    listed = feeds.quarantine(at.gate, call, "people", run=None, limit=10).result["items"]
    ids["quarantined"] = listed[0]["id"] if listed else ""
    asked = at.do("ana", ids["case"], "export_request", format="csv")
    ids["export"] = asked["id"]
    (root / "exports").mkdir()
    ready = f"{ids['export']}.csv"
    (root / "exports" / ready).write_text("id,name\n1,Marla Quint\n")
    world.db.execute("UPDATE warehouse.export SET state = 'ready', file = %s, ended = now()", (ready,))
    ids["look"] = at.do("stu", "records/steward", "warehouse_look", source="register")["id"]
    world.db.execute("UPDATE warehouse.look SET state = 'answered', result = '{\"versions\": []}'")
    made = {"name": "nightly", "kind": "export", "target": "csv", "cron": "15 2 * * *"}
    warehouse.schedule_add(at.gate, at.call("ana", ids["case"]), made)


def _overseen(at: Office, ids: dict[str, str], database: Any, root: Path) -> None:
    """Rows past their time, a legal hold, a log with a checkpoint, a sample of inquiries, a setup code, passwords."""
    world = at.world
    for word, caption in (("due", "Marla Quint Account"), ("held", "Peter Harrow Account")):
        row = world.db.execute(
            "UPDATE content.record r SET at = r.at - interval '6 years' FROM content.aspect a"
            " WHERE a.record = r.id AND a.caption = %s RETURNING r.id",
            (caption,),
        ).fetchone()
        ids[word] = str(row[0])
    made = new_verifier(PASSWORD, account="ana")
    world.db.execute(
        "UPDATE line.account SET verifier = %s, kdf = %s WHERE name = 'ana'", (made.verifier, Jsonb(dict(made.kdf)))
    )
    settings = seq.Settings(
        dsn=database.dsn("brightline_sequencer"),
        folder=root / "ledger",
        ledger_key=root / "ledger.key",
        origin="brightline.local/twins",
    )
    seq.Sequencer(settings).drain(checkpoint=True)
    ids["sample"] = str(at.do("ines", "inspectorate/overseer", "oversight_draw", **{"from": "2020-01-01"})["sample"])
    entry = world.db.execute("SELECT entry::text FROM ledger.entry ORDER BY index LIMIT 1").fetchone()
    ids["entry"] = entry[0]


def furnish(database: Any, root: Path) -> tuple[World, dict[str, str]]:
    """The world that both twins begin with, and the ids of what is in it."""
    ids: dict[str, str] = {"open": handle("register", "Marla Quint"), "second": handle("register", "Quinta Harrow")}
    with lead_room(database) as room:
        at = room.at
        _customs(at)
        open_rows(at.world)
        _casework(at, ids)
        _beyond_the_case(room, ids)
        _flows(at, ids, database, root)
        _overseen(at, ids, database, root)
        return at.world, ids


# --------------------------------------------------------------------------------------------------- the two doors


class Undone(House):
    """A house of one connection whose transaction is rolled back after each request."""

    def __init__(self, server: Any, root: Path) -> None:
        given = {role: server.dsn(f"brightline_{role}") for role in ("app", "policy", "login")}
        folders = {name: str(root / name) for name in ("ledger", "inbox", "exports")}
        super().__init__(Credentials(**given, **folders, feeds=[str(root)], pool_size=1))
        self._conn = psycopg.connect(server.admin_dsn(), prepare_threshold=None)
        key = factor_key_in(server.secrets)
        self.gate = Gate(connect=lambda: self._as("app"), policy=lambda: self._as("policy"), beside=factors.beside(key))
        self.sign_in = SignIn(lambda: self._as("login"), key)

    @contextmanager
    def _as(self, role: str) -> Iterator[psycopg.Connection[Any]]:
        # An attempt is compared in a later transaction than its own; here both steps share one, which is taken back.
        self._conn.execute("RESET ROLE")
        self._conn.execute("UPDATE line.attempt SET tx = '2' WHERE tx = pg_current_xact_id_if_assigned()")
        self._conn.execute(f"SET ROLE brightline_{role}")
        yield self._conn

    def pulse(self) -> dict[str, Any]:
        """Always well: the test would end otherwise, and no twin has a worker."""
        return {"ledger": "ok", "worker": "ok"}

    def compile_all(self) -> None:
        """Compile what every purpose may see, and keep it: else each request would do so anew."""
        for (purpose,) in self._conn.execute("SELECT id::text FROM line.purpose").fetchall():
            self.gate.compile(purpose)
            self._conn.execute("RESET ROLE")
        self._conn.commit()

    def settle(self) -> None:
        """What the worker would do now, in the same transaction."""
        self._conn.execute("SET ROLE brightline_worker")
        for _ in range(20):
            if self._conn.execute("SELECT line.errand_turn()").fetchone() == (False,):
                return

    def undo(self) -> None:
        """Take everything back that was done since the last time."""
        self._conn.rollback()

    def close(self) -> None:
        """Give the connections back."""
        self._conn.close()
        super().close()


@dataclass
class Side:
    """One of the two: its house, its address, one client."""

    house: Undone
    url: str
    client: httpx.Client


@dataclass
class Twins:
    """Both sides, what they hold, and who asks how."""

    full: Side
    bare: Side
    world: World
    ids: Mapping[str, str]
    sql: dict[str, psycopg.Connection[Any]]
    _headers: dict[tuple[str, str | None], dict[str, str]] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[Side, Side]:
        return (self.full, self.bare)

    def headers(self, who: str, purpose: str | None) -> dict[str, str]:
        """Token, purpose and an inquiry, the same in both databases."""
        if (who, purpose) not in self._headers:
            told = {"Authorization": f"Bearer {self.world.tokens[who]}"}
            if purpose is not None:
                told |= {"X-Purpose": purpose, "X-Inquiry": str(self._inquiry(who, purpose))}
            self._headers[who, purpose] = told
        return self._headers[who, purpose]

    def _inquiry(self, who: str, purpose: str) -> UUID:
        made = uuid5(SPACE, f"inquiry {who} {purpose}")
        for conn in self.sql.values():
            conn.execute(
                "INSERT INTO line.inquiry (id, account, purpose, reason, folded) SELECT %s, a.id, p.id, %s, %s"
                " FROM line.account a, line.purpose p WHERE a.name = %s AND p.key = %s",
                (made, "A reason written for a test of the line itself.", made.hex, who, purpose),
            )
        return made

    def undo(self) -> None:
        for side in self.sides:
            side.house.undo()

    def tier(self, tier: int) -> None:
        """What `vault` lets be told of its rows, from now on and on both sides."""
        self.undo()
        for conn in self.sql.values():
            conn.execute("UPDATE line.agreement SET pointer_tier = %s WHERE source = 'vault'", (tier,))
            conn.execute("SELECT line.move_epoch()")
        for side in self.sides:
            side.house.compile_all()


@contextmanager
def twins(database: Any, server: Any, root: Path) -> Iterator[Twins]:
    """Furnish `database`, copy it twice, hide rows in one copy, open a door to each."""
    world, ids = furnish(database, root)
    names = {side: f"{database.name}_{side}" for side in ("full", "bare")}
    with connect(server.admin_dsn("postgres")) as postgres, ExitStack() as stack:
        sql: dict[str, psycopg.Connection[Any]] = {}
        doors: dict[str, Side] = {}
        world.db.close()
        for name in names.values():
            reading.forget()  # nobody may be in a database that is copied
            install.clone(postgres, server.named(name), database.name)
            stack.callback(install.drop_database, postgres, name)
        for side, name in names.items():
            sql[side] = stack.enter_context(psycopg.connect(server.admin_dsn(name), autocommit=True))
            house = Undone(server.named(name), root)
            stack.callback(house.close)
            url = stack.enter_context(served(create_app(house, static=root / "static")))
            doors[side] = Side(house, url, stack.enter_context(_client(url)))
        world.db = sql["bare"]
        for name in world.accounts:
            world.token(name)
        _same_sessions(sql)
        world.db = sql["full"]
        hidden_rows(world)
        made = Twins(full=doors["full"], bare=doors["bare"], world=world, ids=ids, sql=sql)
        made.tier(0)
        yield made


def _client(url: str) -> httpx.Client:
    """One that has just read whatever it decides on."""
    return httpx.Client(base_url=url, timeout=60, headers={"X-Seen": reading.NOW})


def _same_sessions(sql: Mapping[str, psycopg.Connection[Any]]) -> None:
    rows = sql["bare"].execute("SELECT token_hash, account, expires FROM line.session").fetchall()
    for row in rows:
        sql["full"].execute(
            "INSERT INTO line.session (token_hash, account, expires) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", row
        )


# ------------------------------------------------------------------------------------------------- one answer's words

_RANDOM = re.compile(
    r"[0-9a-f]{64}|\b[0-9a-f]{16}\.[0-9a-f]{4,80}\b|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d[:.\d]*(?:Z|\+00:00)?|\b[A-Z]{1,3}-\d{4}-\d{3,6}\b|\b[A-Z]-[A-Z0-9]{4,12}\b"
    r"|\b[a-z0-9]{4}(?:-[a-z0-9]{4}){4,}\b"
    r"|\b[\d.]+ ms\b|\bsvc_[\w-]{20,}|\b[A-Z2-7]{32}\b"
    r'|"(?:took_ms|lag_bytes|seconds)":\s*[\d.]+'
)


def alike(one: str, other: str) -> tuple[str, str]:
    """Both texts with what is random in each (ids made just now, times, hashes) renamed in order of appearance.

    What stands in both is no accident and stays as it is.
    """
    common = set(_RANDOM.findall(one)) & set(_RANDOM.findall(other))
    return _renamed(one, common), _renamed(other, common)


def _renamed(text: str, kept: set[str]) -> str:
    seen: dict[str, str] = {}

    def named_anew(found: re.Match[str]) -> str:
        word = found.group()
        if word.startswith('"'):
            return word.split(":")[0] + ": <measured>"  # how long it took is an accident even where both took the same
        if word in kept:
            return word
        # Two moments of one answer may be the same by chance.
        return "<moment>" if "T" in word and ":" in word else seen.setdefault(word, f"<{len(seen)}>")

    return _RANDOM.sub(named_anew, text)
