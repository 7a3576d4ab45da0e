"""Does a rulebook hold together? Known keys, right types, no cycle, no gap, nothing looser than the law.

Every refusal names the key. What a book promises as a whole is another question: see `proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from brightline.line.rulebook import REGIMES, SETTINGS, parse, shipped
from brightline.model.errors import BadInput

CATEGORIES = ("suspect", "convicted", "victim", "witness", "associate", "other", "uncategorised")
ROLES = ("agent", "analyst", "supervisor", "steward", "vetter", "approver", "overseer", "admin")
KINDS = ("case", "lead", "desk", "oversight")
PARTIES = ("requester", "beneficiary", "custodian")
MOMENTS = ("request", "decision")
SPOKEN = ("supervisor", "custodian")
ENCOUNTER = ("place", "selection", "authority", "basis", "outcome", "warrant", "facts", "looked", "officer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One installed function, as the rulebook speaks of it: who may call it, under which kinds of purpose."""

    name: str
    act: str
    roles: frozenset[str]
    purposes: frozenset[str]


# Numbers that law fixes, and what may be done to them: at most, at least.
AT_MOST: Mapping[str, tuple[int, str]] = {
    "bulk.sample_percent": (100, "a percentage"),
    "bulk.error_most": (1, "a rate"),
    "misuse.day_from": (24, "hours of a day"),
    "misuse.day_to": (24, "hours of a day"),
    "misuse.burst_minutes": (1_440, "look-ups are kept for days, a burst is shorter"),
    "misuse.unused_hours": (744, "a month"),
    "retention.longest_years": (5, "28 CFR 23.20(h)"),
    "second_approver_above": (25, "rule 46"),
    "inquiry.hours": (24, "a session's day"),
    "reason.most_alike": (99, "rule 40"),
    "crossing.emergency_hours": (24, "an emergency lasts a day at most"),
    "crossing.emergency_items": (50, "a request names 50 items at most"),
    "review.percent": (100, "a percentage"),
    "pointers.highest_tier": (3, "tiers are 0 to 3"),
}
AT_LEAST: Mapping[str, tuple[int, str]] = {
    "bulk.sample_percent": (1, "rule 41"),
    "bulk.sample_least": (1, "rule 41"),
    "bulk.sample_most": (1, "rule 41"),
    "bulk.error_most": (0, "a rate"),
    "bulk.hit_days": (1, "a match waits a day at least"),
    "bulk.run_days": (1, "an approval lasts a day at least"),
    "misuse.day_from": (0, "hours of a day"),
    "misuse.day_to": (0, "hours of a day"),
    "misuse.burst": (2, "one look-up is no burst"),
    "misuse.burst_minutes": (1, "a burst takes a minute at least"),
    "misuse.unused_lookups": (1, "a number of look-ups"),
    "misuse.unused_hours": (1, "some use is awaited"),
    "inquiry.shortest_reason": (40, "rule 40"),
    "reason.remembered": (5, "rule 40"),
    "crossing.shortest_necessity": (40, "rule 13"),
    "crossing.shortest_alternatives": (20, "rule 22"),
    "crossing.shortest_decision": (20, "rule 35"),
    "notice.weakening_days": (1, "rule 47"),
    "inquiry.hours": (1, "an inquiry lasts an hour at least"),
    "inquiry.acts": (1, "an inquiry has an act at least"),
    "crossing.longest_days": (1, "a crossing lasts a day at least"),
    "retention.longest_years": (1, "a record is kept a year at least"),
    "bulk_threshold": (1, "a search has a person at least"),
    "second_approver_above": (0, "a number of people"),
    "pointers.highest_tier": (0, "tiers are 0 to 3"),
    "reason.own_words": (1, "rule 40"),
    "reason.most_alike": (0, "a percentage"),
    "reason.colleagues": (1, "rule 40"),
    "reason.colleague_days": (1, "rule 40"),
    "crossing.emergency_hours": (1, "an emergency lasts an hour at least"),
    "crossing.emergency_items": (1, "an emergency opens an item at least"),
    "crossing.emergency_per_unit": (0, "a number of emergencies"),
    "review.percent": (1, "rule 40: one in a hundred"),
    "review.least": (20, "rule 40"),
}
# Lists that may only grow.
HOLDS: Mapping[str, tuple[frozenset[str], str]] = {
    "reason.stock": (frozenset({"investigation", "official", "business", "case", "work"}), "rule 40"),
    "silent_caveats": (frozenset({"sealed", "covert", "protected", "oversight", "unlawful"}), "rules 3 and 27"),
    "protected.categories": (frozenset({"victim"}), "rule 26"),
    "protected.caveats": (frozenset({"protected"}), "rule 27"),
    "mandatory.encounter": (frozenset(ENCOUNTER[:5]), "rule 42"),
    "chains.crossing.hears": (frozenset({"supervisor", "custodian"}), "rule 35"),
}


