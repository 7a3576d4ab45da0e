"""Rule 44: misuse that was planted among honest days is found, and honest days are mostly left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import available_timezones

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.misusing import Days, made, sequencer_of
from tests.world import World, small_world

from brightline.gate import Call, Gate
from brightline.ledger.sequencer import Sequencer
from brightline.line import rulebook, rulebook_check
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.model.keys import entity_keys, query_keys
from brightline.oversight import commands, queries
from brightline.oversight.misuse import RULES, Person
from brightline.search import model
from brightline.worker import misuse

pytestmark = pytest.mark.database
CASE = "C-2026-0001"
REMARKS = "Read the entries and asked her supervisor: the file is her own, and she was told to."
TITLES = {
    "ana": "Ana Corwen",
    "cleo": "Cleo Marchbanks",
    "sam": "Sam Thorne",
    "ines": "Inés Quist",
    "lou": "Lou Åkerman",
}


@pytest.mark.slow
def test_rule_44_planted_misuse_is_found_and_honest_days_are_left_alone(db: Any, tmp_path: Path) -> None:
    """40 accounts, 20 days, 100 acts of nine kinds: at least 95 % are flagged by their own kind of flag."""
    days: Days = made(db, tmp_path, seed=44)
    days.run()
    score = days.score()
    assert (score["planted"], score["account_days"]) == (100, 800)
    assert score["recall"] >= 0.95, score
    assert score["false_rate"] <= 0.2, score
    assert score["false"] <= 0.03 * score["account_days"], score
    assert days.run() == 0


# ----------------------------------------------------------------------------- one by one, through the gate


class Room:
    """The small world with a log and detectors that are told to look."""

    def __init__(self, database: Any, folder: Path) -> None:
        @contextmanager
        def as_role(role: str) -> Iterator[psycopg.Connection[Any]]:
            with psycopg.connect(database.dsn(role), autocommit=True) as connection:
                yield connection

        gate = Gate(connect=lambda: as_role("brightline_app"), policy=lambda: as_role("brightline_policy"))
        self.world: World = small_world(database.admin, gate)
        self.dsn = database.dsn("brightline_sequencer")
        self.log: Sequencer = sequencer_of(self.dsn, folder)
        for name, title in TITLES.items():
            self.world.db.execute("UPDATE line.account SET title = %s WHERE name = %s", (title, name))

    @property
    def gate(self) -> Gate:
        return self.world.gate

    def overseer(self, who: str = "ines") -> Call:
        return self.world.call(who, "inspectorate/overseer")

    def search(self, words: str, who: str = "ana", purpose: str = CASE) -> str:
        params = {"q": words, "words": model.as_params(query_keys(words)), "fuzzy": 0}
        return str(self.gate.run(self.world.call(who, purpose), "search_find", params).receipt.entry)

    def look(self) -> int:
        self.log.drain()
        return misuse.once(self.dsn)

    def flags(self, **filters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = queries.flags(self.gate, self.overseer(), filters).result["items"]
        return found

    def found(self, entry: str) -> list[tuple[str, str | None]]:
        """(kind, whom) of each flag that rests on this entry; at night every test is a burst, too."""
        rows = self.world.db.execute(
            "SELECT kind, line.accounts_name(whom) FROM oversight.flag WHERE %s = ANY (evidence)"
            " AND kind <> 'after_hours' ORDER BY 1",
            (UUID(entry),),
        )
        return [(kind, whom) for kind, whom in rows.fetchall()]

    def put(self, name: str, **properties: str) -> UUID:
        said = {"name": [name], **{key: [value] for key, value in properties.items()}}
        keys = entity_keys("Person", said)
        marking = self.world.marking("register")
        id = self.world.aspect("register", name, marking=marking, properties=said, keys=sorted(keys.keys))
        self.world.db.execute(
            "UPDATE content.aspect SET text = to_tsvector('pg_catalog.simple', %s) WHERE entity = %s",
            (keys.document, id),
        )
        return id

    def list(self, of_list: str, *people: Person, account: str | None = None, title: str = "") -> Any:
        return commands.list_put(self.gate, self.overseer(), of_list, people, account=account, title=title).result


@pytest.fixture
def room(db: Any, tmp_path: Path) -> Room:
    return Room(db, tmp_path)


def test_rule_44_oneself_colleagues_and_the_family_name(room: Room) -> None:
    asked = {
        words: room.search(words)
        for words in (
            *("Ana Corwen", "corwen, ANA", "Ana Corwn", "A. Corwen", "Cleo Marchbanks", "Lou Akerman", "Peter Corwen"),
            *("Tidewater Freight", "Ana Tidewater", "Marchbanks Ltd", "Corwin Freight"),
        )
    }
    room.look()
    kinds = {words: room.found(entry) for words, entry in asked.items()}
    for words in ("Ana Corwen", "corwen, ANA", "Ana Corwn", "A. Corwen"):
        assert ("self", None) in kinds[words], words
    assert kinds["Cleo Marchbanks"] == [("colleague", "cleo")]
    assert kinds["Lou Akerman"] == [("colleague", "lou")]
    assert kinds["Peter Corwen"] == [("family", None)]
    for words in ("Tidewater Freight", "Ana Tidewater", "Marchbanks Ltd", "Corwin Freight"):
        assert kinds[words] == [], words


def test_rule_44_same_surname_and_address_once_a_household_is_on_file(room: Room) -> None:
    room.list("household", Person(name="Corwen", address="12 Harbor Loop"), account="ana")
    room.put("Peter Corwen", address="12 Harbor Loop, Saltmere")
    room.put("Klara Corwen", address="99 Mill Lane")
    other = room.put("Bela Corwen", address="12 Harbor Loop")
    at_home, elsewhere = room.search("Peter Corwen"), room.search("Klara Corwen")
    by_address, by_cleo = room.search("12 Harbor Loop"), room.search("Peter Corwen", "cleo", "C-2026-0002")
    page = room.gate.run(room.world.call("ana", CASE), "entity_show", {"id": str(other)}).receipt.entry
    room.look()
    assert room.found(at_home) == [("household", None)]
    assert room.found(by_address) == [("household", None)]
    assert room.found(str(page)) == [("household", None)]
    assert room.found(elsewhere) == []
    assert room.found(by_cleo) == []


def test_rule_44_press_officials_and_numbers_of_ones_own(room: Room) -> None:
    room.list("press", Person(name="Hedda Quill", identifiers=["+1 617 555 0101"]), title="Accredited press 2026")
    room.list("officials", Person(name="Otto Vance"), title="Council")
    room.list("own", Person(identifiers=["+1 212 555 7777", "ana@home.example"]), account="ana")
    asked = [
        room.search(words)
        for words in ("Hedda Quill", "(617) 555-0101", "Otto Vance", "212 555 7777", "ana@home.example")
    ]
    seen = room.put("A. Reporter", phone="+16175550101")
    page = room.gate.run(room.world.call("ana", CASE), "entity_show", {"id": str(seen)}).receipt.entry
    room.look()
    assert [room.found(entry)[0][0] for entry in asked] == ["press", "press", "official", "self", "self"]
    assert room.found(str(page)) == [("press", None)]
    room.list("press", title="Accredited press 2026")
    later = room.search("Hedda Quill", "cleo", "C-2026-0002")
    room.look()
    assert room.found(later) == []


def test_rule_44_two_sessions_at_once_from_different_programs(room: Room) -> None:
    def session(client: str) -> None:
        room.world.db.execute(
            "INSERT INTO line.session (token_hash, account, expires, client)"
            " VALUES (%s, %s, now() + interval '1 hour', %s)",
            (uuid4().bytes * 2, room.world.accounts["cleo"], client),
        )
        room.world.db.execute(
            "SELECT line.session_entry(%s, 'cleo', 'session_open', 'ok', '')", (room.world.accounts["cleo"],)
        )

    session("Firefox")
    room.look()
    assert room.flags(kind="sessions") == []
    session("curl")
    room.look()
    (flag,) = room.flags(kind="sessions")
    assert (flag["account"], flag["figures"]) == ("cleo", {"at_once": 2})
    assert queries.flag(room.gate, room.overseer(), UUID(flag["flag"])).result["evidence"]


def test_rule_44_a_flag_says_how_it_was_computed_and_takes_one_verdict(room: Room) -> None:
    entry = room.search("Ana Corwen")
    room.look()
    (flag,) = room.flags(state="open")
    assert flag["title"] == RULES["self"].title
    assert "every word of its own name" in flag["how"]
    assert flag["version"].startswith("2/")
    assert "Corwen" not in json.dumps({**flag, "account_title": ""})
    id = UUID(flag["flag"])
    whole = queries.flag(room.gate, room.overseer(), id).result
    assert [one["entry"] for one in whole["evidence"]] == [entry]
    assert whole["evidence"][0]["purpose"] == CASE
    judge = commands.flag_judge
    with pytest.raises(BadInput):
        judge(room.gate, room.overseer(), id, verdict="founded", remarks="Yes.")
    with pytest.raises(BadInput):
        judge(room.gate, room.overseer(), id, verdict="guilty", remarks=REMARKS)
    with pytest.raises(Missing):
        judge(room.gate, room.overseer(), uuid4(), verdict="founded", remarks=REMARKS)
    assert judge(room.gate, room.overseer(), id, verdict="inquiry", remarks=REMARKS).result["state"] == "inquiry"
    told = judge(room.gate, room.overseer(), id, verdict="unfounded", remarks=REMARKS).result
    assert (told["state"], [said["verdict"] for said in told["verdicts"]]) == ("unfounded", ["inquiry", "unfounded"])
    with pytest.raises(Conflict):
        judge(room.gate, room.overseer(), id, verdict="founded", remarks=REMARKS)
    again = room.search("Ana Corwen")
    room.look()
    (fresh,) = room.flags(state="open")
    assert fresh["flag"] != flag["flag"]
    assert room.found(again) == [("self", None)]


def test_rule_44_nobody_judges_a_flag_on_himself(room: Room) -> None:
    room.world.case("C-2026-0088", "fraud", "18-usc-1956", ["ines"])
    room.world.grant("ines", "fraud", "agent")
    room.search("Inés Quist", "ines", "C-2026-0088")
    room.look()
    (flag,) = room.flags(account="ines")
    with pytest.raises(Refused) as refusal:
        commands.flag_judge(room.gate, room.overseer(), UUID(flag["flag"]), verdict="unfounded", remarks=REMARKS)
    assert refusal.value.code == "own"


def test_rule_44_exceptions_show_flags_and_send_to_the_verdict(room: Room) -> None:
    room.search("Cleo Marchbanks")
    room.look()
    (shown,) = queries.exceptions(room.gate, room.overseer(), since=None, until=None).result["items"]
    assert (shown["kind"], shown["state"], shown["n"]) == ("colleague", "open", 1)
    with pytest.raises(Conflict) as told:
        commands.explain(room.gate, room.overseer(), shown["key"], note=REMARKS)
    assert "verdict" in told.value.hint
    flag = UUID(shown["key"].removeprefix("flag:"))
    commands.flag_judge(room.gate, room.overseer(), flag, verdict="unfounded", remarks=REMARKS)
    (after,) = queries.exceptions(room.gate, room.overseer(), since=None, until=None).result["items"]
    assert (after["state"], after["note"]) == ("explained", f"unfounded: {REMARKS}")


def test_rule_44_reading_for_the_detectors_is_in_the_log_and_does_not_feed_itself(room: Room) -> None:
    room.search("Ana Corwen")
    room.look()
    count = "SELECT count(*), min(act) FROM ledger.entry WHERE name = 'misuse_turn'"
    room.log.drain()
    turns, act = room.world.db.execute(count).fetchone()
    assert (turns, act) == (1, "read-log")
    for _ in range(3):
        room.look()
    assert room.world.db.execute(count).fetchone()[0] == turns
    assert room.world.db.execute(
        "SELECT count(*) FROM oversight.lookup WHERE words IS NOT NULL OR near IS NOT NULL"
    ).fetchone() == (0,)


def test_rule_44_what_is_compared_with_is_kept_as_hashes_and_logged_as_a_hash(room: Room) -> None:
    room.list("household", Person(name="Zwetschkenbaum", address="12 Kastanienallee"), account="ana")
    room.log.drain()
    kept = room.world.db.execute(
        "SELECT (w.*)::text, (k.*)::text FROM oversight.watched w JOIN oversight.watched_key k ON k.watched = w.id"
    ).fetchall()
    logged = room.world.db.execute(
        "SELECT convert_from(body, 'UTF8') FROM ledger.entry WHERE name = 'oversight_list_put'"
    ).fetchall()
    assert kept
    assert logged
    for word in ("zwetschkenbaum", "kastanienallee"):
        assert word not in str(kept).lower()
        assert word not in str(logged).lower()
    (told,) = (one for one in queries.lists(room.gate, room.overseer()).result["items"] if one["list"] == "household")
    assert (told["account"], told["people"]) == ("ana", 1)


@pytest.mark.parametrize(
    ("of_list", "people", "more"),
    [
        ("household", [Person(name="Corwen")], {"account": "ana"}),
        ("press", [Person(name="Hedda")], {"title": "Press"}),
        ("press", [Person(name="Hedda Quill")], {}),
        ("own", [Person(identifiers=["+1 212 555 7777"])], {}),
        ("own", [Person(identifiers=["+1 212 555 7777"])], {"account": "nobody"}),
        ("press", [Person(name="Hedda Quill")], {"title": "Press", "account": "ana"}),
        ("friends", [Person(name="Hedda Quill")], {"title": "Friends"}),
    ],
)
def test_rule_44_a_list_that_says_nothing_is_refused(room: Room, of_list: str, people: list[Person], more: Any) -> None:
    with pytest.raises(BadInput) as told:
        room.list(of_list, *people, **more)
    assert told.value.hint


def test_rule_44_no_detector_reads_who_somebody_is(room: Room) -> None:
    """What detectors take in: entries, keys and words of what was shown. No property of origin or belief is named."""
    source = "\n".join(
        row[0] for row in room.world.db.execute("SELECT prosrc FROM pg_proc WHERE proname LIKE 'misuse%'").fetchall()
    )
    for trait in ("ethnic", "religion", "nationality", "country", "political", "gender", "birth", "properties"):
        assert trait not in source, trait


def test_rule_44_every_kind_has_its_words(room: Room) -> None:
    row = room.world.db.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'flag_kind_check'"
    ).fetchone()
    assert all(f"'{kind}'" in row[0] for kind in RULES)
    assert row[0].count("::text") - 1 <= len(RULES) + 1


def test_rule_44_a_turn_killed_is_a_turn_not_made(room: Room) -> None:
    """Position and findings commit together: half a turn leaves nothing, and the next finds the same."""
    room.search("Ana Corwen")
    room.log.drain()
    with psycopg.connect(room.dsn) as conn:
        misuse.take_names(conn)
        conn.execute("SELECT line.misuse_turn(2000)")
        conn.rollback()
    assert room.flags() == []
    assert room.look() == 1
    with psycopg.connect(room.dsn) as one, psycopg.connect(room.dsn) as two:
        one.execute("SELECT line.misuse_turn(1)")
        assert two.execute("SELECT line.misuse_turn(1) ->> 'busy'").fetchone() == ("true",)


def _clock(room: Room, zone: str) -> None:
    change = "UPDATE line.state SET rulebook = jsonb_set(rulebook, '{misuse,zone}', to_jsonb(%s::text))"
    room.world.db.execute(change, (zone,))


def _searched(room: Room, moment: datetime, *words: str) -> None:
    """Searches of ana's, a minute apart, as entries of that moment: one statement each, as the line writes them."""
    for n, said in enumerate(words):
        at = moment + timedelta(minutes=n)
        head = {"time": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "act": "search", "name": "search_find", "outcome": "ok"}
        head |= {"unit": "fraud", "regime": "criminal", "authority": "18-usc-1956", "purpose_kind": "case"}
        params = {"q": said, "words": model.as_params(query_keys(said)), "fuzzy": 0}
        body = {"account": str(room.world.accounts["ana"]), "account_name": "ana", "purpose": CASE, "params": params}
        body |= {"purpose_id": str(room.world.purposes[CASE])}
        room.world.db.execute(
            "SELECT line.emit(%s, %s, %s, false, false)", (uuid4(), Jsonb(head), Jsonb(body))
        ).fetchone()


