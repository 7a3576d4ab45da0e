"""Keys by example: the names and numbers that people really type."""

from __future__ import annotations

import pytest

from brightline.model.errors import BadInput
from brightline.model.ids import parse_id, value_id
from brightline.model.keys import entity_keys, identifier_keys, name_keys, query_keys


def found(query: str, *names: str) -> bool:
    """Whether every needed word of the query has an exact key among the names' keys."""
    stored = {key for name in names for key in name_keys(name).keys}
    needed = [word for word in query_keys(query).words if not word.optional]
    return all({f"t:{token}" for token in word.tokens} & stored for word in needed)


def sounds_alike(left: str, right: str) -> bool:
    return bool({k for k in name_keys(left).keys if k[0] == "s"} & {k for k in name_keys(right).keys if k[0] == "s"})


@pytest.mark.parametrize(
    ("query", "stored"),
    [
        ("muller", "Jürgen Müller"),
        ("Vladimir Putin", "Влади́мир Путин"),
        ("Владимир", "Vladimir"),
        ("OBrien", "Conor O'Brien-Smith"),
        ("Strasse", "Straße"),
        ("Xi Jinping", "习近平"),
        ("习近平", "Xi Jinping"),
        ("Tsipras", "Αλέξης Τσίπρας"),
        ("Smith Ltd", "SMITH HOLDINGS"),
        ("J Smith", "Smith, Anna"),
        ("istanbul", "İstanbul"),
    ],
)
def test_a_name_is_found_however_it_is_written(query: str, stored: str) -> None:
    assert found(query, stored)


@pytest.mark.parametrize(("query", "stored"), [("Putin", "Punin"), ("Smith Anna", "Smith, Hannah")])
def test_other_names_are_not_found_exactly(query: str, stored: str) -> None:
    assert not found(query, stored)


@pytest.mark.parametrize(
    ("left", "right"),
    [("Mohammed", "محمد"), ("Katherine", "Catherine"), ("Salman", "سلمان"), ("Smith", "Schmidt"), ("Meyer", "Maier")],
)
def test_names_that_sound_alike_share_a_code(left: str, right: str) -> None:
    assert sounds_alike(left, right)


@pytest.mark.parametrize(
    ("type", "stored", "typed"),
    [
        ("phone", "+442079460958", "+44 20 7946 0958"),
        ("phone", "+442079460958", "0044 20 7946 0958"),
        ("phone", "+442079460958", "020 7946 0958"),
        ("iban", "GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19"),
        ("imo", "IMO 9074729", "9074729"),
        ("email", "A.Smith@Example.com", "a.smith@example.COM"),
        ("registration", "HRB-12345", "hrb 12345"),
        ("passport", "AB 123-456", "AB123456"),
        ("generic", "C-2026-0001", "C-2026-0001"),
    ],
)
def test_an_identifier_is_found_however_it_is_written(type: str, stored: str, typed: str) -> None:
    keys = set(identifier_keys(type, stored))
    words = query_keys(typed).words
    joined = set(identifier_keys("generic", typed)) & keys
    assert joined or any(set(word.identifiers) & keys for word in words)


def test_labels_before_a_number_are_not_required() -> None:
    words = {word.text: word.optional for word in query_keys("IMO 9074729").words}
    assert words == {"9074729": False, "IMO": True}


def test_small_words_count_when_there_is_nothing_else() -> None:
    assert [word.optional for word in query_keys("The Van").words] == [False, False]


def test_an_entity_is_found_by_names_identifiers_and_text() -> None:
    keys = entity_keys(
        "Person",
        {
            "name": ["Jürgen Müller"],
            "phone": ["+49 30 123456"],
            "notes": ["drives a red car"],
            "country": ["de"],
        },
    )
    assert {"t:jurgen", "t:muller", "s:MLR", "i:phone:+4930123456", "i:any:4930123456"} <= set(keys.keys)
    assert keys.document == "jurgen muller drives a red car"
    assert keys.tokens == ("jurgen", "muller")


def test_a_value_node_is_found_as_the_identifier_it_is() -> None:
    keys = entity_keys("Value", {"name": ["+442079460958"], "type": ["phone"]})
    assert "i:phone:+442079460958" in keys.keys
    assert value_id(b"k", "phone", "+442079460958") == value_id(b"k", "phone", "0044 20 7946 0958")


def test_a_cell_of_ten_megabytes_makes_no_monster() -> None:
    keys = entity_keys("Person", {"name": ["x" * 10_000_000], "notes": ["word " * 2_000_000]})
    assert all(len(key) < 64 for key in keys.keys)
    assert len(keys.document) <= 250_000


@pytest.mark.parametrize("text", ["", "customs-", "12", "customs-" + "g" * 32, "' OR 1=1"])
def test_what_is_no_id_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match="id"):
        parse_id(text)


def test_a_plate_is_found_as_people_write_it() -> None:
    (word,) = query_keys("SM 4471 NJ").words
    assert set(word.identifiers) & set(identifier_keys("generic", "SM4471NJ"))
