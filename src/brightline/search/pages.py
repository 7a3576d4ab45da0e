"""The page of one entity, made from its visible aspects: one value once, with everybody who says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from brightline.model.schemata import label_of
from brightline.search import model

Row = Mapping[str, Any]


def entity(found: Row) -> dict[str, Any]:
    """What entity_show answered, as the page wants it."""
    markings = model.marking_words(found["markings"])
    titles = model.source_titles(markings)
    plain = ("id", "schema", "schemata", "caption", "members", "first", "last", "pointers", "older")
    return {
        **{name: found[name] for name in plain},
        "schema_label": model.schema_label(found["schema"]),
        "markings": list(markings.values()),
        "properties": properties(found["aspects"], found["captions"], markings),
        "aspects": [_aspect(aspect, titles, markings) for aspect in found["aspects"]],
        "places": _places(found["aspects"]),
        "link_count": sum(count for _, count in found["links"]),
        "links_by_kind": [{"value": kind, "label": label_of(kind), "count": n} for kind, n in found["links"]],
        "rules": [{"rule": rule["rule"], "text": rule["why"]} for rule in _once(found["rules"])],
        "capped": any(found["capped"].values()),
        "cap_note": _cut(found["capped"]),
    }


def _cut(capped: Mapping[str, bool]) -> str | None:
    said = {
        "aspects": "More says something of it than is shown: the first 500 entries stand here.",
        "links": "It has more links than were counted: more than 10,000.",
    }
    return " ".join(said[what] for what in said if capped[what]) or None


def _once(rules: Iterable[Row]) -> list[Row]:
    return list({(rule["rule"], rule["why"]): rule for rule in rules}.values())


def properties(
    aspects: Iterable[Row], captions: Mapping[str, Any], markings: Mapping[int, Any]
) -> list[dict[str, Any]]:
    """Each property with its distinct values; each value with the source, record, run and marking behind it."""
    merged: dict[str, dict[str, Any]] = {}
    for aspect in aspects:
        for name, values in aspect["properties"].items():
            schema = aspect["schema"]
            prop = merged.setdefault(
                name,
                {
                    "name": name,
                    "label": model.property_label(schema, name),
                    "type": model.property_type(schema, name),
                    "values": {},
                },
            )
            originals = (aspect["original"] or {}).get(name, [])
            for place, value in enumerate(values):
                said = prop["values"].setdefault(value, _value(value, captions))
                said["original"] = said["original"] or _original(value, place, values, originals)
                said["sources"].append(_behind(aspect, markings))
    return [{**prop, "values": list(prop["values"].values())} for prop in _ordered(merged)]


def _original(value: str, place: int, values: list[str], originals: list[str]) -> str | None:
    """How the source wrote it; None where cleaning changed nothing or the two lists don't match up."""
    if len(originals) != len(values) or originals[place] == value:
        return originals[0] if len(originals) == len(values) == 1 and originals[0] != value else None
    return originals[place]


def _value(value: str, captions: Mapping[str, Any]) -> dict[str, Any]:
    id, caption = captions.get(value) or captions.get(_dashed(value)) or (None, None)
    return {"value": value, "original": None, "entity": id, "caption": caption, "sources": []}


def _dashed(value: str) -> str:
    cuts = (0, 8, 12, 16, 20, 32)
    return "-".join(value[a:b] for a, b in pairwise(cuts)) if len(value) == 32 else value


def _behind(aspect: Row, markings: Mapping[int, Any]) -> dict[str, Any]:
    plain = {name: aspect[name] for name in ("source", "record", "run", "at")}
    return {**plain, "aspect": aspect["id"], "marking": markings.get(aspect["marking"])}


_FIRST = ("name", "alias", "previousName", "weakAlias")


def _ordered(merged: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Names first, identifiers next, the rest by label."""

    def rank(prop: Mapping[str, Any]) -> tuple[int, str]:
        name = prop["name"]
        if name in _FIRST:
            return _FIRST.index(name), ""
        return (10 if prop["type"] in ("identifier", "phone", "email") else 20), prop["label"]

    return sorted(merged.values(), key=rank)


def _aspect(aspect: Row, titles: Mapping[str, str], markings: Mapping[int, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in aspect.items() if k not in ("properties", "original", "marking", "places")}
    title = titles.get(aspect["source"], aspect["source"])
    return {**kept, "source_title": title, "marking": markings.get(aspect["marking"])}


def _places(aspects: Iterable[Row]) -> list[dict[str, Any]]:
    seen = {(p.get("lat"), p.get("lon"), p.get("label")): p for aspect in aspects for p in aspect["places"] or ()}
    return list(seen.values())
