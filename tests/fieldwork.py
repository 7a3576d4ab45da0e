"""Operations for tests: plans of the office's units, led to where a test needs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.office import Office

LAW = {"fraud": "18-usc-1956", "labour": "29-usc-216"}
TEAM = {"fraud": ("ana", "sam"), "labour": ("cleo", "vic")}
FACTS = "Stood at the safe with the ledger of account 4711 in hand and tried to leave by the yard."
SOURCES = [
    {"kind": "permit", "source": "permit register", "reliability": "A", "found": "none issued"},
    {"kind": "payroll", "source": "employer's file", "reliability": "B", "found": "no permit copied"},
]
WHY = "The warrants name the premises and people of the criminal objective."


def ago(minutes: int = 10) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def plan(unit: str = "fraud", **changes: Any) -> dict[str, Any]:
    tool = {"fraud": "search warrant", "labour": "administrative warrant"}[unit]
    regime = {"fraud": "criminal", "labour": "civil"}[unit]
    wanted = {
        "title": "Lantern yard",
        "starts": "2026-10-02",
        "sites": ["12 Quay Street"],
        "objectives": [
            {"text": "Find the second set of books.", "instrument": tool, "authority": LAW[unit], "cost": 900}
        ],
        "expected": [{"category": "suspect", "people": 4}],
        "budget": {regime: 1000},
    }
    return {**wanted, **changes}


def planned(at: Office, unit: str = "fraud", **changes: Any) -> str:
    number: str = at.do(TEAM[unit][0], f"{unit}/agent", "operation_plan", **plan(unit, **changes))["operation"]
    return number


def active(at: Office, unit: str = "fraud", **changes: Any) -> str:
    """A plan cleared, approved and under way; its number."""
    agent, boss = TEAM[unit]
    number = planned(at, unit, **changes)
    at.do(agent, f"{unit}/agent", "operation_submit", operation=number)
    at.do("lou", "legal/approver", "operation_approve", operation=number, reason=WHY)
    at.do(boss, f"{unit}/supervisor", "operation_approve", operation=number)
    at.do(agent, f"{unit}/agent", "operation_activate", operation=number)
    return number


def met(at: Office, number: str, unit: str = "fraud", **changes: Any) -> dict[str, Any]:
    """Somebody met at the operation; None leaves a field out."""
    wanted = {
        "operation": number,
        "time": ago(),
        "place": "12 Quay Street, yard",
        "selection": "targeted",
        "authority": LAW[unit],
        "basis": "warrant",
        "warrant": "W-2026-118",
        "outcome": "arrested",
        "person": {"name": "Basil Quarrel"},
        "status_evidence": SOURCES,
    }
    params = {key: value for key, value in {**wanted, **changes}.items() if value is not None}
    result: dict[str, Any] = at.do(TEAM[unit][0], f"{unit}/agent", "encounter_add", **params)
    return result
