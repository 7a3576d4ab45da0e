"""`brightline doctor`: is the installation whole, are the rights as they must be, is the ledger kept?

Every check is a statement that holds or doesn't, with what is so and what to do. Severity `error` counts;
`warning` is told and doesn't. Nothing is changed and no content is read.
"""

from __future__ import annotations

import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from brightline.box import probing
from brightline.model.errors import BrightlineError
from brightline.store import catalogue, embedded, factors, headers, install, migrate, requirements
from brightline.store.home import Home
from brightline.store.server import Server
from brightline.store.sessions import connect

Severity = Literal["error", "warning"]
LEAST_FREE_BYTES = 2 << 30
LARGEST_LAG_BYTES = 64 << 20
HELD_SECONDS = 3.0
# What each must be; another value loses entries, or writes words that somebody searched for into a log.
WANTED_SETTINGS: dict[str, str] = {
    "fsync": "on",
    "full_page_writes": "on",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_min_duration_statement": "-1",
    "password_encryption": "scram-sha-256",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One statement about the installation."""

    name: str
    severity: Severity
    ok: bool
    detail: str

    def json(self) -> dict[str, object]:
        """The form of `brightline doctor --json`."""
        return asdict(self)


def healthy(checks: tuple[Check, ...]) -> bool:
    """Whether nothing of severity `error` is wrong."""
    return all(check.ok or check.severity == "warning" for check in checks)


def examine(
    home: Home, server: Server, *, sources: install.Sources | None = None, partial_box: bool = False
) -> tuple[Check, ...]:
    """Run every check. A server that doesn't answer is one failed check, not an error."""
    found = [*home_checks(home), disk_check(home, server), box_check(partial_box)]
    try:
        with _admin(server) as conn:
            found += list(database_checks(conn, server, sources or install.Sources()))
    except BrightlineError as error:
        found.append(_check("server.answers", False, f"{error.detail} {error.hint}"))
    return tuple(found)


@contextmanager
def _admin(server: Server) -> Iterator[Connection[TupleRow]]:
    with connect(server.admin_dsn()) as conn:
        yield conn


def _check(name: str, ok: bool, detail: str, severity: Severity = "error") -> Check:
    return Check(name=name, severity=severity, ok=ok, detail=detail)


def home_checks(home: Home) -> Iterator[Check]:
    """The folder of secrets and each secret: readable by their owner only."""
    if not home.path.is_dir():
        yield _check("home.exists", False, f"{home.path} isn't there. Run `brightline up` or `brightline init`.")
        return
    yield _check("home.exists", True, str(home.path))
    folder = home.path / "secrets"
    open_to_others = [
        str(path)
        for path in (folder, *sorted(folder.glob("*")))
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    detail = f"Others can read {', '.join(open_to_others)}. chmod go= them." if open_to_others else "0700, files 0600"
    yield _check("home.secrets", not open_to_others, detail)


def disk_check(home: Home, server: Server) -> Check:
    """A full disk makes every act fail, for its entry can't be written."""
    place = home.path
    if server.embedded and embedded.cluster_of(home).folder.exists():
        place = embedded.cluster_of(home).folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return _check("disk.free", free >= LEAST_FREE_BYTES, f"{free / 2**30:.1f} GB free at {place}", "warning")


def box_check(partial: bool = False) -> Check:
    """Whether what strangers sent can be read without danger here, as the user who asks."""
    found = probing.probe()
    if found.whole:
        return _check("box.closed", True, found.words())
    then = "It is read all the same (BRIGHTLINE_BOX=partial)." if partial else "Documents and crawl feeds aren't read."
    return _check("box.closed", False, f"{found.words()} {then}", "warning" if partial else "error")


def database_checks(conn: Connection[TupleRow], server: Server, sources: install.Sources) -> Iterator[Check]:
    """Everything that the database can be asked."""
    version = conn.info.server_version
    yield _check("server.answers", True, f"PostgreSQL {version // 10000}.{version % 10000}")
    yield _list("server.fit", [f"{detail} {hint}" for detail, hint in requirements.problems(conn)])
    yield _list("server.settings", _wrong_settings(conn))
    if not _is_superuser(conn):
        return
    yield _migrations_check(conn, sources)
    yield _list("store.functions", _wrong_functions(conn, sources))
    yield _list("roles.attributes", list(catalogue.role_offences(conn)))
    yield _list("roles.settings", list(catalogue.setting_offences(conn)))
    for rule in catalogue.RULES:
        yield _list(rule.name, list(rule.offences(conn)), why=rule.why)
    yield from slot_checks(conn)
    yield held_check(conn)
    yield promised_check(conn)
    yield _list(
        "worker.schedules", stray_schedules(conn), why="what the clock does here is known, each under somebody's order"
    )
    told = factors.trouble(conn, server.secrets)
    yield _check("factors.key", told is None, told or "opens the authenticators' secrets")


def promised_check(conn: Connection[TupleRow]) -> Check:
    """Runs, exports and schedules that somebody was promised and that are longer undone than they should be."""
    if conn.execute("SELECT to_regprocedure('line.promised()')").fetchone() == (None,):
        return _check("worker.promises", True, "not installed yet", "warning")
    late = conn.execute("SELECT kind, of, why FROM line.promised() WHERE late").fetchall()
    said = "; ".join(f"{kind} of {of}: {why}" for kind, of, why in late[:5])
    detail = f"{len(late)} late: {said}. Is the worker running? See brightline status and its log."
    return _check("worker.promises", not late, detail if late else "nothing that was promised is late", "warning")


def stray_schedules(conn: Connection[TupleRow]) -> list[str]:
    """What would be done by a clock that nobody here set: schedules without a feed or an order, and other clocks."""
    rows = conn.execute(
        "SELECT format('%%s has a background process of another program: %%s', COALESCE(datname, 'the server'),"
        " backend_type) FROM pg_stat_activity WHERE backend_type <> ALL (%s)"
        " AND (datname IS NULL OR datname = current_database())",
        (list(_OWN_PROCESSES),),
    ).fetchall()
    found = [str(text) for (text,) in rows]
    for table, job in (("cron.job", "command"), ("pgagent.pga_job", "jobname"), ("timetable.chain", "chain_name")):
        if conn.execute("SELECT to_regclass(%s)", (table,)).fetchone() != (None,):
            place, column = sql.Identifier(*table.split(".")), sql.Identifier(job)
            jobs = conn.execute(sql.SQL("SELECT {}::text FROM {}").format(column, place)).fetchall()
            found += [f"{table} holds a job: {text[:80]}" for (text,) in jobs] or [f"{table} is a clock of its own"]
    if conn.execute("SELECT to_regprocedure('line.warehouse_order_fault(uuid)')").fetchone() != (None,):
        found += [str(text) for (text,) in conn.execute(_UNHELD).fetchall()]
    return found


_OWN_PROCESSES = (
    "client backend",
    "autovacuum launcher",
    "autovacuum worker",
    "logical replication launcher",
    "logical replication worker",
    "logical replication apply worker",
    "logical replication tablesync worker",
    "logical replication parallel worker",
    "slotsync worker",
    "parallel worker",
    "background writer",
    "checkpointer",
    "walwriter",
    "walsender",
    "walreceiver",
    "walsummarizer",
    "archiver",
    "startup",
    "standalone backend",
    "io worker",
)
_UNHELD = """
SELECT format('the schedule %s refreshes %s, and there is no such feed', s.name, s.target) FROM warehouse.schedule s
  WHERE s.kind = 'feed' AND s.state = 'active' AND NOT EXISTS (SELECT FROM feed.feed f WHERE f.name = s.target)
UNION ALL SELECT format('the schedule %s is active without an order: %s', s.name,
    line.warehouse_order_fault(s.standing_order))
  FROM warehouse.schedule s WHERE s.state = 'active' AND line.warehouse_order_fault(s.standing_order) IS NOT NULL
    AND s.next_run < clock_timestamp() - interval '10 minutes'
ORDER BY 1
"""


def held_check(conn: Connection[TupleRow], seconds: float = HELD_SECONDS) -> Check:
    """Transactions that wait for their client for longer than `seconds`, of logins whose calls are over in less.

    When one began the server doesn't tell, so that two looks are taken where the first finds any.
    """
    held = _held(conn)
    if held:
        time.sleep(seconds)
        held = [one for one in _held(conn) if one in held]
    said = ", ".join(f"{role} (process {pid})" for pid, role, _ in held[:5])
    detail = (
        f"{said}: open and idle for over {seconds:g} s. VACUUM and old write-ahead log wait for it. The worker ends it "
        "after five minutes; look who has that login's password."
    )
    return _check("server.transactions", not held, detail if held else "none is held open", "warning")


def _held(conn: Connection[TupleRow]) -> list[TupleRow]:
    if conn.execute("SELECT to_regprocedure('line.held_transactions()')").fetchone() == (None,):
        return []
    return conn.execute("SELECT pid, role, transaction FROM line.held_transactions() WHERE waits").fetchall()


def slot_checks(conn: Connection[TupleRow]) -> Iterator[Check]:
    """The slot that keeps the entries until the sequencer has them: there, safe, not far behind."""
    slot = install.slot_name(conn.info.dbname)
    row = conn.execute(
        "SELECT wal_status, plugin, pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint, failover "
        "FROM pg_replication_slots WHERE slot_name = %s",
        (slot,),
    ).fetchone()
    if row is None:
        known = install.knew_a_slot(conn)
        way = "brightline ledger renew --reason … makes it anew and says so in the log" if known else "brightline up"
        yield _check("ledger.slot", False, f"The slot {slot} is missing: entries aren't kept. {way}.")
        yield from others_checks(conn)
        return
    state, plugin, lag, carried = row
    kept = state in {"reserved", "extended"} and plugin == install.PLUGIN
    yield _check("ledger.slot", kept, f"{slot}: {state}, {plugin}")
    detail = (
        f"{slot} was made without failover, so no standby takes the log over. Run `brightline up`: no entry is lost."
    )
    yield _check("ledger.failover", carried, "a standby can take it over" if carried else detail, "warning")
    near = lag <= LARGEST_LAG_BYTES
    detail = f"{lag / 2**20:.1f} MB of the write-ahead log aren't in the ledger yet."
    yield _check("ledger.lag", near, detail if near else f"{detail} Is the worker running?", "warning")
    yield _list(
        "ledger.strays", strays(conn), why="whoever reads a slot reads everything that is written, without an entry"
    )
    yield from others_checks(conn)
    found = conn.execute("SELECT 1 FROM pg_publication WHERE pubname = %s", (install.PUBLICATION,)).fetchone()
    yield _check("ledger.publication", found is not None, install.PUBLICATION)


def strays(conn: Connection[TupleRow]) -> list[str]:
    """Slots, walsenders, publications and roles by which more than the log could be read, or the disk be filled."""
    names = {"slot": install.slot_name(conn.info.dbname), "publication": install.PUBLICATION}
    rows = conn.execute(
        # A standby's slot is named in synchronized_standby_slots; other databases of a shared server have their own.
        "SELECT format('the slot %%s of %%s isn''t ours', slot_name, COALESCE(plugin, 'a standby'))"
        " FROM pg_replication_slots WHERE (database = current_database() AND slot_name <> %(slot)s)"
        " OR (slot_type = 'physical' AND NOT slot_name = ANY"
        " (regexp_split_to_array(current_setting('synchronized_standby_slots'), '[, ]+')))"
        " UNION ALL SELECT format('the publication %%s isn''t ours', pubname) FROM pg_publication"
        " WHERE pubname <> %(publication)s OR puballtables"
        " UNION ALL SELECT format('%%s is published', prrelid::regclass) FROM pg_publication_rel"
        " UNION ALL SELECT format('the schema %%s is published', pnnspid::regnamespace) FROM pg_publication_namespace"
        " UNION ALL SELECT format('%%s streams the write-ahead log (process %%s)', a.usename, a.pid)"
        " FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid "
        " WHERE a.backend_type = 'walsender' AND NOT r.rolsuper"
        " UNION ALL SELECT format('%%s may replicate and sign in', rolname) FROM pg_roles"
        " WHERE rolreplication AND rolcanlogin AND NOT rolsuper AND rolname LIKE 'brightline\\_%%' ORDER BY 1",
        names,
    ).fetchall()
    return [str(text) for (text,) in rows]


def others_checks(conn: Connection[TupleRow]) -> Iterator[Check]:
    """What others say of the log: each witness's last cosigned size, the quorum, the time-stamp, the log's alarms."""
    row = conn.execute("SELECT ledger.health()").fetchone()
    told: dict[str, Any] = row[0] if row else {}
    newest = told.get("checkpoint_size") or 0
    for witness in told["witnesses"]:
        fault = f"; {witness['fault']}" if witness["fault"] else ""
        detail = f"cosigned {witness['size']} of {newest} entries, last at {witness['at'] or 'no time'}{fault}"
        grave: Severity = "error" if witness["grave"] else "warning"
        yield _check(f"ledger.witness {witness['name']}", not witness["fault"], detail, grave)
    if not told["witnesses"]:
        detail = "Nobody outside witnesses the log: only who kept a checkpoint can see that it was rewritten."
        yield _check("ledger.witnesses", False, detail, "warning")
    elif told["quorum"]:
        seen = told["witnessed"] or 0
        detail = f"{told['quorum']} of {len(told['witnesses'])} cosigned {seen} of {newest} entries"
        yield _check("ledger.quorum", seen == newest, detail, "warning")
    if told["stamping"] or told["stamped"]:
        detail = told["stamping"] or f"{told['stamped']} entries at {told['stamped_at']}"
        yield _check("ledger.timestamp", not told["stamping"], detail, "warning")
    failing = told["failing"]
    stops = (
        "" if told["stopped"] or not failing or not told["stops_at"] else f" Acts are refused from {told['stops_at']}."
    )
    detail = f"{'; '.join(failing)}.{stops}" if failing else f"last turn {told['seen'] or 'never'}"
    yield _check("ledger.alive", not failing, detail)
    alarms = "; ".join(each for each in told["alarms"] if each not in failing)
    yield _check("ledger.alarms", not alarms, f"{alarms}." if alarms else "none", "warning")


def _list(name: str, offences: list[str], *, why: str = "") -> Check:
    if not offences:
        return _check(name, True, "as it must be")
    shown = "; ".join(offences[:5]) + (f"; and {len(offences) - 5} more" if len(offences) > 5 else "")
    return _check(name, False, f"{shown}. {why[:1].upper()}{why[1:]}".strip().rstrip(".") + ".")


def _wrong_settings(conn: Connection[TupleRow]) -> list[str]:
    rows = conn.execute(
        "SELECT name, COALESCE(reset_val, setting) FROM pg_settings WHERE name = ANY (%s)", (list(WANTED_SETTINGS),)
    ).fetchall()
    return [f"{name} is {value}, not {WANTED_SETTINGS[name]}" for name, value in rows if value != WANTED_SETTINGS[name]]


def _is_superuser(conn: Connection[TupleRow]) -> bool:
    row = conn.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _migrations_check(conn: Connection[TupleRow], sources: install.Sources) -> Check:
    steps = migrate.migrations(sources.migrations)
    there = migrate.applied(conn)
    lacking = [step.name for step in steps if step.name not in there]
    strange = sorted(set(there) - {step.name for step in steps})
    said = [f"{name} wasn't run: run `brightline up`" for name in lacking]
    said += [f"{name} is of a newer version: install that" for name in strange]
    said += [f"{name} was run with another text than this version has" for name in migrate.changed(conn, steps)]
    last = max((name[:4] for name in there), default="none")
    return _list("store.migrations", said) if said else _check("store.migrations", True, f"all, to {last}")


def _wrong_functions(conn: Connection[TupleRow], sources: install.Sources) -> list[str]:
    wanted = {function.name for function in headers.read_rooms(sources.rooms)}
    rows = conn.execute(
        "SELECT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname IN ('app', 'inner')"
    ).fetchall()
    said = []
    for schema in ("app", "inner"):
        present = {name for found, name in rows if found == schema}
        said += [f"{schema}.{name} is missing; run `brightline up`" for name in sorted(wanted - present)]
        said += [f"{schema}.{name} isn't ours" for name in sorted(present - wanted)]
    return said
