"""The tables of steps, as the database holds them: each state can be reached and says where it ends, and no way to what
somebody has to decide leads past the decision."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pytest

pytestmark = pytest.mark.database
Steps = Mapping[tuple[str, str], str]

# Where each begins, what reads off the clock that is stored in no row, and where it ends for good.
TABLES: Mapping[str, tuple[set[str], set[str]]] = {
    "analysis.transition:watch": ({"active"}, {"ended"}),
    "analysis.transition:workspace": ({"private"}, set()),
    "bulk.transition": ({"requested"}, {"withdrawn", "denied", "done"}),
    "cases.transition": ({"draft"}, set()),
    "cases.report_transition": ({"draft"}, {"approved"}),
    "cases.evidence_transition": ({"seized"}, {"returned", "forfeited", "destroyed"}),
    "disclosures.transition": ({"draft"}, {"denied", "recalled", "withdrawn"}),
    "leads.transition": ({"received"}, {"closed"}),
    "leads.referral_transition": ({"asked"}, {"refused", "withdrawn", "declined", "finished"}),
    "line.crossing_move": ({"requested", "active", "expired", "unreviewed"}, {"denied", "withdrawn", "audited"}),
    "line.proposal_transition": ({"proposed"}, {"in_force", "refused", "withdrawn", "lapsed"}),
    "line.rulebook_transition": ({"unchecked"}, {"broken", "withdrawn", "rejected", "past"}),
    "operations.transition": ({"draft"}, {"reviewed"}),
    "restrictions.transition": ({"asked"}, {"lifted"}),
    "retention.transition": ({"proposed"}, {"done", "rejected", "withdrawn"}),
}
# What nobody reaches without this act.
DECIDED: Mapping[str, tuple[tuple[str, set[str]], ...]] = {
    "bulk.transition": (("measure", {"approved", "running", "done"}), ("approve", {"running", "done"})),
    "cases.transition": (("approve", {"open", "suspended", "closed"}),),
    "cases.report_transition": (("approve", {"approved"}),),
    "cases.evidence_transition": (("accept", {"transferred"}),),
    "disclosures.transition": (("approve", {"sent", "recalled"}),),
    "leads.transition": (("confirm", {"checked", "crossing", "referred", "accepted", "declined", "finished"}),),
    "line.crossing_move": (("review", {"approved"}),),
    "line.rulebook_transition": (("prove", {"in_force"}), ("approve", {"in_force"})),
    "operations.transition": (("clear", {"active", "closed"}), ("approve", {"active", "closed"})),
    "retention.transition": (("confirm", {"done"}),),
}


def steps(db: Any, table: str) -> Steps:
    name, _, kind = table.partition(":")
    narrowed = " WHERE kind = %s" if kind else ""
    rows = db.execute(f"SELECT state, act, becomes FROM {name}{narrowed}", [kind] if kind else None)
    return {(state, act): becomes for state, act, becomes in rows.fetchall()}


def reached(found: Steps, start: Iterable[str], *, without: Collection[str] = ()) -> set[str]:
    """Every state to which a way leads that doesn't take these acts."""
    there = set(start)
    while more := {to for (state, act), to in found.items() if state in there and act not in without} - there:
        there |= more
    return there


def test_no_table_of_steps_is_forgotten(module_db: Any) -> None:
    rows = module_db.admin.execute(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'becomes' WHERE c.relkind = 'r'"
    ).fetchall()
    # Superseded by line.crossing_move; a migration's way back needs it.
    assert {name for (name,) in rows} - {"line.crossing_transition"} == {name.partition(":")[0] for name in TABLES}


@pytest.mark.parametrize("table", TABLES)
def test_each_state_is_reached_and_left_or_an_end(module_db: Any, table: str) -> None:
    start, ends = TABLES[table]
    found = steps(module_db.admin, table)
    states = {state for state, _ in found} | set(found.values())
    assert reached(found, start) == states
    assert states - {state for state, _ in found} == ends


@pytest.mark.parametrize("table", DECIDED)
def test_no_way_leads_past_a_decision(module_db: Any, table: str) -> None:
    found = steps(module_db.admin, table)
    start = TABLES[table][0] - {"active", "expired", "unreviewed"}  # which time alone brings about
    for act, beyond in DECIDED[table]:
        without = reached(found, start, without={act, "open"} if table == "line.crossing_move" else {act})
        assert not without & beyond, (act, without)
        assert beyond <= reached(found, start), (act, "is told of states that nothing reaches")


def test_what_a_case_waits_for_is_decided_both_ways_or_taken_back(module_db: Any) -> None:
    found = steps(module_db.admin, "cases.transition")
    for waiting in ("submitted", "closure_requested", "reopen_requested"):
        assert {act for state, act in found if state == waiting} == {"approve", "return", "withdraw"}
