"""The stage: where a run puts what it has read and mapped, by COPY, as brightline_feed. It can't read it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import psycopg

from brightline.feeds.aspects import Lines
from brightline.feeds.pieces import escaped
from brightline.feeds.quarantine import Fault

_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_SENT = 1 << 16
"""Bytes that are sent at once: deletions and rejected rows come one by one."""


class _Keys:
    """COPY of keys, open for as long as the input is read, on a connection of its own: the server takes them in while
    the next are read. In PostgreSQL's binary form: a hash is half as long in it."""

    def __init__(self, dsn: str, run: str) -> None:
        self._conn: psycopg.Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self._open = ExitStack()
        statement = "COPY stage.key (run, key, hash, op) FROM STDIN (FORMAT binary)"
        self._copy = self._open.enter_context(self._open.enter_context(self._conn.cursor()).copy(statement))
        self._head = b"\x00\x04\x00\x00\x00\x10" + UUID(run).bytes
        self._waiting = bytearray(_HEADER)

    def put(self, keys: Sequence[str], hashes: Sequence[bytes | None], op: str) -> None:
        head, tail = self._head, b"\x00\x00\x00\x01" + op.encode()
        rows = [
            b"%b%b%b%b%b" % (head, len(key).to_bytes(4, "big"), key, _sized(hash), tail)
            for key, hash in zip([key.encode() for key in keys], hashes, strict=True)
        ]
        self._waiting += b"".join(rows)
        if len(self._waiting) >= _SENT:
            self._send()

    def _send(self) -> None:
        self._copy.write(bytes(self._waiting))
        self._waiting.clear()

    def done(self) -> None:
        """All of them are in the stage."""
        self._waiting += _TRAILER
        self._send()
        self._open.close()
        self._conn.close()

    def abandon(self) -> None:
        """None of them are."""
        self._conn.close()


def _sized(hash: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if hash is None else len(hash).to_bytes(4, "big") + hash


class Stage:
    """The connection of brightline_feed, and COPY into the stage."""

    def __init__(self, dsn: str, run: str) -> None:
        self.conn: psycopg.Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self.run = run
        self._dsn = dsn
        self._keys: _Keys | None = None

    def call(self, name: str, *arguments: object) -> Any:
        """The answer of a function of schema feed."""
        marks = ", ".join(["%s"] * (len(arguments) + 1))
        row = self.conn.execute(f"SELECT feed.{name}({marks})", (self.run, *arguments)).fetchone()
        return row[0] if row else None

    def copy(self, statement: str, lines: Iterable[str]) -> None:
        text = "".join(lines)
        if text:
            with self.conn.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(text.encode())

    def keys(self, keys: Sequence[str], hashes: Sequence[bytes | None], op: str) -> None:
        """Stages keys, all of one op (validate.py); they are there after `keys_done`."""
        if self._keys is None:
            self._keys = _Keys(self._dsn, self.run)
        self._keys.put(keys, hashes, op)

    def keys_done(self) -> None:
        """No more keys will come."""
        if self._keys is not None:
            self._keys.done()
            self._keys = None

    def keys_abandon(self) -> None:
        """The run fails: its COPY must not stand in the way of clearing the stage."""
        if self._keys is not None:
            self._keys.abandon()
            self._keys = None

    def faults(self, faults: Sequence[Fault]) -> None:
        self.copy(
            "COPY stage.quarantine (run, row, source_key, column_name, reason, detail, value, state, entity, property)"
            " FROM STDIN",
            ("\t".join((self.run, *map(_field, _parts(fault)))) + "\n" for fault in faults),
        )

    def lines(self, lines: Lines) -> None:
        self.copy("COPY stage.record (run, id, key, version, hash, payload, marking) FROM STDIN", lines.records)
        self.copy(
            "COPY stage.aspect (run, id, record, entity, marking, schema, caption, properties, original, keys,"
            " document, places, first, last) FROM STDIN",
            lines.aspects,
        )
        self.copy(
            "COPY stage.link (run, id, src, dst, kind, aspect, record, marking, from_date, to_date, weight, local)"
            " FROM STDIN",
            lines.links,
        )

    def tokens(self, tokens: Iterable[str]) -> None:
        self.copy("COPY stage.token (run, token) FROM STDIN", (f"{self.run}\t{escaped(t)}\n" for t in tokens))

    def close(self) -> None:
        self.keys_abandon()
        self.conn.close()


def _parts(f: Fault) -> tuple[object, ...]:
    return f.row, f.key, f.column, f.reason, f.detail, f.value, f.state, f.entity, f.prop


def _field(part: object) -> str:
    if part is None:
        return "\\N"
    return escaped(str(part).encode("utf-8", "replace").decode())
