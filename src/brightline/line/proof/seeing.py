"""Promises about what is seen: regimes, what is derived, the protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import z3

from brightline.line import rules
from brightline.line.proof import model
from brightline.line.proof.prove import GAVE_UP, Counter
from brightline.line.proof.symbols import Answer, Formulas, any_marking, any_purpose, ask, flag
from brightline.line.rulebook import REGIMES, parse
from brightline.line.rulebook_check import Door

ALL = Formulas()
CIVIL = "civil"


def regimes(book: Mapping[str, Any], _doors: Sequence[Door]) -> Counter | None:
    """A datum is of the regimes that its source's agreements name, or of its case's. Beyond, a crossing alone."""
    parsed = parse(book)
    purpose, marking, opened, active = (
        any_purpose(parsed),
        any_marking(parsed, "datum", 1),
        flag("opened"),
        flag("active"),
    )
    foreign = z3.Or([_foreign(purpose.it, origin, active) for origin in marking.it.origins])
    seen = model.row_visible(ALL, parsed, purpose.it, marking.it, opened)
    found = ask(z3.And(purpose.formed, marking.formed, z3.Implies(opened, active), seen, foreign))
    if not found.holds:
        return _told(book, found, purpose.it, marking.it, "though no crossing is active")
    return _crossing(book)


def _foreign(purpose: model.Purpose, origin: model.Origin, active: Any) -> Any:
    same = z3.Or([z3.And(purpose.regime[one], origin.regime[one]) for one in REGIMES])
    lawful = z3.Or(z3.And(origin.case, same), model.lawful_source(ALL, purpose, origin))
    return z3.If(origin.crossed, z3.Not(active), z3.Not(lawful))


# The steps of a crossing, as `line.crossing_move` holds them; a test compares the two.
STEPS: Mapping[tuple[str, str], str] = {
    ("requested", "review"): "reviewed",
    ("requested", "open"): "emergency",
    ("requested", "deny"): "denied",
    ("requested", "withdraw"): "withdrawn",
    ("reviewed", "approve"): "approved",
    ("reviewed", "open"): "emergency",
    ("reviewed", "review"): "reviewed",
    ("reviewed", "deny"): "denied",
    ("reviewed", "withdraw"): "withdrawn",
    ("emergency", "review"): "emergency",
    ("emergency", "approve"): "approved",
    ("emergency", "deny"): "refused",
    ("emergency", "revoke"): "revoked",
    ("approved", "revoke"): "revoked",
    ("active", "revoke"): "revoked",
    ("expired", "audit"): "audited",
    ("revoked", "audit"): "audited",
    ("refused", "audit"): "audited",
    ("unreviewed", "audit"): "audited",
}
# What is stored where the state's name says what time made of it, and whether its time is over.
_BY_TIME = {"active": ("approved", False), "expired": ("approved", True), "unreviewed": ("emergency", True)}
_STATES = sorted({state for state, _ in STEPS} - set(_BY_TIME) | set(STEPS.values()))
_OPEN = ("approved", "emergency")


def _crossing(book: Mapping[str, Any]) -> Counter | None:
    """What a crossing opened is open only while it is approved or an emergency, unexpired, its purpose not closed."""
    ends = set(book["crossing_ends"])
    was, now = ({state: flag(f"{when}={state}") for state in _STATES} for when in ("was", "is"))
    room, room_after, late, late_after = flag("room"), flag("room'"), flag("expired"), flag("expired'")
    steps = [
        z3.And(was[stored], now[new], over, _room(act, ends, room, room_after), _time(act, late, late_after))
        for (name, act), new in STEPS.items()
        for stored, over in [_stored(name, late)]
    ]
    passing = z3.And(
        [was[state] == now[state] for state in _STATES] + [room_after == room, z3.Implies(late, late_after)]
    )
    one = z3.And(z3.PbEq([(x, 1) for x in was.values()], 1), z3.PbEq([(x, 1) for x in now.values()], 1))
    # The invariant: a room whose time isn't over belongs to a crossing that is open.
    kept = z3.Implies(z3.And(room, z3.Not(late)), z3.Or([was[state] for state in _OPEN]))
    still = z3.Implies(z3.And(room_after, z3.Not(late_after)), z3.Or([now[state] for state in _OPEN]))
    found = ask(z3.And(one, kept, z3.Or([*steps, passing]), z3.Not(still)))
    if not found.holds:
        return _still_open(found, "after its crossing was revoked or refused", "revocation")
    closed = flag("closed")
    opened = z3.And(room, z3.Not(z3.And(late, "expiry" in ends)), z3.Not(z3.And(closed, "closing" in ends)))
    active = z3.And(z3.Or([was[state] for state in _OPEN]), z3.Not(late), z3.Not(closed))
    found = ask(z3.And(one, kept, opened, z3.Not(active)))
    if not found.holds:
        after, missing = ("has expired", "expiry") if found.holds_in(late) else ("lost its purpose", "closing")
        return _still_open(found, f"after its crossing {after}", missing)
    return None


def _stored(name: str, late: Any) -> tuple[str, Any]:
    stored, over = _BY_TIME.get(name, (name, None))
    return stored, z3.BoolVal(True) if over is None else late == over


def _time(act: str, late: Any, late_after: Any) -> Any:
    """An opening and an approval give a time of their own; otherwise what is over stays over."""
    return z3.Not(late_after) if act in ("approve", "open") else z3.Implies(late, late_after)


def _room(act: str, ends: set[str], room: Any, room_after: Any) -> Any:
    if act in ("approve", "open"):
        return room_after
    if act in ("revoke", "deny") and "revocation" in ends:
        return z3.Not(room_after)
    return room_after == room


def _still_open(found: Answer, when: str, missing: str) -> Counter:
    if found.gave_up:
        return GAVE_UP
    return Counter(
        who="Whoever works under the purpose that a crossing served",
        what=f"would still see the copies {when}",
        rules=f"crossing_ends, which leaves out {missing}",
    )


def derived(book: Mapping[str, Any], _doors: Sequence[Door]) -> Counter | None:
    """What is made of two data: seen only where both are, kept no longer than either."""
    parsed, how = parse(book), book["derived"]
    if how["retention"] != "shortest":
        return Counter(
            who="Whoever keeps it",
            what="would keep a derived datum longer than one of its parents may be kept",
            rules=f"derived.retention = {how['retention']}",
        )
    purpose, one, other = any_purpose(parsed), any_marking(parsed, "one", 1), any_marking(parsed, "other", 1)
    opened = flag("opened")
    made = _joined(book, one.it, other.it)
    seen = model.row_visible(ALL, parsed, purpose.it, made, opened)
    for parent in (one.it, other.it):
        hidden = z3.Not(model.row_visible(ALL, parsed, purpose.it, parent, opened))
        found = ask(z3.And(purpose.formed, one.formed, other.formed, seen, hidden))
        if not found.holds:
            return _derived_told(book, found, purpose.it, parent, other.it if parent is one.it else one.it)
    return None


def _joined(book: Mapping[str, Any], one: model.Marking, other: model.Marking) -> model.Marking:
    """The marking of what is made of both, as the rulebook's `derived` says."""
    how, order = book["derived"], list(book["category_order"])
    if how["category"] != "first":
        order.reverse()
    category = {}
    for place, name in enumerate(order):
        earlier = order[:place]
        neither = z3.And([z3.Not(one.category[e]) for e in earlier] + [z3.Not(other.category[e]) for e in earlier])
        category[name] = z3.And(z3.Or(one.category[name], other.category[name]), neither)
    caveats = {
        c: z3.Or(one.caveats[c], other.caveats[c]) if how["caveats"] == "all" else one.caveats[c] for c in one.caveats
    }
    origins = [*one.origins, *other.origins] if how["origins"] == "all" else list(one.origins)
    return model.Marking(category=category, caveats=caveats, origins=origins)


