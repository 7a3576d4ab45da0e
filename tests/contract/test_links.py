"""Expanding and paths: directions, kinds, dates, hubs, and published graphs with known answers."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import igraph
import pytest
from tests.contract.searching import CASE, Room, named, room

from brightline.links import queries
from brightline.links.queries import Ends, Narrow
from brightline.model.errors import BadInput, Missing
from brightline.resolution.commands import Judgement, judge
from brightline.store import migrate

pytestmark = pytest.mark.database
MIGRATIONS = Path(migrate.__file__).with_name("migrations")


def joined(made: Room, pairs: list[tuple[UUID, UUID]], *, marking: int, kind: str = "Payment") -> None:
    """Links in bulk, both directions."""
    made.world.db.execute(
        """WITH pair AS (SELECT gen_random_uuid() AS id, a, b FROM unnest(%s::uuid[], %s::uuid[]) AS x (a, b))
        INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking)
        SELECT id, a, b, %s, true, id, id, 'register', %s FROM pair
        UNION ALL SELECT id, b, a, %s, false, id, id, 'register', %s FROM pair""",
        ([a for a, _ in pairs], [b for _, b in pairs], kind, marking, kind, marking),
    )


@pytest.fixture(scope="module")
def chain(module_db: Any) -> Room:
    """Ann → Bob → Cat → Dan by payments, Ann – Wages Clerk – Dan by a civil source's links alone."""
    made = room(module_db)
    marking = made.world.marking("register")
    for name in ("Ann", "Bob", "Cat", "Dan", "Eve"):
        made.put("register", "Person", {"name": [name]})
    clerk = made.put("wages", "Person", {"name": ["Wages Clerk"]})
    joined(made, [(named(a), named(b)) for a, b in (("Ann", "Bob"), ("Bob", "Cat"), ("Cat", "Dan"))], marking=marking)
    hidden = made.world.marking("wages")
    joined(made, [(named("Ann"), clerk), (clerk, named("Dan"))], marking=hidden, kind="Employment")
    return made


def path(made: Room, a: str, b: str, **more: Any) -> dict[str, Any]:
    narrow = more.pop("narrow", None)
    ends = Ends(a=named(a).hex, b=named(b).hex, **more)
    found: dict[str, Any] = queries.path(made.gate, made.call, ends, narrow=narrow).result
    return found


