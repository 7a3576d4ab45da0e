"""Who may call a function with its owner's rights stands above it; what doesn't say so isn't installed."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

from brightline.model.errors import BadInput
from brightline.store import changes, definers, headers, install

MADE = "CREATE OR REPLACE FUNCTION line.{name}(a text) RETURNS text\nLANGUAGE sql RETURN a;\n"


def _file(folder, text, *, name="10_words.sql", inside="definer"):
    path = folder / "room" / "sql" / inside / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_comment_above_says_who_may_call(tmp_path):
    text = "-- Words.\n\n-- Why.\n-- callers: reader, writer\n" + MADE.format(name="one")
    (one,) = definers.read(_file(tmp_path, text))
    assert (one.name, one.owner, one.callers) == (
        "line.one",
        "brightline_line",
        {"brightline_reader", "brightline_writer"},
    )


def test_a_file_may_say_it_for_all_and_a_function_otherwise(tmp_path):
    text = (
        "-- Words.\n-- callers: reader\n\n"
        + MADE.format(name="one")
        + "\n-- callers: none\n-- owner: watch\n"
        + MADE.format(name="two")
    )
    one, two = definers.read(_file(tmp_path, text))
    assert one.callers == {"brightline_reader"}
    assert (two.owner, two.callers) == ("brightline_watch", frozenset())


def test_the_first_comment_is_the_file_s_only_if_a_blank_line_ends_it(tmp_path):
    text = "-- callers: reader\n" + MADE.format(name="one") + "\n" + MADE.format(name="two")
    with pytest.raises(BadInput, match=r"line\.two doesn't say who may call it"):
        definers.read(_file(tmp_path, text))


@pytest.mark.parametrize("inside", ["definer", "."])
def test_a_function_that_says_nothing_is_refused(tmp_path, inside):
    with pytest.raises(BadInput, match=r"line\.one doesn't say who may call it"):
        definers.read(_file(tmp_path, MADE.format(name="one"), inside=inside))


def test_one_of_another_schema_is_refused_in_the_folder_too(tmp_path):
    text = MADE.format(name="one").replace("line.one", "cases.one")
    with pytest.raises(BadInput, match=r"cases\.one doesn't say"):
        definers.read(_file(tmp_path, text))
    assert definers.read(_file(tmp_path, text, inside=".")) == ()


@pytest.mark.parametrize("word", ["everybody", "brightline_reader", "reader writer", "none, reader", ""])
def test_a_word_that_is_no_role_is_refused(tmp_path, word):
    with pytest.raises(BadInput, match="is no role"):
        definers.read(_file(tmp_path, f"-- callers: {word}\n" + MADE.format(name="one")))


def test_one_name_has_one_declaration(tmp_path):
    text = "-- callers: reader\n" + MADE.format(name="one")
    twice = text + "\n-- callers: writer\n" + MADE.format(name="one").replace("a text", "a int")
    with pytest.raises(BadInput, match="is declared otherwise"):
        definers.read_all([_file(tmp_path, twice)])
    with pytest.raises(BadInput, match="twice"):
        definers.read(_file(tmp_path, "-- callers: writer\n" + text))


# Files that still say so by statements; each is off this list when it says so by its comments alone.
BY_STATEMENT = {
    *("line/10_emit.sql", "line/30_enter.sql", "line/50_inquiry.sql", "line/54_pointers.sql", "line/79_visible.sql"),
    *("search/10_lookups.sql", "search/15_nets.sql", "search/20_bulk.sql"),
}


def test_no_script_gives_a_function_away_by_itself():
    """Neither owner nor right of a function is set anywhere but by its declaration."""
    pattern = re.compile(r"GRANT EXECUTE ON FUNCTION (?!pg_catalog)|REVOKE \w+ ON FUNCTION|ALTER FUNCTION .* OWNER TO")
    scripts = [path for folder in install.SCRIPTS for path in folder.glob("*.sql")]
    scripts += [path for room in install.ROOMS for path in room.glob(headers.PLAIN_FORM)]
    assert {changes.script_name(path) for path in scripts if pattern.search(path.read_text())} == BY_STATEMENT


@pytest.mark.parametrize("folder", install.SCRIPTS, ids=lambda folder: str(folder.relative_to(install.PACKAGE)))
def test_no_two_files_of_a_folder_share_a_number(folder):
    numbers = sorted(path.name.split("_")[0] for path in folder.glob("*.sql"))
    assert [number for number, them in groupby(numbers) if len(list(them)) > 1] == []
    assert all(re.fullmatch(r"\d\d", number) for number in numbers)
