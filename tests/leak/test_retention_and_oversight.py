"""Time limits and oversight tell nobody of what isn't theirs: absent and hidden are one answer, lists are equal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.leak.conftest import Lab

from brightline.model.errors import Missing, Refused

pytestmark = pytest.mark.database

WHY = "Reviewed against the source: it is still needed for the open audit."


def _record(lab: Lab, caption: str) -> str:
    row = lab.admin.execute("SELECT record FROM content.aspect WHERE caption = %s", (caption,)).fetchone()
    lab.admin.execute("UPDATE content.record SET at = at - interval '6 years' WHERE id = %s", (row[0],))
    return str(row[0])


def _due(lab: Lab, who: str, purpose: str) -> dict[str, Any]:
    found: dict[str, Any] = lab.world.run(who, purpose, "retention_due").result
    return found


def test_what_another_unit_keeps_is_neither_listed_nor_counted(lab: Lab) -> None:
    before = _due(lab, "vic", "labour/supervisor")
    record = _record(lab, "Banked Canary")
    assert _due(lab, "vic", "labour/supervisor") == before
    assert record in {item["id"] for item in _due(lab, "sam", "fraud/supervisor")["items"]}


@pytest.mark.parametrize(("name", "params"), [
    ("retention_validate", {"reason": WHY}), ("retention_propose", {"reason": WHY}),
    ("retention_hold", {"reason": WHY}),
])  # fmt: skip
def test_a_hidden_and_an_absent_record_are_one_answer(lab: Lab, name: str, params: dict[str, Any]) -> None:
    told = []
    for thing in (
        _record(lab, "Banked Canary"),
        _record(lab, "Sealed Canary"),
        str(uuid4()),
        "C-2026-0001",
        "C-2026-9999",
    ):
        named = {"item": thing} if name == "retention_hold" else {"items": [thing]}
        with pytest.raises(Missing) as refusal:
            lab.world.run("vic", "labour/supervisor", name, **params, **named)
        told.append((refusal.value.code, refusal.value.detail, refusal.value.hint))
    assert len(set(told)) == 1


def test_a_proposal_of_another_unit_doesnt_exist(lab: Lab) -> None:
    record = _record(lab, "Borek Rowan")
    number = lab.world.run("sam", "fraud/supervisor", "retention_propose", items=[record], reason=WHY).result["purge"]
    assert lab.world.run("vic", "labour/supervisor", "retention_purges").result["items"] == []
    told = []
    for wanted in (number, "P-2026-000000"):
        with pytest.raises(Missing) as refusal:
            lab.world.run("vic", "labour/supervisor", "retention_purge_show", purge=wanted)
        told.append(refusal.value.detail)
    assert told[0] == told[1]


def test_overseers_see_that_it_is_due_and_not_what_it_is(lab: Lab) -> None:
    _record(lab, "Waged Canary")
    shown = str(_due(lab, "ines", "inspectorate/overseer"))
    keys = lab.admin.execute("SELECT source_key FROM content.record").fetchall()
    assert "Canary" not in shown
    assert not [key for (key,) in keys if f":{key}" in shown]


@pytest.mark.parametrize("name", [
    "oversight_figures", "oversight_rows", "oversight_crossings", "oversight_exceptions", "oversight_samples",
    "oversight_sample", "oversight_draw", "oversight_judge", "oversight_explain", "oversight_flags", "oversight_flag",
    "oversight_flag_judge", "oversight_lists", "oversight_list_put", "oversight_sets",
    "oversight_promises",
])  # fmt: skip
@pytest.mark.parametrize(
    ("who", "purpose"), [("ana", "C-2026-0001"), ("sam", "fraud/supervisor"), ("lou", "legal/approver")]
)
def test_nobody_else_oversees(lab: Lab, name: str, who: str, purpose: str) -> None:
    with pytest.raises(Refused):
        lab.world.run(who, purpose, name)
