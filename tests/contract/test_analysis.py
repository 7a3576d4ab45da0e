"""Analysis through the gate on a real database: events, watches by standing orders, workspaces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb
from tests.office import Office, office

from brightline.analysis import commands, queries
from brightline.gate import Call
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.model.ids import printed
from brightline.worker import watching
from brightline.worker.place import Orders

pytestmark = pytest.mark.database


class Desk:
    """An open case, and refreshes that publish without a feed's whole machinery."""

    def __init__(self, made: Office) -> None:
        self.made = made
        self.case = made.opened()
        self.orders = Orders(
            worker=made.database.dsn("brightline_worker"), policy=made.database.dsn("brightline_policy")
        )

    def call(self, who: str = "ana", purpose: str | None = None) -> Call:
        return self.made.call(who, purpose or self.case)

    def publish(self, *names: str, source: str = "register", caveats: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A run that brought these people; their ids."""
        db, run = self.made.world.db, uuid4()
        db.execute(
            "INSERT INTO feed.feed (name, title, source, manifest, digest, folder, format, mode)"
            " VALUES ('tests', 'Tests', 'register', '{}', '', '', 'csv', 'snapshot') ON CONFLICT DO NOTHING"
        )
        ids = tuple(self.made.person(source, name) for name in names)
        if caveats:
            marking = self.made.world.marking(source, caveats=caveats)
            db.execute("UPDATE content.aspect SET marking = %s WHERE entity = ANY (%s)", (marking, [u for _, u in ids]))
            self.made.world.move()
        db.execute("UPDATE content.aspect SET run = %s WHERE entity = ANY (%s)", (run, [uuid for _, uuid in ids]))
        db.execute(
            "INSERT INTO feed.run (id, feed, mode, state, account, account_name, ended)"
            " VALUES (%s, 'tests', 'snapshot', 'published', %s, 'stu', clock_timestamp())",
            (run, self.made.world.accounts["stu"]),
        )
        return tuple(id for id, _ in ids)

    def watch(self, query: str, who: str = "ana", **changes: Any) -> str:
        answer = commands.watch_add(self.made.gate, self.call(who), query, **changes)
        return str(answer.result["watch"])

    def hits(self, watch: str | None = None) -> list[str]:
        return [hit["id"] for hit in queries.hits(self.made.gate, self.call(), watch=watch).result["hits"]]

    def head(self, watch: str) -> dict[str, Any]:
        found = queries.watches(self.made.gate, self.call()).result["watches"]
        return next(one for one in found if one["watch"] == watch)


@pytest.fixture(scope="module")
def desk(module_db: Any) -> Iterator[Desk]:
    with office(module_db) as made:
        yield Desk(made)


# --- watches --------------------------------------------------------------------------------------


def test_a_watch_alerts_on_what_a_refresh_brings_and_only_on_that(desk: Desk) -> None:
    desk.publish("Orla Quennell")
    watch = desk.watch("Orla Quennell")
    assert watching.evaluate(desk.orders) == 0
    new, _ = desk.publish("Orla Quennel", "Somebody Else")
    assert watching.evaluate(desk.orders) == 1
    assert desk.hits(watch) == [new]
    assert desk.head(watch)["hits"] == 1
    assert desk.head(watch)["evaluated"]
    told = desk.made.do("ana", None, "notice_list")["notices"]
    assert [(one["what"], one["detail"]) for one in told if one["object"] == watch] == [
        ("A watch has a new match.", {"new": 1})
    ]
    assert watching.evaluate(desk.orders) == 0


def test_an_evaluation_is_a_search_in_the_ledger_with_what_it_found(desk: Desk) -> None:
    watch = desk.watch("Ledgerly Found")
    (id,) = desk.publish("Ledgerly Found")
    watching.evaluate(desk.orders)
    rows = desk.made.world.db.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (desk.made.database.slot,),
    ).fetchall()
    told = [json.loads(d[d.index(b"\0", 10) + 5 :]) for (d,) in rows if d[:1] == b"M"]
    read = [(json.loads(one["head"]), json.loads(one["body"])) for one in told]
    done = [
        (head, body)
        for head, body in read
        if (head["name"], head["outcome"]) == ("watch_evaluate", "ok") and body["params"]["watch"] == watch
    ]
    assert [head["act"] for head, _ in done] == ["search"]
    assert [UUID(one) for _, body in done for one in body["shown"]] == [UUID(id[-32:])]


def test_a_hidden_record_never_alerts(desk: Desk) -> None:
    watch = desk.watch("Sealed Person")
    desk.publish("Sealed Person", source="wages")
    desk.publish("Sealed Person", caveats=("sealed",))
    assert watching.evaluate(desk.orders) == 0
    assert desk.hits(watch) == []
    assert desk.head(watch)["hits"] == 0


def test_what_is_hidden_later_is_no_longer_told(desk: Desk) -> None:
    watch = desk.watch("Later Hidden")
    (id,) = desk.publish("Later Hidden")
    watching.evaluate(desk.orders)
    assert desk.hits(watch) == [id]
    marking = desk.made.world.marking("register", caveats=("sealed",))
    desk.made.world.db.execute("UPDATE content.aspect SET marking = %s WHERE entity = %s", (marking, UUID(id[-32:])))
    desk.made.world.move()
    assert desk.hits(watch) == []


def test_a_paused_watch_rests_and_an_ended_one_is_over(desk: Desk) -> None:
    watch = desk.watch("Paused Person")
    commands.watch_set(desk.made.gate, desk.call(), watch, "pause")
    desk.publish("Paused Person")
    assert watching.evaluate(desk.orders) == 0
    commands.watch_set(desk.made.gate, desk.call(), watch, "resume")
    assert watching.evaluate(desk.orders) == 1
    commands.watch_set(desk.made.gate, desk.call(), watch, "end")
    desk.publish("Paused Person")
    assert watching.evaluate(desk.orders) == 0
    with pytest.raises(Conflict):
        commands.watch_set(desk.made.gate, desk.call(), watch, "resume")


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE line.account SET state = 'disabled' WHERE name = 'bo'",
        "UPDATE line.purpose SET state = 'readonly' WHERE key = %(case)s",
        "UPDATE line.purpose SET expires = clock_timestamp() WHERE key = %(case)s",
        "UPDATE line.standing_order SET ended = clock_timestamp()",
        "UPDATE line.standing_order SET expires = clock_timestamp()",
        "UPDATE line.case_member SET valid_to = clock_timestamp()"
        " WHERE account = (SELECT id FROM line.account WHERE name = 'bo')",
    ],
)
def test_a_watch_dies_with_its_account_purpose_order_or_membership(desk: Desk, end: str) -> None:
    db = desk.made.world.db
    case = desk.made.opened("bo")
    answer = commands.watch_add(desk.made.gate, desk.call("bo", case), "Mortal Person")
    keys = ("line.account", "line.purpose", "line.standing_order", "line.case_member")
    kept = {key: db.execute(f"SELECT count(*) FROM {key}").fetchone() for key in keys}
    with db.transaction(force_rollback=False):
        db.execute(end, {"case": case}) if "%(case)s" in end else db.execute(end)
    desk.publish("Mortal Person")
    due = db.execute("SELECT watch FROM analysis.due()").fetchall()
    assert UUID(answer.result["watch"]) not in [one for (one,) in due]
    assert watching.evaluate(desk.orders) == 0
    assert kept == {key: db.execute(f"SELECT count(*) FROM {key}").fetchone() for key in keys}
    db.execute("UPDATE line.account SET state = 'active' WHERE name = 'bo'")
    db.execute("UPDATE analysis.watch SET state = 'ended' WHERE id = %s", (answer.result["watch"],))


def test_only_the_worker_uses_an_order_and_only_for_its_purpose_and_act(desk: Desk) -> None:
    watch = desk.watch("Ordered Person")
    db = desk.made.world.db
    order = db.execute("SELECT standing FROM analysis.watch WHERE id = %s", (watch,)).fetchone()
    assert order is not None
    by_order = Call(token=f"order:{order[0]}", purpose=desk.case)
    for name, params in (("watch_evaluate", {"watch": watch, "runs": []}), ("watch_list", {}), ("whoami", {})):
        with pytest.raises(Refused):
            desk.made.gate.run(by_order, name, params)
    with pytest.raises(Refused):
        desk.made.gate.run(desk.call(), "watch_evaluate", {"watch": watch, "runs": []})


def test_a_watch_is_its_owners_alone(desk: Desk) -> None:
    watch = desk.watch("Private Person")
    db = desk.made.world.db
    db.execute(
        "INSERT INTO line.case_member (case_id, account, capacity) VALUES (%s, %s, 'member')",
        (desk.made.world.cases[desk.case], desk.made.world.accounts["bo"]),
    )
    assert watch not in [w["watch"] for w in queries.watches(desk.made.gate, desk.call("bo")).result["watches"]]
    with pytest.raises(Missing):
        queries.hits(desk.made.gate, desk.call("bo"), watch=watch)
    with pytest.raises(Missing):
        commands.watch_set(desk.made.gate, desk.call("bo"), watch, "end")


def test_a_watch_needs_an_inquiry_and_a_name(desk: Desk) -> None:
    bare = desk.made.world.call("ana", desk.case, inquiry=False)
    with pytest.raises(Refused):
        commands.watch_add(desk.made.gate, bare, "Somebody")
    with pytest.raises(BadInput):
        desk.made.gate.run(desk.call(), "watch_add", {"query": "x", "words": [{}]})
    with pytest.raises(BadInput):
        commands.watch_add(desk.made.gate, desk.call(), "Somebody", fuzzy=2)


# --- workspaces and events -------------------------------------------------------------------------


def test_a_workspace_is_private_until_it_is_shared_and_names_only_what_its_reader_sees(desk: Desk) -> None:
    made = desk.made
    a, _ = made.person("register", "Ada Shown")
    b, hidden = made.person("register", "Ben Hidden")
    wanted = commands.Workspace(ids=[a, b], title="Who bids", layout={a: (1, 2), b: (3, 4)})
    space = commands.workspace_save(made.gate, desk.call(), wanted).result["workspace"]
    other = made.world.db.execute("SELECT 1 FROM line.case_member WHERE account = %s AND case_id = %s",
                                  (made.world.accounts["sue"], made.world.cases[desk.case])).fetchone()  # fmt: skip
    if other is None:
        made.world.db.execute(
            "INSERT INTO line.case_member (case_id, account, capacity) VALUES (%s, %s, 'supervisor')",
            (made.world.cases[desk.case], made.world.accounts["sue"]),
        )
    with pytest.raises(Missing):
        queries.workspace(made.gate, desk.call("sue"), space)
    commands.workspace_share(made.gate, desk.call(), space)
    assert queries.workspace(made.gate, desk.call("sue"), space).result["ids"] == [a, b]
    made.world.db.execute(
        "UPDATE content.aspect SET marking = %s WHERE entity = %s", (made.world.marking("wages"), hidden)
    )
    made.world.move()
    shown = queries.workspace(made.gate, desk.call("sue"), space).result
    assert shown["ids"] == [a]
    assert list(shown["layout"]) == [a]
    assert b not in str(shown)
    with pytest.raises(Missing):
        commands.workspace_save(made.gate, desk.call(), wanted)
    with pytest.raises(Missing):
        commands.workspace_share(made.gate, desk.call("sue"), space, "unshare")
    commands.workspace_share(made.gate, desk.call(), space, "unshare")
    with pytest.raises(Missing):
        queries.workspace(made.gate, desk.call("sue"), space)


@pytest.mark.parametrize("layout", [[1], {"x": [1, 2]}, {"11111111-1111-1111-1111-111111111111": ["a", 2]}])
def test_a_layout_is_positions(desk: Desk, layout: Any) -> None:
    id, _ = desk.made.person("register", "Lay Out")
    with pytest.raises(BadInput):
        desk.made.gate.run(
            desk.call(), "workspace_save", {"title": "x", "ids": [str(UUID(id[-32:]))], "layout": layout}
        )


@pytest.mark.parametrize(
    ("said", "first", "last", "told"),
    [
        ({"startDate": ["2020"]}, "2020-01-01", "2020-12-31", ("2020", None)),
        ({"startDate": ["2020-03"], "endDate": ["2022-05-13"]}, "2020-03-01", "2022-05-13", ("2020-03", "2022-05-13")),
        ({"endDate": ["2019-02"]}, "2019-02-01", "2019-02-28", (None, "2019-02")),
        ({"date": ["1985"]}, "1985-01-01", "1985-12-31", ("1985", "1985")),
        ({"date": ["2024-05-01T10:11:12"]}, "2024-05-01", "2024-05-01", ("2024-05-01", "2024-05-01")),
        ({"amount": ["2024"]}, "2024-01-01", "2024-12-31", ("2024-01-01", "2024-12-31")),
    ],
)
def test_dates_are_told_as_they_were_said(
    desk: Desk, said: dict[str, list[str]], first: str, last: str, told: tuple[str | None, str | None]
) -> None:
    """A year stays a year, and what has no end isn't given one: in the timeline, and on the links of a chart."""
    made, db = desk.made, desk.made.world.db
    (a, a_id), (b, b_id) = made.person("register", f"Dated A {first}"), made.person("register", f"Dated B {last}")
    marking, record = made.world.marking("register"), uuid4()
    tie = made.world.aspect(
        "register", "", marking=marking, schema="Ownership", keys=[], properties=said, record=record
    )
    made.world.link(a_id, b_id, "Ownership", source="register", marking=marking)
    db.execute("UPDATE content.aspect SET first = %s, last = %s WHERE entity = %s", (first, last, tie))
    db.execute(
        "UPDATE content.link SET from_date = %s, to_date = %s, record = %s, aspect = (SELECT x.id FROM content.aspect x"
        " WHERE x.entity = %s) WHERE src IN (%s, %s)",
        (first, last, record, tie, a_id, b_id),
    )
    events = queries.events(made.gate, desk.call(), [a]).result["events"]
    assert [(one["from"], one["to"]) for one in events if one["sort"] == "link"] == [told]
    chart = made.gate.run(desk.call(), "links_expand", {"ids": [str(a_id)]}).result
    assert [(one["from"], one["to"]) for one in chart["edges"]] == [told]
    assert b


def test_addresses_without_coordinates_are_counted(desk: Desk) -> None:
    made, db = desk.made, desk.made.world.db
    a, a_id = made.person("register", "Placed One")
    marking = made.world.marking("register")
    for name, places in (("Quay 1", [{"lat": 32.1, "lon": -81.1, "label": "Quay 1"}]), ("Suite 600", [])):
        id, entity = made.thing("register", "Address", name=[name])
        made.world.link(a_id, entity, "address", source="register", marking=marking)
        db.execute("UPDATE content.aspect SET places = %s WHERE entity = %s", (Jsonb(places), entity))
    told = queries.events(made.gate, desk.call(), [a]).result
    assert [one["label"] for one in told["places"]] == ["Quay 1"]
    assert [(one["label"], one["on"], one["via"]) for one in told["unplaced"]] == [("Suite 600", a, id)]
    hidden, hidden_id = made.thing("wages", "Address", name=["Hidden Lane"])
    made.world.link(a_id, hidden_id, "address", source="wages", marking=made.world.marking("wages"))
    assert queries.events(made.gate, desk.call(), [a]).result["unplaced"] == told["unplaced"]
    assert hidden


def test_events_are_what_is_dated_and_placed_and_seen(desk: Desk) -> None:
    made, db = desk.made, desk.made.world.db
    a, a_id = made.person("register", "Dated One")
    b, b_id = made.person("register", "Dated Two")
    _, c_id = made.person("wages", "Hidden Three")
    marking = made.world.marking("register")
    made.world.link(a_id, b_id, "Payment", source="register", marking=marking)
    made.world.link(a_id, c_id, "Payment", source="wages", marking=made.world.marking("wages"))
    db.execute(
        "UPDATE content.link SET from_date = '2025-03-01' WHERE src IN (%s, %s) OR dst IN (%s, %s)",
        (a_id, b_id, a_id, b_id),
    )
    db.execute("UPDATE content.aspect SET places = %s WHERE entity IN (%s, %s)",
               (Jsonb([{"lat": 32.1, "lon": -81.1, "label": "Quay"}]), b_id, c_id))  # fmt: skip
    told = queries.events(made.gate, desk.call(), [a, printed("wages", c_id)]).result
    links = [event for event in told["events"] if event["sort"] == "link"]
    assert [(e["from"], e["other"], e["on"], e["place"]["label"]) for e in links] == [("2025-03-01", b, [a], "Quay")]
    assert [(p["on"], p["via"], p["lat"]) for p in told["places"]] == [(a, b, 32.1)]
    assert "Hidden" not in str(told)
    assert c_id.hex not in str(told)
    both = queries.events(made.gate, desk.call(), [a, b]).result
    assert [e["on"] for e in both["events"] if e["sort"] == "link"] == [sorted([a, b])]
    assert {e["from"] for e in both["events"]} >= {date(2024, 5, 1).isoformat(), "2025-03-01"}
    with pytest.raises(Missing):
        queries.events(made.gate, desk.call(), [printed("wages", c_id)])
    for wrong in ([], ["nobody"]):
        with pytest.raises(BadInput):
            queries.events(made.gate, desk.call(), wrong)
