"""A database of any release since the first becomes one of this version, with its rows, whatever had been skipped.

Released migrations never change, so a former release's schema is made of today's files: those that it had, in the order
of their numbers, and a book that knows a position alone.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb
from tests.conftest import Database
from tests.migration.test_migrations import ALL, COMPILED, DATA, STEPS, _schema, _tables

from brightline.line import rulebook
from brightline.model.errors import Conflict
from brightline.store import changes, doctor, install, migrate, migrate_history
from brightline.store.server import Server
from brightline.store.sessions import connect

pytestmark = [pytest.mark.database, pytest.mark.slow]

FIRST = "0001 0002 0003 0004 0005 0006 0007 0010 0011 0012 0013 0014 0015 0016 0017 0018 0019"
# What main held, one line a state: numbers grew on branches side by side and came in any order.
RELEASES = {
    "before leads": FIRST.replace("0010 ", ""),
    "first": FIRST,
    "sessions": f"{FIRST} 0026",
    "bulk": f"{FIRST} 0024 0026",
    "rulebook": f"{FIRST} 0020 0021 0024 0026",
    "witnesses": f"{FIRST} 0020 0021 0024 0026 0027 0028",
    "restrictions": f"{FIRST} 0020 0021 0024 0026 0027 0028 0034",
    "misuse": f"{FIRST} 0020 0021 0024 0025 0026 0027 0028 0031 0034",
    "log classes": f"{FIRST} 0020 0021 0024 0025 0026 0027 0028 0029 0031 0032 0034",
    "reasons": f"{FIRST} 0020 0021 0022 0023 0024 0025 0026 0027 0028 0029 0031 0032 0034",
}
# The keys of the rulebook that the first release had; everything else came later.
OLD_KEYS = (
    "version",
    "bulk_threshold",
    "second_approver_above",
    "inquiry",
    "crossing",
    "retention",
    "categories",
    "caveats",
)


_OLD_BOOK = """CREATE SCHEMA store;
CREATE TABLE store.revision (version_num varchar(32) CONSTRAINT revision_pkc PRIMARY KEY)"""
_APPROVED = (
    "WITH decider AS (INSERT INTO line.account (name, verifier, kdf) VALUES ('decider', '', '{}') RETURNING id)"
    " UPDATE line.crossing SET state = 'approved', decided_by = decider.id, decided = clock_timestamp(),"
    " decision_reason = 'because', expires = clock_timestamp() + interval '30 days' FROM decider"
)


@contextmanager
def _empty(server: Server) -> Iterator[Server]:
    other = server.named(f"u_{uuid.uuid4().hex[:12]}")
    with connect(server.admin_dsn("postgres")) as conn:
        name = sql.Identifier(other.dbname)
        conn.execute(sql.SQL("CREATE DATABASE {} OWNER brightline_owner TEMPLATE template0").format(name))
        try:
            yield other
        finally:
            install.drop_database(conn, other.dbname)


@pytest.fixture
def former(server: Server) -> Iterator[Server]:
    with _empty(server) as other:
        yield other


@pytest.fixture
def installed(db: Database) -> Server:
    """A database of this version: what `up` makes of an empty one, copied."""
    return db.server


@pytest.fixture(scope="module")
def fresh_schema(server: Server) -> Iterator[str]:
    with _empty(server) as fresh:
        install.up(fresh)
        yield _schema(fresh.admin_dsn())


def _make(server: Server, numbers: list[str], *, rows: bool = True) -> None:
    """A database as the release with these migrations left it."""
    steps = {step.number: step for step in STEPS}
    with connect(server.admin_dsn()) as conn:
        for number in numbers:
            conn.execute(steps[number].up.read_bytes())
            data = DATA / f"{number}.sql"
            if rows and data.exists():
                conn.execute(data.read_bytes())
        conn.execute(_OLD_BOOK)
        conn.execute("INSERT INTO store.revision VALUES (%s)", (numbers[-1],))
        shipped = rulebook.shipped()
        old = {key: shipped[key] for key in OLD_KEYS if key in shipped}
        conn.execute("UPDATE line.state SET rulebook = %s, rulebook_hash = ''", (Jsonb(old),))
        if "0022" in numbers:
            conn.execute("UPDATE line.crossing SET before_review = true")
        conn.execute(f"{_APPROVED} WHERE number = 'X-2026-0001'")


@pytest.mark.parametrize("release", RELEASES)
def test_a_former_release_becomes_this_one_with_its_rows(fresh_schema: str, former: Server, release: str) -> None:
    numbers = RELEASES[release].split()
    _make(former, numbers)
    with connect(former.admin_dsn()) as conn:
        before = _tables(conn)
        report = install.up(former)
        assert report.migrated == tuple(step.number for step in ALL if step.number not in numbers)
        after = _tables(conn)
        lost = {
            name: (count, after.get(name))
            for name, count in before.items()
            if name not in COMPILED and after.get(name, -1) < count
        }
        assert not lost
        assert set(migrate.applied(conn)) == {step.name for step in ALL}
        assert not migrate.changed(conn, ALL)
        wrong = {check.name: check.detail for check in doctor.database_checks(conn, former, install.Sources())}
        assert wrong["store.migrations"].startswith("all")
        assert wrong["store.functions"] == "as it must be"
    assert _schema(former.admin_dsn()) == fresh_schema


def test_the_traces_tell_each_old_migration(former: Server) -> None:
    """Whatever was run leaves its trace, and nothing else does."""
    with connect(former.admin_dsn()) as conn:
        conn.execute(_OLD_BOOK)
        done: list[str] = []
        for step in (step for step in STEPS if step.number in migrate_history.TRACES):
            conn.execute(step.up.read_bytes())
            done.append(step.number)
            told = [one.number for one in migrate_history.seen(conn, STEPS)]
            # 0021 changed rows alone and came with 0020.
            assert told == done or (step.number == "0020" and told == [*done, "0021"])


def test_a_lower_number_that_comes_later_is_run(tmp_path: Path, former: Server) -> None:
    def step(name: str) -> None:
        (tmp_path / f"{name}.up.sql").write_text(f"CREATE SCHEMA s{name};")
        (tmp_path / f"{name}.down.sql").write_text(f"DROP SCHEMA s{name};")

    step("0001_a")
    step("0003_c")
    assert migrate.up(former.admin_dsn(), folder=tmp_path) == ("0001", "0003")
    step("0002_b")
    assert migrate.up(former.admin_dsn(), folder=tmp_path) == ("0002",)
    assert migrate.current(former.admin_dsn()) == "0003"
    assert migrate.down(former.admin_dsn(), folder=tmp_path, target="0001") == ("0003", "0002")


def test_an_older_release_is_told_that_the_database_is_newer(installed: Server) -> None:
    """It reads one number, and refuses one that it doesn't know."""
    with connect(installed.admin_dsn()) as conn:
        assert conn.execute("SELECT version_num FROM store.revision").fetchall() == [(ALL[-1].number,)]


