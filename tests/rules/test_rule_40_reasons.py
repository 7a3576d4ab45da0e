"""Rule 40: a reason is a sentence of one's own, kept with the question; overseers judge those that the log picks."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from tests.office import Office, office

from brightline.accounts import commands as accounts
from brightline.ledger import sequencer
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.oversight import commands, queries, redraw

pytestmark = pytest.mark.database

GOOD = "The clerk's letter of 4 May names Ferrow Haulage; I look for who owns it and shares its account."


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture(scope="module")
def log(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> sequencer.Sequencer:
    home: Path = tmp_path_factory.mktemp("home")
    return sequencer.Sequencer(
        sequencer.Settings(
            dsn=module_db.dsn("brightline_sequencer"),
            folder=home / "ledger",
            ledger_key=home / "secrets" / "ledger.key",
            origin="brightline.local/test",
        )
    )


def opened(at: Office, reason: str, who: str = "ana", purpose: str = "C-2026-0001", **more: Any) -> Any:
    return accounts.inquiry_open(at.gate, at.call(who), purpose=purpose, reason=reason, **more).result


def refused(at: Office, reason: str, who: str = "ana", purpose: str = "C-2026-0001") -> str:
    with pytest.raises(Refused) as caught:
        opened(at, reason, who, purpose)
    assert caught.value.hint
    return caught.value.code


# ------------------------------------------------------------------------------------- the sentence


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("investigation", "reason_short"),
        ("For the official purposes of the ongoing criminal investigation", "reason_stock"),
        ("Ferrow Haulage owner account!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", "reason_padded"),
        ("Ferrow Haulage owner account Ferrow Haulage owner account Ferrow Haulage owner account", "reason_padded"),
        ("Ferrow . . . . . . . . . . . . . . . . . . Haulage owns account", "reason_padded"),
        ("Ferroooooooooooooooooooooooow Haulage owns the account of clerk May", "reason_padded"),
        ("Which fact leads you here, about whom or what, and what do you expect to learn from it?", "reason_prompt"),
        ("Which fact leads me here: I expect to learn from it about whom, and what else it leads to.", "reason_prompt"),
    ],
)
def test_rule_40_boilerplate_padding_and_the_question_given_back_are_refused(
    at: Office, reason: str, code: str
) -> None:
    assert refused(at, reason) == code


def test_rule_40_ones_own_repeats_are_refused(at: Office) -> None:
    opened(at, GOOD)
    assert refused(at, GOOD) == "reason_repeated"
    assert refused(at, GOOD.replace(";", " -- ").upper()) == "reason_repeated"


def test_rule_40_a_colleagues_reason_is_refused(at: Office) -> None:
    mine = "A driver told the harbour police that pallets marked Q7 left at night; I look for the lorry's keeper."
    opened(at, mine)
    for copy in (mine, mine.replace("Q7", "Q8"), mine.lower().replace(",", "")):
        assert refused(at, copy, "cleo", "C-2026-0002") == "reason_copied"
    theirs = "Wage slips of June show a deduction of forty dollars a week; I look for who else was charged that."
    assert opened(at, theirs, "cleo", "C-2026-0002")["id"]


def test_rule_40_a_sentence_of_ones_own_passes(at: Office) -> None:
    for reason in (
        "Frau Müller aus Görlitz meldet drei Rechnungen über 4.711 €; wer steht hinter dem Empfängerkonto?",
        "Rent of unit 7 is paid by a stranger since March: find out whether the payer is Oswin Tallow's brother.",
    ):
        assert opened(at, reason)["acts_left"] == 200


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_rule_40_no_mix_of_stock_words_and_signs_passes(at: Office, data: st.DataObject) -> None:
    """However stock words are strung together, with whatever signs between, and three words of one's own: refused."""
    row = at.world.db.execute("SELECT line.rule_texts('reason.stock')").fetchone()
    assert row is not None
    words = st.lists(st.sampled_from(row[0]), min_size=1, max_size=40)
    own = st.lists(st.text("abcdefgh", min_size=2, max_size=20), max_size=3)
    signs = st.sampled_from([" ", "  ", ", ", "... ", " -- ", "\t", "!? "])
    said = data.draw(signs).join(data.draw(words) + data.draw(own)) + data.draw(st.text(".!?- ", max_size=60))
    fault = at.world.db.execute("SELECT line.reason_words_fault(%s)", (said,)).fetchone()
    assert fault is not None
    assert fault[0] is not None, said


