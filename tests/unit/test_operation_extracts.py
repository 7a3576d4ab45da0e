"""Published tables: several releases' columns, code lists, what is kept back and what is never read."""

from __future__ import annotations

import csv
import io
import itertools
import tracemalloc
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brightline.model.errors import BadInput
from brightline.operations import extract

TODAY = date(2026, 11, 1)
HEAD = (
    "Apprehension Date,Apprehension Method,Apprehension Criminality,Final Order Yes No,Operation,Birth Year,Ethnicity"
)


def table(*rows: str, kind: str = "arrests", head: str = HEAD) -> extract.Table:
    return extract.read("\n".join([head, *rows]).encode(), kind, today=TODAY)


def test_codes_become_one_word_and_traits_are_never_read() -> None:
    got = table(
        "2026-03-01,Located,1 Convicted Criminal,Yes,Lantern Yard,1980,Secret",
        "3/2/2026,CAP Local,3 Other Immigration Violator,NO,,1990,Other",
    )
    assert got.faults == []
    assert [row.day for row in got.kept] == [date(2026, 3, 1), date(2026, 3, 2)]
    assert got.kept[0].values == {
        "method": "located",
        "criminality": "convicted",
        "final_order": "yes",
        "operation": "lantern yard",
    }
    assert got.kept[1].values["criminality"] == "none"
    assert got.omitted == ("Birth Year", "Ethnicity")
    assert "Secret" not in str(got.kept)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("2026-02-30,Located,,,,,", "Apprehension Date", "is no date"),
        ("2027-01-01,Located,,,,,", "Apprehension Date", "lies in the future"),
        ("1889-01-01,Located,,,,,", "Apprehension Date", "lies before 1990"),
        (",Located,,,,,", "Apprehension Date", "the day is missing"),
        ("2026-03-01,Located,9 Dangerous,,,,", "Apprehension Criminality", "is an unknown code"),
        ("2026-03-01,Located,,maybe,,,", "Final Order Yes No", "is an unknown code"),
        ("2026-03-01,a,b,c,d,e,f,g,h", "", "the row has more cells than the heading"),
    ],
)
def test_a_faulty_row_is_kept_back_with_column_and_reason(row: str, column: str, reason: str) -> None:
    got = table("2026-03-01,Located,,,,,", row)
    assert len(got.kept) == 1
    assert any((f.row, f.column, f.reason) == (2, column, reason) for f in got.faults), got.faults


def test_a_stay_that_ends_before_it_begins_is_kept_back() -> None:
    got = table(
        "2026-03-02,2026-03-01,Bonded Out",
        kind="detentions",
        head="Book In Date Time,Book Out Date Time,Detention Release Reason",
    )
    assert got.kept == []
    assert got.faults[0].reason == "lies before Book In Date Time"


@pytest.mark.parametrize(
    ("content", "kind", "field"),
    [
        (b"", "arrests", "file"),
        (b"a,b\n1,2", "arrests", "file"),
        (HEAD.encode(), "visits", "kind"),
        (b"\xff\xfe\x00", "arrests", "file"),
        (b'Apprehension Date\n"2026', "arrests", "file"),
    ],
)
def test_what_is_no_such_table_is_told(content: bytes, kind: str, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        extract.read(content, kind, today=TODAY)
    assert field in str(caught.value.__dict__ | {"text": str(caught.value)})


@pytest.mark.data
def test_every_published_release_has_its_columns_understood(data: Path) -> None:
    """The real column names of arrests, detention stints and removals in each release."""
    releases: dict[str, list[str]] = defaultdict(list)
    with (data / "ice_foia_schemas" / "foia_table_columns.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            releases[row["table"]].append(row["column_name_as_released"])
    kinds = {"arrests": "arrests", "detention": "detentions", "detentions": "detentions", "removals": "removals"}
    seen = 0
    for name, columns in releases.items():
        kind = kinds.get(name.split("-", maxsplit=1)[0])
        if kind is None:
            continue
        seen += 1
        got = extract.read(_one_row(columns, kind), kind, today=TODAY)
        assert (len(got.kept), got.faults) == (1, []), (name, got.faults)
        assert {"Race", "Ethnicity", "Religion", "Birth Date", "Alien File Number", "Anonymized Identifier"} & set(
            columns
        ) <= set(got.omitted), name
        if name == "arrests-latest":
            assert got.kept[0].values.keys() >= {"method", "program", "criminality", "case_status", "operation"}
    assert seen == 6


def _one_row(columns: list[str], kind: str) -> bytes:
    codes = {"Final Order Yes No": "YES", "Case Threat Level": "1", "Apprehension Type": "Collateral"}
    row: dict[str, Any] = {}
    for column in columns:
        fixed = "1 Convicted Criminal" if column.endswith("Criminality") else codes.get(column)
        row[column] = fixed or ("2025-05-05" if "Date" in column else "Words")
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue().encode()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_any_line_end_is_one(end: str) -> None:
    lines = ["Apprehension Date,Apprehension Method", "2025-01-02,Street", "2025-01-03,Jail", ""]
    assert [one.day.day for one in extract.read(end.join(lines).encode(), "arrests", today=TODAY).kept] == [2, 3]


def test_a_heading_that_is_no_csv_is_refused() -> None:
    with pytest.raises(BadInput, match="heading"):
        extract.read(b'"Apprehension Date"x,Method\n2025-01-02,Street\n', "arrests", today=TODAY)


@pytest.mark.slow
def test_a_long_table_is_read_in_pieces_of_bounded_memory() -> None:
    count = 12 * extract.PIECE
    rows = "".join(f"2025-01-{n % 28 + 1:02d},Located {n % 9},Saltmere\n" for n in range(count))
    content = f"Apprehension Date,Apprehension Method,State\n{rows}".encode()
    peaks = []
    for taken in (extract.PIECE, count):
        found = extract.pieces(io.BytesIO(content), "arrests", today=TODAY)
        tracemalloc.start()
        assert sum(piece.rows for piece in itertools.islice(found, taken // extract.PIECE)) == taken
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2.5 * peaks[0]
    assert extract.count(io.BytesIO(content), "arrests") == count


def test_a_table_goes_on_after_the_rows_that_are_in() -> None:
    content = b"Apprehension Date,Apprehension Method\n" + b"2025-01-01,Located\n" * 12
    found = list(extract.pieces(io.BytesIO(content), "arrests", today=TODAY, start=9))
    assert [row.row for piece in found for row in piece.kept] == [10, 11, 12]
    assert [piece.rows for piece in extract.pieces(io.BytesIO(content), "arrests", today=TODAY, start=12)] == [0]