def test_a_migration_whose_text_changed_is_refused_and_told(tmp_path: Path, former: Server) -> None:
    (tmp_path / "0001_a.up.sql").write_text("CREATE SCHEMA a;")
    (tmp_path / "0001_a.down.sql").write_text("DROP SCHEMA a;")
    migrate.up(former.admin_dsn(), folder=tmp_path)
    (tmp_path / "0001_a.up.sql").write_text("CREATE SCHEMA another;")
    with pytest.raises(Conflict, match="with another text") as refused:
        migrate.up(former.admin_dsn(), folder=tmp_path)
    assert refused.value.code == "migration_changed"


def test_a_version_that_fails_leaves_the_former_one_whole(tmp_path: Path, installed: Server) -> None:
    """Migrations, functions and grants are one transaction: what was there goes on to work."""
    room = tmp_path / "spoiled" / "sql"
    room.mkdir(parents=True)
    (room / "10_words.sql").write_text("SELECT nonsense;")
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in migrate.FOLDER.glob("*.sql"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "9999_next.up.sql").write_text(
        "CREATE SCHEMA next; DROP FUNCTION app.case_show(text, text, uuid, jsonb);"
    )
    (folder / "9999_next.down.sql").write_text("DROP SCHEMA next;")
    kept: list[str] = []
    before = _schema(installed.admin_dsn())
    broken = install.Sources(migrations=folder, rooms=(*install.ROOMS, room))
    with pytest.raises(Conflict, match="nonsense"):
        install.up(installed, sources=broken, before=lambda: kept.append("a copy"))
    assert kept == ["a copy"]
    assert _schema(installed.admin_dsn()) == before
    assert install.up(installed).migrated == ()


def _catalogue(conn: psycopg.Connection) -> list[tuple[object, ...]]:
    """When each function, policy and table was last written: a row made anew has another xmin."""
    return conn.execute(
        "SELECT 'f' || oid, xmin::text FROM pg_proc UNION ALL SELECT 'p' || oid, xmin::text FROM pg_policy"
        " UNION ALL SELECT 'c' || oid, xmin::text FROM pg_class UNION ALL SELECT 'a' || oid, xmin::text FROM pg_authid"
        " ORDER BY 1"
    ).fetchall()


def test_up_of_what_is_installed_defines_nothing_anew(former: Server) -> None:
    install.up(former)
    with connect(former.admin_dsn()) as conn:
        before = _catalogue(conn)
        report = install.up(former)
        assert report.functions == report.dropped == report.migrated == ()
        assert _catalogue(conn) == before


def test_up_defines_anew_what_changed_and_what_somebody_broke(tmp_path: Path, former: Server) -> None:
    install.up(former)
    room = tmp_path / "extra" / "sql"
    room.mkdir(parents=True)
    fields = (
        "act: view",
        "kind: query",
        "roles: any",
        "purposes: none",
        "inquiry: optional",
        "params: {}",
        "result: {}",
    )
    head = "".join(f"-- {field}\n" for field in fields)
    (room / "extra_look.sql").write_text(f"{head}BEGIN RETURN '{{}}'; END")
    more = install.Sources(rooms=(*install.ROOMS, room))
    assert install.up(former, sources=more).functions == ("extra_look",)
    assert [name.split("(")[0] for name in install.up(former).dropped] == ['"inner".extra_look', "app.extra_look"]
    with connect(former.admin_dsn()) as conn:
        conn.execute("GRANT SELECT ON content.aspect TO brightline_app")
        assert install.up(former).functions
        conn.execute("REVOKE SELECT ON content.aspect FROM brightline_app")
        conn.execute("DROP POLICY read ON content.aspect")
        assert install.up(former).functions
        assert conn.execute(
            "SELECT count(*) FROM pg_policy WHERE polrelid = 'content.aspect'::regclass"
        ).fetchone() != (0,)


def test_up_gives_way_to_people_at_work_and_tries_again(installed: Server) -> None:
    """Beside a transaction that holds a case's table, `up` waits and tries again, and the other is not ended."""
    with connect(installed.admin_dsn()) as conn:
        changes.forget(conn)
    holder = psycopg.connect(installed.admin_dsn())
    holder.execute("LOCK TABLE cases.case_file IN ROW SHARE MODE")
    said: list[str] = []
    timer = threading.Timer(7.0, holder.commit)
    timer.start()
    try:
        assert install.up(installed, say=said.append).functions
        assert any("trying again" in line for line in said)
        assert not holder.broken
    finally:
        timer.join()
        holder.close()
