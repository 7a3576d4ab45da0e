"""The PostgreSQL roles: each part of Brightline connects as one that can do its work and nothing else.

The application holds no right on any content table, only EXECUTE on fixed functions; the roles that own those
functions can't sign in. What other sessions do is hidden from all (`track_activities = off`), and no
parameter of theirs reaches the server's log.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from brightline.store.server import role_password


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role: its attributes, the roles it is a member of, and what it is for."""

    name: str
    purpose: str
    login: bool = True
    attributes: tuple[str, ...] = ()
    member_of: tuple[str, ...] = ()
    timeout_seconds: int = 0
    idle_seconds: int = 0


SERVING = ("brightline_app", "brightline_policy", "brightline_login", "brightline_overseer")
"""The logins that answer requests: a call of theirs is over in seconds, a transaction of minutes is nobody's work."""

ROLES: tuple[Role, ...] = (
    Role(name="brightline_owner", purpose="owns the database and the schema content; used by `up`", idle_seconds=3600),
    Role(
        name="brightline_line",
        purpose="owns schema line and the few functions that must see all",
        login=False,
        attributes=("BYPASSRLS",),
    ),
    Role(name="brightline_reader", purpose="owns the installed queries, under row-level security", login=False),
    Role(name="brightline_writer", purpose="owns the installed commands, under row-level security", login=False),
    Role(
        name="brightline_policy",
        purpose="alone writes visible sets and the rulebook's state",
        timeout_seconds=60,
        idle_seconds=60,
    ),
    Role(name="brightline_login", purpose="opens and closes sessions", timeout_seconds=10, idle_seconds=60),
    Role(
        name="brightline_app", purpose="calls the installed functions for people", timeout_seconds=30, idle_seconds=60
    ),
    # The keeper holds a source's row while it writes a Delta commit, which for millions of rows takes minutes.
    Role(name="brightline_worker", purpose="calls them by standing orders, runs jobs", idle_seconds=3600),
    # A COPY that waits for its next rows and a publication that runs for an hour are not idle.
    Role(name="brightline_feed", purpose="fills the stage tables and calls publish; reads nothing", idle_seconds=600),
    Role(
        name="brightline_sequencer",
        purpose="has entries moved from the write-ahead log into the ledger, and signs; reads no body, writes no entry",
        idle_seconds=600,
    ),
    # REPLICATION is the right to read everything that is written: so no login has it.
    Role(
        name="brightline_slot",
        purpose="owns the two functions that read and move the ledger's slot",
        login=False,
        attributes=("REPLICATION",),
    ),
    Role(
        name="brightline_overseer",
        purpose="reads the ledger's health, never content",
        timeout_seconds=60,
        idle_seconds=60,
    ),
    Role(
        name="brightline_backup",
        purpose="reads everything, for backups; its password belongs to whoever keeps the backups",
        attributes=("BYPASSRLS",),
        member_of=("pg_read_all_data",),
    ),
    # A member of the roles whose sessions it may see and end, which is what PostgreSQL asks for that, and of no other.
    Role(
        name="brightline_watch",
        purpose="owns the two functions that see and end transactions held open by the logins that serve people",
        login=False,
        member_of=SERVING,
    ),
)

NAMES: tuple[str, ...] = tuple(role.name for role in ROLES)
LOGINS: tuple[str, ...] = tuple(role.name for role in ROLES if role.login)

# What `ALTER ROLE … SET` states for every role. A setting beyond these is somebody's doing: doctor names it.
SETTINGS: dict[str, str] = {
    "track_activities": "off",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_duration": "off",
    "debug_print_plan": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "default_transaction_isolation": "read committed",
    "synchronous_commit": "on",
    "row_security": "on",
    "jit": "off",
    "TimeZone": "UTC",
}


def settings_of(role: Role) -> dict[str, str]:
    """The settings that this role is given: those of all, and its time limits."""
    limits = {}
    if role.timeout_seconds:
        limits["statement_timeout"] = f"{role.timeout_seconds}s"
    if role.idle_seconds:
        limits["idle_in_transaction_session_timeout"] = f"{role.idle_seconds}s"
    own = {"row_security": "off"} if role.name == "brightline_backup" else {}
    return {**SETTINGS, **limits, **own}


def make(conn: Connection[TupleRow], secrets: Path) -> None:
    """Make the roles that are missing and set the rights, settings and passwords of all. Idempotent."""
    # Roles belong to the whole server: two installers at once would meet in the same catalogue rows.
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(hashtext('brightline roles'))")
        present = {name for (name,) in conn.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in ROLES:
            if role.name not in present:
                conn.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role.name)))
            _set(conn, role, secrets)


def _set(conn: Connection[TupleRow], role: Role, secrets: Path) -> None:
    name = sql.Identifier(role.name)
    plain = {"SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS"}
    words = [word if word in role.attributes else f"NO{word}" for word in sorted(plain)]
    words += ["INHERIT", "LOGIN" if role.login else "NOLOGIN"]
    conn.execute(sql.SQL("ALTER ROLE {} WITH {}").format(name, sql.SQL(" ".join(words))))
    if role.login:
        # The verifier is computed here: the password itself never travels and can't be logged.
        password = role_password(secrets, role.name).encode()
        verifier = conn.pgconn.encrypt_password(password, role.name.encode(), b"scram-sha-256")
        conn.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(verifier.decode())))
    conn.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(name))
    for key, value in settings_of(role).items():
        conn.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(key), sql.Literal(value)))
    for other in role.member_of:
        conn.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(other), name))


def drop(conn: Connection[TupleRow]) -> None:
    """Drop every role of ours. Their objects must be gone."""
    for role in ROLES:
        conn.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role.name)))
