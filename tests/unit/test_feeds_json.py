"""JSON is kept as it came, and a column that isn't there is refused."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, KEY

from brightline.feeds.manifest import Manifest
from brightline.feeds.readers import Table, read
from brightline.model.errors import InputFaults


def table(path: Path, records: list[Any], columns: dict[str, str]) -> Table:
    path.write_text(json.dumps(records))
    made = deepcopy(BASE)
    made["input"] = {"format": "json", "path": "a.json", "keys": ["id"]}
    made["mapping"]["person"]["properties"] = {prop: {"column": column} for prop, column in columns.items()}
    (found,) = read(Manifest.model_validate(made), [path], KEY)
    assert isinstance(found, Table)
    return found


def test_a_list_of_objects_is_part_of_the_row(tmp_path: Path) -> None:
    def rows(alias: str) -> Any:
        records = [{"id": "1", "name": "A", "aliases": [{"n": alias, "religion": "x"}]}]
        return table(tmp_path / "a.json", records, {"name": "name"}).rows

    assert rows("Cyrus") != rows("Kurush")
    assert "Cyrus" in str(rows("Cyrus"))
    assert "religion" not in str(rows("Cyrus"))


def test_a_column_that_no_record_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as told:
        table(tmp_path / "a.json", [{"id": "1", "name": "A"}], {"name": "nmae"})
    assert told.value.code == "column"


def test_a_list_of_objects_in_the_mapping_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as told:
        table(tmp_path / "a.json", [{"id": "1", "aliases": [{"n": "A"}]}], {"name": "aliases"})
    assert "list of objects" in str(told.value)


def test_null_and_nested_columns_are_there(tmp_path: Path) -> None:
    records = [{"id": "1", "who": None, "born": None}, {"id": "2", "who": {"name": "B"}}]
    assert table(tmp_path / "a.json", records, {"name": "who.name", "birthDate": "born"}).header[:2] == (
        "id",
        "who.name",
    )
