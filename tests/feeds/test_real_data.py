"""The real lists and the fictional scenarios load through their feed folders and can be searched and linked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.feeding import KEY, Feeding, feeding

from brightline.feeds import pipeline
from brightline.feeds.manifest import load
from brightline.model.ids import entity_id
from brightline.model.keys import name_keys
from brightline.search import queries

# Every shipped feed is loaded once: two minutes on a quiet machine, more than five on a busy one.
pytestmark = [pytest.mark.database, pytest.mark.data, pytest.mark.slow, pytest.mark.timeout(1_200)]

FEEDS = Path(__file__).parents[2] / "feeds"
ORDER = [
    "ofac-sdn",
    "un-consolidated",
    "eu-journal",
    "cn-countermeasures",
    "bods-sample",
    "gleif",
    "party-donations",
    "gastech-mail",
    "gastech-people",
    "gastech-cards",
    "gastech-loyalty",
    "gastech-positions",
    "gastech-messages",
    "gastech-news",
    "pole",
]


@pytest.fixture(scope="module")
def desk(module_db: Any, data: Path) -> Feeding:
    """Every feed loaded once."""
    made = feeding(module_db, data=data, roots=(FEEDS,))
    made.world.authority("public-register", "criminal")
    for name in ORDER:
        source = load(FEEDS / name).source.name
        if not made.one("SELECT count(*) FROM line.source WHERE name = %s", (source,)):
            made.world.source(source, "public-register", ["criminal", "civil", "regulatory"], tier=1)
            made.world.db.execute(
                "UPDATE line.agreement SET id = %s WHERE source = %s", (f"AG-{source.upper()}", source)
            )
        made.add(FEEDS / name)
        made.refresh(name)
    return made


def count(desk: Feeding, source: str, schema: str) -> int:
    return int(
        desk.one(
            "SELECT count(DISTINCT entity) FROM content.aspect WHERE source = %s AND schema = %s", (source, schema)
        )
    )


def test_the_lists_have_what_their_publishers_say(desk: Feeding) -> None:
    assert count(desk, "ofac", "Person") == 5890
    assert count(desk, "ofac", "Vessel") == 685
    assert count(desk, "un", "Person") == 713
    assert count(desk, "un", "Organization") == 305
    assert count(desk, "eu", "Person") > 4000
    assert count(desk, "bods", "Ownership") == 100
    assert count(desk, "gastech", "Person") >= 54
    assert count(desk, "gastech", "Sighting") == 18797
    assert count(desk, "pole", "Incident") == 28762
    assert count(desk, "pole", "PhoneCall") == 534


@pytest.mark.parametrize("folder", sorted(path.parent for path in FEEDS.glob("*/feed.yml")), ids=lambda path: path.name)
def test_every_shipped_feed_is_tried_here(folder: Path) -> None:
    assert folder.name in ORDER


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("eu", "Сергей ДРОНОВ"),
        ("eu", "Sergei Dronov"),
        ("un", "Jang Chang Ha"),
        ("cn", "美国国家民主基金会"),
        ("ofac", "BNC"),
        ("ofac", "Ana I"),
        ("donations", "Lina Dachner"),
        ("bods", "Jenny Hewitson-Smith"),
        ("gastech", "Varja Lagos"),
        ("pole", "Benjamin Hamilton"),
    ],
)
def test_names_in_every_script_are_searchable(desk: Feeding, source: str, words: str) -> None:
    keys = [key for key in name_keys(words).keys if key.startswith("t:")]
    assert keys
    assert desk.one("SELECT count(*) FROM content.aspect WHERE source = %s AND keys @> %s", (source, keys)) > 0


def test_a_case_finds_them_under_the_line(desk: Feeding) -> None:
    call = desk.world.call("ana", "C-2026-0001")
    answer = queries.find(desk.gate, call, queries.Search(q="Sergey Dronov"))
    hits = answer.result["hits"] if isinstance(answer.result, dict) else answer.result.hits
    assert hits


def test_ownership_leads_from_owner_to_company(desk: Feeding) -> None:
    owner, company = (entity_id(KEY, "bods", key) for key in ("e7207941d426", "afd20d6d732c"))
    found = desk.all("SELECT kind, weight, forward FROM content.link WHERE src = %s AND dst = %s", (owner, company))
    assert found == [("Ownership", 100.0, True)]


def test_mail_that_came_before_its_people_is_linked_to_them(desk: Feeding) -> None:
    varja = entity_id(KEY, "gastech", "person", "varja lagos")
    assert desk.one("SELECT count(*) FROM content.link WHERE src = %s AND kind = 'Email'", (varja,)) > 10
    assert desk.one("SELECT count(*) FROM content.link WHERE src = %s AND kind = 'Employment'", (varja,)) == 1
    car = entity_id(KEY, "gastech", "car", "1")
    assert desk.one("SELECT count(*) FROM content.link WHERE src = %s AND kind LIKE 'Sighting%%'", (car,)) > 100
    assert desk.one("SELECT count(*) FROM content.link WHERE src = %s AND kind = 'Vehicle:operator'", (car,)) == 1


def test_pole_keeps_suspects_apart(desk: Feeding) -> None:
    found = dict(
        desk.all(
            "SELECT m.category, count(DISTINCT a.entity) FROM content.aspect a JOIN line.marking m ON m.id = a.marking"
            " WHERE a.source = 'pole' AND a.schema = 'Person' AND a.properties ? 'email' GROUP BY 1"
        )
    )
    assert found["suspect"] > 0
    assert found["other"] > found["suspect"]
    loose = desk.one(
        "SELECT count(*) FROM content.link l JOIN line.marking m ON m.id = l.marking WHERE l.source = 'pole'"
        " AND m.category = 'other' AND NOT EXISTS (SELECT FROM content.aspect a JOIN line.marking n ON n.id = a.marking"
        " WHERE a.entity = l.dst AND n.category = 'other')"
    )
    assert loose == 0
    assert desk.one("SELECT count(*) FROM content.aspect WHERE source = 'pole' AND places <> '[]'") > 14_000


def test_no_link_has_an_end_that_its_reader_may_not_see(desk: Feeding) -> None:
    assert desk.one("SELECT count(*) FROM content.link l WHERE NOT feed.has_end(l.dst, feed.weaker(l.marking))") == 0


def test_traits_of_the_european_list_never_came_in(desk: Feeding) -> None:
    assert (
        desk.one("SELECT count(*) FROM content.aspect WHERE properties ?| ARRAY['ethnicity','religion','political']")
        == 0
    )
    assert desk.one("SELECT count(*) FROM content.record WHERE payload::text LIKE '%%\"ethnicity\"%%'") == 0
    assert desk.one("SELECT count(*) FROM feed.quarantine WHERE reason = 'trait' AND value IS NOT NULL") == 0


@pytest.mark.parametrize("name", ["ofac-sdn", "gastech-cards", "pole"])
def test_again_changes_nothing(desk: Feeding, name: str) -> None:
    done = desk.refresh(name)
    assert (done.new, done.changed, done.deleted) == (0, 0, 0)
    assert done.unchanged > 1_000


def test_two_processes_map_as_one_does(desk: Feeding) -> None:
    """The spool dealt out to two processes gives the same content."""
    before = desk.all(
        "SELECT entity, schema, properties FROM content.aspect WHERE source = 'pole' ORDER BY 1, 2, properties::text"
    )
    desk.world.db.execute("UPDATE content.record SET hash = '\\x00' WHERE source = 'pole' AND current")
    from dataclasses import replace

    done = pipeline.run(replace(desk.settings, processes=2), desk.queue("pole"))
    assert done.changed > 40_000
    after = desk.all(
        "SELECT entity, schema, properties FROM content.aspect WHERE source = 'pole' ORDER BY 1, 2, properties::text"
    )
    assert after == before
