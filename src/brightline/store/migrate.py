"""Migrations: numbered SQL files, run by Alembic.

`NNNN_name.up.sql` and `NNNN_name.down.sql` become one Alembic revision each, in the order of their numbers.
Alembic keeps the book (table `store.revision`) and walks up and down; the SQL reaches the server as it is
written, unparsed, as one message, in one transaction per migration. Each file sets the owners of what it
makes, for it is run by the installer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import sqlalchemy
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script.base import Script
from alembic.script.revision import RevisionMap
from sqlalchemy.pool import NullPool

from brightline.model.errors import BadInput, Conflict

FOLDER = Path(__file__).parent / "migrations"
SCHEMA = "store"
HEAD = "head"
BASE = "base"
_NAME = re.compile(r"^(?P<number>\d{4})_(?P<title>[a-z0-9_]+)\.up\.sql$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step: its number, its title and the two files."""

    number: str
    title: str
    up: Path
    down: Path


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The folder's migrations in order. A wrong name, a number twice, a missing way down is an error."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.up.sql")):
        match = _NAME.match(path.name)
        if match is None:
            raise BadInput(str(path), "a migration is named NNNN_name.up.sql.")
        down = path.with_name(path.name.replace(".up.sql", ".down.sql"))
        if not down.exists():
            raise BadInput(str(path), f"its way back, {down.name}, is missing.")
        if found and found[-1].number == match["number"]:
            raise BadInput(str(path), f"the number {match['number']} is taken twice.")
        found.append(Migration(number=match["number"], title=match["title"], up=path, down=down))
    return tuple(found)


def up(dsn: str, *, folder: Path = FOLDER, target: str = HEAD) -> tuple[str, ...]:
    """Migrate up to `target` (a number, or "head"); the numbers that were run."""
    steps = migrations(folder)
    numbers = [step.number for step in steps]
    goal = len(numbers) if target == HEAD else _index(numbers, target) + 1

    def chosen(now: int) -> Sequence[str]:
        return numbers[now:goal]

    return _walk(dsn, steps, chosen, MigrationStep.upgrade_from_script)


def down(dsn: str, *, folder: Path = FOLDER, target: str = BASE) -> tuple[str, ...]:
    """Migrate down to `target` (a number that stays, or "base"); the numbers that were taken back."""
    steps = migrations(folder)
    numbers = [step.number for step in steps]
    goal = 0 if target == BASE else _index(numbers, target) + 1

    def chosen(now: int) -> Sequence[str]:
        return list(reversed(numbers[goal:now]))

    return _walk(dsn, steps, chosen, MigrationStep.downgrade_from_script)


def current(dsn: str) -> str | None:
    """The number of the last migration that was run, or None."""
    with _connected(dsn) as conn:
        options = {"version_table": "revision", "version_table_schema": SCHEMA}
        return MigrationContext.configure(connection=conn, opts=options).get_current_revision()


def _index(numbers: Sequence[str], target: str) -> int:
    if target not in numbers:
        raise BadInput("target", f"there is no migration {target}.", f"There are: {', '.join(numbers)}.")
    return numbers.index(target)


def _walk(
    dsn: str,
    steps: Sequence[Migration],
    chosen: Callable[[int], Sequence[str]],
    step_of: Callable[[RevisionMap, Script], Any],
) -> tuple[str, ...]:
    book = _book(steps)
    done: list[str] = []

    def plan(heads: tuple[str, ...], _: MigrationContext) -> list[Any]:
        done.extend(chosen(_reached(steps, heads)))
        return [step_of(book, _script(book, number)) for number in done]

    with _connected(dsn) as conn:
        with conn.begin():
            conn.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        options = {
            "fn": plan,
            "version_table": "revision",
            "version_table_schema": SCHEMA,
            "transaction_per_migration": True,
        }
        MigrationContext.configure(connection=conn, opts=options).run_migrations(conn=conn)
    return tuple(done)


def _reached(steps: Sequence[Migration], heads: tuple[str, ...]) -> int:
    if not heads:
        return 0
    numbers = [step.number for step in steps]
    if heads[0] not in numbers:
        raise Conflict(
            f"The database is at migration {heads[0]}, which this version of Brightline doesn't know.",
            hint="Install the version that made it, or a newer one.",
            code="newer_database",
        )
    return numbers.index(heads[0]) + 1


def _book(steps: Sequence[Migration]) -> RevisionMap:
    scripts = []
    former: str | None = None
    for step in steps:
        module = ModuleType(f"brightline_migration_{step.number}", f"{step.number} {step.title}")
        vars(module).update(
            revision=step.number, down_revision=former, upgrade=_runs(step.up), downgrade=_runs(step.down)
        )
        scripts.append(Script(module, step.number, str(step.up)))
        former = step.number
    return RevisionMap(lambda: scripts)


def _script(book: RevisionMap, number: str) -> Script:
    found = book.get_revision(number)
    if not isinstance(found, Script):
        raise BadInput("target", f"there is no migration {number}.")
    return found


def _runs(path: Path) -> Callable[..., None]:
    def run(conn: sqlalchemy.Connection) -> None:
        raw = conn.connection.driver_connection
        if not isinstance(raw, psycopg.Connection):
            raise TypeError("migrations are run by psycopg")
        try:
            # No parameters: the text goes through the simple protocol as it is, however many statements.
            raw.execute(path.read_bytes())
        except psycopg.Error as error:
            raise sql_error(path, error) from error

    return run


def sql_error(path: Path, error: psycopg.Error) -> Conflict:
    """An SQL file that doesn't run: which file, which line, what PostgreSQL says."""
    diagnosis = error.diag
    place = path.name
    if diagnosis.statement_position:
        head = path.read_text()[: int(diagnosis.statement_position)]
        place = f"{path.name}, line {head.count(chr(10)) + 1}"
    more = " ".join(part for part in (diagnosis.message_detail, diagnosis.message_hint, diagnosis.context) if part)
    return Conflict(f"{place}: {diagnosis.message_primary or error}", hint=more, code="sql_file")


@contextmanager
def _connected(dsn: str) -> Iterator[sqlalchemy.Connection]:
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(dsn, prepare_threshold=None), poolclass=NullPool
    )
    try:
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()
