"""Twenty working days of forty accounts, honest but for what is planted: the measure of the misuse detectors.

Everything follows from the seed. Entries go the way of all entries: a message in the write-ahead log, the sequencer,
the table; only their moments are those of the invented days. `planted` names the entries of each act of misuse.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from tests.world import World, small_world

from brightline.gate import Gate
from brightline.ledger import sequencer
from brightline.model.keys import entity_keys, query_keys
from brightline.oversight import commands
from brightline.oversight.misuse import Person
from brightline.search import model
from brightline.worker import misuse

GIVEN = """
    Alma Bruno Celia Dario Edith Falk Greta Hugo Irma Jonas Katja Lorenz Mireille Nestor Olga Pavel Quentin Renata
    Sigrid Tobias Ursula Viktor Wanda Xenia Yannis Zora Anselm Beatrix Clemens Dorothea
""".split()  # noqa: SIM905
FAMILY = """
    Abendroth Birkeland Castellane Drummond Eriksen Fontaine Galloway Hawthorne Iversen Jablonski Kowalczyk
    Lindqvist Montalban Nakamura Oyelaran Petrescu Quarrington Rosenthal Sandoval Tiedemann Underhill Vandermeer
    Whitcombe Yarborough Zimmerli Achterberg Blackwood Cavendish Delacroix Ellingsen Featherstone Grimaldi
    Hollingsworth Ingersoll Jorgensen Killigrew Lavoisier Merriweather Nightingale Ostrander
