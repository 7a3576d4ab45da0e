"""Promises about what is done: who approves, what a role reaches, whether an act can be seen without its entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import z3

from brightline.line import rules
from brightline.line.proof.prove import GAVE_UP, Counter
from brightline.line.proof.symbols import ask, flag, one_of
from brightline.line.rulebook_check import ROLES, Door

# On which side, and when, whoever decides may not stand. A crossing is asked of both moments (rule 35); of the others a
# requester stays the requester, and a member of the beneficiary's side is one at the decision.
FORBIDDEN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "crossing": tuple(
        (party, when) for party in ("requester", "beneficiary", "custodian") for when in ("request", "decision")
    ),
    "clearance": (("requester", "decision"), ("beneficiary", "decision")),
    **dict.fromkeys(("case", "disclosure", "operation", "purge", "rulebook"), (("requester", "decision"),)),
}


def approvals(book: Mapping[str, Any], _doors: Sequence[Door]) -> Counter | None:
    """State: on which sides an approver stood at the request and stands now. Acts: join, leave, decide."""
    for name, forbidden in FORBIDDEN.items():
        counter = _approval(name, book["chains"][name], forbidden)
        if counter is not None:
            return counter
    return None


def _approval(name: str, chain: Mapping[str, Any], forbidden: Sequence[tuple[str, str]]) -> Counter | None:
    parties = ("requester", "beneficiary", "custodian")
    then = {party: flag(f"then={party}") for party in parties}
    now = {party: flag(f"now={party}") for party in parties}
    decided = flag("decided")
    # What the decision froze: the sides on which whoever decided stood, when it was taken.
    frozen = {(party, when): flag(f"frozen={party}.{when}") for party in parties for when in ("request", "decision")}
    kept = z3.Implies(decided, z3.Not(z3.Or([frozen[one] for one in forbidden])))
    may = [
        z3.Not(then[party] if when == "request" else now[party])
        for party in chain["outside"]
        for when in chain["checked"]
    ]
    # A requester is one from the request on; sides are joined and left at any time between, which `now` leaves open.
    taken = z3.And(
        z3.Not(decided),
        z3.And(may),
        then["requester"] == now["requester"],
        *[frozen[party, "request"] == then[party] for party in parties],
        *[frozen[party, "decision"] == now[party] for party in parties],
    )
    found = ask(z3.And(kept, taken, z3.Or([frozen[one] for one in forbidden])))
    if found.holds:
        return None
    if found.gave_up:
        return GAVE_UP
    broken = [one for one in forbidden if found.holds_in(frozen[one])]
    return _approval_told(name, chain, broken, {party: found.holds_in(then[party]) for party in parties})


def _approval_told(
    name: str, chain: Mapping[str, Any], broken: Sequence[tuple[str, str]], before: Mapping[str, bool]
) -> Counter:
    party, when = broken[0]
    if party == "requester":
        how = "who asked for it"
    elif when == "decision" and not before[party]:
        how = f"who joined the {party}'s side after the request"
    else:
        how = f"who stood on the {party}'s side at the {when}"
    return Counter(
        who=f"An account that is {' or '.join(chain['decides'])} and {how}",
        what=f"could decide the {name}",
        rules=f"chains.{name}: outside [{', '.join(chain['outside'])}], checked at [{', '.join(chain['checked'])}]",
    )


def roles(book: Mapping[str, Any], doors: Sequence[Door]) -> Counter | None:
    """No role reaches content and reads the log of who looked at content."""
    role, formed = one_of("role", ROLES)
    kinds = book["roles"]
    content = [r for r in ROLES if _reaches(r, kinds[r], doors, content=True)]
    log = [r for r in ROLES if _reaches(r, kinds[r], doors, content=False)]
    found = ask(z3.And(formed, z3.Or([role[r] for r in content]), z3.Or([role[r] for r in log])))
    if found.holds:
        return None
    if found.gave_up:
        return GAVE_UP
    name = found.chosen(role)[0]
    return Counter(
        who=f"An account that is {name}",
        what="would read content and the log of everybody's reading, and so see everything",
        rules=f"roles.{name} = [{', '.join(kinds[name])}]",
    )


def _reaches(role: str, kinds: Sequence[str], doors: Sequence[Door], *, content: bool) -> bool:
    """A case or a lead lets a role into content whatever the act's own list says: a role works there to read."""
    if content:
        return bool(rules.CONTENT_KINDS & set(kinds))
    if "oversight" in kinds:
        return True
    return any(
        door.act == "read-log" and (door.roles & {role, "any"}) and (door.purposes & {*kinds, "none"}) for door in doors
    )


