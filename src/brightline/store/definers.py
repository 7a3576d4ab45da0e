"""Functions with rights of their own: whose they are and who may call them, as it stands above each.

What an installed function (`headers.py`) may not do itself it asks of a function that runs with its owner's rights.
Those of the line are in `line/sql`, a room's in its `sql/definer`. The comment above one says `-- callers: reader,
writer` (roles without their prefix) or `-- callers: none` (other functions of its owner alone), and where it isn't the
line's own, `-- owner: …`. A file may say it once for all its functions, in its first comment, which a blank line ends.
One that nobody declared isn't installed: rights come from what is written, never from a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from brightline.model.errors import BadInput
from brightline.store.roles import NAMES

FOLDER = "definer"
SCHEMA = "line"
OWNER = "brightline_line"
NONE = "none"
_PREFIX = "brightline_"
_MADE = re.compile(r"^CREATE (?:OR REPLACE )?FUNCTION ([a-z_]+)\.([a-z0-9_]+)\s*\(", re.MULTILINE)
_SAID = re.compile(r"^-- (callers|owner):\s*(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One function, by name, since all its forms are called by the same."""

    name: str
    path: Path
    owner: str
    callers: frozenset[str]


def read_all(scripts: Iterable[Path]) -> tuple[Declared, ...]:
    """What the scripts declare. One function declared in two ways is an error: neither would be what holds."""
    found: dict[str, Declared] = {}
    for path in scripts:
        for one in read(path):
            other = found.setdefault(one.name, one)
            if (other.owner, other.callers) != (one.owner, one.callers):
                raise BadInput(str(path), f"{one.name} is declared otherwise in {other.path}.")
    return tuple(found.values())


def read(path: Path) -> tuple[Declared, ...]:
    """One file: all its functions where one declares, in a `definer` folder, and those of schema line."""
    text = path.read_text(encoding="utf-8")
    head, ends, _ = text.partition("\n\n")
    of_file = _said(path, head) if ends and all(line.startswith("--") for line in head.splitlines()) else {}
    strict = path.parent.name == FOLDER or _SAID.search(text) is not None
    found = []
    for match in _MADE.finditer(text):
        said = of_file | _said(path, _comment_before(text, match))
        if said or strict or match[1] == SCHEMA:
            found.append(_declared(path, f"{match[1]}.{match[2]}", said))
    return tuple(found)


def grant(conn: Connection[TupleRow], declared: Sequence[Declared]) -> None:
    """Give each function its owner and callers, and take it from everybody else; others of the line are nobody's."""
    said = {one.name: one for one in declared}
    by_rights: dict[tuple[str, frozenset[str]], list[str]] = {}
    for name, signature, owner in _standing(conn, list(said)):
        one = said.get(name)
        wanted, callers = (one.owner, one.callers | {one.owner}) if one else (owner, frozenset({OWNER}))
        if owner != wanted:
            conn.execute(f"ALTER FUNCTION {signature} OWNER TO {wanted}")
        by_rights.setdefault((wanted, callers), []).append(signature)
    for (owner, callers), signatures in by_rights.items():
        names, others = ", ".join(signatures), ", ".join(role for role in NAMES if role != owner)
        conn.execute(f"REVOKE ALL ON FUNCTION {names} FROM PUBLIC, {others}")
        conn.execute(f"GRANT EXECUTE ON FUNCTION {names} TO {', '.join(sorted(callers))}")


def _standing(conn: Connection[TupleRow], names: list[str]) -> list[tuple[str, str, str]]:
    """(name, signature, owner) of what is declared, and of all that stands in schema line, declared or not."""
    rows = conn.execute(
        "SELECT n.nspname || '.' || p.proname, p.oid::regprocedure::text, p.proowner::regrole::text FROM pg_proc p "
        "JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = %s OR n.nspname || '.' || p.proname = ANY (%s) ORDER BY 2",
        (SCHEMA, names),
    ).fetchall()
    return [(str(name), str(signature), str(owner)) for name, signature, owner in rows]


def _declared(path: Path, name: str, said: dict[str, str]) -> Declared:
    if "callers" not in said:
        way = "Write “-- callers: reader, writer” above it, or “-- callers: none”."
        raise BadInput(str(path), f"{name} doesn't say who may call it.", way)
    callers = [] if said["callers"] == NONE else [word.strip() for word in said["callers"].split(",")]
    owner = _role(path, said["owner"]) if "owner" in said else OWNER
    return Declared(name=name, path=path, owner=owner, callers=frozenset(_role(path, word) for word in callers))


def _role(path: Path, word: str) -> str:
    if _PREFIX + word not in NAMES:
        known = ", ".join(name.removeprefix(_PREFIX) for name in NAMES)
        raise BadInput(str(path), f"“{word}” is no role.", f"Known: {known}; “{NONE}” stands alone.")
    return _PREFIX + word


def _said(path: Path, comment: str) -> dict[str, str]:
    pairs = [(match[1], match[2]) for match in _SAID.finditer(comment)]
    if len(dict(pairs)) != len(pairs):
        raise BadInput(str(path), "a comment says callers or owner twice.")
    return dict(pairs)


def _comment_before(text: str, match: re.Match[str]) -> str:
    """The comment lines that touch the function, from below."""
    lines: list[str] = []
    for line in reversed(text[: match.start()].splitlines()):
        if not line.startswith("--"):
            break
        lines.append(line)
    return "\n".join(lines)
