"""What a crossing may name, and what of a row it takes along."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brightline.crossings import commands
from brightline.crossings.fields import NEVER, check_fields, named_only
from brightline.model.errors import BrightlineError


@given(
    st.lists(st.text(max_size=12) | st.sampled_from(["name", "birthDate", "religion", "idNumber", "a'b"]), max_size=6)
)
def test_only_real_and_lawful_fields_are_named(fields: list[str]) -> None:
    try:
        named = check_fields(fields)
    except BrightlineError:
        return
    assert named
    assert len(set(named)) == len(named)
    assert not set(named) & NEVER
    assert set(named) <= {field.strip() for field in fields}


@given(
    st.dictionaries(
        st.sampled_from(["name", "religion", "idNumber", "email"]), st.lists(st.text(max_size=5), max_size=2)
    ),
    st.sets(st.sampled_from(["name", "religion", "idNumber"])),
)
def test_nothing_unnamed_crosses(properties: dict[str, list[str]], fields: set[str]) -> None:
    crossed = named_only(properties, fields)
    assert set(crossed) <= fields - NEVER
    assert all(crossed[name] == properties[name] for name in crossed)


def test_search_words_come_from_named_fields_only() -> None:
    aspect = {"aspect": "a", "schema": "Person", "values": {"name": ["Nora Narrow"], "idNumber": ["AB 123"]}}
    words = commands.search_words(aspect, ["name"])
    assert "t:nora" in words["keys"]
    assert not any(key.startswith("i:") for key in words["keys"])
    assert any(key.startswith("i:") for key in commands.search_words(aspect, ["idNumber"])["keys"])
