"""What is compared when a key is checked against all cases: the words of the key as search keys.

The same functions as everywhere make them, so that a number written in another way is the same number. A name counts
with a birth date only: less would tell every Smith of every other. An address, or a planned event's place, goes as it
was typed: number, street and town are told apart where they are compared (`sql/definer/10_addresses.sql`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from brightline.model.errors import BadInput
from brightline.model.keys import identifier_keys, name_keys

KINDS = ("phone", "email", "account", "plate", "number", "name", "address", "event")

_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_PLATE = re.compile(r"^[A-Za-z]{1,3}[ -]?[0-9]{1,4}[ -]?[A-Za-z]{0,3}$")
_IBAN = re.compile(r"^[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 ]{10,36}$")
_WORD = re.compile(r"[^\W\d_]{3,}")
_STREET = re.compile(r"^\d+[a-zA-Z]? .*[A-Za-z]{3}|[A-Za-z]{3}.* \d+[a-zA-Z]?$")

_IDENTIFIERS = {"phone": "phone", "email": "email", "account": "account", "plate": "registration", "number": "generic"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A key ready to be compared. Each group holds alternatives of which one must be there."""

    key: str
    kind: str
    groups: tuple[tuple[str, ...], ...] = field(default=())
    needed: str | None = None

    def params(self) -> dict[str, Any]:
        """As the installed function takes them."""
        return {
            "key": self.key,
            "kind": self.kind,
            "groups": [list(group) for group in self.groups],
            "needed": self.needed,
        }


def kind_of(key: str) -> str:
    """What a key looks like; `number` when it could be anything."""
    text = key.strip()
    if "@" in text:
        return "email"
    if _DATE.search(text) and re.search(r"[^\W\d_]{2}", _DATE.sub("", text)):
        return "name"
    if text.startswith(("+", "00")):
        return "phone"
    if _IBAN.match(text):
        return "account"
    if _PLATE.match(text):
        return "plate"
    worded = len(_WORD.findall(text)) > 1 and any(char.isdigit() for char in text)
    return "address" if worded or _STREET.search(text) else "number"


def check(key: str, kind: str | None = None) -> Check:
    """The key as it is compared. BadInput where it is too little to compare."""
    text = key.strip()
    sort = kind or kind_of(text)
    if not text:
        raise BadInput("key", "is empty", "A number, a name with a birth date, or an address.")
    if sort not in KINDS:
        raise BadInput("kind", "is unknown", ", ".join(KINDS) + ".")
    if sort == "name":
        return _name(text)
    if sort in ("address", "event"):
        return Check(key=text, kind=sort)
    keys = _alternatives(sort, text)
    if not keys:
        raise BadInput("key", "is too short to compare", "Four characters at least.")
    return Check(key=text, kind=sort, groups=(keys,))


def _alternatives(sort: str, text: str) -> tuple[str, ...]:
    if sum(char.isalnum() for char in text) < 4:
        return ()
    keys = list(identifier_keys(_IDENTIFIERS[sort], text))
    if sort == "account":
        keys += identifier_keys("iban", text)
    digits = re.sub(r"[\s().\-/]", "", text)
    if sort in ("phone", "number") and digits.isdigit() and len(digits) > 6:
        keys.append(f"i:tel:{digits.lstrip('0')}")  # a telephone as it is dialled at home
    return tuple(dict.fromkeys(keys))


def _name(text: str) -> Check:
    found = _DATE.search(text)
    tokens = name_keys(_DATE.sub(" ", text).replace(",", " "), "Person").tokens
    if found is None or len(tokens) < 2:
        raise BadInput("key", "is no full name with a birth date", "Write it as: Given Family, YYYY-MM-DD.")
    return Check(key=text, kind="name", groups=tuple((f"t:{token}",) for token in tokens[:12]), needed=found.group(1))
