"""ATTACKS R9: what only a crossing opened leaves in no other spelling; what carried it out is withheld at its end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.leak.test_crossings_derived import NAME, NUMBER, crossed, earner, end
from tests.office import Office, office

from brightline.model.errors import Refused

pytestmark = pytest.mark.database
ACCENTED = "Zoë Łaszczyńska-Björk"
PHONE = "30420050872"


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture(scope="module")
def opened(at: Office) -> str:
    """A case with two crossings' values open to it."""
    case = at.opened()
    one, _ = earner(at)
    two, _ = earner(at, ACCENTED, PHONE)
    crossed(at, case, one)
    crossed(at, case, two)
    return case


SPELLINGS = {
    "as it is": NAME,
    "capitals": NAME.upper(),
    "no space": NAME.replace(" ", ""),
    "letters apart": " ".join(NAME),
    "dots between": ".".join(NAME),
    "zero width space": NAME.replace("ss", "s\u200bs"),
    "word joiner": "\u2060".join(NAME),
    "soft hyphen": NAME.replace("ss", "s\u00ads"),
    "bidi marks": f"\u202e{NAME}\u202c",
    "variation selector": NAME.replace("h", "h\ufe0f"),
    "tag characters": NAME.replace("e", "e\U000e0065"),
    "hangul filler": NAME.replace(" ", "\u3164"),
    "full width": "".join(chr(ord(c) + 0xFEE0) if c != " " else "\u3000" for c in NAME),
    "bold": "".join(c if c == " " else chr(ord(c) + (0x1D3BF if c.isupper() else 0x1D3B9)) for c in NAME),
    "accents added": NAME.replace("e", "é").replace("o", "ö"),
    "combining marks": "\u0301".join(NAME),
    "line break": NAME.replace(" ", "\n"),
    "the number": NUMBER,
    "the number apart": " ".join(NUMBER),
    "the number by dashes": "ZX-99-88-77",
    "an accented name": ACCENTED,
    "decomposed": unicodedata.normalize("NFD", ACCENTED),
    "without its accents": "Zoe Łaszczynska Bjork",
    "a phone": PHONE,
    "a phone in groups": "304 200 508 72",
    "a phone in words of two": "30-42-00-50-87-2",
    "a phone in brackets": "(304) 200 / 508.72",
    "a phone in arabic digits": "".join(chr(0x660 + int(c)) for c in PHONE),
    "a phone in full width": "".join(chr(0xFF10 + int(c)) for c in PHONE),
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_r9_no_task_takes_a_crossed_value_in_another_spelling(at: Office, opened: str, spelling: str) -> None:
    with pytest.raises(Refused) as caught:
        at.do("ana", opened, "case_task_add", title="Look again", detail=f"See {spelling} tomorrow")
    assert caught.value.code == "crossed"


@pytest.mark.parametrize(
    "words",
    [
        "See Thessaly tomorrow, and Quorn",
        "Ask in Quorndonshire",
        "Pay 304200508721 and 1304200508",
        "Zoe was at the harbour",
        "ZX998878",
    ],
)
def test_r9_other_words_are_taken(at: Office, opened: str, words: str) -> None:
    assert at.do("ana", opened, "case_task_add", title="Look again", detail=words)["id"]


def test_r9_a_note_in_another_spelling_ends_with_the_crossing(at: Office) -> None:
    case = at.opened()
    id, _ = earner(at)
    number = crossed(at, case, id)
    text = "The clerk means " + "\u200b".join(NAME) + ", who signed for it."
    at.do("ana", case, "case_note_add", text=text, kind="assessment")
    shown = at.do("ana", case, "case_show")["notes"]
    assert len(shown) == 1
    end(at, number)
    [note] = at.do("ana", case, "case_show")["notes"]
    assert (note["text"], note["visible"]) == ("", False)


def test_r9_a_task_that_carried_a_value_out_says_no_more_at_the_end(at: Office) -> None:
    """As they lie in homes from before: written when the guard knew fewer spellings."""
    case = at.opened()
    id, _ = earner(at)
    number = crossed(at, case, id)
    for title in (f"Ask {NAME.replace(' ', '')}", "Ask the harbour"):
        at.world.db.execute(
            "INSERT INTO cases.task (case_id, title, detail, unit, made_by) SELECT id, %s, %s, unit, lead"
            " FROM cases.case_file WHERE number = %s",
            (title, f"About {title}.", case),
        )
    assert all(task["crossing"] is None for task in at.do("ana", case, "case_task_list")["tasks"])
    end(at, number)
    tasks = {task["crossing"]: task for task in at.do("ana", case, "case_task_list")["tasks"]}
    assert set(tasks) == {None, number}
    assert tasks[None]["title"] == "Ask the harbour"
    assert "Withheld" in tasks[number]["title"]
    assert "Quorndon" not in str(tasks)
    # What the case knows by another way isn't withheld.
    at.world.aspect(
        "register", NAME, marking=at.world.marking("register"), keys=[], properties={"name": [NAME]}
    )  # fmt: skip
    at.world.db.execute("UPDATE content.aspect SET text = to_tsvector('pg_catalog.simple', lower(caption))")
    assert all(task["crossing"] is None for task in at.do("ana", case, "case_task_list")["tasks"])


@settings(max_examples=60)
@given(
    value=st.text(alphabet=st.characters(categories=("Lu", "Ll"), max_codepoint=0x17F), min_size=5, max_size=12),
    noise=st.lists(st.sampled_from(["\u200b", "\u2060", "\ufeff", "\u00ad", "\u202d", ""]), min_size=12, max_size=12),
    between=st.sampled_from(["", " ", ".", "-", " - "]),
)
def test_r9_law_what_cannot_be_seen_hides_nothing(at: Office, value: str, noise: list[str], between: str) -> None:
    said = "see " + between.join(c + n for c, n in zip(value, noise, strict=False)) + " there"
    row = at.world.db.execute(
        "SELECT line.carried(line.fold_reason(%s), line.fold_reason(%s)), length(line.fold_reason(%s))",
        (said, value, value),
    ).fetchone()
    assert row is not None
    assert row[0] or row[1] < 5
