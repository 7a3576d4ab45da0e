"""Each refusal of the database becomes one error of the house; anything else tells nothing of the database."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg

from brightline.gate import Call, Gate, refusals
from brightline.model import errors


class Told(psycopg.Error):
    """A database error with a state and a detail of our choice."""

    def __init__(self, state: str, detail: str) -> None:
        super().__init__("the database's own words")
        self._told = SimpleNamespace(message_detail=detail, message_primary="the database's own words")
        self.sqlstate = state

    @property
    def diag(self) -> Any:
        return self._told


TOLD = json.dumps({"code": "c", "detail": "What is so.", "hint": "What to do.", "field": "f", "entry": "e"})


@pytest.mark.parametrize(
    ("state", "kind", "status"),
    [
        ("BL001", errors.Refused, 403),
        ("BL003", errors.Refused, 403),
        ("BL004", errors.Missing, 404),
        ("BL005", errors.Conflict, 409),
        ("BL006", errors.BadInput, 422),
        ("BL007", errors.Conflict, 409),
        ("XX000", errors.BrightlineError, 500),
        ("42501", errors.BrightlineError, 500),
    ],
)
def test_the_map(state: str, kind: type[errors.BrightlineError], status: int) -> None:
    told = refusals.translate(Told(state, TOLD))
    assert type(told) is kind
    assert told.http_status == status
    assert "database's own words" not in str(told)
    if state in ("BL003", "BL004", "BL005"):
        assert (told.detail, told.hint, told.entry) == ("What is so.", "What to do.", "e")


def test_a_refusal_of_enter_never_tells_the_reason() -> None:
    told = refusals.translate(Told("BL001", json.dumps({"detail": "no such purpose", "entry": "e"})))
    assert told.detail == refusals.REFUSED
    assert told.entry == "e"


@pytest.mark.parametrize("detail", ["", "no json", "[1]", "null"])
def test_a_detail_that_is_no_json_is_no_traceback(detail: str) -> None:
    assert refusals.translate(Told("BL001", detail)).detail == refusals.REFUSED


def test_a_lost_connection_says_what_to_start() -> None:
    told = refusals.translate(pg.AdminShutdown())
    assert isinstance(told, errors.NotRunning)
    assert "brightline up" in told.hint


@pytest.mark.parametrize("name", ["", "1x", "x;y", 'x" OR', "Search", "a" * 80, "search_find("])
def test_the_gate_takes_only_plain_names(name: str) -> None:
    gate = Gate(connect=lambda: pytest.fail("asked the database"), policy=lambda: pytest.fail("asked the database"))
    with pytest.raises(errors.Refused):
        gate.run(Call(), name)


def test_a_token_is_never_printed() -> None:
    assert "secret" not in repr(Call(token="secret"))
