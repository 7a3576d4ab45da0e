"""Pure parts of search: which schemata a filter means, why a hit matched, what a list line says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz.distance import OSA

from brightline.model.errors import BadInput
from brightline.model.keys import (
    Query,
    Word,
    identifier_keys,
    name_keys,
    property_role,
    words_of,
)
from brightline.model.schemata import schema_of

MAX_QUERY = 400
MAX_WORDS = 24
VALUE_NODE = "Value"

Properties = Mapping[str, Sequence[str]]
Found = tuple[str, str, str]
"""(kind, the part of the value that matched, sentence)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One reason for a hit: which word of the query, in which property of which source, and how."""

    kind: str
    query: str
    field: str
    label: str
    value: str
    matched: str
    source: str
    text: str


def schemata_below(names: Iterable[str]) -> list[str]:
    """The named schemata and all that descend from them. An unknown name is told with what is known."""
    found: set[str] = set()
    for name in names:
        schema = schema_of(name)
        if schema is None and name != VALUE_NODE:
            raise BadInput("schema", f"{name!r} is no schema", "Use one such as Person, Company, Vessel, Payment.")
        found.add(name)
        found.update(other.name for other in (schema.descendants if schema else ()))
    return sorted(found)


def schema_label(name: str) -> str:
    schema = schema_of(name)
    return str(schema.label) if schema else name


def property_label(schema: str, name: str) -> str:
    proper = schema_of(schema)
    prop = proper.properties.get(name) if proper else None
    return str(prop.label) if prop else name


def property_type(schema: str, name: str) -> str:
    proper = schema_of(schema)
    prop = proper.properties.get(name) if proper else None
    return str(prop.type.name) if prop else "string"


def as_params(query: Query) -> list[dict[str, Any]]:
    """The query's words as search_find takes them."""
    if len(query.words) > MAX_WORDS:
        raise BadInput("q", f"has more than {MAX_WORDS} words", "Search for the rarest of them.")
    return [{name: value for name, value in asdict(word).items() if value} for word in query.words]


# --- why a hit matched ------------------------------------------------------------------------------


def reasons(query: Query, aspects: Sequence[Mapping[str, Any]], fuzzy: int) -> list[Why]:
    """The best reason for each word of the query, over the hit's best aspects."""
    found = (_best(word, aspects, fuzzy) for word in query.words)
    return [why for why in found if why]


_ORDER = ("identifier", "name", "typo", "phonetic", "text")


def _best(word: Word, aspects: Sequence[Mapping[str, Any]], fuzzy: int) -> Why | None:
    every = (why for aspect in aspects for why in _within(word, aspect, fuzzy))
    return min(every, key=lambda why: _ORDER.index(why.kind), default=None)


def _within(word: Word, aspect: Mapping[str, Any], fuzzy: int) -> Iterator[Why]:
    schema = aspect["schema"]
    for name, values in (aspect["properties"] or {}).items():
        label = property_label(schema, name)
        for value in values:
            found = _matched(word, schema, name, value, fuzzy)
            if found:
                kind, matched, text = found
                yield Why(
                    kind=kind,
                    query=word.text,
                    field=name,
                    label=label,
                    value=_cut(value, matched),
                    matched=matched,
                    source=aspect["source"],
                    text=text.format(label=label, word=word.text, matched=matched),
                )


def _matched(word: Word, schema: str, name: str, value: str, fuzzy: int) -> Found | None:
    role, type = property_role(schema, name)
    if schema == VALUE_NODE:
        role, type = ("identifier", "generic") if name == "name" else ("", None)
    if role == "identifier" and type:
        return _as_identifier(word, type, value)
    if role == "name":
        return _as_name(word, value, fuzzy) or _as_text(word, value)
    return _as_text(word, value) if role else None


def _as_identifier(word: Word, type: str, value: str) -> Found | None:
    keys = {*identifier_keys(type, value), *identifier_keys("phone", value)}
    if keys.isdisjoint(word.identifiers):
        return None
    return "identifier", value, "{label} is “{matched}”"


def _as_name(word: Word, value: str, fuzzy: int) -> Found | None:
    keys = name_keys(value).keys
    tokens = [key[2:] for key in keys if key.startswith("t:")]
    for token in tokens:
        if token in word.tokens:
            return "name", token, "{label} has the word “{matched}”"
    near = fuzzy and next((t for t in tokens if any(_near(t, w, fuzzy) for w in word.tokens)), None)
    if near:
        return "typo", near, "{label} has “{matched}”, which differs from “{word}” by a letter or two"
    codes = {key[2:] for key in keys if key.startswith("s:")}
    if fuzzy and codes.intersection(word.sounds):
        sounding = next((t for t in tokens if {k[2:] for k in name_keys(t).keys} & set(word.sounds)), value)
        return "phonetic", sounding, "{label} has “{matched}”, which sounds like “{word}”"
    return None


def _near(token: str, word: str, distance: int) -> bool:
    return len(word) > 3 and OSA.distance(token, word, score_cutoff=distance) <= distance


def _as_text(word: Word, value: str) -> Found | None:
    if not word.texts or not set(word.texts) <= set(words_of(value)):
        return None
    return "text", " ".join(word.texts), "{label} mentions “{matched}”"


def _cut(value: str, matched: str, around: int = 80) -> str:
    """Long values are cut to the place that matched."""
    if len(value) <= 3 * around:
        return value
    at = max(value.casefold().find(matched), 0)
    start, end = max(0, at - around), min(len(value), at + 2 * around)
    return ("…" if start else "") + value[start:end].strip() + ("…" if end < len(value) else "")


# --- what a line says -------------------------------------------------------------------------------

_TELLING = (
    "birthDate",
    "incorporationDate",
    "date",
    "startDate",
    "amount",
    "position",
    "legalForm",
    "flag",
    "type",
    "country",
    "nationality",
    "jurisdiction",
    "address",
    "topics",
)
_BRIEF = 60


def summary(schema: str, properties: Properties) -> str:
    """A line of the few properties that tell two hits of one name apart."""
    said = [schema_label(schema)]
    for name in _TELLING:
        values = properties.get(name, ())
        if values and schema != VALUE_NODE:
            said.append(f"{property_label(schema, name).lower()} {values[0][:_BRIEF]}")
    return ", ".join(said[:4])


def countries(aspects: Iterable[Mapping[str, Any]]) -> list[str]:
    """Codes of all countries that the aspects name, of whatever property."""
    found: set[str] = set()
    for aspect in aspects:
        for name, values in (aspect["properties"] or {}).items():
            if property_type(aspect["schema"], name) == "country":
                found.update(values)
    return sorted(found)


def marking_words(found: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Markings by id, with regimes and whether they came through a crossing said once."""
    return {
        marking["id"]: {
            **marking,
            "regimes": sorted({o["regime"] for o in marking["origins"] or () if o["regime"]}),
            "crossed": "crossed" in marking["caveats"],
        }
        for marking in found
    }


def source_titles(markings: Mapping[int, Mapping[str, Any]]) -> dict[str, str]:
    """Source → title, as far as the markings shown tell."""
    return {
        origin["source"]: origin["source_title"] or origin["source"]
        for marking in markings.values()
        for origin in marking["origins"] or ()
    }
