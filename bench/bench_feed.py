"""feed: rows per second from CSV to searchable, against followthemoney's mapper alone on the same file and mapping.

Ours reads, validates, compares, maps, stages and publishes under the line, until the rows can be searched; theirs
reads and maps, and keeps nothing. Two files: a register (one person a row, fourteen columns, as civil and company
registers have them) and a ledger of payments (three entities a row).

Two figures each. `refresh`: what happens every day: the whole file comes again with one row in a hundred edited, and
every row is read, validated and compared. `first load`: every row is new, and is kept and indexed, which the peer
does for none.

Besides, the processor time a row, of the process, its helpers and the database together, start of the process
included: on a machine that does other work too it says more than the clock.

Both sides read the whole file, each in a process of its own that has met none of its values before: followthemoney
remembers what it has cleaned, so that a second measurement in one process would be of its memory. The clock runs from
when the process has its modules to when the last row is mapped (theirs) or can be searched (ours).
"""

from __future__ import annotations

import csv
import json
import logging
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psycopg

from bench import lib
from brightline.feeds import pipeline
from brightline.feeds.manifest import Manifest, digest
from brightline.model.schemata import ftm
from brightline.store.server import Server

ROWS = {"small": 3_000, "medium": 40_000, "full": 100_000}
RUNS = {"small": 1, "medium": 2, "full": 2}
GOAL = 5.0
SEED = 7

GIVEN = [
    "Anna",
    "Boris",
    "Chen",
    "Dalia",
    "Emeka",
    "Farid",
    "Grace",
    "Hiro",
    "Ines",
    "Jonas",
    "Kaya",
    "Lin",
    "Maya",
    "Noor",
    "Otto",
    "Priya",
    "Quinn",
    "Rosa",
    "Sami",
    "Tala",
]
FAMILY = [
    "Abadi",
    "Berg",
    "Castro",
    "Diallo",
    "Eze",
    "Fischer",
    "García",
    "Hoang",
    "Ivanov",
    "Jensen",
    "Kim",
    "Lopez",
    "Müller",
    "Nguyen",
    "Okafor",
    "Petrov",
]
PLACES = [
    "Marlow",
    "Saltmere",
    "Eastholm",
    "Kirkby",
    "Ardal",
    "Novi",
    "Brod",
    "Vila",
    "Nova",
    "Port",
    "Elis",
    "Hafen",
    "Sandvik",
    "Tarn",
]
NATIONS = ("Germany", "France", "United States", "Viet Nam", "Nigeria", "Brazil", "Russian Federation", "South Korea")

Entities = dict[str, dict[str, Any]]

REGISTER: Entities = {
    "person": {
        "schema": "Person",
        "keys": ["id"],
        "properties": {
            "name": {"columns": ["given", "family"], "join": " "},
            "firstName": {"column": "given"},
            "lastName": {"column": "family"},
            "birthDate": {"column": "born"},
            "birthCountry": {"column": "birth_country"},
            "nationality": {"column": "nationality"},
            "country": {"column": "residence"},
            "gender": {"column": "sex"},
            "address": {"columns": ["street", "city"], "join": ", "},
            "position": {"column": "occupation"},
            "email": {"column": "email"},
            "phone": {"column": "phone"},
            "modifiedAt": {"column": "updated"},
        },
    }
}

PAYMENTS: Entities = {
    "payer": {
        "schema": "Person",
        "keys": ["payer_id"],
        "properties": {"name": {"column": "payer"}, "country": {"column": "country"}},
    },
    "payee": {"schema": "Company", "keys": ["payee_id"], "properties": {"name": {"column": "payee"}}},
    "payment": {
        "schema": "Payment",
        "keys": ["no"],
        "properties": {
            "payer": {"entity": "payer"},
            "beneficiary": {"entity": "payee"},
            "date": {"column": "date"},
            "amount": {"column": "amount"},
        },
    },
}


def register(path: Path, rows: int) -> None:
    """A register: names from few parts, as everywhere; every second person with a phone or an e-mail of their own."""
    chance = random.Random(SEED)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(
            [
                "id",
                "given",
                "family",
                "born",
                "birth_country",
                "nationality",
                "residence",
                "sex",
                "street",
                "city",
                "occupation",
                "email",
                "phone",
                "updated",
            ]
        )
        for number in range(rows):
            given, family = chance.choice(GIVEN), chance.choice(FAMILY) + chance.choice(("", "son", "ova", "-Reyes"))
            has = number % 4
            writer.writerow(
                (
                    f"P{number:07}",
                    given,
                    family,
                    f"{chance.randrange(1940, 2005)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
                    chance.choice(NATIONS),
                    chance.choice(NATIONS),
                    chance.choice(NATIONS),
                    chance.choice("mf"),
                    f"{chance.randrange(1, 200)} {chance.choice(FAMILY)} Street",
                    chance.choice(PLACES),
                    chance.choice(("clerk", "driver", "engineer", "teacher", "nurse", "trader")),
                    f"{given}.{family}{number}@example.org".lower() if has == 1 else "",
                    f"+4420794{number % 100_000:05}" if has == 2 else "",
                    f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
                )
            )


