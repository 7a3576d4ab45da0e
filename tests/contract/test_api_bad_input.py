"""Whatever a field holds: a clear refusal, no traceback, no leak, and the table still stands."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.contract.conftest import API, Door
from tests.described import document, routes

pytestmark = [pytest.mark.database, pytest.mark.slow]

SQL = "'; DROP TABLE line.account; --"
HOSTILE = [
    SQL,
    "$$;TABLE pg_authid$$",
    "../../../../etc/passwd",
    "\u202e\u0000x",
    "a" * 5_000,
    "",
    None,
    -1,
    1e308,
    ["x"] * 300,
    {"$gt": ""},
]
LEAKS = ("Traceback", "psycopg", "SELECT ", "/src/", "site-packages", "pg_catalog", "line.enter", "inner.", 'File "')


# They are asked for in files of their own: who isn't signed in, and whoever signs out.
APART = {"session_open", "setup", "session_close"}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def _example(schema: dict[str, Any]) -> Any:
    """Something that fits, so that the one hostile field is what is judged."""
    schema = _resolved(schema)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _example(schema[choice][0])
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object":
        wanted = schema.get("required", [])
        return {name: _example(part) for name, part in schema.get("properties", {}).items() if name in wanted}
    if kind == "array":
        return [_example(schema["items"])]
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    return {"date": "2030-01-01", "date-time": "2030-01-01T00:00:00Z", "uuid": str(uuid4())}.get(
        schema.get("format", ""), "x" * max(schema.get("minLength", 1), 60)
    )


@pytest.fixture(scope="module")
def ana(door: Door) -> httpx.Client:
    return door.as_("ana", "C-2026-0001", inquiry=True)


def _sent(
    client: httpx.Client, method: str, path: str, operation: dict[str, Any], place: str, value: Any
) -> httpx.Response:
    """One request with one hostile value: in a named parameter, or in a field of the body."""
    filled = path
    params: dict[str, Any] = {}
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        if parameter["in"] == "path":
            text = str(value) if place == name else _path_example(name)
            filled = filled.replace("{" + name + "}", httpx.QueryParams({"v": _utf8(text)}).__str__()[2:] or "%20")
        elif parameter["in"] == "query" and (place == name or parameter.get("required")):
            params[name] = _utf8(str(value)) if place == name else str(_example(parameter["schema"]))
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = _example(content["application/json"]["schema"])
        if place.startswith("body."):
            body[place.removeprefix("body.")] = value
        return client.request(method, filled, params=params, json=body)
    if "multipart/form-data" in content:
        return client.request(method, filled, params=params, files={"file": ("x.txt", _utf8(str(value)).encode())})
    return client.request(method, filled, params=params)


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _path_example(name: str) -> str:
    return {"number": "C-2026-0001", "index": "0"}.get(name, str(uuid4()))


def _places(operation: dict[str, Any]) -> list[str]:
    places = [part["name"] for part in operation.get("parameters", []) if part["in"] in {"path", "query"}]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return places + [f"body.{name}" for name in (_resolved(body["schema"]).get("properties", {}) if body else ())]


def _fault(answer: httpx.Response) -> str | None:
    """What is wrong with an answer to a hostile value; None for a proper one, be it a refusal or a success."""
    if answer.status_code >= 500:
        return "a fault of ours"
    told = [leak for leak in LEAKS if leak in answer.text]
    if told:
        return f"tells {told}"
    if answer.status_code < 400:
        return None
    if answer.headers["Content-Type"] != "application/problem+json":
        return "no problem+json"
    return None if answer.json()["detail"] else "no word of what is wrong"


@pytest.mark.parametrize("name", [name for name in routes() if name not in APART])
def test_no_field_takes_an_answer_apart(ana: httpx.Client, name: str) -> None:
    """Every hostile value in every place of one operation; whatever goes wrong is named with its place and value."""
    route, wrong = routes()[name], []
    operation = document()["paths"][route.path][route.method.lower()]
    for place in _places(operation):
        for value in HOSTILE if place.startswith("body.") else [one for one in HOSTILE if isinstance(one, str)]:
            answer = _sent(ana, route.method, route.path, operation, place, value)
            fault = _fault(answer)
            if fault:
                wrong.append(f"{place}={value!r:.60} → {fault}: {answer.status_code} {answer.text[:400]}")
    assert wrong == []


def test_half_a_surrogate_and_a_nul_in_json_are_named(door: Door) -> None:
    client = door.as_("ana", "C-2026-0001")
    for text in ("\\ud800", "a\\u0000b"):
        content = f'{{"purpose": "C-2026-0001", "reason": "{text}"}}'.encode()
        answer = client.post(f"{API}/inquiries", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, answer.text
        assert answer.json()["field"] == "reason"


def test_the_tables_still_stand(door: Door) -> None:
    assert door.as_("ana").get(f"{API}/me").status_code == 200
    row = door.world.db.execute("SELECT count(*) FROM line.account").fetchone()
    assert row is not None
    assert row[0] >= 8


@pytest.mark.parametrize(
    ("who", "purpose", "method", "path"),
    list(
        itertools.product(
            ["ana"],
            ["C-2026-0001", "fraud/agent"],
            ["GET"],
            ["/cases/C-2026-0002", "/cases/C-2026-0002/activity", "/cases/C-2026-0002/documents"],
        )
    ),
)
def test_another_cases_number_is_told_like_one_that_does_not_exist(
    door: Door, who: str, purpose: str, method: str, path: str
) -> None:
    client = door.as_(who, purpose, inquiry=True)
    there = client.request(method, f"{API}{path}")
    absent = client.request(method, f"{API}{path.replace('0002', '9999')}")
    assert there.status_code == absent.status_code
    assert there.status_code in {403, 404}
    kept = ("code", "detail", "hint", "title", "field")
    assert {name: there.json()[name] for name in kept} == {name: absent.json()[name] for name in kept}


def test_an_entity_of_another_regime_is_told_like_one_that_does_not_exist(door: Door) -> None:
    hidden = door.world.aspect("wages", "Hidden Worker", marking=door.world.marking("wages"))
    client = door.as_("ana", "C-2026-0001", inquiry=True)
    answers = [client.get(f"{API}/entities/wages-{id.hex}") for id in (hidden, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
