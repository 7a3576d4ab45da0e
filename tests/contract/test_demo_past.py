"""The demo's past, played whole: what an organisation of eighteen months looks like, and a log that holds all of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import Database
from tests.contract.conftest import credentials_of, served
from tests.misusing import sequencer_of

from brightline.api.app import create_app
from brightline.cli.local import house as installation
from brightline.store import clock, install
from brightline.store.home import Home
from brightline.store.sessions import connect
from brightline.wiring.demo import Making, begins
from brightline.wiring.demo.door import Door
from brightline.wiring.demo.generate import generate
from brightline.wiring.demo.load import Loading, agree_sources, found_organisation, hire_everybody, set_up
from brightline.wiring.demo.office import PASSWORD
from brightline.wiring.demo.past import make
from brightline.wiring.demo.progress import Steps
from brightline.wiring.demo.vetting import enter_sources, found_programmes
from brightline.wiring.objects import House
from brightline.worker import undecided

pytestmark = [pytest.mark.database, pytest.mark.slow, pytest.mark.timeout(1_200)]
STARTED: list[bool] = []


@pytest.fixture(scope="module")
def past(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An organisation that was founded eighteen months ago, with its past."""
    home, name = tmp_path_factory.mktemp("past"), f"t_{uuid.uuid4().hex[:12]}"
    own = server.named(name)
    with connect(server.admin_dsn("postgres")) as conn, ExitStack() as stack:
        try:
            install.up(own, past=begins())
            made = Database(name=name, server=own, home=Home(path=server.secrets.parent), _stack=stack)
            _found(made, home)
            making = Making(server=own, size="tiny", seed=1, over=lambda: STARTED.append(clock.stands(made.admin)))
            assert making.waits()
            make(making, lambda _step, _part: None)
            sequencer_of(made.dsn("brightline_sequencer"), home).drain(checkpoint=True)
            yield made
        finally:
            stack.close()
            install.drop_database(conn, name)


def _found(made: Database, home: Path) -> None:
    """Units, people, law, sources and programmes, as `brightline demo` makes them before the past."""
    for each in ("ledger", "inbox"):
        (home / each).mkdir()
    house, code = House(credentials_of(made, home)), installation.setup_code(made.server)
    try:
        with served(create_app(house, static=home / "static")) as url, httpx.Client(base_url=url, timeout=60) as client:
            loading = Loading(
                door=Door(client, PASSWORD),
                steps=Steps(home / "demo" / "state.json", "tiny", 1),
                world=generate("tiny", 1, home / "demo" / "1-tiny"),
                progress=lambda _step, _part: None,
                began=begins().date(),
            )
            set_up(loading, code)
            for step in (found_organisation, hire_everybody, enter_sources, agree_sources, found_programmes):
                step(loading)
            loading.door.close()
    finally:
        house.close()


def counted(past: Database, query: str) -> dict[str, int]:
    return dict(past.admin.execute(query.encode()).fetchall())


def test_sixty_cases_most_of_them_closed(past: Database) -> None:
    states = counted(past, "SELECT state, count(*) FROM cases.case_file GROUP BY 1")
    assert sum(states.values()) == 60
    assert states["closed"] >= 42
    outcomes = counted(past, "SELECT outcome, count(*) FROM cases.case_file WHERE state = 'closed' GROUP BY 1")
    assert len(outcomes) >= 4
    assert len(counted(past, "SELECT to_char(made, 'YYYY-MM'), count(*) FROM cases.case_file GROUP BY 1")) >= 14


def test_three_hundred_leads_and_one_bad_source(past: Database) -> None:
    assert 280 <= sum(counted(past, "SELECT programme, count(*) FROM leads.lead GROUP BY 1").values()) <= 340
    found = past.admin.execute(
        "SELECT f.programme, count(*) FILTER (WHERE r.outcome IN ('case_opened', 'merged', 'acted')), count(*)"
        " FROM leads.referral r JOIN leads.lead f ON f.id = r.lead WHERE r.outcome IS NOT NULL GROUP BY 1"
    ).fetchall()
    right = {programme: hits / whole for programme, hits, whole in found}
    assert right["procurement-fraud-tips"] > 0.6
    assert right["status-review"] < 0.35


