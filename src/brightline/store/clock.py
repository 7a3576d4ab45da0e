"""The clock of a demo, which goes through its past while it is loaded; no other installation has one.

Every installed function and column default asks PostgreSQL for the time, as it stands in the files. In a demo, and only
while its log is empty, `begin` writes those definitions anew with `line.moment()` in that place, and `end` writes back
what stood there. So a real installation has no function, no grant and no row by which its clock could be
moved, and asks for the time at no greater cost. What runs by real time goes on by it: the log's own turns, its
checkpoints, the queue of the worker.

The first entry of the log says that this is a demo and from when on its entries are invented; so do `doctor`, `/health`
and every page's foot (`line.demo_told`).
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from brightline.model.errors import Conflict
from brightline.store import roles

# Where time is real time: the log's turns and what is told of them, the queue, extensions.
_REAL_SCHEMAS = ("ledger", "jobs", "procrastinate", "ext", "public", "store", "information_schema")
_REAL_FUNCTIONS = ("line.log_pulse()",)
_ASKS = re.compile(r"(?:\bpg_catalog\.)?\bclock_timestamp\(\)|\bcurrent_date\b", re.IGNORECASE)
_SAID = (
    "Demo: the clock of this log is moved while its past is made; the organisation and all that happens are invented."
)
_OVER = "Demo: its past is made. From here on the log goes by the real time, and nothing can move it any more."
_MAKE = """
CREATE TABLE line.clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), behind interval NOT NULL);
ALTER TABLE line.clock OWNER TO brightline_line;
CREATE TABLE line.clock_before (n integer PRIMARY KEY, statement text NOT NULL);
CREATE FUNCTION line.moment() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN pg_catalog.clock_timestamp() - (SELECT c.behind FROM line.clock c);
ALTER FUNCTION line.moment() OWNER TO brightline_line;
CREATE FUNCTION line.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN ((pg_catalog.clock_timestamp() - (SELECT c.behind FROM line.clock c)) AT TIME ZONE 'UTC')::date;
ALTER FUNCTION line.today() OWNER TO brightline_line;
REVOKE ALL ON FUNCTION line.moment(), line.today() FROM PUBLIC;
"""
_UNMAKE = "DROP FUNCTION line.moment(); DROP FUNCTION line.today(); DROP TABLE line.clock; DROP TABLE line.clock_before"
_FUNCTIONS = """
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> ALL (%s) AND p.prokind = 'f' AND p.oid <> ALL (%s::regprocedure[])
ORDER BY 1"""
_DEFAULTS = """
SELECT n.nspname, c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum JOIN pg_class c ON c.oid = d.adrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> ALL (%s) ORDER BY 1, 2, 3"""
_POLICIES = """
SELECT n.nspname, c.relname, p.polname, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> ALL (%s) ORDER BY 1, 2, 3"""
_PATIENCE, _TRIES, _PAUSE = "2s", 15, 0.5


def stands(conn: Connection[TupleRow]) -> bool:
    """Whether this database's clock is a demo's that can still be moved."""
    return conn.execute("SELECT to_regprocedure('line.moment()') IS NOT NULL").fetchone() == (True,)


def begin(conn: Connection[TupleRow], since: datetime, who: str) -> None:
    """Set the clock of a log without entries to `since`, and say so in its first one. Conflict for any other log."""
    with conn.transaction():
        _only_in_an_empty_log(conn)
        conn.execute(_MAKE)
        conn.execute("INSERT INTO line.clock (behind) SELECT clock_timestamp() - %s", (since,))
        _let_everybody_ask(conn)
        for n, (now, moved) in enumerate(_pairs(conn)):
            conn.execute("INSERT INTO line.clock_before VALUES (%s, %s)", (n, now))
            conn.execute(moved.encode())
        conn.execute("INSERT INTO line.demo (since) VALUES (%s)", (since,))
        _tell(conn, who, _SAID, {"from": since.isoformat()})


def go(conn: Connection[TupleRow], to: datetime) -> None:
    """Let the clock go forward to this moment; a moment that has passed changes nothing. It never goes beyond now."""
    conn.execute(
        "UPDATE line.clock c SET behind = GREATEST(LEAST(c.behind, clock_timestamp() - %s), interval '0')", (to,)
    )


def moment(conn: Connection[TupleRow]) -> datetime:
    """What the clock says."""
    row = conn.execute("SELECT line.moment()").fetchone() if stands(conn) else None
    found: datetime = row[0] if row else datetime.now(UTC)
    return found


def end(conn: Connection[TupleRow], who: str) -> None:
    """Write back what stood in the definitions and forget the clock: from here on time is time, for good."""
    for tried in range(_TRIES):
        try:
            with conn.transaction():
                conn.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(_PATIENCE)))
                _restore(conn, who)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.InternalError_):
            if tried == _TRIES - 1:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _restore(conn: Connection[TupleRow], who: str) -> None:
    until = moment(conn)
    for (statement,) in conn.execute("SELECT statement FROM line.clock_before ORDER BY n").fetchall():
        conn.execute(statement.encode())
    conn.execute(_UNMAKE)
    conn.execute("UPDATE line.demo d SET until = %s", (until,))
    _tell(conn, who, _OVER, {"to": until.isoformat()})


def _only_in_an_empty_log(conn: Connection[TupleRow]) -> None:
    empty = conn.execute(
        "SELECT s.size = 0 AND NOT EXISTS (SELECT FROM ledger.entry) AND NOT EXISTS (SELECT FROM line.account)"
        " AND l.rulebook = '{}' AND NOT EXISTS (SELECT FROM line.demo) FROM ledger.state s, line.state l"
    ).fetchone()
    if not (empty and empty[0]):
        raise Conflict(
            "This log has entries, so its clock is the real one.",
            hint="Only a new demo's clock can be moved: brightline demo --reset.",
            code="clock",
        )


def _let_everybody_ask(conn: Connection[TupleRow]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(name) for name in roles.NAMES)
    conn.execute(sql.SQL("GRANT EXECUTE ON FUNCTION line.moment(), line.today() TO {}").format(names))


def _pairs(conn: Connection[TupleRow]) -> list[tuple[str, str]]:
    """Each definition that asks for the time: the statement that makes it, and the one with the demo's clock."""
    real = list(_REAL_SCHEMAS)
    ours = [*_REAL_FUNCTIONS, "line.moment()", "line.today()"]
    found = [text for _, text in conn.execute(_FUNCTIONS, (real, ours)).fetchall()]
    for schema, table, column, told in conn.execute(_DEFAULTS, (real,)).fetchall():
        place = sql.Identifier(schema, table).as_string(conn), sql.Identifier(column).as_string(conn)
        found.append(f"ALTER TABLE {place[0]} ALTER COLUMN {place[1]} SET DEFAULT {told}")
    for schema, table, name, using, check in conn.execute(_POLICIES, (real,)).fetchall():
        told = f" USING ({using})" * bool(using) + f" WITH CHECK ({check})" * bool(check)
        table = sql.Identifier(schema, table).as_string(conn)
        found.append(f"ALTER POLICY {sql.Identifier(name).as_string(conn)} ON {table}{told}")
    return [(text, _ASKS.sub(_moved, text)) for text in found if _ASKS.search(text)]


def _moved(found: re.Match[str]) -> str:
    return "line.moment()" if found[0].endswith(")") else "line.today()"


def _tell(conn: Connection[TupleRow], who: str, why: str, more: dict[str, str]) -> None:
    """An entry at the time that the demo's clock says, since it stands among such."""
    conn.execute(
        "SELECT line.emit(gen_random_uuid(), jsonb_build_object('time', line.stamp(%s), 'act', 'setting',"
        " 'name', 'demo_clock', 'outcome', 'ok', 'demo', %s::text), %s, false, true)",
        (moment(conn), why, Jsonb({"by": who, "reason": why, **more})),
    )
