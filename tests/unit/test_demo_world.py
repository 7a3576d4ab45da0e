"""The demo world: the same seed gives the same bytes, names say nothing about roles, plots are where answers say."""

from __future__ import annotations

import csv
import json
from collections import Counter, deque
from pathlib import Path
from typing import Any

import pytest

from brightline.feeds import manifest
from brightline.model.errors import BadInput
from brightline.wiring.demo import generate, make_world
from brightline.wiring.demo.people import GIVEN, Population, company_number, person_number
from brightline.wiring.demo.plots.cast import ROLES, Cast
from brightline.wiring.demo.progress import Steps
from brightline.wiring.demo.sources import SOURCES

SEED = 1


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return generate("tiny", SEED, tmp_path_factory.mktemp("tiny"))


def _table(written: Any, feed: str) -> list[dict[str, str]]:
    (path,) = (written.feeds[feed] / "inbox").iterdir()
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _entities(written: Any, feed: str) -> list[dict[str, Any]]:
    (path,) = (written.feeds[feed] / "inbox").iterdir()
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_same_seed_same_bytes(tiny: Any, tmp_path: Path) -> None:
    again = generate("tiny", SEED, tmp_path / "again")
    other = generate("tiny", SEED + 1, tmp_path / "other")
    assert again.digests == tiny.digests
    assert all(other.digests[name] != tiny.digests[name] for name in tiny.digests)


def test_a_finished_folder_is_left_alone_and_a_half_made_one_is_made_again(tmp_path: Path) -> None:
    first = generate("tiny", SEED, tmp_path)
    file = next((first.feeds["tips"] / "inbox").iterdir())
    before = file.stat().st_mtime_ns
    generate("tiny", SEED, tmp_path)
    assert file.stat().st_mtime_ns == before
    (tmp_path / "world.json").unlink()
    file.write_text("half a li")
    assert generate("tiny", SEED, tmp_path).digests == first.digests


def test_manifests_are_valid_and_listed(tiny: Any) -> None:
    assert {source.NAME for source in SOURCES} == set(tiny.feeds)
    for name, folder in tiny.feeds.items():
        assert manifest.load(folder).feed == name
        assert (folder / "README.md").is_file()


def test_columns_of_manifests_exist(tiny: Any) -> None:
    for source in SOURCES:
        columns = set(getattr(source, "COLUMNS", ()))
        rules = manifest.load(tiny.feeds[source.NAME]).mapping.values()
        used = {ref for rule in rules for prop in rule.properties.values() for ref in prop.refs()}
        used |= {key for rule in rules for key in rule.key_columns()}
        assert used <= columns


def test_numbers_are_unique() -> None:
    population = Population(SEED, 5_000, 800)
    people = [population.person(i) for i in range(5_050)]
    assert len({p.number for p in people}) == len(people)
    assert len({p.phone for p in people} | {population.organisation(i).phone for i in range(812)}) == 5_050 + 812
    assert len({person_number(i) for i in range(50_000)}) == 50_000
    assert len({company_number(i) for i in range(50_000)}) == 50_000


def _chi_square(table: list[list[int]]) -> tuple[float, int]:
    total = sum(map(sum, table))
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    value = 0.0
    for i, row in enumerate(table):
        for j, seen in enumerate(row):
            expected = rows[i] * columns[j] / total
            value += (seen - expected) ** 2 / expected
    return value, (len(rows) - 1) * (len(columns) - 1)


def _bucket(given: str) -> int:
    return GIVEN.index(given.split(" ")[0]) * 10 // len(GIVEN)


def test_names_are_independent_of_offices() -> None:
    """Ten classes of given names against holding an office: chi-square stays below its 99.9 % point."""
    world = make_world("small", SEED)
    officers = {row.officer.index for row in SOURCES[0]._life(world) if row.officer}
    table = [[0] * 10, [0] * 10]
    for i in range(world.size.people):
        table[i in officers][_bucket(world.population.person(i).given)] += 1
    value, freedom = _chi_square(table)
    assert freedom == 9
    assert value < 27.9, f"seed {SEED}: names and offices hang together, chi-square {value:.1f}"


def test_names_of_the_planted_are_drawn_like_all_others() -> None:
    """Over 400 seeds the skipper's name is spread over the pool as evenly as anybody's."""
    ours, anybody = [0] * 10, [0] * 10
    for seed in range(400):
        population = Population(seed, 150, 24)
        cast = Cast(population)
        assert cast.who("skipper") == population.person(150 + ROLES.index("skipper"))
        ours[_bucket(cast.who("skipper").given)] += 1
        anybody[_bucket(population.person(7).given)] += 1
    value, _ = _chi_square([ours, anybody])
    assert value < 27.9


