"""Which names of which schema the SQL files use, and which part of the house each belongs to.

A small tokenizer, since the catalogue knows nothing of what stands in a PL/pgSQL body. Comments are left out; strings
are read, because statements are put together from them.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from brightline.store import definers, headers
from brightline.store.install import PACKAGE, ROOMS, SCRIPTS

_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/|(?P<string>'(?:[^']|'')*')|(?P<name>\"?\w+\"?(?:\s*\.\s*\"?\w+\"?)+)", re.DOTALL
)
_DOTTED = re.compile(r"(?<![\w.])(\w+)\.(\w+)")
_MADE = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION\s+([a-z_]+)\.([a-z0-9_]+)\s*\(")

# An installed function that only forwards names in its header whom it calls.
_FORWARDS = re.compile(r"^-- (?:calls|seen):", re.MULTILINE)

Rights = dict[str, tuple[str, frozenset[str]]]

# Whose each schema is. What every room rests on is the line's.
SCHEMAS = {
    "line": "line",
    "content": "line",
    "ledger": "ledger",
    "jobs": "store",
    "feed": "feeds",
    "stage": "feeds",
    "bulk": "search",
    **{
        room: room
        for room in (
            *("analysis", "cases", "disclosures", "documents", "leads", "operations", "oversight", "restrictions"),
            *("retention", "warehouse"),
        )
    },
}


def names(text: str) -> Iterator[str]:
    """Each `schema.name` in a piece of SQL, of a schema that is ours."""
    for match in _TOKEN.finditer(text):
        for schema, name in _DOTTED.findall(match["string"] or re.sub(r'["\s]', "", match["name"] or "")):
            if schema in SCHEMAS:
                yield f"{schema}.{name}"


def files() -> dict[Path, str]:
    """Every SQL file that is installed, with the part of the house in whose folder it lies."""
    folders = (*SCRIPTS, *ROOMS)
    return {path: _part(path) for folder in folders for path in sorted(folder.glob("*.sql"))}


def homes() -> dict[str, str]:
    """Where each function of ours is made, {line.cases_number: cases}, whatever schema it is in."""
    return {
        f"{schema}.{name}": part for path, part in files().items() for schema, name in _MADE.findall(path.read_text())
    }


def arrows() -> dict[tuple[str, str], dict[str, set[str]]]:
    """{(from, to): {file: names}} of all that the files use of other parts than their own."""
    made = homes()
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for path, part in files().items():
        for name in names(_FORWARDS.sub("", path.read_text())):
            to = made.get(name) or SCHEMAS[name.split(".")[0]]
            if to != part:
                found.setdefault((part, to), {}).setdefault(str(path.relative_to(PACKAGE)), set()).add(name)
    return found


def floors() -> dict[str, int]:
    """The floor of each part, as the contract of the imports has it: the higher the number, the higher up."""
    read = configparser.ConfigParser()
    read.read(PACKAGE.parents[1] / ".importlinter")
    layers = read["importlinter:contract:floors"]["layers"].split("\n")
    stacked = [re.findall(r"\w+", layer) for layer in layers if layer.strip()]
    return {part: floor for floor, parts in enumerate(reversed(stacked)) for part in parts}


def declared() -> Rights:
    """{function: (owner, callers)} as the comments above the functions say."""
    scripts = [path for folder in SCRIPTS for path in sorted(folder.glob("*.sql"))]
    scripts += [path for room in ROOMS for path in sorted(room.glob(headers.PLAIN_FORM))]
    return {one.name: (one.owner, one.callers) for one in definers.read_all(scripts)}


def rights(conn: Connection[TupleRow]) -> Rights:
    """The same as a database's catalogue has it, of all that is declared and of whatever else stands in schema line."""
    rows = conn.execute(
        "SELECT n.nspname || '.' || p.proname, p.proowner::regrole::text, "
        "array(SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END "
        "  FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner) "
        "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'line' "
        "OR n.nspname || '.' || p.proname = ANY (%s)",
        (list(declared()),),
    ).fetchall()
    return {str(name): (str(owner), frozenset(callers)) for name, owner, callers in rows}


def named(conn: Connection[TupleRow], role: str) -> set[str]:
    """Every function of ours that is named by what runs as this role: its own functions, its policies, the triggers of
    tables that it writes, what it may show of what it changed, and all those without rights of their own that these
    call."""
    rows = conn.execute(_BODIES).fetchall()
    bodies: dict[str, list[tuple[bool, str]]] = {}
    for name, definer, _, text in rows:
        bodies.setdefault(name, []).append((definer, text))
    waiting = [text for _, _, owner, text in rows if owner == role]
    waiting += [text for (text,) in conn.execute(_ASKED, {"role": role}).fetchall()]
    found: set[str] = set()
    while waiting:
        for name in set(names(waiting.pop())) & bodies.keys() - found:
            found.add(name)
            waiting += [text for definer, text in bodies[name] if not definer]
    return found


_BODIES = """SELECT n.nspname || '.' || p.proname, p.prosecdef, p.proowner::regrole::text,
  concat_ws(' ', p.prosrc, pg_get_function_sqlbody(p.oid), pg_get_expr(p.proargdefaults, 0))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ext')"""
_ASKED = """SELECT concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  FROM pg_policy p WHERE %(role)s::regrole = ANY (p.polroles) OR 0 = ANY (p.polroles)
UNION ALL SELECT concat_ws(' ', f.oid::regproc, pg_get_triggerdef(t.oid)) FROM pg_trigger t
  JOIN pg_proc f ON f.oid = t.tgfoid
  WHERE NOT t.tgisinternal AND has_table_privilege(%(role)s, t.tgrelid, 'INSERT, UPDATE, DELETE')
UNION ALL SELECT p.prosrc FROM pg_proc p
  WHERE p.pronamespace = to_regnamespace('"inner"') AND has_function_privilege(%(role)s, p.oid, 'EXECUTE')
UNION ALL SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
  WHERE k.contype = 'c' AND k.conrelid <> 0 AND has_table_privilege(%(role)s, k.conrelid, 'INSERT, UPDATE')
UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i
  WHERE has_table_privilege(%(role)s, i.indrelid, 'INSERT, UPDATE')
UNION ALL SELECT pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'v' AND n.nspname !~ '^pg_' AND has_table_privilege(%(role)s, c.oid, 'SELECT')
UNION ALL SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
  WHERE has_table_privilege(%(role)s, d.adrelid, 'INSERT') OR has_any_column_privilege(%(role)s, d.adrelid, 'INSERT')"""


def _part(path: Path) -> str:
    folder = path.parent.parent if path.parent.name == definers.FOLDER else path.parent
    return folder.parent.name
