"""A disclosure's life, and the package that leaves: bytes that the database made at submission and keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brightline.model.errors import Conflict

# The same steps stand in disclosures.transition; a test compares the two.
STEPS: Mapping[tuple[str, str], str] = {
    ("draft", "submit"): "submitted",
    ("submitted", "submit"): "submitted",
    ("approved", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "deny"): "denied",
    ("approved", "send"): "sent",
    ("approved", "deny"): "denied",
    ("sent", "recall"): "recalled",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "withdraw"): "withdrawn",
    ("approved", "withdraw"): "withdrawn",
}
FINAL = frozenset({"denied", "recalled", "withdrawn"})
RECIPIENT_KINDS = ("law_enforcement", "court", "prosecutor", "regulator", "victim_services", "subject", "other")


def step(state: str, act: str) -> str:
    """The state after an act; Conflict names what is possible."""
    after = STEPS.get((state, act))
    if after is None:
        ways = sorted(a for s, a in STEPS if s == state) or ["nothing"]
        raise Conflict(
            f"A disclosure that is {state} can't be changed by {act}.",
            hint=f"Possible now: {', '.join(ways)}.",
            code="state",
        )
    return after


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """The zip that leaves and its SHA-256."""

    content: bytes
    sha256: str
