"""Who might be the same, and what was judged so far. Each is one act under an inquiry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.model.ids import parse_id
from brightline.model.schemata import label_of
from brightline.resolution import model


def candidates(gate: Gate, call: Call, id: str, *, limit: int = 20) -> Answer:
    """Entities that share an identifier or two words of a name with this one, most alike first, part by part.

    A score orders the list and decides nothing. {id, subject, candidates: [{id, schema, caption, score, parts,
    sources, judged, properties}]}
    """
    answer = gate.run(call, "resolution_candidates", {"id": str(parse_id(id, "id")), "limit": limit})
    found = answer.result
    rows = [_candidate(found["aspects"] or [], c) for c in found["candidates"]]
    rows.sort(key=lambda row: (-row["score"], row["id"]))
    told = {"id": found["id"], "subject": _merged(found["aspects"] or []), "candidates": rows}
    return replace(answer, result={**told, "total": found["total"], "capped": found["capped"]})


def _candidate(ours: list[Mapping[str, Any]], found: Mapping[str, Any]) -> dict[str, Any]:
    theirs = found["aspects"] or []
    parts = model.compare(ours, theirs)
    return {
        "id": found["id"],
        **_merged(theirs),
        "score": model.score(parts),
        "parts": model.as_rows(parts),
        "judged": found["judged"],
    }


def _merged(aspects: list[Mapping[str, Any]]) -> dict[str, Any]:
    properties: dict[str, list[str]] = {}
    for aspect in aspects:
        for name, values in aspect["properties"].items():
            kept = properties.setdefault(name, [])
            kept.extend(v for v in values if v not in kept)
    schema = aspects[0]["schema"] if aspects else ""
    return {
        "schema": schema,
        "schema_label": label_of(schema),
        "caption": aspects[0]["caption"] if aspects else "",
        "sources": sorted({a["source"] for a in aspects}),
        "properties": properties,
    }


def history(gate: Gate, call: Call, id: str, *, limit: int = 50, offset: int = 0) -> Answer:
    """Every judgement that this purpose may see on an entity and those it is joined with, newest first.

    {id, members: [{id, caption, schema}], judgements: [{left, right, verdict, reason, score, parts, by, at, counts}],
    total}
    """
    wanted = parse_id(id, "id")
    answer = gate.run(call, "resolution_history", {"id": str(wanted), "limit": limit, "offset": offset})
    found = answer.result
    cards = {entity: _named(card) for entity, card in found["cards"].items()}
    rows = [
        {**j, "left": cards.get(j["left"]) or _unseen(j["left"]), "right": cards.get(j["right"]) or _unseen(j["right"])}
        for j in found["judgements"]
    ]
    members = [cards[m] for m in found["members"] if m in cards]
    return replace(answer, result={"id": id, "members": members, "judgements": rows, "total": found["total"]})


def _named(card: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": card["id"], "caption": card["caption"], "schema": card["schema"]}


def _unseen(entity: str) -> dict[str, Any]:
    return {"id": f"entity-{entity.replace('-', '')}", "caption": "", "schema": ""}