@pytest.mark.parametrize(
    ("zone", "hour", "late"),
    [
        ("UTC", 22, True),
        ("America/Los_Angeles", 22, False),  # two in the afternoon
        ("UTC", 11, False),
        ("America/Los_Angeles", 11, True),  # three at night
    ],
)
def test_rule_44_working_hours_go_by_the_clock_of_the_site(room: Room, zone: str, hour: int, late: bool) -> None:
    _clock(room, zone)
    _searched(room, datetime(2026, 3, 3, hour, tzinfo=UTC), *[f"Stray{n} Person" for n in range(12)])
    room.look()
    found = room.flags(kind="after_hours")
    assert len(found) == late
    if late:
        assert f"outside working hours (6 to 20 o'clock, {zone}, Monday to Friday)" in found[0]["how"]


@pytest.mark.parametrize(("zone", "days"), [("UTC", 2), ("America/Los_Angeles", 1)])
def test_rule_44_a_day_is_the_sites_day(room: Room, zone: str, days: int) -> None:
    """Half past eleven at night and half past midnight of UTC: one afternoon on the Pacific."""
    _clock(room, zone)
    for moment in (datetime(2026, 3, 3, 23, 30, tzinfo=UTC), datetime(2026, 3, 4, 0, 30, tzinfo=UTC)):
        _searched(room, moment, "Ana Corwen")
    room.look()
    assert len(room.flags(kind="self")) == days


def test_rule_44_the_database_knows_every_clock_that_a_rulebook_may_name(room: Room) -> None:
    book = rulebook.shipped()
    rows = room.world.db.execute("SELECT name FROM pg_timezone_names").fetchall()
    unknown = {*available_timezones()} - {name for (name,) in rows}
    for zone in unknown:
        with pytest.raises(BadInput, match="no time zone"):
            rulebook_check.check({**book, "misuse": {**book["misuse"], "zone": zone}}, doors=())


def test_rule_44_lists_in_pieces_over_purposes(room: Room) -> None:
    room.world.case("C-2026-0077", "fraud", "18-usc-1956", ["ana"])
    at = datetime.now(UTC).isoformat()
    for n, purpose in enumerate((CASE, "C-2026-0077")):
        names = [f"Stray{n}x{k} Person" for k in range(30)]
        params = {"queries": [{"q": q, "words": model.as_params(query_keys(q))} for q in names], "fuzzy": 0}
        room.gate.run(room.world.call("ana", purpose), "search_batch", params)
    room.look()
    (flag,) = room.flags(kind="split", **{"from": at})
    assert flag["figures"]["people"] == 60
    assert "more than 50" in flag["how"]
