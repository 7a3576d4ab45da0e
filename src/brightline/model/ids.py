"""Ids of entities, value nodes and records.

An entity's id is a keyed hash of its source and key parts, so that equal keys of two sources never
become one entity (FollowTheMoney's own ids do: `sha1('1')`), and so that nobody outside can compute
the id of a person whose record number they know. In the database an id is a uuid; on screens and in
files it is `<source>-<32 hex>`, where the prefix is only for the eye: on the way in, the last 32
hexadecimal digits count.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from uuid import UUID

from brightline.model.errors import BadInput
from brightline.model.keys import normal_identifier

CASE = "case"
"""Prefix of entities that were born in a case, not in a source."""

VALUE = "value"
"""Prefix of value nodes: a phone, an e-mail address, an account number that several entities share."""

RESERVED = frozenset({CASE, VALUE})
"""Names no source may have, since they'd be taken for one of the above."""

_VALUE_SPACE = "\x00value"
_HEX32 = re.compile(r"[0-9a-f]{32}\Z")


def _prefixed(parts: Iterable[str]) -> bytes:
    """Each part with its length before it, so that ('ab', 'c') and ('a', 'bc') differ."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join([len(part).to_bytes(4, "big") + part for part in encoded])


def _keyed(key: bytes, *parts: str) -> UUID:
    return UUID(bytes=hmac.digest(key, _prefixed(parts), "sha256")[:16])


def entity_id(key: bytes, source: str, *parts: str) -> UUID:
    """Id of the entity that `source` calls by `parts`, under the installation's `key`."""
    return _keyed(key, source, *parts)


def entity_hex(key: bytes, source: str, *parts: str) -> str:
    """`entity_id` as 32 hexadecimal digits; a UUID object costs as much as the hash, and feeds make millions."""
    return hmac.digest(key, _prefixed((source, *parts)), "sha256")[:16].hex()


def entity_hexes(key: bytes, source: str, *first: str) -> Callable[[Iterable[str]], str]:
    """`entity_hex` for many entities of a source whose first parts are the same: it takes the other parts."""
    begun = _prefixed((source, *first))
    return lambda parts: hmac.digest(key, begun + _prefixed(parts), "sha256")[:16].hex()


def value_id(key: bytes, type: str, value: str) -> UUID:
    """Id of the value node for an identifier, however it was written ('+44 20…' and '004420…' are one)."""
    return UUID(value_hex(key, type, value, normal_identifier(type, value)))


def value_hex(key: bytes, type: str, value: str, normal: str | None) -> str:
    """`value_id` of a value whose normal form, None where nothing is left of it, is known: 32 hexadecimal digits."""
    return entity_hex(key, _VALUE_SPACE, type, normal or value.strip().casefold())


def record_id(source: str, source_key: str, version: int | None = None) -> UUID:
    """Id of a source's record, or of one version of it.

    It isn't keyed: a record's key is the source's own, and knowing an id shows nothing.
    """
    parts = (source, source_key) if version is None else (source, source_key, str(version))
    return UUID(bytes=hashlib.sha256(_prefixed(parts)).digest()[:16])


def record_hex(source: str, source_key: str, version: int) -> str:
    """`record_id` of one version, as 32 hexadecimal digits."""
    return hashlib.sha256(_prefixed((source, source_key, str(version)))).hexdigest()[:32]


def printed(source: str, id: UUID) -> str:
    """The id as people and files see it."""
    return f"{source}-{id.hex}"


def parse_id(text: str, field: str = "id") -> UUID:
    """The uuid in a printed id, a bare uuid or 32 hexadecimal digits; BadInput for anything else."""
    digits = text.strip().replace("-", "").lower()
    found = _HEX32.search(digits)
    if not found:
        raise BadInput(field, "this isn't an id", "An id ends in 32 hexadecimal digits; copy one from a list.")
    return UUID(hex=found.group())
