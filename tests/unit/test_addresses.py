"""Addresses are compared as addresses: the same door however it is written, and no other one."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.database

SAME = [
    ("72 Tower Street, Lower Thorne", "72 TOWER ST., Lower Thorne"),
    ("72 Tower Street, Lower Thorne", "Flat 3, 72 Tower St, Lower Thorne LT4 9XY, Kent"),
    ("72 Tower Street, Lower Thorne", "72 Tower Street\nLower Thorne\nLT4 9XY"),
    ("72 Tower Street, Lower Thorne", "Tarn and Vale, 72 Tower Street, Lower Thorne"),
    ("72 Tower Street, Lower Thorne", "No. 72, Tower Street, Lower Thorne"),
    ("72 Tower Street, Lower Thorne", "072 Tower Street Lower Thorne"),
    ("Turmstraße 72, 10559 Berlin", "Turmstr. 72, D-10559 Berlin"),
    ("Turmstraße 72, 10559 Berlin", "Turm Strasse 72, Berlin"),
    ("Turmstraße 72, 10559 Berlin", "Berlin 10559, Turmstrasse 72"),
    ("12a High Street, Ash", "12/A High St, Ash"),
    ("12 High Street, Ash", "12-14 High Street, Ash"),
    ("350 5th Ave, New York, NY 10118", "350 5th Avenue, New York NY"),
    ("72 rue de la Tour, 75016 Paris", "72, rue de la Tour, Paris"),
    ("Calle Mayor, 12, 28013 Madrid", "Calle Mayor 12, Madrid"),
    ("Via Roma 9, 00184 Roma", "via Roma, 9, Roma"),
    ("Unit 7, Quarry Road, Saltmere", "Quarry Rd 7, Saltmere"),
    ("1 St Mary's Road, Ash", "1 St. Mary's Rd, Ash"),
]
OTHER = [
    ("72 Tower Street, Lower Thorne", "74 Tower Street, Lower Thorne"),
    ("72 Tower Street, Lower Thorne", "72 Tower Street, Lower Wick"),
    ("72 Tower Street, Lower Thorne", "72 Tower Road, Lower Thorne"),
    ("72 Tower Street, Lower Thorne", "72 Thorne Street, Lower Thorne"),
    ("72 Tower Street, Lower Thorne", "72 Tower"),
    ("72 Tower Street, Lower Thorne", "72 Thorne"),
    ("72a Tower Street, Lower Thorne", "72b Tower Street, Lower Thorne"),
]
NONE = ["Gallagher", "Tower Street, Lower Thorne", "1992", "", "  ,, ", "72", "x" * 500, "72 7", "Robert'); DROP TABLE"]


def keys(db: Any, text: str, asked: bool = False) -> set[str]:
    row = db.admin.execute("SELECT line.address_keys(line.address_parts(%s), %s)", (text, asked)).fetchone()
    return set(row[0])


@pytest.fixture(scope="module")
def db(module_db: Any) -> Any:
    return module_db


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_door_is_found_however_it_is_written(db: Any, one: str, other: str) -> None:
    assert keys(db, one), one
    assert keys(db, one, True) & keys(db, other), (keys(db, one, True), keys(db, other))
    assert keys(db, other, True) & keys(db, one), (keys(db, other, True), keys(db, one))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_door_is_another_one(db: Any, one: str, other: str) -> None:
    assert not keys(db, one, True) & keys(db, other)
    assert not keys(db, other, True) & keys(db, one)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_address_has_no_keys(db: Any, text: str) -> None:
    assert keys(db, text) == set()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("He lives at 72 Tower Street, Lower Thorne since May.", "72 Tower Street, Lower Thorne"),
        ("Seen twice near 72 Tower St Lower Thorne, with a van.", "72 Tower Street, Lower Thorne"),
        ("Gemeldet in der Turmstraße 72, 10559 Berlin seit Mai.", "Turmstraße 72, Berlin"),
        ("Il habite 72, rue de la Tour, 75016 Paris.", "72 rue de la Tour, Paris"),
        ("The door at 418 Harbor Loop.", "418 Harbor Loop"),
    ],
)
def test_an_address_in_running_text_is_found(db: Any, text: str, asked: str) -> None:
    found = set(db.admin.execute("SELECT line.addresses_in(%s)", (text,)).fetchone()[0])
    assert found & keys(db, asked, True), found


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Call +1 308 555 0888 after six.", "i:any:13085550888"),
        ("Call +1 308 555 0888 after six.", "i:tel:3085550888"),
        ("Call (0308) 555-0888.", "i:tel:3085550888"),
        ("From DE44 5001 0517 5407 3249 31 to him", "i:any:DE44500105175407324931"),
        ("a grey van, SM 4471 NJ, in the yard", "i:any:SM4471NJ"),
        ("account SM-99-1234", "i:any:SM991234"),
        ("Mail to Oak@Hollow.example, please", "i:email:oak@hollow.example"),
    ],
)
def test_a_number_in_running_text_is_found(db: Any, text: str, key: str) -> None:
    assert key in db.admin.execute("SELECT line.numbers_in(%s)", (text,)).fetchone()[0]


def test_words_and_days_are_no_numbers(db: Any) -> None:
    text = "On 2026-05-04 she said nothing, twice, in room 12 of the house."
    assert db.admin.execute("SELECT line.numbers_in(%s)", (text,)).fetchone()[0] == []