@pytest.fixture
def loose(at: Office) -> Iterator[None]:
    """Whatever a test does to the rulebook ends with it."""
    kept = at.world.db.execute("SELECT rulebook FROM line.state").fetchone()
    assert kept is not None
    yield
    at.world.db.execute("UPDATE line.state SET rulebook = %s", (Jsonb(kept[0]),))


@pytest.mark.usefixtures("loose")
def test_rule_40_screens_are_told_the_figures_that_the_rulebook_sets(at: Office) -> None:
    """What a screen counts by is what refuses: changed in the book, changed in both."""
    told = at.do("ana", None, "prompt_list")["limits"]
    assert (told["shortest_reason"], told["inquiry_hours"], told["inquiry_acts"], told["own_words"]) == (40, 8, 200, 4)
    changed = {
        "{inquiry,shortest_reason}": 70, "{inquiry,hours}": 2, "{inquiry,acts}": 30, "{reason,own_words}": 6,
        "{crossing,longest_days}": 10, "{crossing,shortest_alternatives}": 25, "{crossing,shortest_decision}": 33,
        "{crossing,emergency_hours}": 6, "{crossing,emergency_items}": 2, "{accounts,glass_hours}": 1,
        "{review,least}": 44,
    }  # fmt: skip
    for key, value in changed.items():
        set_to = "UPDATE line.state SET rulebook = jsonb_set(rulebook, %s, to_jsonb(%s::integer))"
        at.world.db.execute(set_to, (key, value))
    told = at.do("ana", None, "prompt_list")["limits"]
    assert told == {
        "shortest_reason": 70, "own_words": 6, "inquiry_hours": 2, "inquiry_acts": 30, "crossing_days": 10,
        "shortest_necessity": 70, "shortest_alternatives": 25, "shortest_decision": 33, "emergency_hours": 6,
        "emergency_items": 2, "glass_hours": 1, "recertify_days": 92, "review_percent": 1, "review_least": 44,
    }  # fmt: skip
    with pytest.raises(Refused, match="at least 70"):
        opened(at, "The tip of 3 May names a lorry driver; I look for who pays him.")
    made = opened(
        at, "The tip of 3 May names a lorry driver called Brandt; I look for whoever pays his rent at Pier 9."
    )
    assert (made["acts_left"], made["acts_max"]) == (30, 30)


# ------------------------------------------------------------------------------ the question with it


def test_rule_40_the_question_is_frozen_with_the_entry(at: Office, log: sequencer.Sequencer) -> None:
    told = at.do("ana", None, "prompt_list")
    asked = next(one for one in told["prompts"] if one["name"] == "inquiry")
    assert asked["version"] == hashlib.sha256(asked["text"].encode()).hexdigest()[:16]
    reason = "Two parcels from Lindqvist arrived with the same seal number; I look for who booked the second."
    answer = accounts.inquiry_open(
        at.gate, at.call("ana"), purpose="C-2026-0001", reason=reason, aim="verify", prompt=asked["version"]
    )
    reason = "The seal's maker says that number 88 was sold to Brandt in 2019; I look for Brandt's other parcels."
    silent = accounts.inquiry_open(at.gate, at.call("ana"), purpose="C-2026-0001", reason=reason)
    log.checkpoint()
    for made, shown in ((answer, True), (silent, False)):
        row = at.world.db.execute(
            "SELECT convert_from(body, 'UTF8')::jsonb FROM ledger.entry WHERE entry = %s", (made.receipt.entry,)
        ).fetchone()
        assert row is not None
        assert row[0]["prompts"] == [{**asked, "shown": shown}]
    at.world.db.execute(
        "UPDATE line.state SET rulebook = jsonb_set(rulebook, '{prompts,inquiry}', to_jsonb('Why do you ask?'::text))"
    )
    with pytest.raises(Conflict) as caught:
        opened(
            at,
            "A third parcel came from Lindqvist, with seal 89; who signed for it at the gate?",
            prompt=asked["version"],
        )
    assert caught.value.code == "prompt"
    kept = at.world.db.execute("SELECT text FROM line.prompt WHERE version = %s", (asked["version"],)).fetchone()
    assert kept == (asked["text"],)
    at.world.db.execute(
        "UPDATE line.state SET rulebook = jsonb_set(rulebook, '{prompts,inquiry}', to_jsonb(%s::text))",
        (asked["text"],),
    )


