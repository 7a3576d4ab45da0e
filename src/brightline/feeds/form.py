"""What a table's header says of its rows: where their keys, markings and deletions stand, and how they are hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from brightline.feeds.manifest import Manifest
from brightline.feeds.spool import SEPARATOR, MarkingKey

Hasher = Any
"""hashlib's own type has no public name."""


class Form:
    """What a table's header says of its rows. Indexes are -1 where the manifest names no such column."""

    __slots__ = (
        "_hashers",
        "_salt",
        "category",
        "caveat",
        "deletion",
        "keys",
        "marking",
        "particular",
        "separators",
        "single",
        "traits",
        "unique",
    )

    def __init__(self, manifest: Manifest, salt: bytes, header: tuple[str, ...], traits: tuple[int, ...]) -> None:
        at = {name: index for index, name in enumerate(header)}
        said, caveats, deletions = manifest.marking.category, manifest.marking.caveats, manifest.input.deletions
        self.traits = traits
        self.separators = len(header) - 1
        self.keys = tuple(at[name] for name in manifest.input.keys if name in at)
        self.single = self.keys[0] if len(self.keys) == 1 else -1
        self.unique = tuple(at[name] for name in manifest.expect.unique if name in at)
        self.deletion = at.get(deletions.column, -1) if deletions else -1
        self.particular = bool(self.unique) or self.deletion >= 0
        self.category = at.get(said.column, -1) if said.column else -1
        self.caveat = at.get(caveats.column, -1) if caveats.column else -1
        self.marking: MarkingKey | None = None
        if self.category < 0 and self.caveat < 0:
            self.marking = (said.default, tuple(sorted(set(caveats.always))))
        self._salt = b"\x1e".join((salt, SEPARATOR.join(header).encode("utf-8", "replace")))
        self._hashers: dict[MarkingKey, Hasher] = {}

    def hasher(self, marking: MarkingKey) -> Hasher:
        """A hash that holds the mapping, the header and the marking already: a change of any changes every row."""
        begun = self._hashers.get(marking)
        if begun is None:
            words = SEPARATOR.join((marking[0], *marking[1])).encode()
            begun = self._hashers[marking] = hashlib.sha256(b"\x1e".join((self._salt, words)))
        return begun

    def digests(self, marking: MarkingKey, rows: Iterable[str]) -> list[bytes]:
        """The hashes of rows that have one marking."""
        begin = self.hasher(marking).copy
        found = []
        for row in rows:
            hasher = begin()
            hasher.update(row.encode())
            found.append(hasher.digest())
        return found
