"""The one way in which heads and bodies are written: all that PostgreSQL and the sequencer write, nothing beside."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from brightline.ledger.canonical import _COMPACT, _SPACED, _scan, _written_back, is_canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
NUMBER = st.integers(-(10**40), 10**40) | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float)
VALUE = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
OBJECT = st.dictionaries(TEXT, VALUE, max_size=5)


@pytest.mark.slow
@pytest.mark.database
@given(got=OBJECT)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_f2_what_postgresql_writes_is_canonical(db, got) -> None:
    row = db.admin.execute("SELECT %s::jsonb::text", (Jsonb(got),)).fetchone()
    assert row
    assert is_canonical(row[0])
    assert _scan(row[0], _SPACED) or row[0] in ("{}",)


@given(got=st.dictionaries(TEXT, TEXT | st.integers() | st.lists(TEXT, max_size=3), max_size=5), data=st.data())
@settings(max_examples=300, deadline=None)
def test_f2_one_byte_more_less_or_moved_is_another_text_or_none(got: dict[str, Any], data: st.DataObject) -> None:
    """Whatever is still canonical after a change reads as another value: no value has two spellings in one form."""
    forms = [json.dumps(got, ensure_ascii=False, separators=each) for each in ((",", ":"), (", ", ": "))]
    for text in forms:
        assert is_canonical(text)
        at = data.draw(st.integers(0, len(text) - 1))
        more = data.draw(st.sampled_from(' \t\n{}[]",:0\\u0041é'))
        for changed in (
            text[:at] + text[at + 1 :],
            text[:at] + more + text[at:],
            text + more,
            more + text,
            text + text,
        ):
            if changed not in forms and is_canonical(changed):
                assert json.loads(changed) != got, changed


@pytest.mark.slow
@given(text=st.text(st.sampled_from('{}[]",: \\un012ab.-e'), max_size=12) | OBJECT.map(json.dumps))
@settings(max_examples=500, deadline=None)
def test_f2_the_fast_way_and_the_thorough_one_agree(text: str) -> None:
    if text.startswith("{") and _written_back(text):
        assert _scan(text, _SPACED) or _scan(text, _COMPACT)
    if is_canonical(text):
        assert isinstance(json.loads(text), dict)


@pytest.mark.parametrize(
    "text",
    ["", "{", "}", "[]", "1", "null", "{} ", " {}", "{}{}", "{ }", '{"a":1, "b":2}', '{"a": 1,"b": 2}', '{"a":1,}',
     '{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 1}}', '{"a": [1, ]}', '{"a": 01}', '{"a": 1.}', '{"a": .5}', '{"a": +1}',
     '{"a": 1e5}', '{"a": 1E5}', '{"a": NaN}', '{"a": Infinity}', '{"\\u0061": 1}', '{"a": "\\/"}', '{"a": "\\u000a"}',
     '{"a": "\\u001F"}', '{"a": "\n"}', '{"a" : 1}', "{'a': 1}", '{"a": 1}\n', '\ufeff{"a": 1}', '{"a": tru}', '{1: 2}',
     '{"a"}', '{"a":}', '{"a": 1]', '{"a": [1}', '{, "a": 1}', '{"a": 1 , "b": 2}', '{"a": "\\x41"}', '{: 1}'],
)  # fmt: skip
def test_f2_what_isnt_canonical(text: str) -> None:
    assert not is_canonical(text)


def test_f3_depth_digits_and_trailing_zeros_are_no_obstacle() -> None:
    for text in (
        '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}",
        '{"a": 1' + "0" * 5000 + "}",
        '{"a": 1.50}',
        '{"a":-0.5}',
    ):
        assert is_canonical(text), text[:20]
        assert not is_canonical(text[:-1])
        assert not is_canonical(text + "}")
