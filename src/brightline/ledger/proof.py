"""Proofs from published tiles: JSON that a person can keep and check with any RFC 6962 tool."""

from __future__ import annotations

import base64

from brightline.ledger.checkpoint import Checkpoint, open_checkpoint
from brightline.ledger.note import Verifier
from brightline.ledger.tiles import TileNodes, Tiles
from brightline.ledger.tree import (
    prove_consistency,
    prove_inclusion,
    range_root,
    verify_consistency,
    verify_inclusion,
)
from brightline.model.errors import BadInput


def inclusion(tiles: Tiles, log: Verifier, index: int) -> dict[str, object]:
    """That entry `index` is in the tree of the newest checkpoint; checked before it is given out."""
    note, checkpoint = _newest(tiles, log)
    if not 0 <= index < checkpoint.size:
        raise BadInput(
            "seq",
            f"no entry {index} under a checkpoint yet",
            f"The newest covers 0 to {checkpoint.size - 1}; a further one follows within seconds.",
        )
    nodes = TileNodes(tiles, checkpoint.size)
    leaf = nodes.node(0, index)
    path = prove_inclusion(nodes, index, checkpoint.size)
    verify_inclusion(index, checkpoint.size, leaf, path, checkpoint.root)
    return {
        "index": index,
        "leaf_hash": _text(leaf),
        "size": checkpoint.size,
        "root": _text(checkpoint.root),
        "path": [_text(step) for step in path],
        "checkpoint": note,
    }


def consistency(tiles: Tiles, log: Verifier, old: int) -> dict[str, object]:
    """That the newest tree holds the first `old` entries unchanged."""
    note, checkpoint = _newest(tiles, log)
    if not 0 < old <= checkpoint.size:
        raise BadInput("from", f"no tree of {old} entries lies before this one of {checkpoint.size}")
    nodes = TileNodes(tiles, checkpoint.size)
    old_root = range_root(nodes, 0, old)
    path = prove_consistency(nodes, old, checkpoint.size)
    verify_consistency(old, checkpoint.size, old_root, checkpoint.root, path)
    return {
        "old_size": old,
        "old_root": _text(old_root),
        "size": checkpoint.size,
        "root": _text(checkpoint.root),
        "path": [_text(step) for step in path],
        "checkpoint": note,
    }


def _newest(tiles: Tiles, log: Verifier) -> tuple[str, Checkpoint]:
    note = tiles.checkpoint()
    return note.decode(), open_checkpoint(note, log)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
