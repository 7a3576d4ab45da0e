"""What may be asked about accounts, units, authorities and sources. Each answer is entered in the ledger."""

from __future__ import annotations

from brightline.gate import Answer, Call, Gate


def whoami(gate: Gate, call: Call) -> Answer:
    """Who holds this session: account, units, roles, purposes."""
    return gate.run(call, "whoami")


def my_purposes(gate: Gate, call: Call) -> Answer:
    """{purposes}: everything one may work under now, each with its open inquiry."""
    return gate.run(call, "my_purposes")


def account_list(gate: Gate, call: Call, *, unit: str | None = None, state: str | None = None) -> Answer:
    """{accounts}: all for an administrator, the unit's for a supervisor."""
    return gate.run(call, "account_list", {"unit": unit, "state": state})


def account_show(gate: Gate, call: Call, *, name: str) -> Answer:
    """One account with its roles, live sessions and cases as numbers."""
    return gate.run(call, "account_show", {"name": name})


def people_list(gate: Gate, call: Call, *, unit: str | None = None) -> Answer:
    """{people}: who works in the units of whoever asks."""
    return gate.run(call, "people_list", {"unit": unit})


def unit_list(gate: Gate, call: Call) -> Answer:
    """{units}."""
    return gate.run(call, "unit_list")


def role_list(gate: Gate, call: Call, *, account: str | None = None, unit: str | None = None) -> Answer:
    """{roles}: who has which role where, under whom, since when."""
    return gate.run(call, "role_list", {"account": account, "unit": unit})


def authority_list(gate: Gate, call: Call) -> Answer:
    """{authorities}, each with whether it is in force."""
    return gate.run(call, "authority_list")


def authority_show(gate: Gate, call: Call, *, authority: str) -> Answer:
    """One authority by its code."""
    return gate.run(call, "authority_show", {"authority": authority})


def source_list(gate: Gate, call: Call) -> Answer:
    """{sources} of which whoever asks may know."""
    return gate.run(call, "source_list")


def source_show(gate: Gate, call: Call, *, name: str) -> Answer:
    """One source with all its agreements and assessments."""
    return gate.run(call, "source_show", {"name": name})


def proposal_list(
    gate: Gate, call: Call, *, state: str | None = None, kind: str | None = None, waits_for_me: bool = False
) -> Answer:
    """{proposals}, newest first: one's own, those that the desk decides or that are about its unit."""
    return gate.run(call, "proposal_list", {"state": state, "kind": kind, "waits_for_me": waits_for_me})


def proposal_show(gate: Gate, call: Call, proposal: str) -> Answer:
    """One proposal with its terms."""
    return gate.run(call, "proposal_show", {"proposal": proposal})
