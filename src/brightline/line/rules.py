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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

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


class Marking(NamedTuple):
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


class Decision(NamedTuple):
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


def compile_set(facts: Facts) -> Iterator[tuple[Marking, Decision]]:
    """Every marking with its decision for one purpose, to be read once: the visible set and the pointers come of it.

    What origins say, and what caveats and a category add, is judged once for all markings that have them: 2,000
    markings of 200 sources take a few milliseconds.
    """
    decide = _Compiler(facts).decide
    return zip(facts.markings, [decide(marking) for marking in facts.markings], strict=True)


_Verdict = tuple[bool, str, str, date | None]
"""What one origin says: open or closed, by which rule, why, and the last day of that."""

_NOWHERE: _Verdict = (False, "L2", "It comes from nowhere.", None)
_UNKNOWN: _Verdict = (False, "L7", "It is unknown.", None)
_COPIED: _Verdict = (True, "L7", "an approved crossing opened exactly these fields to this purpose", None)
_PLACE = {"L7": 0, "L6": 1, "L2": 2}
_NONE: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class _Origins:
    """What origins say, one alone or several together, what may be told of them, and of what kind they are."""

    open: bool
    rule: str
    why: str
    until: date | None
    told: _Told
    kind: _Kind


@dataclass(eq=False, slots=True)
class _Told:
    """What may be told of origins whose rows are withheld; tier 0 is nothing. Equal ones are one object."""

    tier: int
    regimes: frozenset[str]
    custodians: frozenset[str]
    pointer: Pointer | None


_NOTHING = _Told(0, _NONE, _NONE, None)


@dataclass(eq=False, slots=True)
class _Kind:
    """Which rules origins leave to be asked: `plain` where a source speaks, `copied` where all of them crossed.

    `adds`: what each set of caveats that was met adds to origins of this kind.
    """

    plain: bool
    copied: bool
    adds: dict[frozenset[str], _Caveats]


@dataclass(eq=False, slots=True)
class _Caveats:
    """What a set of caveats says: why it closes (else ""), the last day of the clearances used, whether its pointer is
    silent. `under`: what it adds together with each category that was met."""

    why: str
    until: date | None
    silent: bool
    under: dict[str, _Added]


@dataclass(eq=False, slots=True)
class _Added:
    """What caveats and a category add: `closes` by which rule and why, or leaves the word to the origins until a day.

    Equal ones are one object. `answers`: the decisions taken, by the origins that have the last word; where it closes,
    nothing is said of the origins but what may be told.
    """

    closes: bool
    rule: str
    why: str
    until: date | None
    silent: bool
    answers: dict[_Origins | _Told, Decision]


