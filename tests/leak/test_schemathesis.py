"""Requests made up from the OpenAPI document by schemathesis, under a purpose: whatever comes, never a fault of ours.

The auth hook opens an inquiry for whoever may call the operation and sends token, purpose and inquiry along, so that
the requests get past the line and reach the functions. No answer may be 5xx, show anything of the code or hold a
hidden word. BRIGHTLINE_SCHEMATHESIS says how many requests each operation gets (3 unless told).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from tests.contract.test_api_bad_input import LEAKS
from tests.described import routes
from tests.leak.kitchen import Kitchen, asker, said
from tests.leak.recipes import RECIPES, Recipe
from tests.leak.twins import CANARIES, twins

from brightline.api.routers import ledger

pytestmark = [pytest.mark.database, pytest.mark.slow]
MANY = int(os.environ.get("BRIGHTLINE_SCHEMATHESIS", "3"))
ALL = list(HealthCheck)
REASON = "Requests made up from the document, sent to see whether one of them breaks something."


class Entering:
    """Enters a purpose: an inquiry of the person who may call the operation, opened through the API itself."""

    kitchen: Kitchen

    def get(self, case: Any, ctx: Any) -> dict[str, str]:
        name = ctx.operation.definition.raw["operationId"]
        who, purpose = asker(name, RECIPES.get(name, Recipe()))
        if who is None:
            return {}
        twins = self.kitchen.twins
        headers = {"Authorization": f"Bearer {twins.world.tokens[who]}"}
        if purpose is None:
            return headers
        key = said(purpose, self.kitchen.words, name)
        opened = twins.full.client.post(
            "/api/v1/inquiries", json={"purpose": key, "reason": REASON}, headers={**headers, "X-Purpose": key}
        )
        assert opened.status_code < 300, opened.text
        return {**headers, "X-Purpose": key, "X-Inquiry": opened.json()["id"]}

    def set(self, case: Any, data: dict[str, str], ctx: Any) -> None:
        case.headers = {**(case.headers or {}), "X-Brightline": "1", **data}


@pytest.fixture(scope="module")
def kitchen(module_db: Any, server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    patience, ledger._PATIENCE = ledger._PATIENCE, 0.01
    with twins(module_db, server, tmp_path_factory.mktemp("made-up")) as made:
        yield Kitchen(made)
    ledger._PATIENCE = patience


@pytest.fixture(scope="module")
def made_up(kitchen: Kitchen) -> dict[str, Any]:
    """The operations as schemathesis reads them from the served document."""
    schema = schemathesis.openapi.from_url(f"{kitchen.twins.full.url}/api/v1/openapi.json", timeout=120)
    schema.auth(refresh_interval=None)(type("Entered", (Entering,), {"kitchen": kitchen}))
    found = [one.ok() for one in schema.get_all_operations()]
    return {one.definition.raw["operationId"]: one for one in found}


def test_schemathesis_reads_every_operation(made_up: dict[str, Any]) -> None:
    assert set(made_up) == set(routes())


@pytest.mark.parametrize("name", routes())
def test_no_request_meets_a_fault_of_ours(kitchen: Kitchen, made_up: dict[str, Any], name: str) -> None:
    @settings(
        max_examples=MANY, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=made_up[name].as_strategy())
    def send(case: Any) -> None:
        try:
            answer = case.call(timeout=60)
        finally:
            kitchen.twins.undo()
        told = answer.content.decode("utf-8", "replace")
        assert answer.status_code < 500, f"{case.method} {case.formatted_path} {case.query} {case.body}: {told[:400]}"
        assert not [leak for leak in LEAKS if leak in told and answer.status_code >= 400]
        assert not [word for word in CANARIES if word in told]

    send()
