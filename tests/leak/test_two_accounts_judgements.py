"""Two purposes that differ by one marking: judgements, candidates, history and disclosures tell no more than it holds.

As in `test_two_accounts_search.py` the uncleared answers are compared with those of the same database without one
sealed row, and without what was judged on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from tests.office import Office, office

from brightline.disclosures import commands as disclosing
from brightline.disclosures import queries as disclosures
from brightline.model.errors import BrightlineError, Missing
from brightline.model.keys import entity_keys
from brightline.resolution import commands, queries
from brightline.search import queries as search

pytestmark = pytest.mark.database
CLEARED, PLAIN = "C-2026-0001", "C-2026-0003"
WHY = "Both gave the passport number P-77-1234 at the same counter on 4 May."
DISCLOSED = {
    "fields": ["name"],
    "recipient": "District prosecutor of Saltmere",
    "address": "Court square 1, Saltmere",
    "recipient_kind": "prosecutor",
    "rules_accepted": "2026-01-05",
    "purpose": "Charging decision on the invoices that were paid twice in March.",
    "need_to_know": "The payee is named in the draft charge.",
    "right_to_know": "Prosecutors receive case files by statute.",
    "nature": "Name of the payee",
}
QUESTIONS: dict[str, Any] = {
    "candidates of the open": lambda g, c, ids: queries.candidates(g, c, ids["Marla Quint"]),
    "candidates of the hidden": lambda g, c, ids: queries.candidates(g, c, ids["Marla Sealed Quint"]),
    "history of the open": lambda g, c, ids: queries.history(g, c, ids["Marla Quint"]),
    "history of what was judged with the hidden": lambda g, c, ids: queries.history(g, c, ids["Maria Quint"]),
    "history of the hidden": lambda g, c, ids: queries.history(g, c, ids["Marla Sealed Quint"]),
    "the entity that the hidden was merged into": lambda g, c, ids: search.entity_show(g, c, ids["Maria Quint"]),
    "search over the merged": lambda g, c, ids: search.find(g, c, search.Search(q="Quint")),
    "disclosures": lambda g, c, ids: disclosures.listed(g, c),
    "the other's disclosure": lambda g, c, ids: disclosures.shown(g, c, ids["disclosure"]),
    "no disclosure": lambda g, c, ids: disclosures.shown(g, c, "D-2026-0000"),
}
UNSTABLE = frozenset({"took_ms", "purpose", "entry", "run"})


class Twin:
    """An office with an open and a sealed side, and the questions that are asked of it."""

    def __init__(self, made: Office) -> None:
        self.made, self.world, self.ids = made, made.world, {}
        self.world.case(PLAIN, "fraud", "18-usc-1956", ["bo"])
        self.world.db.execute("UPDATE line.purpose SET clearances = '{sealed}' WHERE key = %s", (CLEARED,))
        self.world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
        self.world.move()
        plain, sealed = self.world.marking("register"), self.world.marking("register", caveats=["sealed"])
        for caption in ("Marla Quint", "Maria Quint", "Marla Quint Harrow"):
            self.put(caption, plain)
        for caption in ("Marla Sealed Quint", "Marla Covered Quint"):
            self.put(caption, sealed)
        self.judge("Marla Quint", "Marla Quint Harrow", "different", "Other birth year, other mother, other town.")
        self.judge("Maria Quint", "Marla Sealed Quint", "same", WHY)
        self.judge("Marla Quint", "Marla Covered Quint", "unsure", f"{WHY} Covered said otherwise.")
        # Two open rows, on which the author repeats what only the sealed one says that he sees merged with the first.
        self.judge("Maria Quint", "Marla Quint Harrow", "unsure", "Marla Sealed Quint would be a third, on 4 May.")

    def put(self, caption: str, marking: int) -> None:
        said = {"name": [caption], "passportNumber": ["P-77-1234"]}
        keys = sorted(entity_keys("Person", said).keys)
        entity = self.world.aspect("register", caption, marking=marking, properties=said, keys=keys)
        self.ids[caption] = f"register-{entity.hex}"

    def judge(self, a: str, b: str, verdict: str, why: str) -> None:
        wanted = commands.Judgement(left=self.ids[a], right=self.ids[b], verdict=verdict, reason=why)
        commands.judge(self.made.gate, self.made.call("ana", CLEARED), wanted)

    def ask(self, purpose: str, question: str) -> Any:
        who = {CLEARED: "ana", PLAIN: "bo"}[purpose]
        try:
            return _plain(QUESTIONS[question](self.made.gate, self.made.call(who, purpose), self.ids).result)
        except BrightlineError as error:
            return {"refused": error.code, "detail": error.detail, "hint": error.hint}

    @contextmanager
    def sealed_gone(self) -> Iterator[None]:
        """The same database without one sealed row, and without what was judged on them, for a while."""
        db, where = self.world.db, "marking IN (SELECT id FROM line.marking WHERE scoped)"
        tables = ("aspect", "judgement")
        for table in tables:
            db.execute(f"CREATE TABLE line.kept_{table} AS SELECT * FROM content.{table} WHERE {where}")
            db.execute(f"DELETE FROM content.{table} WHERE {where}")
        try:
            yield
        finally:
            for table in tables:
                db.execute(f"INSERT INTO content.{table} SELECT * FROM line.kept_{table}")
                db.execute(f"DROP TABLE line.kept_{table}")


def _plain(value: Any) -> Any:
    def bare(part: Any) -> Any:
        if isinstance(part, dict):
            return {k: bare(v) for k, v in part.items() if k not in UNSTABLE}
        return [bare(item) for item in part] if isinstance(part, list) else part

    return bare(json.loads(json.dumps(value, default=str)))


@pytest.fixture(scope="module")
def twin(module_db: Any) -> Iterator[Twin]:
    with office(module_db) as made:
        twin = Twin(made)
        case = made.opened()
        id, _ = made.person("register", "Pia Payee")
        made.do("ana", case, "case_add_items", ids=[id], role="suspect", basis="Signed the second invoice of 4 March.")
        sent = disclosing.prepare(made.gate, made.call("ana", case), {**DISCLOSED, "items": [id]}).result
        twin.ids["disclosure"] = sent["disclosure"]
        yield twin


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_hidden_changes_nothing_that_is_told(twin: Twin, question: str) -> None:
    before = twin.ask(PLAIN, question)
    text = json.dumps(before)
    for word in ("Sealed", "Covered", "4 May", "Pia Payee", twin.ids["disclosure"]):
        assert word not in text
    for hidden in ("Marla Sealed Quint", "Marla Covered Quint"):
        asked = question.endswith("the hidden") and "judged" not in question
        assert asked or UUID(twin.ids[hidden][9:]).hex not in text.replace("-", "")
    with twin.sealed_gone():
        assert twin.ask(PLAIN, question) == before


def test_the_cleared_purpose_sees_what_the_other_does_not(twin: Twin) -> None:
    def captions(purpose: str) -> set[str]:
        return {c["caption"] for c in twin.ask(purpose, "candidates of the open")["candidates"]}

    assert captions(PLAIN) == {"Maria Quint", "Marla Quint Harrow"}
    assert captions(CLEARED) >= {"Marla Covered Quint", "Marla Quint Harrow"}
    verdicts = {p: [j["verdict"] for j in twin.ask(p, "history of the open")["judgements"]] for p in (CLEARED, PLAIN)}
    assert verdicts == {CLEARED: ["unsure", "different"], PLAIN: ["different"]}
    merged = {p: len(twin.ask(p, "the entity that the hidden was merged into")["members"]) for p in (CLEARED, PLAIN)}
    assert merged == {CLEARED: 2, PLAIN: 1}


def test_hidden_and_absent_are_answered_alike(twin: Twin) -> None:
    absent = {"Marla Quint": f"register-{'0' * 32}"}
    for ask in (queries.candidates, queries.history):
        told = []
        for id in (twin.ids["Marla Sealed Quint"], absent["Marla Quint"]):
            with pytest.raises(Missing) as refused:
                ask(twin.made.gate, twin.made.call("bo", PLAIN), id)
            told.append((refused.value.code, refused.value.detail, refused.value.hint))
        assert told[0] == told[1]
    assert twin.ask(PLAIN, "the other's disclosure") == twin.ask(PLAIN, "no disclosure")


def test_a_judgement_on_the_hidden_is_refused_like_one_on_nothing(twin: Twin) -> None:
    told = []
    for id in (twin.ids["Marla Sealed Quint"], f"register-{'0' * 32}"):
        wanted = commands.Judgement(left=twin.ids["Marla Quint"], right=id, verdict="same", reason=WHY)
        with pytest.raises(Missing) as refused:
            commands.judge(twin.made.gate, twin.made.call("bo", PLAIN), wanted)
        told.append((refused.value.code, refused.value.detail, refused.value.hint))
    assert told[0] == told[1]
