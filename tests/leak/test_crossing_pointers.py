"""A crossing asked for from a pointer: who asks learns no id, no number and no name before it is opened.

ana, of the criminal side, asks; `wages` is civil and kept by labour, whose supervisor is vic. The handle is what she
sent and was told, signed for her and her case for a day; which rows it stands for the worker looks up.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.leak.test_f10_writes import TRIES, least
from tests.office import ALTERNATIVES, NECESSITY, SOON, Office, office

from brightline.model.errors import BrightlineError, Refused
from brightline.model.keys import query_keys
from brightline.search import model
from brightline.search import queries as search

pytestmark = pytest.mark.database
ASKED = {"basis": "18-usc-1956", "necessity": NECESSITY, "alternatives": ALTERNATIVES, "expires": SOON}


class Desk:
    """An office whose sources tell that they hold something, and how many; every name is used once."""

    def __init__(self, at: Office) -> None:
        self.at, self.db, self.number = at, at.world.db, 0
        self.tier(2)
        self.case = at.opened()

    def tier(self, tier: int) -> None:
        self.db.execute("UPDATE line.agreement SET pointer_tier = %s", (tier,))
        self.at.world.move()

    def name(self) -> str:
        self.number += 1
        return f"Quor{''.join(chr(ord('a') + int(digit)) for digit in f'{self.number:03d}')} Tiller"

    def hidden(self, name: str, source: str = "wages", **properties: list[str]) -> UUID:
        return self.at.person(source, name, **properties)[1]

    def pointers(self, name: str, who: str = "ana", case: str = "") -> list[dict[str, Any]]:
        call = self.at.call(who, case or self.case)
        told: list[dict[str, Any]] = search.find(self.at.gate, call, search.Search(q=name, fuzzy=0)).result["pointers"]
        return told

    def handle(self, name: str, **who: str) -> str:
        (pointer,) = self.pointers(name, **who)
        handle: str = pointer["handle"]
        return handle

    def asked(self, handle: str, who: str = "ana", case: str = "", **more: Any) -> str:
        wanted = {**ASKED, "fields": ["name", "birthDate"], "pointer": handle, **more}
        number: str = self.at.do(who, case or self.case, "crossing_request", **wanted)["crossing"]
        return number

    def shown(self, number: str, who: str = "ana", purpose: str = "") -> dict[str, Any]:
        told: dict[str, Any] = self.at.do(who, purpose or self.case, "crossing_show", crossing=number)
        return told


@pytest.fixture(scope="module")
def desk(module_db: Any) -> Iterator[Desk]:
    with office(module_db) as at:
        yield Desk(at)


def ids(told: dict[str, Any]) -> set[str]:
    return {one["id"] for one in told["items"]}


def test_from_the_pointer_to_the_opened_record(desk: Desk) -> None:
    name = desk.name()
    held = {f"wages-{desk.hidden(name, birthDate=['1970-01-01']).hex}" for _ in range(2)}
    (pointer,) = desk.pointers(name)
    number = desk.asked(pointer["handle"])
    assert ids(desk.shown(number)) == set()
    desk.at.settle()
    mine = desk.shown(number)
    assert (mine["items"], mine["preview"], mine["side"]) == ([], [], "beneficiary")
    assert mine["pointer"] == {key: value for key, value in pointer.items() if key != "handle"}
    for who, purpose in (("vic", "labour/supervisor"), ("lou", "legal/approver"), ("ines", "inspectorate/overseer")):
        told = desk.shown(number, who, purpose)
        assert ids(told) == held
        assert len(told["preview"]) == 2
    # Her own supervisor stands on her side, and is told no more than she is.
    assert ids(desk.shown(number, "sam", "fraud/supervisor")) == set()
    desk.at.opine(number)
    desk.at.review(number)
    assert ids(desk.shown(number)) == set()
    desk.at.approve(number)
    opened = desk.shown(number)
    assert (ids(opened), opened["state"]) == (held, "active")
    call = desk.at.call("ana", desk.case)
    found = search.find(desk.at.gate, call, search.Search(q=name, fuzzy=0)).result
    assert {hit["id"] for hit in found["hits"]} == held


def test_what_was_denied_or_left_out_is_never_named(desk: Desk) -> None:
    name = desk.name()
    held = sorted(f"wages-{desk.hidden(name).hex}" for _ in range(3))
    denied, narrowed = desk.asked(desk.handle(name)), desk.asked(desk.handle(name))
    desk.at.settle()
    desk.at.do("lou", "legal/approver", "crossing_deny", crossing=denied, reason="The register says as much already.")
    assert desk.shown(denied)["items"] == []
    desk.at.opine(narrowed)
    desk.at.review(narrowed)
    seen = desk.shown(narrowed, "lou", "legal/approver")["seen"]
    decided = {"reason": "One of the three is enough for it.", "seen": seen, "items": held[:1]}
    desk.at.do("lou", "legal/approver", "crossing_approve", crossing=narrowed, **decided)
    told = desk.shown(narrowed)
    assert ids(told) == set(held[:1])
    listed = desk.at.do("ana", desk.case, "crossing_list")["crossings"]
    assert {one["crossing"]: one["items"] for one in listed if one["crossing"] in (denied, narrowed)} == {
        denied: 0,
        narrowed: 1,
    }


def test_a_handle_is_one_persons_under_one_case_for_a_day(desk: Desk) -> None:
    name = desk.name()
    desk.hidden(name)
    handle = desk.handle(name)
    second = desk.at.opened()
    desk.at.do("ana", desk.case, "case_member_add", account="bo", capacity="member")
    body, mac = handle.split(".")
    ended = _signed(desk, {**_read(handle), "ends": 1})
    attacks = [
        ("bo", desk.case, handle),
        ("ana", second, handle),
        ("ana", desk.case, ended),
        ("ana", desk.case, f"{body}.{'0' * 32}"),
        ("ana", desk.case, f"{body[:-4]}AAAA.{mac}"),
        ("ana", desk.case, desk.handle(name, case=second)),
        ("ana", desk.case, "a handle"),
        ("ana", desk.case, "wages-" + "0" * 32),
    ]
    for who, case, tried in attacks:
        with pytest.raises(Refused) as caught:
            desk.asked(tried, who, case)
        assert caught.value.code == "pointer"
    assert desk.asked(handle)


def _read(handle: str) -> dict[str, Any]:
    body = handle.split(".")[0]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


def _signed(desk: Desk, said: dict[str, Any]) -> str:
    """As the database would have made it: with its secret, which no login reads."""
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    who = (str(desk.at.world.accounts["ana"]), str(desk.at.world.purposes[desk.case]), body)
    row = desk.db.execute("SELECT line.pointer_mac(%s, %s, %s)", who).fetchone()
    assert row is not None
    return f"{body}.{row[0]}"


def test_a_handle_holds_what_was_asked_and_told(desk: Desk) -> None:
    name = desk.name()
    for _ in range(6):
        desk.hidden(name, birthDate=["1971-02-03"], passportNumber=["K99887766"])
    call = desk.at.call("ana", desk.case)
    answer = search.find(desk.at.gate, call, search.Search(q=name, fuzzy=0))
    (pointer,) = answer.result["pointers"]
    said = _read(pointer["handle"])
    assert said.keys() == {"keys", "told", "entry", "ends"}
    assert said["told"] == {key: value for key, value in pointer.items() if key != "handle"}
    words = model.as_params(query_keys(name))
    assert {key for group in said["keys"] for key in group} == {
        key for word in words for key in (*(f"t:{one}" for one in word.get("tokens", ())), *word.get("identifiers", ()))
    }
    assert UUID(said["entry"])


def test_a_lead_and_an_emergency_take_no_handle(desk: Desk) -> None:
    name = desk.name()
    desk.hidden(name)
    danger = "Two of the crew say that the boy is taken over the border tonight, and nobody else can name him."
    with pytest.raises(Refused, match="An emergency opens records that are named"):
        desk.asked(desk.handle(name), danger=danger)
    with pytest.raises(BrightlineError, match="stands beside ids"):
        desk.asked(desk.handle(name), items=["wages-" + "0" * 32])


def test_what_the_pointer_did_not_tell_of_is_not_asked_for(desk: Desk) -> None:
    """The same person in a sealed row and in another unit's silent source: the request is for what was pointed at."""
    name = desk.name()
    entity = desk.hidden(name)
    keys = [f"t:{word}" for word in name.lower().split()]
    sealed = desk.at.world.marking("wages", caveats=["sealed"])
    desk.at.world.aspect("wages", f"{name} sealed", marking=sealed, keys=keys, entity=entity)
    desk.at.world.source("quiet", "29-usc-216", [], custodian="labour")
    desk.at.world.aspect("quiet", f"{name} quiet", marking=desk.at.world.marking("quiet"), keys=keys, entity=entity)
    number = desk.asked(desk.handle(name))
    desk.at.settle()
    told = desk.shown(number, "lou", "legal/approver")
    assert [one["source"] for one in told["preview"]] == ["wages"]
    assert [one["caveats"] for one in told["preview"]] == [[]]
    assert told["needs"] == []