_SAID = {
    "query": ("an answer was shown", "reads rows"),
    "attempt": ("rows were looked at on the way to a change", "begins a change"),
    "refusal": ("a refusal was spoken", "is refused"),
    "change": ("a change was made", "makes a change"),
}


def entries(book: Mapping[str, Any], _doors: Sequence[Door]) -> Counter | None:
    """State: entry on disk, held by the transaction, act visible. Acts: enter, act, commit, roll back or be killed."""
    for act, mode in book["log"].items():
        counter = _entry(act, mode)
        if counter is not None:
            return counter
    return None


def _same(*pairs: tuple[Any, Any]) -> Any:
    return z3.And([a == b for a, b in pairs])


def _entry(act: str, mode: str) -> Counter | None:
    """`flushed`: on disk before the act. `committed`: with the transaction. Anything else: at some time, or never."""
    state = {name: flag(name) for name in ("disk", "held", "seen", "made")}
    then = {name: flag(f"{name}'") for name in state}
    found = ask(z3.And(_kept(state, mode), _step(act, mode, state, then), z3.Not(_kept(then, mode))))
    if found.holds:
        return None
    return GAVE_UP if found.gave_up else _entry_told(act, mode)


def _kept(s: Mapping[str, Any], mode: str) -> Any:
    """What is seen has its entry on disk; what is made, at least in its transaction; flushed ones wait for nothing."""
    waits = z3.Not(s["held"]) if mode == "flushed" else z3.BoolVal(True)
    return z3.And(z3.Implies(s["seen"], s["disk"]), z3.Implies(s["made"], z3.Or(s["disk"], s["held"])), waits)


def _step(act: str, mode: str, s: Mapping[str, Any], t: Mapping[str, Any]) -> Any:
    """One step of one transaction, from state `s` to state `t`."""
    disk, held, seen, made = s["disk"], s["held"], s["seen"], s["made"]
    enter = z3.And(
        t["disk"] == (z3.BoolVal(True) if mode == "flushed" else disk),
        t["held"] == (z3.BoolVal(True) if mode == "committed" else held),
        _same((t["seen"], seen), (t["made"], made)),
    )
    # An act asks for its entry first, where there is one to ask for.
    entered = z3.Or(disk, held) if mode in ("flushed", "committed") else z3.BoolVal(True)
    # What is read, looked at or refused is out of the house at once; a change is seen by others when it commits.
    touched, untouched = ("made", "seen") if act == "change" else ("seen", "made")
    do = z3.And(entered, t[touched], _same((t[untouched], s[untouched]), (t["disk"], disk), (t["held"], held)))
    ended = z3.And(z3.Not(t["held"]), z3.Not(t["made"]))
    commit = z3.And(ended, t["seen"] == z3.Or(seen, made), t["disk"] == z3.Or(disk, held))
    back = z3.And(ended, _same((t["seen"], seen), (t["disk"], disk)))
    return z3.Or(enter, do, commit, back)


def _entry_told(act: str, mode: str) -> Counter:
    fact, does = _SAID[act]
    how = "then rolled back, taking the entry along" if mode == "committed" else "without any entry"
    return Counter(
        who=f"An account that {does}",
        what=f"could have a transaction in which {fact}, {how}",
        rules=f"log.{act} = {mode}",
    )
