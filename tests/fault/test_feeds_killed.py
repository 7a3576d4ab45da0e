"""kill -9 at any step of a run: the old state or the new one, and the run is taken up again."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.feeds import pipeline
from brightline.model.errors import NotRunning

pytestmark = [pytest.mark.database, pytest.mark.slow]

ROWS = "id,name,born,phone\n" + "".join(f"{i},Person Number{i},19{i % 90 + 10},\n" for i in range(6_000))
LATER = ROWS.replace("Person Number1,", "Changed Name,").replace("5999,Person Number5999,1969,\n", "")

KILLED = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from brightline.feeds import pipeline
from brightline.model.errors import NotRunning
step, dsn, run = sys.argv[1:4]
own = pipeline.Stage.call
copied = pipeline.Stage.copy
done = 0

def call(self, name, *arguments):
    if step == "before-" + name:
        os.kill(os.getpid(), signal.SIGKILL)
    answer = own(self, name, *arguments)
    if step == "after-" + name:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

def copy(self, statement, lines):
    global done
    copied(self, statement, lines)
    done += "stage.aspect" in statement
    if step == "mapping" and done:
        os.kill(os.getpid(), signal.SIGKILL)

pipeline.Stage.call = call
pipeline.Stage.copy = copy
pipeline.run(pipeline.Settings(dsn=dsn, entity_key=b"k" * 32, feed_roots=(Path("/"),), processes=1), UUID(run))
"""


@pytest.fixture(scope="module")
def desk(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Feeding:
    made = feeding(module_db)
    folder = folder_of(tmp_path_factory.mktemp("feeds"), deepcopy(BASE), {"inbox/a.csv": ROWS})
    made.add(folder)
    made.refresh("people")
    (folder / "inbox" / "a.csv").write_text(LATER)
    return made


STEPS = ["after-begin", "before-diff", "after-diff", "mapping", "before-publish"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_publishing_leaves_the_old_state(desk: Feeding, step: str) -> None:
    before = desk.state()
    run = desk.queue("people")
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), step, desk.settings.dsn, str(run)], check=False, timeout=120
    )
    assert ended.returncode == -signal.SIGKILL
    assert desk.state() == before
    assert desk.one("SELECT state FROM feed.run WHERE id = %s", (run,)) == "running"
    if step == STEPS[-1]:
        done = pipeline.run(desk.settings, run)
        assert (done.changed, done.deleted, done.unchanged) == (1, 1, 5998)
        assert desk.one("SELECT attempts FROM feed.run WHERE id = %s", (run,)) == 2
        assert desk.one("SELECT count(*) FROM content.aspect WHERE caption = 'Changed Name'") == 1
    else:
        desk.world.db.execute("UPDATE feed.run SET state = 'failed' WHERE id = %s", (run,))


def test_killed_after_publishing_leaves_the_new_state(desk: Feeding, tmp_path: Path) -> None:
    manifest = deepcopy(BASE)
    manifest["feed"] = "others"
    folder = folder_of(tmp_path, manifest, {"inbox/a.csv": "id,name,born,phone\nx1,Only One,,\n"})
    desk.add(folder)
    run = desk.queue("others")
    subprocess.run(
        [sys.executable, "-c", KILLED, "after-publish", desk.settings.dsn, str(run)], check=False, timeout=120
    )
    assert desk.one("SELECT state FROM feed.run WHERE id = %s", (run,)) == "published"
    assert desk.one("SELECT count(*) FROM content.aspect WHERE caption = 'Only One'") == 1
    again = desk.refresh("others")
    assert (again.new, again.unchanged) == (0, 1)


def test_a_backend_killed_while_it_publishes_changes_nothing(desk: Feeding, tmp_path: Path) -> None:
    """The transaction of feed.publish is all there is between the old state and the new one."""
    manifest = deepcopy(BASE)
    manifest["feed"] = "third"
    desk.add(folder_of(tmp_path, manifest, {"inbox/a.csv": ROWS.replace("\n", "\nz", 6000).rstrip("z")}))
    run = desk.queue("third")
    before = desk.state()
    admin = desk.world.db
    admin.execute(
        "CREATE FUNCTION feed.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
        " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
    )
    admin.execute("GRANT EXECUTE ON FUNCTION feed.die() TO PUBLIC")
    admin.execute("CREATE TRIGGER die AFTER INSERT ON content.link FOR EACH STATEMENT EXECUTE FUNCTION feed.die()")
    try:
        with pytest.raises(NotRunning):
            pipeline.run(desk.settings, run)
    finally:
        admin.execute("DROP TRIGGER die ON content.link")
        admin.execute("DROP FUNCTION feed.die()")
    assert desk.state() == before
    assert pipeline.run(desk.settings, run).new == 6_000


def test_a_killed_worker_s_run_is_taken_up_by_the_next(desk: Feeding, tmp_path: Path) -> None:
    from brightline.ledger import sequencer
    from brightline.worker import jobs
    from brightline.worker.place import Orders, Place, jobs_dsn

    manifest = deepcopy(BASE)
    manifest["feed"] = "fourth"
    desk.add(folder_of(tmp_path, manifest, {"inbox/a.csv": "id,name,born,phone\nw1,Waits Long,,\n"}))
    admin = desk.world.db
    admin.execute("DELETE FROM jobs.procrastinate_jobs")
    run = desk.queue("fourth")
    server = desk.db.server
    place = Place(
        jobs=jobs_dsn(server),
        feeds=desk.settings,
        ledger=sequencer.Settings(dsn="", folder=tmp_path, ledger_key=tmp_path / "k", origin="t"),
        orders=Orders(worker="", policy=""),
    )
    # A worker took the job, began the run, and is gone.
    dead = admin.execute(
        "INSERT INTO jobs.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
    ).fetchone()[0]
    admin.execute("UPDATE jobs.procrastinate_jobs SET status = 'doing', worker_id = %s", (dead,))
    admin.execute("SELECT feed.begin(%s)", (run,))
    jobs.drain(place)
    assert desk.one("SELECT state FROM feed.run WHERE id = %s", (run,)) == "running"
    assert jobs.orphans(place) == 1
    jobs.drain(place)
    assert desk.one("SELECT state, attempts FROM feed.run WHERE id = %s", (run,)) == ("published", 2)
    assert desk.one("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing'") == 0


def test_the_queue_is_procrastinate_s_own() -> None:
    """The migration holds the library's schema as it is installed; a newer library needs a new migration."""
    from importlib.resources import files

    from brightline.store import migrate

    text = (migrate.FOLDER / "0006_jobs.up.sql").read_text()
    ours = text.split("-- procrastinate begins\n")[1].split("-- procrastinate ends")[0]
    theirs = (files("procrastinate.sql") / "schema.sql").read_text()
    assert ours.strip() == theirs[theirs.index("-- Enums") :].strip()
