"""The Merkle tree of RFC 6962, section 2.1: roots, proofs, and a frontier that grows by O(log n) a leaf.

MTH({})     = SHA-256()
MTH({d})    = SHA-256(0x00 ‖ d)
MTH(D[n])   = SHA-256(0x01 ‖ MTH(D[0:k]) ‖ MTH(D[k:n])),  k the largest power of two below n
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from brightline.ledger.errors import BadProof, MalformedNote

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()


class Nodes(Protocol):
    """Where the hashes of complete subtrees come from (a folder of tiles, a list in memory)."""

    def node(self, level: int, index: int) -> bytes:
        """MTH(D[index · 2^level : (index + 1) · 2^level])."""
        ...


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf) (RFC 6962, section 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right) (RFC 6962, section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of leaf hashes; level by level, since this is the verifier's hot loop."""
    row = hashes
    while len(row) > 1:
        row = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
    return row[0]


@dataclass(slots=True)
class Frontier:
    """The roots of the complete subtrees that a tree of `size` leaves falls into, largest first.

    All that must be kept to go on appending; its length is the number of one bits in `size`.
    """

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.append_subtree(leaf, 0)

    def append_subtree(self, root: bytes, level: int) -> None:
        """Add the root of 2^level leaves at once; `size` must be a multiple of that."""
        count, rest = divmod(self.size, 1 << level)
        if rest:
            raise ValueError(f"a tree of {self.size} leaves can't take a subtree of {1 << level}")
        while count & 1:
            root = node_hash(self.roots.pop(), root)
            count >>= 1
        self.roots.append(root)
        self.size += 1 << level

    def root(self) -> bytes:
        """MTH of all leaves so far."""
        if not self.roots:
            return EMPTY_ROOT
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> Frontier:
        """A frontier that can grow apart from this one."""
        return Frontier(self.size, list(self.roots))

    def pack(self) -> bytes:
        """The roots, concatenated; with `size` they are the whole state."""
        return b"".join(self.roots)

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> Frontier:
        """Read what `pack` wrote."""
        if len(packed) != size.bit_count() * HASH_SIZE:
            raise MalformedNote(f"a frontier of {len(packed)} bytes doesn't belong to a tree of {size} leaves")
        return cls(size, [packed[i : i + HASH_SIZE] for i in range(0, len(packed), HASH_SIZE)])


def range_root(nodes: Nodes, start: int, end: int) -> bytes:
    """MTH(D[start:end]) for the ranges that proofs need (start aligned to the split)."""
    count = end - start
    if count <= 0:
        return EMPTY_ROOT
    level = count.bit_length() - 1
    if count == 1 << level and start % count == 0:
        return nodes.node(level, start >> level)
    split = start + _split(count)
    return node_hash(range_root(nodes, start, split), range_root(nodes, split, end))


def prove_inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]), RFC 6962, section 2.1.1, without recursion; siblings from leaf to root."""
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(range_root(nodes, split, end))
            end = split
        else:
            path.append(range_root(nodes, start, split))
            start = split
    return path[::-1]


def prove_consistency(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[size]), RFC 6962, section 2.1.2; empty when the sizes are equal."""
    if not 0 < old <= size:
        raise BadProof(f"no consistency proof leads from {old} to {size} leaves")
    path: list[bytes] = []
    start, end, whole = 0, size, True
    while old != end:
        split = start + _split(end - start)
        if old <= split:
            path.append(range_root(nodes, split, end))
            end = split
        else:
            path.append(range_root(nodes, start, split))
            start, whole = split, False
    if not whole:
        path.append(range_root(nodes, start, end))
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Check an inclusion proof (RFC 9162, section 2.1.3.2, the same tree as RFC 6962); raise BadProof."""
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} leaves has no leaf {index}")
    _sized(leaf, root, *path)
    node, last, got = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise BadProof("the proof is longer than the tree is high")
        if node & 1 or node == last:
            got = node_hash(sibling, got)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            got = node_hash(got, sibling)
        node, last = node >> 1, last >> 1
    if last or got != root:
        raise BadProof("the proof doesn't lead from the leaf to the root")


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> None:
    """Check a consistency proof (RFC 9162, section 2.1.4.2); raise BadProof.

    From an empty tree nothing can be proved, so `old` 0 is refused unless both trees are empty.
    """
    if old == size:
        _same_tree(size, old_root, root, path)
        return
    if not 0 < old < size or not path:
        raise BadProof(f"no consistency proof leads from {old} to {size} leaves")
    _sized(old_root, root, *path)
    steps = ([old_root] if old & (old - 1) == 0 else []) + list(path)
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise BadProof("the proof is longer than the tree is high")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last or first != old_root or second != root:
        raise BadProof("the later tree doesn't hold the earlier one unchanged")


def _same_tree(size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> None:
    if path or old_root != root or (size == 0 and root != EMPTY_ROOT):
        raise BadProof("trees of one size must have one root, and nothing is to be proved")


def _sized(*hashes: bytes) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise BadProof("a hash has 32 bytes")


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
