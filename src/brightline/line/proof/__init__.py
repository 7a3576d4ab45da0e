"""What a rulebook promises, shown for all accounts, purposes, markings and sequences of acts, or refuted in words."""

from brightline.line.proof.prove import Proof, Result, prove

__all__ = ["Proof", "Result", "prove"]
