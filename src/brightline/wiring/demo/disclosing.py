"""What leaves the demo's organisation: one disclosure sent, one waiting; and one pair judged the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brightline.wiring.demo.casework import answer, at_work, desk, find
from brightline.wiring.demo.load import Loading


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A disclosure of the harbour-works case: what, to whom, and how far it goes in the demo."""

    key: str
    labels: tuple[str, ...]
    recipient: str
    address: str
    kind: str
    nature: str
    purpose: str
    sent: bool


LEAVING = (
    Leaving(
        key="prosecutor",
        labels=("quillon", "marlow", "pelham", "shell_director"),
        recipient="Public Prosecutor of Saltmere",
        address="1 Court Square, Port Sable",
        kind="prosecutor",
        nature="Three companies and the director of one",
        purpose="Decision whether the payments to Marlow Finch are charged as fraud in procurement.",
        sent=True,
    ),
    Leaving(
        key="authority",
        labels=("quillon", "marlow"),
        recipient="Harbour Authority, contracts office",
        address="2 Quay Street, Port Sable",
        kind="regulator",
        nature="Two companies named in open tenders",
        purpose="Exclusion of bidders that share an address from the tender that closes in January.",
        sent=False,
    ),
)


def disclose(loading: Loading, numbers: dict[str, str]) -> dict[str, str]:
    """Disclosures prepared and submitted by the case's lead; one approved and sent. Their numbers by key."""
    made = {}
    for leaving in LEAVING:
        number = loading.steps.once(f"disclosure {leaving.key}", _prepare, loading, leaving, numbers["works"])
        loading.steps.once(f"disclosed {leaving.key}", _go_on, loading, leaving, number, numbers["works"])
        made[leaving.key] = number
    return made


def _prepare(loading: Loading, leaving: Leaving, case: str) -> str:
    under = at_work(loading, "works", case)
    for row in loading.door.get(under, "/disclosures")["items"]:
        if row["nature"] == leaving.nature:
            return str(row["disclosure"])
    named = answer(loading, "works-chain")["ids"]
    body: dict[str, Any] = {
        "items": [find(loading, under, named[label]) for label in leaving.labels],
        "fields": ["name", "registrationNumber"],
        "recipient": leaving.recipient,
        "address": leaving.address,
        "recipient_kind": leaving.kind,
        "rules_accepted": "2026-01-12",
        "nature": leaving.nature,
        "purpose": leaving.purpose,
        "need_to_know": "The names stand in the decision that the recipient has to take.",
        "right_to_know": "Its statute lets it receive what a criminal case found on this.",
        "caveats": "For this decision only; not to be passed on.",
    }
    return str(loading.door.post(under, "/disclosures", body)["disclosure"])


def _go_on(loading: Loading, leaving: Leaving, number: str, case: str) -> str:
    door, under = loading.door, at_work(loading, "works", case)
    path = f"/disclosures/{number}"
    state = str(door.get(under, path)["state"])
    if state == "draft":
        state = str(door.post(under, f"{path}/submit")["state"])
    if not leaving.sent:
        return state
    if state == "submitted":
        reason = "Needed for the charging decision; one person, who is a suspect."
        state = str(door.post(desk("owen.hale"), f"{path}/decide", {"decision": "approve", "reason": reason})["state"])
    if state == "approved":
        door.fetch(under, f"{path}/send")
    return "sent"


def judge(loading: Loading, numbers: dict[str, str]) -> None:
    """Quillon stands in the register and at the bank; a person, not a score, says that it is one company."""
    loading.steps.once("judged quillon", _judge, loading, numbers["works"])


def _judge(loading: Loading, case: str) -> str:
    under = at_work(loading, "works", case)
    quillon = find(loading, under, answer(loading, "works-chain")["ids"]["quillon"])
    found = loading.door.get(under, f"/entities/{quillon}/candidates")["candidates"]
    alike = [one for one in found if one["judged"] is None and one["schema"] == "Company"]
    if not alike:
        return "nobody alike"
    best = alike[0]
    body = {
        "left": quillon,
        "right": best["id"],
        "verdict": "same",
        "reason": "The same name and registration number in both sources, and the same telephone number.",
        "parts": best["parts"],
    }
    return str(loading.door.post(under, "/judgements", body)["canonical"])
