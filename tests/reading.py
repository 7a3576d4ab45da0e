"""Tests decide and change things as a client does that has just read them: the revision an act names is found here.

Which acts need one says the header of the installed function (`-- seen:`). A test that isn't about revisions need not
think of them:

    gate.run(call, "case_approve", {…})               `call.seen` is None: the current revision is filled in
    client.post("/cases/C-2026-0001/approve", …)      the door's clients send `X-Seen: now`, which means the same

A test about them names its own, `replace(call, seen=revision)` or `headers={"X-Seen": revision}`; `UNREAD` as either
brings none at all. What isn't a test's own client (the command line, the demo, the worker) gets nothing from here.
"""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from brightline.gate import Answer, Call, Gate
from brightline.store.embedded import SUPERUSER
from brightline.store.headers import Installed
from brightline.store.install import ROOMS, read_rooms
from brightline.store.server import Server

NOW = "now"
UNREAD = ""
_servers: list[Server] = []
_quiet: set[tuple[str, int, str]] = set()
_lent: dict[str, psycopg.Connection[Any]] = {}
_lending = threading.Lock()
_run = Gate.run
# The line's own word for "no", without its entry where a test looks: looking is no act, and leaves none.
_QUIET = "IF current_setting('tests.looks', true) = 'on' THEN RAISE EXCEPTION '%', code; END IF;"
_CONTEXT = """SELECT jsonb_populate_record(NULL::line.context, jsonb_strip_nulls(jsonb_build_object(
    'entry', gen_random_uuid(), 'at', clock_timestamp(), 'call', 'command', 'name', %(name)s::text,
    'act', %(act)s::text,
    'account', a.id, 'account_name', a.name, 'params', %(params)s::jsonb, 'inquiry', %(inquiry)s::uuid, 'roles',
    ARRAY(SELECT DISTINCT g.role FROM line.role_grant g WHERE g.account = a.id AND line.accounts_live(g)),
    'purpose', q.id, 'purpose_key', q.key, 'kind', q.kind, 'unit', q.unit, 'authority', q.authority,
    'case_id', q.case_id, 'regime', u.regime)))::text
  FROM line.session s JOIN line.account a ON a.id = s.account
  LEFT JOIN line.purpose q ON q.key = %(purpose)s LEFT JOIN line.authority u ON u.code = q.authority
  WHERE s.token_hash = %(token)s"""


def install() -> None:
    """Let every gate of this process fill in what a test leaves open."""
    Gate.run = _run_as_read  # type: ignore[method-assign]


def known(server: Server) -> None:
    """A server of the tests: how its superuser gets in."""
    _servers.append(server)


def forget() -> None:
    """Close what was kept."""
    while _lent:
        _lent.popitem()[1].close()


def revision(db: psycopg.Connection[Any], call: Call, name: str, params: Mapping[str, Any]) -> str | None:
    """The revision that this act would have to name now; None where there is nothing that its caller could have read.

    `db` is a superuser's connection, and nothing stays of what is done over it.
    """
    function = _functions()[name]
    _made_quiet(db)
    with db.transaction(force_rollback=True):
        db.execute("RESET ROLE; SET LOCAL tests.looks = 'on'; SET LOCAL lock_timeout = '3s'")
        try:
            found = db.execute(_CONTEXT, _facts(function, call, params)).fetchone()
            return _read(db, function, found[0], params) if found else None
        except psycopg.Error:
            return None


def _made_quiet(db: psycopg.Connection[Any]) -> None:
    """Once for a database: `line.say_no` as it is installed, but for one line that heeds a setting of these tests."""
    place = (db.info.host, db.info.port, db.info.dbname)
    if place in _quiet:
        return
    with db.transaction():
        db.execute("RESET ROLE; SELECT pg_advisory_xact_lock(8204712)")
        row = db.execute(
            "SELECT pg_get_functiondef('line.say_no(line.context,text,text,text,text)'::regprocedure)"
        ).fetchone()
        assert row
        if _QUIET not in row[0]:
            head, begin, rest = row[0].partition("BEGIN\n")
            db.execute(f"{head}{begin}{_QUIET}\n{rest}".encode())
    _quiet.add(place)


def _read(db: psycopg.Connection[Any], function: Installed, ctx: str, params: Mapping[str, Any]) -> str | None:
    db.execute("SELECT line.give_pass(%s::line.context)", (ctx,))
    db.execute("SET LOCAL ROLE brightline_writer")
    doc = db.execute(f"SELECT {function.seen}(%s::line.context, %s)::text", (ctx, Jsonb(dict(params)))).fetchone()
    db.execute("RESET ROLE")
    if doc is None or doc[0] is None:
        return None
    # As text: numbers come back from Python in another spelling.
    row = db.execute("SELECT line.revision(%s::jsonb)", (doc[0],)).fetchone()
    return str(row[0]) if row else None


def _facts(function: Installed, call: Call, params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": function.name,
        "act": function.act,
        "params": Jsonb(dict(params)),
        "inquiry": call.inquiry,
        "purpose": None if function.purposes == ("none",) else call.purpose,
        "token": hashlib.sha256((call.token or "").encode()).digest(),
    }


def _run_as_read(self: Gate, call: Call, name: str, params: Mapping[str, Any] | None = None) -> Answer:
    function = _functions().get(name)
    if call.seen == NOW or (call.seen is None and not (call.token or "").startswith("order:")):
        seen = _current(self, call, name, params or {}) if function and function.seen else None
        call = replace(call, seen=seen or UNREAD)
    return _run(self, call, name, params)


def _current(gate: Gate, call: Call, name: str, params: Mapping[str, Any]) -> str | None:
    given = {key: value for key, value in params.items() if value is not None}
    with gate._connect() as conn, _superuser(conn) as db:
        return revision(db, call, name, given) if db else None


@contextmanager
def _superuser(conn: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any] | None]:
    """Somebody who may look: whoever stands behind the connection, else the superuser of a server that is known."""
    if conn.info.user == SUPERUSER:
        yield conn
        return
    at = (conn.info.host, str(conn.info.port))
    server = next((one for one in _servers if (one.place["host"], str(one.place["port"])) == at), None)
    if server is None:
        yield None
        return
    with _lending:
        yield _connected(server, conn.info.dbname)


def _connected(server: Server, dbname: str) -> psycopg.Connection[Any]:
    """A superuser's connection that is kept: a new one has everything to plan anew. A test's database dies with it."""
    found = _lent.get(dbname)
    if found is None or found.closed:
        while len(_lent) > 3:
            _lent.pop(next(iter(_lent))).close()
        found = psycopg.connect(server.admin_dsn(dbname), autocommit=True, prepare_threshold=None)
        _lent[dbname] = found
    return found


@functools.cache
def _functions() -> Mapping[str, Installed]:
    return {one.name: one for one in read_rooms(ROOMS)}