""".split()  # noqa: SIM905
STREETS = (
    "Harbor Loop",
    "Mill Lane",
    "Old Quay",
    "Chapel Rise",
    "Tanner Row",
    "Station Road",
    "Beacon Hill",
    "Weir Street",
)
FIRMS = "Tidewater Quillon Marlow Lantern Corvane Pelham Osprey Brightwater".split()  # noqa: SIM905
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = [BEGIN + timedelta(days=week * 7 + day) for week in range(4) for day in range(5)]
CASES = ("C-2026-7{n:03d}", "C-2026-8{n:03d}")


@dataclass
class Planted:
    """One act of misuse: its kind and the entries that are it. Found when a flag of the kind has one of them."""

    kind: str
    account: str
    entries: list[str] = field(default_factory=list)


@dataclass
class Staff:
    """Somebody of the invented office."""

    name: str
    title: str
    address: str
    phone: str
    household: list[str]
    cases: tuple[str, str]

    @property
    def family(self) -> str:
        return self.title.split()[-1]


@dataclass
class Days:
    """The world with its days; `run` integrates and detects, `score` compares."""

    world: World
    dice: random.Random
    dsn: str
    log: sequencer.Sequencer
    staff: list[Staff] = field(default_factory=list)
    press: list[tuple[str, str]] = field(default_factory=list)
    officials: list[tuple[str, str]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    entities: dict[str, UUID] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    entries: list[tuple[datetime, str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    lookups: int = 0

    # ------------------------------------------------------------------------------- people and things

    def people(self, accounts: int) -> None:
        """The office, whom it looks for, and lists of press and officials; none of the latter bears a staff name."""
        names = [f"{given} {family}" for family in FAMILY for given in GIVEN]
        self.dice.shuffle(names)
        spare = iter(names)
        firsts: set[str] = set()
        for n in range(accounts):
            title = next(name for name in spare if name.split()[1] not in firsts or n % 9 == 8)
            firsts.add(title.split()[1])
            self._hire(n, title)
        for found in (self.press, self.officials):
            for n in range(30):
                found.append((next(spare), f"+1 617 555 {2000 + 30 * len(self.press) + n:04d}"))
        family = {name for one in self.staff for name in (one.title, *one.household)}
        self.subjects = [name for name in (next(spare) for _ in range(500)) if name not in family]
        for name in self.subjects:
            self.put(name, address=f"{self.dice.randrange(900, 999)} {self.dice.choice(STREETS)}")
        for name, phone in (*self.press, *self.officials):
            self.put(name, phone=phone)

    def _hire(self, n: int, title: str) -> None:
        name = f"agent.{n:02d}"
        address = f"{100 + n} {STREETS[n % len(STREETS)]}"
        phone = f"+1 212 555 {1000 + n:04d}"
        household = [f"{given} {title.split()[1]}" for given in self.dice.sample(GIVEN, 3) if given not in title][:2]
        self.world.person(name, ("fraud", "agent"))
        self.world.db.execute("UPDATE line.account SET title = %s WHERE name = %s", (title, name))
        cases = (CASES[0].format(n=n), CASES[1].format(n=n))
        self.world.case(cases[0], "fraud", "18-usc-1956", [name])
        self.world.case(cases[1], "fraud", "18-usc-1956", [name])
        self.staff.append(Staff(name, title, address, phone, household, cases))
        self.put(title, address=address, phone=phone)
        for member in household:
            self.put(member, address=address)

    def put(self, name: str, **properties: str) -> UUID:
        """A person of the register, found by name, number and the words of the address."""
        said = {"name": [name], **{key: [value] for key, value in properties.items()}}
        keys = entity_keys("Person", said)
        marking = self.world.marking("register")
        id = self.world.aspect("register", name, marking=marking, properties=said, keys=sorted(keys.keys))
        self.world.db.execute(
            "UPDATE content.aspect SET text = to_tsvector('pg_catalog.simple', %s) WHERE entity = %s",
            (keys.document, id),
        )
        self.entities.setdefault(f"{name} {properties.get('address', '')}".strip(), id)
        return id

    def lists(self) -> None:
        """What an overseer puts on file: own numbers and households of staff, press, officials."""
        call = self.world.call("ines", "inspectorate/overseer")
        gate = self.world.gate
        for one in self.staff:
            own = [Person(name=one.title, identifiers=[one.phone])]
            commands.list_put(gate, call, "own", own, account=one.name, title="")
            home = [Person(name=one.family, address=one.address)]
            commands.list_put(gate, call, "household", home, account=one.name, title="")
        for of_list, people in (("press", self.press), ("officials", self.officials)):
            given = [Person(name=name, identifiers=[phone]) for name, phone in people]
            commands.list_put(gate, call, of_list, given, account=None, title=f"{of_list} 2026")

    # ---------------------------------------------------------------------------------------- entries

    def entry(self, at: datetime, who: Staff, case: str, act: str, name: str, **more: Any) -> str:
        """One entry as the line writes it, at a moment of the invented days."""
        id = str(UUID(bytes=self.dice.randbytes(16), version=4))
        head = {"time": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "act": act, "name": name, "regime": "criminal"}
        head |= {
            "unit": "fraud",
            "authority": "18-usc-1956",
            "purpose_kind": "case",
            "outcome": more.get("outcome", "ok"),
        }
        body = {"account": str(self.world.accounts[who.name]), "account_name": who.name, "purpose": case}
        body |= {"purpose_id": str(self.world.purposes[case])} if case else {}
        head |= {"of": more["of"]} if "of" in more else {}
        body |= {key: more[key] for key in ("params", "shown") if key in more}
        self.entries.append((at, id, head, body))
        return id

    def search(self, at: datetime, who: Staff, case: str, q: str, shown: Sequence[UUID] = ()) -> str:
        self.lookups += 1
        params = {"q": q, "words": model.as_params(query_keys(q)), "fuzzy": 1}
        id = self.entry(at, who, case, "search", "search_find", params=params)
        seen = [str(one) for one in shown]
        self.entry(
            at + timedelta(milliseconds=9), who, case, "search", "search_find", outcome="answer", of=id, shown=seen
        )
        return id

    def batch(self, at: datetime, who: Staff, case: str, names: Sequence[str]) -> str:
        self.lookups += 1
        queries = [{"q": q, "words": model.as_params(query_keys(q))} for q in names]
        return self.entry(at, who, case, "search", "search_batch", params={"queries": queries, "fuzzy": 1})

    def view(self, at: datetime, who: Staff, case: str, entity: UUID) -> str:
        id = self.entry(at, who, case, "view", "entity_show", params={"id": str(entity)})
        later = at + timedelta(milliseconds=9)
        self.entry(later, who, case, "view", "entity_show", outcome="answer", of=id, shown=[str(entity)])
        return id

    def change(self, at: datetime, who: Staff, case: str) -> str:
        return self.entry(
            at, who, case, "change", self.dice.choice(["case_add_items", "case_note_add", "case_report_write"])
        )

    def session(self, who: Staff, opened: datetime, ended: datetime, client: str) -> str:
        self.world.db.execute(
            "INSERT INTO line.session (token_hash, account, opened, expires, ended, client)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (self.dice.randbytes(32), self.world.accounts[who.name], opened, ended + timedelta(hours=1), ended, client),
        )
        return self.entry(opened, who, "", "enter", "session_open")

    # ------------------------------------------------------------------------------------ honest days

    def subject(self, who: Staff) -> str:
        """Whom a case is about: a quarter of the time a namesake of the account's own family, who lives elsewhere."""
        namesakes = [name for name in self.subjects if name.endswith(f" {who.family}")]
        return self.dice.choice(namesakes if namesakes and self.dice.random() < 0.04 else self.subjects)

    def honest_day(self, who: Staff, day: datetime) -> None:
        """Sign in, look up what the case is about, open a page or two, put something into the case."""
        dice = self.dice
        at = day + timedelta(hours=8, minutes=dice.randrange(60))
        self.session(who, at, day + timedelta(hours=17), "Firefox")
        case = who.cases[dice.random() < 0.2]
        for _ in range(dice.randrange(5, 15)):
            at += timedelta(minutes=dice.randrange(4, 35))
            name = self.subject(who)
            known = next(id for key, id in self.entities.items() if key.startswith(name))
            way = dice.random()
            words = (
                name
                if way < 0.6
                else f"{dice.choice(FIRMS)} {dice.choice(['Ltd', 'Freight'])}"
                if way < 0.85
                else f"+1 646 555 {dice.randrange(9999):04d}"
            )
            self.search(at, who, case, words, [known] if way < 0.6 else [])
            if dice.random() < 0.25:
                self.view(at + timedelta(minutes=1), who, case, known)
        if dice.random() < 0.1:
            self.batch(at, who, case, dice.sample(self.subjects, dice.randrange(5, 20)))
        # Most days end with something written down; some wait for the next.
        wrote = (
            at + timedelta(minutes=20) if dice.random() < 0.9 else day + timedelta(days=dice.randrange(1, 4), hours=9)
        )
        self.change(wrote, who, case)
        if dice.random() < 0.05:
            self._late(who, day, case)

    def _late(self, who: Staff, day: datetime, case: str) -> None:
        """Honest overtime: a few look-ups in the evening, seldom as many as a burst."""
        at = day + timedelta(hours=20, minutes=15)
        for _ in range(self.dice.choice([2, 3, 4, 5, 6, 7, 11])):
            at += timedelta(minutes=self.dice.randrange(2, 9))
            self.search(at, who, case, self.subject(who))

    def honest_trouble(self) -> None:
        """What honest people do and detectors may mistake: a reporter who is a victim, a case without result."""
        for n in range(3):
            who = self.dice.choice(self.staff)
            self.search(DAYS[3 + n] + timedelta(hours=11), who, who.cases[0], self.press[n][0])
        for n in range(4):
            who, day = self.staff[30 + n], DAYS[5 + n]
            for minute in range(9):
                self.search(day + timedelta(hours=15, minutes=minute), who, who.cases[1], self.subject(who))

    # --------------------------------------------------------------------------------------- misuse

    def plant(self, count: int) -> None:
        """So many acts of misuse, of every kind in turn, by random people on random days."""
        kinds = ["self", "colleague", "household", "press", "official", "after_hours", "unused", "sessions", "split"]
        taken: set[tuple[str, str, datetime]] = set()
        for n in range(count):
            kind = kinds[n % len(kinds)]
            while True:
                who, day = self.dice.choice(self.staff), self.dice.choice(DAYS[:18])
                if (kind, who.name, day) not in taken:
                    break
            taken.add((kind, who.name, day))
            at = day + timedelta(hours=12, minutes=self.dice.randrange(50))
            made = getattr(self, f"_{kind}")(who, at, n // len(kinds))
            self.planted.append(Planted(kind, who.name, made))

    def _spelled(self, name: str, n: int) -> str:
        given, family = name.split()
        slip = f"{given} {family[:3]}{family[4:]}"
        return [name, f"{family}, {given}", name.upper(), slip, f"{given[0]}. {family}", f"  {given}   {family} "][
            n % 6
        ]

    def _self(self, who: Staff, at: datetime, n: int) -> list[str]:
        if n % 4 == 3:
            return [self.view(at, who, who.cases[0], self.entities[f"{who.title} {who.address}"])]
        words = who.phone if n % 4 == 2 else self._spelled(who.title, n)
        return [self.search(at, who, who.cases[0], words)]

    def _colleague(self, who: Staff, at: datetime, n: int) -> list[str]:
        other = self.dice.choice([one for one in self.staff if one is not who])
        return [self.search(at, who, who.cases[0], other.phone if n % 5 == 4 else self._spelled(other.title, n))]

    def _household(self, who: Staff, at: datetime, n: int) -> list[str]:
        member = self.entities[f"{who.household[0]} {who.address}"]
        if n % 4 == 1:
            return [self.search(at, who, who.cases[0], who.address)]
        if n % 4 == 2:
            return [self.view(at, who, who.cases[0], member)]
        words = who.family if n % 4 == 3 else who.household[0]
        return [self.search(at, who, who.cases[0], words, [member])]

    def _press(self, who: Staff, at: datetime, n: int) -> list[str]:
        name, phone = self.press[10 + n % 20]
        return [self.search(at, who, who.cases[0], phone if n % 3 == 2 else self._spelled(name, n))]

    def _official(self, who: Staff, at: datetime, n: int) -> list[str]:
        name, phone = self.officials[n % 30]
        if n % 3 == 1:
            return [self.view(at, who, who.cases[0], self.entities[name])]
        return [self.search(at, who, who.cases[0], phone if n % 3 == 2 else self._spelled(name, n))]

    def _after_hours(self, who: Staff, at: datetime, n: int) -> list[str]:
        start = at.replace(hour=[22, 2, 13][n % 3], minute=0) + timedelta(days=5 - at.weekday() if n % 3 == 2 else 0)
        return [
            self.search(start + timedelta(minutes=3 * k), who, who.cases[0], self.dice.choice(self.subjects))
            for k in range(14)
        ]

    def _unused(self, who: Staff, at: datetime, n: int) -> list[str]:
        number = f"C-2026-9{len(self.planted):03d}"
        self.world.case(number, "fraud", "18-usc-1956", [who.name])
        return [
            self.search(at + timedelta(minutes=2 * k), who, number, self.dice.choice(self.subjects))
            for k in range(10 + n)
        ]

    def _sessions(self, who: Staff, at: datetime, n: int) -> list[str]:
        return [self.session(who, at, at + timedelta(hours=2), f"curl/8.{n}")]

    def _split(self, who: Staff, at: datetime, n: int) -> list[str]:
        names = self.dice.sample(self.subjects, 66)
        if n % 3 == 0:
            return [
                self.batch(at, who, who.cases[0], names[:40]),
                self.batch(at + timedelta(hours=1), who, who.cases[1], names[40:]),
            ]
        if n % 3 == 1:
            return [
                self.search(at + timedelta(seconds=40 * k), who, who.cases[0], name) for k, name in enumerate(names)
            ]
        other = self.dice.choice([one for one in self.staff if one is not who])
        return [self.batch(at, who, who.cases[0], names[:33]), self.batch(at, other, who.cases[0], names[33:])]

    # ------------------------------------------------------------------------------------- the measure

    def write(self) -> None:
        """All entries in the order of their moments, and one of a week later, by which waiting is over."""
        self.entry(DAYS[-1] + timedelta(days=8), self.staff[0], self.staff[0].cases[0], "view", "case_list")
        self.entries.sort(key=lambda one: one[0])
        for start in range(0, len(self.entries), 1000):
            part = [{"e": id, "h": head, "b": body} for _, id, head, body in self.entries[start : start + 1000]]
            self.world.db.execute(
                "SELECT count(line.emit((x ->> 'e')::uuid, x -> 'h', x -> 'b', false, false))"
                " FROM (SELECT x FROM jsonb_array_elements(%s) WITH ORDINALITY t (x, o) ORDER BY o) y",
                (Jsonb(part),),
            )

    def run(self) -> int:
        """Integrate, then detect; how many flags."""
        self.log.drain()
        return misuse.once(self.dsn)

    def score(self) -> dict[str, Any]:
        """Recall by kind, and how many flags have no planted entry."""
        rows = self.world.db.execute("SELECT kind, evidence::text[] FROM oversight.flag").fetchall()
        flags = [(kind, set(evidence)) for kind, evidence in rows]
        found: dict[str, list[bool]] = {}
        for act in self.planted:
            hit = any(kind == act.kind and evidence & set(act.entries) for kind, evidence in flags)
            found.setdefault(act.kind, []).append(hit)
        wicked = {entry for act in self.planted for entry in act.entries}
        false = [kind for kind, evidence in flags if not evidence & wicked]
        return {
            "planted": len(self.planted),
            "found": sum(map(sum, found.values())),
            "recall": sum(map(sum, found.values())) / len(self.planted),
            "by_kind": {kind: f"{sum(hits)}/{len(hits)}" for kind, hits in found.items()},
            "flags": len(flags),
            "false": len(false),
            "false_kinds": {kind: false.count(kind) for kind in sorted(set(false))},
            "false_rate": len(false) / max(1, len(flags)),
            "account_days": len(self.staff) * len(DAYS),
            "lookups": self.lookups,
        }


def sequencer_of(dsn: str, home: Path) -> sequencer.Sequencer:
    return sequencer.Sequencer(
        sequencer.Settings(
            dsn=dsn,
            folder=home / "ledger",
            ledger_key=home / "secrets" / "ledger.key",
            origin="brightline.local/test",
        )
    )


def made(database: Any, home: Path, *, seed: int, accounts: int = 40, acts: int = 100) -> Days:
    """The days of one seed, written and waiting to be integrated. `database` gives `dsn(role)` and `admin`."""

    @contextmanager
    def as_role(role: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(database.dsn(role), autocommit=True) as connection:
            yield connection

    gate = Gate(connect=lambda: as_role("brightline_app"), policy=lambda: as_role("brightline_policy"))
    world = small_world(database.admin, gate)
    dsn = database.dsn("brightline_sequencer")
    days = Days(world=world, dice=random.Random(seed), dsn=dsn, log=sequencer_of(dsn, home))
    days.people(accounts)
    days.lists()
    # What the world took to be made is of today; the days that follow are of March, and a log's clock never goes back.
    days.run()
    days.world.db.execute("UPDATE oversight.misuse_state SET seen = NULL")
    for day in DAYS:
        for who in days.staff:
            days.honest_day(who, day)
    days.honest_trouble()
    days.plant(acts)
    days.write()
    return days


__all__ = ["DAYS", "Days", "Planted", "Staff", "made", "sequencer_of"]
