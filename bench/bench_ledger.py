"""ledger: entries a second from eight writers while the sequencer integrates, proofs in a large tree, the check of it.

Writers are eight connections of pgbench that each wait for the disk at every entry, as an act does. The peer is the
least that any audit table costs: the same connections insert the same texts as one durable row each, with a key and
nothing else. The sequencer runs beside ours, and the lag of every entry is counted, from the time that it states to
the moment when the table holds it.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import re
import resource
import subprocess
import threading
import time
from bisect import bisect_right
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psycopg

from bench.lib import Row, med, milliseconds, p95, say, scratch, size, write
from brightline.ledger import export, proof, sequencer
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.leaf import commitment, leaf_bytes
from brightline.ledger.note import Signer
from brightline.ledger.publish import Publisher, write_file
from brightline.ledger.record import Row as Texts
from brightline.ledger.tiles import WIDTH, FolderTiles, tile_path
from brightline.ledger.tree import Frontier, perfect_root
from brightline.ledger.verify import Wanted, verify
from brightline.store import engine
from brightline.store.server import Server

SECONDS = {"small": 4, "medium": 15, "full": 60}
WRITERS = 8
TREE = {"small": 50_000, "medium": 1_000_000, "full": 10_000_000}
LOG = {"small": 20_000, "medium": 200_000, "full": 1_000_000}
PROOFS = 500
ORIGIN = "bench.local/log"
HEAD = (
    '{"act": "search", "kind": "case", "name": "search_find", "unit": "fraud", "regime": "criminal",'
    ' "counts": {"hits": 3},'
    ' "outcome": "ok", "authority": "18-usc-1343", "pseudonym": "5e1f0d7a9c3b"}'
)
BODY = (
    '{"account": "7b0f7c26-8a51-4b39-9d62-5e1f0d7a9c3b", "params": {"q": "maria vega harbour lights", "limit": 50},'
    ' "reason": "Payments of the harbour office to the firm in the tip", "purpose": "C-2026-0001",'
    ' "purpose_id": "0b8f7c26-8a51-4b39-9d62-5e1f0d7a9c3b"}'
)
OURS = (
    f"SELECT line.emit(gen_random_uuid(), '{HEAD}'::jsonb || jsonb_build_object('time', line.stamp(clock_timestamp())),"
    f" '{BODY}'::jsonb, false, true)"
)
PEER = f"INSERT INTO bench.bare (head, body) VALUES ('{HEAD}'::jsonb, '{BODY}'::jsonb)"


def run() -> Path:
    rows = [*_entries(), *_proofs(), *_verify()]
    data = {"writers": WRITERS, "tree": TREE[size()], "log": LOG[size()], "seconds": SECONDS[size()]}
    return write("ledger", data=data, runs={"proofs": PROOFS}, rows=rows)


# ------------------------------------------------------------------------------------------ entries


def _entries() -> list[Row]:
    with scratch("bench_ledger") as (server, _):
        # Beside the database, and kept with it: a log that was begun goes on under its own key alone.
        place = Path(server.place["host"]).parents[1] / "bench-ledger"
        with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
            admin.execute("CREATE SCHEMA IF NOT EXISTS bench")
            admin.execute("CREATE TABLE IF NOT EXISTS bench.bare (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),"
                          " at timestamptz NOT NULL DEFAULT clock_timestamp(), head jsonb, body jsonb)")  # fmt: skip
        say("bare durable inserts")
        bare = _written(server, PEER)
        say("entries, while the sequencer integrates")
        stop = multiprocessing.Event()
        settings = sequencer.Settings(
            dsn=server.dsn("brightline_sequencer"),
            folder=place / "ledger",
            ledger_key=place / "secrets" / "ledger.key",
            origin=ORIGIN,
        )
        worker = multiprocessing.Process(target=_sequence, args=(settings, stop))
        worker.start()
        watch = Watch(server)
        ours = _written(server, OURS)
        lags = watch.lags()
        stop.set()
        worker.join(60)
    p99 = quantiles(lags, n=100, method="inclusive")[-1]
    tested = size() == "full"
    return [
        Row(
            name="entries a second, 8 writers, integrated",
            ours=ours,
            peer=bare,
            peer_name="bare durable inserts",
            unit="/s",
            ratio=round(ours / bare, 2),
            goal="≥ 6,000/s, or half of the bare inserts where those are slow",
            holds=ours >= 6000 or ours / bare >= 0.5 or not tested,
        ),
        Row(
            name="integration lag, p99",
            ours=p99,
            peer=None,
            peer_name="",
            unit="s",
            ratio=None,
            goal="≤ 5 s",
            holds=p99 <= 5 or not tested,
        ),
        Row(
            name="integration lag, median",
            ours=med(lags),
            peer=None,
            peer_name="",
            unit="s",
            ratio=None,
            goal="",
            holds=True,
        ),
    ]


def _written(server: Server, statement: str) -> float:
    """Statements a second, all writers together, as PostgreSQL's own pgbench counts them."""
    with TemporaryDirectory() as place:
        script = Path(place) / "script.sql"
        script.write_text(statement + ";\n")
        words = [
            str(engine.wheel_folder() / "pginstall" / "bin" / "pgbench"),
            *("--no-vacuum", "--protocol=prepared", f"--client={WRITERS}", "--jobs=2"),
            *(f"--time={SECONDS[size()]}", f"--file={script}", server.admin_dsn()),
        ]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or not found:
        raise SystemExit(f"pgbench: {done.stderr.strip()[-500:]}")
    return float(found[1])


