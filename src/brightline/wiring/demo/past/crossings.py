"""What was asked across regimes in eighteen months: granted, denied, taken back, revoked, lapsed, and run out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.past.days import later
from brightline.wiring.demo.past.hand import Hand
from brightline.wiring.demo.past.play import Life

OUTCOMES = ("granted", "denied", "granted", "withdrawn", "granted", "lapsed", "denied", "revoked", "granted")
TO, BASIS, FIELDS = "labour", "smr-lab-31", ("name", "registrationNumber")
_BENEFICIARY, _CUSTODIAN, _REVIEWER, _DECIDER = "paula.renner", "gwen.arlo", "vera.moss", "kim.thorne"
_NECESSITY = (
    "The tip says that {n} workers at {place} are paid less than the wage lines show; only the wage inspectors may "
    "look into that, and without the firm's name they can't begin."
)
_ALTERNATIVES = "The caller was told in {month} of the inspectors' own line, and would not ring it."
_SAID = {
    "supports": "We would begin at {place} within the week; name and register number are enough for that.",
    "opposes": "Our caller at {place} would be known at once: {n} people work there, and one of them told us.",
    "agrees": "Nothing of the caller is in these two fields; the firm at {place} is in the register anyway.",
    "law": "Section 31 lets the inspectors take reports on wages from whoever holds them; two fields are named.",
    "granted": "Two fields of one firm, for an inspection at {place} that nobody else can make.",
    "denied": "The caller at {place} can't be kept out of sight; the inspectors have ways of their own.",
    "withdrawn": "The inspectors heard of {place} from somebody else in the meantime.",
    "revoked": "The inspection at {place} is over and found {n} wage lines; nothing more is needed of this.",
}
_ACTS: dict[str, tuple[str, dict[str, str]]] = {
    "withdrawn": ("crossing_withdraw", {}),
    "law": ("crossing_review", {"finding": "permitted"}),
    "revoked": ("crossing_revoke", {}),
}
_VERDICTS = (
    ("proper", "Two fields, one firm, and an inspection that needed them; the dates agree with the log."),
    ("flawed", "It was in order, but the request was decided later than the rulebook asks for."),
    ("proper", "The refusal is reasoned, and nothing was passed on before it."),
)


def crossed(hand: Hand, lead: str, vetter: str, chance: Stream, place: int) -> Life:
    """A checked lead is offered to the wage inspectors; what came of that."""
    outcome = OUTCOMES[hand.turn() % len(OUTCOMES)]
    words = {
        "place": chance.pick(_PLACES, place, 41),
        "n": 4 + chance.below(30, place, 42),
        "month": f"{hand.now:%B %Y}",
    }
    shown = hand.do(vetter, "lead_show", lead=lead)
    hand.do(vetter, "lead_open", read=shown, lead=lead)
    asked = hand.do(
        vetter,
        "crossing_request",
        lead,
        items=[shown["subject"]["id"]],
        to=TO,
        fields=list(FIELDS),
        basis=BASIS,
        necessity=_NECESSITY.format(**words),
        alternatives=_ALTERNATIVES.format(**words),
        expires=(hand.now + timedelta(days=30 + chance.below(40, place, 43))).date().isoformat(),
    )
    number = str(asked["crossing"])
    yield later(hand.now, days=1 + chance.below(2, place, 44), hours=1)
    if outcome == "withdrawn":
        _act(hand, vetter, number, outcome, words, lead)
        return
    _opinions(hand, number, words, opposed=outcome == "denied")
    if outcome == "lapsed":
        return
    _act(hand, _REVIEWER, number, "law", words)
    yield later(hand.now, days=1 + chance.below(6, place, 45), hours=2)
    _decided(hand, number, words, outcome)
    if outcome == "revoked":
        yield later(hand.now, days=9)
        _act(hand, _DECIDER, number, outcome, words)
    if outcome != "granted" or chance.happens(50, place, 46):
        yield later(hand.now, days=75)
        _audited(hand, number, chance, place)


def _opinions(hand: Hand, number: str, words: dict[str, Any], *, opposed: bool) -> None:
    for who, said in ((_BENEFICIARY, "supports"), (_CUSTODIAN, "opposes" if opposed else "agrees")):
        opinion = "oppose" if said == "opposes" else "support"
        shown = hand.do(who, "crossing_show", crossing=number)
        hand.do(who, "crossing_opinion", read=shown, crossing=number, opinion=opinion, text=_SAID[said].format(**words))


def _decided(hand: Hand, number: str, words: dict[str, Any], outcome: str) -> None:
    shown = hand.do(_DECIDER, "crossing_show", crossing=number)
    if outcome == "denied":
        reason = _SAID[outcome].format(**words)
        hand.do(_DECIDER, "crossing_deny", read=shown, crossing=number, reason=reason)
        return
    reason = _SAID["granted"].format(**words)
    hand.do(_DECIDER, "crossing_approve", read=shown, crossing=number, reason=reason, seen=shown["seen"])


def _act(hand: Hand, who: str, number: str, said: str, words: dict[str, Any], purpose: str | None = None) -> None:
    """Withdrawn, reviewed in law, or revoked: each with what is said of it."""
    act, more = _ACTS[said]
    shown = hand.do(who, "crossing_show", purpose, crossing=number)
    hand.do(who, act, purpose, read=shown, crossing=number, reason=_SAID[said].format(**words), **more)


def _audited(hand: Hand, number: str, chance: Stream, place: int) -> None:
    shown = hand.do("ada.quist", "crossing_show", crossing=number)
    if "audit" in shown["may"]:
        verdict, remarks = chance.pick(_VERDICTS, place, 47)
        hand.do("ada.quist", "crossing_audit", read=shown, crossing=number, verdict=verdict, remarks=remarks)


_PLACES = ("the dry dock", "Tarn Lane", "the fish market", "Kiln Street", "the cement works", "Wharf 6", "Net Loft")
