"""What may go wrong with the log, as part of the one tree in `model.errors`.

VerificationFailed
└── LogFault            something in the log doesn't hold
    ├── MalformedNote   bytes that aren't a signed note, a checkpoint, a tile or a receipt
    ├── BadSignature    no trusted key signed it, or a trusted key's signature is wrong
    └── BadProof        an inclusion or consistency proof doesn't lead to the root
NotRunning
└── SequencerFault      the slot is lost, another sequencer holds the turn, table and tiles disagree
"""

from __future__ import annotations

from brightline.model.errors import NotRunning, VerificationFailed


class LogFault(VerificationFailed):
    """Something in the log doesn't hold."""

    default_code = "log_fault"


class MalformedNote(LogFault):
    """The bytes aren't what their place promises: a note, a checkpoint, a tile, a receipt."""

    default_code = "malformed"


class BadSignature(LogFault):
    """No trusted key signed this, or a trusted key's signature is wrong."""

    default_code = "bad_signature"


class BadProof(LogFault):
    """A proof doesn't lead from what is claimed to the root."""

    default_code = "bad_proof"


class SequencerFault(NotRunning):
    """The log can't be continued safely; nothing was signed."""

    default_code = "sequencer"