def protected(book: Mapping[str, Any], _doors: Sequence[Door]) -> Counter | None:
    """Whoever is protected, and whatever is made of them, stays out of civil purposes: no crossing, no clearance."""
    parsed = parse(book)
    purpose, one, other = any_purpose(parsed), any_marking(parsed, "one", 1), any_marking(parsed, "other", 1)
    guards = book["protected"]

    def guarded(marking: model.Marking) -> Any:
        return z3.Or(
            [marking.category[c] for c in guards["categories"]] + [marking.caveats[c] for c in guards["caveats"]]
        )

    seen = model.row_visible(ALL, parsed, purpose.it, one.it, z3.BoolVal(True))
    found = ask(z3.And(purpose.formed, one.formed, purpose.it.regime[CIVIL], guarded(one.it), seen))
    if not found.holds:
        return _told(book, found, purpose.it, one.it, "though that person is protected")
    made = _joined(book, one.it, other.it)
    found = ask(z3.And(one.formed, other.formed, z3.Or(guarded(one.it), guarded(other.it)), z3.Not(guarded(made))))
    if not found.holds:
        return _derived_told(book, found, purpose.it, one.it, other.it, civil=True)
    return None


# ------------------------------------------------------------------------------------------------------ in words


def _told(
    book: Mapping[str, Any], found: Answer, purpose: model.Purpose, marking: model.Marking, though: str
) -> Counter:
    if found.gave_up:
        return GAVE_UP
    what = f"would see {_datum(found, marking)}, {though}"
    return Counter(who=_who(found, purpose), what=what, rules=_by(book, found, purpose, marking))


