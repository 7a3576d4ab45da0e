"""Judging and splitting. Each is one act; its entry commits with the judgement or neither does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.model.ids import parse_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is judged: two printed ids, the verdict, why, and the compared parts that lay before the author.

    `despite`: births that contradict were seen and are explained in the reason. `cut`: pairs of printed ids that are
    judged different with the same reason, where a chain of judgements would keep the two together.
    """

    left: str
    right: str
    verdict: str
    reason: str
    parts: Sequence[Mapping[str, Any]] = ()
    despite: bool = False
    cut: Sequence[tuple[str, str]] = ()


def judge(gate: Gate, call: Call, made: Judgement) -> Answer:
    """Two entities are the same, different, or unsure.

    Refused (`reason`): fewer than 20 characters; (`kinds`): nothing can be of both kinds. Conflict (`held_apart`): a
    judgement in force holds two members of the two sides apart; (`births_differ`): judged same, not `despite`, and no
    birth date agrees; (`still_joined`): judged different, and a chain of other judgements, which is named, keeps them
    together. Recorded: both ids, the verdict and the reason, marked with all that the author could see; each cut pair
    likewise.
    """
    params = {
        "left": str(parse_id(made.left, "left")),
        "right": str(parse_id(made.right, "right")),
        "verdict": made.verdict,
        "reason": made.reason,
        "parts": list(made.parts),
        "despite": made.despite,
        "cut": [{"left": str(parse_id(a, "cut")), "right": str(parse_id(b, "cut"))} for a, b in made.cut],
    }
    return gate.run(call, "resolution_judge", params)


def split(gate: Gate, call: Call, id: str, *, reason: str) -> Answer:
    """Takes one entity out of what it was judged the same as: a new judgement on each pair, nothing erased."""
    return gate.run(call, "resolution_split", {"id": str(parse_id(id, "id")), "reason": reason})
