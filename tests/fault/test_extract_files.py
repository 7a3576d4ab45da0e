"""A published table is the worker's: read in the box, in once whatever breaks, refused whole with its limits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.office import Office, office, tables_of, worker_gate
from tests.taking import Breaking, Busy

from brightline.box.starting import WHOLE
from brightline.model.errors import Conflict, Missing
from brightline.operations import extract
from brightline.worker.taking import Tables

pytestmark = pytest.mark.database

HEADING = "Apprehension Date,Apprehension Method,Apprehension Criminality,Surname"
DESK = "fraud/agent"


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


def table(key: str, count: int, end: str = "\n") -> bytes:
    rows = [f"2025-01-{n % 28 + 1:02d},{key} {n % 7},1 Convicted Criminal,Nobody" for n in range(count)]
    return end.join([HEADING, *rows, ""]).encode()


def sent(at: Office, inbox: Path, content: bytes) -> Any:
    path = inbox / "table.csv"
    path.write_bytes(content)
    told = {"kind": "arrests", "name": "table.csv", "sha256": hashlib.sha256(content).hexdigest(), "file": str(path)}
    return at.do("ana", DESK, "extract_import", **told)


def shown(at: Office, made: Any) -> Any:
    return at.do("ana", DESK, "extract_show", extract=made["extract"])


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_any_line_end_is_one_and_the_file_is_gone(at: Office, tmp_path: Path, end: str) -> None:
    made = sent(at, tmp_path, table(f"end {len(end)} {ord(end[0])}", 25, end))
    assert made["state"] == "waiting"
    tables_of(at.database, tmp_path).once()
    done = shown(at, made)
    assert (done["state"], done["rows"], done["kept"], done["omitted"]) == ("done", 25, 25, ["Surname"])
    assert "Nobody" not in str(done)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00\x00", "isn't UTF-8"),
        (b"one,two\n1,2\n", "has no column for the day"),
        (table("quote", 20) + b'2025-01-01,"open', "can't be read as CSV after row 20"),
    ],
)
def test_what_is_no_table_is_refused_whole_and_may_be_sent_again(
    at: Office, tmp_path: Path, content: bytes, said: str
) -> None:
    for _ in range(2):
        made = sent(at, tmp_path, content)
        tables_of(at.database, tmp_path).once()
        done = shown(at, made)
        assert (done["state"], done["rows"], done["kept"]) == ("failed", 0, 0)
        assert said in done["message"]


def test_the_limit_is_said_with_the_refusal(at: Office, tmp_path: Path) -> None:
    made = sent(at, tmp_path, table("limit", 31))
    database: Any = at.database
    Tables(database.dsn("brightline_worker"), worker_gate(database), WHOLE, tmp_path, 30).once()
    assert shown(at, made)["message"] == "has 31 rows; at most 30 are taken at a time"


def test_a_bad_row_is_kept_back_with_its_reason_and_the_others_are_in(at: Office, tmp_path: Path) -> None:
    content = table("bad", 20) + b"31/31/2025,located,1 Convicted Criminal,x\n2025-02-01,located,Purple,x\n"
    made = sent(at, tmp_path, content)
    tables_of(at.database, tmp_path).once()
    done = shown(at, made)
    assert (done["rows"], done["kept"], done["quarantined"], done["faults_total"]) == (22, 20, 2, 2)
    assert [(one["row"], one["reason"]) for one in done["faults"]] == [(21, "is no date"), (22, "is an unknown code")]


def test_figures_are_counted_as_the_rows_come_in(at: Office, tmp_path: Path) -> None:
    count = 2 * extract.PIECE + 7
    made = sent(at, tmp_path, table("figures", count))
    tables_of(at.database, tmp_path).once()
    done = shown(at, made)
    row = (
        "SELECT value, count(*) FROM operations.extract_row r, jsonb_each_text(r.values) WHERE r.extract = %s"
        " GROUP BY key, value"
    )
    counted = at.world.db.execute(row, (made["id"],)).fetchall()
    assert sorted((one["value"], one["rows"]) for one in done["figures"]) == sorted(counted)
    assert done["months"] == [{"month": "2025-01", "rows": count}]


def test_what_cannot_be_taken_leaves_no_row_behind(at: Office, tmp_path: Path) -> None:
    """Broken off in the middle and given up: nobody sees its rows, and the worker removes them."""
    made = sent(at, tmp_path, table("given up", extract.PIECE + 10))
    database: Any = at.database
    broken: Any = Breaking(worker_gate(database), 1)
    Tables(database.dsn("brightline_worker"), broken, WHOLE, tmp_path).once()
    at.world.db.execute("UPDATE operations.extract SET attempts = 3, taken = NULL WHERE id = %s", (made["id"],))
    tables_of(database, tmp_path).once()
    done = shown(at, made)
    assert (done["state"], done["rows"], done["kept"], done["figures"], done["months"]) == ("failed", 0, 0, [], [])
    tables_of(database, tmp_path).once()
    left = at.world.db.execute("SELECT count(*) FROM operations.extract_row r WHERE r.extract = %s", (made["id"],))
    assert left.fetchone() == (0,)


def test_a_worker_that_dies_leaves_a_table_to_the_next_and_no_row_comes_twice(at: Office, tmp_path: Path) -> None:
    made = sent(at, tmp_path, table("broken", extract.PIECE + 10))
    database: Any = at.database
    broken: Any = Breaking(worker_gate(database), 1)
    Tables(database.dsn("brightline_worker"), broken, WHOLE, tmp_path).once()
    assert (shown(at, made)["state"], shown(at, made)["rows"]) == ("running", extract.PIECE)
    tables_of(database, tmp_path).once()
    done = shown(at, made)
    assert (done["state"], done["rows"], done["kept"]) == ("done", extract.PIECE + 10, extract.PIECE + 10)
    rows = at.world.db.execute(
        "SELECT count(*), count(DISTINCT row) FROM operations.extract_row r WHERE r.extract = %s", (made["id"],)
    )
    assert rows.fetchone() == (extract.PIECE + 10, extract.PIECE + 10)


def test_a_busy_machine_takes_smaller_pieces(at: Office, tmp_path: Path) -> None:
    content = table("busy", 70) + b"31/31/2025,located,9 Bad,x\n" * 30 + b"2025-02-01,located,,x\n" * 30
    made = sent(at, tmp_path, content)
    database: Any = at.database
    busy: Any = Busy(worker_gate(database), 40)
    Tables(database.dsn("brightline_worker"), busy, WHOLE, tmp_path).once()
    done = shown(at, made)
    assert (done["state"], done["rows"], done["kept"], done["quarantined"]) == ("done", 130, 100, 30)
    assert (sum(busy.taken), max(busy.taken) <= 40) == (130, True)


def test_anothers_table_and_none_are_one_answer(at: Office) -> None:
    told = {"kind": "arrests", "name": "x.csv", "sha256": "1" * 64}
    made = at.do("ana", DESK, "extract_import", **told)
    with pytest.raises(Conflict):
        at.do("ana", DESK, "extract_import", **told)
    piece = {"id": made["id"], "at": 0, "rows": 0, "content_base64": "e30="}
    for function in ("extract_rows", "extract_end"):
        with pytest.raises(Missing):
            at.do("cleo", "labour/agent", function, **piece)
    assert at.do("ana", DESK, "extract_end", id=made["id"])["state"] == "done"
    with pytest.raises(Conflict):
        at.do("ana", DESK, "extract_rows", **piece)