def check(
    book: Mapping[str, Any], *, doors: Sequence[Door] = (), units: Mapping[str, str | None] | None = None
) -> None:
    """Raises BadInput naming the first key that is wrong. `doors`: the installed functions, when they are known;
    `units`: the registered units with their parents, when they are known."""
    _shape("", book, shipped())
    parse(book)
    for rule in (_categories, _caveats, _crossings, _roles, _chains, _regimes, _authorities, _agreements, _misuse):
        rule(book)
    _numbers(book)
    _lists(book)
    if doors:
        _doors(book, doors)
    _units(book, units)


def at(book: Mapping[str, Any], key: str) -> Any:
    """The value behind a dotted key; None where there is none."""
    found: Any = book
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _bad(key: str, problem: str, hint: str = "") -> BadInput:
    return BadInput(f"rulebook.{key}", problem, hint)


_FREE = frozenset({"categories", "clearable", "case_born", "authorities", "agreements", "units"})


def _shape(path: str, given: Mapping[str, Any], model: Mapping[str, Any]) -> None:
    """The keys and types of the shipped book are the known ones."""
    for key, value in given.items():
        name = f"{path}.{key}" if path else key
        if key not in model:
            raise _bad(name, "is no key of the rulebook", f"Known here: {', '.join(sorted(model))}.")
        _same_kind(name, value, model[key])
    for key in model:
        if key not in given:
            raise _bad(f"{path}.{key}" if path else key, "is missing", "See brightline rulebook shipped.")


def _same_kind(name: str, value: Any, model: Any) -> None:
    if isinstance(model, Mapping):
        if not isinstance(value, Mapping):
            raise _bad(name, "must hold keys", "")
        if name in SETTINGS and name != "chains":
            _shape(name, value, model)
    elif isinstance(model, list):
        _words(name, value)
        if len(set(value)) != len(value):
            raise _bad(name, "names something twice")
    elif isinstance(model, str):
        _word(name, value)
    else:
        _number(name, value, whole=isinstance(model, int))


def _number(name: str, value: Any, *, whole: bool) -> None:
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise _bad(name, "must be a whole number" if whole else "must be a number", "Write digits.")


def _only(name: str, given: Sequence[Any], known: Sequence[str]) -> None:
    for one in given if isinstance(given, list) else [given]:
        if one not in known:
            raise _bad(name, f"names {one!r}, which is unknown", f"Known: {', '.join(known)}.")


def _categories(book: Mapping[str, Any]) -> None:
    mapped, order = book["categories"], book["category_order"]
    for category in CATEGORIES:
        if category not in mapped:
            raise _bad(f"categories.{category}", "isn't mapped", "Name the regimes that may see it, or [].")
        if category not in order:
            raise _bad("category_order", f"leaves out {category}", "Every category has its place.")
    _only("categories", list(mapped), CATEGORIES)
    _only("category_order", order, CATEGORIES)
    _only("protected.categories", book["protected"]["categories"], CATEGORIES)
    if mapped["uncategorised"]:
        raise _bad("categories.uncategorised", "must stay empty: such data serve categorisation alone", "Rule 19.")


def _caveats(book: Mapping[str, Any]) -> None:
    known = book["caveats"]
    for key in ("open_caveats", "silent_caveats"):
        _only(key, book[key], known)
    _only("protected.caveats", book["protected"]["caveats"], known)
    # Of the protected the proof says who would see them.
    told = set(book["open_caveats"]) & set(book["silent_caveats"]) - set(book["protected"]["caveats"])
    for caveat in sorted(told):
        raise _bad("open_caveats", f"holds {caveat}, which nothing may tell of", "It needs a clearance. Rule 27.")
    _only("clearable", list(book["clearable"]), known)
    for caveat in known:
        if caveat not in book["open_caveats"] and caveat not in book["clearable"]:
            raise _bad(f"clearable.{caveat}", "isn't mapped", "Name the regimes that may be cleared for it, or [].")
    if book["clearable"].get("unlawful"):
        raise _bad("clearable.unlawful", "must stay empty: nothing opens what was obtained unlawfully", "Rule 3.")
    for regime in REGIMES:
        if regime not in book["case_born"]:
            raise _bad(f"case_born.{regime}", "isn't mapped", "Name the regimes that may read it, or [].")
    _only("case_born", list(book["case_born"]), REGIMES)


PAPERS = ("court-order", "statutory-form")
NEVER_CROSSES = frozenset({"covert", "protected", "oversight"})


