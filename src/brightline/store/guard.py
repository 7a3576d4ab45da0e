"""What PostgreSQL leaves open to everybody, closed: the revokes and marks that the line needs.

By default every role may read statistics that tell how much is hidden, sizes, other sessions' work, and may
make temporary tables, locks and messages. Each was a way around the line (tests/leak). These are grants on
catalogue objects, so they are given again at each `up`, after a restore and after a major upgrade.
"""

from __future__ import annotations

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from brightline.store.roles import LOGINS

# Under row-level security an index is used for these operators only when they are LEAKPROOF; COST 100 makes the
# planner run them after the policy, for they are polymorphic and can be made to fail on a hidden row.
LEAKPROOF = ("arrayoverlap", "arraycontains", "ts_match_vq", "similarity_op")
LEAKPROOF_COST = 100

# Views that tell about tables, indexes, sessions and rows that a role can't read itself.
VIEWS = (
    r"^pg_stat_activity$|^pg_stat_(all|sys|user|xact)|^pg_statio_|^pg_stats|^pg_sequences$|^pg_locks$"
    r"|^pg_prepared_|^pg_cursors$|^pg_stat_(replication|wal|slru|progress|subscription|ssl|gssapi|io)"
    r"|^pg_replication_slots$|^pg_stat_statements|^pg_backend_memory_contexts$|^pg_shmem_allocations"
)

FUNCTIONS = (
    r"^pg_stat_get_|^pg_stat_have_stats$|^pg_(database|relation|table|indexes|total_relation|tablespace|column)_size$"
    r"|^pg_export_snapshot$|^lo_|^lo(read|write)$|advisory|^pg_notify$|^pg_(terminate|cancel)_backend$"
    r"|^pg_sequence_last_value$|^pg_get_sequence_data$|^pg_logical_emit_message$|^pg_lock_status$|^pg_cursor$"
    r"|^pg_prepared_(statement|xact)$|^pg_relation_filenode$|^pg_relation_filepath$|^pg_blocking_pids$"
    r"|^pg_get_replication_slots$|^pg_log_standby_snapshot$|^pg_(create|copy|drop)_.*replication_slot$|^pg_logical_slot_"
    r"|^pg_replication_slot|^pg_replication_origin_|^pg_show_replication_origin_status$|^pg_sync_replication_slots$"
    r"|^pg_safe_snapshot_blocking_pids$|^pg_isolation_test_session_is_blocked$"
    # How far the whole server has come, in bytes written and in transactions, whoever made them.
    r"|^pg_current_wal_|^pg_last_wal_|^pg_last_xact_|^pg_control_|^pg_current_(snapshot|xact_id)|^txid_current|^pg_get_wal_"
)

# What is given back, and to whom alone. Each of these runs fixed code only, or is ours to run.
ADVISORY = ("brightline_line", "brightline_writer", "brightline_policy", "brightline_feed", "brightline_worker")
OWN_WORK = ("brightline_sequencer", "brightline_owner")
GRANTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("^pg_logical_emit_message$", ("brightline_line",)),
    ("advisory", (*ADVISORY, *OWN_WORK)),
    (
        "^pg_notify$",
        (
            "brightline_line",
            "brightline_writer",
            "brightline_worker",
            "brightline_feed",
            "brightline_owner",
            "brightline_sequencer",
        ),
    ),
    ("_size$", ("brightline_owner", "brightline_backup")),
    # How large a call's own parameters are; nobody who signs in is among these.
    ("^pg_column_size$", ("brightline_line", "brightline_reader", "brightline_writer")),
    ("^pg_export_snapshot$", ("brightline_backup",)),
    # Whether the ledger's slot is there: ledger.health() says so to everybody else.
    ("^pg_get_replication_slots$", ("brightline_line",)),
    # The slot is read and moved by two functions of this role alone, which can't sign in (ledger/sql/10_slot.sql).
    ("^pg_logical_slot_peek_binary_changes$", ("brightline_slot",)),
    ("^pg_replication_slot_advance$", ("brightline_slot",)),
    # An attempt is compared in another transaction than the one that wrote it down (line/sql/21_attempts.sql).
    (r"^pg_current_xact_id$", ("brightline_line",)),
    # Who holds a transaction open, and ending it: of the logins that serve people alone (line/sql/95_watch.sql).
    ("^pg_stat_get_activity$", ("brightline_watch",)),
    ("^pg_lock_status$", ("brightline_watch",)),
    ("^pg_terminate_backend$", ("brightline_watch",)),
    # Lets decoding start further on; see ledger.advance.
    ("^pg_log_standby_snapshot$", ("brightline_line",)),
    ("^pg_get_sequence_data$", ("brightline_backup",)),
    ("^pg_sequence_last_value$", ("brightline_backup",)),
    # How far the log is behind, and which server it is of.
    ("^pg_current_wal_(lsn|flush_lsn)$", ("brightline_sequencer", "brightline_line", "brightline_owner")),
    ("^pg_(control_system|current_xact_id_if_assigned)$", ("brightline_line",)),
)
# A session may have the planner print its trees (debug_print_plan) and have them sent to itself: those of the
# statements inside a function, too, with estimates and constants that its owner alone may know. These are in force
# while a function runs, whatever the session has set; errors still come through. And a day is a day of UTC, lest an
# authority that ended yesterday be in force in a time zone of the caller's making.
FIXED: tuple[tuple[str, str], ...] = (
    ("client_min_messages", "error"),
    ("debug_print_parse", "off"),
    ("debug_print_rewritten", "off"),
    ("debug_print_plan", "off"),
    ("TimeZone", "UTC"),
    # A search thinned by its own session would answer less than there is, and enter that it had answered; the other two
    # fail closed by themselves, and are stated lest that be all that holds.
    ("gin_fuzzy_search_limit", "0"),
    ("row_security", "on"),
    ("standard_conforming_strings", "on"),
)
HIDDEN_COLUMNS = ("reltuples", "relpages", "relallvisible", "relallfrozen", "relfrozenxid", "relminmxid")


