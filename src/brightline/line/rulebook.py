"""The rulebook: the numbers and lists that a site may set, as one frozen value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from brightline.model.errors import BadInput

REGIMES = ("criminal", "civil", "regulatory", "oversight")
SHIPPED = "rulebook.yml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rulebook:
    """What the visibility rules read of the rulebook."""

    categories: Mapping[str, frozenset[str]]
    caveats: frozenset[str]
    open_caveats: frozenset[str]
    silent_caveats: frozenset[str]


def parse(book: Mapping[str, Any]) -> Rulebook:
    """The typed part of a rulebook; raises BadInput naming the key that is wrong."""
    categories = book.get("categories")
    if not isinstance(categories, Mapping):
        raise BadInput("rulebook.categories", "is missing", "Map each category to a list of regimes.")
    for category, regimes in categories.items():
        if not set(regimes) <= set(REGIMES):
            raise BadInput(f"rulebook.categories.{category}", f"names an unknown regime in {regimes}")
    return Rulebook(
        categories={name: frozenset(regimes) for name, regimes in categories.items()},
        caveats=frozenset(book.get("caveats", ())),
        open_caveats=frozenset(book.get("open_caveats", ())),
        silent_caveats=frozenset(book.get("silent_caveats", ())),
    )


def load(site: Path | None = None) -> dict[str, Any]:
    """The shipped rulebook with a site's overrides on top, checked before it is used."""
    book: dict[str, Any] = yaml.safe_load(resources.files(__package__).joinpath(SHIPPED).read_text("utf-8"))
    if site is not None and site.exists():
        book |= yaml.safe_load(site.read_text("utf-8")) or {}
    parse(book)
    return book


def digest(book: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a rulebook, in hex: names the version that a decision used."""
    text = json.dumps(book, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
