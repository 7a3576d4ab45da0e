"""Nobody hides from overseers behind the length of a list, and nothing that was asked is out of their reach."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.conftest import API, Door, Ended, door, ended  # noqa: F401
from tests.misusing import sequencer_of

from brightline.ledger.sequencer import Sequencer

pytestmark = pytest.mark.database
MANY = 620


@pytest.fixture(scope="module")
def log(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Sequencer:
    return sequencer_of(module_db.dsn("brightline_sequencer"), tmp_path_factory.mktemp("log"))


@pytest.fixture
def crowded(door: Door) -> Door:  # noqa: F811
    """Six hundred older exceptions, and one new."""
    door.world.db.execute("DELETE FROM oversight.flag")
    door.world.db.execute(
        "INSERT INTO oversight.flag (kind, account, at, evidence, figures, version, key)"
        " SELECT 'unused', %(ana)s, clock_timestamp() - make_interval(hours => n + 24), '{}'::uuid[], '{}'::jsonb,"
        " 'x', 'old ' || n"
        " FROM generate_series(1, %(n)s) n"
        " UNION ALL SELECT 'self', %(ana)s, clock_timestamp(), '{}', '{}', 'x', 'new'",
        {"ana": door.world.accounts["ana"], "n": MANY},
    )
    return door


def _page(door: Door, **wanted: Any) -> dict[str, Any]:  # noqa: F811
    answer = door.as_("ines", "inspectorate/overseer").get(f"{API}/oversight/exceptions", params=wanted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_f14_the_newest_exception_comes_first_and_the_total_is_told(crowded: Door) -> None:
    first = _page(crowded, limit=50)
    assert (first["items"][0]["kind"], first["items"][0]["state"]) == ("self", "open")
    assert (first["total"], first["open"], first["more"], len(first["items"])) == (MANY + 1, MANY + 1, True, 50)
    numbers = [item["n"] for item in first["items"]]
    assert numbers == sorted(numbers, reverse=True)


def test_f14_all_of_them_are_reached_page_by_page(crowded: Door) -> None:
    seen: set[str] = set()
    for offset in range(0, 1000, 200):
        part = _page(crowded, limit=200, offset=offset)
        assert not seen & {item["key"] for item in part["items"]}
        seen |= {item["key"] for item in part["items"]}
        assert part["more"] == (len(seen) < MANY + 1)
    assert len(seen) == MANY + 1


def test_f14_the_command_line_says_how_many_there_are(crowded: Door, ended: Ended) -> None:  # noqa: F811
    code, out, _ = ended("ines", "review", "exceptions", "--purpose", "inspectorate/overseer")
    assert (code, f"50 of {MANY + 1} shown" in out) == (0, True)
    assert out.index("Looked up themselves") < out.index("Look-ups that nothing came of")


def _asked(door: Door, words: str, **more: Any) -> dict[str, Any]:  # noqa: F811
    ines = door.as_("ines", "inspectorate/overseer", inquiry=True)
    answer = ines.post(f"{API}/ledger/who-asked", json={"words": words, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_who_asked_for_a_name_or_a_number_is_found_with_and_without_hits(
    door: Door,  # noqa: F811
    log: Sequencer,
) -> None:
    ana = door.as_("ana", "C-2026-0001", inquiry=True)
    for words in ("Zoë Quillfeather", "+49 (0)351 998-877"):
        assert ana.post(f"{API}/search", json={"q": words}).status_code == 200
    log.checkpoint()
    for meant in ("quillfeather zoe", "Zoë Quillfeather", "QUILLFEATHER"):
        (one,) = _asked(door, meant)["items"]
        assert (one["account"], one["name"], one["purpose"]) == ("ana", "search_find", "C-2026-0001")
        assert ("Zoë Quillfeather" in one["asked"], one["found"]) == (True, 0)
    for meant in ("0351998877", "+49 0351 99 88 77"):
        assert [one["account"] for one in _asked(door, meant)["items"]] == ["ana"]
    assert _asked(door, "quillfeather", account="sam")["total"] == 0
    assert _asked(door, "quillfeather", **{"from": "2099-01-01T00:00:00Z"})["items"] == []
    assert _asked(door, "Nobody Atall")["total"] == 0


def test_only_overseers_ask_who_asked(door: Door) -> None:  # noqa: F811
    for who, purpose in (("sam", "fraud/supervisor"), ("ada", "records/admin"), ("ana", "C-2026-0001")):
        asked = door.as_(who, purpose, inquiry=True).post(f"{API}/ledger/who-asked", json={"words": "quill"})
        assert asked.status_code == 403


def test_an_act_is_one_row_and_what_pages_ask_stands_apart(door: Door, log: Sequencer) -> None:  # noqa: F811
    ana = door.as_("ana", "C-2026-0001", inquiry=True)
    ana.get(f"{API}/me")
    ana.post(f"{API}/search", json={"q": "Onerow Fellow"})
    log.checkpoint()
    ines = door.as_("ines", "inspectorate/overseer")

    def rows(**wanted: Any) -> dict[str, Any]:
        answer = ines.get(f"{API}/ledger/entries", params={"account": "ana", "limit": 200, **wanted})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    every, acts, technical = rows(), rows(rows="acts"), rows(rows="technical")
    assert next((one["name"], one["found"]) for one in acts["items"]) == ("search_find", 0)
    assert {one["outcome"] for one in acts["items"]} <= {"ok", "refused", "attempt"}
    assert "whoami" not in {one["name"] for one in acts["items"]}
    assert {one["name"] for one in technical["items"]} == {"whoami"}
    assert every["total"] > acts["total"] + technical["total"] - len(technical["items"])
    assert (acts["total"], acts["more"]) == (len(acts["items"]), False)


def test_the_command_line_asks_the_log(door: Door, ended: Ended) -> None:  # noqa: F811
    desk = ("--purpose", "inspectorate/overseer")
    code, out, err = ended("ines", "ledger", "entries", "--account", "ana", "--act", "search", *desk)
    assert (code, "search_find" in out) == (0, True), err
    why = ("--reason", "The complaint of May names Quillfeather; who looked for them, and why?")
    code, out, err = ended("ines", "ledger", "who-asked", "quillfeather", *desk, *why)
    assert (code, "Zoë Quillfeather" in out) == (0, True), err
    then = ("--reason", "Was the account of the same complaint shown to anybody at all since May?")
    code, out, err = ended("ines", "ledger", "who-saw", "bank-" + "0" * 32, *desk, *then)
    assert (code, out.strip()) == (0, "Nothing here."), err


def test_overseers_read_accounts_and_roles_of_every_unit_and_change_none(door: Door) -> None:  # noqa: F811
    ines = door.as_("ines", "inspectorate/overseer")
    names = {one["name"] for one in ines.get(f"{API}/accounts", params={"limit": 200}).json()["items"]}
    assert {"ana", "cleo", "ada", "lou"} <= names
    units = {one["unit"] for one in ines.get(f"{API}/roles", params={"limit": 200}).json()["items"]}
    assert {"fraud", "labour", "records", "legal"} <= units
    assert ines.get(f"{API}/roles/due", params={"days": 366}).status_code == 200
    assert ines.get(f"{API}/accounts/ana").json()["name"] == "ana"
    for path in ("/accounts/ana/disable", "/accounts/ana/reset"):
        assert ines.post(f"{API}{path}", json={"reason": "An overseer's hand"}).status_code in (403, 422)
    made = ines.post(f"{API}/accounts", json={"name": "eve", "title": "Eve", "unit": "fraud", "role": "agent"})
    assert made.status_code in (403, 422)
    assert door.as_("ana", "fraud/agent").get(f"{API}/accounts").status_code == 403
