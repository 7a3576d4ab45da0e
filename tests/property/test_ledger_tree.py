"""Laws of the tree, against a slow reading of RFC 6962, section 2.1, and of the log that is built on it."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logbook import logbook

from brightline.ledger import proof, tree
from brightline.ledger.checkpoint import open_checkpoint
from brightline.ledger.errors import BadProof, LogFault
from brightline.ledger.note import Verifier
from brightline.ledger.receipt import Receipt
from brightline.ledger.verify import verify


def mth(leaves: list[bytes]) -> bytes:
    """MTH by its definition."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = largest(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]), section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b), section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = largest(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def largest(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Memory:
    """Nodes from a list of leaves."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def node(self, level: int, index: int) -> bytes:
        part = self.leaves[index << level : (index + 1) << level]
        assert len(part) == 1 << level
        return mth(part)


trees = st.integers(0, 70).flatmap(lambda n: st.binary(min_size=n, max_size=n)).map(lambda b: [bytes([c]) for c in b])


@given(trees)
def test_a_frontier_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    frontier = tree.Frontier()
    for n, leaf in enumerate(leaves):
        assert frontier.root() == mth(leaves[:n])
        frontier = tree.Frontier.unpack(n, frontier.pack())
        frontier.append(tree.leaf_hash(leaf))
        assert len(frontier.roots) == (n + 1).bit_count()
    assert frontier.root() == mth(leaves) == tree.range_root(Memory(leaves), 0, len(leaves))


@given(trees.filter(bool), st.data())
def test_inclusion_proofs(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    got = tree.prove_inclusion(Memory(leaves), index, len(leaves))
    assert got == path(index, leaves)
    leaf, root = tree.leaf_hash(leaves[index]), mth(leaves)
    tree.verify_inclusion(index, len(leaves), leaf, got, root)
    bit = data.draw(st.integers(0, 255))
    for wrong in mangled(got, bit):
        with pytest.raises(BadProof):
            tree.verify_inclusion(index, len(leaves), leaf, wrong, root)
    other = data.draw(st.integers(-2, len(leaves) + 2))
    if other != index and not (
        0 <= other < len(leaves) and path(other, leaves) == got and leaves[other] == leaves[index]
    ):
        with pytest.raises(BadProof):
            tree.verify_inclusion(other, len(leaves), leaf, got, root)


@given(trees.filter(bool), st.data())
def test_consistency_proofs(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    got = tree.prove_consistency(Memory(leaves), old, len(leaves))
    assert got == subproof(old, leaves, True)
    before, after = mth(leaves[:old]), mth(leaves)
    tree.verify_consistency(old, len(leaves), before, after, got)
    bit = data.draw(st.integers(0, 255))
    for wrong in mangled(got, bit):
        with pytest.raises(BadProof):
            tree.verify_consistency(old, len(leaves), before, after, wrong)
    rewritten = [b"another", *leaves[1:]]
    with pytest.raises(BadProof):
        tree.verify_consistency(old, len(leaves), mth(rewritten[:old]), after, got)


def mangled(proof_: list[bytes], bit: int) -> list[list[bytes]]:
    flipped = [
        [*proof_[:n], (int.from_bytes(h, "big") ^ (1 << bit)).to_bytes(32, "big"), *proof_[n + 1 :]]
        for n, h in enumerate(proof_)
    ]
    return [*flipped, [*proof_, b"\x00" * 32], *([proof_[:-1]] if proof_ else [])]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=4))
def test_tiles_grow_by_any_steps_and_prove_what_memory_proves(steps: list[int]) -> None:
    sizes = [sum(steps[: n + 1]) for n in range(len(steps))]
    with tempfile.TemporaryDirectory() as folder:
        book = logbook(Path(folder), *sizes)
        leaves = [m.leaf() for m in book.messages]
        log = Verifier.parse(book.vkey)
        assert open_checkpoint(book.tiles.checkpoint(), log).root == mth(leaves)
        for index in {0, sizes[-1] // 2, sizes[-1] - 1}:
            tree_path = proof.inclusion(book.tiles, log, index)["path"]
            assert tree_path == [proof._text(step) for step in path(index, leaves)]
        for old in sizes:
            assert proof.consistency(book.tiles, log, old)["old_size"] == old
        report = verify(book.export(), key=book.vkey)
        assert report.problems == []
        assert report.checkpoints == len(sizes)


@given(st.text(max_size=300))
def test_no_text_is_taken_for_a_receipt_by_accident(text: str) -> None:
    with pytest.raises(LogFault):
        Receipt.parse(text)