def _crossings(book: Mapping[str, Any]) -> None:
    """Which paper opens a secret marking to another purpose; and the questions, which nobody leaves empty."""
    for caveat, paper in book["crossing"]["instruments"].items():
        name = f"crossing.instruments.{caveat}"
        if caveat not in book["caveats"] or caveat in NEVER_CROSSES:
            raise _bad(name, "names a caveat that no paper opens", "Leave it out: what isn't here never crosses.")
        if paper not in PAPERS:
            raise _bad(name, "is no known paper", f"Known: {', '.join(PAPERS)}.")
    for question, text in book["prompts"].items():
        if len(text.strip()) < 20:
            raise _bad(f"prompts.{question}", "is no question", "Ask in at least 20 characters.")


def _roles(book: Mapping[str, Any]) -> None:
    for role in ROLES:
        kinds = book["roles"].get(role)
        if not isinstance(kinds, list):
            raise _bad(f"roles.{role}", "isn't mapped", f"Name kinds of purposes: {', '.join(KINDS)}.")
        _only(f"roles.{role}", kinds, KINDS)


_CHAIN: Mapping[str, Sequence[str]] = {
    "decides": ROLES,
    "outside": PARTIES,
    "checked": MOMENTS,
    "hears": SPOKEN,
    "acts": (),
}


def _chains(book: Mapping[str, Any]) -> None:
    chains, known = book["chains"], shipped()["chains"]
    for name in known:
        if name not in chains:
            raise _bad(f"chains.{name}", "is missing", "Every kind of decision has a chain.")
    for name, chain in chains.items():
        if name not in known or not isinstance(chain, Mapping):
            raise _bad(f"chains.{name}", "is no kind of decision", f"Known: {', '.join(known)}.")
        for key, value in chain.items():
            _chain_key(f"chains.{name}.{key}", key, value, chains)
        for key in ("acts", "decides", "outside", "checked"):
            if not chain.get(key):
                raise _bad(f"chains.{name}.{key}", "is empty: nobody could decide, or anybody")
        if chain["acts"] != known[name]["acts"]:
            raise _bad(f"chains.{name}.acts", "can't be changed", f"It is {', '.join(known[name]['acts'])}.")
    _no_cycle("chains", {name: chain.get("after") for name, chain in chains.items()})


def _chain_key(path: str, key: str, value: Any, chains: Mapping[str, Any]) -> None:
    if key == "after":
        _only(path, [value], list(chains))
    elif key not in _CHAIN:
        raise _bad(path, "is no key of a chain", f"Known: after, {', '.join(_CHAIN)}.")
    elif not isinstance(value, list):
        raise _bad(path, "must be a list of words", "Write it as [one, two].")
    elif _CHAIN[key]:
        _only(path, value, _CHAIN[key])


def _no_cycle(path: str, before: Mapping[str, str | None]) -> None:
    """Each name has at most one that comes before it; following them must end."""
    for start in before:
        seen, name = [start], before[start]
        while name is not None:
            if name in seen:
                raise _bad(f"{path}.{start}", f"runs in a circle: {' → '.join([*seen, name])}", "Cut it at one place.")
            seen.append(name)
            name = before.get(name)


def _regimes(book: Mapping[str, Any]) -> None:
    for regime in REGIMES:
        chain = book["regimes"].get(regime)
        if chain not in book["chains"]:
            raise _bad(f"regimes.{regime}", "has no approver", f"Name a chain: {', '.join(book['chains'])}.")


def _entry(path: str, given: Any, keys: Mapping[str, Callable[[str, Any], None]], needed: Sequence[str]) -> None:
    if not isinstance(given, Mapping):
        raise _bad(path, "must hold keys", f"Known: {', '.join(keys)}.")
    for key, value in given.items():
        if key not in keys:
            raise _bad(f"{path}.{key}", "is no key here", f"Known: {', '.join(keys)}.")
        keys[key](f"{path}.{key}", value)
    for key in needed:
        if key not in given:
            raise _bad(f"{path}.{key}", "is missing", "")