class _Compiler:
    """One purpose's compilation: first what a marking's origins say, then what its caveats and its category add.

    Each is judged once and remembered, so that a marking costs a few look-ups.
    """

    __slots__ = ("_added", "_alone", "_categories", "_kinds", "_origins", "_sees", "_told", "facts")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._sees = facts.purpose.kind in CONTENT_KINDS
        self._origins: dict[tuple[tuple[str, ...], ...], _Origins] = {}
        self._alone: dict[tuple[str, ...], _Origins] = {}
        self._kinds = {
            "L2": _Kind(plain=True, copied=False, adds={}),
            "L6": _Kind(plain=False, copied=False, adds={}),
            "L7": _Kind(plain=False, copied=True, adds={}),
        }
        self._told: dict[tuple[int, frozenset[str], frozenset[str]], _Told] = {}
        self._added: dict[tuple[str, date | None, bool], _Added] = {}
        self._categories: dict[tuple[str, bool], str] = {}

    def decide(self, marking: Marking) -> Decision:
        """The first rule that closes it, in the order of the list above; else the rule that opens it."""
        if not self._sees:
            return _DESK
        said = self._origins.get(marking.origins) or self._hear(marking.origins)
        caveats = said.kind.adds.get(marking.caveats) or self._judge_caveats(said.kind, marking.caveats)
        added = caveats.under.get(marking.category) or self._add(said.kind, caveats, marking.category)
        last_word = said.told if added.closes else said
        return added.answers.get(last_word) or self._answer(said, added, last_word)

    def _answer(self, said: _Origins, added: _Added, last_word: _Origins | _Told) -> Decision:
        pointer = None if added.silent else said.told.pointer
        if added.closes:
            found = Decision(False, added.rule, added.why, None, pointer)
        elif not said.open:
            found = Decision(False, said.rule, said.why, said.until, pointer)
        else:
            why = f"{said.why[:1].upper()}{said.why[1:]}."
            found = Decision(True, said.rule, why, _sooner(said.until, added.until))
        added.answers[last_word] = found
        return found

    # ------------------------------------------------------------------------------------- what origins say

    def _hear(self, origins: tuple[tuple[str, ...], ...]) -> _Origins:
        said = None
        for origin in origins:
            one = self._alone.get(origin) or self._judge_origin(origin)
            said = self._both(said, one) if said else one
        if said is None:
            said = _Origins(*_NOWHERE, _NOTHING, self._kinds["L6"])
        self._origins[origins] = said
        return said

    def _both(self, said: _Origins, one: _Origins) -> _Origins:
        """The first that is closed speaks for all; else each gives its reason, and it holds until the first ends."""
        told, kind = said.told, said.kind
        if told is not one.told:
            told = self._told_of_both(told, one.told)
        if kind is not one.kind:
            kind = self._kinds["L2" if kind.plain or one.kind.plain else "L6"]
        if not said.open or not one.open:
            shut = one if said.open else said
            return _Origins(False, shut.rule, shut.why, shut.until, told, kind)
        rule = said.rule if _PLACE[said.rule] <= _PLACE[one.rule] else one.rule
        why = said.why if one.why == said.why else f"{said.why}; {one.why}"
        return _Origins(True, rule, why, _sooner(said.until, one.until), told, kind)

    def _judge_origin(self, origin: tuple[str, ...]) -> _Origins:
        facts = self.facts
        source = facts.sources.get(origin[0])
        regime = facts.regimes.get(origin[1], "")
        live = [a for a in source.agreements if a.in_force(facts.today)] if source else []
        if len(origin) > 2:
            verdict = _COPIED if origin[2] == CROSSED else _UNKNOWN
        elif origin[0] == CASE_SOURCE:
            verdict = self._case_born(regime)
        else:
            verdict = self._source(origin[0], source, live)
        told = self._told_of(source, regime, live)
        found = self._alone[origin] = _Origins(*verdict, told, self._kinds[verdict[1]])
        return found

    def _case_born(self, regime: str) -> _Verdict:
        """L6: by regime; a case's rows lie in its compartment besides."""
        if self.facts.purpose.regime in self.facts.rulebook.case_born.get(regime, _NONE):
            return True, "L6", f"written in a case of the {regime} regime", None
        return False, "L6", "Written in a case of another regime.", None

    def _source(self, name: str, source: Source | None, live: list[Agreement]) -> _Verdict:
        """L2 and L3: the agreement by which one source is open, the last day that holds, or why it is closed.

        `live`: the source's agreements that are in force today.
        """
        today, purpose = self.facts.today, self.facts.purpose
        if source is None or not source.open:
            return False, "L2", f"The source {name} is closed.", None
        assessed = best = None
        for first, last in source.assessed:
            if first <= today <= last and (assessed is None or last > assessed):
                assessed = last
        if assessed is None:
            return False, "L2", f"The source {name} has no privacy assessment in force.", None
        for one in live:
            fits = purpose.regime in one.regimes and (not one.units or purpose.unit in one.units)
            if fits and (best is None or (one.expires, one.id) > (best.expires, best.id)):
                best = one
        if best is None:
            start = min([a.valid_from for a in source.agreements if a.valid_from > today], default=None)
            return False, "L2", f"No agreement in force opens {name} to {purpose.regime} work of this unit.", start
        why = f"{name}: agreement {best.id} allows {purpose.regime} work until {best.expires.isoformat()}"
        return True, "L2", why, min(best.expires, assessed)

    def _told_of(self, source: Source | None, regime: str, live: list[Agreement]) -> _Told:
        """What a source's agreements in force let be told: the lowest tier of all; nothing of oversight."""
        if source is None or not live or regime == "oversight":
            return _NOTHING
        tier = self.facts.rulebook.highest_tier
        for one in live:
            if one.pointer_tier < tier:
                tier = one.pointer_tier
        return self._tell(tier, frozenset((regime,)), frozenset((source.custodian,))) if tier else _NOTHING

    def _told_of_both(self, one: _Told, other: _Told) -> _Told:
        if one is _NOTHING or other is _NOTHING:
            return _NOTHING
        tier = min(one.tier, other.tier)
        return self._tell(tier, one.regimes | other.regimes, one.custodians | other.custodians)

    def _tell(self, tier: int, regimes: frozenset[str], custodians: frozenset[str]) -> _Told:
        found = self._told.get((tier, regimes, custodians))
        if found is None:
            regime, custodian = "/".join(sorted(regimes)), "/".join(sorted(custodians))
            pointer = Pointer(tier=tier, regime=regime, custodian=custodian)
            found = self._told[tier, regimes, custodians] = _Told(tier, regimes, custodians, pointer)
        return found

    # ------------------------------------------------------------------------- what caveats and a category add

    def _judge_caveats(self, kind: _Kind, caveats: frozenset[str]) -> _Caveats:
        """L5. Papers open copies: what is made of a copy and of something else is opened by a clearance alone."""
        book, purpose = self.facts.rulebook, self.facts.purpose
        papers = purpose.instruments if kind.copied else {}
        why = ""
        for caveat in sorted(caveats - {CROSSED} - book.open_caveats):
            clearable = purpose.regime in book.clearable.get(caveat, _NONE)
            opened = caveat in purpose.clearances or caveat in papers
            if caveat not in book.caveats or not opened or not clearable:
                why = f"The caveat {caveat!r} needs a clearance on the purpose."
                break
        ends = [purpose.clearance_ends[c] for c in caveats if c in purpose.clearance_ends]
        ends += [papers[c] for c in caveats - purpose.clearances if c in papers]
        silent = CROSSED in caveats or not caveats.isdisjoint(book.silent_caveats)
        found = kind.adds[caveats] = _Caveats(why, min(ends, default=None), silent, {})
        return found

    def _add(self, kind: _Kind, caveats: _Caveats, category: str) -> _Added:
        """The caveats are asked first, then the category; when a clearance ends matters where neither closes."""
        why = caveats.why or self._category_closed(category, kind.plain)
        key = (why, None if why else caveats.until, caveats.silent)
        found = self._added.get(key)
        if found is None:
            found = self._added[key] = _Added(bool(why), "L5" if caveats.why else "L4", *key, {})
        caveats.under[category] = found
        return found

    def _category_closed(self, category: str, plain: bool) -> str:
        """L4, where a source speaks; other origins were weighed elsewhere, but not for whom the law protects."""
        found = self._categories.get((category, plain))
        if found is None:
            book, regime = self.facts.rulebook, self.facts.purpose.regime
            asked = plain or category in book.protected_categories
            closed = asked and regime not in book.categories.get(category, _NONE)
            found = f"Rows about a person of category {category!r} are closed to {regime} work." if closed else ""
            self._categories[category, plain] = found
        return found


def _sooner(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def read_facts(raw: Mapping[str, Any]) -> Facts:
    """Facts from the JSON that the database's `line.policy_read` gives."""
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
        origins=tuple(map(tuple, raw["origins"])),
        category=raw["category"],
        caveats=frozenset(raw["caveats"]),
    )
