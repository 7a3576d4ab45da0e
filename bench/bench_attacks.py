"""The attacks of docs/attacks.md whose outcome could depend on the size, over two million entities and their links.

Into the region go, once, people who bear words of three kinds: sealed ones (of a marking that the purpose doesn't see,
whose keys carry it), hidden ones (of a source of another regime), and none. Of the first two, one word is borne by
thousands, one by a single person. What the line promises for sealed words is measured against absent words; what it
doesn't promise for other hidden words is told beside it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors as pg
from psycopg.types.json import Jsonb

from bench.lib import Row, med, say, size, write
from bench.region import CASE, ENTITIES, Region, region
from brightline.gate import Call
from brightline.model import keys as names
from brightline.model.keys import query_keys
from brightline.search import model
from brightline.search.queries import Search

MANY = {"small": 500, "medium": 5_000, "full": 20_000}
RUNS = {"small": 40, "medium": 100, "full": 200}
"""Calls for each word, in turns."""
SEALED, HIDDEN = ("quillmarsh", "quillthorn"), ("droverlane", "drovermoor")
# Absent, and each is one letter from a sealed word and sounds like it: what a search for near and like words costs
# depends on the sound, and on where in the dictionary the word would stand (spelt kw…, both cost some 50 buffers less).
TWINS = ("quillmursh", "quillthurn")
ABSENT = (*TWINS, "vorndelpit", "bramlexorn", "thwixopard", "gnolvetark", "sprendolux")
COLLATION = (
    "SELECT count(*) FROM content.aspect a, (VALUES ('x' COLLATE \"C\", 'x' COLLATE \"POSIX\")) v (c, p)"
    " WHERE (CASE WHEN a.caption IS NULL THEN v.c ELSE v.p END) = 'x'"
)
ORACLES = {
    "B1 &&": "SELECT count(*) FROM content.aspect WHERE array[row(caption)] && array[row(1)]",
    "B1 @>": "SELECT count(*) FROM content.aspect WHERE array[row(caption)] @> array[row(1)]",
    "B1 @@": "SELECT count(*) FROM content.aspect WHERE text @@ 'person'::tsquery",
    "B1 keys": "SELECT count(*) FROM content.aspect WHERE keys && ARRAY['t:quillmarsh', NULL]",
    "B1 links": "SELECT count(*) FROM content.link WHERE array[row(kind)] && array[row(1)]",
    "B2": COLLATION,
}
# With a pass in force: an error only if a row that is hidden is evaluated (no visible caption begins so).
UNDER_A_PASS = (
    "SELECT count(*) FROM content.aspect WHERE (CASE WHEN caption >= 'Quillmarsh' AND caption < 'Quillmarsi'"
    " THEN array[row(caption)] END) && array[row(1)]"
)
PLANNERS = {
    "as it is": (),
    "little memory": ("SET LOCAL work_mem = '64kB'",),
    "no sequential scan": ("SET LOCAL enable_seqscan = off",),
    "parallel": (
        "SET LOCAL parallel_setup_cost = 0",
        "SET LOCAL parallel_tuple_cost = 0",
        "SET LOCAL max_parallel_workers_per_gather = 4",
    ),
}
CLOSED = {
    "B1": (ORACLES["B1 &&"], ORACLES["B1 links"], "SELECT 1 FROM content.link WHERE marking = 1"),
    "B2": (COLLATION,),
    "B3": (
        "EXPLAIN ANALYZE SELECT 1 FROM content.aspect WHERE caption LIKE 'Q%'",
        "EXPLAIN (ANALYZE, BUFFERS) SELECT 1 FROM content.link WHERE kind LIKE 'P%'",
        "LOAD 'auto_explain'",
    ),
    "B5": ("EXPLAIN SELECT 1 FROM content.aspect WHERE marking = 1", "EXPLAIN SELECT 1 FROM content.link"),
    "B11": (
        "SELECT max(ctid) FROM content.aspect",
        "SELECT xmin FROM content.link LIMIT 1",
        "SELECT * FROM pg_sequences",
        "SELECT pg_sequence_last_value('line.marking_id_seq')",
    ),
    "B12": (
        "SELECT reltuples FROM pg_class",
        "SELECT pg_relation_size('content.link')",
        "SELECT pg_total_relation_size('content.aspect')",
        "SELECT pg_database_size(current_database())",
        "SELECT n_live_tup FROM pg_stat_user_tables",
        "SELECT * FROM pg_stats",
        "SELECT pg_relation_filepath('content.aspect')",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """The region with its canaries, and the application's own connection, which writes any SQL."""

    made: Region
    app: psycopg.Connection[Any]

    def calls(self) -> Iterator[Call]:
        """A call after the other, with a new inquiry before one has had its 200 acts."""
        while True:
            call = self.made.call()
            for _ in range(150):
                yield call


