"""SQL keeps to the floors as Python does: the kernel names no room, and what rooms ask of each other is listed.

What can't be settled yet stands in sql_arrows.yml with its reason. The list only shrinks: an entry that nothing needs
is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests import sqlnames

from brightline.store import definers, install

pytestmark = pytest.mark.database

LISTED = yaml.safe_load((Path(__file__).parent / "sql_arrows.yml").read_text())
SHORTEST_WHY = 20
# Names of the schemas that are ours: relations, types and functions.
THERE = (
    "SELECT n.nspname || '.' || x.name FROM pg_namespace n JOIN ("
    "SELECT relnamespace, relname FROM pg_class UNION ALL SELECT pronamespace, proname FROM pg_proc "
    "UNION ALL SELECT typnamespace, typname FROM pg_type) x(space, name) ON x.space = n.oid WHERE n.nspname = ANY (%s)"
)
# What no file makes: functions of migrations, views, policies, references between tables.
REST = """
SELECT n.nspname, p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
UNION ALL SELECT n.nspname, c.relname, pg_get_viewdef(c.oid) FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v'
UNION ALL SELECT n.nspname, c.relname, concat_ws(' ', pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid))
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
UNION ALL SELECT n.nspname, c.relname, format('%s', k.confrelid::regclass) FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'f'
"""


def _arrows(db) -> dict[tuple[str, str], dict[str, set[str]]]:
    """All that one part uses of another, of what there is: a key of the rulebook looks like a name and is none."""
    there = {name for (name,) in db.admin.execute(THERE, (list(sqlnames.SCHEMAS),)).fetchall()}
    found = sqlnames.arrows()
    made = sqlnames.homes()
    for schema, thing, text in db.admin.execute(REST).fetchall():
        part = sqlnames.SCHEMAS.get(schema)
        if part is None or f"{schema}.{thing}" in made:
            continue
        for name in sqlnames.names(text or ""):
            to = made.get(name) or sqlnames.SCHEMAS[name.split(".")[0]]
            if to != part:
                found.setdefault((part, to), {}).setdefault(f"{schema}.{thing}", set()).add(name)
    return {
        pair: kept
        for pair, by_place in found.items()
        if (kept := {place: names & there for place, names in by_place.items() if names & there})
    }


@pytest.fixture(scope="module")
def arrows(module_db) -> dict[tuple[str, str], dict[str, set[str]]]:
    return _arrows(module_db)


def _listed(which: str) -> Iterator[tuple[tuple[str, str], set[str]]]:
    for entry in LISTED[which]:
        yield (entry["from"], entry["to"]), set(entry["names"])


def _split(arrows) -> tuple[dict[tuple[str, str], set[str]], dict[tuple[str, str], set[str]]]:
    """(those that go up, those between parts of one floor); what goes down is as it should be."""
    floors = sqlnames.floors()
    flat = {pair: set().union(*by_place.values()) for pair, by_place in arrows.items()}
    up = {pair: names for pair, names in flat.items() if floors[pair[1]] > floors[pair[0]]}
    return up, {pair: names for pair, names in flat.items() if floors[pair[1]] == floors[pair[0]]}


@pytest.mark.parametrize(("which", "place"), [("up", 0), ("between", 1)])
def test_no_arrow_is_new_and_none_is_listed_that_is_gone(arrows, which, place):
    found = _split(arrows)[place]
    listed = dict(_listed(which))
    new = {pair: names - listed.get(pair, set()) for pair, names in found.items() if names - listed.get(pair, set())}
    assert new == {}, "ask downwards, or let the one below find it by a table of its own"
    gone = {pair: names - found.get(pair, set()) for pair, names in listed.items() if names - found.get(pair, set())}
    assert gone == {}, "settled: take it off the list"


def test_the_kernel_names_no_room_s_schema(arrows):
    """Beside what the list owns up to: no file of line/sql names a schema that isn't the line's or lower."""
    listed = {name for (part, _), names in _listed("up") if part == "line" for name in names}
    floors = sqlnames.floors()
    rooms = {schema for schema, part in sqlnames.SCHEMAS.items() if floors[part] > floors["line"]}
    named = {
        (path.name, name)
        for path, part in sqlnames.files().items()
        if part == "line"
        for name in sqlnames.names(path.read_text())
        if name.split(".")[0] in rooms and name not in listed
    }
    assert named == set()


def test_each_entry_has_its_own_reason():
    for which in ("up", "between"):
        pairs = [pair for pair, _ in _listed(which)]
        assert len(pairs) == len(set(pairs))
        assert all(len(entry["why"]) >= SHORTEST_WHY for entry in LISTED[which])


def test_each_errand_has_the_function_of_its_room():
    """The worker's turn finds it by its kind (line/sql/56_errands.sql), so nothing else would miss it."""
    text = "".join(path.read_text() for path in sqlnames.files())
    kinds = set(re.findall(r"line\.errand_put\(ctx, '(\w+)'", text))
    assert len(kinds) >= text.count("line.errand_put(") - 1 > 1
    assert {f"line.errand_{kind}" for kind in kinds} <= set(sqlnames.homes())


def test_the_tokenizer_reads_bodies_and_strings_and_no_comments():
    text = """-- cases.comment
    CREATE FUNCTION line.f() RETURNS void AS $$ /* cases.block */ BEGIN
      PERFORM "cases"."item"; EXECUTE 'SELECT it''s FROM leads.lead'; x.cases.no; c.marking := 1; END $$"""
    assert set(sqlnames.names(text)) == {"line.f", "cases.item", "leads.lead"}


def test_owners_and_callers_are_those_that_are_declared(module_db):
    """The catalogue of the installed database against the comments above the functions, both ways."""
    declared = sqlnames.declared()
    assert len(declared) > 100
    assert sqlnames.rights(module_db.admin) == declared


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_a_role_may_call_what_runs_as_it_and_of_the_rooms_nothing_else(module_db, role):
    """`-- callers:` against the bodies: whoever names a function may call it, and nobody gives what nobody asks for."""
    named = sqlnames.named(module_db.admin, f"brightline_{role}")
    assert len(named) > 100
    declared = sqlnames.declared()
    given = {name for name, (owner, callers) in declared.items() if f"brightline_{role}" in {owner, *callers}}
    assert (named & declared.keys()) - given == set(), f"add “{role}” to the callers of these"
    rooms = [folder for folder in install.SCRIPTS if folder.name == definers.FOLDER]
    theirs = {one.name for folder in rooms for path in folder.glob("*.sql") for one in definers.read(path)}
    assert (given & theirs) - named == set(), f"take “{role}” from the callers of these"


def test_what_a_former_version_gave_away_is_taken_back(db):
    """Of the line, a function that this version doesn't declare is nobody's, whatever its name."""
    db.admin.execute("CREATE FUNCTION line.cases_former() RETURNS int LANGUAGE sql RETURN 1")
    db.admin.execute("GRANT EXECUTE ON FUNCTION line.cases_former() TO brightline_reader")
    db.admin.execute("GRANT EXECUTE ON FUNCTION line.emit(uuid, jsonb, jsonb, boolean, boolean) TO brightline_writer")
    install.up(db.server)
    allowed = "SELECT has_function_privilege(%s, %s::regprocedure, 'EXECUTE')"
    for role, name in [
        ("brightline_reader", "line.cases_former()"),
        ("brightline_writer", "line.emit(uuid, jsonb, jsonb, boolean, boolean)"),
    ]:
        assert db.admin.execute(allowed, (role, name)).fetchone() == (False,)