def test_what_nobody_worked_on_ended_when_it_was_due(past: Database) -> None:
    """Not on the day the demo was made: then a hundred leads would be the latest decided."""
    ended = past.admin.execute(
        "SELECT e.at FROM leads.event e WHERE e.account_name = 'worker' AND e.what = 'decided: insufficient' ORDER BY 1"
    ).fetchall()
    assert len({f"{at:%Y-%m}" for (at,) in ended}) >= 9
    dsn = past.dsn("brightline_worker")
    assert undecided.once(dsn) < 12


def test_crossings_of_every_outcome(past: Database) -> None:
    found = past.admin.execute(
        "SELECT count(*) FILTER (WHERE c.state = 'withdrawn'), count(*) FILTER (WHERE c.revoked IS NOT NULL),"
        " count(*) FILTER (WHERE line.crossing_state(c) = 'lapsed'), count(*) FILTER (WHERE c.audited IS NOT NULL),"
        " count(*) FILTER (WHERE c.decided IS NOT NULL) FROM line.crossing c"
    ).fetchone()
    assert found is not None
    assert min(found) >= 1
    assert found[-1] >= 6
    row = past.admin.execute(
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY decided - requested) FROM line.crossing"
    ).fetchone()
    assert row is not None
    assert timedelta(days=1) < row[0] < timedelta(days=14)


def test_the_last_quarter_decided_crossings_too(past: Database) -> None:
    """More than the demo's own, which are decided within a minute: an overseer's page shows how long it takes."""
    row = past.admin.execute(
        "SELECT count(*) FROM line.crossing c WHERE c.decided > clock_timestamp() - interval '90 days'"
        " AND c.decided - c.requested > interval '1 day' AND c.state <> 'withdrawn'"
    ).fetchone()
    assert row is not None
    assert row[0] >= 4


def test_some_criminal_cases_drifted_to_civil_work(past: Database) -> None:
    marked = counted(past, "SELECT kind, count(DISTINCT of) FROM oversight.marked WHERE flag = 'drift' GROUP BY 1")
    assert marked["operation"] == 4
    assert marked["case"] >= 2
    money = past.admin.execute(
        "SELECT count(*), count(DISTINCT date_trunc('month', at)) FROM operations.cost"
    ).fetchone()
    assert money is not None
    assert money[1] >= 8


def test_the_log_holds_all_of_it_in_order_and_in_office_hours(past: Database) -> None:
    rows = past.admin.execute("SELECT index, at, act, name, account FROM ledger.entry ORDER BY index").fetchall()
    assert (rows[0][3], rows[-1][3]) == ("demo_clock", "demo_clock")
    assert not {row[2] for row in rows} & {"clock", "gap", "malformed"}
    assert rows[0][1] == min(row[1] for row in rows)
    people = [at.astimezone(UTC) for _, at, _, _, account in rows if account is not None]
    assert {at.weekday() for at in people} <= set(range(5))
    assert {at.hour for at in people} <= set(range(8, 18))
    assert datetime.now(UTC) - rows[-1][1] < timedelta(minutes=10)
    span = people[-1] - people[0]
    assert timedelta(days=500) < span < timedelta(days=560)


def test_nobody_was_flagged_and_no_role_lapsed(past: Database) -> None:
    assert past.admin.execute("SELECT count(*) FROM line.role_grant g WHERE NOT line.accounts_live(g)").fetchone() == (
        0,
    )


def test_the_clock_is_nobodys_any_more(past: Database) -> None:
    assert not clock.stands(past.admin)
    assert STARTED == [False]
    assert not Making(server=past.server, size="tiny", seed=1).waits()