def _sequence(settings: sequencer.Settings, stop: Any) -> None:
    sequencer.Sequencer(settings).run(stop)


class Watch:
    """Looks every few milliseconds how far the table is."""

    def __init__(self, server: Server) -> None:
        self._dsn = server.admin_dsn()
        self._seen: list[tuple[int, float]] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as conn:
            while not self._done.wait(0.02):
                row = conn.execute("SELECT size, extract(epoch FROM clock_timestamp()) FROM ledger.state").fetchone()
                if row and (not self._seen or row[0] > self._seen[-1][0]):
                    self._seen.append((int(row[0]), float(row[1])))

    def lags(self) -> list[float]:
        """For each entry the seconds until it was in the table; waits until all are."""
        with psycopg.connect(self._dsn, autocommit=True) as conn:
            before = -1
            while before != (now := conn.execute("SELECT size FROM ledger.state").fetchone()):
                before = now
                time.sleep(2.0)
            self._done.set()
            self._thread.join()
            rows = conn.execute(
                "SELECT index, extract(epoch FROM at)::float8 FROM ledger.entry"
                " WHERE name = 'search_find' ORDER BY index"
            ).fetchall()
        sizes = [each for each, _ in self._seen]
        return [self._seen[bisect_right(sizes, index)][1] - at for index, at in rows if index < sizes[-1]]


# ------------------------------------------------------------------------------------------- proofs


def _proofs() -> list[Row]:
    count = TREE[size()]
    with TemporaryDirectory() as place:
        say(f"a tree of {count:,} entries")
        folder, signer = Path(place), Signer.create(ORIGIN)
        _tree(folder, count, signer)
        tiles, rng = FolderTiles(folder), random.Random(5)
        wanted = [rng.randrange(count) for _ in range(PROOFS)]
        spent = milliseconds(lambda index: proof.inclusion(tiles, signer.verifier, index), wanted)
        older = [rng.randrange(1, count) for _ in range(PROOFS)]
        grown = milliseconds(lambda old: proof.consistency(tiles, signer.verifier, old), older)
    rows = []
    for name, values in (("inclusion proof", spent), ("consistency proof", grown)):
        for word, value in (("median", med(values)), ("p95", p95(values))):
            holds = value <= 5 or name != "inclusion proof"
            goal = "≤ 5 ms" if name == "inclusion proof" else ""
            rows.append(Row(name=f"{name}, {word}", ours=value, peer=None, peer_name="", unit="ms", ratio=None,
                            goal=goal, holds=holds))  # fmt: skip
    return rows