def run() -> Path:
    with region() as made:
        _canaries(made)
        made.gate.run(made.call(), "search_find", _params("warm", fuzzy=0))
        dsn = made.server.dsn("brightline_app")
        with psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as app:
            attack = Attack(made=made, app=app)
            rows = [
                *_closed(attack),
                *_oracles(made),
                *_around(attack),
                *_buffers(attack),
                *_times(attack),
                _cursor(attack),
            ]
        data = {
            "entities": ENTITIES[size()],
            **{f"{table}_rows": _count(made, table) for table in ("aspect", "link")},
            "sealed_hits": MANY[size()],
        }
        return write("attacks", data=data, runs={"calls for each word": RUNS[size()]}, rows=rows)


def _count(made: Region, table: str) -> int:
    row = made.admin.execute(f"SELECT count(*) FROM content.{table}").fetchone()
    assert row is not None
    return int(row[0])


# ------------------------------------------------------------------------------------------------------ the canaries


def _canaries(made: Region) -> None:
    """People who bear the words, once; a database that has them already is left as it is."""
    db = made.admin
    sealed, hidden = made.world.marking("register", "other", ("sealed",)), made.world.marking("wages", "other")
    for words, source, marking, scoped in ((SEALED, "register", sealed, True), (HIDDEN, "wages", hidden, False)):
        for word, count in zip(words, (MANY[size()], 1), strict=True):
            bare = sorted(names.entity_keys("Person", {"name": [word.title()]}).keys)
            kept = list(names.scoped(bare, marking)) if scoped else bare
            if db.execute("SELECT 1 FROM content.aspect WHERE keys && %s LIMIT 1", (kept,)).fetchone():
                continue
            say(f"{count:,} {'sealed' if scoped else 'hidden'} people of the name {word.title()}")
            db.execute(
                "INSERT INTO content.aspect (id, record, source, entity, cluster, marking, schema, caption, properties,"
                " keys, text) SELECT i, i, %s, i, i, %s, 'Person', %s, jsonb_build_object('name', ARRAY[%s]), %s, %s"
                " FROM (SELECT gen_random_uuid() AS i FROM generate_series(1, %s)) x",
                (source, marking, word.title(), word.title(), kept, "" if scoped else f"{word}", count),
            )
            if not scoped:
                db.execute("INSERT INTO content.token VALUES (%s) ON CONFLICT DO NOTHING", (word,))
    for table in ("aspect", "token"):
        db.execute(f"VACUUM ANALYZE content.{table}")


def _params(word: str, *, fuzzy: int) -> dict[str, Any]:
    return {**Search(q=word, fuzzy=fuzzy).params(), "words": model.as_params(query_keys(word))}


def _statement(app: psycopg.Connection[Any], call: Call, params: dict[str, Any]) -> str:
    literal = psycopg.sql.SQL("SELECT app.search_find({}, {}, {}, {})")
    return literal.format(call.token, call.purpose, call.inquiry, Jsonb(params)).as_string(app)


# ---------------------------------------------------------------------------------- B1, B2, B3, B5, B11, B12: refused


def _closed(attack: Attack) -> list[Row]:
    """Each as the application: how many of the statements were answered."""
    rows = []
    for number, statements in CLOSED.items():
        answered = 0
        for statement in statements:
            try:
                attack.app.execute(statement)
            except (pg.InsufficientPrivilege, pg.UndefinedTable):
                continue
            answered += 1
        rows.append(_goal(f"{number} as the application, answered of {len(statements)}", answered, "0", answered == 0))
    return rows


