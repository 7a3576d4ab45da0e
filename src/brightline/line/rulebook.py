"""The rulebook: the numbers and lists that a site may set, as one frozen value.

Text in (YAML), a plain mapping between, `Rulebook` for the rules. `rulebook_check` says whether a book holds together,
`rulebook_diff` what changes and which guard it weakens, `proof` whether it keeps its promises.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from brightline.model import yml
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
    protected_categories: frozenset[str] = frozenset()
    clearable: Mapping[str, frozenset[str]] = field(default_factory=dict)
    case_born: Mapping[str, frozenset[str]] = field(default_factory=dict)
    highest_tier: int = 3


def parse(book: Mapping[str, Any]) -> Rulebook:
    """The typed part of a rulebook; raises BadInput naming the key that is wrong."""
    check_accounts(book.get("accounts") or {})
    return Rulebook(
        categories=_regimes_by(book, "categories"),
        caveats=frozenset(book.get("caveats", ())),
        open_caveats=frozenset(book.get("open_caveats", ())),
        silent_caveats=frozenset(book.get("silent_caveats", ())),
        protected_categories=frozenset((book.get("protected") or {}).get("categories", ())),
        clearable=_regimes_by(book, "clearable"),
        case_born=_regimes_by(book, "case_born"),
        highest_tier=int((book.get("pointers") or {}).get("highest_tier", 0)),
    )


def _regimes_by(book: Mapping[str, Any], key: str) -> dict[str, frozenset[str]]:
    found = book.get(key)
    if not isinstance(found, Mapping):
        raise BadInput(f"rulebook.{key}", "is missing", "Map each name to a list of regimes.")
    for name, regimes in found.items():
        if not isinstance(regimes, list) or not {str(one) for one in regimes} <= set(REGIMES):
            raise BadInput(
                f"rulebook.{key}.{name}", f"names an unknown regime in {regimes}", f"Regimes: {', '.join(REGIMES)}."
            )
    return {str(name): frozenset(regimes) for name, regimes in found.items()}


class _Strict(yml.Loader):
    """Keys are text: the database's JSON has no others."""


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} is no text", problem_mark=key_node.start_mark)
        if key in seen:
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
        seen.add(key)
    made: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return made


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(text: str) -> dict[str, Any]:
    """A site's YAML as a mapping of what differs; raises BadInput with line and reason."""
    try:
        found = yml.read(text, _Strict)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise BadInput("rulebook", f"is no valid YAML{where}: {error.problem}", "Correct it and try again.") from error
    except yaml.YAMLError as error:
        raise BadInput("rulebook", f"is no valid YAML: {error}", "Correct it and try again.") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadInput("rulebook", "holds no keys", "Begin from: brightline rulebook shipped.")
    return _plain(found)


def _plain(book: dict[str, Any]) -> dict[str, Any]:
    """Days as text, so that YAML's dates and the database's JSON are one thing."""
    plain: dict[str, Any] = json.loads(json.dumps(book, default=_text))
    return plain


def _text(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise BadInput("rulebook", f"holds something that is no text, number or list: {type(value).__name__}")


def shipped_text() -> str:
    """The shipped rulebook as it lies in the package, comments and all."""
    return resources.files(__package__).joinpath(SHIPPED).read_text("utf-8")


def shipped() -> dict[str, Any]:
    """The shipped rulebook."""
    return read(shipped_text())


def overlaid(book: Mapping[str, Any], site: Mapping[str, Any]) -> dict[str, Any]:
    """A book with a site's keys on top. Mappings are merged key by key; numbers, words and lists are replaced."""
    made = copy.deepcopy(dict(book))
    for key, value in site.items():
        old = made.get(key)
        made[key] = overlaid(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return made


def filled(book: Mapping[str, Any], shipped_book: Mapping[str, Any]) -> dict[str, Any]:
    """A book with the keys that this version of Brightline brings and the book hasn't got; nothing there is changed.

    Only in groups of settings: a category or caveat that a site has left out stays out.
    """
    made = dict(book)
    for key, value in shipped_book.items():
        if key not in made:
            made[key] = value
        elif isinstance(value, Mapping) and isinstance(made[key], Mapping) and key in SETTINGS:
            made[key] = {**value, **made[key]}
    return made


# Groups whose keys are fixed; the keys of all other mappings are a site's own names.
SETTINGS = frozenset(
    {
        "accounts",
        "bulk",
        "misuse",
        "inquiry",
        "reason",
        "crossing",
        "prompts",
        "review",
        "retention",
        "notice",
        "pointers",
        "protected",
        "log",
        "mandatory",
        "derived",
        "regimes",
        "roles",
        "chains",
    }
)


ROLES = ("agent", "analyst", "supervisor", "steward", "vetter", "approver", "overseer", "admin")
ACCOUNTS = {
    "sessions": (1, 100),
    "idle_minutes": (1, 1440),
    "recertify_days": (1, 92),
    "token_days": (1, 366),
    "glass_hours": (1, 4),
    "young_days": (7, 366),
    "undecided_days": (1, 60),
    "restrictions_day": (1, 50),
    "leavers_percent": (1, 50),
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
    """The shipped rulebook with a site's overrides on top, its regimes checked."""
    book = shipped()
    if site is not None and site.exists():
        book = overlaid(book, read(site.read_text("utf-8")))
    parse(book)
    return book


def written(book: Mapping[str, Any]) -> str:
    """A rulebook as YAML, in its own order."""
    return yaml.safe_dump(dict(book), sort_keys=False, allow_unicode=True, width=118, default_flow_style=None)


def digest(book: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a rulebook, in hex: names the version that a decision used."""
    text = json.dumps(book, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
