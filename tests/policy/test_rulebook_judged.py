"""The line's own judgement of a rulebook, in SQL, against the pure one: one difference, one floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from tests.policy.test_rulebook import BROKEN, SHIPPED, SITE, site

from brightline.line import rulebook_check, rulebook_diff
from brightline.line.proof import prove
from brightline.model.errors import BadInput
from brightline.policy import doors

pytestmark = pytest.mark.database
FLAT = rulebook_diff.flat(SHIPPED)
WORDS = ("criminal", "civil", "regulatory", "oversight", "sealed", "victim", "supervisor", "requester", "desk", "pii")


@pytest.fixture(scope="module")
def conn(module_db: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(module_db.admin_dsn, autocommit=True) as made:
        yield made


def floor(conn: psycopg.Connection[Any], book: Mapping[str, Any]) -> str | None:
    row = conn.execute("SELECT line.rulebook_floor(%s)", (Jsonb(book),)).fetchone()
    assert row is not None
    return row[0]


def difference(conn: psycopg.Connection[Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    row = conn.execute("SELECT line.rulebook_difference(%s, %s)", (Jsonb(old), Jsonb(new))).fetchone()
    assert row is not None
    return row[0]


def by_key(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in documents}


def test_r4_the_shipped_book_and_the_sites_example_stand_above_the_floor(conn: psycopg.Connection[Any]) -> None:
    assert floor(conn, SHIPPED) is None
    assert floor(conn, site(SITE.read_text())) is None


@pytest.mark.parametrize(("promise", "yaml"), [(p, y) for p, y, _ in BROKEN], ids=[y for _, y, _ in BROKEN])
def test_r4_the_floor_knows_each_broken_promise(conn: psycopg.Connection[Any], promise: str, yaml: str) -> None:
    """The proof is pure code's; what it rests on in the book's own words, the line sees for itself."""
    assert floor(conn, site(yaml)) is not None, promise


def test_r4_the_floor_holds_every_number_and_list_that_law_fixes(conn: psycopg.Connection[Any]) -> None:
    for bounds, step in ((rulebook_check.AT_MOST, 1), (rulebook_check.AT_LEAST, -1)):
        for key, (bound, _) in bounds.items():
            assert floor(conn, changed(key, bound + step)) is not None, key
            assert floor(conn, changed(key, None)) is not None, key
            assert floor(conn, changed(key, "many")) is not None, key
    for key, (needed, _) in rulebook_check.HOLDS.items():
        for word in needed:
            assert floor(conn, changed(key, [w for w in FLAT[key] if w != word])) is not None, (key, word)
        assert floor(conn, changed(key, "all")) is not None, key


def changed(key: str, value: Any) -> dict[str, Any]:
    """The shipped book with one key changed, or left out."""
    path = key.split(".")
    book: dict[str, Any] = site("")
    at = book
    for part in path[:-1]:
        at = at[part]
    if value is None:
        at.pop(path[-1])
    else:
        at[path[-1]] = value
    return book


def other(value: Any) -> st.SearchStrategy[Any]:
    """Values of the same kind, and now and then none at all."""
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, list):
        return st.lists(st.sampled_from([*WORDS, *map(str, value)]), unique=True, max_size=20)
    if isinstance(value, int | float):
        return st.integers(-1, 4000)
    return st.sampled_from([*WORDS, str(value)])


CHANGES = st.lists(
    st.sampled_from(sorted(FLAT)).flatmap(lambda key: st.tuples(st.just(key), st.none() | other(FLAT[key]))),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_r4_the_difference_and_what_weakens_are_the_same_twice(
    conn: psycopg.Connection[Any], changes: list[tuple[str, Any]]
) -> None:
    book = site("")
    for key, value in changes:
        *path, last = key.split(".")
        at = book
        for part in path:
            at = at[part]
        if value is None:
            at.pop(last, None)
        else:
            at[last] = value
    pure = by_key([change.document() for change in rulebook_diff.changes(SHIPPED, book)])
    assert by_key(difference(conn, SHIPPED, book)) == pure


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_r4_no_book_that_pure_code_refuses_for_a_promise_stands_above_the_floor_and_none_that_it_takes_lies_below(
    conn: psycopg.Connection[Any], changes: list[tuple[str, Any]]
) -> None:
    book = site("")
    for key, value in changes:
        if value is not None:
            book = _with(book, key, value)
    wrong = floor(conn, book)
    try:
        rulebook_check.check(book, doors=doors.installed())
    except BadInput:
        return
    assert prove(book, doors.installed()).holds == (wrong is None), wrong


def _with(book: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    *path, last = key.split(".")
    at = book
    for part in path:
        at = at[part]
    at[last] = value
    return book


@pytest.mark.parametrize(
    "book",
    [{}, {"notice": 7}, {"categories": []}, {"chains": {"crossing": "free"}}, {"roles": [1]}, {"log": "none"}],
)
def test_r4_what_has_no_form_stands_on_no_floor(conn: psycopg.Connection[Any], book: dict[str, Any]) -> None:
    assert floor(conn, book) is not None
    assert difference(conn, SHIPPED, book)


def test_r4_a_key_with_a_dot_in_its_name_hides_no_change(conn: psycopg.Connection[Any]) -> None:
    assert [c["key"] for c in difference(conn, {"a": {"b.c": 1}}, {"a.b": {"c": 1}})] == ["a.b.c", "a.b.c"]
