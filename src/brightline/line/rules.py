"""Which markings may a purpose see, by which rule, and what may be told of the others.

Pure: facts in, decisions out; nothing here reads a clock, a file or a database. Unknown means refused.

The rules, in the order they are asked:

    L1  content is seen under a case or a lead alone; desks and oversight see no content
    L5  every caveat that needs a clearance is among the purpose's, and its regime may be cleared for it at all; for
        a crossed copy, and what is made of copies alone, the order or form that the crossing named stands for it
    L7  an origin that an approved crossing opened was allowed field by field: its decision answered L2, L3 and L6
        (row-level security keeps its rows to the crossing's purpose until it ends); the protected stay under L4
    L6  an origin that was born in a case is seen by the regimes that the rulebook names (its compartment does the rest)
    L4  the category that the source states of its person is open to the working regime (RULES.md 18, 26)
    L2  every other origin's source is open, under an agreement in force that names the working regime and the unit
    L3  every other origin's source has an approved privacy assessment that hasn't run out (RULES.md 15)

What is derived carries all origins and caveats of what it is made of and is seen only where each of them is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from brightline.line.rulebook import Rulebook, parse

CASE_SOURCE = "case"
CROSSED = "crossed"
CONTENT_KINDS = frozenset({"case", "lead"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """One agreement with a source: who may use it, until when, and what may be told of it."""

    id: str
    regimes: frozenset[str]
    units: frozenset[str]
    pointer_tier: int
    valid_from: date
    expires: date

    def in_force(self, today: date) -> bool:
        return self.valid_from <= today <= self.expires


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A source with its agreements and the days until which its assessments hold."""

    name: str
    open: bool
    custodian: str
    agreements: tuple[Agreement, ...]
    assessed: tuple[tuple[date, date], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Purpose:
    """Under what somebody works. `clearance_ends` has the last day of each clearance that ends; `instruments` that of
    each caveat which a crossing's court order or statutory form opens, for crossed copies alone."""

    kind: str
    unit: str
    regime: str
    clearances: frozenset[str]
    clearance_ends: Mapping[str, date] = field(default_factory=dict)
    instruments: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Marking:
    """An interned marking: origins are (source, authority), or (source, authority, "crossed") after a crossing."""

    id: int
    origins: tuple[tuple[str, ...], ...]
    category: str
    caveats: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that one purpose's compilation reads."""

    today: date
    epoch: int
    purpose: Purpose
    sources: Mapping[str, Source]
    regimes: Mapping[str, str]
    markings: tuple[Marking, ...]
    rulebook: Rulebook


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """What may be told of withheld rows: tier 1 a bucketed count, 2 regime and custodian too, 3 case, kind, month."""

    tier: int
    regime: str
    custodian: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One marking under one purpose. `until`: the first day on which the answer may be another one."""

    visible: bool
    rule: str
    why: str
    until: date | None = None
    pointer: Pointer | None = None


_DESK = Decision(visible=False, rule="L1", why="Desks and oversight see no content.")


def decide(facts: Facts, marking: Marking) -> Decision:
    """The one place where it is decided whether a purpose sees a marking."""
    return _Compiler(facts).decide(marking)


def compile_set(facts: Facts) -> Iterable[tuple[Marking, Decision]]:
    """Every marking's decision for one purpose: the visible set and the pointers are read off it.

    Each source, origin and set of caveats is judged once: 2,000 markings of 200 sources take a few milliseconds.
    """
    decide = _Compiler(facts).decide
    return [(marking, decide(marking)) for marking in facts.markings]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Origin:
    """What one origin says of a marking that carries it: open or closed by which rule, why, and until when."""

    rule: str
    open: bool
    why: str
    until: date | None = None


_CROSSED_ORIGIN = _Origin(rule="L7", open=True, why="an approved crossing opened exactly these fields to this purpose")


_NOWHERE = _Origin(rule="L2", open=False, why="It comes from nowhere.")


class _Caveats:
    """What a set of caveats says: the first that is closed, the last day of the clearances used, whether pointers tell.

    Sets that say the same are one object, so that decisions can be remembered by it.
    """

    __slots__ = ("closed", "silent", "until", "why")

    def __init__(self, closed: str | None, until: date | None, silent: bool) -> None:
        self.closed = closed
        self.why = f"The caveat {closed!r} needs a clearance on the purpose."
        self.until = until
        self.silent = silent


class _Group:
    """The origins of markings, judged together, with the decisions that were taken over them."""

    __slots__ = ("copied", "decided", "fault", "judged", "origins", "plain", "pointer", "rules")

    def __init__(self, origins: tuple[tuple[str, ...], ...], judged: tuple[_Origin, ...]) -> None:
        self.origins = origins
        self.judged = judged
        self.rules = frozenset(one.rule for one in judged)
        self.plain = "L2" in self.rules
        self.copied = self.rules == {"L7"}
        self.fault = next((one for one in judged if not one.open), None if judged else _NOWHERE)
        self.decided: dict[object, Decision] = {}
        self.pointer: tuple[Pointer | None] | None = None


class _Compiler:
    """One purpose's compilation: remembers what it has judged once, so that a marking costs a few look-ups."""

    __slots__ = (
        "_alike",
        "_caveats",
        "_closed",
        "_copied",
        "_groups",
        "_hidden",
        "_origins",
        "_sees",
        "_tiers",
        "facts",
    )

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._sees = facts.purpose.kind in CONTENT_KINDS
        self._origins: dict[tuple[str, ...], _Origin] = {}
        self._groups: dict[tuple[tuple[str, ...], ...], _Group] = {}
        self._caveats: dict[frozenset[str], _Caveats] = {}
        self._copied: dict[frozenset[str], _Caveats] = {}
        self._alike: dict[tuple[str | None, date | None, bool], _Caveats] = {}
        self._closed: dict[tuple[str, bool], str | None] = {}
        self._hidden: dict[tuple[str, Pointer | None, date | None], Decision] = {}
        self._tiers: dict[str, tuple[int, str]] = {}

    def decide(self, marking: Marking) -> Decision:
        """The first rule that closes it, in the order of the list above; else the rule that opens it."""
        if not self._sees:
            return _DESK
        group = self._groups.get(marking.origins) or self._group(marking.origins)
        known = self._copied if group.copied else self._caveats
        caveats = known.get(marking.caveats)
        if caveats is None:
            caveats = known[marking.caveats] = self._judge_caveats(marking.caveats, group.copied)
        key: object = caveats
        closed = caveats.why if caveats.closed is not None else self._category_closed(marking.category, group.plain)
        if closed is not None:
            key = (closed, caveats.silent)
        elif group.fault is not None:
            key = caveats.silent
        found = group.decided.get(key)
        if found is None:
            found = group.decided[key] = self._decide(group, caveats, closed)
        return found

    def _group(self, origins: tuple[tuple[str, ...], ...]) -> _Group:
        made = self._groups[origins] = _Group(origins, tuple(self._origin(origin) for origin in origins))
        return made

    def _decide(self, group: _Group, caveats: _Caveats, closed: str | None) -> Decision:
        if closed is None and group.fault is None:
            return _visible(group, caveats)
        if group.pointer is None:
            group.pointer = (self._pointer(group.origins),)
        pointer = None if caveats.silent else group.pointer[0]
        fault = group.fault or _NOWHERE
        rule, why, until = fault.rule, fault.why, fault.until
        if closed is not None:
            rule, why, until = "L4" if caveats.closed is None else "L5", closed, None
        key = (why, pointer, until)
        found = self._hidden.get(key)
        if found is None:
            found = Decision(visible=False, rule=rule, why=why, until=until, pointer=pointer)
            self._hidden[key] = found
        return found

    def _judge_caveats(self, caveats: frozenset[str], copied: bool) -> _Caveats:
        """L5. Papers open copies: what is made of a copy and of something else is opened by a clearance alone."""
        book, purpose = self.facts.rulebook, self.facts.purpose
        closed = None
        papers = purpose.instruments if copied else {}
        for caveat in sorted(caveats - {CROSSED} - book.open_caveats):
            clearable = purpose.regime in book.clearable.get(caveat, frozenset())
            opened = caveat in purpose.clearances or caveat in papers
            if caveat not in book.caveats or not opened or not clearable:
                closed = caveat
                break
        ends = [purpose.clearance_ends[c] for c in caveats if c in purpose.clearance_ends]
        ends += [papers[c] for c in caveats - purpose.clearances if c in papers]
        until = min(ends, default=None)
        silent = CROSSED in caveats or bool(caveats & book.silent_caveats)
        return self._alike.setdefault((closed, until, silent), _Caveats(closed, until, silent))

    def _category_closed(self, category: str, plain: bool) -> str | None:
        """L4, where a source speaks; other origins were weighed elsewhere, but not for whom the law protects."""
        try:
            return self._closed[category, plain]
        except KeyError:
            book, regime = self.facts.rulebook, self.facts.purpose.regime
            asked = plain or category in book.protected_categories
            why = f"Rows about a person of category {category!r} are closed to {regime} work."
            found = why if asked and regime not in book.categories.get(category, frozenset()) else None
            self._closed[category, plain] = found
            return found

    def _origin(self, origin: tuple[str, ...]) -> _Origin:
        found = self._origins.get(origin)
        if found is None:
            found = self._origins[origin] = self._judge_origin(origin)
        return found

    def _judge_origin(self, origin: tuple[str, ...]) -> _Origin:
        if len(origin) > 2:
            return _CROSSED_ORIGIN if origin[2] == CROSSED else _Origin(rule="L7", open=False, why="It is unknown.")
        if origin[0] == CASE_SOURCE:
            return self._case_born(origin[1])
        return self._source(origin[0])

    def _case_born(self, authority: str) -> _Origin:
        """L6: by regime; a case's rows lie in its compartment besides."""
        regime = self.facts.regimes.get(authority, "")
        if self.facts.purpose.regime in self.facts.rulebook.case_born.get(regime, frozenset()):
            return _Origin(rule="L6", open=True, why=f"written in a case of the {regime} regime")
        return _Origin(rule="L6", open=False, why="Written in a case of another regime.")

    def _source(self, name: str) -> _Origin:
        """L2 and L3: the agreement by which one source is open, the last day that holds, or why it is closed."""
        today, purpose = self.facts.today, self.facts.purpose
        source = self.facts.sources.get(name)
        if source is None or not source.open:
            return _Origin(rule="L2", open=False, why=f"The source {name} is closed.")
        assessed = max((last for first, last in source.assessed if first <= today <= last), default=None)
        if assessed is None:
            return _Origin(rule="L2", open=False, why=f"The source {name} has no privacy assessment in force.")
        fitting = [a for a in source.agreements if a.in_force(today) and _names(a, purpose)]
        if not fitting:
            start = min((a.valid_from for a in source.agreements if a.valid_from > today), default=None)
            why = f"No agreement in force opens {name} to {purpose.regime} work of this unit."
            return _Origin(rule="L2", open=False, why=why, until=start)
        best = max(fitting, key=lambda a: (a.expires, a.id))
        why = f"{name}: agreement {best.id} allows {purpose.regime} work until {best.expires}"
        return _Origin(rule="L2", open=True, why=why, until=min(best.expires, assessed))

    def _pointer(self, origins: tuple[tuple[str, ...], ...]) -> Pointer | None:
        """What the sources' tiers allow: the lowest of all origins; nothing of oversight."""
        tier, regimes, keepers = self.facts.rulebook.highest_tier, set(), set()
        for origin in origins:
            told, keeper = self._tier(origin[0])
            regime = self.facts.regimes.get(origin[1], "")
            if told == 0 or regime == "oversight":
                return None
            tier = min(tier, told)
            regimes.add(regime)
            keepers.add(keeper)
        if tier == 0 or not origins:
            return None
        return Pointer(tier=tier, regime="/".join(sorted(regimes)), custodian="/".join(sorted(keepers)))

    def _tier(self, name: str) -> tuple[int, str]:
        found = self._tiers.get(name)
        if found is None:
            source = self.facts.sources.get(name)
            live = [a.pointer_tier for a in source.agreements if a.in_force(self.facts.today)] if source else []
            found = self._tiers[name] = (min(live, default=0), source.custodian if source else "")
        return found


def _visible(group: _Group, caveats: _Caveats) -> Decision:
    rule, why, until = group.judged[0].rule, group.judged[0].why, group.judged[0].until
    for one in group.judged[1:]:
        rule = min(rule, one.rule, key=_PLACE.__getitem__)
        why = why if one.why == why else f"{why}; {one.why}"
        until = _sooner(until, one.until)
    return Decision(visible=True, rule=rule, why=f"{why[:1].upper()}{why[1:]}.", until=_sooner(until, caveats.until))


_PLACE = {"L7": 0, "L6": 1, "L2": 2}


def _sooner(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _names(agreement: Agreement, purpose: Purpose) -> bool:
    return purpose.regime in agreement.regimes and (not agreement.units or purpose.unit in agreement.units)


def read_facts(raw: Mapping[str, Any]) -> Facts:
    """Facts from the JSON that the database's `line.policy_facts` gives."""
    return Facts(
        today=date.fromisoformat(raw["today"]),
        epoch=int(raw["epoch"]),
        purpose=Purpose(
            kind=raw["purpose"]["kind"],
            unit=raw["purpose"]["unit"],
            regime=raw["purpose"]["regime"],
            clearances=frozenset(raw["purpose"]["clearances"]),
            clearance_ends={
                caveat: date.fromisoformat(last) for caveat, last in raw["purpose"].get("clearance_ends", {}).items()
            },
            instruments={
                caveat: date.fromisoformat(last) for caveat, last in raw["purpose"].get("instruments", {}).items()
            },
        ),
        sources={name: _read_source(name, s) for name, s in raw["sources"].items()},
        regimes=dict(raw["authorities"] or {}),
        markings=tuple(_read_marking(m) for m in raw["markings"]),
        rulebook=parse(raw["rulebook"]),
    )


def _read_source(name: str, raw: Mapping[str, Any]) -> Source:
    return Source(
        name=name,
        open=raw["state"] == "active",
        custodian=raw["custodian"] or "",
        agreements=tuple(
            Agreement(
                id=a["id"],
                regimes=frozenset(a["regimes"]),
                units=frozenset(a["units"]),
                pointer_tier=int(a["pointer_tier"]),
                valid_from=date.fromisoformat(a["valid_from"]),
                expires=date.fromisoformat(a["expires"]),
            )
            for a in raw["agreements"]
        ),
        assessed=tuple(
            (date.fromisoformat(x["approved"]), date.fromisoformat(x["expires"])) for x in raw["assessments"]
        ),
    )


def _read_marking(raw: Mapping[str, Any]) -> Marking:
    return Marking(
        id=int(raw["id"]),
        origins=tuple(tuple(o) for o in raw["origins"]),
        category=raw["category"],
        caveats=frozenset(raw["caveats"]),
    )
