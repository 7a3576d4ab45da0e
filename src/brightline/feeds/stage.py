"""The stage: where a run puts what it has read and mapped, by COPY, as brightline_feed. It can't read it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from brightline.feeds.aspects import Lines
from brightline.feeds.pieces import escaped
from brightline.feeds.quarantine import Fault
from brightline.feeds.validate import StagedKey

_BYTES = "\\\\x"
"""Before the hexadecimal digits of a bytea in COPY."""


class Stage:
    """The connection of brightline_feed, and COPY into the stage."""

    def __init__(self, dsn: str, run: str) -> None:
        self.conn: psycopg.Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self.run = run

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

    def keys(self, staged: Sequence[StagedKey]) -> None:
        null = "\\N"
        self.copy(
            "COPY stage.key (run, key, hash, op) FROM STDIN",
            [
                f"{self.run}\t{escaped(key)}\t{null if hash is None else _BYTES + hash.hex()}\t{op}\n"
                for key, hash, op in staged
            ],
        )

    def faults(self, faults: Sequence[Fault]) -> None:
        self.copy(
            "COPY stage.quarantine (run, row, source_key, column_name, reason, detail, value, state) FROM STDIN",
            (
                "\t".join(
                    (
                        self.run,
                        *(_field(part) for part in (f.row, f.key, f.column, f.reason, f.detail, f.value, f.state)),
                    )
                )
                + "\n"
                for f in faults
            ),
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
        self.conn.close()


def _field(part: object) -> str:
    if part is None:
        return "\\N"
    return escaped(str(part).encode("utf-8", "replace").decode())
