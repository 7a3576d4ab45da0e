"""Phone numbers, read once: followthemoney's cleaning keeps the number alone, and the search keys need its parts.

The same steps as `PhoneType.clean_text` (parse, check against the numbering plan, E.164), of which each is dear.
"""

from __future__ import annotations

from functools import cache

from followthemoney.exc import InvalidData
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    is_valid_number,
    is_valid_number_for_region,
)
from phonenumbers import parse as parse_number
from rigour.territories import get_territory

from brightline.model.keys import phone_parts


def read_phone(text: str, country: str | None = None) -> tuple[str, str] | None:
    """(E.164, national number) of a valid number, dialled in `country` where it has no prefix; None for others.

    Raises followthemoney's InvalidData when the country has no numbering plan.
    """
    region = None if country is None else _region(country)
    number = _valid(text, None)
    if number is None and region is not None:
        number = _valid(text, region)
    return None if number is None else phone_parts(number)


@cache
def _region(country: str) -> str:
    """Where a number of this country is dialled: itself, or the country that a part of it belongs to."""
    territory = get_territory(country)
    codes = (territory.code, territory.ftm_country) if territory else ()
    for code in codes:
        if code is not None and code.upper() in SUPPORTED_REGIONS:
            return code.upper()
    raise InvalidData(f"Not a valid country for a phone number: {country!r}")


def _valid(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = parse_number(text, region)
    except NumberParseException:
        return None
    # Whatever the first region of a country code takes is valid; only what it doesn't is worth asking the others.
    first = COUNTRY_CODE_TO_REGION_CODE.get(number.country_code or 0, ("001",))[0]
    return number if is_valid_number_for_region(number, first) or is_valid_number(number) else None
