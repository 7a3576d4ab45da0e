"""A feed from file to content and back: what changes, what stays, what is set aside."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.feeds import commands
from brightline.model.errors import BrightlineError, Conflict, InputFaults, Refused

pytestmark = pytest.mark.database

CSV = """id,name,born,phone
1,Alma Berg,1980-05-01,+442079460018
2,Борис Ильин,1975,+442079460018
3,Chen Wei,1990-02,
"""


@pytest.fixture
def desk(db: Any) -> Feeding:
    return feeding(db)


def write(folder: Path, text: str | bytes) -> None:
    (folder / "inbox" / "a.csv").write_bytes(text.encode() if isinstance(text, str) else text)


@pytest.fixture
def people(desk: Feeding, tmp_path: Path) -> Path:
    folder = folder_of(tmp_path, deepcopy(BASE), {"inbox/a.csv": CSV})
    assert desk.add(folder)["added"]
    return folder


def test_first_run_publishes_aspects_links_and_tokens(desk: Feeding, people: Path) -> None:
    done = desk.refresh("people")
    assert (done.rows, done.new, done.changed, done.unchanged, done.deleted) == (3, 3, 0, 0, 0)
    assert (done.rejected_rows, done.rejected_values) == (0, 0)
    assert desk.one("SELECT count(*) FROM content.aspect WHERE schema = 'Person'") == 3
    assert desk.one("SELECT count(*) FROM content.aspect WHERE schema = 'Value'") == 2
    assert desk.one("SELECT count(DISTINCT entity) FROM content.aspect WHERE schema = 'Value'") == 1
    assert desk.one("SELECT count(*) FROM content.link WHERE kind = 'phone' AND forward") == 2
    assert desk.one("SELECT count(*) FROM content.link") == 4
    assert desk.one("SELECT first::text, last::text FROM content.aspect WHERE caption = 'Chen Wei'") == (
        "1990-02-01",
        "1990-02-28",
    )
    assert {"alma", "berg", "boris"} <= {row[0] for row in desk.all("SELECT token FROM content.token")}
    assert desk.one("SELECT count(*) FROM stage.aspect") == 0


def test_the_same_input_again_changes_nothing_and_says_so(desk: Feeding, people: Path) -> None:
    desk.refresh("people")
    before = desk.state()
    ids = desk.all("SELECT id FROM content.aspect ORDER BY 1")
    done = desk.refresh("people")
    assert (done.new, done.changed, done.unchanged, done.deleted, done.aspects) == (0, 0, 3, 0, 0)
    assert desk.state() == before
    assert desk.all("SELECT id FROM content.aspect ORDER BY 1") == ids


def test_edited_and_removed_rows(desk: Feeding, people: Path) -> None:
    desk.refresh("people")
    write(people, CSV.replace("Alma Berg", "Alma Bergström").replace("3,Chen Wei,1990-02,\n", ""))
    done = desk.refresh("people")
    assert (done.new, done.changed, done.unchanged, done.deleted) == (0, 1, 1, 1)
    assert {row[0] for row in desk.all("SELECT caption FROM content.aspect WHERE schema = 'Person'")} == {
        "Alma Bergström",
        "Борис Ильин",
    }
    assert desk.one("SELECT count(*) FROM content.link") == 4
    assert desk.all("SELECT version, current, gone FROM content.record WHERE source_key = '3' ORDER BY 1") == [
        (1, False, False),
        (2, True, True),
    ]
    write(people, CSV)
    done = desk.refresh("people")
    assert (done.new, done.changed, done.unchanged) == (1, 1, 1)
    assert desk.one("SELECT max(version) FROM content.record WHERE source_key = '3'") == 3


def test_incremental_keeps_what_it_does_not_name(desk: Feeding, people: Path) -> None:
    desk.refresh("people")
    write(people, "id,name,born,phone\n4,Dora Exner,,\n")
    done = desk.refresh("people", mode="incremental")
    assert (done.new, done.deleted) == (1, 0)
    assert desk.one("SELECT count(*) FROM content.aspect WHERE schema = 'Person'") == 4


def test_deletions_column(desk: Feeding, tmp_path: Path) -> None:
    manifest = deepcopy(BASE)
    manifest["input"] |= {"mode": "incremental", "deletions": {"column": "op", "values": "D"}}
    folder = folder_of(tmp_path, manifest, {"inbox/a.csv": "id,name,born,phone,op\n1,A Bee,,,A\n2,C Dee,,,A\n"})
    desk.add(folder)
    assert desk.refresh("people").new == 2
    write(folder, "id,name,born,phone,op\n1,A Bee,,,D\n9,Nobody,,,D\n")
    assert desk.refresh("people").deleted == 1
    assert [row[0] for row in desk.all("SELECT caption FROM content.aspect")] == ["C Dee"]


def test_withdraw_brings_back_what_was(desk: Feeding, people: Path) -> None:
    desk.refresh("people")
    before = desk.state()
    write(people, CSV.replace("Alma Berg", "Wrong Person").replace("3,Chen Wei,1990-02,\n", "4,New One,,\n"))
    bad = desk.refresh("people")
    assert desk.state() != before
    told = commands.withdraw(desk.gate, desk.call, bad.run, "The source sent the wrong file that day.").result
    assert told["state"] == "withdrawn"
    assert desk.state() == before
    assert desk.one("SELECT records FROM feed.feed") == 3
    again = desk.refresh("people")
    assert (again.new, again.changed, again.deleted) == (1, 1, 1)
    assert desk.one("SELECT max(version) FROM content.record WHERE source_key = '1'") == 3


def test_only_the_last_run_can_be_withdrawn(desk: Feeding, people: Path) -> None:
    first = desk.refresh("people")
    write(people, CSV + "5,Late Comer,,\n")
    second = desk.refresh("people")
    why = "A sentence long enough to be a reason."
    with pytest.raises(Conflict, match="later run"):
        commands.withdraw(desk.gate, desk.call, first.run, why)
    commands.withdraw(desk.gate, desk.call, second.run, why)
    commands.withdraw(desk.gate, desk.call, first.run, why)
    assert desk.one("SELECT count(*) FROM content.aspect") == 0
    assert desk.one("SELECT count(*) FROM content.link") == 0


def test_a_changed_mapping_maps_every_row_again(desk: Feeding, people: Path, tmp_path: Path) -> None:
    desk.refresh("people")
    manifest = deepcopy(BASE)
    manifest["mapping"]["person"]["properties"]["notes"] = {"column": "born"}
    assert desk.add(folder_of(tmp_path, manifest, {}))["added"] is False
    assert desk.refresh("people").changed == 3


def test_rule_15_assessment_before_a_source(desk: Feeding, people: Path) -> None:
    desk.world.db.execute("UPDATE line.assessment SET expires = '2020-01-01' WHERE source = 'register'")
    with pytest.raises(BrightlineError, match="assessment"):
        desk.refresh("people")
    assert desk.one("SELECT state, code FROM feed.run") == ("failed", "assessment")
    assert desk.one("SELECT count(*) FROM content.aspect") == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE line.agreement SET expires = '2020-01-01' WHERE source = 'register'", "agreement"),
        ("UPDATE line.agreement SET state = 'ended' WHERE source = 'register'", "agreement"),
        ("DELETE FROM line.agreement WHERE source = 'register'", "agreement"),
        ("UPDATE line.authority SET valid_to = '2020-01-01' WHERE code = '18-usc-1956'", "authority"),
        ("UPDATE line.source SET state = 'closed' WHERE name = 'register'", "no_source"),
    ],
)
def test_nothing_runs_without_leave(desk: Feeding, people: Path, change: str, code: str) -> None:
    run = desk.queue("people")
    desk.world.db.execute(change)
    from brightline.feeds import pipeline

    with pytest.raises(InputFaults) as told:
        pipeline.run(desk.settings, run)
    assert told.value.code == code
    assert desk.one("SELECT state FROM feed.run") == "failed"


def test_a_feed_of_an_unknown_source_is_refused(desk: Feeding, tmp_path: Path) -> None:
    manifest = deepcopy(BASE)
    manifest["source"]["name"] = "nobody"
    with pytest.raises(Refused) as told:
        desk.add(folder_of(tmp_path, manifest, {}))
    assert told.value.code == "no_source"


def test_the_feed_role_reads_nothing_and_marks_only_its_own(desk: Feeding, people: Path) -> None:
    import psycopg

    conn = desk.db.connect("brightline_feed")
    for statement in (
        "SELECT * FROM content.aspect",
        "SELECT * FROM stage.aspect",
        "SELECT * FROM feed.feed",
        "DELETE FROM stage.key",
        "UPDATE stage.aspect SET caption = ''",
        "SELECT line.visible()",
        "SELECT feed.withdraw(gen_random_uuid(), '')",
        "INSERT INTO stage.todo VALUES (gen_random_uuid(), '', 1, 'n', NULL)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)
    run = desk.queue("people")
    conn.execute("SELECT feed.begin(%s)", (run,))
    foreign = desk.world.marking("wages")
    conn.execute("INSERT INTO stage.key VALUES (%s, 'x', '\\x00', 'u')", (run,))
    conn.execute("SELECT feed.diff(%s, '{}')", (run,))
    conn.execute("INSERT INTO stage.record VALUES (%s, gen_random_uuid(), 'x', 1, '\\x00', '{}', %s)", (run, foreign))
    with pytest.raises(psycopg.Error, match="marking"):
        conn.execute("SELECT feed.publish(%s, '{}')", (run,))
    assert desk.one("SELECT count(*) FROM content.record") == 0


@pytest.mark.slow
def test_a_first_load_builds_its_search_indexes_at_the_end(desk: Feeding, people: Path) -> None:
    listed = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'content' ORDER BY 1"
    before = desk.all(listed)
    oid = "SELECT 'content.aspect_keys'::regclass::oid::bigint"
    first = desk.one(oid)
    write(people, "id,name,born,phone\n" + "".join(f"{i},Person Number{i},,\n" for i in range(5_100)))
    assert desk.refresh("people").new == 5_100
    rebuilt = desk.one(oid)
    assert rebuilt != first
    assert desk.all(listed) == before
    assert desk.one("SELECT count(*) FROM content.aspect WHERE keys && '{t:number77}'") == 1
    write(people, "id,name,born,phone\n" + "".join(f"{i},Person Other{i},,\n" for i in range(5_099)))
    assert desk.refresh("people").changed == 5_099
    assert desk.one(oid) == rebuilt  # a change of what is there never takes the indexes away


INDEXES = """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisprimary, i.indisunique,
    i.indisvalid, c.contype
  FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
  WHERE i.indrelid IN ('content.record'::regclass, 'content.aspect'::regclass, 'content.link'::regclass) ORDER BY 1"""
MANY = "id,name,born,phone\n" + "".join(f"{n},Person{n} Many,1980,+44207946{n:04}\n" for n in range(3_000))


def test_a_large_first_load_leaves_every_index_as_it_was(desk: Feeding, people: Path) -> None:
    write(people, MANY)
    before = desk.all(INDEXES)
    oids = "SELECT indexrelid FROM pg_index WHERE indrelid = 'content.aspect'::regclass"
    built = set(desk.all(oids))
    done = desk.refresh("people")
    assert (done.new, done.aspects, done.links) == (3_000, 6_000, 3_000)
    assert not built & set(desk.all(oids)), "the load was to build its indexes anew"
    assert desk.all(INDEXES) == before
    assert desk.one("SELECT count(*) FROM content.aspect WHERE keys && '{t:person77}'") == 1


@pytest.mark.slow
def test_a_load_that_fails_after_the_indexes_were_taken_off_leaves_them_and_the_state(
    desk: Feeding, people: Path
) -> None:
    write(people, MANY)
    before, state = desk.all(INDEXES), desk.state()
    desk.world.db.execute("ALTER TABLE content.link ADD CONSTRAINT never CHECK (kind <> 'phone') NOT VALID")
    with pytest.raises(BrightlineError):
        desk.refresh("people")
    assert (desk.all(INDEXES), desk.state()) == (before, state)
    desk.world.db.execute("ALTER TABLE content.link DROP CONSTRAINT never")
    assert desk.refresh("people").new == 3_000


@pytest.mark.slow
def test_a_large_first_load_goes_in_beside_a_reader_who_does_not_leave(desk: Feeding, people: Path) -> None:
    write(people, MANY)
    with desk.db.connect("brightline_owner") as reader, reader.transaction():
        reader.execute("LOCK TABLE content.aspect IN ACCESS SHARE MODE")
        assert desk.refresh("people").new == 3_000
    assert desk.one("SELECT count(*) FROM content.aspect WHERE keys && '{t:person77}'") == 1
