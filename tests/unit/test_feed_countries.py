"""The short way to a country answers what followthemoney answers, for every name that it knows."""

from __future__ import annotations

import pytest
from followthemoney.types import registry
from rigour.territories import get_territories

from brightline.feeds.countries import country, listed_names


@pytest.mark.slow
def test_every_listed_name_is_found_as_followthemoney_finds_it() -> None:
    names = sorted(listed_names())
    assert len(names) > 1_000
    other = {name: (country(name), registry.country.clean_text(name)) for name in names}
    assert {name: both for name, both in other.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize(
    "text",
    ["Germany", "GERMANY", "de", "DEU", "Q183", "Deutschland", "Viet Nam", "Georgia", "nowhere", "côte d’ivoire"],
)
def test_codes_names_and_nonsense(text: str) -> None:
    assert country(text) == registry.country.clean_text(text)


def test_codes_come_before_names() -> None:
    for territory in get_territories():
        assert country(territory.code) == registry.country.clean_text(territory.code)


def test_a_near_miss_is_guessed_only_when_asked() -> None:
    assert country("Germnay") is None
    assert country("Germnay", fuzzy=True) == registry.country.clean_text("Germnay", fuzzy=True)