def test_a_name_does_not_change_with_size_or_plot() -> None:
    """Names hang on seed and number alone, whatever else the world holds."""
    assert make_world("tiny", 5).population.person(3).name == make_world("small", 5).population.person(3).name


def _link(graph: dict[str, set[str]], a: str, b: str) -> None:
    graph.setdefault(a, set()).add(b)
    graph.setdefault(b, set()).add(a)


def _register_graph(written: Any) -> dict[str, set[str]]:
    """The links that a criminal purpose sees in register and telephone records, made from the files alone."""
    graph: dict[str, set[str]] = {}
    for row in _table(written, "companies"):
        company = f"c:{row['company_no']}"
        _link(graph, company, f"a:{row['street']}|{row['town']}")
        _link(graph, company, f"p:{_digits(row['phone'])}")
        if row["officer_no"]:
            _link(graph, company, f"o:{row['officer_no']}")
            if row["officer_phone"]:
                _link(graph, f"o:{row['officer_no']}", f"p:{_digits(row['officer_phone'])}")
        if row["holder_no"]:
            _link(graph, company, f"c:{row['holder_no']}")
    for row in _table(written, "phones"):
        if row["kind"] == "S":
            _link(graph, f"s:{row['subscriber_no']}", f"p:{_digits(row['subscriber_phone'])}")
        else:
            _link(graph, f"s:{row['caller_no']}", f"s:{row['receiver_no']}")
    return graph


def _digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit())[-10:]


def _hops(graph: dict[str, set[str]], start: str, goal: str) -> int | None:
    queue, seen = deque([(start, 0)]), {start}
    while queue:
        at, hops = queue.popleft()
        if at == goal:
            return hops
        for following in graph.get(at, ()):
            if following not in seen:
                seen.add(following)
                queue.append((following, hops + 1))
    return None


def test_the_chain_to_the_officer_has_six_steps(tiny: Any) -> None:
    ids = next(a for a in tiny.answers if a["key"] == "works-chain")["ids"]
    graph = _register_graph(tiny)
    start, goal = f"c:{ids['quillon']['keys'][0]}", f"s:{ids['officer']['keys'][0]}"
    assert _hops(graph, start, goal) == 6


def test_each_loser_is_paid_by_the_shell_in_each_round(tiny: Any) -> None:
    ids = next(a for a in tiny.answers if a["key"] == "works-rotation")["ids"]
    shell = ids["marlow_bank"]["keys"][0]
    payments = [e["properties"] for e in _entities(tiny, "bank") if e["schema"] == "Payment"]
    out = Counter(p["beneficiary"][0] for p in payments if p["payer"] == [shell])
    assert out == {ids[f"{key}_bank"]["keys"][0]: 6 for key in ("tidewater", "quillon", "tarn", "lantern")}


def test_all_workers_are_paid_into_one_account(tiny: Any) -> None:
    answer = next(a for a in tiny.answers if a["key"] == "pier-account")
    into = [row for row in _table(tiny, "wages") if row["paid_into"] == answer["query"]]
    assert len({row["worker_no"] for row in into}) == answer["expect"]["workers"]
    assert len({row["month"] for row in into}) == answer["expect"]["months"]
    complaints = [row for row in into if row["person_role"] == "complainant"]
    assert complaints
    assert all(row["seal"] == "S" for row in complaints)


def test_one_vehicle_leaves_after_each_landing(tiny: Any) -> None:
    answer = next(a for a in tiny.answers if a["key"] == "ferry-nights")
    boat, van, gate = (answer["ids"][label]["keys"][0] for label in ("boat", "van", "gate"))
    trips = [e["properties"] for e in _entities(tiny, "harbour") if e["schema"] == "Trip"]
    landings = {t["endDate"][0][:10] for t in trips if t["vehicle"] == [boat]}
    leaving = [t for t in trips if t["vehicle"] == [van] and t["endLocation"] == [gate]]
    assert len(landings) == len(leaving) == answer["expect"]["nights"]


def test_a_home_keeps_its_demo(tmp_path: Path) -> None:
    steps = Steps(tmp_path / "state.json", "small", 1)
    assert steps.once("unit fraud", lambda: {"name": "fraud"}) == {"name": "fraud"}
    again = Steps(tmp_path / "state.json", "small", 1)
    assert again.once("unit fraud", lambda: pytest.fail("a step that is done is not done again")) == {"name": "fraud"}
    with pytest.raises(BadInput):
        Steps(tmp_path / "state.json", "medium", 1)
    with pytest.raises(BadInput):
        make_world("huge", 1)
