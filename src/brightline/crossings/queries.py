"""What may be asked about crossings: by requester, custodian, approver, overseer, each from their side."""

from __future__ import annotations

import base64
from dataclasses import replace

from brightline.gate import Answer, Call, Gate


def crossing_list(
    gate: Gate, call: Call, *, state: str | None = None, unaudited: bool = False, limit: int = 50, offset: int = 0
) -> Answer:
    """{crossings, total}: those that concern the case or desk, latest first; overseers see all, denials too.

    `unaudited`: those that have ended and that no overseer has audited yet.
    """
    wanted = {"state": state, "unaudited": unaudited, "limit": limit, "offset": offset}
    return gate.run(call, "crossing_list", wanted)


def crossing_paper(gate: Gate, call: Call, *, crossing: str, document: str) -> Answer:
    """The court's order or statutory form that a request names, with `content` as bytes."""
    answer = gate.run(call, "crossing_paper", {"crossing": crossing, "document": document})
    rest = {key: value for key, value in answer.result.items() if key != "content_base64"}
    return replace(answer, result={**rest, "content": base64.b64decode(answer.result["content_base64"])})


def crossing_show(gate: Gate, call: Call, *, crossing: str) -> Answer:
    """One crossing. What would cross is shown to the custodian and to who decides; overseers see its kind."""
    return gate.run(call, "crossing_show", {"crossing": crossing})