def test_rule_40_a_crossing_keeps_its_questions_too(at: Office, log: sequencer.Sequencer) -> None:
    id, _ = at.person("wages", "Asked For")
    case = at.opened()
    number = at.request(case, id)
    log.checkpoint()
    row = at.world.db.execute(
        "SELECT convert_from(body, 'UTF8')::jsonb -> 'prompts' FROM ledger.entry WHERE name = 'crossing_request'"
        " AND outcome = 'ok' AND convert_from(head, 'UTF8')::jsonb #>> '{counts,crossing}' = %s",
        (number,),
    ).fetchone()
    assert row is not None
    assert {one["name"] for one in row[0]} == {"necessity", "alternatives", "danger"}
    assert all(one["text"] and one["version"] for one in row[0])


# ------------------------------------------------------------------------------------ drawn and judged


WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "inlet",
    "juniper",
    "kelp",
    "larch",
    "meadow",
    "nettle",
    "osprey",
    "poplar",
]


@pytest.fixture(scope="module")
def many(at: Office, log: sequencer.Sequencer) -> datetime:
    """Sixty inquiries, three crossings, four checkpoints; the moment before them."""
    began = datetime.now(UTC)
    dice = random.Random(7)
    for n in range(60):
        said = " ".join(dice.sample(WORDS, 9))
        opened(at, f"Parcel {n * 7919} of {said}: whose name is on the slip of dock {n}?")
        if n % 20 == 0:
            log.checkpoint()
    case = at.opened()
    for n in range(3):
        at.request(case, at.person("wages", f"Crossed {n}")[0])
    log.checkpoint()
    return began


def overseer(at: Office) -> Any:
    return at.call("ines", "inspectorate/overseer")


def heads(at: Office) -> list[redraw.Head]:
    rows = at.world.db.execute(
        "SELECT index, entry, at, name, convert_from(head, 'UTF8')::jsonb -> 'counts' FROM ledger.entry"
        " WHERE outcome = 'ok' AND name IN ('inquiry_open', 'crossing_request')"
    ).fetchall()
    return [
        redraw.Head(index=i, entry=e, at=t, name=n, crossing=c.get("crossing") if isinstance(c, dict) else None)
        for i, e, t, n, c in rows
    ]


def roots(at: Office) -> list[tuple[int, bytes]]:
    return at.world.db.execute("SELECT size, root FROM ledger.checkpoint").fetchall()


def test_rule_40_one_in_a_hundred_and_every_crossing_is_drawn_by_the_log(at: Office, many: datetime) -> None:
    drawn = commands.draw(at.gate, overseer(at), since=many, until=None).result
    assert (drawn["population"], drawn["size"], drawn["crossings"]) == (60, 23, 3)
    items = queries.sample(at.gate, overseer(at), UUID(drawn["sample"])).result["items"]
    again = redraw.draw(heads(at), roots(at), many, datetime.fromisoformat(drawn["to"]))
    assert [item["mark"] for item in items] == [one.mark for one in again]
    assert [item["crossing"] for item in items if item["kind"] == "crossing"] == [
        one.crossing for one in again if one.crossing
    ]
    assert all(item["prompt"] for item in items if item["kind"] == "inquiry")


def test_rule_40_nobody_steers_the_sample(at: Office, many: datetime, log: sequencer.Sequencer) -> None:
    """A second draw takes the same ones, a later checkpoint changes no mark, another period keeps the order."""
    first = commands.draw(at.gate, overseer(at), since=many, until=None).result
    opened(at, "A late parcel of thistle and rowan came from Visby on the tenth; who signed the slip for it?")
    log.checkpoint()
    until = datetime.fromisoformat(first["to"])
    second = commands.draw(at.gate, overseer(at), since=many, until=until).result
    marks = []
    for drawn in (first, second):
        items = queries.sample(at.gate, overseer(at), UUID(drawn["sample"])).result["items"]
        marks.append([item["mark"] for item in items])
    assert marks[0] == marks[1]
    longer = commands.draw(at.gate, overseer(at), since=many - timedelta(hours=1), until=None).result
    items = queries.sample(at.gate, overseer(at), UUID(longer["sample"])).result["items"]
    shared = [item["mark"] for item in items if item["mark"] in marks[0]]
    assert shared == [mark for mark in marks[0] if mark in shared]
    with pytest.raises(BadInput):
        commands.draw(at.gate, overseer(at), since=datetime.now(UTC) + timedelta(days=1), until=None)
    entry = at.world.db.execute("SELECT entry FROM oversight.sample WHERE id = %s", (first["sample"],)).fetchone()
    head = at.world.db.execute("SELECT convert_from(head, 'UTF8') FROM ledger.entry WHERE entry = %s", entry).fetchone()
    assert head is not None
    assert json.loads(head[0])["counts"]["crossings"] == 3


