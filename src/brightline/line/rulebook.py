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
    check_accounts(book.get("accounts") or {})
    return Rulebook(
        categories={name: frozenset(regimes) for name, regimes in categories.items()},
        caveats=frozenset(book.get("caveats", ())),
        open_caveats=frozenset(book.get("open_caveats", ())),
        silent_caveats=frozenset(book.get("silent_caveats", ())),
    )


ROLES = ("agent", "analyst", "supervisor", "steward", "vetter", "approver", "overseer", "admin")
ACCOUNTS = {
    "sessions": (1, 100),
    "idle_minutes": (1, 1440),
    "recertify_days": (1, 92),
    "token_days": (1, 366),
    "glass_hours": (1, 4),
}


def check_accounts(given: Mapping[str, Any]) -> None:
    """The part on accounts: whole numbers within what the law and the tables allow. BadInput names the key."""
    for name, value in given.items():
        key = f"rulebook.accounts.{name}"
        if name in ACCOUNTS:
            least, most = ACCOUNTS[name]
            if type(value) is not int or not least <= value <= most:
                raise BadInput(key, f"must be a whole number from {least} to {most}")
        elif name == "over":
            if value not in ("end", "flag"):
                raise BadInput(key, "must be end or flag")
        elif name == "second_factor":
            if not isinstance(value, list) or not set(value) <= set(ROLES):
                raise BadInput(key, "must be a list of roles", f"Roles: {', '.join(ROLES)}.")
        else:
            raise BadInput(key, "is unknown", f"Known: {', '.join((*ACCOUNTS, 'over', 'second_factor'))}.")


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
