"""Dates aren't cut or invented; numbers, names and identifiers that were damaged on their way are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from followthemoney import model as ftm
from tests.feeding import KEY

from brightline.feeds import doubts
from brightline.feeds.dates import NoDate, read_date
from brightline.feeds.kinds import kind_of, utf16
from brightline.feeds.pieces import Piece, Recipe


def piece(text: str, prop: str = "name", schema: str = "Person", **rules: Any) -> Piece:
    return Recipe(prop=ftm.schemata[schema].properties[prop], key=KEY, **rules).piece((text,))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-05-14T10:11:12Z", "2026-05-14T10:11:12"),
        ("2026-05-14T10:11Z", "2026-05-14T10:11"),
        ("2026-05-14T10:11:12+02:00", "2026-05-14T08:11:12"),
        ("2026-05-14 10:11:12.123456", "2026-05-14T10:11:12"),
        ("20260514T101112Z", "2026-05-14T10:11:12"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
        ("1985", "1985"),
        ("1985-00-00", "1985"),
        ("1985-07", "1985-07"),
        ("c. 1985", "1985"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_a_date_keeps_its_precision(text: str, read: str) -> None:
    assert read_date(text) == read
    if text != read:
        assert text in piece(text, "date", "Event").original


@pytest.mark.parametrize(
    "text",
    ["2026-05-14T10-11-12", "2026-03-29 02:30:00 Europe/Berlin", "2026-10-14T24:00:00Z", "1368/02/30", "1983-1985",
     "29 Feb 1987", "1980-02-31", "2560-05-04", "29356", "1792000000", "0985-01-01", "2026-05-14T10:11+99:00"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    with pytest.raises(NoDate):
        read_date(text)


@pytest.mark.parametrize("text", ["2068-05-03", "1402-07-12", "2560-05-04"])
def test_nobody_is_born_then(text: str) -> None:
    assert [one.reason for one in piece(text, "birthDate").rejected] == ["date"]


@pytest.mark.parametrize("text", ["0000-00-00", "00/00/0000", "0", "N/A", "-", "UNKNOWN", "NULL"])
def test_words_for_no_date_are_none(text: str) -> None:
    assert piece(text, "birthDate") == piece("", "birthDate")


def test_two_digits_of_a_year_are_read_by_a_stated_rule() -> None:
    form = ("%d-%m-%y",)
    assert read_date("03-05-68", form, birth=True) == "1968-05-03"
    assert read_date("12-12-05", form, birth=True) == "2005-12-12"
    with pytest.raises(NoDate, match="pivot"):
        read_date("03-05-68", form)
    assert read_date("03-05-68", form, pivot=2030) == "1968-05-03"
    assert read_date("03-05-29", form, pivot=2030) == "2029-05-03"
    this = datetime.now(UTC).year
    assert read_date(f"31-12-{this % 100:02}", form, birth=True) in (f"{this - 100}-12-31", f"{this}-12-31")


def test_several_forms_are_tried_in_their_order() -> None:
    forms = ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%Y %H:%M:%S")
    assert [read_date(text, forms) for text in ("03/04/2020", "2020-04-03", "03/04/2020 10:11:12")] == [
        "2020-04-03",
        "2020-04-03",
        "2020-04-03T10:11:12",
    ]
    with pytest.raises(NoDate):
        read_date("04.03.2020", forms)


@pytest.mark.parametrize("text", ["Zo\u00c3\u00ab M\u00c3\u00bcller", "M?ller", "M\ufffdller"])
def test_a_damaged_name_is_told_and_not_taken(text: str) -> None:
    found = piece(text)
    assert (found.values, [one.reason for one in found.rejected]) == ((), ["damaged"])


def test_what_the_wrong_encoding_meant_is_said() -> None:
    assert "Zo\u00eb" in piece("Zo\u00c3\u00ab").rejected[0].detail


@pytest.mark.parametrize(
    "text",
    [
        "Who? Ltd",
        "\u00c2ngela \u00c5str\u00f6m",
        "M&S",
        "R&D; Labs",
        "\u00d1u\u00f1ez",
        "\u0420\u043e\u043c\u0430\u043d",
    ],
)
def test_names_that_only_look_so_are_taken(text: str) -> None:
    assert piece(text).values == (text,)


def test_words_of_html_and_hidden_marks_are_read_and_kept_beside() -> None:
    assert piece("Smith &amp; Sons").values == ("Smith & Sons",)
    assert "&amp;" in piece("Smith &amp; Sons").original
    assert piece("Ada\u202e Quarrel").values == ("Ada Quarrel",)


@pytest.mark.parametrize("word", ["UNKNOWN", "NULL", "N/A", "NA", "-0-", "0000000", "TBD", "none", "XXX"])
def test_nobodys_number_is_no_identifier(word: str) -> None:
    found = piece(word, "idNumber")
    assert (found.keys, found.nodes) == ((), ())


def test_a_number_that_a_spreadsheet_rounded_is_no_identifier() -> None:
    assert [one.reason for one in piece("4.90301E+11", "idNumber").rejected] == ["value"]
    assert [one.reason for one in piece("4.90301E+11", "phone").rejected] == ["value"]
    assert piece("0012345", "idNumber").nodes


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "read"),
    [
        ("1,234,567.89", None, None, "1,234,567.89"),
        ("-20", None, None, "-20"),
        ("12.345", None, None, "12.345"),
        ("12,345", None, None, None),
        ("1.234.567,89", None, None, None),
        ("1 234 567,89", None, None, None),
        ("$1234.50", None, None, None),
        ("(500.00)", None, None, None),
        ("1.5e3", None, None, None),
        ("1.234.567,89", ",", ".", "1234567.89"),
        ("1 234 567,89", ",", " ", "1234567.89"),
        ("12,345", ".", ",", "12345"),
        ("12,345", ",", ".", "12.345"),
        ("-12,5", ",", None, "-12.5"),
        ("1.23,4", ",", ".", None),
    ],
)
def test_numbers_are_read_as_the_file_writes_them(
    text: str, decimal: str | None, thousands: str | None, read: str | None
) -> None:
    assert doubts.number(text, decimal, thousands) == read
    values = piece(text, "amount", "Payment", numbers=(decimal, thousands)).values
    assert values == ((read,) if read else ())


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"PK\x03\x04....xl/workbook.xml", "workbook"),
        (b"PK\x03\x04....a.csv", "zip"),
        (b"PAR1abc", "Parquet"),
        (b"\xfd7zXZ\x00abc", "xz"),
        (b"BZh91AY", "bzip2"),
        (b"\x28\xb5\x2f\xfdabc", "zstd"),
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\x00", "SQLite"),
    ],
)
def test_a_file_that_is_no_text_is_told_by_its_kind(head: bytes, what: str) -> None:
    found = kind_of(head)
    assert found is not None
    assert what in found[0]


def test_utf_16_is_told_with_and_without_its_mark() -> None:
    text = "id\tname\n1\tJos\u00e9\n"
    assert utf16(text.encode("utf-16")) == "utf-16"
    assert utf16(text.encode("utf-16-le")) == "utf-16-le"
    assert utf16(text.encode("utf-16-be")) == "utf-16-be"
    assert utf16(text.encode()) is None
