"""Questions that search answers. Each is one act under an inquiry; each hit says why it is one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.model.errors import BadInput
from brightline.model.ids import parse_id
from brightline.model.keys import Query, query_keys
from brightline.search import model, pages

CAP = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked. Empty filters filter nothing; dates are inclusive and meet whatever overlaps them.

    `fuzzy` 0: as written; 1: one letter may differ, and what sounds alike when little else is found; 2: two letters.
    """

    q: str
    schemas: Sequence[str] = ()
    sources: Sequence[str] = ()
    countries: Sequence[str] = ()
    date_from: date | None = None
    date_to: date | None = None
    fuzzy: int = 1
    limit: int = 20
    offset: int = 0
    sort: str = "score"

    def params(self) -> dict[str, Any]:
        """As search_find takes it. The ledger keeps these very parameters."""
        if self.sort not in ("score", "newest"):
            raise BadInput("sort", f"{self.sort!r} is no order", "Use score or newest.")
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise BadInput("from", "is later than `to`", "Swap the two dates.")
        return {
            "q": self.q,
            "schemas": model.schemata_below(self.schemas),
            "sources": list(self.sources),
            "countries": [code.lower() for code in self.countries],
            "from": self.date_from.isoformat() if self.date_from else None,
            "to": self.date_to.isoformat() if self.date_to else None,
            **{name: getattr(self, name) for name in ("fuzzy", "limit", "offset", "sort")},
        }


def find(gate: Gate, call: Call, search: Search) -> Answer:
    """Search. Shapes: see README. Refused (`bulk`): only filters, and more hits than the rulebook allows."""
    query = _query(search.q)
    params = {**search.params(), "words": model.as_params(query)}
    begun = time.perf_counter()
    answer = gate.run(call, "search_find", params)
    took = round((time.perf_counter() - begun) * 1000, 1)
    page = {name: getattr(search, name) for name in ("fuzzy", "limit", "offset", "sort")}
    head = {"query": search.q, "purpose": call.purpose, "took_ms": took}
    return replace(answer, result={**head, **page, **_shaped(answer.result, query, search.fuzzy)})


def _query(q: str) -> Query:
    if len(q) > model.MAX_QUERY:
        raise BadInput("q", f"is longer than {model.MAX_QUERY} characters", "Search for its rarest words.")
    if "\x00" in q:
        raise BadInput("q", "holds a NUL character", "Remove it.")
    return query_keys(q.strip())


def _shaped(found: Mapping[str, Any], query: Query, fuzzy: int) -> dict[str, Any]:
    markings = model.marking_words(found["markings"])
    titles = model.source_titles(markings)
    total, capped = found["total"], found["capped"]
    return {
        "total": total,
        "total_capped": capped,
        "total_text": f"more than {CAP:,}" if capped else f"{total:,}",
        "pointers": found["pointers"],
        "hits": [_hit(hit, query, fuzzy, markings) for hit in found["hits"]],
        "facets": {**_facets(found["facets"], titles), **_facets_of(total, capped)},
    }


