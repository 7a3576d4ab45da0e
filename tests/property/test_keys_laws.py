"""Laws of ids and keys that must hold for any text anybody may feed in."""

from __future__ import annotations

from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from brightline.model.ids import entity_id, parse_id, printed, record_id, value_id
from brightline.model.keys import entity_keys, identifier_keys, name_keys, normal_identifier, query_keys

TYPES = st.sampled_from(["phone", "email", "iban", "imo", "lei", "registration", "passport", "generic"])
ANY_TEXT = st.text(max_size=120)


@given(ANY_TEXT)
@example("'; DROP TABLE content.aspect; --")
@example("\x00\u202e\ud7ff")
def test_name_keys_are_ascii_short_and_unique(name: str) -> None:
    found = name_keys(name)
    assert len(set(found.keys)) == len(found.keys)
    assert all(key.isascii() and 2 < len(key) <= 64 and key[:2] in ("t:", "s:") for key in found.keys)
    assert {f"t:{token}" for token in found.tokens} <= set(found.keys)


@given(ANY_TEXT)
def test_case_and_outer_space_never_matter(name: str) -> None:
    folded = name.casefold()
    assert set(name_keys(f"  {folded} ").keys) == set(name_keys(folded).keys)


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), min_size=1, max_size=6))
def test_a_name_is_found_by_its_own_words_in_any_order(words: list[str]) -> None:
    stored = set(name_keys(" ".join(words)).keys)
    for word in query_keys(" ".join(reversed(words))).words:
        wanted = {f"t:{token}" for token in word.tokens}
        assert wanted & stored or not wanted


@given(TYPES, ANY_TEXT)
def test_normalising_an_identifier_twice_changes_nothing(type: str, value: str) -> None:
    once = normal_identifier(type, value)
    if once is not None:
        assert normal_identifier(type, once) == once


@given(
    TYPES.filter("phone".__ne__),
    st.from_regex(r"[A-Z]{0,3}[0-9]{5,12}", fullmatch=True),
    st.sampled_from([" ", "-", ".", "/"]),
)
def test_how_an_identifier_is_spaced_never_matters(type: str, value: str, gap: str) -> None:
    spaced = gap.join([value[:3], value[3:]])
    stored = set(identifier_keys(type, value))
    assert set(identifier_keys("generic", spaced)) & stored


@given(ANY_TEXT)
def test_any_query_is_taken(text: str) -> None:
    query = query_keys(text)
    assert not query.words or any(not word.optional for word in query.words)


@given(st.dictionaries(st.sampled_from(["name", "phone", "notes", "idNumber", "nonsense"]), st.lists(ANY_TEXT)))
def test_any_properties_are_taken(properties: dict[str, list[str]]) -> None:
    found = entity_keys("Person", properties)
    assert found.document.isascii()


@given(st.lists(ANY_TEXT, min_size=1, max_size=4), st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_ids_differ_whenever_the_parts_do(left: list[str], right: list[str]) -> None:
    same = entity_id(b"k", *left) == entity_id(b"k", *right)
    assert same == (left == right)
    assert entity_id(b"k", *left) != entity_id(b"other", *left)


@given(st.uuids(), st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True))
def test_a_printed_id_reads_back(id: UUID, source: str) -> None:
    assert parse_id(printed(source, id)) == parse_id(str(id)) == parse_id(id.hex.upper()) == id


@given(st.text(max_size=20), st.text(max_size=20))
def test_records_and_values_have_ids_of_their_own(source: str, key: str) -> None:
    assert record_id(source, key) == record_id(source, key)
    assert record_id(source, key) != record_id(source, key, 1)
    assert value_id(b"k", "generic", key) != entity_id(b"k", "generic", key)