def test_a_custodian_reads_the_ids_of_its_own_rows(desk: Desk) -> None:
    """Tier 1 tells no unit, so one pointer may stand for the rows of two."""
    desk.at.world.unit("mines", "civil")
    desk.at.world.person("mia", ("mines", "supervisor"))
    desk.at.world.source("pits", "29-usc-216", ["civil"], custodian="mines", tier=1)
    desk.tier(1)
    name = desk.name()
    one, other = desk.hidden(name), desk.hidden(name, "pits")
    number = desk.asked(desk.handle(name))
    desk.at.settle()
    assert ids(desk.shown(number, "vic", "labour/supervisor")) == {f"wages-{one.hex}"}
    assert ids(desk.shown(number, "mia", "mines/supervisor")) == {f"pits-{other.hex}"}
    assert len(ids(desk.shown(number, "lou", "legal/approver"))) == 2
    desk.tier(2)


def test_from_the_page_of_an_entity_with_a_hidden_side(desk: Desk) -> None:
    name = desk.name()
    open_id, entity = desk.at.person("register", name)
    desk.at.world.aspect("wages", name, marking=desk.at.world.marking("wages"), entity=entity)
    page = desk.at.do("ana", desk.case, "entity_show", id=entity.hex)
    (pointer,) = page["pointers"]
    number = desk.asked(pointer["handle"])
    desk.at.settle()
    assert ids(desk.shown(number, "vic", "labour/supervisor")) == {f"wages-{entity.hex}"}
    assert desk.shown(number)["items"] == []
    assert open_id


