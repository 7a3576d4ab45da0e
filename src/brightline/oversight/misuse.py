"""Misuse flags in words, and the lists that detectors compare with, normalised as queries are (rule 44). Pure.

The rules themselves stand in `sql/definer/55_misuse.sql`, where the log is; here is what each means and how it was
computed, as overseers read it. None reads origin, belief or the like.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brightline.model.errors import BadInput
from brightline.model.keys import identifier_keys, query_keys, words_of

MOST = 5_000
LISTS = ("own", "household", "press", "officials")
VERDICTS = ("founded", "unfounded", "inquiry")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of flag means, and how it is computed; `{figures}` of the flag fill the braces."""

    title: str
    how: str


RULES: Mapping[str, Rule] = {
    "self": Rule(
        "Looked up themselves",
        "A search of this account held every word of its own name, or one of its own identifiers, or it opened a page "
        "that carries one. One word may differ by a letter, or be an initial.",
    ),
    "colleague": Rule(
        "Looked up a colleague",
        "A search held every word of another account's name or one of its identifiers, or a page with one was opened.",
    ),
    "family": Rule(
        "Looked up their own family name",
        "A search held this account's own surname as it is written. No household is on file for it, so the surname "
        "alone was compared.",
    ),
    "household": Rule(
        "Looked up their own household",
        "A search for the account's surname, or a page it opened, showed somebody of that surname at the address on "
        "file for its household; or the search was for that address itself.",
    ),
    "press": Rule("Looked up somebody of the press", "A search or a page met a name or identifier of a list of press."),
    "official": Rule("Looked up an official", "A search or a page met a name or identifier of a list of officials."),
    "after_hours": Rule(
        "Many look-ups outside working hours",
        "{lookups} look-ups within {minutes} minutes outside working hours ({from} to {to} o'clock, {zone}, Monday to "
        "Friday); the rule says {at_least}.",
    ),
    "unused": Rule(
        "Look-ups that nothing came of",
        "{lookups} look-ups on one day under one purpose, and within {hours} hours after them nothing was put into the "
        "case, written, asked for or sent under it by this account; the rule says {at_least}.",
    ),
    "sessions": Rule(
        "Two sessions at once", "{at_once} sessions of this account were open at once from different programs."
    ),
    "split": Rule(
        "A list in pieces", "{people} people, counted as {counted}; more than {threshold} in one list need approval."
    ),
}


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "some"


def told(flag: Mapping[str, Any]) -> dict[str, Any]:
    """A flag with its title and how it was computed."""
    rule = RULES[flag["kind"]]
    by = f" Met by {flag['figures']['by']}." if "by" in flag["figures"] else ""
    return {**flag, "title": rule.title, "how": rule.how.format_map(_Known(flag["figures"])) + by}


# ---------------------------------------------------------------------------------------- lists to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of a list: a name, identifiers as anybody writes them, and for a household an address."""

    name: str = ""
    identifiers: Sequence[str] = ()
    address: str = ""


def name_parts(name: str) -> list[list[str]]:
    """The words of a name, each with its spellings, as a query for it would hold them. Small words say nothing."""
    return [list(word.tokens) for word in query_keys(name).words if word.tokens and not word.optional]


def keys_of(identifier: str) -> list[str]:
    """Every key under which a query or an entity may hold this identifier."""
    typed = [key for word in query_keys(identifier).words for key in word.identifiers]
    digits = sum(letter.isdigit() for letter in identifier)
    phone = identifier_keys("phone", identifier) if digits >= 7 and "@" not in identifier else ()
    return list(dict.fromkeys([*typed, *phone, *identifier_keys("any", identifier)]))


def person_as_params(of_list: str, person: Person, line: int) -> dict[str, Any]:
    """One person as the database hashes it; BadInput names the line."""
    parts = name_parts(person.name)
    if of_list == "household":
        address = [[word] for word in dict.fromkeys(words_of(person.address))]
        if not parts or len(address) < 2:
            raise BadInput("people", f"line {line} lacks a surname or an address", "Write SURNAME; 12 Street Name.")
        return {"parts": [parts[-1], *address[:8]], "identifiers": []}
    identifiers = [key for given in person.identifiers for key in keys_of(given)]
    if len(parts) < 2 and not identifiers:
        raise BadInput("people", f"line {line} has neither two words of a name nor an identifier", "Complete it.")
    return {"parts": parts if len(parts) > 1 else [], "identifiers": list(dict.fromkeys(identifiers))}


def packed(of_list: str, people: Sequence[Person]) -> str:
    """The list as oversight_list_put takes it: packed, since the log keeps only the hash of what is."""
    if of_list not in LISTS:
        raise BadInput("list", "is unknown", f"One of: {', '.join(LISTS)}.")
    if len(people) > MOST:
        raise BadInput("people", f"are more than {MOST:,}", "Split the list under two titles.")
    made = [person_as_params(of_list, person, line) for line, person in enumerate(people, 1)]
    return base64.b64encode(json.dumps(made, ensure_ascii=False).encode()).decode("ascii")


def read_people(of_list: str, text: str) -> list[Person]:
    """A list as people write it: NAME; IDENTIFIER; … a line, and for a household SURNAME; ADDRESS."""
    made = []
    for row in text.removeprefix("\ufeff").splitlines():
        name, *more = (part.strip() for part in row.split(";"))
        more = [part for part in more if part]
        if not name and not more:
            continue
        if of_list == "household":
            made.append(Person(name=name, address=" ".join(more)))
        else:
            made.append(Person(name=name, identifiers=more))
    return made
