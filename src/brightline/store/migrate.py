"""Migrations: numbered SQL files, each run once. The database keeps their names with hashes, never a position.

    NNNN_title.up.sql, NNNN_title.down.sql   a step of the schema and its way back
    NNNN_title.data.sql                      a repair of data, run once, after this version's functions are installed
                                             and the rulebook's keys are there; it has no way back

A step that is missing is run, whatever its number: branches that grew side by side are merged in any order, and a
position would skip the lower of two for ever. The files set the owners of what they make, for the installer runs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

import brightline
from brightline.model.errors import BadInput, Conflict
from brightline.store import migrate_history

FOLDER = Path(__file__).parent / "migrations"
HEAD = "head"
BASE = "base"
_NAME = re.compile(r"^(?P<number>\d{4})_(?P<title>[a-z0-9_]+)\.(?P<kind>up|data)\.sql$")
# `revision` is what releases before this one read: they know one number, and refuse a database that is at a newer one.
_BOOK = """
CREATE SCHEMA IF NOT EXISTS store;
CREATE TABLE IF NOT EXISTS store.applied (
  name    text PRIMARY KEY,
  number  text NOT NULL,
  sha256  text NOT NULL,
  version text NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS store.revision (
  version_num varchar(32) NOT NULL,
  CONSTRAINT revision_pkc PRIMARY KEY (version_num)
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step: its number, its title and its files. A repair of data has no way back (`down` is None)."""

    number: str
    title: str
    up: Path
    down: Path | None

    @property
    def name(self) -> str:
        """What the database remembers it by."""
        return f"{self.number}_{self.title}" if self.down else f"{self.number}_{self.title}.data"

    @property
    def is_repair(self) -> bool:
        return self.down is None

    def sha256(self) -> str:
        """The hash of the way up, in hex."""
        return sha256(self.up.read_bytes()).hexdigest()


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The folder's steps in order. A wrong name, a number twice, a missing way down is an error."""
    found: list[Migration] = []
    for path in sorted([*folder.glob("*.up.sql"), *folder.glob("*.data.sql")]):
        match = _NAME.match(path.name)
        if match is None:
            raise BadInput(str(path), "a migration is named NNNN_name.up.sql or NNNN_name.data.sql.")
        down = path.with_name(path.name.replace(".up.sql", ".down.sql")) if match["kind"] == "up" else None
        if down and not down.exists():
            raise BadInput(str(path), f"its way back, {down.name}, is missing.")
        if found and found[-1].number == match["number"]:
            raise BadInput(str(path), f"the number {match['number']} is taken twice.")
        found.append(Migration(number=match["number"], title=match["title"], up=path, down=down))
    return tuple(found)


def up(dsn: str, *, folder: Path = FOLDER, target: str = HEAD) -> tuple[str, ...]:
    """Run every missing step up to `target` (a number, or "head"), each in its own transaction; their numbers.

    Repairs of data are left to `repair`, which needs the functions.
    """
    steps = migrations(folder)
    done = []
    with psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as conn:
        for step in missing(conn, steps, target=target):
            if not step.is_repair:
                with conn.transaction():
                    run(conn, step)
                done.append(step.number)
    return tuple(done)


def missing(conn: Connection[Any], steps: Sequence[Migration], *, target: str = HEAD) -> tuple[Migration, ...]:
    """The steps that this database hasn't seen, in order. Conflict when it has seen others, or another text of one."""
    there = applied(conn)
    _compare(there, steps)
    last = len(steps) if target == HEAD else _index(steps, target) + 1
    return tuple(step for step in steps[:last] if step.name not in there)


def run(conn: Connection[Any], step: Migration) -> None:
    """Run one step and note it, in the caller's transaction."""
    ready(conn)
    _execute(conn, step.up)
    conn.execute(
        "INSERT INTO store.applied (name, number, sha256, version) VALUES (%s, %s, %s, %s)",
        (step.name, step.number, step.sha256(), brightline.__version__),
    )
    _note_number(conn)


def down(dsn: str, *, folder: Path = FOLDER, target: str = BASE) -> tuple[str, ...]:
    """Take steps back to `target` (a number that stays, or "base"), the newest first; their numbers."""
    steps = migrations(folder)
    first = 0 if target == BASE else _index(steps, target) + 1
    done = []
    with psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as conn:
        there = applied(conn)
        _compare(there, steps)
        for step in reversed(steps[first:]):
            if step.name in there:
                _take_back(conn, step)
                done.append(step.number)
    return tuple(done)


def applied(conn: Connection[Any]) -> Mapping[str, str]:
    """name → hash of the steps that were run here. Reads only; a database of an older release is understood too."""
    found = conn.execute("SELECT to_regclass('store.applied') IS NOT NULL").fetchone()
    if found and found[0]:
        return dict(conn.execute("SELECT name, sha256 FROM store.applied ORDER BY number").fetchall())
    return {step.name: step.sha256() for step in migrate_history.seen(conn, migrations())}


def current(dsn: str) -> str | None:
    """The highest number that was run, or None."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        return max((name[:4] for name in applied(conn)), default=None)


def changed(conn: Connection[Any], steps: Iterable[Migration]) -> list[str]:
    """The steps whose text is no longer the one that was run here."""
    there = applied(conn)
    return [step.name for step in steps if there.get(step.name, step.sha256()) != step.sha256()]


def ready(conn: Connection[Any]) -> None:
    """Make the book; in a database of an older release, write into it what that release had run."""
    found = conn.execute("SELECT to_regclass('store.applied') IS NOT NULL").fetchone()
    if found and found[0]:
        return
    seen = migrate_history.seen(conn, migrations())
    conn.execute(_BOOK)
    for step in seen:
        conn.execute(
            "INSERT INTO store.applied (name, number, sha256, version) VALUES (%s, %s, %s, 'an older release')",
            (step.name, step.number, step.sha256()),
        )


def _note_number(conn: Connection[Any]) -> None:
    conn.execute("DELETE FROM store.revision")
    conn.execute("INSERT INTO store.revision SELECT max(number) FROM store.applied HAVING max(number) IS NOT NULL")


def _take_back(conn: Connection[Any], step: Migration) -> None:
    with conn.transaction():
        ready(conn)
        if step.down:
            _execute(conn, step.down)
        conn.execute("DELETE FROM store.applied WHERE name = %s", (step.name,))
        _note_number(conn)


def _compare(there: Mapping[str, str], steps: Sequence[Migration]) -> None:
    known = {step.name: step for step in steps}
    strange = sorted(set(there) - set(known))
    if strange:
        raise Conflict(
            f"The database has seen migration {strange[-1]}, which this version of Brightline doesn't know.",
            hint="Install the version that made it, or a newer one.",
            code="newer_database",
        )
    other = [name for name, digest in there.items() if known[name].sha256() != digest]
    if other:
        raise Conflict(
            f"Migration {other[0]} was run here with another text than this version has.",
            hint="Install the version that ran it, or put its file back as it was; a released migration never changes.",
            code="migration_changed",
        )


def _index(steps: Sequence[Migration], target: str) -> int:
    numbers = [step.number for step in steps]
    if target not in numbers:
        raise BadInput("target", f"there is no migration {target}.", f"There are: {', '.join(numbers)}.")
    return numbers.index(target)


def _execute(conn: Connection[Any], path: Path) -> None:
    try:
        # No parameters: the text goes through the simple protocol as it is, however many statements.
        conn.execute(path.read_bytes())
    except psycopg.Error as error:
        raise sql_error(path, error) from error


def sql_error(path: Path, error: psycopg.Error) -> Conflict:
    """An SQL file that doesn't run: which file, which line, what PostgreSQL says."""
    diagnosis = error.diag
    place = path.name
    if diagnosis.statement_position:
        head = path.read_text()[: int(diagnosis.statement_position)]
        place = f"{path.name}, line {head.count(chr(10)) + 1}"
    more = " ".join(part for part in (diagnosis.message_detail, diagnosis.message_hint, diagnosis.context) if part)
    return Conflict(f"{place}: {diagnosis.message_primary or error}", hint=more, code="sql_file")