def test_f10_a_request_from_a_pointer_writes_the_same_whatever_is_hidden(desk: Desk) -> None:
    """One hidden row, three, none any more, and a sealed one: one answer, one size, before and after the worker."""
    pool: dict[str, list[str]] = {"one": [], "three": [], "gone": [], "sealed": []}
    sealed = desk.at.world.marking("wages", caveats=["sealed"])
    for label, handles in pool.items():
        for _ in range(TRIES):
            name = desk.name()
            made = [desk.hidden(name) for _ in range(3 if label == "three" else 1)]
            handles.append(desk.handle(name))
            if label == "gone":
                desk.db.execute("DELETE FROM content.aspect WHERE entity = ANY (%s)", (made,))
            if label == "sealed":
                desk.db.execute("UPDATE content.aspect SET marking = %s WHERE entity = ANY (%s)", (sealed, made))
    desk.at.settle()
    asking = {
        label: lambda handles=handles: {**ASKED, "fields": ["name"], "pointer": handles.pop()}  # type: ignore[misc]
        for label, handles in pool.items()
    }
    asked = least(desk.at, "ana", desk.case, "crossing_request", asking)
    assert len(set(asked.values())) == 1, asked
    desk.at.settle()
    heads = desk.at.do("ana", desk.case, "crossing_list", limit=200)["crossings"][: 4 * TRIES]
    told = [desk.shown(one["crossing"]) for one in heads]
    varying = {"crossing", "id", "requested", "revision"}
    assert len({json.dumps({k: v for k, v in one.items() if k not in varying}, sort_keys=True) for one in told}) == 1
    # They were asked for in turn, so the newest of each kind come first.
    newest = [one["crossing"] for one in heads[: len(pool)]]
    showing = {number: lambda number=number: {"crossing": number} for number in newest}  # type: ignore[misc]
    ends = least(desk.at, "ana", desk.case, "crossing_show", showing)
    assert len(set(ends.values())) == 1, ends


def test_f10_a_search_that_shows_a_handle_writes_what_any_search_writes(desk: Desk) -> None:
    name = desk.name()
    asked = {**search.Search(q=name, fuzzy=0).params(), "words": model.as_params(query_keys(name))}
    absent = least(desk.at, "ana", desk.case, "search_find", {name: lambda: asked})
    assert desk.pointers(name) == []
    desk.hidden(name)
    assert desk.pointers(name)[0]["handle"]
    assert least(desk.at, "ana", desk.case, "search_find", {name: lambda: asked}) == absent


def test_a_hundred_and_more_are_too_many_for_one_request(desk: Desk) -> None:
    said = {"keys": [["t:quor"]], "told": {"tier": 2, "regime": "civil", "custodian": "labour", "count": "100 or more"}}
    handle = _signed(desk, {**said, "entry": str(uuid4()), "ends": 99_999_999_999})
    with pytest.raises(Refused, match="stands for 100 or more"):
        desk.asked(handle)
