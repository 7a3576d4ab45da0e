"""P7: whoever holds the password of brightline_overseer, with any SQL: how the log does, not what it holds."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.leak import powers
from tests.leak.conftest import Lab

pytestmark = pytest.mark.database
ROLE = "brightline_overseer"
FUNCTIONS = {"ledger.health": "the state of the log: sizes, keys, alarms, its parts; no entry, no person"}
TABLES = {"ledger.checkpoint": {"SELECT"}}
SIZES = (
    "SELECT pg_relation_size({})",
    "SELECT pg_table_size({})",
    "SELECT pg_indexes_size({})",
    "SELECT pg_total_relation_size({})",
)


@pytest.fixture
def overseer(lab: Lab) -> psycopg.Connection[Any]:
    return lab.database.connect(ROLE)


def test_p7_the_login_reaches_this_function_and_the_published_checkpoints(lab: Lab) -> None:
    assert powers.functions(lab.admin, ROLE) == set(FUNCTIONS)
    assert powers.tables(lab.admin, ROLE) == TABLES
    assert powers.attributes(lab.admin, ROLE) == (False, False, False, False, False, [])


def test_p7_nothing_else_is_its_part(lab: Lab, overseer: psycopg.Connection[Any]) -> None:
    for statement in powers.NOBODY:
        with pytest.raises(psycopg.Error):
            overseer.execute(statement)


def test_p7_no_size_of_a_hidden_table_is_told_by_its_number_either(lab: Lab, overseer: psycopg.Connection[Any]) -> None:
    """How much a regime holds shows in the size of a table; a number needs no right on its schema."""
    numbers = lab.admin.execute(
        "SELECT c.oid::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('content', 'line', 'cases', 'ledger') AND c.relkind IN ('r', 'i')"
    ).fetchall()
    assert len(numbers) > 50
    for (number,) in numbers[:20]:
        for size in SIZES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                overseer.execute(size.format(number).encode())


def test_p7_health_names_no_person_and_no_content(lab: Lab, overseer: psycopg.Connection[Any]) -> None:
    row = overseer.execute("SELECT ledger.health()::text").fetchone()
    assert row is not None
    names = [name for (name,) in lab.admin.execute("SELECT name FROM line.account").fetchall()]
    assert names
    assert not [name for name in names if f'"{name}"' in row[0]]
