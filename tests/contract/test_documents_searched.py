"""A search of a case: very words come before what sounds like them, hits name their pages, what isn't in it is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.office import Office, office, reader_of
from tests.unit.test_documents_reading import pdf

from brightline.cases import commands as cases
from brightline.search import queries as search

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture(scope="module")
def case(at: Office) -> str:
    return at.opened()


def find(at: Office, purpose: str, words: str, who: str = "ana") -> dict[str, Any]:
    found: dict[str, Any] = search.find(at.gate, at.call(who, purpose), search.Search(q=words)).result
    return found


def add(at: Office, case: str, name: str, content: bytes, media: str = "text/plain") -> None:
    cases.case_document_add(at.gate, at.call("ana", case), case=case, name=name, content=content, media_type=media)
    reader_of(at.database).once()


@pytest.mark.parametrize(
    ("word", "alike"),
    [("Größe", "P. Cruz"), ("PAGEONE", "Beacon Bakery"), ("Lantern", "Lindron")],
)
def test_the_very_word_comes_before_what_sounds_like_it(at: Office, case: str, word: str, alike: str) -> None:
    for n in range(8):
        at.person("register", f"{alike} {n}")
    add(at, case, f"{word}.txt", f"The letter speaks of {word} and nothing else.".encode())
    found = find(at, case, word)
    assert found["hits"][0]["caption"] == f"{word}.txt", [(h["caption"], h["score"]) for h in found["hits"]]


def test_a_name_comes_before_a_text_that_mentions_it(at: Office, case: str) -> None:
    at.person("register", "Zephyrine Quarrel")
    add(at, case, "mention.txt", b"Zephyrine Quarrel was seen there.")
    found = find(at, case, "Zephyrine Quarrel")
    assert [hit["caption"] for hit in found["hits"][:2]] == ["Zephyrine Quarrel", "mention.txt"]


def test_each_hit_names_its_pages(at: Office, case: str) -> None:
    add(at, case, "pages.pdf", pdf("Nothing", "WOLFSBANE", "Nothing", "WOLFSBANE again"), "application/pdf")
    hit = next(one for one in find(at, case, "wolfsbane")["hits"] if one["caption"] == "pages.pdf")
    assert hit["pages"] == [2, 4]
    at.person("register", "Pageless Person")
    assert find(at, case, "Pageless Person")["hits"][0]["pages"] == []


@pytest.mark.slow
def test_what_was_not_searched_is_said_under_its_case_alone(at: Office) -> None:
    number = at.opened()
    assert find(at, number, "anything")["unread"] == {"documents": 1, "partly": 0}
    reader_of(at.database).once()
    assert find(at, number, "anything")["unread"] is None
    add(at, number, "scan.pdf", pdf("One page", ""), "application/pdf")
    add(at, number, "letter.rtf", rb"{\rtf1\ansi{\fonttbl}words}", "application/rtf")
    assert find(at, number, "anything")["unread"] == {"documents": 2, "partly": 1}
    told = {one["format"]: one for one in at.do("ana", number, "case_document_readings")["readings"]}
    assert (told["pdf"]["whole"], told["txt"]["whole"]) == (False, True)
    assert "Page 2: no text" in told["pdf"]["reason"]
    # Another case is told of its own documents only.
    other = at.opened("bo", boss="sue")
    reader_of(at.database).once()
    assert find(at, other, "anything", "bo")["unread"] is None


def test_the_source_of_an_rtf_is_in_no_search(at: Office, case: str) -> None:
    add(at, case, "source.rtf", rb"{\rtf1\ansi{\fonttbl\f0 Arial;}Paid twice.}", "application/rtf")
    assert find(at, case, "fonttbl")["hits"] == []