def close_catalogue(conn: Connection[TupleRow]) -> None:
    """Take from PUBLIC what ATTACKS of section G used; give back to single roles what they work with."""
    for (view,) in conn.execute(
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace IN "
        "('pg_catalog'::regnamespace) AND c.relkind = 'v' AND c.relname ~ %s",
        (VIEWS,),
    ).fetchall():
        conn.execute(f"REVOKE ALL ON {view} FROM PUBLIC")
    _revoke_functions(conn)
    for pattern, receivers in GRANTS:
        _grant_functions(conn, pattern, receivers)
    # How many transactions there were since a table was frozen; the function of the same name for dates stays.
    conn.execute("REVOKE ALL ON FUNCTION pg_catalog.age(xid), pg_catalog.mxid_age(xid) FROM PUBLIC")
    conn.execute("REVOKE ALL ON pg_catalog.pg_db_role_setting FROM PUBLIC")
    conn.execute("GRANT SELECT ON pg_catalog.pg_db_role_setting TO brightline_owner, brightline_backup")
    _close_languages(conn)
    _hide_sizes(conn)


def _revoke_functions(conn: Connection[TupleRow]) -> None:
    conn.execute(f"REVOKE ALL ON FUNCTION {', '.join(_functions(conn, FUNCTIONS))} FROM PUBLIC")


def _grant_functions(conn: Connection[TupleRow], pattern: str, receivers: tuple[str, ...]) -> None:
    if found := _functions(conn, FUNCTIONS, pattern):
        conn.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(found)} TO {', '.join(receivers)}")


def _functions(conn: Connection[TupleRow], *patterns: str) -> list[str]:
    """PostgreSQL's own functions whose names fit all patterns."""
    rows = conn.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p "
        "WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.proname ~ ALL (%s) ORDER BY 1",
        (list(patterns),),
    ).fetchall()
    return [str(name) for (name,) in rows]


def _close_languages(conn: Connection[TupleRow]) -> None:
    # Without USAGE nobody makes functions or runs DO blocks; functions that exist are executed all the same.
    conn.execute("REVOKE USAGE ON LANGUAGE plpgsql, sql FROM PUBLIC")
    conn.execute("GRANT USAGE ON LANGUAGE plpgsql, sql TO brightline_owner, brightline_line")


def _hide_sizes(conn: Connection[TupleRow]) -> None:
    columns = conn.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'pg_class'::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attname <> ALL (%s)",
        (list(HIDDEN_COLUMNS),),
    ).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in columns)
    conn.execute("REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC")
    conn.execute(sql.SQL("GRANT SELECT ({}) ON pg_catalog.pg_class TO PUBLIC").format(names))
    conn.execute("GRANT SELECT ON pg_catalog.pg_class TO brightline_owner, brightline_backup")


def close_database(conn: Connection[TupleRow], dbname: str) -> None:
    """Rights on the database itself. A clone of a template doesn't inherit them."""
    name = sql.Identifier(dbname)
    conn.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    logins = sql.SQL(", ").join(sql.Identifier(role) for role in LOGINS)
    conn.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, logins))


def fix_settings(conn: Connection[TupleRow]) -> None:
    """FIXED on each definer function that a login may call. Made anew, a function has lost it, so at each `up`."""
    rows = conn.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.prosecdef AND n.nspname !~ '^pg_' AND EXISTS (SELECT FROM pg_roles r WHERE r.rolname = ANY (%s) "
        "AND has_function_privilege(r.oid, p.oid, 'EXECUTE')) ORDER BY 1",
        (list(LOGINS),),
    ).fetchall()
    settings = " ".join(f"SET {name} = '{value}'" for name, value in FIXED)
    for (function,) in rows:
        conn.execute(f"ALTER FUNCTION {function} {settings}")


def mark_leakproof(conn: Connection[TupleRow]) -> None:
    """LEAKPROOF and COST 100 on the operators that searches under row-level security need. Dumps lose them."""
    for function in leakproof_functions(conn):
        conn.execute(f"ALTER FUNCTION {function} LEAKPROOF COST {LEAKPROOF_COST}")


def leakproof_functions(conn: Connection[TupleRow]) -> list[str]:
    """The functions in question, wherever their extension was put."""
    rows = conn.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.proname = ANY (%s) AND (n.nspname = 'pg_catalog' OR EXISTS (SELECT FROM pg_depend d "
        "WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')) ORDER BY 1",
        (list(LEAKPROOF),),
    ).fetchall()
    return [str(name) for (name,) in rows]
