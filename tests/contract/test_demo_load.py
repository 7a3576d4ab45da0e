"""The demo world, tiny, loaded through the real door: answers are found where they may be, and only there."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.contract.conftest import credentials_of, served
from tests.misusing import sequencer_of
from tests.office import reader_of, tables_of, taker_of

from brightline.api.app import create_app
from brightline.cli.local import house as installation
from brightline.feeds import pipeline
from brightline.model.errors import BadInput, Missing
from brightline.wiring.demo import Report, generate, run, vetting
from brightline.wiring.demo.casework import REASONS, at_work, find
from brightline.wiring.demo.door import Door, Under
from brightline.wiring.demo.load import Loading
from brightline.wiring.demo.office import PASSWORD
from brightline.wiring.demo.progress import Steps
from brightline.wiring.objects import House
from brightline.worker import errands, misuse, watching
from brightline.worker.place import Orders

pytestmark = [pytest.mark.database, pytest.mark.slow, pytest.mark.timeout(1_200)]
SEED = 1
CASE_OF = {"criminal": "works", "civil": "pier", "regulatory": "reports"}


@dataclass
class Demo:
    """A loaded demo and the means to ask it."""

    report: Report
    loading: Loading
    client: httpx.Client
    home: Path
    db: Any

    def under(self, key: str) -> Under:
        return at_work(self.loading, key, self.report.cases[key])

    def get(self, key: str, path: str, **params: Any) -> Any:
        return self.loading.door.get(self.under(key), path, **params)

    def search(self, key: str, **words: Any) -> list[dict[str, Any]]:
        hits: list[dict[str, Any]] = self.loading.door.ask(self.under(key), "/search", **words)["hits"]
        return hits

    def id_of(self, key: str, wanted: dict[str, Any]) -> str:
        return find(self.loading, self.under(key), wanted)

    def answer(self, key: str) -> dict[str, Any]:
        return next(one for one in self.loading.world.answers if one["key"] == key)

    def load_again(self, **changed: Any) -> Report:
        wanted = {"size": "tiny", "seed": SEED, "home": self.home, "client": self.client, "setup_code": None}
        return run(**{**wanted, **changed})


@pytest.fixture(scope="module")
def demo(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("demo")
    for name in ("ledger", "inbox"):
        (home / name).mkdir()
    credentials = credentials_of(module_db, home, feeds=[str(home / "demo")])
    code = installation.setup_code(module_db.server)
    house, stop = House(credentials), threading.Event()
    worker = threading.Thread(target=_work, args=(module_db, home, stop), daemon=True)
    worker.start()
    try:
        with served(create_app(house, static=home / "static")) as url, httpx.Client(base_url=url, timeout=60) as client:
            report = run(size="tiny", seed=SEED, home=home, client=client, setup_code=code)
            world = generate("tiny", SEED, Path(report.folder))
            steps = Steps(home / "demo" / "state.json", "tiny", SEED)
            loading = Loading(door=Door(client, PASSWORD), steps=steps, world=world, progress=lambda _step, _part: None)
            yield Demo(report=report, loading=loading, client=client, home=home, db=module_db)
    finally:
        stop.set()
        worker.join(10)
        house.close()


def _work(db: Any, home: Path, stop: threading.Event) -> None:
    """The worker's part: runs as they are queued, watches by standing orders; the log and detectors, each second."""
    orders = Orders(worker=db.dsn("brightline_worker"), policy=db.dsn("brightline_policy"))
    settings = pipeline.Settings(
        dsn=db.dsn("brightline_feed"), entity_key=db.home.entity_key(), feed_roots=(home / "demo",), processes=1
    )
    admin, documents = db.admin, reader_of(db)
    files = (taker_of(db, home / "inbox"), tables_of(db, home / "inbox"))
    log, looked = sequencer_of(db.dsn("brightline_sequencer"), home), 0.0
    while not stop.wait(0.05):
        if time.monotonic() - looked > 1:
            log.drain(checkpoint=True)
            misuse.once(db.dsn("brightline_sequencer"))
            looked = time.monotonic()
        errands.once(db.dsn("brightline_worker"))
        documents.once()
        for taker in files:
            taker.once()
        for (queued,) in admin.execute("SELECT id FROM feed.run WHERE state = 'queued'").fetchall():
            pipeline.run(settings, queued)
            watching.evaluate(orders)


