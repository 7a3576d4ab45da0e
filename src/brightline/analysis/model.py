"""Pure parts of analysis: the steps of watches and workspaces, what a watch keeps of a query, how events are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from brightline.model.errors import BadInput
from brightline.model.keys import query_keys
from brightline.model.schemata import label_of, schema_of

MAX_QUERY = 400
MAX_WORDS = 24


Row = Mapping[str, Any]


def watched(text: str) -> list[dict[str, Any]]:
    """The words of a query as a watch keeps them. A watch looks for somebody or something, never for a whole source."""
    if len(text) > MAX_QUERY:
        raise BadInput("query", f"is longer than {MAX_QUERY} characters", "Watch for its rarest words.")
    if "\x00" in text:
        raise BadInput("query", "holds a NUL character", "Remove it.")
    query = query_keys(text.strip())
    if not query.named:
        raise BadInput("query", "holds no name and no identifier", "Watch for a name, a number or a word.")
    if len(query.words) > MAX_WORDS:
        raise BadInput("query", f"has more than {MAX_WORDS} words", "Watch for the rarest of them.")
    names = ("tokens", "identifiers", "texts", "optional")
    return [{name: value for name, value in asdict(word).items() if name in names and value} for word in query.words]


def schemata_below(names: Sequence[str]) -> list[str]:
    """The named schemata and all that descend from them."""
    found: set[str] = set()
    for name in names:
        schema = schema_of(name)
        if schema is None:
            raise BadInput("schema", f"{name!r} is no schema", "Use one such as Person, Company, Vessel, Payment.")
        found.update((name, *(other.name for other in schema.descendants)))
    return sorted(found)


def marking_words(found: Sequence[Row]) -> dict[int, dict[str, Any]]:
    """Markings by id, with their regimes and whether they came through a crossing."""
    return {
        one["id"]: {
            **one,
            "regimes": sorted({o["regime"] for o in one["origins"] or () if o["regime"]}),
            "crossed": "crossed" in one["caveats"],
        }
        for one in found
    }


def events(found: Row) -> dict[str, Any]:
    """What `analysis_events` answered, with printed ids, labels and markings in words."""
    markings = marking_words(found["markings"])
    printed = {key: value[0] for key, value in found["entities"].items()}
    told = [
        {
            **{name: one.get(name) for name in ("id", "sort", "kind", "caption", "other", "from", "to", "source")},
            "label": _label(one),
            "on": sorted(printed[on] for on in one["on"]),
            "marking": markings.get(one["marking"]),
            "place": _place(one.get("place")),
        }
        for one in found["events"]
    ]
    places = [
        {
            **{name: one.get(name) for name in ("lat", "lon", "label", "via")},
            "on": printed[one["on"]],
            "marking": markings.get(one["marking"]),
        }
        for one in found["places"]
        if one.get("lat") is not None and one.get("lon") is not None
    ]
    unplaced = [
        {
            **{name: one.get(name) for name in ("label", "via")},
            "on": printed[one["on"]],
            "marking": markings.get(one["marking"]),
        }
        for one in found["unplaced"]
    ]
    entities = [{"id": id, "caption": caption, "schema": schema} for id, caption, schema in found["entities"].values()]
    cut = {
        "More is dated than is shown: the newest of each entity stand here.": found["capped"],
        "More is placed than is shown: places of the first links of each entity stand here.": found["places_capped"],
    }
    note = " ".join(said for said, so in cut.items() if so) or None
    placed = {"places": places, "unplaced": unplaced}
    return {"events": told, **placed, "entities": entities, "capped": note is not None, "cap_note": note}


def _label(event: Row) -> str:
    if event["sort"] == "link":
        return label_of(event["kind"])
    schema = schema_of(event["kind"])
    return str(schema.label) if schema else str(event["kind"])


def _place(place: Row | None) -> dict[str, Any] | None:
    if not place or place.get("lat") is None or place.get("lon") is None:
        return None
    return {name: place.get(name) for name in ("lat", "lon", "label")}
