"""Random queries by sqlsmith, replayed where they could tell something: not one hidden word in any value or error.

sqlsmith can't enter a purpose or show rows, so it only writes (`--dry-run`); a harness here replays each query as
`brightline_app`, which may read no content table at all, and as `brightline_reader` with a pass, as if it stood in an
installed function: the policies alone stand between it and the hidden rows of twins.py. BRIGHTLINE_SQLSMITH says how
many queries (500 unless told; 50,000 have been replayed), BRIGHTLINE_SQLSMITH_SEED which.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests import reading
from tests.leak.twins import A_CASE, CANARIES, Twins, twins

from brightline.store import install

MANY = int(os.environ.get("BRIGHTLINE_SQLSMITH", "500"))
pytestmark = [pytest.mark.database, pytest.mark.slow, pytest.mark.timeout(300 + MANY // 10)]
SEED = int(os.environ.get("BRIGHTLINE_SQLSMITH_SEED", "1"))
# The case of customs is as hidden as the rows.
HIDDEN = tuple(word.lower() for word in (*CANARIES, A_CASE, "Quiet work"))
OPEN = ("quint", "harrow", "lighthouse")
BULK = 400


@pytest.fixture(scope="module")
def world(module_db: Any, server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with twins(module_db, server, tmp_path_factory.mktemp("smith")) as made:
        made.undo()
        _multiply(made.sql["full"])
        yield made


def _multiply(admin: psycopg.Connection[Any]) -> None:
    """Many rows of each kind, so that a sample of a hundredth still holds some."""
    admin.execute(
        "INSERT INTO content.record (id, source, source_key, version, current, hash, payload, marking, compartment)"
        " SELECT gen_random_uuid(), r.source, r.source_key || n, r.version, r.current, r.hash, r.payload, r.marking,"
        " r.compartment"
        " FROM content.record r, generate_series(1, %s) n WHERE r.source IN ('vault', 'register', 'case')",
        (BULK // 20,),
    )
    columns = "record, source, entity, cluster, marking, compartment, schema, caption, properties, original, keys, text"
    admin.execute(
        f"INSERT INTO content.aspect (id, {columns}, first, last) SELECT gen_random_uuid(), {columns}, first, last"
        " FROM content.aspect, generate_series(1, %s)",
        (BULK // 20,),
    )
    # The dictionary of words only widens searches and is readable inside their functions (ATTACKS B8): not a row of
    # anybody's, and no answer of a function tells it, which test_every_endpoint compares.
    admin.execute("DELETE FROM content.token WHERE token ~* %s", ("|".join(HIDDEN),))
    admin.execute("ANALYZE")


def queries(programme: Path, dsn: str, many: int, seed: int, folder: Path) -> list[str]:
    """So many random queries over what this login may read."""
    options = ["--dry-run", f"--max-queries={many}", f"--seed={seed}", "--exclude-catalog"]
    written = folder / f"queries-{uuid4().hex[:6]}.sql"
    with written.open("wb") as out:
        subprocess.run(
            [programme, f"--target={dsn}", *options], stdout=out, stderr=subprocess.PIPE, check=True, timeout=3600
        )
    parts = written.read_text("utf-8", "replace").split(";\n")
    return [part for part in (piece.strip() for piece in parts) if part]


@contextmanager
def _readable_alone(database: Any, server: Any) -> Iterator[str]:
    """A copy of the database with the tables that the functions' role may read and no others, to write queries over.

    sqlsmith reads the catalogue, which is closed to that role itself.
    """
    name = f"{database.name}_shape"
    with psycopg.connect(server.admin_dsn("postgres"), autocommit=True) as postgres:
        reading.forget()  # nobody may be in a database that is copied
        postgres.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database.name}" STRATEGY file_copy')
        try:
            with psycopg.connect(server.admin_dsn(name), autocommit=True) as inside:
                unreadable = inside.execute(
                    "SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', n.nspname, c.relname) FROM pg_class c"
                    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
                    " AND n.nspname !~ '^(pg_|information_schema)'"
                    " AND NOT has_table_privilege('brightline_reader', c.oid, 'SELECT')"
                ).fetchall()
                for (statement,) in unreadable:
                    inside.execute(statement)
            yield name
        finally:
            install.drop_database(postgres, name)


@dataclass
class Replay:
    """One connection at work, and what it met."""

    conn: psycopg.Connection[Any]
    met: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)

    def run(self, statement: str) -> None:
        """One query in a savepoint that is rolled back; every value, error and notice is searched."""
        self.conn.execute("SAVEPOINT s")
        self.said.clear()
        try:
            cursor = self.conn.execute(statement.encode())
            told = str(cursor.fetchmany(3000)) if cursor.description else ""
            self.met["answered"] += 1
            self.met["rows"] += bool(told not in ("", "[]"))
            self.met["open words"] += any(word in told.lower() for word in OPEN)
        except psycopg.Error as error:
            told = f"{error} {error.diag.message_detail} {error.diag.message_hint} {error.diag.context}"
            self.met[type(error).__name__] += 1
        told = f"{told} {self.said}".lower()
        found = [word for word in HIDDEN if word in told or word.encode().hex() in told]
        assert not found, f"{found} in the answer to:\n{statement}\n{told[:2000]}"
        self.conn.execute("ROLLBACK TO SAVEPOINT s")


def _replay(dsn: str, begin: Any, statements: list[str]) -> Counter[str]:
    with psycopg.connect(dsn, prepare_threshold=None) as conn:
        replay = Replay(conn)
        conn.add_notice_handler(lambda note: replay.said.append(f"{note.message_primary} {note.message_detail}"))
        for start in range(0, len(statements), 100):
            conn.rollback()
            begin(conn)
            conn.execute("SET LOCAL statement_timeout = '50ms'")
            for statement in statements[start : start + 100]:
                replay.run(statement)
        conn.rollback()
        return replay.met


@pytest.fixture(scope="module")
def written(
    sqlsmith: Path, world: Twins, module_db: Any, server: Any, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """Half of them over everything there is, half over what the functions' role may read."""
    folder = tmp_path_factory.mktemp("queries")
    info = world.sql["full"].info
    # Only what an older libpq knows too.
    given = {"host": info.host, "port": info.port, "user": info.user, "password": info.password}
    half = MANY // 2
    everything = queries(sqlsmith, psycopg.conninfo.make_conninfo(dbname=info.dbname, **given), half, SEED, folder)
    with _readable_alone(module_db, server) as shape:
        dsn = psycopg.conninfo.make_conninfo(dbname=shape, **given)
        readable = queries(sqlsmith, dsn, MANY - half, SEED + 1, folder)
    return [one for pair in zip(everything, readable, strict=False) for one in pair]