def _oracles(made: Region) -> list[Row]:
    """Inside, in the functions' role: with nothing to see nothing hidden may be evaluated, however it is planned."""
    spoke: dict[str, int] = {"B1": 0, "B2": 0}
    tried: dict[str, int] = {"B1": 0, "B2": 0}
    say("operators that fail on a row, in the functions' role")
    for probe, statement in ORACLES.items():
        for settings in PLANNERS.values():
            with _as_reader(made, settings, under_a_pass=False):
                tried[probe[:2]] += 1
                spoke[probe[:2]] += _spoke(made, statement)
    passed = 0
    for settings in PLANNERS.values():
        with _as_reader(made, settings, under_a_pass=True):
            passed += _spoke(made, UNDER_A_PASS)
    return [
        _goal(f"{number} inside without a pass, spoke of {tried[number]}", spoke[number], "0", spoke[number] == 0)
        for number in spoke
    ] + [_goal(f"B1 inside under a pass, spoke of {len(PLANNERS)}", passed, "0", passed == 0)]


def _spoke(made: Region, statement: str) -> bool:
    """Whether a hidden row was counted, or evaluated until it failed."""
    try:
        row = made.admin.execute(statement).fetchone()
    except psycopg.Error as error:
        if error.sqlstate == "BL007":  # the pass lived no longer: the whole query fails, and tells nothing
            return False
        say(f"{error.sqlstate} {error.diag.message_primary}")
        return True
    return row != (0,)


@contextmanager
def _as_reader(made: Region, settings: Sequence[str], *, under_a_pass: bool) -> Iterator[None]:
    db = made.admin
    db.execute("BEGIN")
    try:
        for setting in settings:
            db.execute(setting)
        if under_a_pass:
            _give_pass(made)
        db.execute("SET LOCAL ROLE brightline_reader")
        yield
    finally:
        db.execute("ROLLBACK")


def _give_pass(made: Region) -> None:
    made.admin.execute(
        "SELECT line.give_pass(jsonb_populate_record(NULL::line.context, jsonb_build_object('entry',"
        " gen_random_uuid(), 'account', %s::uuid, 'purpose', %s::uuid, 'kind', 'case')))",
        (made.world.accounts["ana"], made.world.purposes[CASE]),
    )


# --------------------------------------------------------------------------------------- B3, B5, B6: around a function


def _around(attack: Attack) -> list[Row]:
    """What EXPLAIN shows of a call, and what the session can have printed of what runs inside."""
    calls = attack.calls()
    told: list[str] = []
    plans = set()
    for word in (SEALED[0], HIDDEN[0], ABSENT[0]):
        statement = _statement(attack.app, next(calls), _params(word, fuzzy=1))
        row = attack.app.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {statement}").fetchone()
        assert row is not None
        plans.add(tuple(str(row[0][0]["Plan"][key]) for key in ("Plan Rows", "Total Cost", "Plan Width")))
    attack.app.add_notice_handler(lambda said: told.append(f"{said.message_primary} {said.message_detail}"))
    for setting in ("client_min_messages = debug5", "debug_print_plan = on", "trace_sort = on"):
        attack.app.execute(f"SET {setting}")
    attack.app.execute(_statement(attack.app, next(calls), _params(HIDDEN[0], fuzzy=1)))
    attack.app.execute("RESET ALL")
    scans = sum("SCAN" in one for one in told)
    return [
        _goal("B5 around a call, different estimates of 3 words", len(plans), "1", len(plans) == 1),
        _goal("B3 plans of statements inside, printed", scans, "0", scans == 0),
    ]


def _buffers(attack: Attack) -> list[Row]:
    """Shared buffers of a call, the least of several: the caches are warm, catalogues are loaded."""
    rows = []
    calls = attack.calls()
    for _ in range(20):  # until the session has its plans
        _read(attack, next(calls), "warming", 1)
    for fuzzy in (0, 1):
        say(f"buffers of a call, fuzzy {fuzzy}")
        words = (*SEALED, *HIDDEN, *ABSENT)
        # In turns: a call also meets what others have just left in the tables of sessions and inquiries.
        turns = [{word: _read(attack, next(calls), word, fuzzy) for word in words} for _ in range(12)]
        found = {word: min(turn[word] for turn in turns) for word in words}
        absent = [found[word] for word in ABSENT]
        for name, word, twin in zip(("thousands of sealed hits", "one sealed hit"), SEALED, TWINS, strict=True):
            rows.append(
                Row(
                    name=f"B6 buffers, fuzzy {fuzzy}, {name}",
                    ours=found[word],
                    peer=found[twin],
                    peer_name="its absent twin",
                    unit="",
                    ratio=round(found[word] / found[twin], 2),
                    goal="the same, but 2",
                    holds=abs(found[word] - found[twin]) <= 2,
                )
            )
        for name, word in zip(("thousands of hidden hits", "one hidden hit"), HIDDEN, strict=True):
            rows.append(_beside(f"B6 buffers, fuzzy {fuzzy}, {name} (not promised)", found[word], med(absent), ""))
    return rows


