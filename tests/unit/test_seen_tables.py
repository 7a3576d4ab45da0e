"""What a client reads before it acts stands in tables: for the command line and the demo, and again for the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.described import routes
from tests.leak.recipes import FUNCTIONS, RECIPES, Recipe

from brightline.wiring import seen

ACTS = (Path(__file__).resolve().parents[2] / "web" / "src" / "api" / "acts.ts").read_text("utf-8")
GETS = {one.path.removeprefix("/api/v1/") for one in routes().values() if one.method == "GET"}
# Operations that bear another name than the function they call, and say so nowhere else.
CALLS = {
    "account_leavers_approve": "account_leavers_decide",
    "bulk_approve": "bulk_decide",
    "bulk_deny": "bulk_decide",
    "case_report_rewrite": "case_report_write",
    "clearance_approve": "clearance_decide",
    "glass_approve": "glass_decide",
    "log_erase": "retention_log_erase",
    "log_term": "retention_log_term",
}
BODIES: Mapping[str, Any] = {
    "case_item_remove": {"id": "register:8812", "reason": "Of another case."},
    "case_role_set": {"id": "bank-1", "role": "witness"},
    "programme_apply": {"text": "title: Tips\nprogramme: procurement-fraud-tips\n"},
    "role_confirm": {"account": "ana", "unit": "fraud", "role": "agent"},
    "role_revoke": {"account": "ana", "unit": "fraud", "role": "agent"},
}


def called(name: str) -> str:
    return CALLS.get(name) or RECIPES.get(name, Recipe()).function or name


DEMANDING = {
    name: one
    for name, one in routes().items()
    if called(name) in FUNCTIONS
    and FUNCTIONS[called(name)].seen
    and not FUNCTIONS[called(name)].unread
    and name != "case_report_write"  # begins a report; rewriting one is case_report_rewrite
}


def listed(name: str) -> list[str]:
    found = re.search(rf"const {name} = \[(.*?)\];", ACTS, re.DOTALL)
    assert found
    return re.findall(r"'([^']*)'", found[1])


def test_the_browser_has_the_same_tables() -> None:
    assert listed("NAMES") == list(seen.NAMES)
    assert listed("BESIDE") == list(seen.BESIDE)
    for name, table in (("PARTS", seen.PARTS), ("ROWS", seen.ROWS)):
        found = re.search(rf"const {name}: .*? = \{{(.*?)\}};", ACTS, re.DOTALL)
        assert found
        assert dict(re.findall(r"'([^']*)': '([^']*)'", found[1])) == dict(table)


def test_every_act_that_demands_a_revision_is_among_the_operations() -> None:
    demanded = {name for name, one in FUNCTIONS.items() if one.seen and not one.unread}
    assert demanded - {called(name) for name in DEMANDING} == set()


@pytest.mark.parametrize("name", sorted(DEMANDING))
def test_what_an_act_has_to_have_read_is_on_a_page(name: str) -> None:
    one = DEMANDING[name]
    path = re.sub(r"\{[^}]*\}", "x", one.path.removeprefix("/api/v1"))
    thing = seen.thing_of(one.method, path, BODIES.get(name))
    assert thing is not None, json.dumps({"method": one.method, "path": path})
    for page in seen.pages_of(thing):
        parts = page.split("?")[0].strip("/").split("/")
        forms = [form.split("/") for form in GETS]
        assert any(
            len(form) == len(parts) and all(a == b or a[0] == "{" for a, b in zip(form, parts, strict=True))
            for form in forms
        ), page


@pytest.mark.parametrize(
    ("method", "path", "thing"),
    [
        ("POST", "/cases/C-1/notes", None),
        ("POST", "/cases/C-1/evidence", None),
        ("POST", "/bulk/hits/h1", None),
        ("POST", "/bulk/B-1/run", None),
        ("POST", "/rulebook/diff", None),
        ("POST", "/inquiries", None),
        ("PATCH", "/cases/C-1", "/cases/C-1"),
        ("POST", "/roles/end", None),
    ],
)
def test_an_act_beside_a_thing_reads_nothing(method: str, path: str, thing: str | None) -> None:
    assert seen.thing_of(method, path) == thing


def test_what_was_changed_and_not_shown_again_is_read_anew(tmp_path: Path) -> None:
    kept = seen.Seen(tmp_path / "seen.json")
    read: list[str] = []

    def page(path: str) -> Any:
        read.append(path)
        return {"items": [{"id": "t1", "revision": f"r{len(read)}"}]}

    act = ("POST", "/cases/C-1/tasks/t1/end", None)
    assert kept.before(*act, page)[0] == "r1"
    assert kept.before(*act, page) == ("r1", None)
    kept.remember(*act, {"state": "done"})
    assert kept.before(*act, page)[0] == "r2"
    # Another process of the same session knows it.
    assert seen.Seen(tmp_path / "seen.json").before(*act, page) == ("r2", None)
    assert read == ["/cases/C-1/tasks?limit=200"] * 2


def test_the_file_holds_no_key_of_a_row(tmp_path: Path) -> None:
    kept = seen.Seen(tmp_path / "seen.json")
    kept.remember("GET", "/cases/C-1", None, {"case": "C-1", "items": [{"id": "register:8812", "revision": "a.1"}]})
    act = ("POST", "/cases/C-1/items/remove", {"id": "register:8812", "reason": "Of another case."})
    assert kept.before(*act, lambda _page: None)[0] == "a.1"
    assert "8812" not in (tmp_path / "seen.json").read_text("utf-8")


def test_an_answer_about_another_thing_is_not_taken_for_its_own() -> None:
    kept = seen.Seen()
    kept.remember("GET", "/leads/L-1", None, {"number": "L-1", "revision": "a"})
    kept.remember("POST", "/leads/L-1/promote", None, {"number": "L-2", "revision": "b"})
    assert kept.before("POST", "/leads/L-1/decide", None, lambda _: None) == (None, None)
    kept.remember("POST", "/leads/L-1/decide", None, {"number": "L-1", "revision": "c"})
    assert kept.before("POST", "/leads/L-1/decide", None, lambda _: None) == ("c", None)