def expand(made: Room, name: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = queries.expand(made.gate, made.call, [named(name).hex], **more).result
    return found


def test_a_path_names_a_merged_end_by_the_entity_that_it_is_shown_as(chain: Room) -> None:
    """The link hangs at Fay; what is shown is the entity that Fay was merged into, whichever side was asked for."""
    marking, why = chain.world.marking("register"), "One passport, one book."
    for name in ("Fay", "Gus", *(f"Fay {n}" for n in range(3))):
        chain.put("register", "Person", {"name": [name]})
    joined(chain, [(named("Fay"), named("Gus"))], marking=marking)
    for n in range(3):
        same = Judgement(left=named("Fay").hex, right=named(f"Fay {n}").hex, verdict="same", reason=why)
        judge(chain.gate, chain.call, same)
    chain.world.settle()
    shown = min(named(name) for name in ("Fay", "Fay 0", "Fay 1", "Fay 2")).hex
    assert shown != named("Fay").hex, "the merge must show another id, else this test shows nothing"
    for asked in ("Fay", "Fay 1"):
        found = path(chain, asked, "Gus")
        assert found["hops"] == 1
        assert [node["id"][-32:] for node in found["nodes"]] == [shown, named("Gus").hex]
        assert [edge["source"][-32:] for edge in found["edges"]] == [shown]


def test_links_go_in_the_direction_in_which_they_were_stated(chain: Room) -> None:
    found = expand(chain, "Bob")
    ends = {(edge["source"][-32:], edge["target"][-32:]) for edge in found["edges"]}
    assert ends == {(named("Ann").hex, named("Bob").hex), (named("Bob").hex, named("Cat").hex)}
    assert found["center"]["caption"] == "Bob"
    assert {node["caption"] for node in found["nodes"]} == {"Ann", "Cat"}
    assert found["kinds"] == [{"value": "Payment", "label": found["kinds"][0]["label"], "count": 2}]
    assert (found["total"], found["more"], found["cap_note"]) == (2, False, None)


def test_only_links_that_may_be_seen_are_shown_and_counted(chain: Room) -> None:
    found = expand(chain, "Ann")
    assert [edge["kind"] for edge in found["edges"]] == ["Payment"]
    assert found["total"] == found["center"]["degree"] == 1


def test_several_steps_and_several_centres(chain: Room) -> None:
    two = expand(chain, "Ann", hops=2)
    assert {node["caption"] for node in two["nodes"]} == {"Bob", "Cat"}
    both = queries.expand(chain.gate, chain.call, [named("Ann").hex, named("Dan").hex]).result
    assert {node["caption"] for node in both["centers"]} == {"Ann", "Dan"}
    assert {node["caption"] for node in both["nodes"]} == {"Bob", "Cat"}


def test_a_path_never_goes_through_what_is_hidden(chain: Room) -> None:
    found = path(chain, "Ann", "Dan")
    assert (found["found"], found["hops"]) == (True, 3)
    assert [node["caption"] for node in found["nodes"]] == ["Ann", "Bob", "Cat", "Dan"]
    assert [edge["kind"] for edge in found["edges"]] == ["Payment"] * 3
    back = path(chain, "Dan", "Ann")
    assert [node["caption"] for node in back["nodes"]] == ["Dan", "Cat", "Bob", "Ann"]


def test_no_path_is_said_plainly(chain: Room) -> None:
    found = path(chain, "Ann", "Eve")
    assert (found["found"], found["hops"], found["paths"], found["cap_note"]) == (False, None, [], None)
    assert path(chain, "Ann", "Dan", max_hops=2)["found"] is False
    assert path(chain, "Ann", "Ann")["hops"] == 0


def test_kinds_and_dates_narrow(chain: Room) -> None:
    assert path(chain, "Ann", "Dan", narrow=Narrow(kinds=("Family",)))["found"] is False
    assert expand(chain, "Bob", narrow=Narrow(kinds=("Family",)))["edges"] == []


def dated(made: Room, a: str, b: str, first: str | None, last: str | None, aspect: UUID | None = None) -> None:
    made.world.db.execute(
        """INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking, from_date, to_date)
        SELECT p.id, CASE WHEN f THEN p.a ELSE p.b END, CASE WHEN f THEN p.b ELSE p.a END, 'Employment', f, p.aspect,
          COALESCE((SELECT x.record FROM content.aspect x WHERE x.id = p.aspect), p.id), 'register', %s, %s, %s
        FROM (SELECT gen_random_uuid() AS id, %s::uuid AS a, %s::uuid AS b, %s::uuid AS aspect) p,
          unnest(ARRAY[true, false]) f""",
        (made.world.marking("register"), first, last, named(a), named(b), aspect or uuid4()),
    )


@pytest.fixture(scope="module")
def staff(chain: Room) -> Room:
    """Whom Ola employed: one since 2020, one until May 2019, one all of 2020, and one without any date."""
    for name in ("Ola", "Since 2020", "Until May 2019", "All of 2020", "Undated"):
        chain.put("register", "Person", {"name": [name]})
    dated(chain, "Ola", "Since 2020", "2020-03-01", None)
    dated(chain, "Ola", "Until May 2019", None, "2019-05-31")
    dated(chain, "Ola", "All of 2020", "2020-01-01", "2020-12-31")
    dated(chain, "Ola", "Undated", None, None)
    return chain


@pytest.mark.parametrize(
    ("since", "until", "met"),
    [
        ("2026-01-01", "2026-02-01", {"Since 2020"}),
        ("2020-06-01", None, {"Since 2020", "All of 2020"}),
        (None, "2020-02-01", {"All of 2020", "Until May 2019"}),
        ("2019-05-31", "2019-06-30", {"Until May 2019"}),
        ("2019-06-01", "2019-06-30", set()),
        (None, "2001-01-01", {"Until May 2019"}),
    ],
)
def test_an_end_that_is_not_said_is_open(staff: Room, since: str | None, until: str | None, met: set[str]) -> None:
    narrow = Narrow(date_from=since and date.fromisoformat(since), date_to=until and date.fromisoformat(until))
    found = expand(staff, "Ola", narrow=narrow)
    assert {node["caption"] for node in found["nodes"]} == met
    assert found["total"] == len(met)
    for name in ("Since 2020", "Until May 2019", "All of 2020", "Undated"):
        assert path(staff, "Ola", name, narrow=narrow)["found"] is (name in met), name


def test_without_dates_the_newest_are_first_and_what_goes_on_counts_from_its_beginning(staff: Room) -> None:
    first = [{node["caption"] for node in expand(staff, "Ola", limit=n)["nodes"]} for n in (1, 2, 3)]
    assert first[0] == {"All of 2020"}
    assert first[1] - first[0] == {"Since 2020"}
    assert first[2] - first[1] == {"Until May 2019"}


def test_links_of_before_get_their_open_ends(chain: Room) -> None:
    """They were kept as if they had ended on the day that they began; only what the row says makes an end open."""
    said = {
        "Begun": {"startDate": ["2020-03-01"]},
        "Over": {"endDate": ["2019-05-31"]},
        "Once": {"date": ["2018-01-01"]},
        "Both": {"startDate": ["2018-01-01"], "endDate": ["2018-01-01"]},
    }
    chain.put("register", "Person", {"name": ["Employer of before"]})
    for name, properties in said.items():
        chain.put("register", "Person", {"name": [name], **properties})
        [(aspect,)] = chain.world.db.execute(
            "SELECT id FROM content.aspect WHERE entity = %s", (named(name),)
        ).fetchall()
        [[day]] = list(properties.values())[:1]
        dated(chain, "Employer of before", name, day, day, aspect)
    chain.world.db.execute((MIGRATIONS / "0098_open_links.data.sql").read_bytes())
    kept = "SELECT from_date::text, to_date::text FROM content.link WHERE src = %s AND dst = %s"
    ends = {n: chain.world.db.execute(kept, (named("Employer of before"), named(n))).fetchone() for n in said}
    assert ends == {
        "Begun": ("2020-03-01", None),
        "Over": (None, "2019-05-31"),
        "Once": ("2018-01-01", "2018-01-01"),
        "Both": ("2018-01-01", "2018-01-01"),
    }


def test_hidden_and_absent_ends_are_one_answer(chain: Room) -> None:
    told = []
    for id in (named("Wages Clerk").hex, uuid4().hex):
        with pytest.raises(Missing) as missing:
            queries.expand(chain.gate, chain.call, [id])
        with pytest.raises(Missing) as no_path:
            queries.path(chain.gate, chain.call, Ends(a=named("Ann").hex, b=id))
        told.append((missing.value.detail, no_path.value.detail))
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("ends", "field"),
    [
        (Ends(a="nonsense", b="x"), "a"),
        (Ends(a=uuid4().hex, b="'; --"), "b"),
        (Ends(a=uuid4().hex, b=uuid4().hex, max_hops=99), "max_hops"),
        (Ends(a=uuid4().hex, b=uuid4().hex, limit=0), "limit"),
    ],
)
def test_bad_input_names_its_field(chain: Room, ends: Ends, field: str) -> None:
    with pytest.raises(BadInput) as told:
        queries.path(chain.gate, chain.call, ends)
    assert told.value.field == field


