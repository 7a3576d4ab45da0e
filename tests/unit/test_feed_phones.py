"""A phone is read as followthemoney reads it, and its keys are those of whoever searches for it."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from followthemoney.exc import InvalidData
from followthemoney.types import registry

from brightline.feeds.phones import read_phone
from brightline.model.keys import identifier_keys, phone_keys


def _numbers() -> list[str]:
    """An example of each kind of number of each region, in three spellings, and near misses of it."""
    chance = random.Random(3)
    kinds = range(10)
    found = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in chance.sample(kinds, 4):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            forms = phonenumbers.PhoneNumberFormat
            found += [
                phonenumbers.format_number(number, form) for form in (forms.E164, forms.INTERNATIONAL, forms.NATIONAL)
            ]
            found += [found[-3][:-1], found[-3] + "1", "00" + found[-3][1:]]
    return found


@pytest.mark.slow
def test_every_region_s_numbers_are_read_as_followthemoney_reads_them() -> None:
    numbers = _numbers()
    assert len(numbers) > 3_000
    for text in numbers:
        found = read_phone(text)
        assert (found and found[0]) == registry.phone.clean_text(text), text
        if found:
            assert phone_keys(*found) == identifier_keys("phone", found[0]), text


@pytest.mark.parametrize("country", ["de", "gb", "us", "it", "gb-eng"])
@pytest.mark.parametrize("text", ["030 1234567", "020 7946 0000", "(202) 555-0123", "+39 06 1234567", "none", ""])
def test_a_country_helps_where_the_prefix_lacks(text: str, country: str) -> None:
    found = read_phone(text, country)
    assert (found and found[0]) == registry.phone.clean_text(text, format=country)


def test_a_country_without_numbers_is_refused_alike() -> None:
    with pytest.raises(InvalidData):
        registry.phone.clean_text("+442079460000", format="zz")
    with pytest.raises(InvalidData):
        read_phone("+442079460000", "zz")
