"""What the database's own catalogue must say for the line to hold: the rules of catalogue.sql, and two more.

`brightline doctor` runs them on an installation, the tests on a fresh one. They read the catalogue only,
never content, and need a superuser's eyes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from brightline.store import guard, requirements, roles

FORBIDDEN_EXTENSIONS = ("dblink", "postgres_fdw", "file_fdw", "pg_stat_statements", "lo", "adminpack")
PARAMETERS: dict[str, object] = {
    "functions": guard.FUNCTIONS,
    "views": guard.VIEWS,
    "hidden": list(guard.HIDDEN_COLUMNS),
    "leakproof": list(guard.LEAKPROOF),
    "cost": guard.LEAKPROOF_COST,
    "fixed": [f"{name}={value}" for name, value in guard.FIXED],
    "logins": list(roles.LOGINS),
    "forbidden": list(FORBIDDEN_EXTENSIONS),
    "needed": list(requirements.EXTENSIONS),
}
FILE = Path(__file__).with_suffix(".sql")
_RULE = re.compile(r"^-- rule: (?P<name>\S+)\n-- why: (?P<why>.+)\n(?P<query>(?:(?!-- rule:).*\n)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule, why it is one, and the query whose rows (one text each) are what breaks it."""

    name: str
    why: str
    query: str

    def offences(self, conn: Connection[TupleRow]) -> tuple[str, ...]:
        """What breaks the rule, in words; empty when it holds."""
        rows = conn.execute(self.query.encode(), PARAMETERS).fetchall()
        return tuple(sorted(str(text) for (text,) in rows))


def read_rules(path: Path = FILE) -> tuple[Rule, ...]:
    """The rules of the file, in its order."""
    found = _RULE.finditer(path.read_text(encoding="utf-8"))
    return tuple(Rule(name=m["name"], why=m["why"], query=m["query"].strip().rstrip(";")) for m in found)


RULES: tuple[Rule, ...] = read_rules()


def role_offences(conn: Connection[TupleRow]) -> tuple[str, ...]:
    """Roles that are missing or can do more than they are made for."""
    query = (
        b"SELECT rolname, rolcanlogin, array_remove(ARRAY[CASE WHEN rolsuper THEN 'SUPERUSER' END, "
        b"CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolreplication THEN 'REPLICATION' END, "
        b"CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END], NULL), "
        b"ARRAY(SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid) "
        b"FROM pg_roles r WHERE rolname = ANY (%s)"
    )
    found = {row[0]: row[1:] for row in conn.execute(query, (list(roles.NAMES),)).fetchall()}
    said = []
    for role in roles.ROLES:
        if role.name not in found:
            said.append(f"{role.name} is missing")
            continue
        login, attributes, members = found[role.name]
        if login != role.login:
            said.append(f"{role.name} {'may' if login else 'can not'} sign in")
        said += [f"{role.name} has {word}" for word in sorted(set(attributes) - set(role.attributes))]
        said += [f"{role.name} lacks {word}" for word in sorted(set(role.attributes) - set(attributes))]
        said += [f"{role.name} is a member of {other}" for other in sorted(set(members) - set(role.member_of))]
    return tuple(said)


def setting_offences(conn: Connection[TupleRow]) -> tuple[str, ...]:
    """Settings of our roles other than ours: a role may change its own, and so open what it shows."""
    rows = conn.execute(
        b"SELECT r.rolname, d.datname, s.setconfig FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole "
        b"LEFT JOIN pg_database d ON d.oid = s.setdatabase WHERE (r.rolname = ANY (%s) OR s.setrole = 0) "
        b"AND (d.datname IS NULL OR d.datname = current_database())",
        (list(roles.NAMES),),
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    said = []
    for name, dbname, config in rows:
        stated = dict(str(item).split("=", 1) for item in config)
        if name is None or dbname is not None:
            said += [f"{key} is set to {value} for {name or 'all'}" for key, value in sorted(stated.items())]
        else:
            found[name] = stated
    for role in roles.ROLES:
        wanted = roles.settings_of(role)
        stated = found.get(role.name, {})
        said += [f"{role.name} has {k} = {v}" for k, v in sorted(stated.items()) if wanted.get(k) != v]
        said += [f"{role.name} lacks {k} = {v}" for k, v in sorted(wanted.items()) if k not in stated]
    return tuple(said)
