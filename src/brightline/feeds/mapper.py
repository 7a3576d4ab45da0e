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
from brightline.feeds.batches import Bundle
from brightline.feeds.manifest import Manifest
from brightline.feeds.mapping import BundleMapper, Ready, RowMapper
from brightline.feeds.mending import NONE, Mendings
from brightline.feeds.quarantine import Faults
from brightline.feeds.spool import SEPARATOR, Chunk, MarkingKey, Spooled, chunks_of, drafts, sliced
from brightline.feeds.stage import Stage
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
    mendings: Mendings = NONE


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


class Helpers:
    """Mapping processes beside this one. They may be started before there is a task: a start takes a second, which
    on a first load passes while this process still reads."""

    def __init__(self, workers: int) -> None:
        self._wanted = workers - 1
        self._children: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Helpers:
        return self

    def __exit__(self, *error: object) -> None:
        for child in self._children:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()

    def start(self) -> None:
        """Starts those that don't run yet; they wait for their part."""
        while len(self._children) < self._wanted:
            command = [sys.executable, "-m", "brightline.feeds.mapper"]
            self._children.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))

    def each(self, task: Task) -> Iterator[tuple[int, int]]:
        """(records, rejected values) of each part as it is done; one part is mapped here, the others by the helpers."""
        parts = [replace(task, offsets=tuple(part)) for part in sliced(task.offsets, len(self._children) + 1)]
        for child, part in zip(self._children, parts[1:], strict=True):
            _give(child, part)
        yield map_part(parts[0])
        for child in self._children:
            yield _ended(child)


def _give(child: subprocess.Popen[bytes], part: Task) -> None:
    assert child.stdin is not None
    # A helper that has died is told by its silence.
    with contextlib.suppress(BrokenPipeError):
        pickle.dump(part, child.stdin)
        child.stdin.flush()


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
        for spooled in chunks_of(task.spool, task.offsets):
            chunk = _wanted(task, spooled)
            if not chunk.keys:
                continue
            ready = _all_ready(task, manifest.source.name, chunk, payloads_of(chunk))
            if chunk.kind == "bundles":
                bundles.map(ready, bundles_of(chunk, task.mendings))
            else:
                rows.map(chunk.header, ready, cells_of(chunk, task.mendings))
            lines = assembler.take()
            tokens |= lines.tokens
            stage.lines(lines)
            stage.faults(faults.take())
            done += len(chunk.keys)
        stage.faults(list(faults.rest()))
        stage.tokens(tokens)
    finally:
        stage.close()
    return done, faults.values


def _wanted(task: Task, chunk: Chunk) -> Chunk:
    todo, skip = task.todo, task.skip
    if todo is None and not skip:
        return chunk
    return chunk.only([i for i, key in enumerate(chunk.keys) if (todo is None or key in todo) and key not in skip])


def _all_ready(task: Task, source: str, chunk: Chunk, payloads: Sequence[bytes]) -> list[Ready]:
    todo, markings = task.todo, task.markings
    ready = []
    columns = (chunk.numbers, chunk.keys, chunk.digests, chunk.marking_of_each(), payloads)
    for number, key, digest, marking, payload in zip(*columns, strict=True):
        version = 1 if todo is None else todo[key]
        id = record_hex(source, key, version)
        ready.append(Ready(number, key, id, version, digest.hex(), payload.decode(), markings[marking]))
    return ready


def payload_of(header: Sequence[str], cells: Sequence[str]) -> bytes:
    """A row as it is kept: its cells by heading, as they came; empty ones are left out."""
    return orjson.dumps({name: cell for name, cell in zip(header, cells, strict=True) if cell})


def payloads_of(chunk: Chunk) -> list[bytes]:
    """The records of a chunk as they are stored: as they came, whatever was mended."""
    if chunk.kind == "bundles":
        return [payload for payload, _ in chunk.bodies]
    if chunk.kind == "json":
        return [raw.encode() for _, raw in chunk.bodies]
    return [payload_of(chunk.header, row.split(SEPARATOR)) for row in chunk.bodies]


def cells_of(chunk: Chunk, mendings: Mendings = NONE) -> list[list[str]]:
    """The cells of a table's rows."""
    rows = chunk.bodies if chunk.kind == "table" else [row for row, _ in chunk.bodies]
    cells = [row.split(SEPARATOR) for row in rows]
    if not mendings.of:
        return cells
    return [mendings.cells(key, chunk.header, row) for key, row in zip(chunk.keys, cells, strict=True)]


def bundles_of(chunk: Chunk, mendings: Mendings = NONE) -> list[Bundle]:
    """The bundles of a chunk, without their payloads."""
    return [
        Bundle(row=number, key=key, payload={}, entities=drafts(mendings.entities(key, entities)))
        for number, key, (_, entities) in zip(chunk.numbers, chunk.keys, chunk.bodies, strict=True)
    ]


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
