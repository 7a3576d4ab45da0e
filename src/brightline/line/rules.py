"""Which markings may a purpose see, by which rule, and what may be told of the others.

Pure: facts in, decisions out; nothing here reads a clock, a file or a database. Unknown means refused.

The rules, in the order they are asked:

    L1  content is seen under a case or a lead alone; desks and oversight see no content
    L2  every origin's source is open, under an agreement in force that names the working regime and the unit
    L3  every origin's source has an approved privacy assessment that hasn't run out (RULES.md 15)
    L4  the category that the source states of its person is open to the working regime (RULES.md 18, 26)
    L5  every caveat that needs a clearance is among the purpose's clearances
    L6  what is born in a case is seen under a purpose of the same regime (its compartment does the rest)
    L7  a crossed copy was allowed field by field: L2 and L4 were answered by the decision; L5 still holds, unless the
        crossing itself named the order or form that opens the caveat
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from brightline.line.rulebook import Rulebook, parse

CASE_SOURCE = "case"
CROSSED = "crossed"


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
    """An interned marking: origins are (source, authority) pairs."""

    id: int
    origins: tuple[tuple[str, str], ...]
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
    """What may be told of withheld rows: tier 1 a bucketed count, 2 with regime and custodian, 3 kind and month too."""

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


def decide(facts: Facts, marking: Marking) -> Decision:
    """The one place where it is decided whether a purpose sees a marking."""
    return _while_cleared(facts, marking, _decide(facts, marking))


def _while_cleared(facts: Facts, marking: Marking, decision: Decision) -> Decision:
    """What a clearance opens holds no longer than the clearance."""
    purpose = facts.purpose
    ends = [purpose.clearance_ends[c] for c in marking.caveats if c in purpose.clearance_ends]
    if CROSSED in marking.caveats:
        ends += [purpose.instruments[c] for c in marking.caveats - purpose.clearances if c in purpose.instruments]
    if not decision.visible or not ends:
        return decision
    return replace(decision, until=min([*ends, *([decision.until] if decision.until else [])]))


def _decide(facts: Facts, marking: Marking) -> Decision:
    if facts.purpose.kind not in ("case", "lead"):
        return Decision(visible=False, rule="L1", why="Desks and oversight see no content.")
    closed = _caveats(facts, marking)
    if closed is not None:
        return _hidden(facts, marking, closed)
    if CROSSED in marking.caveats:
        return Decision(
            visible=True, rule="L7", why="An approved crossing opened exactly these fields to this purpose."
        )
    if any(source == CASE_SOURCE for source, _ in marking.origins):
        return _case_born(facts, marking)
    return _from_sources(facts, marking)


def _caveats(facts: Facts, marking: Marking) -> Decision | None:
    """L5: the first caveat that the purpose has no clearance for, or that the rulebook doesn't know."""
    opened = facts.purpose.clearances | (facts.purpose.instruments.keys() if CROSSED in marking.caveats else set())
    for caveat in sorted(marking.caveats - {CROSSED} - facts.rulebook.open_caveats):
        if caveat not in facts.rulebook.caveats or caveat not in opened:
            return Decision(visible=False, rule="L5", why=f"The caveat {caveat!r} needs a clearance on the purpose.")
    return None


def _case_born(facts: Facts, marking: Marking) -> Decision:
    """L6: by regime; a case's rows lie in its compartment besides."""
    regimes = {facts.regimes.get(authority, "") for _, authority in marking.origins}
    if regimes == {facts.purpose.regime}:
        return Decision(visible=True, rule="L6", why=f"Written in a case of the {facts.purpose.regime} regime.")
    return Decision(visible=False, rule="L6", why="Written in a case of another regime.")


def _from_sources(facts: Facts, marking: Marking) -> Decision:
    """L2, L3, L4 over every origin; visible only if each origin allows it."""
    allowed = facts.rulebook.categories.get(marking.category, frozenset())
    if facts.purpose.regime not in allowed:
        why = f"Rows about a person of category {marking.category!r} are closed to {facts.purpose.regime} work."
        return _hidden(facts, marking, Decision(visible=False, rule="L4", why=why))
    untils: list[date] = []
    named: list[str] = []
    for name, _ in marking.origins:
        agreement, until, why = _source(facts, name)
        if agreement is None:
            return _hidden(facts, marking, Decision(visible=False, rule="L2", why=why, until=until))
        named.append(f"{name}: agreement {agreement.id} allows {facts.purpose.regime} work until {agreement.expires}")
        if until is not None:
            untils.append(until)
    return Decision(visible=True, rule="L2", why="; ".join(named) + ".", until=min(untils, default=None))


def _source(facts: Facts, name: str) -> tuple[Agreement | None, date | None, str]:
    """The agreement by which one source is open, the last day that holds, or why it is closed."""
    source = facts.sources.get(name)
    if source is None or not source.open:
        return None, None, f"The source {name} is closed."
    assessed = max((last for first, last in source.assessed if first <= facts.today <= last), default=None)
    if assessed is None:
        return None, None, f"The source {name} has no privacy assessment in force."
    fitting = [a for a in source.agreements if a.in_force(facts.today) and _names(a, facts.purpose)]
    if not fitting:
        start = min((a.valid_from for a in source.agreements if a.valid_from > facts.today), default=None)
        return None, start, f"No agreement in force opens {name} to {facts.purpose.regime} work of this unit."
    best = max(fitting, key=lambda a: (a.expires, a.id))
    return best, min(best.expires, assessed), ""


def _names(agreement: Agreement, purpose: Purpose) -> bool:
    return purpose.regime in agreement.regimes and (not agreement.units or purpose.unit in agreement.units)


def _hidden(facts: Facts, marking: Marking, decision: Decision) -> Decision:
    """Adds the pointer that the sources' tiers allow: the lowest tier of all origins, none for silent caveats."""
    regimes = sorted({facts.regimes.get(authority, "") for _, authority in marking.origins})
    if marking.caveats & facts.rulebook.silent_caveats or CROSSED in marking.caveats or "oversight" in regimes:
        return decision
    tiers, custodians = [], []
    for name, _ in marking.origins:
        source = facts.sources.get(name)
        live = [a.pointer_tier for a in source.agreements if a.in_force(facts.today)] if source else []
        tiers.append(min(live, default=0))
        custodians.append(source.custodian if source else "")
    if not tiers or min(tiers) == 0:
        return decision
    pointer = Pointer(tier=min(tiers), regime="/".join(regimes), custodian="/".join(sorted(set(custodians))))
    return Decision(visible=False, rule=decision.rule, why=decision.why, until=decision.until, pointer=pointer)


def compile_set(facts: Facts) -> Iterable[tuple[Marking, Decision]]:
    """Every marking's decision for one purpose: the visible set and the pointers are read off it."""
    return [(marking, decide(facts, marking)) for marking in facts.markings]


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
        origins=tuple((o[0], o[1]) for o in raw["origins"]),
        category=raw["category"],
        caveats=frozenset(raw["caveats"]),
    )