def _tree(folder: Path, count: int, signer: Signer) -> None:
    """Tiles over invented leaf hashes."""
    rng, frontier = random.Random(1), Frontier()
    row = None
    for level in range(64):
        amount, above = count // WIDTH**level, []
        if not amount:
            break
        for index in range(-(-amount // WIDTH)):
            width = min(WIDTH, amount - index * WIDTH)
            if row is None:
                raw = rng.randbytes(32 * width)
                hashes = [raw[at : at + 32] for at in range(0, len(raw), 32)]
            else:
                hashes = row[index * WIDTH : index * WIDTH + width]
            write_file(folder / tile_path(level, index, width), b"".join(hashes), durable=False)
            if width == WIDTH:
                above.append(perfect_root(hashes))
            if level == 0:
                _append(frontier, hashes, above)
        row = above
    note = Checkpoint(origin=signer.name, size=count, root=frontier.root()).sign(signer)
    write_file(folder / "checkpoint", note, durable=False)


def _append(frontier: Frontier, hashes: list[bytes], above: list[bytes]) -> None:
    if len(hashes) == WIDTH:
        frontier.append_subtree(above[-1], 8)
    else:
        for value in hashes:
            frontier.append(value)


# ------------------------------------------------------------------------------------------- verify


def _verify() -> list[Row]:
    count = LOG[size()]
    with TemporaryDirectory() as place:
        say(f"an export of {count:,} entries")
        folder, vkey = _exported(Path(place), count)
        say("verifying")
        begun, busy = time.perf_counter(), _processor()
        report = verify(folder, Wanted(key=vkey))
        spent, worked = time.perf_counter() - begun, _processor() - busy
        if not report.ok or report.checked_entries != count:
            raise SystemExit(f"The log that was made doesn't hold: {report.problems[:3]}")
        begun = time.perf_counter()
        for path in sorted((folder / "bodies").rglob("*.jsonl")):
            for line in path.read_bytes().splitlines():
                json.loads(line)
        peer = time.perf_counter() - begun
    return [
        Row(
            name=f"verify of {count:,} entries",
            ours=spent,
            peer=peer,
            peer_name="reading the texts as JSON, one process",
            unit="s",
            ratio=round(spent / peer, 2),
            goal="≤ 60 s for 1,000,000",
            holds=spent <= 60 * count / 1_000_000 or size() == "small",
        ),
        Row(
            name=f"verify of {count:,} entries, processor time",
            ours=worked,
            peer=None,
            peer_name="",
            unit="s",
            ratio=None,
            goal="",
            holds=True,
        ),
    ]


def _processor() -> float:
    """Seconds of processor time of this process and of those that it started and that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _exported(place: Path, count: int) -> tuple[Path, str]:
    rng, signer = random.Random(3), Signer.create(ORIGIN)
    rows = [
        Texts(index=n, entry=UUID(int=rng.getrandbits(128)), head=f'{{"n": {n}, {HEAD[1:]}'.encode(),
              head_salt=rng.randbytes(32), body=BODY.encode(), body_salt=rng.randbytes(32))
        for n in range(count)
    ]  # fmt: skip

    def leaves(start: int, end: int) -> Any:
        for row in rows[start:end]:
            yield leaf_bytes(
                row.entry, commitment(row.head_salt, row.head), commitment(row.body_salt or b"", row.body or b"")
            )

    publisher = Publisher(place / "log", durable=False)
    root = publisher.extend(count, leaves)
    note = Checkpoint(origin=signer.name, size=count, root=root).sign(signer)
    publisher.commit(note, count)
    history = [{"size": count, "note": note.decode()}]
    export.write(place / "out", FolderTiles(place / "log"), rows, {"ledger": signer.verifier.vkey()}, history)
    return place / "out", signer.verifier.vkey()