def test_all_shortest_paths_up_to_the_limit(db: Any) -> None:
    made = room(db)
    marking = made.world.marking("register")
    for name in ("Start", "End", "One", "Two", "Three", "Far"):
        made.put("register", "Person", {"name": [name]})
    middle = ("One", "Two", "Three")
    pairs = [(named("Start"), named(m)) for m in middle] + [(named(m), named("End")) for m in middle]
    joined(made, pairs, marking=marking)
    found = path(made, "Start", "End", limit=10)
    assert {p["nodes"][1]["caption"] for p in found["paths"]} == set(middle)
    assert all(len(p["edges"]) == 2 for p in found["paths"])
    assert len(path(made, "Start", "End", limit=2)["paths"]) == 2


def test_a_hub_is_not_passed_through_and_that_is_said(db: Any) -> None:
    made = room(db)
    marking = made.world.marking("register")
    for name in ("Left", "Right", "Bank", "Mid One", "Mid Two"):
        made.put("register", "Person", {"name": [name]})
    others = [uuid4() for _ in range(1200)]
    joined(made, [(named("Bank"), other) for other in others], marking=marking)
    joined(made, [(named("Left"), named("Bank")), (named("Bank"), named("Right"))], marking=marking)
    hub_only = path(made, "Left", "Right")
    assert hub_only["found"] is False
    assert "not passed through" in hub_only["cap_note"]
    joined(
        made,
        [(named(a), named(b)) for a, b in (("Left", "Mid One"), ("Mid One", "Mid Two"), ("Mid Two", "Right"))],
        marking=marking,
    )
    assert [n["caption"] for n in path(made, "Left", "Right")["nodes"]] == ["Left", "Mid One", "Mid Two", "Right"]
    assert path(made, "Left", "Bank")["hops"] == 1
    shown = expand(made, "Bank", limit=20)
    assert (len(shown["edges"]) <= 20, shown["total"], shown["more"], shown["capped"]) == (True, 1202, True, True)
    assert "1,000" in shown["cap_note"]


