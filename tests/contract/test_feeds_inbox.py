"""What was sent along with a request leaves the inbox when a run has taken it whole, and not before."""

from __future__ import annotations

import io
import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.feeding import BASE, Feeding, feeding, folder_of
from tests.leak.conftest import messages

from brightline.feeds import commands, pipeline
from brightline.model.errors import BrightlineError
from brightline.wiring.inbox import Inbox
from brightline.worker.inbox import Sweep
from brightline.worker.place import Leaving

pytestmark = pytest.mark.database

CSV = "id,name,born,phone\n1,Alma Berg,1980-05-01,\n2,Chen Wei,1990-02,\n"


class Desk:
    """A feed whose input is sent along, and the worker's look into the inbox."""

    def __init__(self, db: Any, root: Path) -> None:
        self.db, self.inbox = db, Inbox(root / "inbox")
        self.made: Feeding = feeding(db)
        self.made.settings = replace(self.made.settings, inbox=self.inbox.folder)
        self.made.add(folder_of(root, deepcopy(BASE), {}))

    def sent(self, text: str = CSV) -> Path:
        return self.inbox.keep("people.csv", io.BytesIO(text.encode()))

    def taken(self, path: Path) -> pipeline.Summary:
        return self.made.refresh("people", input=str(path))

    def sweep(self, hours: int = 0) -> int:
        return Sweep(Leaving(dsn=self.db.dsn("brightline_feed"), folder=self.inbox.folder, hours=hours)).once()

    def entered(self) -> list[dict[str, Any]]:
        """Heads of what the log holds of removed files, with their parameters."""
        told = [(json.loads(m["head"]), json.loads(m["body"])) for m in messages(self.db)]
        return [{**head, **body} for head, body in told if head.get("name") == "feed_input_remove" or
                body.get("name") == "feed_input_remove"]  # fmt: skip


@pytest.fixture
def desk(db: Any, tmp_path: Path) -> Desk:
    return Desk(db, tmp_path)


def test_a_file_goes_some_hours_after_its_run_was_published_and_is_entered(desk: Desk) -> None:
    path = desk.sent()
    done = desk.taken(path)
    assert desk.sweep(hours=24) == 0
    assert path.exists()
    desk.made.world.db.execute("UPDATE feed.run SET ended = ended - interval '25 hours'")
    assert desk.sweep(hours=24) == 1
    assert not path.exists()
    [entry] = desk.entered()
    assert str(done.run) in json.dumps(entry)
    assert desk.sweep() == 0
    assert len(desk.entered()) == 1
    assert desk.made.one("SELECT count(*) FROM content.record WHERE current") == 2


def test_what_no_run_took_stays(desk: Desk) -> None:
    nobodys, draft = desk.sent(), desk.inbox.folder / ".half-written"
    draft.write_bytes(b"id")
    assert desk.sweep() == 0
    waiting = desk.sent()
    desk.made.queue("people", input=str(waiting))
    assert desk.sweep() == 0
    assert [path.exists() for path in (nobodys, draft, waiting)] == [True] * 3
    assert desk.entered() == []


def test_what_a_failed_run_was_given_stays(desk: Desk) -> None:
    path = desk.sent("id,name\n1,Alma Berg\n")
    with pytest.raises(BrightlineError):
        desk.taken(path)
    assert desk.sweep() == 0
    assert path.exists()


def test_what_a_withdrawn_run_was_given_stays(desk: Desk) -> None:
    path = desk.sent()
    done = desk.taken(path)
    commands.withdraw(desk.made.gate, desk.made.call, UUID(str(done.run)), "The wrong file was sent.")
    assert desk.sweep() == 0
    assert path.exists()


def test_a_file_with_rows_in_quarantine_stays_until_they_were_read_anew(desk: Desk) -> None:
    path = desk.sent(CSV + "3,Dora\n")
    assert desk.taken(path).rejected_rows == 1
    assert desk.sweep() == 0
    assert path.exists()
    mended = desk.sent(CSV + "3,Dora,1977,\n")
    desk.taken(mended)
    assert desk.sweep() == 2
    assert not path.exists()


def test_a_file_that_can_not_be_removed_is_tried_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    path = desk.sent()
    desk.taken(path)
    sweep = Sweep(Leaving(dsn=desk.db.dsn("brightline_feed"), folder=desk.inbox.folder, hours=0))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        assert (sweep.once(), sweep.once()) == (0, 0)
    assert "can't be removed" in caplog.text
    assert len(desk.entered()) == 1
    assert desk.sweep() == 1
