"""Texts that rewrite another's screen: refused where people write them, shown escaped where they came from outside."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table
from tests.contract.conftest import API, Door, Ended, door, ended  # noqa: F401

from brightline.api.shapes.common import In, Out
from brightline.cli import output
from brightline.gate import Call
from brightline.model.characters import shown
from brightline.model.errors import BadInput

pytestmark = pytest.mark.database
ESCAPE = "Pier \x1b]0;owned\x07\x1b[2J\x1b[1;1H ledger verify: Holds \x1b[8m"
TURNED = "inv\u202efdp.exe"
HOSTILE = {
    "an escape sequence": ESCAPE,
    "a C1 control": "Pier \x9b2J quay",
    "a turned name": TURNED,
    "an isolate": "Pier \u2066quay\u2069",
    "a mark": "Pier \u200fquay",
    "a line end": "Pier quay\nState open",
    "a separator": "Pier quay\u2028State open",
    "a carriage return": "Pier quay\rState open",
    "delete": "Pier\x7f quay",
}
IN_PASSAGES = ("an isolate", "a mark", "a line end", "a carriage return")
FACTS = "Two invoices of May name the same bank account, as the tip of 4 May says; both firms are on the list."


def _case(title: str, facts: str = FACTS) -> dict[str, str]:
    return {"title": title, "authority": "18-usc-1956", "predicate": facts, "category": "procurement fraud"}


def _opened(door: Door, title: str) -> str:  # noqa: F811
    answer = door.as_("ana", "fraud/agent").post(f"{API}/cases", json=_case(title))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


@pytest.mark.parametrize("kind", HOSTILE)
def test_f13_a_title_that_rewrites_a_screen_is_refused_at_the_door(door: Door, kind: str) -> None:  # noqa: F811
    answer = door.as_("ana", "fraud/agent").post(f"{API}/cases", json=_case(HOSTILE[kind]))
    assert (answer.status_code, answer.json()["field"]) == (422, "title")
    assert "nobody can see" in answer.json()["detail"]


@pytest.mark.parametrize("kind", HOSTILE)
def test_f13_the_database_refuses_it_whatever_the_door_forgets(door: Door, kind: str) -> None:  # noqa: F811
    call = Call(token=door.world.token("ana"), purpose="fraud/agent")
    with pytest.raises(BadInput, match=r"title: holds U\+"):
        door.house.gate.run(call, "case_open", _case(HOSTILE[kind]))


@pytest.mark.parametrize("kind", HOSTILE)
def test_f13_a_text_of_several_lines_takes_lines_and_right_to_left_and_nothing_else(door: Door, kind: str) -> None:  # noqa: F811
    call = Call(token=door.world.token("ana"), purpose="fraud/agent")
    facts = f"{FACTS} {HOSTILE[kind]}"
    answer = door.as_("ana", "fraud/agent").post(f"{API}/cases", json=_case(f"Quay with {kind}", facts))
    assert answer.status_code == (201 if kind in IN_PASSAGES else 422), answer.text
    if kind == "a carriage return":
        with pytest.raises(BadInput, match="predicate: holds U\\+000D"):
            door.house.gate.run(call, "case_open", _case("Quay of the database", facts))
    elif kind not in IN_PASSAGES:
        with pytest.raises(BadInput, match="predicate: holds U"):
            door.house.gate.run(call, "case_open", _case("Quay of the database", facts))


def test_f13_file_names_are_one_line(door: Door) -> None:  # noqa: F811
    ana = door.as_("ana", "fraud/agent", inquiry=True)
    number = _opened(door, "Quay with a file")
    answer = ana.post(f"{API}/cases/{number}/documents", files={"file": (TURNED, b"words", "text/plain")})
    assert (answer.status_code, answer.json()["field"]) == (422, "name")
    # Whatever a client puts before the bytes: nothing is taken out of a name in silence.
    boundary, head = "quay", 'form-data; name="file"; filename="Quay\x1b[2J\x07.txt"'
    body = f"--{boundary}\r\nContent-Disposition: {head}\r\nContent-Type: text/plain\r\n\r\nwords\r\n--{boundary}--\r\n"
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    raw = ana.post(f"{API}/cases/{number}/documents", content=body.encode(), headers=kind)
    assert (raw.status_code, raw.json()["field"]) == (422, "name"), raw.text
    assert ana.get(f"{API}/cases/{number}/documents").json()["items"] == []


def test_the_same_bytes_under_another_name_say_so(door: Door) -> None:  # noqa: F811
    ana = door.as_("ana", "fraud/agent", inquiry=True)
    number = _opened(door, "Quay with a file sent twice")
    place = f"{API}/cases/{number}/documents"
    first, again, other = (
        ana.post(place, files={"file": (name, b"the very words", "text/plain")}).json()
        for name in ("first.txt", "first.txt", "other.txt")
    )
    assert (first["same_as"], again["same_as"], other["same_as"]) == (None, "first.txt", "first.txt")
    assert first["id"] == again["id"] == other["id"]
    listed, shown = ana.get(place).json()["items"], ana.get(f"{API}/cases/{number}").json()["documents"]
    for documents in (listed, shown):
        assert [(one["name"], one["also"]) for one in documents] == [("first.txt", ["other.txt"])]
    told = [one["what"] for one in ana.get(f"{API}/cases/{number}/activity").json()["items"]]
    assert told.count("added the same document again") == 1


def test_f13_what_is_there_already_is_shown_escaped(door: Door, ended: Ended) -> None:  # noqa: F811
    number = _opened(door, "Quay of an older version")
    door.world.db.execute(
        "UPDATE cases.case_file SET title = %s WHERE title = %s", (ESCAPE, "Quay of an older version")
    )
    for words in (("case", "list"), ("case", "show", number), ("case", "list", "--json")):
        code, out, err = ended("ana", *words, "--purpose", "fraud/agent")
        assert code == 0, err
        assert "\x1b" not in out + err
        assert "\x07" not in out + err
        assert "owned" in out
    assert any(item["title"] == ESCAPE for item in json.loads(out)["items"])


def test_f13_errors_that_repeat_a_text_repeat_it_escaped(door: Door, ended: Ended) -> None:  # noqa: F811
    for words in (("case", "show", ESCAPE), ("case", "show", ESCAPE, "--json")):
        code, out, err = ended("ana", *words, "--purpose", "fraud/agent")
        assert code != 0
        assert "\x1b" not in out + err


def _printed(value: Any) -> str:
    out = StringIO()
    table = Table(box=None)
    table.add_row(output.words(value))
    Console(file=out, width=4000, markup=False).print(table)
    return out.getvalue()


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if kind != "a line end"])
def test_f13_every_value_is_printed_escaped(kind: str) -> None:
    for value in (HOSTILE[kind], [HOSTILE[kind]], {"a": HOSTILE[kind]}):
        told = _printed(value)
        assert told.isprintable() or set(told) - {"\n"} == {char for char in told if char.isprintable()}


def test_f13_escaping_changes_nothing_that_people_write() -> None:
    for text in ("Müller & Söhne", "李伟", "شركة", "a\n\tb", "e\u0301", "👩‍🚒", "\u200bx"):
        assert shown(text) == text
    assert shown(ESCAPE).startswith(r"Pier \x1b]0;owned\x07\x1b[2J")
    assert shown(TURNED) == r"inv\u202efdp.exe"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e999"])
def test_what_is_no_number_is_refused_in_a_sentence(door: Door, number: str) -> None:  # noqa: F811
    ana = door.as_("ana", "C-2026-0001", inquiry=True)
    headers = {"Content-Type": "application/json"}
    for path, body in (
        ("/workspaces", '{"title": "Board", "state": {"nodes": [], "layout": {"a": [NUMBER, 1]}, "zoom": NUMBER}}'),
        ("/search/batch", '{"names": ["a"], "limit": NUMBER}'),
    ):
        body = body.replace("NUMBER", number)
        answer = ana.post(f"{API}{path}", content=body, headers=headers)
        assert answer.status_code in (400, 404, 405, 422), (path, answer.text)
    call = Call(token=door.world.token("ana"), purpose="C-2026-0001")
    with pytest.raises(BadInput, match="NaN or an infinity"):
        door.house.gate.run(call, "whoami", {"a": [{"b": float(number)}]})


def test_no_shape_takes_what_is_no_number() -> None:
    waiting, loose = [In, Out], []
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.model_config.get("allow_inf_nan") is not False:
            loose.append(kind.__name__)
    assert loose == []
