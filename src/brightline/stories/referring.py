"""A lead on its way to another unit: inside its regime it is sent, to another regime a crossing is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from brightline.crossings import commands as crossings
from brightline.gate import Answer, Call, Gate
from brightline.leads import commands as leads
from brightline.leads import queries


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a crossing asks for: fields of the subject, the recipient's authority, and why."""

    fields: Sequence[str]
    basis: str
    necessity: str
    alternatives: str
    expires: str


def refer_across(gate: Gate, call: Call, *, lead: str, to: str, asked: Asked) -> Answer:
    """Offer a checked lead to a unit of another regime: a crossing under the lead's own purpose.

    The lead itself is never sent: only the named fields, only after an approval from outside both chains, only until
    the crossing ends. Three acts: the lead's purpose is opened, its subject read, the crossing requested.
    """
    purpose = leads.lead_open(gate, call, lead=lead).result["purpose"]
    under = replace(call, purpose=purpose, inquiry=None)
    subject = queries.lead_show(gate, under).result["subject"]["id"]
    return crossings.crossing_request(
        gate,
        under,
        items=[subject],
        fields=asked.fields,
        expires=asked.expires,
        basis=asked.basis,
        necessity=asked.necessity,
        alternatives=asked.alternatives,
        to=to,
    )