def _word(path: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > 300:
        raise _bad(path, "must be text of at most 300 characters", "")


def _day(path: str, value: Any) -> None:
    try:
        date.fromisoformat(str(value))
    except ValueError as error:
        raise _bad(path, "is no date", "Write it as YYYY-MM-DD.") from error


def _words(path: str, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _bad(path, "must be a list of words", "Write it as [one, two].")


def _flag(path: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise _bad(path, "must be true or false", "")


def _tier(path: str, value: Any) -> None:
    if value not in (0, 1, 2, 3) or isinstance(value, bool):
        raise _bad(path, "must be 0, 1, 2 or 3", "")


def _one_regime(path: str, value: Any) -> None:
    _only(path, [value], REGIMES)


def _some_regimes(path: str, value: Any) -> None:
    _words(path, value)
    _only(path, value, REGIMES[:3])
    if not value:
        raise _bad(path, "is empty", "An agreement says who may use the source.")


_AUTHORITY: Mapping[str, Callable[[str, Any], None]] = {
    "title": _word,
    "regime": _one_regime,
    "statute": _word,
    "processes": _words,
    "approver_role": lambda path, value: _only(path, [value], ("none", *ROLES)),
    "valid_from": _day,
    "valid_to": _day,
}
_AGREEMENT: Mapping[str, Callable[[str, Any], None]] = {
    "source": _word,
    "regimes": _some_regimes,
    "units": _words,
    "pointer_tier": _tier,
    "valid_from": _day,
    "expires": _day,
    "redistribution": _word,
    "sole_basis": _flag,
}
_UNIT: Mapping[str, Callable[[str, Any], None]] = {"title": _word, "parent": _word, "regime": _one_regime}


_NO_CLOCKS = {"localtime", "Factory"}
"""Names in the zones' files that mean no place: the database doesn't know them, or not as the same."""


def _misuse(book: Mapping[str, Any]) -> None:
    """Working hours by a clock that there is, the morning before the evening."""
    if book["misuse"]["zone"] not in {"UTC", *available_timezones()} - _NO_CLOCKS:
        raise _bad("misuse.zone", "is no time zone", "Name one such as UTC or America/New_York.")
    if book["misuse"]["day_from"] >= book["misuse"]["day_to"]:
        raise _bad("misuse.day_from", "isn't before misuse.day_to", "Whoever works at night: misuse.night_units.")


def _authorities(book: Mapping[str, Any]) -> None:
    for code, given in book["authorities"].items():
        _entry(f"authorities.{code}", given, _AUTHORITY, ("title", "regime", "statute"))
        if code == "case-born" or code.lower() != code:
            raise _bad(f"authorities.{code}", "can't be an authority's code", "Small letters, digits, dots, dashes.")
        if given.get("valid_to") and str(given["valid_to"]) < str(given.get("valid_from", "")):
            raise _bad(f"authorities.{code}.valid_to", "lies before its beginning")


def _agreements(book: Mapping[str, Any]) -> None:
    for name, given in book["agreements"].items():
        _entry(f"agreements.{name}", given, _AGREEMENT, ("source", "regimes", "expires"))
        if given.get("pointer_tier", 0) > book["pointers"]["highest_tier"]:
            raise _bad(f"agreements.{name}.pointer_tier", "is above pointers.highest_tier")
        if str(given["expires"]) < str(given.get("valid_from", "")):
            raise _bad(f"agreements.{name}.expires", "lies before its beginning")


def _numbers(book: Mapping[str, Any]) -> None:
    for key, (most, why) in AT_MOST.items():
        if at(book, key) > most:
            raise _bad(key, f"is {at(book, key)}; it can't be more than {most}", f"Fixed by {why}; stricter is free.")
    for key, (least, why) in AT_LEAST.items():
        if at(book, key) < least:
            raise _bad(key, f"is {at(book, key)}; it can't be less than {least}", f"Fixed by {why}; stricter is free.")


def _lists(book: Mapping[str, Any]) -> None:
    _only("mandatory.encounter", book["mandatory"]["encounter"], ENCOUNTER)
    for key, (needed, why) in HOLDS.items():
        lost = sorted(needed - set(at(book, key) or ()))
        if lost:
            raise _bad(key, f"must hold {', '.join(lost)}", f"Fixed by {why}; more is free.")


def _doors(book: Mapping[str, Any], doors: Sequence[Door]) -> None:
    """No chain decides by roles that its acts don't let in, and each act keeps somebody who may."""
    by_name = {door.name: door for door in doors}
    for name, chain in book["chains"].items():
        for act in chain["acts"]:
            door = by_name.get(act)
            if door is None:
                raise _bad(f"chains.{name}.acts", f"names {act}, which isn't installed")
            beyond = sorted(set(chain["decides"]) - door.roles)
            if beyond:
                raise _bad(f"chains.{name}.decides", f"{act} isn't open to {', '.join(beyond)}")
            if not any(door.purposes & set(book["roles"][role]) for role in chain["decides"]):
                raise _bad(f"chains.{name}.decides", f"leaves nobody who may {act}", "See roles: where may they work?")


def _units(book: Mapping[str, Any], registered: Mapping[str, str | None] | None) -> None:
    parents = dict(registered or {})
    for name, given in book["units"].items():
        _entry(f"units.{name}", given, _UNIT, ("title",))
        parents[name] = given.get("parent")
    for name, given in book["units"].items():
        if registered is not None and given.get("parent") is not None and given["parent"] not in parents:
            raise _bad(f"units.{name}.parent", f"names {given['parent']!r}, which is no unit")
    _no_cycle("units", parents)