def _hit(
    card: Mapping[str, Any], query: Query, fuzzy: int, markings: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    best = card["best"] or []
    titles = model.source_titles(markings)
    line = {key: card[key] for key in ("id", "schema", "caption", "score", "first", "last", "links", "aspects")}
    return {
        **line,
        "schema_label": model.schema_label(card["schema"]),
        "why": [asdict(why) for why in model.reasons(query, best, fuzzy)],
        "sources": [{"name": name, "title": titles.get(name, name)} for name in card["sources"]],
        "markings": [markings[id] for id in card["markings"] if id in markings],
        "summary": model.summary(card["schema"], best[0]["properties"] if best else {}),
        "countries": model.countries(best),
    }


def _facets(found: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    def labelled(name: str, value: str) -> str:
        return model.schema_label(value) if name == "schema" else titles.get(value, value)

    return {
        name: [{"value": value, "label": labelled(name, value), "count": count} for value, count in rows]
        for name, rows in found.items()
    }


def _facets_of(total: int, capped: bool) -> dict[str, Any]:
    return {"capped": capped, "facets_of": f"the first {CAP:,} rows found" if capped else f"all {total:,} hits"}


def entity_show(gate: Gate, call: Call, id: str, *, as_of: datetime | None = None) -> Answer:
    """The page of one entity: every value with its sources. Missing: absent or hidden, told alike.

    `as_of` leaves out what was published later; where a record has changed since, `older` holds it as it stood.
    """
    params = {"id": str(parse_id(id)), "as_of": as_of.isoformat() if as_of else None}
    answer = gate.run(call, "entity_show", params)
    told = pages.entity(answer.result)
    return replace(answer, result={**told, "as_of": as_of.isoformat() if as_of else None})


def suggest(gate: Gate, call: Call, q: str, *, limit: int = 10) -> Answer:
    """Entities whose name has a word that begins so: {items: [{id, schema, caption}]}. Visible ones alone."""
    query = _query(q)
    names = [word for word in query.words if word.tokens]
    if not names or len(names[-1].tokens[0]) < 2:
        return replace(gate.run(call, "search_suggest", {"q": q, "limit": limit}), result={"items": []})
    params = {
        "q": q,
        "words": [list(word.tokens) for word in names[:-1] if not word.optional],
        "prefix": names[-1].tokens[0],
        "limit": limit,
    }
    return gate.run(call, "search_suggest", params)


def batch(gate: Gate, call: Call, queries: Sequence[str], *, fuzzy: int = 1) -> Answer:
    """Search a list, best three of each line. Refused (`bulk`) above the rulebook's threshold."""
    read = [_query(q) for q in queries]
    for number, query in enumerate(read, 1):
        if not query.named:
            raise BadInput("queries", f"line {number} holds no name and no identifier", "Remove or complete it.")
    params = {"queries": [{"q": q.text, "words": model.as_params(q)} for q in read], "fuzzy": fuzzy}
    return gate.run(call, "search_batch", params)


def why(gate: Gate, call: Call, id: str) -> Answer:
    """May this purpose see it, by which rule; if not, what would allow it, as far as that may be told."""
    answer = gate.run(call, "why", {"id": str(parse_id(id))})
    found = answer.result
    told = {"id": id, "purpose": call.purpose, "visible": found["visible"], "pointers": found["pointers"]}
    rules = [
        {"rule": rule["rule"], "text": rule["why"], "source": rule["source"], "aspects": rule["aspects"]}
        for rule in found["rules"]
    ]
    needs = [] if found["visible"] else _needs(found["pointers"])
    return replace(answer, result={**told, "rules": rules, "needs": needs})


def _needs(pointers: Sequence[Mapping[str, Any]]) -> list[str]:
    """One text for absent and hidden; what a pointer tells comes on top, and no word more."""
    told = [
        f"{pointer['custodian'] or 'Another unit'} holds {pointer['count']} record(s) under {pointer['regime']} "
        f"authority{_in_case(pointer)}: request a crossing of the fields that you need."
        for pointer in pointers
        if pointer.get("regime")
    ]
    told += [f"Withheld: {pointer['count']} record(s)." for pointer in pointers if not pointer.get("regime")]
    usual = (
        "Nothing of this id can be seen under this purpose. If it exists, a purpose of another authority, an "
        "agreement with its source, a clearance, or an approved crossing would be needed."
    )
    return [*told, usual]


def _in_case(pointer: Mapping[str, Any]) -> str:
    return f", in case {pointer['case']}" if pointer.get("case") else ""


def bulk_list(gate: Gate, call: Call, *, state: str | None = None, limit: int = 50, offset: int = 0) -> Answer:
    """Bulk runs that this purpose, desk or oversight task sees, newest first."""
    window = {"limit": limit, "offset": offset}
    return gate.run(call, "bulk_list", {"state": state, **window} if state else window)


def bulk_show(gate: Gate, call: Call, number: str) -> Answer:
    """One bulk run with its figures; of the list and its matches nothing."""
    return gate.run(call, "bulk_show", {"bulk": number})


def bulk_hits(
    gate: Gate, call: Call, number: str, *, sample: bool | None, judged: bool | None, page: Mapping[str, int]
) -> Answer:
    """Matches as this purpose sees them now, by line of the list; what expired unjudged isn't there."""
    given = {"sample": sample, "judged": judged}
    params = {"bulk": number, **page, **{key: value for key, value in given.items() if value is not None}}
    answer = gate.run(call, "bulk_hits", params)
    markings = model.marking_words(answer.result["markings"])
    items = [
        {**item, "marking": markings.get(item["marking"]), "schema_label": model.schema_label(item["schema"])}
        for item in answer.result["items"]
    ]
    return replace(answer, result={**answer.result, "items": items})
