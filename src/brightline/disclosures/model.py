"""A disclosure's life, and the package that leaves: bytes that the database made at submission and keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """The zip that leaves and its SHA-256."""

    content: bytes
    sha256: str
