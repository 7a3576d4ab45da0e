"""A chain of custody checked from outside, as whoever holds an exported chain would: without the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of a chain of custody as the database tells it. `sha256`: of the bytes, where there are any."""

    n: int
    act: str
    giver: str | None
    taker: str | None
    place: str
    reason: str
    account: str
    at: str
    entry: str
    sha256: str | None = None


def seal(before: bytes, item: str, link: Link) -> bytes:
    """The link's seal: SHA-256 over the seal before it and the link, each with its length in front.

    The first link follows the SHA-256 of the item's content, or nothing. Written as PostgreSQL writes a jsonb array.
    """
    parts = [item, link.n, link.act, link.giver, link.taker, link.place, link.reason, link.account, link.at, link.entry]
    if link.sha256 is not None:
        parts.append(link.sha256)
    text = json.dumps(parts, ensure_ascii=False, separators=(", ", ": ")).encode()
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in (before, text))).digest()
