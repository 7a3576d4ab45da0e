"""The second pass: what is new or changed goes from the spool through the mapping into the stage.

`python -m brightline.feeds.mapper` does a part of it in a process of its own. Its task comes through the standard
input, which stays open as a lifeline: when the run's process dies, so does this one, and no row of a dead run
reaches the stage of the next.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from brightline.feeds.aspects import Assembler
from brightline.feeds.manifest import Manifest
from brightline.feeds.mapping import BundleMapper, Ready, RowMapper
from brightline.feeds.quarantine import Faults
from brightline.feeds.readers import Bundle
from brightline.feeds.stage import Stage
from brightline.feeds.validate import SEPARATOR, MarkingKey, Spooled, chunks_of, drafts, sliced
from brightline.model.errors import BrightlineError
from brightline.model.ids import record_hex
from brightline.model.keys import SCOPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one mapping process is told: picklable."""

    dsn: str
    run: str
    manifest: dict[str, Any]
    key: bytes
    spool: Spooled
    offsets: tuple[int, ...]
    markings: dict[MarkingKey, int]
    todo: dict[str, int] | None
    skip: frozenset[str]


@contextlib.contextmanager
def no_collector() -> Iterator[None]:
    """Without the cycle collector: mapping makes millions of small objects and no cycles, and it looks at them all."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def each(task: Task, workers: int) -> Iterator[tuple[int, int]]:
    """(records, rejected values) of each part as it is done; one part is mapped here, more in processes."""
    if workers == 1:
        yield map_part(task)
        return
    parts = [replace(task, offsets=tuple(part)) for part in sliced(task.offsets, workers) if part]
    children = [_start(part) for part in parts[1:]]
    try:
        yield map_part(parts[0])
        for child in children:
            yield _ended(child)
    finally:
        for child in children:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()


def _start(task: Task) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "brightline.feeds.mapper"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    pickle.dump(task, child.stdin)
    child.stdin.flush()
    return child


def _ended(child: subprocess.Popen[bytes]) -> tuple[int, int]:
    assert child.stdout is not None
    told = child.stdout.readline()
    if not told:
        raise BrightlineError("A mapping process died.", hint="See the worker's log.", code="mapper")
    done, values = json.loads(told)
    return int(done), int(values)


def map_part(task: Task) -> tuple[int, int]:
    """Maps a part of the spool into the stage; answers (records, rejected values). Runs in a process of its own."""
    stage = Stage(task.dsn, task.run)
    manifest = Manifest.model_validate(task.manifest)
    faults = Faults()
    scoped = frozenset(id for (_, caveats), id in task.markings.items() if SCOPED.intersection(caveats))
    assembler = Assembler(task.run, scoped)
    rows = RowMapper(manifest, task.key, assembler, faults.add)
    bundles = BundleMapper(manifest, task.key, assembler, faults.add)
    tokens: set[str] = set()
    done = 0
    try:
        for kind, header, chunk in chunks_of(task.spool, task.offsets):
            wanted = _wanted(task, chunk)
            if not wanted:
                continue
            if kind == "table":
                cells = [cells_of(row) for row in wanted]
                payloads = [payload_of(header, row) for row in cells]
                rows.map(header, _all_ready(task, manifest.source.name, wanted, payloads), cells)
            else:
                ready = _all_ready(task, manifest.source.name, wanted, [row[4] for row in wanted])
                bundles.map(ready, [_bundle(row) for row in wanted])
            lines = assembler.take()
            tokens |= lines.tokens
            stage.lines(lines)
            stage.faults(faults.take())
            done += len(wanted)
        stage.faults(list(faults.rest()))
        stage.tokens(tokens)
    finally:
        stage.close()
    return done, faults.values


Row = Any
"""(row number, key, hash, marking, joined cells) of a table, (…, payload, entities) of a bundle."""


def _wanted(task: Task, chunk: Sequence[Row]) -> list[Row]:
    todo, skip = task.todo, task.skip
    if todo is None and not skip:
        return list(chunk)
    return [row for row in chunk if (todo is None or row[1] in todo) and row[1] not in skip]


def _all_ready(task: Task, source: str, rows: Sequence[Row], payloads: Sequence[bytes]) -> list[Ready]:
    return [_ready(task, source, row, payload) for row, payload in zip(rows, payloads, strict=True)]


def _ready(task: Task, source: str, row: Row, payload: bytes) -> Ready:
    version = 1 if task.todo is None else task.todo[row[1]]
    return Ready(
        row=row[0],
        key=row[1],
        id=record_hex(source, row[1], version),
        version=version,
        hash=row[2].hex(),
        payload=payload.decode(),
        marking=task.markings[row[3]],
    )


def payload_of(header: Sequence[str], cells: Sequence[str]) -> bytes:
    """A row as it is kept: its cells by heading, as they came; empty ones are left out."""
    return orjson.dumps({name: cell for name, cell in zip(header, cells, strict=True) if cell})


def cells_of(row: Row) -> list[str]:
    """The cells of a spooled row."""
    joined: str = row[4]
    return joined.split(SEPARATOR)


def _bundle(row: Row) -> Bundle:
    return Bundle(row=row[0], key=row[1], payload={}, entities=drafts(row[5]))


def main() -> None:
    """One part, told by the parent; its answer is one line of JSON."""
    task = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    print(json.dumps(map_part(task)), flush=True)


def _die_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