def test_rule_40_the_draw_is_worked_out_again_from_an_exported_log(
    at: Office, many: datetime, log: sequencer.Sequencer, tmp_path: Path
) -> None:
    drawn = commands.draw(at.gate, overseer(at), since=many, until=None).result
    exported(at, log, tmp_path)
    until = datetime.fromisoformat(drawn["to"])
    again = redraw.from_export(tmp_path, many, until)
    items = queries.sample(at.gate, overseer(at), UUID(drawn["sample"])).result["items"]
    assert [one.mark for one in again] == [item["mark"] for item in items]
    history = tmp_path / "checkpoints.jsonl"
    history.write_text(history.read_text().replace('"note":"brightline.local/test', '"note":"brightline.local/fake'))
    with pytest.raises(BadInput):
        redraw.from_export(tmp_path, many, until)
    with pytest.raises(BadInput):
        redraw.from_export(tmp_path / "nowhere", many, until)


def exported(at: Office, log: sequencer.Sequencer, folder: Path) -> None:
    """What `ledger export` writes, as far as a draw reads it."""
    rows = at.world.db.execute("SELECT index, entry::text, convert_from(head, 'UTF8') FROM ledger.entry ORDER BY index")
    (folder / "bodies").mkdir()
    lines = [json.dumps({"index": i, "entry": e, "head": h}) for i, e, h in rows.fetchall()]
    (folder / "bodies" / "000.jsonl").write_text("\n".join(lines), "utf-8")
    notes = at.world.db.execute(
        "SELECT size, convert_from(note, 'UTF8') FROM ledger.checkpoint ORDER BY size"
    ).fetchall()
    text = "\n".join(json.dumps({"size": s, "note": n}, separators=(",", ":"), ensure_ascii=False) for s, n in notes)
    (folder / "checkpoints.jsonl").write_text(text, "utf-8")
    key = at.world.db.execute("SELECT ledger_key FROM ledger.state").fetchone()
    assert key is not None
    (folder / "keys").mkdir()
    (folder / "keys" / "ledger.vkey").write_text(key[0], "utf-8")


def test_rule_40_reasons_are_judged_once_with_remarks_and_never_ones_own(
    at: Office, many: datetime, log: sequencer.Sequencer
) -> None:
    id = UUID(commands.draw(at.gate, overseer(at), since=many, until=None).result["sample"])
    before = queries.queue(at.gate, overseer(at)).result
    assert [item["kind"] for item in before["items"][:3]] == ["crossing"] * 3
    assert len({item["inquiry"] for item in before["items"]}) == len(before["items"])
    commands.judge(at.gate, overseer(at), id, 1, verdict="sound", note="")
    commands.judge(at.gate, overseer(at), id, 2, verdict="not_supported", note="No slip of that dock exists.")
    commands.judge(at.gate, overseer(at), id, 21, verdict="vague", note="Says not what the wages would show.")
    with pytest.raises(Conflict):
        commands.judge(at.gate, overseer(at), id, 1, verdict="vague", note="Says nothing of whom.")
    for wrong in ({"verdict": "specific", "note": ""}, {"verdict": "vague", "note": ""}):
        with pytest.raises(BadInput):
            commands.judge(at.gate, overseer(at), id, 3, **wrong)
    with pytest.raises(Missing):
        commands.judge(at.gate, overseer(at), id, 999, verdict="sound", note="")
    at.world.grant("ana", "inspectorate", "overseer")
    with pytest.raises(Refused) as caught:
        commands.judge(at.gate, at.call("ana", "inspectorate/overseer"), id, 4, verdict="sound", note="")
    assert caught.value.code == "four_eyes"
    at.take("ana", "overseer")
    told = next(s for s in queries.samples(at.gate, overseer(at)).result["items"] if s["sample"] == str(id))
    assert (told["judged"], told["sound"], told["vague"], told["not_supported"]) == (3, 1, 1, 1)
    after = queries.queue(at.gate, overseer(at)).result
    assert after["waiting"] == before["waiting"] - 3
    log.checkpoint()
    report = queries.report(at.gate, overseer(at), "reasons", queries.Moments(), published=False).result
    figure = next(f for f in report["figures"] if f["key"] == "reasons_judged")
    assert {row["cell"][0]: row["value"] for row in figure["rows"]} == {"sound": 1, "vague": 1, "not_supported": 1}
    found = queries.exceptions(at.gate, overseer(at), since=many, until=None).result["items"]
    assert [item["kind"] for item in found if item["kind"] == "reason"] == ["reason"]
