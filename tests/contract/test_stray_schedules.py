"""`doctor` finds what a clock would do that nobody here set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.office import Office, office

from brightline.store import doctor
from brightline.warehouse import commands

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def made(module_db: Any) -> Iterator[Office]:
    with office(module_db) as at:
        at.world.db.execute(
            "INSERT INTO feed.feed (name, title, source, manifest, digest, folder, format, mode)"
            " VALUES ('harbour', 'Harbour', 'register', '{}', '', '', 'csv', 'snapshot')"
        )
        wanted = {"name": "harbour-nightly", "kind": "feed", "target": "harbour", "cron": "5 3 * * *", "params": {}}
        commands.schedule_add(at.gate, at.call("stu", "records/steward"), wanted)
        yield at


def strays(at: Office) -> list[str]:
    return doctor.stray_schedules(at.world.db)


def test_a_schedule_of_a_feed_under_an_order_is_no_stray(made: Office) -> None:
    assert strays(made) == []


def test_a_schedule_without_its_feed_is(made: Office) -> None:
    db = made.world.db
    with db.transaction(force_rollback=True):
        db.execute("UPDATE warehouse.schedule SET target = 'gone' WHERE name = 'harbour-nightly'")
        assert strays(made) == ["the schedule harbour-nightly refreshes gone, and there is no such feed"]


def test_a_schedule_whose_order_is_over_is(made: Office) -> None:
    db = made.world.db
    with db.transaction(force_rollback=True):
        db.execute("UPDATE line.account SET state = 'disabled' WHERE name = 'stu'")
        db.execute("UPDATE warehouse.schedule SET next_run = clock_timestamp() - interval '1 hour'")
        [said] = strays(made)
        assert said.startswith("the schedule harbour-nightly is active without an order: ")


def test_another_programs_clock_is(made: Office) -> None:
    """As pg_cron keeps its jobs; the extension itself isn't installed here, its table is."""
    db = made.world.db
    with db.transaction(force_rollback=True):
        db.execute("CREATE SCHEMA cron; CREATE TABLE cron.job (command text)")
        assert strays(made) == ["cron.job is a clock of its own"]
        db.execute("INSERT INTO cron.job VALUES ('COPY line.account TO PROGRAM ''nc''')")
        assert strays(made) == ["cron.job holds a job: COPY line.account TO PROGRAM 'nc'"]
