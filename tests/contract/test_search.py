"""Search as people use it: how names may be written, what each hit says, what is refused and how."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from tests.contract.searching import CASE, Room, named, room

from brightline.model.errors import BadInput, Missing, Refused
from brightline.search import queries
from brightline.search.queries import Search

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def filled(module_db: Any) -> Room:
    made = room(module_db)
    made.put("register", "Person", {"name": ["Jürgen Müller"], "passportNumber": ["AB 123-456"], "birthDate": ["1970"]})
    made.put("register", "Person", {"name": ["Vladimir Orlov"], "nationality": ["ru"], "country": ["ru"]})
    made.put("register", "Person", {"name": ["习近平"]})
    made.put("register", "Person", {"name": ["محمد سلمان"]})
    made.put("register", "Company", {"name": ["Orlov Shipping GmbH"], "jurisdiction": ["de"], "country": ["de"]})
    made.put("register", "Vessel", {"name": ["Northern Star"], "imoNumber": ["IMO9074729"]}, first="2019-01-01")
    made.put("bank", "BankAccount", {"name": ["Account 7"], "iban": ["GB29NWBK60161331926819"]})
    made.put("bank", "Person", {"name": ["Jurgen Mueller"], "notes": ["met the harbour pilot at noon"]})
    made.put("wages", "Person", {"name": ["Wanda Müller"], "phone": ["+442079460958"]})
    made.put("register", "Value", {"name": ["+442079460999"], "type": ["phone"]}, entity=named("phone"))
    return made


def hits(filled: Room, q: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = queries.find(filled.gate, filled.call, Search(q=q, **more)).result["hits"]
    return found


def captions(filled: Room, q: str, **more: Any) -> list[str]:
    return [hit["caption"] for hit in hits(filled, q, **more)]


@pytest.mark.parametrize(
    ("q", "caption", "kind"),
    [
        ("muller", "Jürgen Müller", "name"),
        ("MÜLLER jürgen", "Jürgen Müller", "name"),
        ("Jurgen Mueller", "Jürgen Müller", "typo"),
        ("Владимир Орлов", "Vladimir Orlov", "name"),
        ("Vladimr Orlov", "Vladimir Orlov", "typo"),
        ("Orlov Vladymir", "Vladimir Orlov", "typo"),
        ("Xi Jinping", "习近平", "name"),
        ("Mohammed", "محمد سلمان", "phonetic"),
        ("AB123456", "Jürgen Müller", "identifier"),
        ("IMO 9074729", "Northern Star", "identifier"),
        ("gb29 nwbk 6016 1331 9268 19", "Account 7", "identifier"),
        ("+44 20 7946 0999", "+442079460999", "identifier"),
        ("020 7946 0999", "+442079460999", "identifier"),
        ("harbour pilot", "Jurgen Mueller", "text"),
        ("mueller harbour", "Jurgen Mueller", "text"),
    ],
)
def test_it_is_found_and_says_why(filled: Room, q: str, caption: str, kind: str) -> None:
    found = {hit["caption"]: hit for hit in hits(filled, q)}
    assert caption in found
    reasons = found[caption]["why"]
    assert kind in {why["kind"] for why in reasons}
    assert all(why["source"] and why["text"] and why["value"] and why["label"] for why in reasons)


def test_the_exact_comes_before_the_similar(filled: Room) -> None:
    found = hits(filled, "Müller")
    assert found[0]["caption"] == "Jürgen Müller"
    assert [hit["score"] for hit in found] == sorted((hit["score"] for hit in found), reverse=True)


def test_fuzzy_0_finds_as_written_only(filled: Room) -> None:
    assert captions(filled, "Mullar", fuzzy=0) == []
    assert "Jürgen Müller" in captions(filled, "Mullar", fuzzy=1)
    assert "Vladimir Orlov" in captions(filled, "Vlodimyr", fuzzy=2)


def test_what_another_regime_holds_is_not_found_nor_counted(filled: Room) -> None:
    answer = queries.find(filled.gate, filled.call, Search(q="Wanda")).result
    assert (answer["total"], answer["hits"]) == (0, [])
    assert answer["facets"]["source"] == []


def test_filters_narrow_and_facets_count(filled: Room) -> None:
    assert captions(filled, "Orlov", schemas=("Company",)) == ["Orlov Shipping GmbH"]
    assert set(captions(filled, "Orlov", schemas=("LegalEntity",))) == {"Orlov Shipping GmbH", "Vladimir Orlov"}
    assert captions(filled, "Orlov", countries=("DE",)) == ["Orlov Shipping GmbH"]
    assert captions(filled, "Jurgen", sources=("bank",)) == ["Jurgen Mueller"]
    assert captions(filled, "Northern", date_to=date(2020, 1, 1)) == ["Northern Star"]
    assert captions(filled, "Orlov", date_to=date(2020, 1, 1)) == []
    facets = queries.find(filled.gate, filled.call, Search(q="Orlov")).result["facets"]
    assert {f["value"]: f["count"] for f in facets["schema"]} == {"Company": 1, "Person": 1}
    assert {f["value"] for f in facets["country"]} == {"de", "ru"}
    assert facets["source"] == [{"value": "register", "label": "Register", "count": 2}]
    assert facets["facets_of"] == "all 2 hits"


def test_a_hit_carries_source_marking_and_summary(filled: Room) -> None:
    (hit,) = hits(filled, "Jürgen Müller", fuzzy=0, sources=("register",))
    assert hit["id"] == f"register-{named('Jürgen Müller').hex}"
    assert hit["sources"] == [{"name": "register", "title": "Register"}]
    assert hit["markings"][0]["regimes"] == ["criminal"]
    assert hit["summary"] == "Person, birth date 1970"


def test_a_list_by_filters_alone_stops_at_the_bulk_threshold(module_db: Any, filled: Room) -> None:
    assert len(captions(filled, "", schemas=("Person",))) == 5
    for n in range(60):
        filled.put("register", "Vehicle", {"name": [f"Van {n}"]})
    with pytest.raises(Refused) as refused:
        queries.find(filled.gate, filled.call, Search(q="", schemas=("Vehicle",)))
    assert refused.value.code == "bulk"
    assert "50" in refused.value.detail
    assert "approved" in refused.value.hint


def test_nothing_asked_is_told_so(filled: Room) -> None:
    with pytest.raises(BadInput, match="empty"):
        queries.find(filled.gate, filled.call, Search(q="  "))


@pytest.mark.parametrize(
    "q",
    [
        "'; DROP TABLE content.aspect; --",
        "$brightline$ || 1",
        '{"a": 1}',
        "%_%",
        "\\",
        "a & b | !c",
        "x" * 400,
        "\u202e",
        "t:smith",
        "1:t:smith",
        "🚢" * 20,
    ],
)
def test_odd_queries_are_only_queries(filled: Room, q: str) -> None:
    assert queries.find(filled.gate, filled.call, Search(q=q, schemas=("Vessel",))).result["total"] <= 1


@pytest.mark.parametrize(
    "search",
    [
        Search(q="x" * 401),
        Search(q="a\x00b"),
        Search(q="a", schemas=("Nonsense",)),
        Search(q="a", sort="random"),
        Search(q="a", fuzzy=3),
        Search(q="a", limit=0),
        Search(q="a", offset=-1),
        Search(q="a", date_from=date(2026, 2, 1), date_to=date(2026, 1, 1)),
        Search(q=" ".join(f"word{n}" for n in range(30))),
    ],
)
def test_bad_input_names_its_field(filled: Room, search: Search) -> None:
    with pytest.raises(BadInput) as told:
        queries.find(filled.gate, filled.call, search)
    assert told.value.field
    assert told.value.hint


def test_a_short_list_is_searched_line_by_line(filled: Room) -> None:
    items = queries.batch(filled.gate, filled.call, ["Orlov", "nobody at all", "AB123456"]).result["items"]
    assert [item["total"] for item in items] == [2, 0, 1]
    assert items[2]["best"][0]["caption"] == "Jürgen Müller"


def test_suggestions_begin_with_what_is_typed(filled: Room) -> None:
    def suggested(q: str) -> list[str]:
        return [item["caption"] for item in queries.suggest(filled.gate, filled.call, q).result["items"]]

    assert set(suggested("orl")) == {"Orlov Shipping GmbH", "Vladimir Orlov"}
    assert suggested("vladimir orl") == ["Vladimir Orlov"]
    assert suggested("wan") == suggested("o") == suggested("") == []


def test_the_page_says_who_says_what(filled: Room) -> None:
    entity = named("Jürgen Müller")
    filled.put("bank", "Person", {"name": ["Jürgen Müller"], "country": ["de"]}, entity=entity)
    page = queries.entity_show(filled.gate, filled.call, entity.hex).result
    names = next(prop for prop in page["properties"] if prop["name"] == "name")
    assert {source["source"] for source in names["values"][0]["sources"]} == {"register", "bank"}
    assert page["id"] == f"register-{entity.hex}" or page["id"] == f"bank-{entity.hex}"
    assert {aspect["source_title"] for aspect in page["aspects"]} == {"Register", "Bank"}
    assert page["rules"]
    assert all(aspect["marking"]["origins"] for aspect in page["aspects"])


def test_absent_and_hidden_pages_are_one_answer(filled: Room) -> None:
    told = []
    for id in (named("Wanda Müller").hex, uuid4().hex):
        with pytest.raises(Missing) as missing:
            queries.entity_show(filled.gate, filled.call, id)
        told.append((missing.value.detail, missing.value.hint, missing.value.code))
    assert told[0] == told[1]


def test_why_names_the_rule_or_what_would_help(filled: Room) -> None:
    seen = queries.why(filled.gate, filled.call, named("Vladimir Orlov").hex).result
    assert seen["visible"]
    assert seen["rules"][0]["source"] == "register"
    assert seen["rules"][0]["rule"]
    absent = queries.why(filled.gate, filled.call, uuid4().hex).result
    assert (absent["visible"], absent["pointers"]) == (False, [])
    hidden = queries.why(filled.gate, filled.call, named("Wanda Müller").hex).result
    assert hidden["pointers"][0]["custodian"] == "labour"
    assert hidden["needs"][-1] == absent["needs"][-1]


def test_a_tier_two_source_points_without_naming(filled: Room) -> None:
    answer = queries.find(filled.gate, filled.call, Search(q="Wanda Müller", fuzzy=0)).result
    (pointer,) = answer["pointers"]
    assert (pointer["tier"], pointer["count"], pointer["regime"]) == (2, "fewer than 5", "civil")


def test_judged_the_same_is_one_entity_to_those_who_may_see_the_judgement(db: Any) -> None:
    made = room(db)
    a = made.put("register", "Person", {"name": ["Noah Twin"], "country": ["fr"]})
    b = made.put("bank", "Person", {"name": ["Noah Twyn"]})
    cluster = uuid4()
    made.world.db.execute("UPDATE content.aspect SET cluster = %s WHERE entity IN (%s, %s)", (cluster, a, b))
    marking = made.world.marking("bank")
    judge = (
        'INSERT INTO content.judgement ("left", "right", verdict, account, marking, at) VALUES (%s, %s, %s, %s, %s, %s)'
    )
    made.world.db.execute(judge, (a, b, "same", made.world.accounts["ana"], marking, "2026-01-01"))
    (hit,) = queries.find(made.gate, made.call, Search(q="Noah")).result["hits"]
    assert {source["name"] for source in hit["sources"]} == {"register", "bank"}
    page = queries.entity_show(made.gate, made.call, b.hex).result
    assert len(page["members"]) == 2
    assert page["id"].endswith(min(a, b).hex)
    other = queries.find(made.gate, made.world.call("cleo", "C-2026-0002"), Search(q="Noah")).result["hits"]
    assert [hit["caption"] for hit in other] == ["Noah Twin"]
    made.world.db.execute(judge, (b, a, "different", made.world.accounts["ana"], marking, "2026-02-01"))
    assert len(queries.find(made.gate, made.call, Search(q="Noah")).result["hits"]) == 2


def test_a_desk_sees_no_content(filled: Room) -> None:
    with pytest.raises(Refused):
        queries.find(filled.gate, filled.world.call("ana", "fraud/agent"), Search(q="Orlov"))


def test_search_needs_an_inquiry(filled: Room) -> None:
    with pytest.raises(Refused):
        queries.find(filled.gate, filled.world.call("ana", CASE, inquiry=False), Search(q="Orlov"))