def _derived_told(
    book: Mapping[str, Any],
    found: Answer,
    purpose: model.Purpose,
    parent: model.Marking,
    other: model.Marking,
    *,
    civil: bool = False,
) -> Counter:
    if found.gave_up:
        return GAVE_UP
    pair = f"made of {_datum(found, parent)} and {_datum(found, other)}"
    if civil:
        who, what = "Whoever works for civil enforcement", f"would no longer be kept from what is {pair}"
    else:
        who, what = _who(found, purpose), f"would see what is {pair}, though the first of the two is hidden from them"
    how = ", ".join(f"{key} {value}" for key, value in book["derived"].items())
    order = " before ".join(book["category_order"])
    return Counter(who=who, what=what, rules=f"derived ({how}), category_order ({order}) and categories")


def _who(found: Answer, purpose: model.Purpose) -> str:
    kind, regime = found.chosen(purpose.kind), found.chosen(purpose.regime)
    cleared = found.chosen(purpose.cleared)
    with_ = f", cleared for {', '.join(cleared)}," if cleared else ""
    return f"An account under a {' '.join(kind)} of the {' '.join(regime)} regime{with_}"


def _datum(found: Answer, marking: model.Marking) -> str:
    category = " ".join(found.chosen(marking.category))
    caveats = [c for c in found.chosen(marking.caveats) if c != rules.CROSSED]
    origins = sorted({_origin(found, origin) for origin in marking.origins})
    marked = f", marked {', '.join(caveats)}" if caveats else ""
    return f"a datum about a person of category {category}{marked}, from {' and '.join(origins)}"


def _origin(found: Answer, origin: model.Origin) -> str:
    regime = " ".join(found.chosen(origin.regime))
    if found.holds_in(origin.crossed):
        return f"a crossing out of the {regime} regime"
    if found.holds_in(origin.case):
        return f"a case of the {regime} regime"
    agreed = found.chosen(origin.agreed)
    return f"a source of the {regime} regime (agreements: {', '.join(agreed) or 'none'})"


def _by(book: Mapping[str, Any], found: Answer, purpose: model.Purpose, marking: model.Marking) -> str:
    """The keys that let it through."""
    said = []
    for category in found.chosen(marking.category):
        said.append(f"categories.{category} = {_list(book['categories'].get(category, []))} (L4)")
    for caveat in found.chosen(marking.caveats):
        if caveat in book["open_caveats"]:
            said.append(f"open_caveats, which holds {caveat} (L5)")
        elif caveat in book["clearable"]:
            said.append(f"clearable.{caveat} = {_list(book['clearable'][caveat])} (L5)")
    for origin in marking.origins:
        if found.holds_in(origin.case):
            for regime in found.chosen(origin.regime):
                said.append(f"case_born.{regime} = {_list(book['case_born'][regime])} (L6)")
        if found.holds_in(origin.crossed):
            said.append("an approved crossing (L7)")
    return "; ".join(dict.fromkeys(said))


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(values)}]"