def _counts(db: Any) -> tuple[Any, ...]:
    tables = ("content.record", "content.aspect", "content.link", "line.account", "cases.case_file", "line.crossing")
    return tuple(db.admin.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def test_nothing_was_rejected(demo: Demo) -> None:
    done = demo.loading.steps.done
    for name, rows in demo.loading.world.rows.items():
        figures = done[f"published {name}"]
        assert figures["rows"] == rows
        assert (figures["rejected_rows"], figures["rejected_values"]) == (0, 0), name


def test_the_watch_found_what_the_register_learnt_later(demo: Demo) -> None:
    (hit, *_) = demo.get("works", "/watches/hits")["hits"]
    assert hit["caption"] == "Pelham Ridge Marine Ltd"
    (space,) = demo.get("works", "/workspaces")["items"]
    assert space["state"] == "shared"
    assert len(demo.get("works", f"/workspaces/{space['workspace']}")["ids"]) == 4


def test_look_ups_of_himself_a_colleague_and_a_reporter_are_flagged(demo: Demo) -> None:
    under = Under(account="ada.quist", purpose="inspectorate/overseer")
    flags = {one["kind"]: one for one in demo.loading.door.get(under, "/oversight/flags")["items"]}
    assert {"self", "colleague", "press"} <= set(flags)
    assert (flags["self"]["account"], flags["self"]["state"]) == ("lee.fenn", "inquiry")
    assert flags["colleague"]["whom"] == "rosa.vance"


def test_one_list_was_run_and_one_waits_with_its_errors(demo: Demo) -> None:
    runs = {one["state"]: one for one in demo.get("works", "/bulk")["items"]}
    assert set(runs) == {"done", "measured"}
    assert runs["done"]["error_rate"] == 0
    assert runs["done"]["found"] > 0
    assert runs["measured"]["error_rate"] > 0.2
    hits = demo.get("works", f"/bulk/{runs['done']['bulk']}/hits", limit=200)
    assert hits["open"] > 0
    assert {hit["verdict"] for hit in hits["items"]} == {"confirmed", None}


def test_a_second_run_changes_nothing(demo: Demo) -> None:
    before = _counts(demo.db)
    again = demo.load_again()
    assert not again.loaded
    assert again.cases == demo.report.cases
    assert _counts(demo.db) == before


def test_a_killed_load_goes_on(demo: Demo) -> None:
    """Take the last steps out of the state, as if the process had died before writing them."""
    before = _counts(demo.db)
    path = demo.home / "demo" / "state.json"
    kept = path.read_text()
    steps = Steps(path, "tiny", SEED)
    redone = ("unit", "source", "feed", "run", "case", "opened", "items", "note", "crossing", "decided", "finished")
    for name in list(steps.done):
        if name.startswith(redone) or name.endswith("dana.whitlock"):
            steps._state["done"].pop(name)
    steps._keep()
    again = demo.load_again()
    assert again.loaded
    assert again.cases == demo.report.cases
    assert again.crossings == demo.report.crossings
    assert _counts(demo.db) == before
    path.write_text(kept)


def test_another_size_is_refused(demo: Demo) -> None:
    with pytest.raises(BadInput, match="already holds"):
        demo.load_again(size="small")


def _sees(regimes: list[str], regime: str) -> bool:
    return regime in regimes


REGIMES_OF = {
    "companies": ["criminal", "civil", "regulatory"],
    "bank": ["criminal"],
    "phones": ["criminal"],
    "wages": ["civil", "regulatory"],
    "harbour": ["criminal", "regulatory"],
}


@pytest.mark.parametrize("regime", sorted(CASE_OF))
def test_answers_are_found_under_their_regimes_only(demo: Demo, regime: str) -> None:
    crossed = {wanted["find"] for wanted in _crossed(demo)}
    case = CASE_OF[regime]
    for answer in demo.loading.world.answers:
        for label, wanted in answer["ids"].items():
            if regime == "criminal" and wanted["find"] in crossed:
                continue
            if regime in REGIMES_OF[wanted["source"]]:
                assert demo.id_of(case, wanted), (answer["key"], label)
            else:
                with pytest.raises(Missing):
                    demo.id_of(case, wanted)


def _crossed(demo: Demo) -> list[dict[str, Any]]:
    answer = demo.answer("pier-crossing")
    return [answer["ids"][label] for label in answer["expect"]["crossed"]]


def test_a_shared_telephone_shows(demo: Demo) -> None:
    answer = demo.answer("works-phone")
    hits = demo.search("works", q=answer["query"], source=["companies"], schema=["Company"])
    assert {hit["caption"] for hit in hits} == {wanted["caption"] for wanted in answer["ids"].values()}
    assert all(why["kind"] == "identifier" for hit in hits for why in hit["why"])


@pytest.mark.parametrize("key", ["works-suite", "works-rotation"])
def test_neighbours_are_the_planted_ones(demo: Demo, key: str) -> None:
    answer = demo.answer(key)
    expect = answer["expect"]
    centre = demo.id_of("works", answer["ids"][expect["neighbours_of"]])
    params = {"kind": expect["kind"]} if "kind" in expect else {}
    nodes = demo.get("works", f"/entities/{centre}/links", limit=200, **params)["nodes"]
    wanted = {demo.id_of("works", answer["ids"][label]) for label in expect["are"]}
    assert wanted <= {node["id"] for node in nodes}


@pytest.mark.parametrize("key", ["works-chain", "pier-owner", "ferry-driver"])
def test_planted_paths_are_found_by_criminal_work_alone(demo: Demo, key: str) -> None:
    answer = demo.answer(key)
    a, b = (demo.id_of("works", answer["ids"][end]) for end in answer["path"])
    way = demo.get("works", "/paths", a=a, b=b, max_hops=6)
    assert way["found"]
    if "hops" in answer["expect"]:
        assert way["hops"] == answer["expect"]["hops"]
    else:
        assert way["hops"] <= answer["expect"]["max_hops"]
    through = {demo.id_of("works", answer["ids"][label]) for label in answer["expect"]["through"]}
    assert through <= {node["id"] for node in way["nodes"]}
    for case in ("pier", "reports"):
        try:
            other = demo.get(case, "/paths", a=a, b=b, max_hops=6)
        except Missing:
            continue
        assert not other["found"]


def test_all_wages_go_into_one_account(demo: Demo) -> None:
    answer = demo.answer("pier-account")
    account = demo.id_of("pier", answer["ids"]["account"])
    month = {"kind": "UnknownLink", "from": "2026-05-01", "to": "2026-05-31"}
    found = demo.get("pier", f"/entities/{account}/links", limit=200, **month)
    assert not found["more"]
    assert len(found["nodes"]) == answer["expect"]["workers"]


def test_a_crossing_shows_its_fields_and_no_more(demo: Demo) -> None:
    expect = demo.answer("pier-crossing")["expect"]
    for wanted in _crossed(demo):
        shown = demo.get("works", f"/entities/{demo.id_of('works', wanted)}")
        assert {prop["name"] for prop in shown["properties"]} <= set(expect["fields"])
        assert all("crossed" in aspect["marking"]["caveats"] for aspect in shown["aspects"])


def test_states_of_the_crossings(demo: Demo) -> None:
    listed = demo.loading.door.get(Under(account="kim.thorne", purpose="legal/approver"), "/crossings")["items"]
    states = {row["number"]: row["state"] for row in listed}
    assert {key: states[number] for key, number in demo.report.crossings.items()} == {
        "foremen": "active",
        "workers": "denied",
        "owner": "reviewed",
        "moved": "refused",
    }


def test_people_in_cases_have_categories(demo: Demo) -> None:
    for key in ("works", "pier", "ferry"):
        case = demo.get(key, f"/cases/{demo.report.cases[key]}")
        assert case["state"] == "open"
        people = [item for item in case["items"] if item["schema"] == "Person"]
        assert people
        assert all(person["role"] and person["basis"] for person in people)


def test_every_reason_is_one_that_the_line_takes() -> None:
    assert all(len(reason) >= 40 for reason in REASONS.values())
    assert len(set(REASONS.values())) == len(REASONS)


def test_operations_are_as_planted(demo: Demo) -> None:
    """Planned against actual, the refused plan, the claim that waits for its second person, the rows kept back."""
    door = demo.loading.door
    assert demo.loading.steps.done["refused long-table"] == "instrument"
    seen = {}
    for who, unit in (("owen.hale", "fraud"), ("paula.renner", "labour")):
        under = Under(account=who, purpose=f"{unit}/supervisor")
        [row] = door.get(under, "/operations")["items"]
        seen[row["title"]] = door.get(under, f"/operations/{row['operation']}")
    criminal, civil = seen["Slack Water"], seen["Long Table"]
    [figures] = criminal["figures"]
    assert (figures["planned"], figures["targeted"], figures["collateral"]) == (4, 4, 1)
    [beside] = [one for one in criminal["encounters"] if one["selection"] == "collateral"]
    assert (beside["basis"], len(beside["facts"]) >= 40) == ("facts", True)
    assert [stay["release_reason"] for stay in criminal["custody"]] == [
        "transfer",
        "released on bail by the magistrate",
        None,
    ]
    assert civil["flags"] == ["over_budget"]
    assert [hold["state"] for hold in civil["holds"]] == ["one of two"]
    assert len(civil["protected"]) == 2
    assert civil["figures"][0]["targeted"] == 0
    analyst = Under(account="lee.fenn", purpose="fraud/analyst")
    [table] = door.get(analyst, "/operations/extracts")["extracts"]
    assert (table["rows"], table["kept"], table["quarantined"]) == (7, 5, 2)
    [compared] = door.get(analyst, f"/operations/extracts/{table['extract']}")["compared"]
    assert (compared["planned"], compared["recorded"], compared["published"]) == (4, 5, 4)


def test_the_work_on_the_cases_is_planted(demo: Demo) -> None:
    works, pier = demo.report.cases["works"], demo.report.cases["pier"]
    item = demo.get("works", f"/cases/{works}/evidence")["items"][0]
    assert (item["cosigned"], item["sealed"], item["custodian"]) == (2, True, "dana.whitlock")
    reports = demo.get("works", f"/cases/{works}/reports")["items"]
    assert [(one["state"], one["author"], one["decided_by"]) for one in reports[:1]] == [
        ("approved", "dana.whitlock", "owen.hale")
    ]
    assert reports[1]["state"] == "in_review"
    assert demo.get("works", f"/cases/{works}/hours")["minutes"] > 0
    states = {one["state"] for one in demo.get("works", f"/cases/{works}/tasks")["items"]}
    assert states == {"open", "done"}
    notices = demo.loading.door.get(Under(account="dana.whitlock"), "/notifications")["notices"]
    sides = {one["detail"]["unit"] for one in notices if one["kind"] == "deconfliction"}
    assert sides == {"fraud", "labour"}
    done = demo.loading.steps.done
    assert [one["contact"] for one in done["checked ferry"]] == ["Dana Whitlock"]
    assert done["checked pier"] == []
    assert pier not in str(notices)


def test_the_words_of_documents_are_found_under_their_case_alone(demo: Demo) -> None:
    for word in ("kestrel", "HW-2108 telephone"):
        assert demo.search("works", q=word, fuzzy=0), word
        assert not [h for h in demo.search("pier", q=word, fuzzy=0) if h["id"].startswith("case-")]
    assert demo.search("ferry", q="kestrel", fuzzy=0) == []


def test_leads_are_vetted_as_planted(demo: Demo) -> None:
    """Duplicate, wrong person, a claim that waits, one referred, one that waits for a crossing."""
    door = demo.loading.door
    mara, nils = (Under(account=a, purpose=p) for a, p in (("mara.holt", "tips/vetter"), ("nils.ode", "status/vetter")))
    tips, status = (door.get(who, "/leads", limit=200)["items"] for who in (mara, nils))
    assert (len(tips), len(status)) == (21, 19)
    by_title = {one["title"]: one for one in (*tips, *status) if not one["duplicate_of"]}
    assert by_title[vetting.DREDGING]["state"] == "referred"
    assert by_title[vetting.WAGES]["state"] == "crossing"
    assert by_title[vetting.WRONG]["code"] == "wrong_person"
    assert (by_title[vetting.HELD]["state"], by_title[vetting.HELD]["held"]) == ("received", True)
    assert [one["code"] for one in tips if one["duplicate_of"]] == ["duplicate"]
    owen = Under(account="owen.hale", purpose="fraud/supervisor")
    assert [one["state"] for one in door.get(owen, "/referrals")["items"]] == ["sent"]
    paula = Under(account="paula.renner", purpose="labour/supervisor")
    assert door.get(paula, "/referrals")["items"] == []
    for intake in door.get(mara, "/leads/intakes")["intakes"]:
        assert intake["rejected"] == 1
