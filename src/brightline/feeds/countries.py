"""Countries by name, without the table of all names in all scripts.

followthemoney's country type looks a name up in a table of 29,000 names, which it makes at its first use by
transliterating each: a second or three in every process that maps a feed. Nearly all cells hold an ASCII name as
somebody writes it. Those are found here in the names as they are listed; whatever isn't goes the long way, so that
the answers are the same (tests/unit/test_feed_countries.py compares all names).
"""

from __future__ import annotations

from functools import cache

from followthemoney.types import registry
from rigour._core import territories_jsonl
from rigour.data import iter_jsonl_text
from rigour.territories import get_territory, lookup_by_identifier


@cache
def listed_names() -> dict[str, str | None]:
    """Casefolded ASCII names → FollowTheMoney code, None for a territory that has none.

    A name that two territories bear is left out, so that the long way decides.
    """
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    for told in iter_jsonl_text(territories_jsonl()):
        code = told["code"]
        names = (told["name"], told.get("full_name", ""), *told.get("names_strong", ()), *told.get("names_weak", ()))
        for name in names:
            folded = name.casefold()
            if name.isascii() and found.setdefault(folded, code) != code:
                doubtful.add(folded)
    return {name: _ftm(code) for name, code in found.items() if name not in doubtful}


@cache
def _ftm(code: str) -> str | None:
    territory = get_territory(code)
    return territory.ftm_country if territory else None


def country(text: str, fuzzy: bool = False) -> str | None:
    """The code of a country by code or name, as `CountryType.clean_text` finds it; None when it finds none."""
    folded = text.casefold()
    if text.isascii() and folded in listed_names() and lookup_by_identifier(text) is None:
        return listed_names()[folded]
    return registry.country.clean_text(text, fuzzy=fuzzy)
