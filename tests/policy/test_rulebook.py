"""A rulebook that doesn't hold together, or breaks a promise, is refused, with the key or the counter-example."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from brightline.line import rulebook, rulebook_check, rulebook_diff
from brightline.line.proof import prove
from brightline.line.rulebook_check import Door
from brightline.model.errors import BadInput
from brightline.policy import doors, queries
from brightline.store import install

SHIPPED = rulebook.shipped()
SITE = Path(__file__).resolve().parents[2] / "rulebook" / "site.yml"


def site(yaml: str) -> dict[str, Any]:
    return rulebook.overlaid(SHIPPED, rulebook.read(yaml))


def test_the_shipped_rulebook_and_the_sites_example_hold_and_keep_every_promise() -> None:
    for book in (SHIPPED, site(SITE.read_text())):
        rulebook_check.check(book, doors=doors.installed())
        proof = prove(book, doors.installed())
        assert proof.holds
        assert [one.name for one in proof.results] == [
            "regimes",
            "derived",
            "approvals",
            "protected",
            "roles",
            "entries",
        ]


# One and more rulebooks that break each promise, with what their counter-example must tell: who, what, by which key.
BROKEN = [
    ("regimes", "case_born: {criminal: [criminal, civil]}", "civil regime.*case of the criminal regime.*case_born"),
    ("regimes", "crossing_ends: [revocation, closing]", "purpose.*expired.*crossing_ends"),
    ("regimes", "crossing_ends: [expiry, closing]", "revoked.*crossing_ends"),
    ("regimes", "crossing_ends: [expiry, revocation]", "lost its purpose.*crossing_ends"),
    ("derived", "derived: {caveats: none}", "made of.*hidden.*caveats none"),
    ("derived", "derived: {origins: first}", "made of.*origins first"),
    ("derived", "derived: {category: last}", "made of.*category last"),
    ("derived", "derived: {retention: longest}", "longer.*retention"),
    ("derived", "categories: {witness: [regulatory]}", "category witness.*category victim.*category_order"),
    (
        "derived",
        "category_order: [other, suspect, convicted, associate, witness, victim, uncategorised]",
        "made of.*category_order",
    ),
    ("derived", "protected: {categories: [victim]}", "category victim.*category uncategorised"),
    ("approvals", "chains: {crossing: {checked: [request]}}", "joined the beneficiary's side after the request.*cross"),
    ("approvals", "chains: {crossing: {checked: [decision]}}", "side at the request.*crossing"),
    ("approvals", "chains: {crossing: {outside: [requester, custodian]}}", "beneficiary.*crossing"),
    ("approvals", "chains: {purge: {outside: [custodian]}}", "asked for it.*purge"),
    ("approvals", "chains: {clearance: {outside: [requester]}}", "joined the beneficiary's side.*clearance"),
    ("protected", "categories: {victim: [criminal, civil]}", "civil.*category victim.*categories.victim"),
    ("protected", "clearable: {protected: [criminal, civil]}", "cleared for.*protected.*clearable.protected"),
    ("protected", "open_caveats: [pii, commercial, protected]", "civil.*protected.*open_caveats"),
    ("roles", "roles: {overseer: [oversight, case]}", "overseer.*everything.*roles.overseer"),
    ("roles", "roles: {agent: [case, desk, oversight]}", "agent.*everything.*roles.agent"),
    ("entries", "log: {query: committed}", "reads rows.*rolled back.*log.query"),
    ("entries", "log: {attempt: committed}", "looked at.*rolled back.*log.attempt"),
    ("entries", "log: {refusal: none}", "refused.*without any entry.*log.refusal"),
    ("entries", "log: {change: later}", "change was made.*without any entry.*log.change"),
]


@pytest.mark.parametrize(("promise", "yaml", "said"), BROKEN, ids=[f"{p}: {y}" for p, y, _ in BROKEN])
def test_a_rulebook_that_breaks_a_promise_is_refuted_in_words(promise: str, yaml: str, said: str) -> None:
    book = site(yaml)
    rulebook_check.check(book, doors=doors.installed())
    proof = prove(book, doors.installed())
    assert promise in [one.name for one in proof.broken]
    (result,) = [one for one in proof.results if one.name == promise]
    assert result.counter is not None
    assert re.search(said, result.counter.words()), result.counter.words()


def test_every_promise_has_a_rulebook_that_breaks_it() -> None:
    assert {promise for promise, _, _ in BROKEN} == {one.name for one in prove(SHIPPED, ()).results}


def test_a_door_that_lets_a_reader_of_content_into_the_log_is_found() -> None:
    leak = Door(name="peek", act="read-log", roles=frozenset({"any"}), purposes=frozenset({"case"}))
    (broken,) = prove(SHIPPED, (*doors.installed(), leak)).broken
    assert broken.name == "roles"


def test_the_database_writes_entries_as_the_rulebook_says() -> None:
    """`log` is what the promise of entries rests on: the last arguments of emit are transactional, durable."""
    modes = {"false, true": "flushed", "true, false": "committed"}
    folder = Path(rulebook.__file__).parent / "sql"
    enter, emit = (folder / "30_enter.sql").read_text(), (folder / "10_emit.sql").read_text()
    found = {
        "query": re.search(r"'ok', '\{\}'\),.*?(false, true)\);\s+ELSE", enter, re.DOTALL),
        "attempt": re.search(r"'attempt'.*?(false, true)\)", enter, re.DOTALL),
        "refusal": re.search(r"FUNCTION line\.say_no.*?(false, true)\)", emit, re.DOTALL),
        "change": re.search(r"ctx\.call = 'command' THEN\s+leaf :=.*?(true, false)\)", enter, re.DOTALL),
    }
    assert {act: modes[match[1]] for act, match in found.items() if match} == SHIPPED["log"]


@pytest.mark.parametrize(
    ("yaml", "key"),
    [
        ("retention: {longest_years: 6}", "retention.longest_years"),
        ("inquiry: {shortest_reason: 39}", "inquiry.shortest_reason"),
        ("second_approver_above: 26", "second_approver_above"),
        ("reason: {remembered: 4}", "reason.remembered"),
        ("reason: {stock: [work]}", "reason.stock"),
        ("mandatory: {encounter: [place]}", "mandatory.encounter"),
        ("mandatory: {encounter: [place, selection, authority, basis, outcome, mood]}", "mandatory.encounter"),
        ("silent_caveats: [sealed]", "silent_caveats"),
        ("chains: {crossing: {hears: [supervisor]}}", "chains.crossing.hears"),
        ("categories: {uncategorised: [criminal]}", "categories.uncategorised"),
        ("categories: {victim: [martial]}", "categories.victim"),
        ("categories: {stranger: [civil]}", "categories"),
        ("bulk_treshold: 5", "bulk_treshold"),
        ("misuse: {zone: Atlantis}", "misuse.zone"),
        ("misuse: {day_from: 21}", "misuse.day_from"),
        ("misuse: {burst: 1}", "misuse.burst"),
        ("bulk: {error_most: 2}", "bulk.error_most"),
        ("inquiry: {hour: 5}", "inquiry.hour"),
        ("inquiry: {hours: many}", "inquiry.hours"),
        ("inquiry: 8", "inquiry"),
        ("caveats: [sealed, secret]", "open_caveats"),
        ("roles: {agent: [everywhere]}", "roles.agent"),
        ("roles: {janitor: [desk]}", "roles.janitor"),
        ("regimes: {civil: nobody}", "regimes.civil"),
        ("regimes: {civil: null}", "regimes.civil"),
        ("chains: {case: {decides: []}}", "chains.case.decides"),
        ("chains: {case: {decides: [admin]}}", "chains.case.decides"),
        ("chains: {case: {acts: [case_open]}}", "chains.case.acts"),
        ("chains: {case: {after: crossing}}", "chains.case"),
        ("chains: {treaty: {acts: [x]}}", "chains.treaty"),
        ("roles: {approver: [oversight]}", "chains.crossing.decides"),
        ("units: {a: {title: A, parent: b}, b: {title: B, parent: a}}", "units.a"),
        ("units: {a: {title: A, parent: a}}", "units.a"),
        ("authorities: {x: {title: X, regime: martial, statute: Y}}", "authorities.x.regime"),
        ("authorities: {x: {title: X, regime: civil}}", "authorities.x.statute"),
        ("authorities: {x: {title: X, regime: civil, statute: Y, colour: red}}", "authorities.x.colour"),
        ("agreements: {x: {source: a, regimes: [oversight], expires: 2099-01-01}}", "agreements.x.regimes"),
        ("agreements: {x: {source: a, regimes: [civil], expires: soon}}", "agreements.x.expires"),
        ("pointers: {highest_tier: 1}\nagreements: {x: {source: a, regimes: [civil], expires: 2099-01-01,"
         " pointer_tier: 2}}", "agreements.x.pointer_tier"),
    ],
)  # fmt: skip
def test_a_cycle_a_gap_an_unknown_key_or_a_looser_law_is_refused_with_its_key(yaml: str, key: str) -> None:
    with pytest.raises(BadInput, match=rf"^rulebook\.{re.escape(key)}\b"):
        rulebook_check.check(site(yaml), doors=doors.installed())


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("a: 1\ncategories: [}", "line 2"),
        ("a: 1\na: 2", "stands twice"),
        ("- a\n- b", "no keys"),
        ("1: 2", "no text"),
        ("a: !!python/object/apply:os.system [ls]", "no valid YAML"),
        ("a: &a [*a]", "no valid YAML|no text"),
        ("bulk_threshold: {1.5: 2}", "no text"),
        ("x: " + "[" * 3000, "no valid YAML"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_place(yaml: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        rulebook_check.check(site(yaml))


@pytest.mark.parametrize(
    ("yaml", "weaker"),
    [
        ("bulk_threshold: 10", []),
        ("bulk_threshold: 51", ["bulk_threshold"]),
        ("misuse: {burst: 9, unused_hours: 72}", []),
        ("misuse: {zone: America/New_York, night_units: [fraud], burst: 11}",
         ["misuse.zone", "misuse.night_units", "misuse.burst"]),
        ("inquiry: {acts: 100, hours: 9}", ["inquiry.hours"]),
        ("inquiry: {shortest_reason: 80}", []),
        ("categories: {suspect: [criminal]}", []),
        ("categories: {witness: [criminal, regulatory]}", ["categories.witness"]),
        ("reason: {stock: [investigation, official, business, case, work]}", ["reason.stock"]),
        ("chains: {purge: {decides: [approver]}}", []),
        ("chains: {purge: {checked: [request]}}", ["chains.purge.checked"]),
        ("regimes: {civil: operation}", ["regimes.civil"]),
        ("notice: {weakening_days: 3}", ["notice.weakening_days"]),
        ("agreements: {x: {source: a, regimes: [civil], expires: 2099-01-01}}",
         ["agreements.x.source", "agreements.x.regimes"]),
    ],
)  # fmt: skip
def test_rule_47_which_change_weakens_a_guard(yaml: str, weaker: list[str]) -> None:
    assert [change.key for change in rulebook_diff.changes(SHIPPED, site(yaml)) if change.weakens] == weaker


def test_rule_47_a_key_that_nobody_has_placed_is_a_guard() -> None:
    (change,) = rulebook_diff.changes({"a": {"new_guard": 5}}, {"a": {"new_guard": 4}})
    assert change.weakens


def test_a_new_version_of_brightline_brings_keys_and_changes_none() -> None:
    book = site("bulk_threshold: 7\ncategories: {suspect: []}")
    del book["reason"]["own_words"]
    del book["pointers"]
    filled = rulebook.filled(book, SHIPPED)
    assert filled["reason"]["own_words"] == SHIPPED["reason"]["own_words"]
    assert filled["pointers"] == SHIPPED["pointers"]
    assert (filled["bulk_threshold"], filled["categories"]["suspect"]) == (7, [])


def test_up_refuses_a_sites_first_rulebook_that_breaks_a_promise(tmp_path: Path) -> None:
    file = tmp_path / "rulebook.yml"
    file.write_text("case_born: {criminal: [criminal, civil]}")
    with pytest.raises(BadInput, match=r"breaks a promise.*case_born"):
        install._first_rulebook(file)
    file.write_text("bulk_threshold: 20")
    assert install._first_rulebook(file)["bulk_threshold"] == 20
    assert install._first_rulebook(tmp_path / "none.yml") == SHIPPED


def test_a_difference_is_told_with_its_proof() -> None:
    told = queries.compared(SHIPPED, site("categories: {victim: [criminal, civil]}"))
    assert (told["weakens"], told["holds"]) == (True, False)


def test_a_book_written_and_read_again_is_the_same() -> None:
    assert rulebook.read(rulebook.written(SHIPPED)) == SHIPPED
