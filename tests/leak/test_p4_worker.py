"""P4: whoever holds the password of brightline_worker, with any SQL. R7 is what it left undone before, unseen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from tests.feeding import BASE, Feeding, feeding, folder_of
from tests.leak import powers
from tests.leak.conftest import messages
from tests.warehousing import Warehousing, warehousing

from brightline.feeds import commands
from brightline.ledger import sequencer
from brightline.model.cron import Cron
from brightline.model.errors import BadInput, Conflict
from brightline.store import doctor, install
from brightline.worker import jobs
from brightline.worker.place import Orders, Place, jobs_dsn

pytestmark = pytest.mark.database
ROLE = "brightline_worker"
WHY = "The machine went away while it was at work on this run."
OVERSEER = ("ines", "inspectorate/overseer")
FUNCTIONS = {
    "analysis.due": "which watches have a published run to look at: names, no content",
    "line.errand_turn": "does what commands left to do: matches and tells, each an entry",
    "line.providers_wanted": "which providers' keys somebody waits for",
    "line.provider_put": "keys that a provider publishes; an entry. A session takes the sign-in's password too",
    "line.provider_keep": "forgets providers that the file names no more; an entry",
    "documents.work": "which documents wait to be read: ids; reading them takes each one's own order",
    "line.lapse_restrictions": "ends restrictions that nobody decided within their days; each an entry",
    "documents.stop": "that one can't be read, by a code; an entry",
    "leads.work": "which files of leads wait to be taken in: ids; taking one in takes its own order",
    "leads.over": "whether one is taken in, or ended",
    "leads.stop": "that one can't be read, in words; an entry",
    "line.lapse_leads": "closes and ends leads whose days are over; each an entry",
    "operations.work": "the same of published tables",
    "operations.over": "whether one is over",
    "operations.stop": "that one can't be taken, and why; an entry",
    "jobs.adopt": "takes up what lost its job; fails what was lost twice",
    "jobs.orphans": "gives the jobs of dead workers back",
    "jobs.procrastinate_fetch_job_v2": "takes a job, which is an id",
    "jobs.procrastinate_finish_job_v1": "ends one; a run that isn't over is taken up again",
    "jobs.procrastinate_retry_job_v2": "puts one back",
    "jobs.procrastinate_register_worker_v1": "says that it lives",
    "jobs.procrastinate_unregister_worker_v1": "says that it leaves",
    "jobs.procrastinate_update_heartbeat_v1": "says that it still lives",
    "jobs.procrastinate_prune_stalled_workers_v1": "forgets who doesn't",
    "warehouse.work": "what waits: names and ids",
    "warehouse.hold": "one writer a source",
    "warehouse.waits": "whether a run waits still",
    "warehouse.rows": "a run that waits, whole, once: the files are its work; an entry before the first row",
    "warehouse.stored": "that it was stored, with the counts that it has; an entry",
    "warehouse.faulty": "that it couldn't be, with the kind of an error",
    "warehouse.answer": "what a look found; the files are all it has to say",
    "warehouse.export_failed": "that an export can't be made; an entry in the name of whoever asked",
    "warehouse.case_claim": "a batch of what cases tell the files",
    "warehouse.case_rows": "it, without words; an entry",
    "warehouse.case_done": "that it was stored, with the counts that it has; an entry",
    "warehouse.due": "schedules that are due",
    "warehouse.armed": "when one is due next, no later than it can mean",
    "warehouse.fire": "takes the moment that is due, once",
    "warehouse.told": "what became of that",
}


@pytest.fixture
def desk(db: Any, tmp_path: Path) -> Feeding:
    made = feeding(db)
    made.add(folder_of(tmp_path, BASE, {"inbox/a.csv": "id,name,born,phone\n1,Rosa Quist,1970,\n"}))
    db.admin.execute("DELETE FROM jobs.procrastinate_jobs")
    return made


@pytest.fixture
def house(db: Any, tmp_path: Path) -> Warehousing:
    return warehousing(db, tmp_path, schedule="15 2 * * *")


def place(desk: Feeding) -> Place:
    folder = Path("/nonexistent")
    return Place(
        jobs=jobs_dsn(desk.db.server.named(desk.db.name)),
        feeds=desk.settings,
        ledger=sequencer.Settings(dsn="", folder=folder, ledger_key=folder, origin="t"),
        orders=Orders(worker="", policy=""),
    )


def age(desk: Feeding, run: UUID, **time: float) -> None:
    """The run was asked for, begun and adopted this much earlier."""
    ago = timedelta(**time)
    desk.world.db.execute(
        "UPDATE feed.run SET queued = queued - %s, started = started - %s, adopted = adopted - %s WHERE id = %s",
        (ago, ago, ago, run),
    )


def state(desk: Feeding, run: UUID) -> tuple[str, str | None]:
    found: tuple[str, str | None] = desk.one("SELECT state, code FROM feed.run WHERE id = %s", (run,))
    return found


def entries(database: Any, name: str) -> list[dict[str, Any]]:
    return [head for m in messages(database) if (head := json.loads(m["head"]))["name"] == name]


# --------------------------------------------------------------------------------------------- what it may


def test_p4_the_login_reaches_exactly_these_functions_and_of_tables_four_columns(desk: Feeding) -> None:
    admin = desk.world.db
    installed = {f"app.{one.name}" for one in install.read_rooms(install.ROOMS)}
    assert powers.functions(admin, ROLE) == {*FUNCTIONS, *installed}
    assert powers.tables(admin, ROLE) == {"jobs.procrastinate_jobs": {"SELECT"}}
    columns = admin.execute(
        "SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = 'jobs.procrastinate_jobs'::regclass AND attnum > 0"
        " AND has_column_privilege(%s, attrelid, attnum, 'SELECT')",
        (ROLE,),
    ).fetchone()
    assert columns == (["id", "queue_name", "status", "abort_requested"],)
    assert powers.attributes(admin, ROLE) == (False, False, False, False, False, [])


def test_p4_nothing_else_is_its_part(desk: Feeding) -> None:
    worker = desk.db.connect(ROLE)
    for statement in (
        *powers.NOBODY,
        "DELETE FROM jobs.procrastinate_jobs",
        "UPDATE jobs.procrastinate_jobs SET status = 'failed'",
        "INSERT INTO jobs.procrastinate_jobs (queue_name, task_name) VALUES ('feeds', 'feed_refresh')",
        "SELECT args FROM jobs.procrastinate_jobs",
        "SELECT jobs.defer('feeds', 'feed_refresh', NULL, '{}')",
        "SELECT jobs.procrastinate_cancel_job_v1(1, true, true)",
        "TRUNCATE jobs.procrastinate_workers CASCADE",
        "UPDATE warehouse.export SET state = 'ready'",
        "UPDATE warehouse.schedule SET next_run = 'infinity'",
        "DELETE FROM warehouse.outbox",
        "SELECT feed.publish(gen_random_uuid(), '{}')",
    ):
        with pytest.raises(psycopg.Error):
            worker.execute(statement)


def test_p4_an_order_is_good_for_its_acts_alone(house: Warehousing) -> None:
    """The order of a schedule refreshes its feed; it reads nothing and decides nothing."""
    (order,) = house.feeds.world.db.execute("SELECT standing_order FROM warehouse.schedule").fetchone() or ("",)
    worker = house.feeds.db.connect(ROLE)
    for name, params in (("feed_add", {}), ("search_find", {"q": "rosa"}), ("accounts_list", {}), ("source_renew", {})):
        with pytest.raises(psycopg.Error):
            worker.execute(f"SELECT app.{name}(%s, 'records/steward', NULL, %s)", (f"order:{order}", Jsonb(params)))


# --------------------------------------------------------------------------------------------- a job that is lost


def test_r7_a_run_whose_job_vanished_is_taken_up_again(desk: Feeding) -> None:
    run = desk.queue("people")
    desk.world.db.execute("DELETE FROM jobs.procrastinate_jobs")
    assert jobs.adopt(place(desk)) == 0, "two minutes are left to whoever is at it"
    age(desk, run, minutes=3)
    assert jobs.adopt(place(desk)) == 1
    assert jobs.adopt(place(desk)) == 0
    assert entries(desk.db, "feed_adopt")
    jobs.drain(place(desk))
    assert state(desk, run) == ("published", None)


def test_r7_a_run_whose_job_vanishes_twice_fails_and_the_feed_is_free(desk: Feeding) -> None:
    run = desk.queue("people")
    for _ in range(2):
        desk.world.db.execute("DELETE FROM jobs.procrastinate_jobs")
        age(desk, run, minutes=3)
        assert jobs.adopt(place(desk)) == 1
    assert state(desk, run) == ("failed", "lost")
    assert desk.refresh("people").new == 1


def test_r7_a_running_run_without_a_living_worker_is_taken_up(desk: Feeding) -> None:
    """Begun, its job ended by the login itself: as good as vanished."""
    run = desk.queue("people")
    worker = psycopg.connect(jobs_dsn(desk.db.server.named(desk.db.name)), autocommit=True)
    with worker:
        (me,) = worker.execute("SELECT worker_id FROM procrastinate_register_worker_v1()").fetchone() or (None,)
        (job,) = worker.execute(
            "SELECT id FROM procrastinate_fetch_job_v2(ARRAY['feeds']::varchar[], %s)", (me,)
        ).fetchone() or (None,)
        worker.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", (job,))
    desk.db.connect("brightline_feed").execute("SELECT feed.begin(%s)", (run,))
    age(desk, run, minutes=3)
    assert jobs.adopt(place(desk)) == 1
    jobs.drain(place(desk))
    assert state(desk, run) == ("published", None)


def test_r7_a_run_that_somebody_has_in_hand_is_left_to_them(desk: Feeding) -> None:
    run = desk.queue("people")
    age(desk, run, hours=2)
    assert jobs.adopt(place(desk)) == 0
    listed = desk.world.run(*OVERSEER, "oversight_promises").result
    (one,) = [item for item in listed["items"] if item["id"] == str(run)]
    assert (one["kind"], one["late"], one["why"], one["account"]) == ("run", True, "waits in the queue", "stu")


def test_r7_what_is_promised_and_not_done_shows_to_overseers_and_doctor(desk: Feeding) -> None:
    run = desk.queue("people")
    assert not _late(desk)
    assert doctor.promised_check(desk.world.db).ok
    desk.world.db.execute("DELETE FROM jobs.procrastinate_jobs")
    age(desk, run, minutes=6)
    (told,) = _late(desk)
    assert told["kind"] == "promise"
    assert "its job is lost" in told["detail"]
    listed = desk.world.run(*OVERSEER, "oversight_promises").result
    assert listed["late"] == 1
    found = doctor.promised_check(desk.world.db)
    assert not found.ok
    assert "its job is lost" in found.detail


def _late(desk: Feeding) -> list[dict[str, Any]]:
    found = desk.one("SELECT COALESCE(jsonb_agg(x), '[]') FROM line.oversight_late('-infinity', 'infinity') x")
    return list(found)


def test_r7_a_steward_ends_a_run_that_goes_nowhere(desk: Feeding) -> None:
    run = desk.queue("people")
    with pytest.raises(BadInput):
        commands.end(desk.gate, desk.call, run, "No.")
    ended = commands.end(desk.gate, desk.call, run, WHY).result
    assert (ended["state"], ended["code"]) == ("failed", "ended")
    assert WHY in ended["message"]
    with pytest.raises(Conflict):
        commands.end(desk.gate, desk.call, run, WHY)
    jobs.drain(place(desk))
    assert state(desk, run) == ("failed", "ended")
    assert desk.refresh("people").new == 1


def test_r7_a_run_that_was_ended_while_it_ran_publishes_nothing(desk: Feeding) -> None:
    run = desk.queue("people")
    feed = desk.db.connect("brightline_feed")
    feed.execute("SELECT feed.begin(%s)", (run,))
    commands.end(desk.gate, desk.call, run, WHY)
    with pytest.raises(psycopg.Error, match="state"):
        feed.execute("SELECT feed.publish(%s, '{}')", (run,))


def test_r7_an_export_that_nobody_makes_fails_after_a_day(house: Warehousing) -> None:
    admin = house.feeds.world.db
    export = _export(house)
    assert jobs.adopt(place(house.feeds)) == 0
    admin.execute("UPDATE warehouse.export SET made = made - interval '25 hours'")
    assert jobs.adopt(place(house.feeds)) == 1
    fault = house.one("SELECT fault FROM warehouse.export WHERE id = %s", export)
    assert "within a day" in fault
    assert [head["outcome"] for head in entries(house.feeds.db, "export_failed")] == ["refused"]


def _export(house: Warehousing) -> UUID:
    row = house.feeds.world.db.execute(
        "INSERT INTO warehouse.export"
        " (purpose, purpose_key, case_id, account, account_name, format, standing_order, entry)"
        " SELECT s.purpose, s.purpose_key, gen_random_uuid(), s.account, s.account_name, 'csv', s.standing_order,"
        " gen_random_uuid() FROM warehouse.schedule s RETURNING id"
    ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


# --------------------------------------------------------------------------------------------- what it may write


def test_r7_a_schedule_is_never_set_beyond_what_it_can_mean(house: Warehousing) -> None:
    worker = house.feeds.db.connect(ROLE)
    house.clock.tick()
    before = house.one("SELECT next_run FROM warehouse.schedule WHERE name = 'feed:people'")
    for moment in ("9999-01-01", "infinity", (datetime.now(UTC) + timedelta(days=2)).isoformat(), None):
        with pytest.raises(psycopg.Error, match="gap"):
            worker.execute("SELECT warehouse.armed('feed:people', %s)", (moment,))
    assert house.one("SELECT next_run FROM warehouse.schedule WHERE name = 'feed:people'") == before
    house.feeds.world.db.execute("UPDATE warehouse.schedule SET next_run = '9999-01-01'")
    (late,) = _late(house.feeds)
    assert "never means" in late["detail"]


def test_r7_only_the_moment_that_is_due_is_taken_and_told_of_once(house: Warehousing) -> None:
    worker = house.feeds.db.connect(ROLE)
    house.clock.tick()
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    fire, told = "SELECT warehouse.fire('feed:people', %s, %s)", "SELECT warehouse.told(%s, %s, %s, %s)"
    assert worker.execute(fire, ("2020-01-01", soon)).fetchone() == (None,)
    due = datetime.now(UTC).replace(second=0, microsecond=0)
    house.feeds.world.db.execute("UPDATE warehouse.schedule SET next_run = %s", (due,))
    (made,) = worker.execute(fire, (due, soon)).fetchone() or (None,)
    others = house.one("SELECT id FROM feed.run LIMIT 1")
    worker.execute(told, (made, "done", "all\n\x1b[2Jwell", others))
    row = house.feeds.one("SELECT state, detail, object FROM warehouse.schedule_run WHERE id = %s", (made,))
    assert row == ("done", "all [2Jwell", None), "a run that was there before isn't what this moment brought"
    worker.execute(told, (made, "failed", "twice", None))
    assert house.one("SELECT state FROM warehouse.schedule_run WHERE id = %s", made) == "done"


def test_r7_a_run_counts_as_stored_with_its_own_records_alone(house: Warehousing) -> None:
    worker, run = house.feeds.db.connect(ROLE), house.one("SELECT id FROM feed.run WHERE state = 'published'")
    stored = "SELECT warehouse.stored(%s, %s, 0, %s)"
    lie = {"put": 0, "gone": 0, "total": 0, "classes": []}
    with pytest.raises(psycopg.Error, match="counts"):
        worker.execute(stored, (run, "run", Jsonb(lie)))
    for which, how in ((run, "withdrawal"), (uuid4(), "run")):
        with pytest.raises(psycopg.Error, match="state"):
            worker.execute(stored, (which, how, Jsonb(lie)))
    house.keeper.once()
    assert house.one("SELECT delta_version FROM feed.run WHERE id = %s", run) is not None
    with pytest.raises(psycopg.Error, match="state"):
        worker.execute(stored, (run, "run", Jsonb(lie)))


def test_r7_its_words_are_short_plain_and_about_what_waits(house: Warehousing) -> None:
    worker = house.feeds.db.connect(ROLE)
    worker.execute("SELECT warehouse.faulty('nowhere', 'OSError')")
    worker.execute("SELECT warehouse.faulty('register', 'ask Mallory for the password')")
    assert house.feeds.all("SELECT source, fault FROM warehouse.dataset WHERE fault IS NOT NULL") == [
        ("register", "Error")
    ]
    with pytest.raises(psycopg.Error, match="counts"):
        worker.execute("SELECT warehouse.case_done(gen_random_uuid(), 1, '{\"put\": 0}')")
    export = _export(house)
    worker.execute("SELECT warehouse.export_failed(%s, %s)", (export, "x" * 900 + "\x07"))
    worker.execute("SELECT warehouse.export_failed(%s, 'again')", (export,))
    assert house.one("SELECT fault FROM warehouse.export WHERE id = %s", export) == "x" * 500
    assert len(entries(house.feeds.db, "export_failed")) == 1


PART = st.sampled_from(("*", "*/2", "0", "5", "0-3", "1,2", "1-5/2", "7"))
DAY = st.sampled_from(("*", "1", "29", "31", "1-7", "*/3", "15,16"))
MONTH = st.sampled_from(("*", "1", "2", "12", "*/2", "3-5"))
WEEKDAY = st.sampled_from(("*", "0", "1-5", "6,7"))


@settings(max_examples=80)
@given(parts=st.tuples(PART, PART, DAY, MONTH, WEEKDAY), minutes=st.integers(0, 5 * 366 * 24 * 60))
def test_r7_no_schedule_has_a_longer_gap_than_the_line_allows(
    module_db: Any, parts: tuple[str, ...], minutes: int
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    cron = " ".join(parts)
    try:
        moment = Cron.parse(cron).after(start)
    except BadInput:
        return
    with module_db.admin as admin:
        (gap,) = admin.execute("SELECT extract(epoch FROM warehouse.longest_gap(%s))", (cron,)).fetchone()
    assert moment - start <= timedelta(seconds=float(gap))


def test_r7_the_queue_is_worked_without_a_right_on_its_tables(desk: Feeding) -> None:
    run = desk.queue("people")
    jobs.drain(place(desk))
    assert state(desk, run) == ("published", None)
    assert desk.one("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing')") == 0