def _read(attack: Attack, call: Call, word: str, fuzzy: int) -> int:
    statement = _statement(attack.app, call, _params(word, fuzzy=fuzzy))
    row = attack.app.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}").fetchone()
    assert row is not None
    plan = row[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


# -------------------------------------------------------------------------------------------------------------- B7, C2


def _times(attack: Attack) -> list[Row]:
    """Medians in turns: of whole calls as the application sees them, and inside, where no flush to the disk hides a
    difference."""
    words = (*SEALED, *HIDDEN, *ABSENT)
    calls = attack.calls()
    say("time of a call, word by word in turns")
    whole = _medians(words, RUNS[size()], lambda word: _ask(attack, next(calls), word))
    say("time inside, without the entry")
    inside = _medians(words, RUNS[size()], lambda word: _inside(attack.made, word))
    rows = []
    for place, found in (("of a call", whole), ("inside", inside)):
        absent = [found[word] for word in ABSENT]
        for name, word in zip(("thousands of sealed hits", "one sealed hit"), SEALED, strict=True):
            rows.append(
                Row(
                    name=f"B7 time {place}, {name}",
                    ours=found[word],
                    peer=med(absent),
                    peer_name="absent words",
                    unit="ms",
                    ratio=round(found[word] / med(absent), 2),
                    goal=f"within a tenth of absent words, {min(absent):.2f} to {max(absent):.2f}",
                    holds=0.9 * min(absent) <= found[word] <= 1.1 * max(absent),
                )
            )
        for name, word in zip(("thousands of hidden hits", "one hidden hit"), HIDDEN, strict=True):
            rows.append(_beside(f"B7 time {place}, {name} (not promised)", found[word], med(absent), "ms"))
    return rows


def _medians(words: Sequence[str], runs: int, act: Any) -> dict[str, float]:
    rng = random.Random(7)
    spent: dict[str, list[float]] = {word: [] for word in words}
    for turn in range(runs + 5):
        for word in rng.sample(words, len(words)):
            taken = act(word)
            if turn >= 5:
                spent[word].append(taken)
    return {word: med(values) for word, values in spent.items()}


def _ask(attack: Attack, call: Call, word: str) -> float:
    given = (call.token, call.purpose, call.inquiry, Jsonb(_params(word, fuzzy=0)))
    begun = time.perf_counter()
    row = attack.app.execute("SELECT app.search_find(%s, %s, %s, %s)", given).fetchone()
    spent = (time.perf_counter() - begun) * 1000
    assert row is not None
    assert row[0]["result"]["total"] == 0, word
    return spent


def _inside(made: Region, word: str) -> float:
    with _as_reader(made, (), under_a_pass=True):
        given = Jsonb(_params(word, fuzzy=0))
        begun = time.perf_counter()
        made.admin.execute('SELECT "inner".search_find(NULL, %s)', (given,)).fetchone()
        return (time.perf_counter() - begun) * 1000


def _cursor(attack: Attack) -> Row:
    """A cursor over many calls, and the inquiry ends between two of them: how many more rows come."""
    call = attack.made.call()
    app = attack.app
    app.execute("BEGIN")
    statement = _statement(app, call, _params("warm", fuzzy=0))
    app.execute(f"DECLARE c CURSOR FOR {statement} FROM generate_series(1, 20)")
    app.execute("FETCH 3 FROM c")
    attack.made.admin.execute("UPDATE line.inquiry SET ended = now() WHERE id = %s", (call.inquiry,))
    more = 0
    try:
        more = len(app.execute("FETCH ALL FROM c").fetchall())
    except psycopg.Error as error:
        if error.sqlstate != "BL001":
            raise
    finally:
        app.execute("ROLLBACK")
    return _goal("C2 rows of a cursor after the inquiry ended", more, "0", more == 0)


def _goal(name: str, found: float, goal: str, holds: bool) -> Row:
    return Row(name=name, ours=found, peer=None, peer_name="", unit="", ratio=None, goal=goal, holds=holds)


def _beside(name: str, ours: float, peer: float, unit: str) -> Row:
    """A figure without a goal."""
    return Row(
        name=name,
        ours=ours,
        peer=peer,
        peer_name="absent words",
        unit=unit,
        ratio=round(ours / peer, 2),
        goal="",
        holds=True,
    )
