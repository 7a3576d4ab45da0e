"""A file of leads is the worker's: read in the box, in once whatever breaks, refused with its limits, then gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.leadroom import NOTICE, LeadRoom, lead_room, table
from tests.office import taker_of, worker_gate
from tests.taking import Breaking, Busy

from brightline.box.starting import WHOLE
from brightline.leads import intake
from brightline.model.errors import BrightlineError, Conflict, Missing, Refused
from brightline.worker.taking import Taker

pytestmark = pytest.mark.database

DESK = "status/vetter"


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def rows(key: str, count: int) -> list[dict[str, str]]:
    return [
        {"notice": f"{key}-{n}", "name": f"Person {key} {n}", "passport": f"P{key}{n}", "id_no": f"I{key}{n}"}
        for n in range(count)
    ]


def sent(room: LeadRoom, inbox: Path, content: bytes, name: str = "rows.csv", **changed: str) -> str:
    path = inbox / name
    path.write_bytes(content)
    told = {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "file": str(path), **changed}
    found: str = room.do("stan", DESK, "lead_intake", programme="status-review", **told)["intake"]
    return found


def told(room: LeadRoom, number: str) -> Any:
    return room.do("stan", DESK, "lead_intakes", intake=number)["intakes"][0]


def taken(room: LeadRoom, inbox: Path, number: str) -> Any:
    taker_of(room.at.database, inbox).once()
    return told(room, number)


def leads_of(room: LeadRoom, number: str) -> int:
    row = room.at.world.db.execute(
        "SELECT count(*), count(DISTINCT source_key) FROM leads.lead WHERE intake = %s", (number,)
    ).fetchone()
    assert row is not None
    assert row[0] == row[1]
    return int(row[0])


def test_a_file_waits_is_taken_in_and_is_gone(room: LeadRoom, inbox: Path) -> None:
    content = table(NOTICE, *rows("A", 700), {"notice": "A-bad", "name": ""})
    number = sent(room, inbox, content)
    assert told(room, number)["state"] == "waiting"
    done = taken(room, inbox, number)
    assert (done["state"], done["rows"], done["total"], done["accepted"], done["rejected"]) == (
        "done",
        701,
        701,
        700,
        1,
    )
    assert done["faults"][0]["reasons"] == ["name is empty"]
    assert leads_of(room, number) == 700
    assert list(inbox.iterdir()) == []
    again = taken(room, inbox, sent(room, inbox, content))
    assert (again["accepted"], again["known"], again["changed"]) == (0, 700, 0)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_any_line_end_is_one(room: LeadRoom, inbox: Path, end: str) -> None:
    key = {"\r": "CR", "\n": "LF", "\r\n": "CRLF"}[end]
    content = table(NOTICE, *rows(key, 3)).replace(b"\r\n", end.encode())
    assert taken(room, inbox, sent(room, inbox, content))["accepted"] == 3


BAD = [
    (b"\xff\xfe\x00", "isn't UTF-8"),
    (b"one,two\n1,2\n", "lacks the columns"),
    (b"", "lacks the columns"),
    (table(NOTICE), "has no rows"),
    (table(NOTICE, *rows("Q", 600)) + b'"open', "is no CSV"),
]


@pytest.mark.parametrize(("content", "said"), BAD)
def test_what_can_not_be_taken_is_refused_whole(room: LeadRoom, inbox: Path, content: bytes, said: str) -> None:
    number = sent(room, inbox, content)
    done = taken(room, inbox, number)
    assert done["state"] == "failed"
    assert said in done["message"]
    assert leads_of(room, number) == 0
    assert list(inbox.iterdir()) == []


def test_more_rows_than_are_taken_are_refused_with_the_limit(room: LeadRoom, inbox: Path) -> None:
    number = sent(room, inbox, table(NOTICE, *rows("M", 31)))
    database: Any = room.at.database
    Taker(database.dsn("brightline_worker"), worker_gate(database), WHOLE, inbox, 30).once()
    done = told(room, number)
    assert done["message"] == "has 31 rows; at most 30 are taken at a time"
    assert done["hint"] == "Split it."
    assert leads_of(room, number) == 0


def test_a_busy_machine_takes_smaller_pieces(room: LeadRoom, inbox: Path) -> None:
    given = [one if n % 7 else {**one, "name": ""} for n, one in enumerate(rows("H", 130))]
    number = sent(room, inbox, table(NOTICE, *given))
    database: Any = room.at.database
    busy: Any = Busy(worker_gate(database), 40)
    Taker(database.dsn("brightline_worker"), busy, WHOLE, inbox).once()
    done = told(room, number)
    assert (done["state"], done["rows"], done["accepted"], done["rejected"]) == ("done", 130, 111, 19)
    assert (sum(busy.taken), max(busy.taken) <= 40) == (130, True)
    order = room.at.world.db.execute("SELECT intake_row FROM leads.lead WHERE intake = %s ORDER BY 1", (number,))
    assert [row[0] for row in order.fetchall()] == [n + 2 for n in range(130) if n % 7]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_worker_that_dies_leaves_a_file_to_the_next_and_no_row_comes_twice(
    room: LeadRoom, inbox: Path, at: int
) -> None:
    number = sent(room, inbox, table(NOTICE, *rows(f"K{at}", 1200)))
    database: Any = room.at.database
    broken: Any = Breaking(worker_gate(database), at)
    Taker(database.dsn("brightline_worker"), broken, WHOLE, inbox).once()
    assert told(room, number)["state"] == ("running" if at else "waiting")
    assert told(room, number)["rows"] == at * intake.PIECE
    done = taken(room, inbox, number)
    assert (done["state"], done["accepted"], done["known"]) == ("done", 1200, 0)
    assert leads_of(room, number) == 1200


def test_a_piece_comes_in_once_and_only_in_its_place(room: LeadRoom) -> None:
    begun = room.do("stan", DESK, "lead_intake", programme="status-review", name="x.csv", sha256="0" * 64)["intake"]
    piece = {
        "intake": begun,
        "content_base64": "eyJyb3dzIjogW10sICJyZWplY3RlZCI6IFt7InJvdyI6IDEsICJyZWFzb25zIjogW10sICJyYXciOiB7fX1dfQ==",
    }
    assert room.do("stan", DESK, "lead_rows", at=0, **piece)["rows"] == 1
    for at in (0, 5):
        with pytest.raises(Conflict):
            room.do("stan", DESK, "lead_rows", at=at, **piece)
    with pytest.raises(Refused):
        room.do("sol", DESK, "lead_rows", at=1, **piece)
    for who, desk in (("tam", "tips/vetter"), ("lara", "labour/vetter")):
        with pytest.raises(Missing):
            room.do(who, desk, "lead_rows", at=1, **piece)
        with pytest.raises(Missing):
            room.do(who, desk, "lead_intake_end", intake=begun)
    assert room.do("stan", DESK, "lead_intake_end", intake=begun)["state"] == "done"
    with pytest.raises(Conflict):
        room.do("stan", DESK, "lead_rows", at=1, **piece)


def test_p4_the_worker_reads_no_file_but_the_one_that_was_sent(room: LeadRoom, inbox: Path, tmp_path: Path) -> None:
    """Another folder's, a link's, and one whose bytes changed are never opened."""
    secret = tmp_path / "secret.csv"
    secret.write_bytes(table(NOTICE, *rows("S", 1)))
    digest = hashlib.sha256(secret.read_bytes()).hexdigest()
    (inbox / "link.csv").symlink_to(secret)
    for path in (str(secret), str(inbox / "link.csv"), str(inbox / ".." / "secret.csv")):
        told_of = {"programme": "status-review", "name": "x.csv", "sha256": digest, "file": path}
        number = room.do("stan", DESK, "lead_intake", **told_of)["intake"]
        assert "isn't in the inbox" in taken(room, inbox, number)["message"]
    number = sent(room, inbox, table(NOTICE, *rows("C", 2)), sha256="0" * 64)
    assert "isn't in the inbox" in taken(room, inbox, number)["message"]
    assert secret.exists()


def test_a_vetter_who_left_takes_nothing_in(room: LeadRoom, inbox: Path) -> None:
    number = sent(room, inbox, table(NOTICE, *rows("L", 2)))
    room.at.take("stan", "vetter")
    taker_of(room.at.database, inbox).once()
    room.at.world.grant("stan", "status", "vetter")
    assert told(room, number)["state"] == "failed"
    assert leads_of(room, number) == 0


def test_a_desk_has_five_files_waiting_at_most(room: LeadRoom, inbox: Path) -> None:
    for n in range(5):
        sent(room, inbox, table(NOTICE, *rows(f"W{n}", 1)), f"w{n}.csv")
    with pytest.raises(BrightlineError) as caught:
        sent(room, inbox, table(NOTICE, *rows("W9", 1)), "w9.csv")
    assert caught.value.code == "waiting"
    (inbox / "w9.csv").unlink()
    taker_of(room.at.database, inbox).once()
