"""The header of an installed function is read strictly: a doubt stops the installation."""

from __future__ import annotations

import pytest

from brightline.model.errors import BadInput
from brightline.store import headers, install

GOOD = """-- act: search
-- kind: query
-- roles: agent, analyst
-- purposes: case
-- inquiry: required
-- params: {"q": text,
--   "limit": int}
-- result: {"hits": […]}
-- Finds what is there.
DECLARE
  n integer;
BEGIN
  RETURN '{}'::jsonb;
END
"""


def _write(folder, text, name="find_it"):
    path = folder / "search" / "sql" / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_good_header_is_read_whole(tmp_path):
    found = headers.read(_write(tmp_path, GOOD))
    assert (found.name, found.act, found.kind, found.owner) == ("find_it", "search", "query", "brightline_reader")
    assert found.roles == ("agent", "analyst")
    assert found.purposes == ("case",)
    assert found.inquiry_required
    assert found.params == '{"q": text, "limit": int}'
    assert found.room == "search"
    assert found.body.startswith("DECLARE")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("-- act: search\n", "", "“-- act: …” is missing"),
        ("-- act: search", "-- act: find", "act “find” isn't known"),
        ("-- kind: query", "-- kind: procedure", "kind “procedure” isn't known"),
        ("-- kind: query", "-- kind: query\n-- kind: query", "stands twice"),
        ("agent, analyst", "agent, anyone", "roles “anyone” isn't known"),
        ("agent, analyst", "agent, any", "stands alone"),
        ("agent, analyst", "agent, agent", "no word stands twice"),
        ("agent, analyst", "", "isn't known"),
        ("-- purposes: case", "-- purposes: case, none", "stands alone"),
        ("-- purposes: case", "-- purposes: everything", "purposes “everything” isn't known"),
        ("-- inquiry: required", "-- inquiry: yes", "inquiry “yes” isn't known"),
        ("DECLARE\n  n integer;\nBEGIN", "SELECT", "one PL/pgSQL block"),
        ("END\n", "", "doesn't close with END"),
        ("RETURN '{}'", "RETURN $brightline$", "quotation mark"),
        ("-- params:", "-- calls: line.found\n-- params:", "has a body as well"),
        ("-- result:", "-- outcome:", "“-- result: …” is missing"),
    ],
)
def test_a_doubt_is_an_error_that_names_the_file(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(BadInput, match=said) as caught:
        headers.read(_write(tmp_path, GOOD.replace(old, new)))
    assert "find_it.sql" in str(caught.value)


def test_a_file_that_only_forwards_says_whom_it_calls(tmp_path):
    header = GOOD.partition("DECLARE")[0].replace("-- params:", "-- calls: line.found_it\n-- params:")
    found = headers.read(_write(tmp_path, header))
    assert found.body == "BEGIN\n  RETURN line.found_it(ctx, p);\nEND"
    assert found.params == '{"q": text, "limit": int}'
    with pytest.raises(BadInput, match="names no function"):
        headers.read(_write(tmp_path, header.replace("line.found_it", "line.found_it(ctx, p); DROP")))


@pytest.mark.parametrize("name", ["Find", "find-it", "1find", "a" * 63, 'x"; DROP'])
def test_a_name_that_sql_would_have_to_quote_is_refused(tmp_path, name):
    with pytest.raises(BadInput, match="lower-case"):
        headers.read(_write(tmp_path, GOOD, name))


def test_one_name_in_two_rooms_is_an_error(tmp_path):
    one, two = tmp_path / "a" / "sql", tmp_path / "b" / "sql"
    for folder in (one, two):
        folder.mkdir(parents=True)
        (folder / "find.sql").write_text(GOOD)
    with pytest.raises(BadInput, match="is taken by"):
        install.read_rooms([one, two])


def test_the_gate_stands_before_the_body(tmp_path):
    made = headers.statements(headers.read(_write(tmp_path, GOOD)))
    outer = next(text for text in made if "FUNCTION app.find_it(token" in text)
    assert (
        outer.index("line.enter(") < outer.index('"inner".find_it(ctx, line.keyless(p))') < outer.index("line.leave(")
    )
    assert "SECURITY DEFINER SET search_path = pg_catalog, pg_temp" in outer
    assert "'{agent,analyst}'::text[], '{case}'::text[], true" in outer


def test_every_room_with_sql_is_listed():
    with_sql = {path.parent for path in install.PACKAGE.glob("*/sql/**/*.sql")}
    assert with_sql <= set(install.ROOMS) | set(install.SCRIPTS)


def test_every_function_of_this_version_is_read():
    found = install.read_rooms(install.ROOMS)
    assert len({function.name for function in found}) == len(found) > 0


def test_a_command_is_done_once_and_compares_what_was_read_before_it(tmp_path):
    text = GOOD.replace("-- kind: query", "-- kind: command\n-- seen: cases.report_read")
    outer = next(
        each for each in headers.statements(headers.read(_write(tmp_path, text))) if "app.find_it(token" in each
    )
    steps = (
        "line.enter(",
        "line.repeated(",
        "cases.report_read(",
        '"inner".find_it(',
        "line.leave(",
        "line.repeat_keep(",
    )
    places = [outer.index(step) for step in steps]
    assert places == sorted(places)
    assert "unique_violation" in outer


@pytest.mark.parametrize("seen", ["report_read", "cases.report_read(1)", "cases", "x; DROP TABLE y"])
def test_what_compares_is_named_plainly(tmp_path, seen):
    with pytest.raises(BadInput, match="seen"):
        headers.read(_write(tmp_path, GOOD.replace("-- kind: query", f"-- kind: command\n-- seen: {seen}")))


def _outer(tmp_path, lines):
    text = GOOD.replace("-- kind: query", f"-- kind: command\n{lines}")
    return next(
        each for each in headers.statements(headers.read(_write(tmp_path, text))) if "app.find_it(token" in each
    )


def test_what_may_be_done_unread_says_why_and_is_compared_where_it_can_be(tmp_path):
    both = _outer(tmp_path, "-- seen: cases.report_read\n-- unread: a person's own draft, saved as it is typed")
    assert "IF p ->> '_seen' <> '' THEN PERFORM line.unchanged(ctx, p, cases.report_read(" in both
    assert "line.unchanged" not in _outer(tmp_path, "-- unread: makes a new thing of its own")
    assert "\n    PERFORM line.unchanged(ctx, p, cases.report_read(" in _outer(tmp_path, "-- seen: cases.report_read")


@pytest.mark.parametrize("line", ["-- unread:", "-- unread: new"])
def test_what_may_be_done_unread_has_a_reason(tmp_path, line):
    with pytest.raises(BadInput, match="says no reason"):
        _outer(tmp_path, line)


@pytest.mark.parametrize("line", ["-- seen: cases.report_read", "-- unread: a query changes nothing"])
def test_a_query_has_nothing_to_compare(tmp_path, line):
    with pytest.raises(BadInput, match="are a command's"):
        headers.read(_write(tmp_path, GOOD.replace("-- kind: query", f"-- kind: query\n{line}")))


CHANGE = """-- act: change
-- kind: command
-- roles: agent
-- purposes: case
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- then: find_it(thing)
-- params: {thing}
-- result: head
BEGIN
  RETURN '{}'::jsonb;
END
"""


def test_what_a_command_shows_afterwards_is_its_answer(tmp_path):
    _write(tmp_path, GOOD)
    folder = _write(tmp_path, CHANGE, "change_it").parent
    changed, found = headers.read_rooms([folder])
    assert (changed.then, found.shows, changed.shows) == (("find_it", "thing"), True, False)
    said = "\n".join(headers.statements(changed))
    assert (
        "line.after(r, \"inner\".find_it(ctx, jsonb_build_object('thing', COALESCE(r -> 'thing', p -> 'thing'))))"
        in said
    )
    assert any("TO brightline_writer" in each for each in headers.statements(found))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("-- then: find_it(thing)", "-- then: find_it", "is no command's"),
        ("-- then: find_it(thing)", "-- then: find_them(thing)", "names no query"),
        ("-- then: find_it(thing)", "-- then: change_it(thing)", "names no query"),
        ("-- roles: agent", "-- roles: agent, supervisor", "isn't for roles supervisor"),
        ("-- purposes: case", "-- purposes: case, desk", "isn't for purposes desk"),
    ],
)
def test_a_command_shows_nothing_that_its_caller_may_not_look_at(tmp_path, old, new, said):
    _write(tmp_path, GOOD)
    folder = _write(tmp_path, CHANGE.replace(old, new), "change_it").parent
    with pytest.raises(BadInput, match=said):
        headers.read_rooms([folder])
