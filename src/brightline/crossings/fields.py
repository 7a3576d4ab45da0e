"""The fields that a crossing names: FollowTheMoney properties, of which none is a protected trait."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from followthemoney import model as ftm

from brightline.model.errors import BadInput, Refused

MAX_FIELDS = 40
"""Names that one request may carry: the size of a request, not what may cross. `line.crossing_checked` has it too."""

NEVER = frozenset({"ethnicity", "religion", "political", "nationalityEthnic", "sexualOrientation"})
"""Traits that no crossing carries (rule 2): fixed, since no decision and no rulebook may open them."""

_FIELD = re.compile(r"[a-zA-Z][a-zA-Z0-9]{1,39}")


def check_fields(fields: Iterable[str]) -> tuple[str, ...]:
    """The named fields, each a FollowTheMoney property that may travel; in their order, once each."""
    named = tuple(dict.fromkeys(field.strip() for field in fields))
    if not named or len(named) > MAX_FIELDS:
        raise BadInput("fields", f"name between 1 and {MAX_FIELDS} fields", "For instance name, birthDate, country.")
    known = _known_fields()
    for field in named:
        if field in NEVER:
            raise Refused(f"{field} never crosses: it is a protected trait.", hint="Leave it out.", code="trait")
        if not _FIELD.fullmatch(field) or field not in known:
            raise BadInput(
                "fields", f"{field[:40]!r} is no field", "Use FollowTheMoney names: name, birthDate, idNumber."
            )
    return named


def named_only(properties: Mapping[str, list[str]], fields: Collection[str]) -> dict[str, list[str]]:
    """What of these properties crosses."""
    return {name: list(values) for name, values in properties.items() if name in fields and name not in NEVER}


@cache
def _known_fields() -> frozenset[str]:
    return frozenset(name for schema in ftm.schemata.values() for name in schema.properties)
