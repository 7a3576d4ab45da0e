"""One map from errors to problem documents; none of them tells more than it should."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from tests.contract.conftest import API, Door

from brightline.api import problems
from brightline.api.guard import CONTENT_POLICY, Guard, Limits
from brightline.model import errors
from brightline.model.errors import BadInput, BrightlineError

ALL = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, BrightlineError) and kind is not BrightlineError
]
SECRET = "canary-in-the-server"


def _made(kind: type[BrightlineError]) -> BrightlineError:
    if kind is BadInput:
        return BadInput("title", "is missing", "Fill it in.")
    return kind("The fact.", hint="The way out.", entry="9b1cbd9e-66d4-4f3e-8f5e-000000000001")


def _app() -> Guard:
    app = FastAPI()
    problems.install(app)

    @app.get("/raise/{name}")
    def known(name: str) -> None:
        raise _made(getattr(errors, name))

    @app.get("/fault/{kind}")
    def fault(kind: str) -> None:
        if kind == "base":
            raise BrightlineError(SECRET)
        raise RuntimeError(f"{SECRET} at /some/path in SELECT * FROM line.account")

    @app.post("/api/body")
    async def body(wanted: dict[str, Any]) -> dict[str, int]:
        return {"size": len(json.dumps(wanted))}

    return Guard(app, limits=Limits(json=1_000, upload=2_000, table=10_000_000))


def _ask(method: str, path: str, **more: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=_app(), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, path, **more)

    return asyncio.run(ask())


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_of_the_tree_has_its_document(kind: type[BrightlineError]) -> None:
    answer = _ask("GET", f"/raise/{kind.__name__}")
    told = answer.json()
    error = _made(kind)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status_code == told["status"] == error.http_status
    assert (told["code"], told["detail"], told["hint"]) == (error.code, error.detail, error.hint)
    assert told["title"] == kind.title
    assert told["type"] == f"/errors/{error.code}"
    assert told["request_id"] == answer.headers["X-Request-Id"]
    assert told["entry"] == error.entry
    assert told["field"] == ("title" if kind is BadInput else None)


@pytest.mark.parametrize("kind", ["base", "other"])
def test_a_fault_of_ours_tells_a_request_id_and_nothing_else(kind: str) -> None:
    answer = _ask("GET", f"/fault/{kind}")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    for told in ("canary", "Traceback", "SELECT", "/some/path", "RuntimeError"):
        assert told not in answer.text


def test_a_body_beyond_the_limit_is_413_whether_declared_or_not() -> None:
    headers = {"X-Brightline": "1", "Content-Type": "application/json"}
    large = json.dumps({"a": "x" * 2_000}).encode()
    declared = _ask("POST", "/api/body", content=large, headers=headers)
    assert (declared.status_code, declared.json()["code"]) == (413, "too_large")
    assert "1 kB" in declared.json()["detail"]

    async def pieces() -> Any:
        for start in range(0, len(large), 100):
            yield large[start : start + 100]

    streamed = _ask("POST", "/api/body", content=pieces(), headers=headers)
    assert (streamed.status_code, streamed.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/api/v1/leads/intake", "/api/v1/operations/extracts"])
def test_a_file_for_the_worker_has_a_limit_of_its_own_which_is_told(path: str) -> None:
    """Tables of gigabytes are taken; what is beyond even that is told with how much is taken."""

    def sent(size: int, at: str) -> httpx.Response:
        files = {"file": ("rows.csv", b"x" * size, "text/csv")}
        return _ask("POST", at, files=files, headers={"X-Brightline": "1"})

    assert sent(5_000, path).status_code != 413
    refused = sent(11_000_000, path)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert "10 MB" in refused.json()["detail"]
    assert sent(5_000, "/api/v1/feeds/inbox").status_code == 413


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[1,2", b'{"a":', b""])
def test_a_body_that_is_no_json_is_told_so(content: bytes) -> None:
    answer = _ask(
        "POST", "/api/body", content=content, headers={"X-Brightline": "1", "Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_every_answer_carries_the_security_headers() -> None:
    for path in ("/raise/Missing", "/fault/other", "/nowhere"):
        headers = _ask("GET", path).headers
        assert headers["Content-Security-Policy"] == CONTENT_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "server" not in headers


def test_the_policy_lets_no_foreign_or_inline_script_run() -> None:
    script = next(part for part in CONTENT_POLICY.split("; ") if part.startswith("script-src"))
    assert script == "script-src 'self'"


@pytest.mark.database
def test_a_password_in_a_faulty_body_is_not_told_back(door: Door) -> None:
    body = {"account": "ana", "password": "my-very-secret-word", "cookie": "perhaps", "extra": "my-very-secret-word"}
    answer = door.open.post(f"{API}/session", json=body)
    assert answer.status_code == 422
    assert "my-very-secret-word" not in answer.text


@pytest.mark.database
@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v2/me", "/api/", "/api/v1/cases/not-a-number"])
def test_an_unknown_address_of_the_api_is_a_problem_not_a_page(door: Door, path: str) -> None:
    answer = door.as_("ana", "fraud/agent").get(path)
    assert answer.status_code in {404, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"
