"""What of this version isn't in the database yet, so that `up` touches that alone.

Hashes of all that `up` installs stand in `store.installed`. Where they are equal, and the catalogue says what it must,
`up` makes no change at all: a definition made anew takes locks that people at work would have to wait for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from brightline.store import catalogue, definers, guard, headers, migrate, roles
from brightline.store.migrate import Migration
from brightline.store.server import role_password

_MACHINERY = tuple(Path(str(module.__file__)) for module in (guard, headers, definers, roles, catalogue, migrate))
_STANDING = "what stands"
_STANDING_QUERY = b"""
SELECT encode(sha256(convert_to(string_agg(t, E'\\n' ORDER BY t), 'UTF8')), 'hex') FROM (
  SELECT concat_ws('|', 'function', p.oid::regprocedure, p.proowner::regrole, p.prosecdef, p.proleakproof, p.procost,
    p.proacl, p.proconfig, md5(p.prosrc)) FROM pg_proc p
  UNION ALL
  SELECT concat_ws('|', 'policy', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive, p.polroles,
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p
  UNION ALL
  SELECT concat_ws('|', 'table', c.oid::regclass, c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity,
    c.relacl)
    FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't'
  UNION ALL
  SELECT concat_ws('|', 'column', a.attrelid::regclass, a.attname, a.attacl)
    FROM pg_attribute a WHERE a.attacl IS NOT NULL
) AS said(t)"""
_TABLE = "CREATE TABLE IF NOT EXISTS store.installed (name text PRIMARY KEY, sha256 text NOT NULL)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """All that this version installs: plain scripts in order, then one function per file; and the hash of each."""

    scripts: tuple[Path, ...]
    declared: tuple[definers.Declared, ...]
    functions: tuple[headers.Installed, ...]
    hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done. `everything`: nothing that stands in the database is taken for right."""

    steps: tuple[Migration, ...] = ()
    everything: bool = True
    changed: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_empty(self) -> bool:
        return not (self.steps or self.everything or self.changed)

    def runs(self, script: Path) -> bool:
        """Whether a plain script is run: the changed ones, and beside them those that lock no table.

        Grants go to whatever functions there are, so one new function makes them due. Policies belong to tables, and
        making one anew keeps everybody out of its table until `up` is done.
        """
        return self.everything or script_name(script) in self.changed or not _locks(script)

    def installs(self, function: headers.Installed) -> bool:
        return self.everything or function_name(function) in self.changed


def wanted(scripts: Iterable[Path], rooms: Iterable[Path], *, place: str, secrets: Path) -> Wanted:
    """Read the folders and hash what they hold. `place` tells this database from a copy of it (see `place_of`)."""
    rooms = tuple(rooms)
    plain = [path for folder in scripts for path in sorted(folder.glob("*.sql"))]
    plain += [path for folder in rooms for path in sorted(folder.glob(headers.PLAIN_FORM))]
    functions = headers.read_rooms(rooms)
    hashes = {script_name(path): sha256(path.read_bytes()).hexdigest() for path in plain}
    hashes |= {function_name(one): _hash("\n".join(headers.statements(one))) for one in functions}
    machinery = [path.read_text(encoding="utf-8") for path in _MACHINERY]
    passwords = [role_password(secrets, name) for name in roles.LOGINS]
    hashes["what installs"] = _hash("\n".join([*machinery, *passwords, place]))
    return Wanted(scripts=tuple(plain), declared=definers.read_all(plain), functions=functions, hashes=hashes)


def place_of(conn: Connection[TupleRow]) -> str:
    """Which database, cluster and server: a restored dump has lost marks and grants, whatever its hashes say."""
    row = conn.execute(
        "SELECT concat_ws(' ', (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()),"
        " (SELECT system_identifier FROM pg_control_system()), current_setting('server_version_num'))"
    ).fetchone()
    return str(row[0]) if row else ""


def plan(conn: Connection[TupleRow], steps: Sequence[Migration], new: Wanted) -> Plan:
    """Compare the database with what this version wants. Conflict when the database is of a newer version."""
    due = migrate.missing(conn, steps)
    there = _hashes(conn)
    if due or there.get("what installs") != new.hashes["what installs"] or _is_damaged(conn, there):
        return Plan(steps=due)
    differ = {name for name, digest in new.hashes.items() if there.get(name) != digest}
    return Plan(everything=False, changed=frozenset(differ | (set(there) - set(new.hashes) - {_STANDING})))


def note(conn: Connection[TupleRow], new: Wanted) -> None:
    """Keep the hashes of what is installed now, in the transaction that installed it."""
    conn.execute(_TABLE)
    conn.execute("DELETE FROM store.installed")
    with conn.cursor() as cur:
        cur.executemany("INSERT INTO store.installed VALUES (%s, %s)", sorted(new.hashes.items()))
    conn.execute("INSERT INTO store.installed VALUES (%s, %s)", (_STANDING, _standing(conn)))


def forget(conn: Connection[TupleRow]) -> None:
    """Take nothing for installed: the next `up` does everything."""
    conn.execute("CREATE SCHEMA IF NOT EXISTS store")
    conn.execute(_TABLE)
    conn.execute("DELETE FROM store.installed")


def script_name(path: Path) -> str:
    folder = path.parent
    if folder.name == definers.FOLDER:
        return f"{folder.parent.parent.name}/{folder.name}/{path.name}"
    return f"{folder.parent.name}/{path.name}"


def function_name(function: headers.Installed) -> str:
    return f"app.{function.name}"


def _locks(script: Path) -> bool:
    text = script.read_text(encoding="utf-8").upper()
    return "POLICY" in text or "ALTER TABLE" in text


def _hashes(conn: Connection[TupleRow]) -> dict[str, str]:
    found = conn.execute("SELECT to_regclass('store.installed') IS NOT NULL").fetchone()
    if not (found and found[0]):
        return {}
    return dict(conn.execute("SELECT name, sha256 FROM store.installed").fetchall())


def _is_damaged(conn: Connection[TupleRow], there: Mapping[str, str]) -> bool:
    """Whether somebody changed what `up` had made: then all is made again, as it was always promised of `up`."""
    if there.get(_STANDING) != _standing(conn) or catalogue.role_offences(conn) or catalogue.setting_offences(conn):
        return True
    return any(rule.offences(conn) for rule in catalogue.RULES)


def _standing(conn: Connection[TupleRow]) -> str:
    """A hash over what the catalogue says of functions, policies, and rights on tables and columns."""
    row = conn.execute(_STANDING_QUERY).fetchone()
    return str(row[0]) if row else ""


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
