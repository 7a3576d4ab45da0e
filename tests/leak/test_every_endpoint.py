"""Rule 51 over every operation of the API, generated from the OpenAPI document so that none can be forgotten.

Two worlds that differ by the hidden rows alone (twins.py); fraud's people ask both the same. At pointer tier 0 the
answers are equal in every byte that isn't random: status, headers, bodies, counts, facets, suggestions, order, pages,
error texts, files, streams. At tiers 1 to 3 they differ by `pointers` alone, which then has the fields of that tier and
no other. The other account, which sees the hidden marking, is told more wherever a recipe says so: the proof that the
question reaches what is hidden.

Every operation is asked at tiers 0 and 3; at 1 and 2 those whose answers can hold pointers, and with
BRIGHTLINE_LEAK=full all of them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from tests.described import routes, tells
from tests.leak.kitchen import Dish, Kitchen, unlisted
from tests.leak.recipes import RECIPES, Recipe
from tests.leak.twins import A_CASE, CANARIES, TIERS, alike, twins

from brightline.api.routers import ledger

pytestmark = [pytest.mark.database, pytest.mark.slow]
# What a pointer says at each tier, beside its number and, under a case, a handle made of what it says: tier 1 how many,
# 2 whose, 3 which case's, what and when.
FIELDS = {
    1: {"tier", "count", "handle"},
    2: {"tier", "count", "handle", "regime", "custodian"},
    3: {"tier", "count", "handle", "regime", "custodian", "case", "kind", "month"},
}
BUCKET = "(fewer than 5|5 to 19|20 to 99|100 or more)"
USUAL = "Nothing of this id can be seen under this purpose. If it exists, .*"
WORDED = {
    0: re.compile(USUAL),
    1: re.compile(rf"{USUAL}|Withheld: {BUCKET} record\(s\)\."),
    2: re.compile(rf"{USUAL}|customs holds {BUCKET} record\(s\) under criminal authority: request a crossing .*"),
    3: re.compile(
        rf"{USUAL}|customs holds {BUCKET} record\(s\) under criminal authority(, in case {A_CASE})?: request a cross.*"
    ),
}


def _asked_at(tier: int) -> list[str]:
    everything = tier in (0, 3) or os.environ.get("BRIGHTLINE_LEAK") == "full"
    return [name for name, route in routes().items() if everything or tells(route.answer, "pointers")]


@pytest.fixture(scope="module")
def kitchen(module_db: Any, server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    patience, ledger._PATIENCE = ledger._PATIENCE, 0.05  # no sequencer runs here that a checkpoint could wait for
    with twins(module_db, server, tmp_path_factory.mktemp("twins")) as made:
        yield Kitchen(made)
    ledger._PATIENCE = patience


def test_no_recipe_is_left_over() -> None:
    assert unlisted() == set(), "recipes for operations that are no more"


@pytest.mark.parametrize(("tier", "name"), [(tier, name) for tier in TIERS for name in _asked_at(tier)])
def test_rule_51_nobody_is_told_of_what_is_hidden(kitchen: Kitchen, tier: int, name: str) -> None:
    if kitchen.at != tier:
        kitchen.twins.tier(tier)
        kitchen.at = tier
    recipe = RECIPES.get(name, Recipe())
    beyond = {recipe.beyond, *recipe.random} | ({recipe.worded} if tier else set())
    for number, (full, bare) in enumerate(kitchen.cook(name)):
        asked = json.dumps([recipe.asks[number], recipe.body])
        if number == 0:
            _works(name, bare, recipe.status)
        _no_canary(full, asked)
        assert full.status == bare.status
        assert full.headers == bare.headers
        pointers, told = _apart(full, beyond)
        none, plain = _apart(bare, beyond)
        one, other = alike(told, plain)
        assert one == other, f"tier {tier}, question {asked}"
        _worded_as_told(full, recipe.worded, tier)
        assert none == []
        assert tier or not pointers
        for pointer in pointers:
            assert set(pointer) <= FIELDS[tier]
            assert pointer["tier"] == tier
            assert pointer["count"] in {"fewer than 5", "5 to 19", "20 to 99", "100 or more"}


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.shows])
def test_the_other_account_is_told_more(kitchen: Kitchen, name: str) -> None:
    """Else the questions above would prove nothing: they must be such as the hidden rows answer."""
    kitchen.twins.tier(0)
    kitchen.at = 0
    cooked = kitchen.cook(name, as_other=True)
    differing = [alike(full.text, bare.text) for full, bare in cooked]
    assert any(one != other for one, other in differing)


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_rule_51_at_each_tier_exactly_its_fields(kitchen: Kitchen, tier: int) -> None:
    """The tiers do tell something: a search for the hidden name, and the page of an entity with a hidden side."""
    kitchen.twins.tier(tier)
    kitchen.at = tier
    found = kitchen.served(kitchen.twins.full, "search", {"q": "Marla Quillfeather"}, False).json["pointers"]
    shown = kitchen.served(kitchen.twins.full, "entity_show", {"id": "{open}"}, False).json["pointers"]
    for pointers in (found, shown):
        assert pointers
        assert {key for key, value in pointers[0].items() if value is not None} == FIELDS[tier]
        assert pointers[0]["case"] == (A_CASE if tier == 3 else None)
    sealed = kitchen.served(kitchen.twins.full, "search", {"q": "Sealgrove"}, False).json["pointers"]
    assert sealed == []


def _no_canary(dish: Dish, asked: str) -> None:
    """No word of a hidden row, unless the caller brought it along."""
    text = dish.text.lower()
    brought = asked.lower()
    assert [word for word in CANARIES if word.lower() in text and word.lower() not in brought] == []


def _works(name: str, dish: Dish, wanted: int) -> None:
    """The first question of a recipe is one that is answered; else nothing was compared but refusals."""
    right = dish.status == wanted if wanted else dish.status < 400
    assert right, (
        f"{name} is answered {dish.status} {dish.text[:400]}. Add or correct one line of RECIPES in "
        f'tests/leak/recipes.py, for instance  "{name}": Recipe(body={{…}}, after=("operation_before_it",)),'
    )


def _worded_as_told(dish: Dish, field: str, tier: int) -> None:
    """Where pointers are put into sentences too, those name nobody below tier 2, no case below 3, nothing else."""
    for text in dish.json.get(field) or [] if field and dish.status < 400 else []:
        assert WORDED[tier].fullmatch(text), text


def _apart(dish: Dish, beyond: Collection[str]) -> tuple[list[dict[str, Any]], str]:
    """The pointers of an answer, and the rest of it as text."""
    if dish.json is None:
        return [], dish.text
    found: list[dict[str, Any]] = []

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            pointers = [one for one in value.get("pointers") or [] if isinstance(one, dict) and "tier" in one]
            found.extend({k: v for k, v in one.items() if v is not None} for one in pointers)
            told = {k for k in value if k in beyond or (k == "pointers" and (pointers or not value[k]))}
            return {k: without(v) for k, v in value.items() if k not in told}
        return [without(part) for part in value] if isinstance(value, list) else value

    rest = without(dish.json)
    return found, json.dumps(rest, ensure_ascii=False)