def test_distances_under_the_line_are_those_of_igraph_on_what_is_visible(db: Any) -> None:
    """A random graph of which a third is hidden; igraph is given the rest."""
    made = room(db)
    rng = random.Random(20260101)
    seen, shut = made.world.marking("register"), made.world.marking("wages")
    nodes = [made.put("register", "Person", {"name": [f"Node {n}"]}) for n in range(120)]
    edges = [(rng.randrange(120), rng.randrange(120)) for _ in range(180)]
    edges = [(a, b) for a, b in edges if a != b]
    open_edges, hidden_edges = edges[:110], edges[110:]
    joined(made, [(nodes[a], nodes[b]) for a, b in open_edges], marking=seen)
    joined(made, [(nodes[a], nodes[b]) for a, b in hidden_edges], marking=shut)
    graph = igraph.Graph(n=120, edges=open_edges, directed=False)
    call = made.world.call("ana", CASE)
    for _ in range(60):
        a, b = rng.randrange(120), rng.randrange(120)
        found = queries.path(made.gate, call, Ends(a=nodes[a].hex, b=nodes[b].hex, max_hops=12)).result
        expected = graph.distances(a, b)[0][0]
        assert found["hops"] == (expected if expected <= 12 else None), (a, b)
        for way in found["paths"]:
            assert len(way["nodes"]) == expected + 1
            assert all(edge["origin"] == "register" for edge in way["edges"])


# --- published graphs with expected results ---------------------------------------------------------


def _numbers(path: Path) -> list[tuple[int, ...]]:
    return [tuple(int(n) for n in re.findall(r"-?\d+", line)) for line in path.read_text().splitlines() if line.strip()]


@pytest.mark.data
@pytest.mark.parametrize("flavour", ["example-undirected", "bfs/undir"])
def test_distances_are_those_of_graphalytics(db: Any, data: Path, flavour: str) -> None:
    """Distances from the benchmark's source to every vertex equal its expected breadth-first output."""
    edges, expected = _benchmark(data / "graph_benchmarks" / "graphalytics_validation", flavour)
    made = room(db)
    marking = made.world.marking("register")
    vertices = sorted({v for pair in edges for v in pair} | set(expected))
    for vertex in vertices:
        made.put("register", "Person", {"name": [f"v {vertex}"]}, entity=named(f"v{vertex}"))
    joined(made, [(named(f"v{a}"), named(f"v{b}")) for a, b in edges], marking=marking)
    source = next(vertex for vertex, distance in expected.items() if distance == 0)
    # Hidden short cuts to everywhere: they must shorten nothing.
    hidden = made.world.marking("wages")
    joined(made, [(named(f"v{source}"), named(f"v{v}")) for v in vertices if v != source], marking=hidden)
    call = made.world.call("ana", CASE)
    for vertex, distance in expected.items():
        ends = Ends(a=named(f"v{source}").hex, b=named(f"v{vertex}").hex, max_hops=12)
        found = queries.path(made.gate, call, ends).result
        assert found["hops"] == (distance if distance <= 12 else None), vertex


def _benchmark(folder: Path, flavour: str) -> tuple[list[tuple[int, int]], dict[int, int]]:
    if flavour.startswith("example"):
        edges = _numbers(folder / "example" / f"{flavour}.e")
        expected = _numbers(folder / "example" / f"{flavour}-BFS")
        pairs = [(row[0], row[1]) for row in edges]
    else:
        rows = _numbers(folder / f"{flavour}-input")
        expected = _numbers(folder / f"{flavour}-output")
        pairs = [(row[0], other) for row in rows for other in row[1:] if row[0] < other]
    return pairs, {row[0]: row[1] for row in expected}