def test_as_the_application(world: Twins, written: list[str], server: Any, record_property: Any) -> None:
    name = world.sql["full"].info.dbname
    met = _replay(server.named(name).dsn("brightline_app"), lambda conn: None, written)
    record_property("sqlsmith", dict(met))
    print(f"{len(written)} queries as brightline_app: {dict(met)}")
    assert len(written) >= MANY * 0.9
    assert met["open words"] == 0
    assert met["InsufficientPrivilege"] > len(written) * 0.5


def test_in_the_functions_role_under_a_purpose(
    world: Twins, written: list[str], server: Any, record_property: Any
) -> None:
    admin = world.sql["full"]
    (account,) = admin.execute("SELECT id FROM line.account WHERE name = 'ana'").fetchone()
    (purpose,) = admin.execute("SELECT id FROM line.purpose WHERE key = %s", (world.ids["case"],)).fetchone()

    def begin(conn: psycopg.Connection[Any]) -> None:
        # As line.give_pass makes it, but for an hour: a hundred queries outlive the seconds of a real one.
        conn.execute(
            "SELECT set_config('line.pass', t || '|' || line.pass_mac(t), true) FROM (SELECT concat_ws('|',"
            " (extract(epoch FROM now()) + 3600)::text, %s::text, %s::text, 'case', gen_random_uuid()::text)"
            " AS t) s",
            (purpose, account),
        )
        conn.execute("SET LOCAL SESSION AUTHORIZATION brightline_reader")
        (seen,) = conn.execute("SELECT count(*) FROM content.aspect WHERE caption LIKE '%%Quint%%'").fetchone()
        assert seen > BULK // 20, "the pass opens nothing: proves nothing"

    met = _replay(server.admin_dsn(admin.info.dbname), begin, written)
    record_property("sqlsmith", dict(met))
    print(f"{len(written)} queries as brightline_reader under a purpose: {dict(met)}")
    # Else nothing was read that could have told something. Most random conditions hold for no row.
    assert met["answered"] > len(written) * 0.05
    if len(written) > 4000:
        assert met["rows"] > 0
        assert met["open words"] > 0


def test_the_harness_would_have_noticed(world: Twins, server: Any) -> None:
    """The same harness without the policies: the hidden words are there to be met."""
    admin_dsn = server.admin_dsn(world.sql["full"].info.dbname)
    with pytest.raises(AssertionError, match="in the answer to"):
        _replay(admin_dsn, lambda conn: None, ["SELECT caption FROM content.aspect"])
    with pytest.raises(AssertionError, match="in the answer to"):
        _replay(admin_dsn, lambda conn: None, ["SELECT caption::int FROM content.aspect WHERE source = 'vault'"])