def payments(path: Path, rows: int) -> None:
    """Payments of a tenth as many people to a hundredth as many companies."""
    chance = random.Random(SEED)
    people = [f"{chance.choice(GIVEN)} {chance.choice(FAMILY)} {n}" for n in range(max(1, rows // 10))]
    firms = [f"{chance.choice(FAMILY)} {chance.choice(PLACES)} {n} Ltd" for n in range(max(1, rows // 100))]
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("no", "payer_id", "payer", "country", "payee_id", "payee", "date", "amount"))
        for number in range(rows):
            payer, payee = chance.randrange(len(people)), chance.randrange(len(firms))
            day = f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            amount = f"{chance.randrange(100, 900_000) / 100:.2f}"
            nation = NATIONS[payer % len(NATIONS)]
            writer.writerow((number, f"a{payer}", people[payer], nation, f"b{payee}", firms[payee], day, amount))


def theirs(path: Path, entities: Entities) -> float:
    """Seconds of followthemoney's mapper over the file; what it maps is thrown away."""
    begun = time.perf_counter()
    for _ in ftm.map_entities({"csv_url": str(path), "entities": entities}):
        pass
    return time.perf_counter() - begun


def ours(settings: pipeline.Settings, run_id: UUID) -> tuple[float, dict[str, Any]]:
    """Seconds of one run of a feed, and its summary."""
    begun = time.perf_counter()
    done = pipeline.run(settings, run_id)
    return time.perf_counter() - begun, done.json()


def alone(task: dict[str, Any]) -> dict[str, Any]:
    """`theirs` or `ours` in a new process."""
    command = [sys.executable, "-m", "bench.bench_feed"]
    ended = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise SystemExit(ended.stderr)
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def _work(task: dict[str, Any]) -> dict[str, Any]:
    with _quiet():
        if task["side"] == "theirs":
            return {"seconds": theirs(Path(task["path"]), FILES[task["name"]][1])}
        seconds, done = ours(
            pipeline.Settings(dsn=task["dsn"], entity_key=b"k" * 32, feed_roots=(Path("/"),)), UUID(task["run"])
        )
        return {"seconds": seconds, "done": done}


class Desk:
    """A source and a feed in a scratch database, registered by its superuser; runs go the ordinary way."""

    def __init__(self, server: Server, folder: Path, name: str, path: Path, entities: Entities) -> None:
        self._dsn = server.dsn("brightline_feed")
        self._db = psycopg.connect(server.admin_dsn(), autocommit=True)
        self._name = name
        keys = ["id"] if name == "register" else ["no"]
        manifest = Manifest.model_validate(
            {
                "feed": f"bench-{name}",
                "title": "Benchmark",
                "source": {"name": "bench"},
                "agreement": {"id": "AG-BENCH", "regimes": ["criminal"], "expires": "2099-01-01"},
                "assessment": {"id": "PIA-BENCH", "approved": "2020-01-01", "expires": "2099-01-01"},
                "authority": "bench-1",
                "retention": {"rule": "bench", "years": 1},
                "input": {"format": "csv", "path": path.name, "keys": keys},
                "mapping": entities,
            }
        )
        self._register(manifest, folder)

    def _register(self, manifest: Manifest, folder: Path) -> None:
        db = self._db
        db.execute(
            "INSERT INTO line.authority (code, title, regime, statute) VALUES ('bench-1', 'Bench', 'criminal', '1')"
            " ON CONFLICT DO NOTHING"
        )
        db.execute(
            "INSERT INTO line.source (name, title, authority) VALUES ('bench', 'Bench', 'bench-1')"
            " ON CONFLICT DO NOTHING"
        )
        db.execute(
            "INSERT INTO line.agreement (id, source, regimes, expires) VALUES ('AG-BENCH', 'bench', '{criminal}',"
            " '2099-01-01') ON CONFLICT DO NOTHING"
        )
        db.execute(
            "INSERT INTO line.assessment VALUES ('PIA-BENCH', 'bench', '2020-01-01', '2099-01-01')"
            " ON CONFLICT DO NOTHING"
        )
        db.execute(
            "INSERT INTO feed.feed (name, title, source, manifest, digest, folder, format, mode)"
            " VALUES (%s, 'Bench', 'bench', %s, %s, %s, 'csv', 'snapshot') ON CONFLICT (name) DO UPDATE"
            " SET folder = EXCLUDED.folder, digest = EXCLUDED.digest, last_run = NULL",
            (manifest.feed, psycopg.types.json.Jsonb(manifest.plain()), digest(manifest, folder), str(folder)),
        )

    def empty(self) -> None:
        """As if nothing had been loaded."""
        self._db.execute(
            "TRUNCATE content.record, content.aspect, content.link, content.token, feed.retired_aspect,"
            " feed.retired_link, feed.quarantine"
        )
        self._db.execute("UPDATE feed.feed SET last_run = NULL, records = 0, aspects = 0")
        self._db.execute("CHECKPOINT")

    def refresh(self) -> tuple[float, dict[str, Any]]:
        """(seconds, summary) of a refresh from the feed's file."""
        row = self._db.execute(
            "INSERT INTO feed.run (feed, mode, account, account_name)"
            " VALUES (%s, 'snapshot', gen_random_uuid(), 'bench') RETURNING id",
            (f"bench-{self._name}",),
        ).fetchone()
        assert row is not None
        answer = alone({"side": "ours", "dsn": self._dsn, "run": str(row[0])})
        return answer["seconds"], answer["done"]

    def searchable(self, key: str) -> bool:
        """Whether what was published can be found by its key."""
        row = self._db.execute("SELECT count(*) FROM content.aspect WHERE keys && ARRAY[%s]", (key,)).fetchone()
        return bool(row and row[0])

    def close(self) -> None:
        self._db.close()


@contextmanager
def _quiet() -> Any:
    """followthemoney logs each value that it drops."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


FILES = {
    "register": (register, REGISTER, "t:anna", "one person a row, 14 columns"),
    "payments": (payments, PAYMENTS, "t:ltd", "three entities a row, 8 columns"),
}


def edited(path: Path, round_: int) -> int:
    """Edits one row in a hundred in place; how many."""
    column = 6 if path.stem == "payments" else 12
    with path.open(newline="", encoding="utf-8") as source:
        rows = list(csv.reader(source))
    chosen = range(1 + round_, len(rows), 100)
    for number in chosen:
        rows[number][column] = (
            f"2024-{number % 12 + 1:02}-{round_ + 1:02}" if column == 6 else f"+4420799{number:05}"[:13]
        )
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    return len(chosen)


@dataclass(slots=True)
class Spent:
    """Seconds by the clock and of processor, run by run."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def processors(self, home: Path) -> Iterator[None]:
        """Counts what this process's children and the database take meanwhile."""
        before = lib.children() + lib.processor(home)
        yield
        self.processor.append(lib.children() + lib.processor(home) - before)

    def a_second(self, rows: int) -> float:
        return rows / lib.med(self.clock)

    def microseconds(self, rows: int) -> float:
        return lib.med(self.processor) / rows * 1e6


def _rows(name: str, rows: int, ours: Spent, peer: Spent) -> list[lib.Row]:
    ratio = ours.a_second(rows) / peer.a_second(rows)
    processor, theirs_ = ours.microseconds(rows), peer.microseconds(rows)
    mapper = "followthemoney's mapper alone"
    return [
        lib.Row(
            name=name,
            ours=round(ours.a_second(rows), 1),
            peer=round(peer.a_second(rows), 1),
            peer_name=mapper,
            unit="rows/s",
            ratio=round(ratio, 2),
            goal=f"ours/peer >= {GOAL:g}",
            holds=ratio >= GOAL,
        ),
        lib.Row(
            name=f"{name}, processor a row",
            ours=round(processor, 1),
            peer=round(theirs_, 1),
            peer_name=mapper,
            unit="µs",
            ratio=round(theirs_ / processor, 2),
            goal="",
            holds=True,
        ),
    ]


def _measure(server: Server, home: Path, folder: Path, name: str) -> list[lib.Row]:
    make, entities, key, words = FILES[name]
    size = lib.size()
    rows, runs = ROWS[size], RUNS[size]
    path = folder / f"{name}.csv"
    make(path, rows)
    desk = Desk(server, folder, name, path, entities)
    first, again, peer = Spent(), Spent(), Spent()
    for number in range(runs):
        with peer.processors(home):
            peer.clock.append(alone({"side": "theirs", "path": str(path), "name": name})["seconds"])
        desk.empty()
        with first.processors(home):
            seconds, done = desk.refresh()
        first.clock.append(seconds)
        assert done["new"] == rows, done
        assert desk.searchable(key)
        changed = edited(path, number)
        with again.processors(home):
            seconds, done = desk.refresh()
        again.clock.append(seconds)
        assert (done["changed"], done["unchanged"]) == (changed, rows - changed), done
        told = " ".join(
            f"{rows / one.clock[-1]:,.0f}/s {one.processor[-1] / rows * 1e6:.0f} µs" for one in (again, first, peer)
        )
        lib.say(f"{name} {number + 1}/{runs}: refresh, first load, peer: {told}")
    desk.close()
    return [
        *_rows(f"{name} ({words}), refresh with 1 % edited", rows, again, peer),
        *_rows(f"{name} ({words}), first load", rows, first, peer),
    ]


def run() -> Path:
    """Measure both files, write the result."""
    size = lib.size()
    results: list[lib.Row] = []
    with lib.scratch("feed") as (server, _), TemporaryDirectory(prefix="bench-feed-") as scratch:
        for name in FILES:
            results += _measure(server, Path(server.place["host"]).parent, Path(scratch), name)
    return lib.write(
        "feed",
        data={"rows": ROWS[size], "seed": SEED},
        runs={"each": RUNS[size]},
        rows=results,
    )


if __name__ == "__main__":
    print(json.dumps(_work(json.load(sys.stdin)), default=str))
